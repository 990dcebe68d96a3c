"""Beats out of activations, and how sure they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.music.certainty import grid_gain, judge
from alice_core.music.features import FINE_BANDS, FRAMES, LEAD, SLOW_FRAMES, Features
from alice_core.music.following import follow, weigh
from alice_core.music.network import INPUTS, NETWORK_FRAMES, hear, inputs


def activation(times, seconds, height=0.9):
    rows = np.full(int(seconds * NETWORK_FRAMES), 0.03)
    at = np.rint(np.asarray(times) * NETWORK_FRAMES).astype(int)
    rows[at] = height
    return rows


def features(seconds, seed=0):
    random = np.random.default_rng(seed)
    fast, slow = int(seconds * FRAMES) + LEAD, int(seconds * SLOW_FRAMES) + 1
    return Features(
        onsets=random.random((fast, 4)),
        attacks=random.random((fast, FINE_BANDS)).astype(np.float16),
        level=random.random(fast).astype(np.float32),
        harmony=random.random((slow, 24)).astype(np.float32),
        timbre=random.random((slow, 30)).astype(np.float32),
        centroid=random.random(slow).astype(np.float32),
        seconds=seconds,
    )


@settings(deadline=None, max_examples=12)
@given(st.floats(50, 200), st.floats(0, 0.5))
def test_a_steady_beat_is_followed_at_its_tempo(bpm, start):
    true = start + np.arange(int(18 * bpm / 60)) * 60 / bpm
    found = follow(weigh(activation(true, 20)), NETWORK_FRAMES) / NETWORK_FRAMES
    assert found.size == pytest.approx(true.size, abs=1)
    assert np.abs(found[:, None] - true).min(axis=1).max() <= 0.03


def test_a_change_of_tempo_is_followed():
    first = 0.2 + np.arange(24) * 0.6
    true = np.concatenate([first, first[-1] + np.cumsum(np.full(30, 0.44))])
    found = follow(weigh(activation(true, true[-1] + 1)), NETWORK_FRAMES) / NETWORK_FRAMES
    assert np.mean(np.abs(found[:, None] - true).min(axis=1) < 0.05) > 0.95


def test_missing_beats_are_bridged_and_silence_before_the_music_stays_empty():
    true = 5 + np.arange(40) * 0.5
    heard = np.delete(true, [9, 17, 18, 30])
    found = follow(weigh(activation(heard, 26)), NETWORK_FRAMES) / NETWORK_FRAMES
    assert found.min() > 4.9
    assert np.abs(true[:, None] - found).min(axis=1).max() < 0.05


def test_too_short_for_a_beat():
    assert follow(weigh(np.full(20, 0.5)), NETWORK_FRAMES).size == 0


def test_a_plain_beat_is_surer_than_one_that_could_lie_half_a_beat_later():
    true = 0.4 + np.arange(64) * 0.5
    plain = judge(weigh(activation(true, 33)), true)
    both = np.sort(np.concatenate([true, true[:-1] + 0.25]))
    torn = judge(weigh(activation(both, 33)), true)
    assert plain.phase.mean() > torn.phase.mean()
    assert plain.octave.mean() > torn.octave.mean()
    assert {rival.factor for rival in plain.rivals} == {0.5, 1.0, 1.5, 2.0, 3.0, 1 / 3, 2 / 3}
    assert [rival.margin for rival in torn.rivals] == sorted(rival.margin for rival in torn.rivals)
    assert next(rival for rival in torn.rivals if rival.factor == 2.0).margin < 0


def test_a_beat_is_worth_more_where_the_network_hears_one():
    evidence = weigh(activation([1.0], 3))
    on, off = grid_gain(evidence, np.array([1.0, 2.0]))
    assert on > 0 > off


def test_the_network_hears_stretches_as_it_hears_the_whole():
    heard = hear(features(150))
    again = hear(features(150))
    assert np.array_equal(heard.beat, again.beat)
    assert heard.beat.shape == heard.downbeat.shape == (150 * NETWORK_FRAMES,)
    assert 0 <= heard.beat.min() <= heard.beat.max() <= 1


def test_the_network_reads_finite_numbers_even_of_nothing():
    assert inputs(features(2.0)).shape == (100, INPUTS)
    empty = features(0.0)
    assert inputs(empty).shape == (0, INPUTS)
    assert hear(empty).beat.size == 0
