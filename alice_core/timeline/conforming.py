"""Which files an editor could not play as the cut means them, and what would have to be made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from alice_core.timeline.model import Clip, Media, MediaKind, Timeline
from alice_core.timing import FrameRate

_SMALLEST = 16


class Misfit(StrEnum):
    """Why a file does not fit the timeline."""

    RATE = "another rate"
    UNSTEADY = "variable rate"
    SHORT = "too short"


@dataclass(frozen=True, slots=True)
class Use:
    """Some frames of a file that a timeline shows, counted at the timeline's rate from the file's first frame."""

    media: Media
    first: int
    frames: int


@dataclass(frozen=True, slots=True)
class Conform:
    """A file to be made anew at the timeline's rate.

    Attributes:
        media: The file as it is.
        misfits: Why; at least one.
        first: First frame of the file that the new one holds, at the timeline's rate.
        frames: How many it holds; past the file's end its last frame is held.
        held: How many of them lie past the file's end.
    """

    media: Media
    misfits: tuple[Misfit, ...]
    first: int
    frames: int
    held: int

    @property
    def words(self) -> str:
        """Why, as people read it: ``another rate, too short``."""
        return ", ".join(misfit.value for misfit in self.misfits)


def uses_of(timeline: Timeline) -> tuple[Use, ...]:
    """The frames that every clip shows."""
    return tuple(Use(clip.media, clip.source_start, clip.frames) for clip in timeline.clips)


def conforms(uses: Iterable[Use], rate: FrameRate) -> tuple[Conform, ...]:
    """What does not fit a timeline's rate or is shorter than its use, each file once, in the order of first use.

    The new file holds all that is used and, where the file has them, a second of handles on
    either side.
    """
    spans: dict[Media, tuple[int, int]] = {}
    for use in uses:
        if use.media.kind is MediaKind.MOVIE:
            first, end = spans.get(use.media, (use.first, use.first + use.frames))
            spans[use.media] = min(first, use.first), max(end, use.first + use.frames)
    found = []
    for media, (first, end) in spans.items():
        misfits = _misfits(media, end, rate)
        if misfits:
            length = _length(media, rate)
            handle = rate.nominal
            start = max(0, first - handle)
            stop = end if length is None else max(end, min(length, end + handle))
            held = 0 if length is None else max(0, stop - length)
            found.append(Conform(media, misfits, start, stop - start, held))
    return tuple(found)


def even_size(width: int, height: int) -> tuple[int, int]:
    """The nearest size in even numbers that a movie can have."""
    return max(_SMALLEST, width + width % 2), max(_SMALLEST, height + height % 2)


def half_size(width: int, height: int) -> tuple[int, int]:
    """Half of a size in even numbers: that of a proxy."""
    return max(_SMALLEST, width // 4 * 2), max(_SMALLEST, height // 4 * 2)


def conformed(timeline: Timeline, made: Mapping[Media, tuple[Media, int]]) -> Timeline:
    """The timeline on other files.

    Args:
        timeline: The cut.
        made: For a file the one to show instead, and the frame of the old that is the first of the new.
    """

    def moved(clip: Clip) -> Clip:
        if clip.media not in made:
            return clip
        media, first = made[clip.media]
        return replace(clip, media=media, source_start=clip.source_start - first)

    return replace(timeline, clips=tuple(moved(clip) for clip in timeline.clips))


def _misfits(media: Media, end: int, rate: FrameRate) -> tuple[Misfit, ...]:
    found = []
    if not media.steady:
        found.append(Misfit.UNSTEADY)
    elif media.rate is not None and media.rate.value != rate.value:
        found.append(Misfit.RATE)
    length = _length(media, rate)
    if length is not None and length < end:
        found.append(Misfit.SHORT)
    return tuple(found)


def _length(media: Media, rate: FrameRate) -> int | None:
    """Frames of a file at a rate, 0 if it ends before the middle of its first; ``None`` where it is not known."""
    return None if media.duration is None else rate.nearest_frame(media.duration)
