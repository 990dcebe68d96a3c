"""What an engine is asked and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class HeardBeats:
    """Beats as an engine heard them.

    Attributes:
        seconds: (n,) rising.
        positions: Place of each beat in its bar from 1; empty where the engine counts no bars.
    """

    seconds: tuple[float, ...]
    positions: tuple[int, ...] = ()


class Analyser(Protocol):
    """An engine.

    Attributes:
        name: What ``--engine`` calls it.
        version: Of the package that hears.
        licence: Of the package and its weights; the command prints it.
    """

    name: str
    version: str
    licence: str

    def hear(self, song: Path) -> HeardBeats | None:
        """The beats of a song, or None to have the built-in engine hear them.

        Raises:
            MissingExtra: A package or its weights are not installed.
            MediaError: The file cannot be read as sound.
        """
        ...


def counted(beats: Sequence[float], downbeats: Sequence[float]) -> HeardBeats:
    """Beats with their places in the bar, from separate lists of beats and downbeats in seconds.

    A pickup counts up to the first downbeat as the end of a bar of the usual length.
    """
    times = sorted(float(beat) for beat in beats)
    if not times or not len(downbeats):
        return HeardBeats(tuple(times))
    firsts = {min(range(len(times)), key=lambda index: abs(times[index] - down)) for down in downbeats}
    starts = sorted(firsts)
    lengths = sorted(after - before for before, after in pairwise(starts))
    usual = lengths[len(lengths) // 2] if lengths else 4
    places: list[int] = []
    place = 1 + (-starts[0]) % usual
    for index in range(len(times)):
        place = 1 if index in firsts or (place > usual and index < starts[0]) else place
        places.append(place)
        place += 1
    return HeardBeats(tuple(times), tuple(places))
