"""Loudness, key, silences, attacks by band, mood and means, each on sounds whose answer is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.music.bands import Attacks
from alice_core.music.features import RATE
from alice_core.music.key import find_key, find_keys, majorness
from alice_core.music.loudness import QUIETEST, Meter
from alice_core.music.means import per_bar, per_beat, per_section
from alice_core.music.model import Analysis, Beat, Curve, Section, Song, Tempo
from alice_core.music.mood import estimate_arousal, estimate_valence
from alice_core.music.silence import Silence
from alice_core.music.traits import Passage

part = st.floats(0, 1)


def measured(sound, rate, layout="", pieces=7):
    meter = Meter(sound.shape[1], rate, layout)
    for block in np.array_split(sound.astype(np.float32), pieces):
        meter.feed(block)
    return meter.finish()


def tone(rate, seconds, level, hertz=1000.0, channels=2):
    wave = 10 ** (level / 20) * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)
    return np.repeat(wave[:, None], channels, axis=1)


@pytest.mark.parametrize("rate", [8000, 22_050, 44_100, 48_000, 96_000])
def test_a_tone_of_1_khz_reads_its_level_at_any_rate(rate):
    loudness, momentary = measured(tone(rate, 5, -23.0), rate)  # EBU Tech 3341, case 1
    assert loudness.integrated == pytest.approx(-23.0, abs=0.1)
    assert loudness.range == pytest.approx(0.0, abs=0.05)
    assert momentary.size == 51
    assert momentary[20] == pytest.approx(-23.0, abs=0.1)


def test_quiet_parts_do_not_count_and_the_range_is_that_between_the_parts():
    levels = (-36.0, -23.0, -36.0)  # EBU Tech 3341, case 3, and 3342, case 1 (20 dB apart)
    gated = measured(np.concatenate([tone(8000, 10 if level < -30 else 60, level) for level in levels]), 8000)[0]
    assert gated.integrated == pytest.approx(-23.0, abs=0.1)
    wide = measured(np.concatenate([tone(8000, 20, -20.0), tone(8000, 20, -30.0)]), 8000)[0]
    assert wide.range == pytest.approx(10.0, abs=1.0)


def test_surround_counts_more_and_the_deep_channel_not_at_all():
    front = measured(tone(48_000, 3, -23.0, channels=1), 48_000)[0].integrated
    only = np.zeros((3 * 48_000, 6))
    only[:, 4:5] = tone(48_000, 3, -23.0, channels=1)
    assert measured(only, 48_000, "5.1")[0].integrated == pytest.approx(front + 1.49, abs=0.05)
    only[:, [3, 4]] = only[:, [4, 3]]
    assert measured(only, 48_000, "5.1")[0].integrated is None


def test_the_true_peak_lies_between_the_samples():
    wave = 0.5 * np.sin(np.pi / 2 * np.arange(48_000) + np.pi / 4)  # samples at +-.354 of a wave of .5
    loudness = measured(wave[:, None], 48_000)[0]
    assert loudness.true_peak == pytest.approx(-6.02, abs=0.2)


def test_blocks_of_any_size_give_the_same_loudness():
    sound = np.random.default_rng(0).normal(0, 0.1, (50_000, 2))
    assert measured(sound, 44_100, pieces=1)[0].integrated == pytest.approx(
        measured(sound, 44_100, pieces=41)[0].integrated, abs=1e-6
    )


def test_silence_and_nothing_have_no_loudness():
    for sound in (np.zeros((20_000, 1)), np.zeros((0, 1))):
        loudness, momentary = measured(sound, 8000)
        assert (loudness.integrated, loudness.range, loudness.true_peak) == (None, None, None)
        assert np.all(momentary == QUIETEST)


@pytest.mark.parametrize("gain", [1.0, 0.1])
def test_silences_are_found_to_the_millisecond(gain):
    sound = gain * np.random.default_rng(0).normal(0, 0.2, (5 * 8000, 2)).clip(-0.9, 0.9)
    sound[:8000], sound[16_000:20_000], sound[30_000:31_000] = 0, 1e-5, 0
    heard = Silence(8000)
    for block in np.array_split(sound.astype(np.float32), 13):
        heard.feed(block)
    spans = [(one.start, one.end) for one in heard.finish()]
    assert spans == [pytest.approx((8000 * at, 8000 * end), abs=8) for at, end in ((0, 1), (2, 2.5))]


def test_a_silent_file_is_one_silence_and_an_empty_one_has_none():
    heard = Silence(44_100)
    heard.feed(np.zeros((44_101, 1), np.float32))
    assert heard.finish() == (Passage(0, 44_101),)
    assert Silence(44_100).finish() == ()


SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
WEIGHTS = (1.0, 0.4, 0.8, 0.5, 0.9, 0.4, 0.3)


def harmony_of(tonic, mode, frames=200):
    row = np.zeros(24)
    for degree, weight in zip(SCALES[mode], WEIGHTS, strict=True):
        row[12 + (tonic + degree) % 12] += weight
    row[tonic] += 1.0
    return np.tile(row, (frames, 1))


@pytest.mark.parametrize("mode", ["major", "minor"])
@pytest.mark.parametrize("tonic", range(12))
def test_each_scale_is_its_key(tonic, mode):
    key = find_key(harmony_of(tonic, mode), np.ones(200))
    names = ("C", "C# Db", "D", "D# Eb", "E", "F", "F#", "G", "G# Ab", "A", "Bb", "B")
    assert key.tonic in names[tonic].split()
    assert key.mode == mode
    assert key.confidence > 0.5
    assert len(key.alternatives) == 4
    assert all(0 <= one.score <= 1 for one in key.alternatives)


def test_no_harmony_is_no_key_and_each_span_has_its_own():
    assert find_key(np.ones((100, 24)), np.ones(100)) is None
    assert find_key(harmony_of(0, "major"), np.zeros(200)) is None
    both = np.concatenate([harmony_of(0, "major"), harmony_of(6, "minor")])
    first, second = find_keys(both, np.ones(400), [(0.0, 10.0), (10.0, 20.0)])
    assert (first.tonic, first.mode, second.tonic, second.mode) == ("C", "major", "F#", "minor")


def test_major_lies_above_minor():
    major, minor = (majorness(harmony_of(9, mode)) for mode in ("major", "minor"))
    assert major.min() > 0.5 > minor.max()
    assert np.allclose(majorness(np.ones((50, 24))), 0.5)


def hits(sound_at, seconds=6.0):
    sound = np.zeros(int(seconds * RATE))
    for what, times in sound_at:
        for time in times:
            at = round(time * RATE)
            sound[at : at + what.size] += what[: sound.size - at]
    attacks = Attacks()
    for block in np.array_split(sound.astype(np.float32), 11):
        attacks.feed(block)
    return {one.band: one for one in attacks.finish(48_000, int(seconds * 48_000))}


def test_drums_are_told_apart_and_placed_within_a_millisecond(studio):
    rng = np.random.default_rng(3)
    moment = np.arange(int(0.06 * RATE)) / RATE
    hiss = np.diff(rng.normal(0, 0.3, moment.size + 2), 2) * np.exp(-moment * 120)
    drums = {"kick": studio.kick(RATE), "snare": 0.5 * studio.noise(RATE, 0.12, 30), "hats": 0.1 * hiss}
    times = {"kick": np.arange(0.5, 5, 1.0), "snare": np.arange(1.0, 5, 1.0), "hats": np.arange(0.75, 5, 0.5)}
    found = hits([(drums[name], times[name]) for name in drums])
    for name in ("kick", "snare"):
        at = np.array(found[name].samples) / 48_000
        assert at.size == times[name].size
        assert np.abs(at - times[name]).max() < 0.001
        assert min(found[name].strengths) > 0.5
    hats = np.array(found["hats"].samples) / 48_000
    assert max(np.abs(hats - time).min() for time in times["hats"]) < 0.001


def test_a_held_note_and_silence_are_no_drums():
    note = 0.3 * np.sin(2 * np.pi * 440 * np.arange(int(3 * RATE)) / RATE) * np.minimum(1, np.arange(3 * RATE) / RATE)
    assert not any(one.samples for one in hits([(note, [1.0])]).values())
    assert not any(one.samples for one in hits([]).values())


@settings(deadline=None, max_examples=50)
@given(st.lists(part, min_size=4, max_size=4), st.integers(0, 2), part)
def test_mood_rises_with_what_it_is_made_of(values, place, higher):
    others, audible = values[:3], np.array([values[3]])
    raised = list(others)
    raised[place] = max(others[place], higher)
    low, high = (
        (estimate_arousal(*map(np.array, ([a], [b], [c]))), estimate_valence(*map(np.array, ([a], [b], [c])), audible))
        for a, b, c in (others, raised)
    )
    for before, after in zip(low, high, strict=True):
        assert before <= after + 1e-12
        assert 0 <= after <= 1 + 1e-12


def test_means_are_those_of_the_beats_bars_and_sections():
    beats = tuple(Beat(100 * n, 1 + n // 2, 1 + n % 2, 1.0) for n in range(4))
    sections = (Section(0, 200, "A", 0, 1), Section(200, 400, "B", 0, 1))
    curve = Curve("energy", 10, tuple(float(n) for n in range(40)))
    analysis = Analysis(Song(100, 400), Tempo(60, 1), (), beats, sections, (curve,))
    assert per_beat(analysis, curve) == (4.5, 14.5, 24.5, 34.5)
    assert per_bar(analysis, curve) == (9.5, 29.5)
    assert per_section(analysis, curve) == (9.5, 29.5)
    bare = Analysis(Song(100, 400), Tempo(0, 0), (), (), sections, ())
    assert per_beat(bare, curve) == ()
    assert per_section(bare, Curve("empty", 10, ())) == (0.0, 0.0)
