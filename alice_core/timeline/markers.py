"""Markers as editors show them: colours, and one a frame where the host holds only one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from alice_core.timeline.model import Marker, Timeline

_RANK = ("section", "downbeat", "beat")
_OTIO = {"section": "PURPLE", "downbeat": "GREEN", "beat": "BLUE"}
_RESOLVE = {"section": "Purple", "downbeat": "Green", "beat": "Blue"}


@dataclass(frozen=True, slots=True)
class FrameMarker:
    """All that is marked on one frame.

    Attributes:
        frame: Counted from the start of the timeline.
        kind: The weightiest kind on it: section before downbeat before beat.
        name: That marker's label.
        note: Everything marked there, as ``kind label`` joined by a semicolon.
    """

    frame: int
    kind: str
    name: str
    note: str


def visible_markers(timeline: Timeline) -> tuple[Marker, ...]:
    """The markers that lie on a frame of the timeline, by frame, the weightiest kind first."""
    return _visible(timeline.markers, timeline.frames)


def frame_markers(timeline: Timeline) -> tuple[FrameMarker, ...]:
    """One marker a frame, for hosts that keep only one there (Resolve, Final Cut)."""
    return merged_markers(timeline.markers, timeline.frames)


def merged_markers(markers: Iterable[Marker], frames: int) -> tuple[FrameMarker, ...]:
    """One marker a frame of those that lie inside a cut of so many frames."""
    merged = []
    for frame, group in groupby(_visible(markers, frames), key=lambda marker: marker.frame):
        there = tuple(group)
        note = "; ".join(f"{marker.kind} {marker.label}".strip() for marker in there)
        merged.append(FrameMarker(frame, there[0].kind, there[0].label or there[0].kind, note))
    return tuple(merged)


def otio_colour(kind: str) -> str:
    """The OTIO marker colour of a kind."""
    return _OTIO.get(kind, "WHITE")


def resolve_colour(kind: str) -> str:
    """The name of Resolve's marker colour of a kind."""
    return _RESOLVE.get(kind, "Cream")


def _visible(markers: Iterable[Marker], frames: int) -> tuple[Marker, ...]:
    inside = (marker for marker in markers if 0 <= marker.frame < frames)
    return tuple(sorted(inside, key=lambda marker: (marker.frame, _weight(marker))))


def _weight(marker: Marker) -> int:
    return _RANK.index(marker.kind) if marker.kind in _RANK else len(_RANK)
