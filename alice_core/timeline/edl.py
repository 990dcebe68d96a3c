"""CMX 3600 edit decision lists, for the cut and, in Resolve's dialect, for markers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from alice_core.timeline.markers import FrameMarker, frame_markers, resolve_colour
from alice_core.timeline.model import Clip, Media, Timeline
from alice_core.timeline.reels import reel_names
from alice_core.timeline.sources import require_sources, song_frames, source_frame
from alice_core.timeline.text import ascii_line, escaped_line
from alice_core.timing import FrameRate, timecode_of

_MOST_EVENTS = 999
_TITLE_WIDTH = 70
_CHANNELS = ("A", "A2")
_LINE_END = "\r\n"

T = TypeVar("T")


def write_edl(timeline: Timeline) -> tuple[bytes, ...]:
    """The timeline as CMX 3600 lists in ASCII, split where it has more than 999 events.

    Every list stands alone: event 001 is its stretch of the song on channel A (it starts
    with the first shot, and a list is sorted by record time), then come its shots on V.
    Record timecode counts from the timeline's start, source timecode from the file's own; a
    file without one counts from 00:00:00:00, as Resolve counts it. Reels come from the digests, clip names
    are the names of the files, which is what Resolve links by; the path (``%XX`` for what is
    not ASCII) and the shot follow as comments.

    Raises:
        ExportError: See :func:`~alice_core.timeline.sources.require_sources`.
    """
    require_sources(timeline)
    reels = reel_names(map(_identity, (*timeline.sounds, *(clip.media for clip in timeline.clips))))
    parts = _parts(timeline.clips, _MOST_EVENTS - len(timeline.sounds))
    return tuple(
        _encoded(_heading(timeline, index, len(parts)) + list(_events(part, timeline, reels)))
        for index, part in enumerate(parts, start=1)
    )


def write_marker_edl(timeline: Timeline) -> tuple[bytes, ...]:
    """The markers in the form of Resolve's Timelines > Import > Timeline Markers from EDL.

    One event of one frame for every marked frame, split where there are more than 999; a
    timeline without markers gives one list without events.

    Raises:
        ExportError: See :func:`~alice_core.timeline.sources.require_sources`.
    """
    require_sources(timeline)
    parts = _parts(frame_markers(timeline), _MOST_EVENTS) or [()]
    return tuple(
        _encoded([*_heading(timeline, index, len(parts)), "", *_marker_events(part, timeline)])
        for index, part in enumerate(parts, start=1)
    )


def edl_count(timeline: Timeline) -> int:
    """How many lists :func:`write_edl` gives."""
    return len(_parts(timeline.clips, _MOST_EVENTS - len(timeline.sounds)))


def marker_edl_count(timeline: Timeline) -> int:
    """How many lists :func:`write_marker_edl` gives."""
    return max(1, len(_parts(frame_markers(timeline), _MOST_EVENTS)))


def _parts(rows: Sequence[T], most: int) -> list[Sequence[T]]:
    return [rows[start : start + most] for start in range(0, len(rows), most)]


def _heading(timeline: Timeline, index: int, count: int) -> list[str]:
    title = ascii_line(timeline.name) or "timeline"
    if count > 1:
        ending = f" {index} of {count}"
        title = title[: _TITLE_WIDTH - len(ending)] + ending
    counting = "DROP FRAME" if timeline.rate.drop else "NON-DROP FRAME"
    return [f"TITLE: {title[:_TITLE_WIDTH]}", f"FCM: {counting}"]


def _events(clips: Sequence[Clip], timeline: Timeline, reels: dict[str, str]) -> Iterator[str]:
    number = 1
    first, last = clips[0].start, min(clips[-1].end, song_frames(timeline))
    for channel, song in zip(_CHANNELS, timeline.sounds, strict=False) if first < last else ():
        source = source_frame(song, timeline.rate) + first
        yield _event(number, reels[_identity(song)], channel, (source, first, last - first), timeline)
        yield from _names(song, reels[_identity(song)])
        number += 1
    for clip in clips:
        reel = reels[_identity(clip.media)]
        source = source_frame(clip.media, timeline.rate) + clip.source_start
        yield _event(number, reel, "V", (source, clip.start, clip.frames), timeline)
        yield from _names(clip.media, reel)
        yield f"* SHOT: {ascii_line(clip.name)}"
        number += 1


def _identity(media: Media) -> str:
    """The digest, or the path of a file of which no digest is known."""
    return media.digest or str(media.path)


def _event(number: int, reel: str, channel: str, place: tuple[int, int, int], timeline: Timeline) -> str:
    source, record, frames = place
    codes = (source, source + frames, timeline.start + record, timeline.start + record + frames)
    return _line(number, reel, channel, codes, timeline.rate)


def _line(number: int, reel: str, channel: str, frames: Sequence[int], rate: FrameRate) -> str:
    codes = " ".join(timecode_of(frame, rate) for frame in frames)
    return f"{number:03}  {reel:<8} {channel:<4}  C        {codes}"


def _names(media: Media, reel: str) -> Iterator[str]:
    yield f"* FROM CLIP NAME: {ascii_line(media.path.name) or reel}"
    yield f"* SOURCE FILE: {escaped_line(str(media.path))}"


def _marker_events(markers: Sequence[FrameMarker], timeline: Timeline) -> Iterator[str]:
    for number, marker in enumerate(markers, start=1):
        at = timeline.start + marker.frame
        yield _line(number, "001", "V", (at, at + 1, at, at + 1), timeline.rate)
        name = ascii_line(marker.name.replace("|", "/")) or "marker"
        note = ascii_line(marker.note.replace("|", "/"))
        # A note that begins with a digit reads like an event, and Resolve loses the marker.
        mark = "- " if note[:1].isdigit() else ""
        yield f"{mark}{note} |C:ResolveColor{resolve_colour(marker.kind)} |M:{name} |D:1"
        yield ""


def _encoded(lines: Sequence[str]) -> bytes:
    return (_LINE_END.join(lines) + _LINE_END).encode("ascii")
