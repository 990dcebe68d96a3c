"""Corrections carried out on a grid, one after the other.

What is locked does not move: the beats of a correction give way to it.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median
from typing import Any

from alice_core.music.grid.bars import counted, downbeats, gap_at, meter_at, nearest, settled
from alice_core.music.grid.decisions import Correction, Lock, Replace, Tap, Unlock
from alice_core.music.grid.edits import BarOne, Delete, Insert, Meter, Scale, Shift
from alice_core.music.grid.model import Grid, Mark, with_marks
from alice_core.music.grid.scaling import scaled
from alice_core.music.grid.tapping import fitted


def applied(grid: Grid, corrections: Sequence[Correction]) -> Grid:
    """The grid after these corrections, in their order; its beats rise strictly."""
    for correction in corrections:
        grid = _DEEDS[type(correction)](grid, correction)
    return grid


def _shift(grid: Grid, one: Shift) -> Grid:
    def moves(mark: Mark) -> bool:
        return not mark.held and _within(mark.sample, one.start, one.end)

    moved = [replace(mark, sample=mark.sample + one.samples) for mark in grid.marks if moves(mark)]
    rest = [mark for mark in grid.marks if not moves(mark)]
    if not moved:
        return grid
    held = [mark for mark in rest if mark.held]
    quarter = gap_at(moved, moved[0].sample) / 4
    first, last = moved[0].sample - quarter, moved[-1].sample + quarter
    free = [mark for mark in rest if not mark.held and not first < mark.sample < last]
    return settled(grid, _around_held([*free, *moved], held, grid.marks))


def _scale(grid: Grid, one: Scale) -> Grid:
    inside = [mark for mark in grid.marks if _within(mark.sample, one.start, one.end)]
    outside = [mark for mark in grid.marks if not _within(mark.sample, one.start, one.end)]
    held = [mark for mark in grid.marks if mark.held]
    fresh = [replace(mark, held=False) for mark in scaled(inside, one.factor)]
    places = {mark.sample: mark.position for mark in fresh}
    held = [replace(mark, position=places.get(mark.sample, mark.position)) for mark in held]
    free = [mark for mark in outside if not mark.held]
    return settled(grid, _around_held([*free, *fresh], held, _rising([*outside, *fresh])))


def _bar_one(grid: Grid, one: BarOne) -> Grid:
    index = nearest(grid.marks, one.sample)
    if index is None:
        return grid
    downs = downbeats(grid.marks) or [0]
    meter = meter_at(grid.marks, index)
    step = min((index - down for down in downs), key=lambda gap: (abs(gap), gap))
    if abs(step) > meter // 2:
        step -= meter * round(step / meter)
    count = len(grid.marks)
    lines = sorted({down + step for down in downs if 0 <= down + step < count} | {index})
    lines += range(lines[-1] + meter_at(grid.marks, count - 1), count, meter_at(grid.marks, count - 1))
    marks = counted(grid.marks, lines, meter_at(grid.marks, downs[0]))
    return with_marks(grid, tuple(replace(mark, one=number == index) for number, mark in enumerate(marks)))


def _meter(grid: Grid, one: Meter) -> Grid:
    first = nearest(grid.marks, one.sample)
    if first is None:
        return grid
    last = len(grid.marks) if one.end is None else nearest(grid.marks, one.end)
    last = max(first + 1, len(grid.marks) if last is None else last)
    known = downbeats(grid.marks)
    lines = [down for down in known if down < first]
    lines += range(first, last, one.beats)
    if last < len(grid.marks):
        # What follows goes on in bars as long as before, the first of them on the beat that was named.
        step = min((last - down for down in known), key=abs, default=0)
        lines += [last, *(down + step for down in known if last < down + step < len(grid.marks))]
    before = meter_at(grid.marks, 0) if known and known[0] < first else one.beats
    return with_marks(grid, counted(grid.marks, sorted(set(lines)), before))


def _insert(grid: Grid, one: Insert) -> Grid:
    if any(mark.sample == one.sample for mark in grid.marks):
        return grid
    fresh = Mark(one.sample, 1 if one.downbeat or not grid.marks else 0)
    return settled(grid, [*grid.marks, fresh])


def _delete(grid: Grid, one: Delete) -> Grid:
    index = nearest(grid.marks, one.sample)
    if index is None or grid.marks[index].held:
        return grid
    gone = grid.marks[index]
    if len(grid.marks) > 1 and 2 * abs(gone.sample - one.sample) > gap_at(grid.marks, one.sample):
        return grid
    marks = [mark for mark in grid.marks if mark is not gone]
    if gone.position == 1 and index < len(marks):
        marks[index] = replace(marks[index], position=1, one=gone.one or marks[index].one)
    return settled(grid, marks)


def _tap(grid: Grid, one: Tap) -> Grid:
    beats = fitted([tap - one.offset for tap in one.taps])
    if not beats:
        return grid
    if one.extend:
        beats = _extended(beats, grid)
    fresh = _phased(beats, grid)
    held = [mark for mark in grid.marks if mark.held]
    rest = _clear_of(grid.marks, fresh)
    free = [mark for mark in rest if not mark.held]
    return settled(grid, _around_held([*free, *fresh], held, _rising([*rest, *fresh])))


def _extended(beats: tuple[int, ...], grid: Grid) -> tuple[int, ...]:
    gaps = [after - before for before, after in itertools.pairwise(beats)]
    gap = max(1, round(median(gaps)))
    first = grid.marks[0].sample if grid.marks else 0
    last = grid.marks[-1].sample if grid.marks else grid.samples - 1
    before = range(beats[0] - gap, max(first - gap // 2, -1), -gap)
    after = range(beats[-1] + gap, min(last + gap // 2, grid.samples), gap)
    return (*reversed(before), *beats, *after)


def _phased(beats: Sequence[int], grid: Grid) -> list[Mark]:
    """Beats counted so that their downbeats fall on those of the grid as often as may be."""
    meter = meter_at(grid.marks, nearest(grid.marks, beats[0]) or 0)
    votes = [0] * meter
    for index, beat in enumerate(beats):
        near = nearest(grid.marks, beat)
        if near is None:
            continue
        mark = grid.marks[near]
        if mark.position == 1 and 3 * abs(mark.sample - beat) < gap_at(grid.marks, beat):
            votes[index % meter] += 1
    phase = max(range(meter), key=lambda place: (votes[place], -place))
    return [Mark(beat, (index - phase) % meter + 1) for index, beat in enumerate(beats)]


def _lock(grid: Grid, one: Lock) -> Grid:
    stretch = [Mark(beat.sample, beat.position, held=True) for beat in one.beats]
    held = [mark for mark in grid.marks if mark.held]
    known = {mark.sample for mark in stretch}
    others = [mark for mark in held if mark.sample not in known]
    free = [mark for mark in _clear_of([mark for mark in grid.marks if not mark.held], stretch) if not mark.held]
    first = next((mark for mark in grid.marks if mark.one), None)
    marks = settled(grid, [*free, *others, *stretch])
    return marks if first is None else _kept_one(marks, first)


def _kept_one(grid: Grid, first: Mark) -> Grid:
    if any(mark.one for mark in grid.marks):
        return grid
    index = nearest([mark for mark in grid.marks if mark.position == 1], first.sample)
    if index is None:
        return grid
    chosen = downbeats(grid.marks)[index]
    return with_marks(grid, tuple(replace(mark, one=place == chosen) for place, mark in enumerate(grid.marks)))


def _unlock(grid: Grid, one: Unlock) -> Grid:
    return with_marks(
        grid,
        tuple(
            replace(mark, held=False) if mark.held and _within(mark.sample, one.start, one.end) else mark
            for mark in grid.marks
        ),
    )


def _replace(grid: Grid, one: Replace) -> Grid:
    if not one.beats:
        return grid
    held = [mark for mark in grid.marks if mark.held]
    if any(beat.position == 1 for beat in one.beats):
        fresh = [Mark(beat.sample, beat.position) for beat in one.beats]
    else:
        fresh = _phased([beat.sample for beat in one.beats], grid)
    return settled(grid, _around_held(fresh, held, fresh))


def _clear_of(marks: Sequence[Mark], stretch: Sequence[Mark]) -> list[Mark]:
    """The marks that lie outside a stretch of others, and not within half a beat of its ends."""
    if not stretch:
        return list(marks)
    first, last = stretch[0].sample, stretch[-1].sample
    before, after = gap_at(marks, first), gap_at(marks, last)
    return [mark for mark in marks if 2 * (first - mark.sample) > before or 2 * (mark.sample - last) > after]


def _around_held(free: Sequence[Mark], held: Sequence[Mark], around: Sequence[Mark]) -> list[Mark]:
    """Free marks and held ones together; a free one within half a beat of a held one gives way to it.

    How long a beat is there says ``around``, a whole grid.
    """
    rising = _rising(free)
    gone: set[int] = set()
    for mark in held:
        gap = max(gap_at(around, mark.sample), 1)
        after = bisect_left(rising, mark.sample, key=lambda other: other.sample)
        for index in (after - 1, after):
            if 0 <= index < len(rising) and 2 * abs(rising[index].sample - mark.sample) < gap:
                gone.add(index)
    return [*(mark for index, mark in enumerate(rising) if index not in gone), *held]


def _rising(marks: Sequence[Mark]) -> list[Mark]:
    return sorted(marks, key=lambda mark: mark.sample)


def _within(sample: int, start: int | None, end: int | None) -> bool:
    return (start is None or sample >= start) and (end is None or sample < end)


_DEEDS: dict[type[Any], Callable[[Grid, Any], Grid]] = {
    Shift: _shift,
    Scale: _scale,
    BarOne: _bar_one,
    Meter: _meter,
    Insert: _insert,
    Delete: _delete,
    Tap: _tap,
    Lock: _lock,
    Unlock: _unlock,
    Replace: _replace,
}
