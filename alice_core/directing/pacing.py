"""How often to cut: which beats a style wants, by section, phrase and energy.

A phrase is four bars. ``auto`` gives each section a level and each bar of it a rung of a
ladder from single beats to four bars: calm parts breathe in two bars, verses go by the bar,
choruses by half bars and beats; a chorus holds its first bar, and a part that leads into a
stronger one quickens before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum
from fractions import Fraction

from alice_core.directing.grid import FLOOR, Grid, Passage, Tick
from alice_core.directing.model import CutStyle
from alice_core.music.model import Curve


class Level(IntEnum):
    """How strong a section is to the cutter."""

    CALM = 0
    STEADY = 1
    STRONG = 2
    PEAK = 3


class Rung(IntEnum):
    """A distance between cuts."""

    BEAT = 0
    HALF = 1
    BAR = 2
    TWO = 3
    FOUR = 4


_PHRASE = 4
_LONGEST_BAR = 7
_NUDGE = 0.15
_SHORTEST = {Rung.BEAT: 0.42, Rung.HALF: 0.6, Rung.BAR: 1.2, Rung.TWO: 2.4, Rung.FOUR: 0.0}
_LONGEST = {Rung.BEAT: 1.2, Rung.HALF: 2.6, Rung.BAR: 5.0, Rung.TWO: 7.5, Rung.FOUR: 7.5}
_STYLES = {CutStyle.BEAT: Rung.BEAT, CutStyle.BAR: Rung.BAR, CutStyle.TWO_BARS: Rung.TWO, CutStyle.FOUR_BARS: Rung.FOUR}


def level_of(label: str, energy: float) -> Level:
    """The level of a section; the label leads, the energy corrects it."""
    steps: tuple[float, float, float]
    if label == "drop":
        steps = (0.0, 0.15, 0.5)
    elif label == "chorus":
        steps = (0.0, 0.25, 0.8)
    elif label in ("verse", "bridge"):
        steps = (0.2, 0.97 if label == "verse" else 0.9, 2.0)
    elif label in ("intro", "outro", "break"):
        steps = (0.7, 2.0, 2.0)
    else:
        steps = (0.3, 0.8, 0.95)
    return Level(sum(energy >= step for step in steps))


def levels_of(passages: Sequence[Passage]) -> tuple[Level, ...]:
    """The levels of all sections; the first of several strong ones of a label saves its strength.

    One section alone has no other to be measured against and goes steadily.
    """
    if len(passages) == 1:
        return (Level.STEADY,)
    labels = [passage.label for passage in passages]
    return tuple(
        min(level, Level.STRONG) if label in labels[index + 1 :] and label not in labels[:index] else level
        for index, (label, level) in enumerate((part.label, level_of(part.label, part.energy)) for part in passages)
    )


def wanted_ticks(grid: Grid, style: CutStyle, energy: Curve | None) -> tuple[Tick, ...]:
    """The beats that a style would cut on, by rising frame; the section borders come on top.

    Args:
        grid: Of the song.
        style: How often to cut.
        energy: The song's energy curve, which lets ``auto`` quicken and slow single bars.
    """
    if style is CutStyle.SECTION:
        return ()
    wanted: list[Tick] = []
    levels = levels_of(grid.passages)
    for index, passage in enumerate(grid.passages):
        bars = _bars(grid.within(passage.start, passage.end))
        rungs = (
            _auto_rungs(grid, index, levels, bars, energy) if style is CutStyle.AUTO else [_STYLES[style]] * len(bars)
        )
        wanted.extend(_cuts(bars, rungs))
    return tuple(wanted)


def _bars(ticks: Sequence[Tick]) -> list[list[Tick]]:
    """The beats by bars: a new one at each downbeat, and every four beats where none is marked."""
    bars: list[list[Tick]] = []
    for tick in ticks:
        if tick.downbeat or not bars:
            bars.append([tick])
        else:
            bars[-1].append(tick)
    return [
        bar[at : at + size]
        for bar in bars
        for size in ([len(bar)] if len(bar) <= _LONGEST_BAR else [_PHRASE])
        for at in range(0, len(bar), size)
    ]


def _cuts(bars: list[list[Tick]], rungs: Sequence[Rung]) -> Iterator[Tick]:
    """The beats to cut on when each bar goes by its rung."""
    since = _PHRASE
    for bar, rung in zip(bars, rungs, strict=True):
        upbeat = not bar[0].downbeat and len(bars) > 1 and bar is bars[0]
        if rung is Rung.BEAT:
            yield from bar
        elif not upbeat and since >= {Rung.TWO: 2, Rung.FOUR: 4}.get(rung, 1):
            yield bar[0]
            since = 0
            if rung is Rung.HALF and len(bar) > 1:
                yield bar[(len(bar) + 1) // 2]
        since = since + 1 if not upbeat else since


def _auto_rungs(
    grid: Grid, index: int, levels: Sequence[Level], bars: list[list[Tick]], energy: Curve | None
) -> list[Rung]:
    passage, level = grid.passages[index], levels[index]
    rising = index + 1 < len(levels) and levels[index + 1] > level
    rungs = []
    for place, bar in enumerate(bars):
        rung = _phrased(level, place, len(bars), rising=rising)
        if energy is not None and place:
            rung = _bent(rung, _surplus(grid, passage, bars, place, energy))
        rungs.append(_in_tempo(rung, bars, place, bar, grid))
    return rungs


def _phrased(level: Level, place: int, count: int, *, rising: bool) -> Rung:
    """The rung of one bar by its place in the section."""
    left = count - place
    if level is Level.CALM:
        return Rung.BAR if rising and left <= 2 and count >= _PHRASE else Rung.TWO  # noqa: PLR2004 - the last two bars
    if level is Level.STEADY:
        return Rung.HALF if left == 1 and count >= _PHRASE and (rising or count % _PHRASE == 0) else Rung.BAR
    if place == 0:
        return Rung.BAR
    if level is Level.STRONG:
        return Rung.BEAT if place % _PHRASE == _PHRASE - 1 else Rung.HALF
    return Rung.BEAT if place % 2 else Rung.HALF


def _surplus(grid: Grid, passage: Passage, bars: list[list[Tick]], place: int, energy: Curve) -> float:
    """How much more energy a bar has than its section."""
    end = bars[place + 1][0].moment if place + 1 < len(bars) else grid.rate.seconds(passage.end)
    whole = energy.mean(grid.rate.seconds(passage.start), grid.rate.seconds(passage.end))
    return energy.mean(bars[place][0].moment, end) - whole


def _bent(rung: Rung, surplus: float) -> Rung:
    """One step faster where a bar stands out, one slower where it falls back."""
    step = -1 if surplus > _NUDGE else 1 if surplus < -_NUDGE else 0
    return Rung(min(Rung.TWO, max(Rung.BEAT, rung + step)))


def _in_tempo(rung: Rung, bars: list[list[Tick]], place: int, bar: list[Tick], grid: Grid) -> Rung:
    """The rung, moved along the ladder until its length suits the eye at this tempo."""
    if place + 1 < len(bars):
        beat = (bars[place + 1][0].moment - bar[0].moment) / len(bar)
    elif len(bar) > 1:
        beat = (bar[-1].moment - bar[0].moment) / (len(bar) - 1)
    else:
        return rung
    lengths = {
        Rung.BEAT: beat,
        Rung.HALF: beat * (len(bar) // 2 or 1),
        Rung.BAR: beat * len(bar),
        Rung.TWO: beat * len(bar) * 2,
        Rung.FOUR: beat * len(bar) * 4,
    }
    shortest = max(Fraction(_SHORTEST[rung]), (FLOOR + Fraction(1, 2)) / grid.rate.value)
    longest = Fraction(_LONGEST[rung])
    while rung < Rung.FOUR and lengths[rung] < shortest:
        rung = Rung(rung + 1)
    while rung > Rung.BEAT and lengths[rung] > longest and lengths[Rung(rung - 1)] >= shortest:
        rung = Rung(rung - 1)
    return rung
