"""A timeline as Resolve exports it: OTIO in its own shape, FCPXML as a folder, the rest where our writers can."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alice_core.errors import ExportError
from alice_core.media.files import replacing
from alice_core.timeline import documents
from alice_core.timeline.model import Clip
from alice_core.timeline.model import Timeline as Cut

if TYPE_CHECKING:
    from alice_core.resolve.fake.item import TimelineItem
    from alice_core.resolve.fake.timeline import Timeline, Track

EXPORTS: dict[int, str] = {0: "aaf", 2: "edl", 3: "xml", 6: "fcpxml", 13: "otio"}
"""The kinds by the values of the constants; a name given as text is none of them."""
_OTIO_COLOURS = {"Purple": "PURPLE", "Green": "GREEN", "Blue": "BLUE", "Red": "RED", "Yellow": "YELLOW"}


def export(timeline: Timeline, path: Path, kind: str) -> bool:
    """Write a timeline; ``False``, and no reason, where it cannot be written."""
    if kind == "otio":
        return _write(path, f"{json.dumps(otio_document(timeline), indent=4)}\n".encode())
    try:
        (document,) = documents(_as_cut(timeline), kind, path.stem)
    except (ExportError, ValueError):
        return False
    if kind == "fcpxml":
        path.mkdir(exist_ok=True)
        return _write(path / "Info.fcpxml", document.data)
    return _write(path, document.data)


def otio_document(timeline: Timeline) -> dict[str, Any]:
    """The timeline as the OTIO that Resolve writes, as plain JSON: gaps count, disabled items stay."""
    tracks = [
        _track(track, letter, timeline)
        for kind, letter in (("video", "Video"), ("audio", "Audio"))
        for track in timeline.tracks[kind]
    ]
    rate = float(timeline.rate.value)
    stack: dict[str, Any] = {
        "OTIO_SCHEMA": "Stack.1", "metadata": {}, "name": "", "source_range": None, "effects": [], "enabled": True,
        "markers": _markers(timeline.marks, rate, 0), "children": tracks,
    }  # fmt: skip
    return {
        "OTIO_SCHEMA": "Timeline.1", "metadata": {"Resolve_OTIO": {"Resolve OTIO Meta Version": "1.0"}},
        "name": timeline.name, "global_start_time": _time(timeline.start, rate), "tracks": stack,
    }  # fmt: skip


def _write(path: Path, data: bytes) -> bool:
    try:
        with replacing(path) as part:
            part.write_bytes(data)
    except ExportError:
        return False
    return True


def _track(track: Track, kind: str, timeline: Timeline) -> dict[str, Any]:
    return {
        "OTIO_SCHEMA": "Track.1", "metadata": {"Resolve_OTIO": {"Locked": False}}, "name": track.name,
        "source_range": None, "effects": [], "markers": [], "enabled": True, "kind": kind,
        "children": list(_children(track, timeline)),
    }  # fmt: skip


def _children(track: Track, timeline: Timeline) -> Iterator[dict[str, Any]]:
    rate, at = float(timeline.rate.value), timeline.start
    for item in track.items:
        if item.place.start > at:
            yield {
                "OTIO_SCHEMA": "Gap.1", "metadata": {}, "name": "", "effects": [], "markers": [], "enabled": True,
                "source_range": _range(0, item.place.start - at, rate),
            }  # fmt: skip
        yield _clip(item, timeline)
        at = item.place.end


def _clip(item: TimelineItem, timeline: Timeline) -> dict[str, Any]:
    rate = float(timeline.rate.value)
    footage = None if item.clip is None else item.clip.footage
    first = 0
    reference: dict[str, Any] = {"OTIO_SCHEMA": "MissingReference.1", "metadata": {}, "name": "",
                                 "available_range": None, "available_image_bounds": None}  # fmt: skip
    if footage is not None and item.clip is not None:
        first = 0 if footage.still else timeline.rate.nearest_frame(footage.media.start)
        length = footage.frames if not footage.still else item.place.source + item.place.frames
        if not footage.still:
            length = timeline.rate.nearest_frame(footage.rate.seconds(footage.frames))
        reference = {
            "OTIO_SCHEMA": "ExternalReference.1", "name": item.clip.name, "target_url": str(footage.media.path),
            "metadata": dict(item.clip.third_party) if timeline.session.otio_metadata else {},
            "available_range": _range(first, length, rate), "available_image_bounds": None,
        }  # fmt: skip
    source = first + item.place.source
    return {
        "OTIO_SCHEMA": "Clip.2", "metadata": {"Resolve_OTIO": {}}, "name": item.name, "effects": [],
        "source_range": _range(source, item.place.frames, rate), "enabled": item.enabled,
        "markers": _markers(item.marks, rate, source), "media_references": {"DEFAULT_MEDIA": reference},
        "active_media_reference_key": "DEFAULT_MEDIA",
    }  # fmt: skip


def _markers(marks: dict[int, dict[str, Any]], rate: float, origin: int) -> list[dict[str, Any]]:
    return [
        {
            "OTIO_SCHEMA": "Marker.2", "name": facts["name"], "color": _OTIO_COLOURS.get(facts["color"], "WHITE"),
            "comment": "", "marked_range": _range(origin + frame, int(facts["duration"]), rate),
            "metadata": {"Resolve_OTIO": {"Keywords": [], "Note": facts["note"], "CustomData": facts["customData"]}},
        }
        for frame, facts in sorted(marks.items())
    ]  # fmt: skip


def _time(value: int, rate: float) -> dict[str, Any]:
    return {"OTIO_SCHEMA": "RationalTime.1", "rate": rate, "value": float(value)}


def _range(start: int, frames: int, rate: float) -> dict[str, Any]:
    return {"OTIO_SCHEMA": "TimeRange.1", "duration": _time(frames, rate), "start_time": _time(start, rate)}


def _as_cut(timeline: Timeline) -> Cut:
    """The first tracks as a cut of ours, for the formats that our writers make.

    Raises:
        ValueError: Something is offline, or there is no sound.
    """
    clips = []
    for item in timeline.tracks["video"][0].items:
        if item.clip is None or item.clip.footage is None:
            raise ValueError(item.name)
        place = item.place
        clips.append(Clip(item.name, place.start - timeline.start, place.frames, item.clip.footage.media, place.source))
    sounds = timeline.tracks["audio"][0].items
    if not sounds or sounds[0].clip is None or sounds[0].clip.footage is None:
        raise ValueError(timeline.name)
    song = sounds[0].clip.footage.media
    return Cut(timeline.name, timeline.rate, timeline.start, *timeline.size, tuple(clips), song)
