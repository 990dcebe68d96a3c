"""Counting a grid: which beats begin a bar, how long bars are, and the numbers that musicians give them.

The first whole bar is 1 and a pickup lies in bar 0, unless somebody said which bar is 1; then the
bars before it are 0, -1, -2.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace

from alice_core.music.grid.model import Grid, Mark, with_marks
from alice_core.music.model import Beat

USUAL_METER = 4
"""Beats a bar where nothing says another number."""


def downbeats(marks: Sequence[Mark]) -> list[int]:
    """Indices of the marks that begin a bar."""
    return [index for index, mark in enumerate(marks) if mark.position == 1]


def meter_at(marks: Sequence[Mark], index: int) -> int:
    """Beats in the bar of a mark; of a bar that the song cuts short, those of the bar before it."""
    downs = downbeats(marks)
    if len(downs) < 2:  # noqa: PLR2004 - a bar is known to be whole when another begins
        return max((mark.position for mark in marks), default=USUAL_METER) if marks else USUAL_METER
    place = max(0, bisect_right(downs, index) - 1)
    if place + 1 < len(downs):
        return downs[place + 1] - downs[place]
    return max(downs[place] - downs[place - 1], len(marks) - downs[place])


def counted(marks: Sequence[Mark], downs: Sequence[int], meter: int) -> tuple[Mark, ...]:
    """The marks counted anew from these downbeats; a pickup before the first counts back from it by ``meter``."""
    result: list[Mark] = []
    first = downs[0] if downs else 0
    starts = set(downs) or {0}
    place = 0
    for index, mark in enumerate(marks):
        if index < first:
            position = meter - (first - index - 1) % meter
            # A pickup that counts back over a whole bar begins a bar there.
            result.append(_at(mark, position))
            continue
        place = 1 if index in starts else place + 1
        result.append(_at(mark, place))
    return tuple(result)


def settled(grid: Grid, marks: Sequence[Mark]) -> Grid:
    """The grid with these marks: sorted, one on each sample (a held one first), counted from its downbeats."""
    best: dict[int, Mark] = {}
    for mark in marks:
        there = best.get(mark.sample)
        best[mark.sample] = mark if there is None else _stronger(there, mark)
    rising = [best[sample] for sample in sorted(best)]
    downs = downbeats(rising)
    meter = downs[1] - downs[0] if len(downs) > 1 else max((mark.position for mark in rising), default=USUAL_METER)
    return with_marks(grid, counted(rising, downs, meter))


def numbered(grid: Grid) -> tuple[Beat, ...]:
    """The beats of the song with their bars, those outside of it left out."""
    bars: list[int] = []
    bar = 0
    for mark in grid.marks:
        bar += mark.position == 1
        bars.append(bar)
    first = next((number for number, mark in zip(bars, grid.marks, strict=True) if mark.one), None)
    inside = [pair for pair in zip(bars, grid.marks, strict=True) if 0 <= pair[1].sample < grid.samples]
    if first is None:
        whole = next((number for number, mark in inside if mark.position == 1), 1)
        first = whole
    return tuple(Beat(mark.sample, number - first + 1, mark.position, mark.confidence) for number, mark in inside)


def nearest(marks: Sequence[Mark], sample: int) -> int | None:
    """Index of the mark nearest to a sample, of two equally near the earlier; None in an empty grid."""
    if not marks:
        return None
    after = bisect_left(marks, sample, key=lambda mark: mark.sample)
    near = [index for index in (after - 1, after) if 0 <= index < len(marks)]
    return min(near, key=lambda index: (abs(marks[index].sample - sample), index))


def gap_at(marks: Sequence[Mark], sample: int) -> int:
    """Samples from beat to beat around a sample; 0 where there are no two beats."""
    if len(marks) < 2:  # noqa: PLR2004 - a distance has two ends
        return 0
    after = bisect_right(marks, sample, key=lambda mark: mark.sample)
    after = min(max(after, 1), len(marks) - 1)
    return marks[after].sample - marks[after - 1].sample


def _at(mark: Mark, position: int) -> Mark:
    return mark if mark.position == position else replace(mark, position=position)


def _stronger(one: Mark, other: Mark) -> Mark:
    chosen = other if other.held or not one.held else one
    return replace(chosen, one=one.one or other.one)
