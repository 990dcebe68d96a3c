"""Which clips of a changed cut somebody moved, and which only gave way when others were cut.

Where a shot is cut out and the rest closes up, every later clip lies elsewhere; that is one
decision, not hundreds. So a clip counts as moved only if the changes before it cannot
explain where it lies. The explanation with the fewest moves is taken: a shortest path over
the clips that kept their order, whose states are the shifts that earlier changes may have
caused. A clip that lies where it always lay has never moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

_MOST_CHANGES = 8
_MOST_STATES = 64

_Worth: TypeAlias = tuple[int, int, int, int]
"""Of a line of clips: how many, how many of them did not move, how much their shifts differ (negative), the last."""

_Chain: TypeAlias = "tuple[int, _Chain] | None"
"""The clips that were found moved, the last one first."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A clip that is in both cuts.

    Attributes:
        old: Its place in the order of the first cut.
        new: Its place in the order of the second.
        shift: How many frames later it starts.
        changed: Whether something else than its place is other, so that it cannot count as moved.
    """

    old: int
    new: int
    shift: int
    changed: bool


def moved_places(placed: Sequence[Placed], old_lengths: Sequence[int], new_lengths: Sequence[int]) -> frozenset[int]:
    """The places, in the order of the second cut, of the clips that somebody moved.

    Args:
        placed: The clips of both cuts, by rising place in the second.
        old_lengths: Of every clip of the first cut, in frames.
        new_lengths: Of every clip of the second cut.
    """
    line = _longest_in_order(placed)
    stayed = {one.new for one in line}
    out_of_order = {one.new for one in placed if one.new not in stayed and not one.changed}
    observed = {one.shift for one in line} | {0}
    states: dict[int, tuple[int, _Chain]] = {0: (0, None)}
    before: Placed | None = None
    for one in line:
        sums = _sums(_changes(before, one, old_lengths, new_lengths))
        states = _next(states, sums, one, observed)
        before = one
    _, chain = min(states.values(), key=lambda state: state[0])
    moved = set(out_of_order)
    while chain is not None:
        place, chain = chain
        moved.add(place)
    return frozenset(moved)


def _next(
    states: dict[int, tuple[int, _Chain]], sums: frozenset[int], one: Placed, observed: set[int]
) -> dict[int, tuple[int, _Chain]]:
    """The shifts that may hold at a clip, each with the fewest moves so far."""
    found: dict[int, tuple[int, _Chain]] = {}

    def offer(shift: int, cost: int, chain: _Chain) -> None:
        if shift not in found or cost < found[shift][0]:
            found[shift] = (cost, chain)

    for shift, (cost, chain) in states.items():
        for after in {shift + change for change in sums} & (observed | {shift}):
            if one.changed or one.shift == after:
                offer(after, cost, chain)
            elif one.shift != 0:
                offer(after, cost + 1, (one.new, chain))
    if not found:  # it lies where it always lay although what is before it closed up: a gap was left there
        offer(0, *min(states.values(), key=lambda state: state[0]))
    best = sorted(found.items(), key=lambda item: (item[1][0], abs(item[0])))
    return dict(best[:_MOST_STATES])


def _changes(
    before: Placed | None, one: Placed, old_lengths: Sequence[int], new_lengths: Sequence[int]
) -> tuple[int, ...]:
    """How many frames each change between two clips may have pushed what follows."""
    first_old, first_new = (-1, -1) if before is None else (before.old, before.new)
    gone = [-length for length in old_lengths[first_old + 1 : one.old]]
    come = list(new_lengths[first_new + 1 : one.new])
    own = [] if before is None else [new_lengths[before.new] - old_lengths[before.old]]
    return tuple(change for change in (*gone, *come, *own) if change)


def _sums(changes: tuple[int, ...]) -> frozenset[int]:
    """What any of the changes come to together; of very many only none, each alone, and all."""
    if len(changes) > _MOST_CHANGES:
        return frozenset({0, sum(changes), *changes})
    return frozenset(sum(some) for count in range(len(changes) + 1) for some in combinations(changes, count))


def _longest_in_order(placed: Sequence[Placed]) -> list[Placed]:
    """The most clips that keep their order; of equally many the most that lie where they lay, then the steadiest.

    The longest increasing subsequence by a Fenwick tree of prefix maxima, O(n log n).
    """
    size = max((one.old for one in placed), default=-1) + 2
    none: _Worth = (0, 0, 0, -1)
    tree = [none] * (size + 1)
    back: list[int] = []
    best = none
    for index, one in enumerate(placed):
        count, still, way, last = max((tree[at] for at in _below(one.old + 1)), default=none)
        back.append(last)
        step = abs(one.shift - (placed[last].shift if last >= 0 else 0))
        mine: _Worth = (count + 1, still + (one.shift == 0), way - step, index)
        for at in _above(one.old + 2, size):
            tree[at] = max(tree[at], mine)
        best = max(best, mine)
    line: list[Placed] = []
    place = best[3]
    while place >= 0:
        line.append(placed[place])
        place = back[place]
    return line[::-1]


def _below(place: int) -> Iterable[int]:
    while place > 0:
        yield place
        place -= place & -place


def _above(place: int, size: int) -> Iterable[int]:
    while place <= size:
        yield place
        place += place & -place
