"""The page that lies in a handed-over folder, for the person who opens it in an editor."""

from __future__ import annotations

from collections.abc import Sequence

from alice_core.timeline.model import MediaKind, Timeline
from alice_core.timing import timecode_of

_WHAT = {
    "timeline.fcpxml": "Final Cut Pro; DaVinci Resolve (File > Import > Timeline)",
    "timeline.xml": "Premiere Pro (File > Import); DaVinci Resolve",
    "timeline.otio": "programs that read OpenTimelineIO; DaVinci Resolve 18.5 and later",
    "timeline.aaf": "Avid Media Composer",
    "timeline.edl": "anything else; the cut only",
    "timeline.markers.edl": "DaVinci Resolve: Timelines > Import > Timeline Markers from EDL",
}
_WIDTH = 24


def readme(timeline: Timeline, files: Sequence[str], *, proxies: bool, ascii_place: str) -> str:
    """The text of the page, lines ending in a line feed.

    Args:
        timeline: What was handed over.
        files: Names of the timelines in the folder.
        proxies: Whether there are stand-ins.
        ascii_place: The folder that the timelines name, as they name it.
    """
    rate = timeline.rate
    counting = "drop-frame" if rate.drop else "non-drop-frame"
    movies = sum(media.kind is MediaKind.MOVIE for media in {clip.media for clip in timeline.clips})
    lines = [
        timeline.name,
        "",
        f"  frame rate      {rate.name} ({rate.ratio}), {counting}. Set the project to it before importing anything.",
        f"  picture         {timeline.width} x {timeline.height}",
        f"  starts at       {timecode_of(timeline.start, rate)}",
        f"  length          {timeline.frames} frames, {len(timeline.clips)} shots",
        f"  sound           {timeline.song.sample_rate} Hz, laid from the first frame",
        "",
        "Open one of these:",
        "",
        *(f"  {name:<{_WIDTH}}{_what(name)}" for name in files),
        "",
        "The media are in media/. The timelines name this folder:",
        "",
        f"  {ascii_place}",
        "",
        "If it lies elsewhere now, let your editor search media/ when it asks for missing files;",
        "the names in the timelines are the names there.",
    ]
    if not ascii_place.isascii():
        lines += ["", "That path has letters beyond ASCII; some versions of Resolve then leave files offline."]
    if movies < len({clip.media for clip in timeline.clips}):
        lines += ["", "Stills are stills: give them the length of their clips if your editor asks."]
    if proxies:
        lines += ["", "proxies/ holds movies of half the size under the same names, with the same frames and timecode."]
    if timeline.click is not None:
        lines += ["", "The second sound is a click on every beat; mute it for the film."]
    lines += ["", "manifest.json lists every file with its sha256 digest.", ""]
    return "\n".join(lines)


def _what(name: str) -> str:
    stem = name.split(".", 1)[0]
    ending = ".".join(part for part in name.split(".")[1:] if "of" not in part)
    return _WHAT.get(f"{stem}.{ending}", "")
