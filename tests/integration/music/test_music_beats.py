"""Beats, bars and tempo of sounds whose beats are known."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest


def times(analysis):
    return np.array([beat.sample / analysis.song.sample_rate for beat in analysis.beats])


def errors(found, true):
    """Signed distance of each found beat from the nearest true one."""
    return np.array([beat - true[np.argmin(np.abs(true - beat))] for beat in found])


@pytest.mark.parametrize(
    ("rate", "bpm", "voice"),
    [
        (44100, 60, "tick"),
        (44100, 105, "kick"),
        (22050, 120, "tick"),
        (48000, 160, "kick"),
        (8000, 90, "tick"),
        (11025, 140, "kick"),
        (96000, 75, "tick"),
    ],
)
def test_beats_sit_on_clicks(studio, rate, bpm, voice):
    true = np.arange(0.5, 11.5, 60 / bpm)
    analysis = studio.analyse(studio.clicks(rate, true, 12, getattr(studio, voice)(rate)), rate)
    off = errors(times(analysis), true)
    assert np.abs(off).max() < 0.02
    assert abs(np.median(off)) < 0.005
    assert analysis.tempo.bpm == pytest.approx(bpm, rel=0.01)
    assert len(analysis.beats) == pytest.approx(true.size, abs=1)


@pytest.mark.parametrize(("bpm", "meter"), [(84, 4), (120, 4), (174, 4), (100, 3), (160, 3), (126, 5), (132, 7)])
def test_downbeats_of_drums_and_chords(studio, bpm, meter):
    true = 0.3 + np.arange(int(20 * bpm / 60) // meter * meter) * 60 / bpm
    analysis = studio.analyse(studio.drums(22050, true, 22, meter=meter, chords=(0, 5, 7, 3)), 22050)
    found = times(analysis)
    downbeats = found[[beat.position == 1 for beat in analysis.beats]]
    assert analysis.tempo.bpm == pytest.approx(bpm, rel=0.02)
    assert np.mean(np.abs(errors(found, true)) < 0.04) > 0.95
    assert max(beat.position for beat in analysis.beats) == meter
    assert np.abs(errors(downbeats, true[::meter])).max() < 0.04


def test_bars_are_numbered_from_one_and_positions_count_up(studio):
    true = 0.3 + np.arange(32) * 0.5
    beats = studio.analyse(studio.drums(22050, true, 17, chords=(0, 5, 7, 3)), 22050).beats
    assert [(beat.bar, beat.position) for beat in beats[:6]] == [(1, 1), (1, 2), (1, 3), (1, 4), (2, 1), (2, 2)]
    assert all(later.sample > earlier.sample for earlier, later in pairwise(beats))
    assert all(0 <= beat.confidence <= 1 for beat in beats)


def test_drums_alone_are_counted_at_their_tempo(studio):
    true = 0.3 + np.arange(36) * 60 / 122
    analysis = studio.analyse(studio.drums(22050, true, 18), 22050)
    assert analysis.tempo.bpm == pytest.approx(122, rel=0.01)
    assert np.abs(errors(times(analysis), true)).max() < 0.03
    assert analysis.tempo.confidence > 0.5


def test_a_ramp_is_followed(studio):
    gaps = 60 / np.linspace(90, 130, 45)
    true = 0.5 + np.concatenate([[0], np.cumsum(gaps)])
    analysis = studio.analyse(studio.drums(22050, true, true[-1] + 1, chords=(0, 5, 7, 3)), 22050)
    assert np.mean(np.abs(errors(times(analysis), true)) < 0.05) > 0.95
    tempi = [point.bpm for point in analysis.tempo_map]
    assert tempi[0] < 97
    assert tempi[-1] > 123
    assert [point.sample for point in analysis.tempo_map] == sorted({point.sample for point in analysis.tempo_map})


def test_a_step_of_tempo_keeps_the_octave(studio):
    first = 0.3 + np.arange(50) * 0.6
    true = np.concatenate([first, first[-1] + 0.6 + np.arange(50) * 0.5])
    analysis = studio.analyse(studio.drums(22050, true, true[-1] + 1, chords=(0, 5, 7, 3)), 22050)
    assert np.mean(np.abs(errors(times(analysis), true)) < 0.05) > 0.9
    assert {round(point.bpm, -1) for point in analysis.tempo_map} >= {100, 120}


def test_no_beats_before_after_or_in_a_silence(studio):
    true = np.arange(24) * 0.5
    drums = studio.drums(22050, true, 12, chords=(0, 5))
    sound = np.concatenate([np.zeros(22050 * 6), drums, np.zeros(22050 * 8), drums, np.zeros(22050 * 5)])
    found = times(studio.analyse(sound, 22050))
    whole = np.concatenate([6 + true, 26 + true])
    assert np.abs(errors(found, whole)).max() < 0.6
    assert found.min() > 5.95
    assert found.max() < 38.1
    assert not ((found > 18.3) & (found < 25.9)).any()


@pytest.mark.parametrize("intro", ["hiss", "drone"])
def test_no_beats_in_a_hissing_or_droning_intro(studio, intro):
    true = 0.02 + np.arange(40) * 0.5
    drums = studio.drums(22050, true, 20.2, chords=(0, 5, 7, 3))
    time = np.arange(22050 * 8) / 22050
    before = np.random.default_rng(3).normal(0, 0.003, time.size)
    if intro == "drone":
        before = 0.1 * sum(np.sin(2 * np.pi * tone * time) for tone in (110, 165))
    found = times(studio.analyse(np.concatenate([before, drums]), 22050))
    assert found.min() > 7.9
    assert np.mean(np.abs(errors(found, 8 + true)) < 0.04) > 0.9


def test_a_beat_at_the_very_start_is_found(studio):
    true = np.arange(40) * 0.5
    analysis = studio.analyse(studio.drums(44100, true, 20, chords=(0, 5)), 44100)
    assert analysis.beats[0].sample < 441
    assert analysis.has_beat


def test_other_countings_are_offered_once_each(studio):
    true = 0.3 + np.arange(32) * 0.5
    tempo = studio.analyse(studio.drums(22050, true, 17, chords=(0, 5)), 22050).tempo
    factors = {alternative.factor for alternative in tempo.alternatives}
    assert factors == {0.5, 1.0, 1.5, 2.0, 3.0, 1 / 3, 2 / 3}
    assert all(one.bpm == pytest.approx(one.factor * tempo.bpm, rel=0.001) for one in tempo.alternatives)
    assert all(0 <= one.score <= 1 for one in tempo.alternatives)
