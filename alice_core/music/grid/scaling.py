"""The same music counted at another tempo: half, double, two thirds, three halves."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction

from alice_core.errors import UsageError
from alice_core.music.grid.bars import downbeats, meter_at
from alice_core.music.grid.model import Mark

FACTORS = (Fraction(1, 3), Fraction(1, 2), Fraction(2, 3), Fraction(3, 2), Fraction(2), Fraction(3))
"""What a tempo can be multiplied by."""


def scaled(marks: Sequence[Mark], factor: Fraction) -> list[Mark]:
    """Marks counted at ``factor`` times the tempo, in bars of as many beats as before.

    Bar 1 begins where it did; after it every ``factor.denominator`` bars become
    ``factor.numerator``. New beats lie at even parts between the old ones. Half of double is
    the same again.

    Raises:
        UsageError: The factor is none of :data:`FACTORS`.
    """
    if factor not in FACTORS:
        allowed = ", ".join(str(one) for one in FACTORS)
        raise UsageError(f"a tempo cannot be multiplied by {factor}", hint=f"Use one of {allowed}.")
    if len(marks) < 2:  # noqa: PLR2004 - a tempo needs a distance
        return list(marks)
    downs = downbeats(marks)
    anchor = next((index for index, mark in enumerate(marks) if mark.one), downs[0] if downs else 0)
    places = [*_before(marks, anchor, factor), *_after(marks, anchor, factor)]
    return [_mark(marks, at, position, one=at == anchor and marks[anchor].one) for at, position in places]


def _before(marks: Sequence[Mark], anchor: int, factor: Fraction) -> list[tuple[Fraction, int]]:
    meter = meter_at(marks, anchor)
    count = int(anchor * factor)
    return [(anchor - step / factor, meter - (step - 1) % meter) for step in range(count, 0, -1)]


def _after(marks: Sequence[Mark], anchor: int, factor: Fraction) -> list[tuple[Fraction, int]]:
    lines = [anchor, *(down for down in downbeats(marks) if down > anchor)]
    lengths = [after - before for before, after in itertools.pairwise(lines)]
    lengths.append(max(lengths[-1] if lengths else meter_at(marks, anchor), len(marks) - lines[-1]))
    places: list[tuple[Fraction, int]] = []
    for first in range(0, len(lines), factor.denominator):
        then = first + factor.denominator
        last = then >= len(lines)
        end = len(marks) - 1 if last else lines[then]
        step = 0
        while (at := lines[first] + step / factor) < end or (last and at == end):
            places.append((at, step % lengths[first] + 1))
            step += 1
    return places


def _mark(marks: Sequence[Mark], at: Fraction, position: int, *, one: bool) -> Mark:
    index = int(at)
    here = marks[index]
    if at == index:
        return Mark(here.sample, position, here.confidence, held=here.held, one=one)
    after = marks[index + 1]
    sample = here.sample + round((after.sample - here.sample) * (at - index))
    return Mark(sample, position, min(here.confidence, after.confidence))
