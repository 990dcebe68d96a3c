"""Grids as stretches of even tempo, and stretches as grids.

Programs that know no single beats keep a few markers with a tempo each. A grid is cut into the
longest stretches whose evenly spaced beats all lie within a tolerance of the true ones (the
swinging-door rule for piecewise lines: Bristol, 1990), so that nothing adds up over an hour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from alice_core.music.grid.document import LONGEST_METER
from alice_core.music.interchange.model import TimedBeat
from alice_core.music.interchange.text import enough, refusal

_FINE = 10**12

FASTEST = Fraction(1000)
"""Beats a minute that no tempo in a file may exceed."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Beats of one tempo.

    Attributes:
        index: Number of its first beat in the grid.
        seconds: Where that lies.
        period: Seconds from beat to beat.
        beats: How many begin in it.
    """

    index: int
    seconds: Fraction
    period: Fraction
    beats: int

    @property
    def bpm(self) -> Fraction:
        """Beats a minute."""
        return 60 / self.period


@dataclass(frozen=True, slots=True)
class TempoMark:
    """A tempo from a moment on, as files say it; ``position`` is that of a beat there, 0 where unknown."""

    seconds: Fraction
    bpm: Fraction
    meter: int = 4
    position: int = 0


def stretches(
    moments: Sequence[Fraction],
    tolerance: Fraction,
    quantised: Callable[[Fraction], Fraction] = Fraction,
    *,
    running: bool = False,
) -> list[Stretch]:
    """The fewest stretches, from the first on, whose beats lie within ``tolerance`` seconds of rising moments.

    Args:
        moments: The beats.
        tolerance: The largest error.
        quantised: The nearest period that the format can write.
        running: Whether a stretch begins where the one before it ends (MIDI), not at its own moment.
    """
    found: list[Stretch] = []
    index, at = 0, moments[0] if moments else Fraction(0)
    while index < len(moments) - 1:
        at = at if running else moments[index]
        beats, period = _longest(moments, index, at, tolerance, quantised)
        found.append(Stretch(index, at, period, beats))
        index += beats
        # To a picosecond: exact sums of odd fractions would grow without end.
        at = Fraction(round((at + beats * period) * _FINE), _FINE)
    return found


def beats_of(marks: Sequence[TempoMark], end: Fraction, name: str) -> tuple[TimedBeat, ...]:
    """The beats that tempo marks mean, from the first mark to the end of the song; each mark is a beat.

    Where a stretch does not end on the next mark, its last beat nearer than half a beat to it gives way.

    Raises:
        MediaError: A tempo or meter is impossible, or there are too many beats.
    """
    beats: list[TimedBeat] = []
    position = next((mark.position for mark in marks if mark.position), 0)
    for number, mark in enumerate(marks):
        check_tempo(mark.bpm, mark.meter, name)
        period = 60 / mark.bpm
        until = marks[number + 1].seconds if number + 1 < len(marks) else end
        # Up to half a beat before the next mark, which is itself a beat; at the end of the song up to it.
        last = until - period / 2 if number + 1 < len(marks) else until
        count = max(0, -((mark.seconds - last) // period)) if last > mark.seconds else int(number + 1 < len(marks))
        enough(len(beats) + count, name)
        position = mark.position or position
        for step in range(count):
            beats.append(TimedBeat(mark.seconds + step * period, position))
            position = position % mark.meter + 1 if position else 0
    return tuple(beats)


def check_tempo(bpm: Fraction, meter: int, name: str) -> None:
    """Refuse tempi and meters that no music has.

    Raises:
        MediaError: The tempo is not above 0 and at most :data:`FASTEST`, or the bar is too long.
    """
    if not 1 <= bpm <= FASTEST:
        raise refusal(name, f"a tempo of {float(bpm):g} beats a minute is impossible")
    if not 1 <= meter <= LONGEST_METER:
        raise refusal(name, f"a bar of {meter} beats is impossible")


def meters(beats: Sequence[TimedBeat]) -> list[tuple[int, int]]:
    """Index of each downbeat with the beats of its bar; a bar that the end cuts short counts as the one before."""
    downs = [index for index, beat in enumerate(beats) if beat.position == 1]
    lengths = [after - before for before, after in pairwise(downs)]
    if downs:
        rest = len(beats) - downs[-1]
        usual = lengths[-1] if lengths else max(beat.position for beat in beats)
        lengths.append(max(rest, usual))
    return [(down, min(length, LONGEST_METER)) for down, length in zip(downs, lengths, strict=True)]


def _longest(
    moments: Sequence[Fraction],
    index: int,
    at: Fraction,
    tolerance: Fraction,
    quantised: Callable[[Fraction], Fraction],
) -> tuple[int, Fraction]:
    best, period = 1, quantised(moments[index + 1] - at)
    low, high = Fraction(0), Fraction(10**9)
    for steps in range(1, len(moments) - index):
        gap = moments[index + steps] - at
        low, high = max(low, (gap - tolerance) / steps), min(high, (gap + tolerance) / steps)
        if low > high:
            break
        candidate = quantised((low + high) / 2)
        if low <= candidate <= high:
            best, period = steps, candidate
        elif steps > 1:
            break
    return best, period
