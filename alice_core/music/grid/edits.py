"""Corrections that change beats in place, as values; each says all that is needed to do it again.

Moments are samples of the song; a stretch holds the beats from ``start`` up to, not including, ``end``.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Shift:
    """All beats of a stretch (or of the song) later by so many samples; earlier where negative."""

    samples: int
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Scale:
    """Another tempo over the same music: 1/2, 2, 2/3, 3/2, 1/3 or 3 times as many beats, of bars as long as before."""

    factor: Fraction
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class BarOne:
    """The beat nearest to a sample begins bar 1; all bar lines move with it by the fewest beats."""

    sample: int


@dataclass(frozen=True, slots=True)
class Meter:
    """From the beat nearest to a sample on a bar has so many beats, up to the beat nearest to ``end``."""

    beats: int
    sample: int
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Insert:
    """A beat more; ``downbeat`` begins a bar with it."""

    sample: int
    downbeat: bool = False


@dataclass(frozen=True, slots=True)
class Delete:
    """The beat nearest to a sample does not exist, if it is nearer than half a beat."""

    sample: int
