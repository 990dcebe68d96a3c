"""Where the cuts come to lie: wishes fitted to the shortest and the longest shot.

A section border is kept before any other wish. A stretch without beats is divided evenly.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from alice_core.directing.grid import FLOOR, Grid, Tick
from alice_core.directing.model import CutStyle

_EVEN_SECONDS = {
    CutStyle.AUTO: 4,
    CutStyle.BEAT: 1,
    CutStyle.BAR: 2,
    CutStyle.TWO_BARS: 4,
    CutStyle.FOUR_BARS: 8,
}


@dataclass(frozen=True, slots=True, order=True)
class Cut:
    """One cut: the frame that a shot starts on, and the exact second it was placed for."""

    frame: int
    moment: Fraction


def spaced(grid: Grid, wanted: Iterable[Tick], style: CutStyle) -> tuple[Cut, ...]:
    """The cuts nearest to what is wanted, the first at frame 0.

    No shot is under the floor; in ``auto`` none is over the ceiling.
    """
    borders = _apart([Cut(passage.start, passage.moment) for passage in grid.passages], grid.frames)
    wishes = sorted({Cut(tick.frame, tick.moment) for tick in wanted} | set(borders))
    fixed = [cut.frame for cut in borders]
    kept = [borders[0]]
    for cut in wishes:
        after = bisect_left(fixed, cut.frame)
        border = after < len(fixed) and fixed[after] == cut.frame
        limit = fixed[after] if after < len(fixed) else grid.frames
        if cut.frame - kept[-1].frame >= FLOOR and (border or limit - cut.frame >= FLOOR):
            kept.append(cut)
    if style is not CutStyle.AUTO:
        return tuple(kept)
    cuts: list[Cut] = []
    for cut, end in zip(kept, [*(later.frame for later in kept[1:]), grid.frames], strict=True):
        cuts.append(cut)
        cuts.extend(_divided(grid, cut.frame, end))
    return tuple(cuts)


def evenly(grid: Grid, style: CutStyle) -> tuple[Cut, ...]:
    """Cuts for a song without a beat: even lengths that follow the style, or its sections."""
    if style is CutStyle.SECTION:
        return tuple(_apart([Cut(part.start, part.moment) for part in grid.passages], grid.frames))
    length = _EVEN_SECONDS[style] * grid.rate.value
    parts = max(1, min(grid.frames // (FLOOR + 1), round(grid.frames / length)))
    return (Cut(0, Fraction(0)), *_even(grid, 0, grid.frames, parts))


def even_seconds(style: CutStyle) -> int | None:
    """About how long a shot of a song without a beat is; ``None`` where sections decide."""
    return _EVEN_SECONDS.get(style)


def _apart(cuts: list[Cut], end: int) -> list[Cut]:
    """The cuts that keep the floor to the one before and to the end."""
    kept = cuts[:1]
    for cut in cuts[1:]:
        if cut.frame - kept[-1].frame >= FLOOR and end - cut.frame >= FLOOR:
            kept.append(cut)
    return kept


def _even(grid: Grid, start: int, end: int, parts: int) -> list[Cut]:
    """The cuts inside a stretch of frames that divide it evenly."""
    places = [start + Fraction((end - start) * part, parts) for part in range(1, parts)]
    moments = [place / grid.rate.value for place in places]
    return [Cut(grid.rate.nearest_frame(moment), moment) for moment in moments]


def _divided(grid: Grid, at: int, end: int) -> Iterator[Cut]:
    """The cuts inside ``[at, end)`` that leave no shot longer than the ceiling."""
    while end - at > grid.ceiling:
        tick = _between(grid, at, end)
        if tick is None:
            after = bisect_right(grid.ticks, at + grid.ceiling, key=lambda tick: tick.frame)
            tick = grid.ticks[after] if after < len(grid.ticks) and end - grid.ticks[after].frame >= FLOOR else None
            reach = tick.frame if tick else end
            yield from _even(grid, at, reach, -(-(reach - at) * 4 // (grid.ceiling * 3)))
        if tick is None:
            return
        yield Cut(tick.frame, tick.moment)
        at = tick.frame


def _between(grid: Grid, start: int, end: int) -> Tick | None:
    """The best beat to divide a stretch on: near an even share of it, on a downbeat if one is close."""
    first = bisect_left(grid.ticks, start + FLOOR, key=lambda tick: tick.frame)
    last = bisect_right(grid.ticks, min(start + grid.ceiling, end - FLOOR), key=lambda tick: tick.frame)
    share = start + (end - start) / -(-(end - start) // grid.ceiling)
    detour = float(grid.rate.value)
    reachable = grid.ticks[first:last]
    return min(reachable, key=lambda tick: abs(tick.frame - share) + detour * (not tick.downbeat), default=None)
