"""Final Cut Pro XML 1.8 to 1.13, written over exact integers.

The shape follows Apple's DTD of that version and real exports of Final Cut (the samples of
TheAcharya/pipeline-neo): stills are rate-undefined assets of no length placed by ``<video>``
an hour into their own time, the song is a connected clip below the first shot, markers lie
inside the clips in the clip's own time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from alice_core.errors import UsageError
from alice_core.timeline.fcpxml_resources import Resources, layout_of, length_of, sequence_rate_of
from alice_core.timeline.grid import Grid, seconds_text
from alice_core.timeline.markers import FrameMarker, frame_markers
from alice_core.timeline.model import Clip, Media, MediaKind, Timeline
from alice_core.timeline.sources import require_sources, source_frame
from alice_core.timeline.text import legal_text

VERSIONS = ("1.8", "1.9", "1.10", "1.11", "1.12", "1.13")
"""The versions that can be written; from 1.9 on an asset names its file in a ``<media-rep>``."""

DEFAULT_VERSION = "1.10"
_HOUR = 3600
_CONFORM_RATES = {"23.976": "23.98", "47.952": "47.95"}
_CONFORMABLE = frozenset({"23.98", "24", "25", "29.97", "30", "60", "47.95", "48", "50", "59.94"})


def write_fcpxml(timeline: Timeline, version: str = DEFAULT_VERSION) -> bytes:
    """The timeline as an FCPXML document in UTF-8; the same timeline gives the same bytes.

    Every picture time is a whole number of frames; the song keeps its exact length in
    samples. Where several markers share a frame the weightiest is written with the others
    in its note, sections as chapter markers.

    Args:
        timeline: The cut.
        version: One of :data:`VERSIONS`.

    Raises:
        UsageError: The version is none of them (``ALICE-U04``).
        ExportError: See :func:`~alice_core.timeline.sources.require_sources`.
    """
    if version not in VERSIONS:
        message = f"FCPXML {version!r} cannot be written"
        raise UsageError(message, hint=f"Use one of {', '.join(VERSIONS)}.", code="ALICE-U04")
    require_sources(timeline)
    root = ET.Element("fcpxml", version=version)
    resources = Resources(ET.SubElement(root, "resources"), timeline, media_rep=version != "1.8")
    event = ET.SubElement(ET.SubElement(root, "library"), "event", name=legal_text(timeline.name))
    project = ET.SubElement(event, "project", name=legal_text(timeline.name))
    grid = Grid.of(timeline.rate)
    sequence = ET.SubElement(
        project,
        "sequence",
        format=resources.sequence_format,
        duration=grid.text(timeline.frames),
        tcStart=grid.text(timeline.start),
        tcFormat="DF" if timeline.rate.drop else "NDF",
        audioLayout=layout_of(timeline.song),
        audioRate=sequence_rate_of(timeline.song),
    )
    spine = ET.SubElement(sequence, "spine")
    for clip, markers in _with_markers(timeline):
        _add_clip(spine, clip, markers, resources, timeline)
    ET.indent(root, space="    ")
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n\n{body}\n'.encode()


def _with_markers(timeline: Timeline) -> Iterator[tuple[Clip, list[FrameMarker]]]:
    waiting = list(reversed(frame_markers(timeline)))
    for clip in timeline.clips:
        inside = []
        while waiting and waiting[-1].frame < clip.end:
            inside.append(waiting.pop())
        yield clip, inside


def _add_clip(
    spine: ET.Element, clip: Clip, markers: Iterable[FrameMarker], resources: Resources, timeline: Timeline
) -> None:
    grid = Grid.of(timeline.rate)
    still = clip.media.kind is MediaKind.STILL
    local = int(_HOUR * timeline.rate.value) if still else source_frame(clip.media, timeline.rate) + clip.source_start
    place = {
        "ref": resources.asset(clip.media),
        "offset": grid.text(timeline.start + clip.start),
        "name": legal_text(clip.name),
        "start": grid.text(local),
        "duration": grid.text(clip.frames),
    }
    if still:
        element = ET.SubElement(spine, "video", place)
    else:
        drop = clip.media.rate is not None and clip.media.rate.drop and clip.media.start > 0
        place |= {
            "format": resources.movie_format(clip.media),
            "tcFormat": "DF" if drop else "NDF",
            "srcEnable": "video",
        }
        element = ET.SubElement(spine, "asset-clip", place)
    if clip.note:
        ET.SubElement(element, "note").text = legal_text(clip.note)
    if not still:
        _add_conform_rate(element, clip, timeline)
    if clip.start == 0:
        for lane, sound in enumerate(timeline.sounds, start=1):
            _add_sound(element, sound, lane, local, (resources, timeline))
    for marker in markers:
        _add_marker(element, marker, grid.text(local + marker.frame - clip.start), grid)


def _add_conform_rate(element: ET.Element, clip: Clip, timeline: Timeline) -> None:
    """Play a movie of another rate at its own speed, picking frames, as Final Cut writes it."""
    rate = clip.media.rate
    if rate is None or rate.value == timeline.rate.value:
        return
    name = _CONFORM_RATES.get(rate.name, rate.name)
    if name in _CONFORMABLE:
        ET.SubElement(element, "conform-rate", scaleEnabled="0", srcFrameRate=name)


def _add_sound(host: ET.Element, song: Media, lane: int, local: int, cut: tuple[Resources, Timeline]) -> None:
    """Connect the song or the click below the first shot; its offset counts in that shot's own time."""
    resources, timeline = cut
    grid = Grid.of(timeline.rate)
    heard, end = length_of(song), timeline.rate.seconds(timeline.frames)
    place = {
        "ref": resources.asset(song),
        "lane": str(-lane),
        "offset": grid.text(local),
        "name": legal_text(song.path.stem),
        "duration": seconds_text(heard, song.sample_rate) if heard < end else grid.text(timeline.frames),
        "format": resources.sound_format(),
        "audioRole": "music" if lane == 1 else "effects",
    }
    if song.start:
        place["start"] = seconds_text(song.start, song.sample_rate)
    if song.kind is MediaKind.MOVIE:
        place["srcEnable"] = "audio"
    ET.SubElement(host, "asset-clip", place)


def _add_marker(element: ET.Element, marker: FrameMarker, start: str, grid: Grid) -> None:
    tag = "chapter-marker" if marker.kind == "section" else "marker"
    facts = {
        "start": start,
        "duration": grid.text(1),
        "value": legal_text(marker.name),
        "note": legal_text(marker.note),
    }
    ET.SubElement(element, tag, facts)
