"""What corrections do to a grid, and what holds of all of them."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from grids import analysed, steady
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.errors import UsageError
from alice_core.music.grid.correct import corrected, lyrics_of
from alice_core.music.grid.decisions import Lock, Named, Replace, SetBeat, Tap, Unlock
from alice_core.music.grid.edits import BarOne, Delete, Insert, Meter, Scale, Shift
from alice_core.music.grid.scaling import FACTORS, scaled
from alice_core.music.grid.telling import tell
from alice_core.music.model import Section

HALF, DOUBLE = Scale(Fraction(1, 2)), Scale(Fraction(2))


def samples(analysis):
    return [beat.sample for beat in analysis.beats]


def counted(analysis):
    return [(beat.bar, beat.position) for beat in analysis.beats]


@st.composite
def songs(draw):
    gaps = draw(st.lists(st.integers(8000, 60000), min_size=1, max_size=60))
    at = [draw(st.integers(0, 90000))]
    for gap in gaps:
        at.append(at[-1] + gap)
    meter = draw(st.integers(1, 7))
    return analysed(at, meter=meter, pickup=draw(st.integers(0, min(meter, len(at)) - 1)))


moments = st.integers(0, 3_000_000)
stretches = st.tuples(moments, moments).map(sorted).map(lambda two: {"start": two[0], "end": two[1] + 1})
edits = st.one_of(
    st.builds(lambda by, where: Shift(by, **where), st.integers(-50000, 50000), st.one_of(st.just({}), stretches)),
    st.builds(lambda by, where: Scale(by, **where), st.sampled_from(FACTORS), st.one_of(st.just({}), stretches)),
    st.builds(BarOne, moments),
    st.builds(Meter, st.integers(1, 9), moments, st.one_of(st.none(), moments)),
    st.builds(Insert, moments, st.booleans()),
    st.builds(Delete, moments),
    st.builds(
        lambda taps, late, on: Tap(tuple(sorted(taps)), late, on),
        st.sets(moments, min_size=1, max_size=20),
        st.integers(-5000, 5000),
        st.booleans(),
    ),
    st.builds(
        lambda at: Lock(tuple(SetBeat(one, index % 4 + 1) for index, one in enumerate(sorted(at)))),
        st.sets(moments, min_size=1, max_size=8),
    ),
    st.builds(lambda where: Unlock(**where), stretches),
    st.builds(
        lambda at: Replace("x", tuple(SetBeat(one) for one in sorted(at))), st.sets(moments, min_size=1, max_size=30)
    ),
)


@settings(deadline=None, max_examples=150)
@given(songs(), st.lists(edits, min_size=1, max_size=6))
def test_beats_rise_inside_the_song_and_bars_are_counted_as_a_musician_would(song, said):
    after = corrected(song, said)
    assert after.corrected
    assert all(low < high for low, high in pairwise(samples(after)))
    assert all(0 <= sample < song.song.samples for sample in samples(after))
    for before, beat in pairwise(after.beats):
        if beat.position == 1:
            assert beat.bar == before.bar + 1
        else:
            assert (beat.bar, beat.position) == (before.bar, before.position + 1)
    assert after.sections[0].start == 0
    assert after.sections[-1].end == song.song.samples
    assert all(low.end == high.start and low.start < low.end for low, high in pairwise(after.sections))
    points = [point.sample for point in after.tempo_map]
    assert points == sorted(set(points))


@settings(deadline=None, max_examples=80)
@given(songs(), st.integers(-200_000, 200_000))
def test_a_shift_and_back_is_nothing(song, by):
    after = corrected(song, [Shift(by), Shift(-by)])
    assert after.beats == song.beats
    assert after.tempo_map == song.tempo_map


@settings(deadline=None, max_examples=80)
@given(songs(), st.sampled_from([(HALF, DOUBLE), (Scale(Fraction(1, 3)), Scale(Fraction(3)))]))
def test_half_of_double_is_the_same(song, two):
    less, more = two
    assert corrected(song, [more, less]).beats == song.beats


@settings(deadline=None, max_examples=100)
@given(songs(), st.data(), st.lists(edits.filter(lambda one: not isinstance(one, (Lock, Unlock))), max_size=5))
def test_locked_beats_stay_where_they_are(song, data, said):
    chosen = data.draw(st.lists(st.sampled_from(song.beats), min_size=1, max_size=6, unique=True))
    lock = Lock(tuple(sorted((SetBeat(one.sample, one.position) for one in chosen), key=lambda one: one.sample)))
    after = corrected(song, [lock, *said])
    assert {one.sample for one in lock.beats} <= set(samples(after)) | {
        one.sample for one in lock.beats if one.sample >= song.song.samples
    }


@settings(deadline=None, max_examples=60)
@given(songs(), songs(), st.data())
def test_a_new_analysis_is_laid_around_what_was_locked(old, new, data):
    first = data.draw(st.integers(0, len(old.beats) - 1))
    last = data.draw(st.integers(first, len(old.beats) - 1))
    stretch = [one for one in old.beats[first : last + 1] if one.sample < new.song.samples]
    if not stretch:
        return
    after = corrected(new, [Lock(tuple(SetBeat(one.sample, one.position) for one in stretch))])
    inside = [at for at in samples(after) if stretch[0].sample <= at <= stretch[-1].sample]
    assert inside == [one.sample for one in stretch]
    assert all(one.confidence == 1 for one in after.beats if one.sample in inside)


def test_nothing_said_is_the_same_analysis():
    song = steady(8)
    assert corrected(song, []) is song
    assert (
        corrected(analysed([], length=48000), [HALF, DOUBLE, BarOne(5), Meter(3, 5), Shift(3), Delete(1)]).beats == ()
    )


def test_a_shift_of_a_stretch_leaves_the_rest():
    after = corrected(steady(6), [Shift(480, 48000, 96000)])
    assert samples(after) == [24000, 48480, 72480, 96000, 120000, 144000]


def test_a_stretch_that_is_shifted_over_others_takes_their_place():
    after = corrected(steady(6), [Shift(36000, 48000, 96000)])
    assert samples(after) == [24000, 84000, 108000, 120000, 144000]


def test_half_and_double_keep_bars_as_long_in_beats():
    song = steady(17, meter=4, pickup=1)
    half = corrected(song, [HALF])
    assert samples(half) == [48000 + 48000 * index for index in range(8)]
    assert counted(half)[:5] == [(1, 1), (1, 2), (1, 3), (1, 4), (2, 1)]
    double = corrected(song, [DOUBLE])
    assert len(double.beats) == 33
    assert counted(double)[:3] == [(0, 3), (0, 4), (1, 1)]
    assert (half.tempo.bpm, double.tempo.bpm) == (60.0, 240.0)


def test_three_halves_lays_three_beats_on_two():
    after = corrected(steady(9), [Scale(Fraction(3, 2))])
    assert samples(after)[:4] == [24000, 40000, 56000, 72000]
    assert corrected(steady(9), [Scale(Fraction(2, 3))]).tempo.bpm == 80.0
    with pytest.raises(UsageError, match="cannot be multiplied by 7"):
        scaled((), Fraction(7))


def test_half_of_bars_that_do_not_pair_starts_anew_at_a_bar_line():
    after = corrected(steady(21), [Meter(3, 24000 + 4 * 24000, 24000 + 7 * 24000), HALF])
    assert samples(after)[:6] == [24000, 72000, 120000, 168000, 192000, 240000]


def test_bar_one_moves_every_bar_line_and_gives_the_bars_before_it_their_numbers():
    after = corrected(steady(13), [BarOne(24000 * 6)])  # the second beat of bar 2
    assert counted(after) == [
        (-1, 4), (0, 1), (0, 2), (0, 3), (0, 4), (1, 1), (1, 2), (1, 3), (1, 4), (2, 1), (2, 2), (2, 3), (2, 4),
    ]  # fmt: skip
    assert after.tempo == steady(13).tempo
    back = corrected(steady(13), [BarOne(24000 * 6), BarOne(24000)])
    assert counted(back) == counted(steady(13))


def test_a_meter_from_a_bar_on_and_up_to_another():
    after = corrected(steady(14), [Meter(3, 24000 * 5, 24000 * 11)])
    assert counted(after)[3:12] == [(1, 4), (2, 1), (2, 2), (2, 3), (3, 1), (3, 2), (3, 3), (4, 1), (4, 2)]


def test_a_beat_more_and_a_beat_less():
    song = steady(9)
    more = corrected(song, [Insert(60000)])
    assert counted(more)[:6] == [(1, 1), (1, 2), (1, 3), (1, 4), (1, 5), (2, 1)]
    assert corrected(song, [Insert(60000), Delete(60010)]).beats == song.beats
    assert corrected(song, [Insert(24000)]).beats == song.beats
    down = corrected(song, [Insert(60000, downbeat=True)])
    assert counted(down)[:4] == [(1, 1), (1, 2), (2, 1), (2, 2)]
    assert counted(corrected(song, [Delete(24000 * 5)]))[4] == (2, 1)
    assert corrected(song, [Delete(500_000_000)]).beats == song.beats
    held = corrected(song, [Lock((SetBeat(48000, 2),)), Delete(48000)])
    assert 48000 in samples(held)
    freed = corrected(song, [Lock((SetBeat(48000, 2),)), Unlock(), Delete(48000)])
    assert 48000 not in samples(freed)


def test_a_lock_alone_changes_no_beat_and_half_goes_around_it():
    song = steady(9)
    lock = Lock((SetBeat(48000, 2), SetBeat(72000, 3)))
    assert samples(corrected(song, [lock])) == samples(song)
    assert counted(corrected(song, [lock])) == counted(song)
    assert samples(corrected(song, [lock, HALF]))[:4] == [24000, 48000, 72000, 120000]
    assert samples(corrected(song, [lock, Shift(600)]))[:4] == [24600, 48000, 72000, 96600]


def test_a_new_analysis_half_a_beat_off_gives_way_to_the_lock():
    lock = Lock(tuple(SetBeat(24000 * index, (index - 1) % 4 + 1) for index in range(3, 8)))
    after = corrected(steady(12, first=36000), [lock])
    assert samples(after) == [36000, 72000, 96000, 120000, 144000, 168000, 204000, *range(228000, 320000, 24000)]


def test_an_import_takes_the_place_of_the_grid():
    song = steady(12)
    beats = tuple(SetBeat(30000 + 20000 * index, index % 3 + 1) for index in range(9))
    lines = (Named(30000, "hello", 60000),)
    parts = (Named(90000, "chorus"), Named(150000, "outro"))
    after = corrected(song, [Replace("REAPER", beats, parts, lines)])
    assert samples(after) == [one.sample for one in beats]
    assert counted(after)[:4] == [(1, 1), (1, 2), (1, 3), (2, 1)]
    assert after.tempo.confidence == 1
    assert [(one.start, one.end, one.label) for one in after.sections] == [
        (0, 90000, "intro"), (90000, 150000, "chorus"), (150000, song.song.samples, "outro"),
    ]  # fmt: skip
    assert lyrics_of([Replace("REAPER", lyrics=lines), HALF]) == lines
    far = corrected(song, [Replace("x", sections=(Named(10**9, "late"),))])
    assert far.sections == song.sections


def test_beats_without_places_take_those_of_the_grid():
    beats = tuple(SetBeat(24000 * index + 100) for index in range(2, 12))
    assert counted(corrected(steady(12), [Replace("x", beats)]))[:4] == [(0, 2), (0, 3), (0, 4), (1, 1)]


def test_borders_of_sections_go_with_their_beats():
    parts = (
        Section(0, 120000, "intro", 0.1, 0.5),
        Section(120000, 200001, "verse", 0.2, 0.5),
        Section(200001, 336000, "outro", 0.3, 0.5),
    )
    after = corrected(steady(12, sections=parts, length=336000), [Shift(480)])
    assert [one.start for one in after.sections] == [0, 120480, 200001]


def test_taps_replace_the_stretch_and_extend_over_the_song():
    song = steady(20)
    taps = tuple(24000 * index + 600 for index in range(5, 12))
    after = corrected(song, [Tap(taps, 100)])
    assert samples(after)[3:6] == [96000, 120500, 144500]
    assert samples(after)[-1] == 480000
    assert len(after.beats) == 20
    whole = corrected(song, [Tap(taps, 0, extend=True)])
    assert samples(whole) == [24600 + 24000 * index for index in range(20)]
    assert corrected(song, [Tap(taps[:2])]).beats == song.beats


def test_every_correction_is_told():
    said = [
        Shift(480), Shift(-480, 0, 48000), HALF, BarOne(0), Meter(3, 0), Meter(3, 0, 48000), Insert(0), Insert(0, True),
        Delete(0), Tap((0, 1)), Lock((SetBeat(0),)), Lock((SetBeat(0), SetBeat(1))), Unlock(),
        Replace("LRC", lyrics=(Named(0, "x"),)),
    ]  # fmt: skip
    assert [tell(one, 48000) for one in said] == [
        "all beats 10.0 ms later",
        "beats from 0.000 s to 1.000 s 10.0 ms earlier",
        "all at 1/2 times the tempo",
        "bar 1 begins at 0.000 s",
        "3 beats a bar from 0.000 s",
        "3 beats a bar from 0.000 s to 1.000 s",
        "a beat more at 0.000 s",
        "a downbeat more at 0.000 s",
        "no beat at 0.000 s",
        "2 taps from 0.000 s to 0.000 s",
        "beat at 0.000 s locked",
        "2 beats from 0.000 s to 0.000 s locked",
        "all beats unlocked",
        "1 lines of lyrics from LRC",
    ]
