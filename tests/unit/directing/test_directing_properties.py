"""Every plan of every song: whole, on the beat, never too short, the same again."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.directing.document import from_document, to_document
from alice_core.directing.model import CutStyle, Move, Plan
from alice_core.directing.plan import plan_shots
from alice_core.music.model import Analysis, Beat, Curve, Section, Song, Tempo
from alice_core.timing import RATES, FrameRate

LABELS = ("intro", "verse", "chorus", "bridge", "drop", "break", "outro", "A", "B")
FLOOR, CEILING = 10, 8


def rates() -> st.SearchStrategy[FrameRate]:
    return st.sampled_from([FrameRate.parse(name) for name in RATES])


@st.composite
def beats_of(draw: st.DrawFn, sample_rate: int) -> list[Beat]:
    """Stretches of beats, each with its own tempo at start and end, with silences between."""
    at = draw(st.floats(0, 20))
    meter = draw(st.sampled_from([0, 1, 2, 3, 4, 5, 7, 12]))
    beats: list[Beat] = []
    for _ in range(draw(st.integers(0, 4))):
        slow, fast = draw(st.floats(0.15, 4.0)), draw(st.floats(0.15, 4.0))
        count = draw(st.integers(1, 60))
        for index in range(count):
            number = len(beats)
            position = number % meter + 1 if meter else 2
            beats.append(Beat(round(at * sample_rate), number // (meter or 4) + 1, position, draw(st.just(0.8))))
            at += slow + (fast - slow) * index / count
        at += draw(st.sampled_from([0.0, 0.05, 3.0, 8.2, 30.0]))
    return beats


@st.composite
def analyses(draw: st.DrawFn) -> Analysis:
    """Analyses of songs that nobody would write."""
    sample_rate = draw(st.sampled_from([8000, 22050, 44100, 48000, 192000]))
    beats = draw(beats_of(sample_rate))
    last = beats[-1].sample if beats else 0
    samples = max(1, last + draw(st.integers(-2 * sample_rate, 25 * sample_rate)))
    borders = sorted({0, samples, *draw(st.lists(st.integers(0, samples), max_size=8))})
    sections = tuple(
        Section(start, end, draw(st.sampled_from(LABELS)), draw(st.floats(0, 1)), 0.5)
        for start, end in pairwise(borders)
    )
    values = tuple(draw(st.lists(st.floats(0, 1), max_size=40)))
    curves = tuple(Curve(name, 2, values) for name in draw(st.sampled_from([(), ("energy",), ("energy", "valence")])))
    tempo = Tempo(100.0, draw(st.sampled_from([0.0, 0.5, 0.9])))
    if draw(st.booleans()) and len(sections) > 3:
        sections = ()
    return Analysis(Song(sample_rate, samples), tempo, (), tuple(beats), sections, curves)


def planned(analysis: Analysis, rate: FrameRate, style: CutStyle, seed: int = 0) -> Plan:
    return plan_shots(analysis, rate=rate, width=640, height=360, brief="", cut=style, seed=seed)


def check_whole(plan: Plan, analysis: Analysis) -> None:
    total = max(1, plan.rate.nearest_frame(analysis.song.seconds))
    assert plan.shots[0].start == 0
    assert plan.shots[0].beat == 0
    assert plan.shots[-1].end == plan.frames == total
    assert all(one.end == other.start for one, other in pairwise(plan.shots))
    assert all(shot.frames >= FLOOR for shot in plan.shots) or len(plan.shots) == 1
    for shot in plan.shots[1:]:
        assert abs(shot.beat * plan.rate.value - shot.start) <= Fraction(1, 2)
        assert plan.rate.nearest_frame(shot.beat) == shot.start
    assert len({shot.id for shot in plan.shots}) == len(plan.shots)


def beat_moments(analysis: Analysis) -> list[Fraction]:
    total = analysis.song.seconds
    inside = [Fraction(beat.sample, analysis.song.sample_rate) for beat in analysis.beats]
    return [Fraction(0), *(moment for moment in inside if moment < total), total]


def in_long_silence(analysis: Analysis, moment: Fraction, rate: FrameRate) -> bool:
    """Whether no beat lies around that would leave shots of at most the ceiling."""
    known = beat_moments(analysis)
    before = max(one for one in known if one <= moment)
    after = min(one for one in known if one > moment)
    return after - before > CEILING - (2 * FLOOR + 2) * rate.frame


@settings(deadline=None, max_examples=50)
@given(analyses(), rates(), st.sampled_from(CutStyle))
def test_any_plan_is_whole_and_on_the_beat(analysis, rate, style):
    plan = planned(analysis, rate, style)
    check_whole(plan, analysis)
    beats = set(beat_moments(analysis))
    off = [shot for shot in plan.shots if shot.beat not in beats]
    if analysis.has_beat:
        assert all(in_long_silence(analysis, shot.beat, rate) for shot in off)
        assert bool(off) == any("without a beat" in notice for notice in plan.notices)
    else:
        assert any("no steady beat" in notice for notice in plan.notices)
    if style is CutStyle.AUTO:
        assert all(shot.frames <= max(CEILING * rate.value, 20) for shot in plan.shots)


@settings(deadline=None, max_examples=25)
@given(analyses(), rates(), st.sampled_from(CutStyle), st.integers(0, 2**63))
def test_any_plan_is_the_same_again_and_survives_its_document(analysis, rate, style, seed):
    plan = planned(analysis, rate, style, seed)
    document = to_document(plan)
    assert to_document(planned(analysis, rate, style, seed)) == document
    assert from_document(document) == plan
    other = planned(analysis, rate, style, seed + 1)
    assert [shot.start for shot in other.shots] == [shot.start for shot in plan.shots]
    assert [shot.seed for shot in other.shots] != [shot.seed for shot in plan.shots]


@settings(deadline=None, max_examples=25)
@given(analyses(), rates(), st.sampled_from(CutStyle))
def test_any_plan_has_moods_moves_and_markers_in_range(analysis, rate, style):
    plan = planned(analysis, rate, style)
    for shot in plan.shots:
        assert all(0 <= value <= 1 for value in (shot.mood.energy, shot.mood.brightness, shot.mood.valence))
        assert 0 <= shot.seed < 2**32
        assert shot.frames * rate.frame >= Fraction(1, 2) or shot.move is Move.HOLD
    frames = [marker.frame for marker in plan.markers]
    assert frames == sorted(set(frames))
    assert all(0 <= frame < plan.frames for frame in frames)
    on_beat = [marker.frame for marker in plan.markers if marker.kind != "section"]
    nearest = {rate.nearest_frame(Fraction(beat.sample, analysis.song.sample_rate)) for beat in analysis.beats}
    assert set(on_beat) <= nearest


@settings(deadline=None, max_examples=25)
@given(st.floats(20, 300), rates(), st.sampled_from(CutStyle), st.floats(0, 3))
def test_a_steady_song_is_cut_on_beats_only(bpm, rate, style, first):
    beats = tuple(
        Beat(round((first + index * 60 / bpm) * 48000), index // 4 + 1, index % 4 + 1, 0.9) for index in range(64)
    )
    samples = beats[-1].sample + 96000
    sections = (
        Section(0, beats[32].sample, "verse", 0.4, 0.9),
        Section(beats[32].sample, samples, "chorus", 0.9, 0.9),
    )
    analysis = Analysis(Song(48000, samples), Tempo(bpm, 0.9), (), beats, sections, ())
    plan = planned(analysis, rate, style)
    check_whole(plan, analysis)
    assert {shot.beat for shot in plan.shots} <= set(beat_moments(analysis))
    assert beats[32].sample in {shot.beat * 48000 for shot in plan.shots}
    assert plan.notices == ()
