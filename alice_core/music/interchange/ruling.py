"""A grid over bars that begin at the song's first moment, as sequencers count: tempi and signatures by beat.

What lies before the first beat is filled with whole beats of lead-in, so that the first beat
falls on a beat of the sequencer and the first downbeat on a bar line.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from alice_core.music.interchange.model import TimedBeat, Words
from alice_core.music.interchange.tempo import Stretch, meters, stretches

FIRST, LAST = "Alice: first beat", "Alice: last beat"
"""Markers between which the beats of the song lie; a file without them is beats from end to end."""

_NEAR = Fraction(1, 1000)


@dataclass(frozen=True, slots=True)
class Ruling:
    """Tempi and signatures.

    Attributes:
        lead: Beats of lead-in before the first beat of the song.
        tempi: Stretches of even tempo; index and seconds count from the start, lead-in included.
        signatures: Index of a beat, and beats a bar from it on; the first is at 0.
        beats: Number of beats, lead-in included.
    """

    lead: int
    tempi: tuple[Stretch, ...]
    signatures: tuple[tuple[int, int], ...]
    beats: int

    def seconds(self, index: int) -> Fraction:
        """Where the sequencer will put a beat."""
        chosen = self.tempi[max(0, bisect_right(self.tempi, index, key=lambda one: one.index) - 1)]
        return chosen.seconds + (index - chosen.index) * chosen.period


def ruled(beats: Sequence[TimedBeat], tolerance: Fraction, quantised: Callable[[Fraction], Fraction]) -> Ruling:
    """The ruling of at least two beats whose every beat lies within ``tolerance`` seconds of the true one."""
    moments = [beat.seconds for beat in beats]
    first, gap = moments[0], moments[1] - moments[0]
    lead = max(1, round(first / gap)) if first > 0 else 0
    whole = [first * index / lead for index in range(lead)] + moments
    tempi = tuple(stretches(whole, tolerance, quantised, running=True))
    return Ruling(lead, tempi, tuple(_signatures(beats, lead)), len(whole))


def inside(
    beats: Sequence[TimedBeat], words: Sequence[Words], end: Fraction
) -> tuple[tuple[TimedBeat, ...], tuple[Words, ...]]:
    """Beats and words of a file that was read, without the lead-in and the markers that fence it.

    Its first bar, if it is short, is the pickup that :func:`ruled` made of it.
    """
    edges = {one.text: one.seconds for one in words if one.text in {FIRST, LAST}}
    rest = tuple(one for one in words if one.text not in edges)
    if FIRST not in edges:
        return tuple(one for one in beats if one.seconds < end), rest
    bars = meters(beats)
    short = bars[1][0] if len(bars) > 1 and bars[1][0] < bars[1][1] else 0
    moved = [
        replace(beat, position=beat.position + bars[1][1] - short) if index < short else beat
        for index, beat in enumerate(beats)
    ]
    low, high = edges[FIRST] - _NEAR, edges.get(LAST, end) + _NEAR
    return tuple(one for one in moved if low <= one.seconds <= high), rest


def _signatures(beats: Sequence[TimedBeat], lead: int) -> list[tuple[int, int]]:
    bars = meters(beats)
    if not bars:
        return [(0, 4)]
    downbeat, meter = bars[0][0] + lead, bars[0][1]
    rest = downbeat % meter
    found = [(0, rest), (rest, meter)] if rest else [(0, meter)]
    for index, length in bars:
        if length != found[-1][1]:
            found.append((index + lead, length))
    return found
