"""From an analysis and a brief to a plan: shots that tile the song on exact frames."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import isfinite

from alice_core.directing.arc import Function, roles_of
from alice_core.directing.camera import Camera
from alice_core.directing.draw import number
from alice_core.directing.grid import CEILING, Grid, grid_of
from alice_core.directing.marks import markers_of
from alice_core.directing.model import CutStyle, Mood, Plan, Shot, SongReference
from alice_core.directing.pacing import wanted_ticks
from alice_core.directing.prompt import LONGEST_BRIEF, Scene, Writer
from alice_core.directing.spacing import Cut, even_seconds, evenly, spaced
from alice_core.music.model import Analysis, Curve
from alice_core.timing import FrameRate, frames_of

_LEAST_SPREAD = 0.15
_SIXTY = 60
_NAMED_STRETCHES = 3


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A shot before it has words."""

    cut: Cut
    end: int
    passage: int
    place: int
    following: int
    mood: Mood


def plan_shots(
    analysis: Analysis,
    *,
    rate: FrameRate,
    start: str = "01:00:00:00",
    width: int,
    height: int,
    brief: str = "",
    cut: CutStyle = CutStyle.AUTO,
    seed: int = 0,
) -> Plan:
    """The plan of a song; the same arguments always give the same plan.

    Args:
        analysis: What is known of the song.
        rate: Of the picture.
        start: Timecode label of the first frame.
        width: Of the picture, in pixels.
        height: Of the picture, in pixels.
        brief: What the maker wants; the first sentence says what is seen, the rest the style.
        cut: How often to cut.
        seed: Another seed gives other prompts, moves and seeds, but the same cuts.

    Raises:
        UsageError: ``start`` is no timecode at this rate.
    """
    frames_of(start, rate)
    brief = brief.encode(errors="replace").decode()  # an argument of the command may hold undecodable bytes
    pulse = analysis.has_beat
    grid = grid_of(analysis, rate, beats=pulse)
    curves = {curve.name: curve for curve in analysis.curves if curve.values}
    cuts = spaced(grid, wanted_ticks(grid, cut, curves.get("energy")), cut) if pulse else evenly(grid, cut)
    shots = _shots(grid, cuts, curves, brief, seed)
    song = SongReference(analysis.song.digest or "", analysis.song.sample_rate, analysis.song.samples)
    notices = tuple(_notices(grid, cuts, cut, brief, pulse=pulse))
    markers = markers_of(analysis, rate, grid.frames, beats=pulse)
    return Plan(rate, start, width, height, song, brief, cut, seed, shots, markers, notices)


def _shots(grid: Grid, cuts: Sequence[Cut], curves: dict[str, Curve], brief: str, seed: int) -> tuple[Shot, ...]:
    """The cuts with words, moves and seeds."""
    roles = roles_of(grid.passages)
    stretches = _stretches(grid, cuts, curves)
    writer, camera = Writer(brief, seed), Camera(seed)
    moods = _relative([stretch.mood for stretch in stretches])
    lengths = [grid.rate.seconds(stretch.end - stretch.cut.frame) for stretch in stretches]
    shots = []
    for index, (stretch, mood) in enumerate(zip(stretches, moods, strict=True)):
        label, role = grid.passages[stretch.passage].label, roles[stretch.passage]
        release = roles[stretch.following].function is Function.RELEASE
        leading = release and role.function is not Function.RELEASE
        closing = stretch.following != stretch.passage
        scene = Scene(label, role, stretch.place, closing, leading, stretch.cut.frame / grid.frames, mood)
        shots.append(
            Shot(
                id=f"shot-{index + 1:04}",
                start=stretch.cut.frame,
                end=stretch.end,
                beat=stretch.cut.moment if index else Fraction(0),
                bar=_bar(grid, stretch.cut.frame),
                beats=len(grid.within(stretch.cut.frame, stretch.end)),
                section=label,
                prompt=writer.prompt(scene),
                seed=number(seed, index, label),
                move=camera.move(label, stretch.place, role, lengths[index], last=index + 1 == len(lengths)),
                mood=stretch.mood,
            )
        )
    return tuple(shots)


def _stretches(grid: Grid, cuts: Sequence[Cut], curves: dict[str, Curve]) -> list[_Stretch]:
    """Each cut with its end, section, place in the section and mood."""
    ends = [cut.frame for cut in cuts[1:]] + [grid.frames]
    starts = [passage.start for passage in grid.passages]
    inside = [bisect_right(starts, (cut.frame + end) // 2) - 1 for cut, end in zip(cuts, ends, strict=True)]
    found: list[_Stretch] = []
    for index, (cut, end, passage) in enumerate(zip(cuts, ends, inside, strict=True)):
        place = found[-1].place + 1 if found and found[-1].passage == passage else 0
        following = inside[index + 1] if index + 1 < len(inside) else passage
        mood = _mood(grid, cut.frame, end, curves, grid.passages[passage].energy)
        found.append(_Stretch(cut, end, passage, place, following, mood))
    return found


def _mood(grid: Grid, start: int, end: int, curves: dict[str, Curve], energy: float) -> Mood:
    """The means of the curves over a shot; the section's energy and the middle where there is no curve."""

    def mean(name: str, otherwise: float) -> float:
        curve = curves.get(name)
        value = curve.mean(grid.rate.seconds(start), grid.rate.seconds(end)) if curve else otherwise
        return round(min(1.0, max(0.0, value)), 4) if isfinite(value) else otherwise

    return Mood(mean("energy", round(energy, 4)), mean("brightness", 0.5), mean("valence", 0.5))


def _relative(moods: Sequence[Mood]) -> list[Mood]:
    """The moods half way to the song's own range, so that a song of one colour still has light and shade."""
    columns = []
    for name in ("energy", "brightness", "valence"):
        values = [float(getattr(mood, name)) for mood in moods]
        low, spread = min(values), max(values) - min(values)
        columns.append(
            [((value - low) / spread + value) / 2 for value in values] if spread >= _LEAST_SPREAD else values
        )
    return [Mood(*measures) for measures in zip(*columns, strict=True)]


def _bar(grid: Grid, frame: int) -> int:
    """The bar that sounds at a frame; 0 before the first beat."""
    after = bisect_right(grid.ticks, frame, key=lambda tick: tick.frame)
    return grid.ticks[after - 1].bar if after else 0


def _notices(grid: Grid, cuts: Sequence[Cut], style: CutStyle, brief: str, *, pulse: bool) -> Iterable[str]:
    """What the user should know of this plan."""
    if not pulse:
        seconds = even_seconds(style)
        lengths = f"the shots are of even length, about {seconds} s" if seconds else "the cuts follow its sections"
        yield f"The song has no steady beat, so no cut is on a beat: {lengths}."
    elif stretches := _beatless(grid, cuts):
        named = ", ".join(f"{_clock(start)} to {_clock(end)}" for start, end in stretches[:_NAMED_STRETCHES])
        more = len(stretches) - _NAMED_STRETCHES
        named += f" and {more} more" if more > 0 else ""
        yield f"Stretches without a beat of more than {CEILING} s are divided evenly, not on a beat: {named}."
    if len(" ".join(brief.split())) > LONGEST_BRIEF:
        yield f"The brief is long: its first {LONGEST_BRIEF} characters go into the prompts."


def _beatless(grid: Grid, cuts: Sequence[Cut]) -> list[tuple[Fraction, Fraction]]:
    """The stretches, in seconds, whose cuts lie on no beat."""
    beats = {tick.moment for tick in grid.ticks}
    ends = [grid.rate.seconds(cut.frame) for cut in cuts[1:]] + [grid.rate.seconds(grid.frames)]
    shots = list(zip(cuts, ends, strict=True))
    found = []
    for off, group in groupby(enumerate(shots), key=lambda item: bool(item[0]) and item[1][0].moment not in beats):
        run = list(group)
        if off:
            found.append((grid.rate.seconds(shots[run[0][0] - 1][0].frame), run[-1][1][1]))
    return found


def _clock(seconds: Fraction) -> str:
    minutes, rest = divmod(round(seconds), _SIXTY)
    return f"{minutes}:{rest:02}"
