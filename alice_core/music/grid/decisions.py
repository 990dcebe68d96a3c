"""Corrections that say where beats are, whatever an engine hears; they outlive every new analysis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from alice_core.music.grid.edits import BarOne, Delete, Insert, Meter, Scale, Shift


@dataclass(frozen=True, slots=True)
class SetBeat:
    """A beat that a person or another program set; position 0 leaves the counting to the grid around it."""

    sample: int
    position: int = 0


@dataclass(frozen=True, slots=True)
class Tap:
    """Beats from tapped moments, which replace those of the stretch that was tapped.

    Attributes:
        taps: Samples at which somebody tapped, rising.
        offset: Samples by which the taps come after the beats that were meant.
        extend: Whether the tapped tempo goes on to both ends of the grid.
    """

    taps: tuple[int, ...]
    offset: int = 0
    extend: bool = False


@dataclass(frozen=True, slots=True)
class Lock:
    """These beats stay where they are, in a new analysis too, until they are unlocked."""

    beats: tuple[SetBeat, ...]


@dataclass(frozen=True, slots=True)
class Unlock:
    """Beats of a stretch (or all) may be moved again."""

    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """A moment with words: a section that begins, or a line of lyrics until ``end``."""

    sample: int
    text: str
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Replace:
    """What another program says of the song.

    Attributes:
        source: What it came from, for people: ``rekordbox XML``.
        beats: The whole grid; empty leaves the beats as they are.
        sections: The form; empty leaves it as it is.
        lyrics: The words of the song.
    """

    source: str
    beats: tuple[SetBeat, ...] = ()
    sections: tuple[Named, ...] = ()
    lyrics: tuple[Named, ...] = ()


Correction: TypeAlias = Shift | Scale | BarOne | Meter | Insert | Delete | Tap | Lock | Unlock | Replace
"""Anything that a person can say of a grid."""
