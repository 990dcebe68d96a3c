"""A stretch of a song, stems beside it, early results, and what is heard against other programs."""

from __future__ import annotations

import re
import shutil
import subprocess
from fractions import Fraction

import numpy as np
import pytest

from alice_core.errors import UsageError
from alice_core.media.sound import write_wav
from alice_core.music.analyse import Wish, analyse, listen
from alice_core.music.document import from_document, to_document
from alice_core.music.window import Window

RATE = 22_050
BEATS = np.arange(0.5, 29, 0.5)


@pytest.fixture
def song(studio, tmp_path):
    path = tmp_path / "whole.wav"
    sound = studio.drums(RATE, BEATS, 30, chords=(0, 5, 7, 3))
    write_wav(path, sound, RATE)
    return path, sound


def times(analysis):
    return np.array([beat.sample for beat in analysis.beats]) / analysis.song.sample_rate


def test_a_stretch_lies_on_the_samples_of_the_whole_song(song):
    path, sound = song
    wish = Wish(Window(Fraction(41, 4), Fraction(101, 4)))
    heard = listen(path, wish=wish)
    part = heard.analysis
    assert (part.window.start, part.window.end) == (round(10.25 * RATE), round(25.25 * RATE))
    assert part.song.samples == sound.size
    found = times(part)
    assert found.size >= 26
    assert found.min() >= 10.25
    assert found.max() < 25.25
    assert np.abs((found - 0.5) / 0.5 - np.round((found - 0.5) / 0.5)).max() * 0.5 < 0.02
    assert (part.sections[0].start, part.sections[-1].end) == (part.window.start, part.window.end)
    assert {len(curve.values) for curve in part.curves} == {300}
    assert part.curve("energy").values[50] == 0.0
    assert part.curve("energy").values[180] > 0.3
    assert part.curve("loudness").values[50] == -70.0
    assert all(part.window.start <= at < part.window.end for one in part.onsets for at in one.samples)
    assert heard.waveform.low.size == listen(path).waveform.low.size
    assert from_document(to_document(part)) == part


@pytest.mark.parametrize(("start", "end"), [(40, None), (9, 9), (9, 3)])
def test_an_empty_stretch_is_refused(song, start, end):
    window = Window(Fraction(start), None if end is None else Fraction(end))
    with pytest.raises(UsageError):
        listen(song[0], wish=Wish(window))


def test_the_beats_are_found_in_the_drums(song, studio, tmp_path):
    path, sound = song
    rng = np.random.default_rng(5)
    loud = np.clip(0.12 * sound + 0.03 * rng.normal(0, 1, sound.size), -1, 1)
    write_wav(path, loud, RATE)
    write_wav(tmp_path / "drums.wav", sound, RATE)
    found = times(listen(path, wish=Wish(stems={"drums": tmp_path / "drums.wav"})).analysis)
    assert max(np.abs(found - beat).min() for beat in BEATS[4:-4]) < 0.02


def test_a_stem_that_lies_late_is_moved_and_that_is_told(song, tmp_path):
    path, sound = song
    late = np.concatenate([np.zeros(round(0.3 * RATE)), sound])
    write_wav(tmp_path / "drums.wav", late, 44_100 // 2)
    analysis = analyse(path, wish=Wish(stems={"drums": tmp_path / "drums.wav"}))
    assert any("300 ms too late" in notice for notice in analysis.notices)
    assert any("0.30 s longer" in notice for notice in analysis.notices)
    assert max(np.abs(times(analysis) - beat).min() for beat in BEATS[4:-4]) < 0.02


def test_a_stem_of_another_song_or_of_no_use_is_refused(song, studio, tmp_path):
    others = np.sort(np.random.default_rng(8).uniform(0, 29, 90))
    write_wav(tmp_path / "other.wav", studio.clicks(RATE, others, 30), RATE)
    for name, message in (("drums", "does not belong"), ("flute", "no use")):
        with pytest.raises(UsageError, match=message):
            analyse(song[0], wish=Wish(stems={name: tmp_path / "other.wav"}))


def test_the_voice_is_a_curve(song, tmp_path):
    path, sound = song
    voice = sound.copy()
    voice[: 15 * RATE] = 0
    write_wav(tmp_path / "vocals.wav", voice, RATE)
    analysis = analyse(path, wish=Wish(stems={"vocals": tmp_path / "vocals.wav"}))
    values = analysis.curve("vocals").values
    assert max(values[20:130]) == 0.0
    assert np.mean(values[170:280]) > 0.3
    assert all(one.label not in ("verse", "chorus") for one in analysis.sections if one.end <= 15 * RATE)


def test_long_songs_give_early_results(studio, tmp_path):
    path = tmp_path / "long.wav"
    sound = studio.drums(8000, np.arange(0.5, 29.9, 0.5), 30)
    write_wav(path, np.tile(sound, 21), 8000)
    early = []
    whole = analyse(path, early=early.append)
    (first,) = early
    assert 120 <= first.song.seconds < 140
    assert first.tempo.bpm == pytest.approx(120, rel=0.02)
    assert len(whole.beats) > 1000
    short = tmp_path / "short.wav"
    write_wav(short, sound, 8000)
    analyse(short, early=early.append)
    assert len(early) == 1


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")
@pytest.mark.parametrize(("rate", "channels"), [(44_100, 2), (48_000, 1), (22_050, 2)])
def test_the_loudness_is_that_of_ffmpeg(studio, tmp_path, rate, channels):
    path = tmp_path / "song.wav"
    sound = studio.drums(rate, np.arange(0.5, 19, 0.5), 20, chords=(0, 5))
    sound[rate * 8 : rate * 13] *= 0.2
    write_wav(path, np.stack([sound, np.roll(sound, 40)], axis=1)[:, :channels], rate)
    ours = analyse(path).loudness
    command = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr.rpartition("Summary")[2]
    integrated, width, peak = (float(re.search(rf"{name}:\s+(-?[\d.]+)", told)[1]) for name in ("I", "LRA", "Peak"))
    assert ours.integrated == pytest.approx(integrated, abs=0.15)
    assert ours.range == pytest.approx(width, abs=0.5)
    assert ours.true_peak == pytest.approx(peak, abs=0.3)


def level(studio, name, sound):
    values = studio.analyse(sound / np.sqrt(np.mean(sound**2)) * 0.08, RATE).curve(name).values
    return float(np.mean(values[20:-20]))


def test_arousal_and_density_rise_with_more_beats_of_the_same_power(studio):
    sounds = [studio.drums(RATE, np.arange(0.5, 14, gap), 15) for gap in (1.2, 0.6, 0.3)]
    for name in ("density", "arousal"):
        levels = [level(studio, name, sound) for sound in sounds]
        assert levels == sorted(levels)
        assert levels[2] > levels[0] + 0.03


def test_arousal_rises_with_brightness(studio):
    time = np.arange(12 * RATE) / RATE
    pulse = 0.5 + 0.5 * np.sign(np.sin(2 * np.pi * 2 * time))
    levels = [level(studio, "arousal", pulse * np.sin(2 * np.pi * hertz * time)) for hertz in (300, 1200, 4000)]
    assert levels == sorted(levels)


@pytest.mark.parametrize("name", ["mode", "valence"])
def test_major_is_above_minor(studio, name):
    time = np.arange(12 * RATE) / RATE
    major, minor = (
        level(studio, name, sum(np.sin(2 * np.pi * tone * time) for tone in (220.0, third, 329.6, 440.0)))
        for third in (277.2, 261.6)
    )
    assert major > minor + 0.05
