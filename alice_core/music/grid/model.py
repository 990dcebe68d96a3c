"""A beat grid as it is worked on: marks in samples, with the place of each in its bar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from alice_core.music.model import Analysis


@dataclass(frozen=True, slots=True)
class Mark:
    """One beat of a grid that is being worked on.

    Attributes:
        sample: Where it sounds; may lie outside the song while corrections are carried out.
        position: Place in the bar; 1 is the downbeat.
        confidence: From 0 to 1; a beat that a person set has 1.
        held: Whether it is locked: nothing moves it until it is unlocked.
        one: Whether it begins bar 1.
    """

    sample: int
    position: int
    confidence: float = 1.0
    held: bool = False
    one: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """The beats of a song, by rising sample, no two on one.

    Attributes:
        sample_rate: Samples a second.
        samples: Length of the song.
        marks: The beats.
    """

    sample_rate: int
    samples: int
    marks: tuple[Mark, ...]

    def samples_of(self, milliseconds: Fraction | int) -> int:
        """That many milliseconds in samples, rounded to the nearest."""
        return round(Fraction(milliseconds) * self.sample_rate / 1000)


def grid_of(analysis: Analysis) -> Grid:
    """The grid of an analysis, nothing of it held."""
    one = next((beat.sample for beat in analysis.beats if (beat.bar, beat.position) == (1, 1)), None)
    marks = tuple(Mark(beat.sample, beat.position, beat.confidence, one=beat.sample == one) for beat in analysis.beats)
    return Grid(analysis.song.sample_rate, analysis.song.samples, marks)


def with_marks(grid: Grid, marks: tuple[Mark, ...]) -> Grid:
    """The same song with other marks."""
    return replace(grid, marks=marks)
