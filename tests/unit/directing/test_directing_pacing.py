"""How a plan breathes: styles, sections, phrases, and songs without a beat."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from alice_core.directing.model import CutStyle
from alice_core.directing.plan import plan_shots
from alice_core.errors import UsageError
from alice_core.music.model import Curve, Section
from alice_core.timing import FrameRate

FILM = FrameRate.parse("24")


def planned(analysis, *, rate=FILM, cut=CutStyle.AUTO, **more):
    return plan_shots(analysis, rate=rate, width=1280, height=720, cut=cut, **more)


def seconds_of(plan, section):
    """Lengths of the shots of the first section of that label."""
    first = next(index for index, shot in enumerate(plan.shots) if shot.section == section)
    lengths = []
    for shot in plan.shots[first:]:
        if shot.section != section:
            break
        lengths.append(float(shot.frames / plan.rate.value))
    return lengths


def beats_of(plan, section):
    first = next(index for index, shot in enumerate(plan.shots) if shot.section == section)
    run = [shot for shot in plan.shots[first:] if shot.section == section]
    return [shot.beats for shot in run]


def test_stronger_sections_cut_faster(pop_song):
    plan = planned(pop_song)
    mean = {name: sum(seconds_of(plan, name)) / len(seconds_of(plan, name)) for name in ("intro", "verse", "chorus")}
    assert mean["chorus"] < 0.6 * mean["verse"] < 0.6 * mean["intro"]
    later = [shot.frames for shot in plan.shots if shot.section == "chorus"]
    assert sum(later[-20:]) < sum(later[:20]), "the last chorus is wilder than the first"


def test_a_chorus_holds_its_first_bar_then_goes_by_half_bars_and_ends_its_phrase_on_beats(pop_song):
    assert beats_of(planned(pop_song), "chorus")[:9] == [4, 2, 2, 2, 2, 1, 1, 1, 1]


def test_a_verse_goes_by_the_bar_and_quickens_before_the_chorus(pop_song):
    assert beats_of(planned(pop_song), "verse")[:9] == [4, 4, 4, 4, 4, 4, 4, 2, 2]


def test_a_quiet_part_breathes_in_two_bars_and_quickens_before_a_stronger_one(pop_song):
    plan = planned(pop_song)
    assert beats_of(plan, "intro") == [8, 4, 4]
    assert beats_of(plan, "outro") == [8, 8]


def test_sections_change_on_a_cut_at_their_downbeat(pop_song):
    borders = {Fraction(section.start, 44100) for section in pop_song.sections}
    for style in CutStyle:
        shots = planned(pop_song, cut=style).shots
        assert [shot.section for shot in shots if shot.beat in borders] == [one.label for one in pop_song.sections]


def test_a_border_beside_the_beat_moves_to_the_downbeat(pop_song):
    late = [replace(section, start=section.start + 9000 * bool(section.start)) for section in pop_song.sections]
    tiled = [replace(one, end=other.start) for one, other in pairwise(late)] + [late[-1]]
    moved = planned(replace(pop_song, sections=tuple(tiled)))
    assert [shot.start for shot in moved.shots] == [shot.start for shot in planned(pop_song).shots]
    assert [mark.frame for mark in moved.markers if mark.kind == "section"][1] != moved.shots[3].start


@pytest.mark.parametrize(
    ("style", "beats"),
    [(CutStyle.BEAT, 1), (CutStyle.BAR, 4), (CutStyle.TWO_BARS, 8), (CutStyle.FOUR_BARS, 16)],
)
def test_a_style_cuts_as_often_as_it_says(pop_song, style, beats):
    plan = planned(pop_song, cut=style)
    assert {shot.beats for shot in plan.shots[1:]} == {beats}


def test_the_section_style_has_one_shot_a_section(pop_song):
    plan = planned(pop_song, cut=CutStyle.SECTION)
    assert [shot.section for shot in plan.shots] == [section.label for section in pop_song.sections]
    assert max(shot.frames for shot in plan.shots) > 8 * 24


def test_beats_closer_than_ten_frames_are_skipped(song_of):
    plan = planned(song_of(bpm=300, form=(("verse", 40, 0.5),)), cut=CutStyle.BEAT)
    assert min(shot.frames for shot in plan.shots) == 10
    assert {shot.beats for shot in plan.shots[1:-1]} == {2, 3}


@pytest.mark.parametrize("bpm", [40, 52, 66, 90, 128, 150, 174, 220, 300])
def test_auto_suits_the_eye_at_every_tempo(song_of, bpm):
    plan = planned(song_of(bpm=bpm))
    chorus, verse = seconds_of(plan, "chorus"), seconds_of(plan, "verse")
    assert 0.42 <= min(chorus) <= 1.6
    assert sum(chorus) / len(chorus) < sum(verse) / len(verse) <= 5.5
    assert all(shot.frames <= 192 for shot in plan.shots)


def test_a_waltz_is_cut_on_its_own_bars(song_of):
    plan = planned(song_of(meter=3, bpm=150))
    downbeats = {mark.frame for mark in plan.markers if mark.kind in ("downbeat", "section")}
    verse = [shot for shot in plan.shots if shot.section == "verse"]
    assert sum(shot.start in downbeats for shot in verse) >= len(verse) - 2


def test_a_fast_odd_meter_is_not_cut_on_beats_too_close_to_see(song_of):
    plan = planned(song_of(meter=7, bpm=150, form=(("A", 8, 0.2), ("B", 8, 1.0))))
    assert {shot.beats for shot in plan.shots if shot.section == "B"} == {3, 4, 7}


def test_a_song_of_one_section_goes_by_the_bar(song_of):
    plan = planned(song_of(form=(("A", 14, 0.0),)))
    assert {shot.beats for shot in plan.shots} == {4}


def test_bars_are_counted_in_fours_where_no_downbeat_is_known(pop_song):
    plain = replace(pop_song, beats=tuple(replace(beat, position=2) for beat in pop_song.beats))
    plan = planned(plain, cut=CutStyle.BAR)
    assert {shot.beats for shot in plan.shots[1:]} == {4}
    assert not any(mark.kind == "downbeat" for mark in plan.markers)


def test_a_bar_that_stands_out_is_cut_faster_and_one_that_falls_back_slower(pop_song):
    verse = next(section for section in pop_song.sections if section.label == "verse")
    start, bar = verse.start / 44100, 240 / 112
    values = [0.5] * (int(pop_song.song.seconds * 20) + 1)
    for place, energy in ((2, 1.0), (5, 0.0)):
        for index in range(round((start + place * bar) * 20), round((start + (place + 1) * bar) * 20)):
            values[index] = energy
    bent = replace(pop_song, curves=(Curve("energy", 20, tuple(values)),))
    assert beats_of(planned(bent), "verse")[:7] == [4, 4, 2, 2, 4, 8, 4]


def test_a_long_intro_without_beats_is_divided_evenly_and_said(song_of):
    song = song_of(first=20.0)
    plan = planned(song)
    opening = [shot.frames for shot in plan.shots if shot.end <= 480]
    assert opening == [120, 120, 120, 120]
    assert plan.shots[4].beat == 20
    assert plan.notices == (
        "Stretches without a beat of more than 8 s are divided evenly, not on a beat: 0:00 to 0:20.",
    )
    assert planned(song, cut=CutStyle.BAR).shots[0].frames == 480, "a chosen style is left as it is"


def test_many_stretches_without_beats_are_counted(song_of):
    song = song_of(form=(("verse", 100, 0.5),))
    holes = [beat for beat in song.beats if beat.sample // 44100 % 20 < 5]
    plan = planned(replace(song, beats=tuple(holes)))
    assert plan.notices[0].endswith(" more.")
    assert plan.notices[0].count(" to ") == 3


def test_a_section_border_in_silence_stays_where_it_is(song_of):
    song = song_of(first=30.0)
    border = 44100 * 13 + 5
    sections = (Section(0, border, "intro", 0.1, 1.0), replace(song.sections[0], start=border), *song.sections[1:])
    plan = planned(replace(song, sections=sections))
    assert Fraction(border, 44100) in {shot.beat for shot in plan.shots}


@pytest.mark.parametrize(
    ("style", "length"),
    [(CutStyle.BEAT, 1), (CutStyle.BAR, 2), (CutStyle.AUTO, 4), (CutStyle.TWO_BARS, 4), (CutStyle.FOUR_BARS, 8)],
)
def test_a_song_without_a_beat_is_cut_evenly_and_said(pop_song, style, length):
    silent = replace(pop_song, beats=pop_song.beats[:3])
    plan = planned(silent, cut=style)
    lengths = {shot.frames for shot in plan.shots}
    assert max(lengths) - min(lengths) <= 1
    assert abs(sum(shot.frames for shot in plan.shots) / len(plan.shots) - 24 * length) < 12
    assert f"about {length} s" in plan.notices[0]
    assert {mark.kind for mark in plan.markers} == {"section"}


def test_a_song_without_a_beat_can_be_cut_by_its_sections(song_of):
    plan = planned(song_of(confidence=0.01), cut=CutStyle.SECTION)
    assert len(plan.shots) == 8
    assert "the cuts follow its sections" in plan.notices[0]


def test_a_pulse_needs_beats_and_confidence(song_of, pop_song):
    assert pop_song.has_beat
    assert not song_of(confidence=0.02).has_beat
    assert not replace(pop_song, beats=pop_song.beats[:3]).has_beat


def test_the_shortest_song_is_one_shot(pop_song):
    blip = replace(pop_song, song=replace(pop_song.song, samples=100), beats=(), sections=(), curves=())
    plan = planned(blip)
    assert [(shot.start, shot.end, shot.section) for shot in plan.shots] == [(0, 1, "A")]


@pytest.mark.parametrize("name", ["23.976", "29.97", "60"])
def test_an_hour_of_music_is_as_exact_at_its_end(song_of, name):
    rate = FrameRate.parse(name)
    song = song_of(bpm=127, form=(("verse", 300, 0.5), ("chorus", 130, 0.9)) * 5)
    plan = planned(song, rate=rate)
    assert song.song.seconds > 3600
    assert plan.shots[0].start == 0
    assert plan.shots[-1].end == rate.nearest_frame(song.song.seconds)
    assert all(one.end == other.start for one, other in pairwise(plan.shots))
    known = {Fraction(beat.sample, 44100) for beat in song.beats}
    assert all(shot.beat in known for shot in plan.shots[1:])
    assert all(abs(shot.beat * rate.value - shot.start) <= Fraction(1, 2) for shot in plan.shots)


def test_a_start_that_is_no_timecode_is_refused(pop_song):
    with pytest.raises(UsageError, match="timecode"):
        planned(pop_song, rate=FrameRate.parse("29.97"), start="00:01:00;00")
