"""Tapped moments as beats: a robust course of the tempo through them, and how late the hand was.

People tap with a scatter of 10 to 30 ms, skip beats and hit twice. A line is laid through the taps
around each one by the median of all slopes between pairs (Theil, "A rank-invariant method of linear
and polynomial regression analysis", 1950; Sen 1968), so that single bad taps do not matter and a
tempo that moves is followed. Hands and loudspeakers are early or late by a constant, which shows
against the onsets of the music.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Sequence
from math import exp
from statistics import median

FEWEST_TAPS = 4
"""Taps below which there is no tempo."""

_REACH = 8  # taps to each side that a line is laid through
_TWICE, _SKIPPED = 0.45, 1.6  # of the usual distance: one beat hit twice / beats left out
_MOST_SKIPPED = 16
_EARLY, _LATE = 120, 250  # milliseconds that a tap may come before or after its beat
_PART = 0.4  # of a beat, beyond which another beat is meant
_WIDTH = 12.0  # milliseconds: how near an onset must lie
_USUAL = 160.0  # milliseconds: how usual lateness is


def fitted(taps: Sequence[int]) -> tuple[int, ...]:
    """The beats that were meant by rising taps, in samples, rising; skipped ones are filled in.

    Gives nothing for fewer than :data:`FEWEST_TAPS` taps.
    """
    places = _places(taps)
    if len(places) < FEWEST_TAPS:
        return ()
    lines = _smooth(places)
    # Lines cut the corners of a ramp; what they leave over, smoothed too, puts them back (Tukey's twicing).
    rest = _smooth([(index, sample - lines[index]) for index, sample in places])
    beats: list[int] = []
    for line, more in zip(lines, rest, strict=True):
        beat = round(line + more)
        if not beats or beat > beats[-1]:
            beats.append(beat)
    return tuple(beats)


def lateness(taps: Sequence[int], onsets: Sequence[tuple[int, float]], sample_rate: int) -> int | None:
    """Samples by which taps come after the onsets they follow; None where no onset answers.

    Args:
        taps: Rising samples.
        onsets: Sample and strength of each attack of the music, rising.
        sample_rate: Samples a second.
    """
    beats = fitted(taps)
    if not beats or not onsets:
        return None
    gap = median(after - before for before, after in itertools.pairwise(beats))
    most = _PART * gap * 1000 / sample_rate
    low, high = -round(min(_EARLY, most)), round(min(_LATE, most))
    votes = _votes(beats, onsets, sample_rate, low, high)
    if not votes:
        return None
    best = max(range(low, high + 1), key=lambda shift: (_score(votes, shift), -abs(shift)))
    near = [(shift, weight) for shift, weight in votes if abs(shift - best) <= 2 * _WIDTH]
    mean = sum(shift * weight for shift, weight in near) / sum(weight for _, weight in near)
    return round(mean * sample_rate / 1000)


def _places(taps: Sequence[int]) -> list[tuple[int, int]]:
    """Each tap with the number of its beat: double hits left out, skipped beats counted."""
    if len(taps) < FEWEST_TAPS:
        return []
    usual = median(after - before for before, after in itertools.pairwise(taps))
    if usual <= 0:
        return []
    places = [(0, taps[0])]
    recent = [float(usual)]
    for tap in taps[1:]:
        gap, now = tap - places[-1][1], median(recent[-_REACH:])
        if gap < _TWICE * now:
            continue
        steps = max(1, round(gap / now)) if gap > _SKIPPED * now else 1
        steps = min(steps, _MOST_SKIPPED)
        recent.append(gap / steps)
        places.append((places[-1][0] + steps, tap))
    return places


def _smooth(places: Sequence[tuple[int, float]]) -> list[float]:
    """Every beat on the line through the taps around it."""
    return [_line(_around(places, index), index) for index in range(places[-1][0] + 1)]


def _around(places: Sequence[tuple[int, float]], index: int) -> Sequence[tuple[int, float]]:
    middle = bisect_left(places, index, key=lambda place: place[0])
    first = max(0, min(middle - _REACH, len(places) - 2 * _REACH - 1))
    return places[first : first + 2 * _REACH + 1]


def _line(places: Sequence[tuple[int, float]], index: int) -> float:
    slopes = [
        (later[1] - place[1]) / (later[0] - place[0])
        for number, place in enumerate(places)
        for later in places[number + 1 :]
    ]
    slope = median(slopes)
    return median(sample + slope * (index - number) for number, sample in places)


def _votes(
    beats: Sequence[int], onsets: Sequence[tuple[int, float]], sample_rate: int, low: int, high: int
) -> list[tuple[float, float]]:
    votes: list[tuple[float, float]] = []
    for beat in beats:
        start = bisect_left(onsets, beat - high * sample_rate / 1000, key=lambda onset: onset[0])
        for sample, strength in onsets[start:]:
            shift = (beat - sample) * 1000 / sample_rate
            if shift < low:
                break
            votes.append((shift, max(strength, 0.0)))
    return votes if sum(weight for _, weight in votes) > 0 else []


def _score(votes: Sequence[tuple[float, float]], shift: int) -> float:
    usual = exp(-((shift / _USUAL) ** 2))
    return usual * sum(weight * exp(-(((at - shift) / _WIDTH) ** 2)) for at, weight in votes)
