"""The song on the frames of a picture: beats, bars and sections where an editor can cut."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from alice_core.music.model import Analysis, Beat, Section
from alice_core.timing import FrameRate

FLOOR = 10
"""No shot is shorter than this many frames (unless the song is)."""

CEILING = 8
"""No shot of an ``auto`` cut is longer than this many seconds."""

_UNKNOWN = "A"


@dataclass(frozen=True, slots=True)
class Tick:
    """A beat on its nearest frame.

    Attributes:
        frame: The frame boundary that a cut on this beat lies on.
        moment: The beat itself, in exact seconds.
        bar: Number of its bar.
        downbeat: Whether the bar begins here.
    """

    frame: int
    moment: Fraction
    bar: int
    downbeat: bool


@dataclass(frozen=True, slots=True)
class Passage:
    """A section on frames; passages tile the picture.

    Attributes:
        start: First frame, on a beat where there is one.
        end: Frame after the last.
        moment: The exact second that ``start`` stands for.
        label: Of the section.
        energy: Of the section, from 0 to 1.
    """

    start: int
    end: int
    moment: Fraction
    label: str
    energy: float


@dataclass(frozen=True, slots=True)
class Grid:
    """All places of a song where a cut can lie.

    Attributes:
        rate: Of the picture.
        frames: Length of the picture.
        ticks: Beats by rising frame, one a frame.
        passages: Sections, tiling ``[0, frames)``.
    """

    rate: FrameRate
    frames: int
    ticks: tuple[Tick, ...]
    passages: tuple[Passage, ...]

    @property
    def ceiling(self) -> int:
        """The most frames of an ``auto`` shot; never so few that a split breaks the floor."""
        return max(int(CEILING * self.rate.value), 2 * FLOOR)

    def within(self, start: int, end: int) -> tuple[Tick, ...]:
        """The beats on the frames from ``start`` up to ``end``."""
        first, last = (bisect_left(self.ticks, frame, key=lambda tick: tick.frame) for frame in (start, end))
        return self.ticks[first:last]


def grid_of(analysis: Analysis, rate: FrameRate, *, beats: bool = True) -> Grid:
    """The grid of a song at a frame rate.

    Args:
        analysis: What is known of the song.
        rate: Of the picture.
        beats: False leaves the beats out, where they are not to be trusted.
    """
    frames = max(1, rate.nearest_frame(analysis.song.seconds))
    ticks = _ticks(analysis, rate, frames) if beats else ()
    return Grid(rate, frames, ticks, _passages(analysis, rate, frames, ticks))


def _ticks(analysis: Analysis, rate: FrameRate, frames: int) -> tuple[Tick, ...]:
    """Beats inside the picture; of two on one frame the downbeat stays, else the first."""
    found: dict[int, Tick] = {}
    for beat in analysis.beats:
        tick = _tick(beat, analysis.song.sample_rate, rate)
        if not 0 <= tick.frame < frames:
            continue
        if tick.frame not in found or (tick.downbeat and not found[tick.frame].downbeat):
            found[tick.frame] = tick
    return tuple(found[frame] for frame in sorted(found))


def _tick(beat: Beat, sample_rate: int, rate: FrameRate) -> Tick:
    moment = Fraction(beat.sample, sample_rate)
    return Tick(rate.nearest_frame(moment), moment, beat.bar, beat.position == 1)


def _passages(analysis: Analysis, rate: FrameRate, frames: int, ticks: tuple[Tick, ...]) -> tuple[Passage, ...]:
    """Sections with their borders on beats; a section that gets no frame is left out."""
    sections = analysis.sections or (Section(0, analysis.song.samples, _UNKNOWN, 0.5, 0.0),)
    reach = _half_bar(ticks)
    starts: list[tuple[int, Fraction]] = [(0, Fraction(0))]
    for section in sections[1:]:
        border = Fraction(section.start, analysis.song.sample_rate)
        starts.append(max(starts[-1], _snap(border, rate, frames, ticks, reach)))
    ends = [start for start, _ in starts[1:]] + [frames]
    return tuple(
        Passage(start, end, moment, section.label, min(1.0, max(0.0, section.energy)))
        for section, (start, moment), end in zip(sections, starts, ends, strict=True)
        if start < end
    )


def _snap(
    border: Fraction, rate: FrameRate, frames: int, ticks: tuple[Tick, ...], reach: Fraction
) -> tuple[int, Fraction]:
    """Frame and moment of a section border: a downbeat within half a bar, else the nearest beat.

    In a stretch without beats that is too long for one shot the border stays where it is.
    """
    own = min(frames, rate.nearest_frame(border)), border
    after = bisect_left(ticks, border, key=lambda tick: tick.moment)
    around = ticks[max(0, after - 1) : after + 1]
    previous = ticks[after - 1].moment if after else Fraction(0)
    following = ticks[after].moment if after < len(ticks) else rate.seconds(frames)
    if not around or following - previous > CEILING:
        return own
    near = [tick for tick in ticks[max(0, after - 8) : after + 8] if tick.downbeat]
    near = [tick for tick in near if abs(tick.moment - border) <= reach] or list(around)
    best = min(near, key=lambda tick: abs(tick.moment - border))
    return best.frame, best.moment


def _half_bar(ticks: Sequence[Tick]) -> Fraction:
    """Half the length of a usual bar, 0 where no bar is known."""
    downbeats = [tick.moment for tick in ticks if tick.downbeat]
    lengths = sorted(later - earlier for earlier, later in pairwise(downbeats))
    return lengths[len(lengths) // 2] / 2 if lengths else Fraction(0)
