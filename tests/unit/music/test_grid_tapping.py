"""Tapped moments become beats: scatter, skips, double hits, lateness."""

from __future__ import annotations

import random

from alice_core.music.grid.tapping import FEWEST_TAPS, fitted, lateness

RATE = 48000


def tapped(beats, scatter, late=0, seed=1):
    noise = random.Random(seed)
    return sorted(round(beat + late + noise.gauss(0, scatter)) for beat in beats)


def test_scatter_is_smoothed_away():
    beats = [24000 * index for index in range(4, 60)]
    errors = [abs(one - beat) for one, beat in zip(fitted(tapped(beats, 720)), beats, strict=True)]
    assert sum(errors) / len(errors) < 360  # half of the scatter of 15 ms


def test_a_ramp_is_followed():
    beats, gap = [0.0], 30000.0
    for _ in range(60):
        beats.append(beats[-1] + gap)
        gap *= 0.998
    errors = [abs(one - beat) for one, beat in zip(fitted(tapped(beats, 240)), beats, strict=True)]
    assert max(errors[8:-8]) < 480  # 10 ms where there are taps on both sides, the tempo rising by 12 %
    assert max(errors) < 960  # 20 ms at the ends


def test_skipped_beats_are_filled_and_double_hits_left_out():
    beats = [24000 * index for index in range(40)]
    taps = [beat for index, beat in enumerate(beats) if index not in {7, 20, 21}]
    assert fitted(sorted([*taps, beats[12] + 4000, beats[30] + 3000])) == tuple(beats)


def test_few_taps_are_no_tempo():
    assert fitted([0] * 10) == ()
    assert fitted(range(0, 24000 * (FEWEST_TAPS - 1), 24000)) == ()
    assert lateness([0, 24000], [(0, 1.0)], RATE) is None
    assert lateness([24000 * index for index in range(9)], [], RATE) is None
    assert lateness([24000 * index for index in range(9)], [(0, 0.0)], RATE) is None


def test_lateness_is_found_by_the_onsets():
    beats = [24000 * index for index in range(2, 40)]
    onsets = [(beat, 1.0) for beat in beats] + [(beat + 12000, 0.4) for beat in beats]
    for late in (-40, 0, 35, 120):
        found = lateness(tapped(beats, 480, late * RATE // 1000), sorted(onsets), RATE)
        assert abs(found * 1000 / RATE - late) < 6, late
