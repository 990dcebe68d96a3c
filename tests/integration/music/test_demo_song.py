"""The demo song: the same bytes again, its beats where the score says, its parts as strong as they should be."""

from __future__ import annotations

import hashlib
import wave
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from alice_core.errors import AliceError
from alice_core.music.demo import compose_demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    path = tmp_path_factory.mktemp("demo") / "demo.wav"
    score = compose_demo(path)
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (2, 2, score.sample_rate)
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2) / 32768
    return score, sound


def loudness(sound, start, end):
    part = sound[int(start * 44100) : int(end * 44100)]
    return float(np.sqrt(np.mean(part**2)))


def test_the_score_is_exact(demo):
    score, sound = demo
    assert len(sound) == score.samples
    assert 60 <= score.samples / score.sample_rate <= 80
    assert {later - earlier for earlier, later in pairwise(score.beats)} == {Fraction(60, score.bpm)}
    assert [section.label for section in score.sections] == ["intro", "verse", "chorus", "break", "chorus", "outro"]
    assert score.sections[0].start == 0
    assert all(one.end == other.start for one, other in pairwise(score.sections))
    assert score.sections[-1].end == Fraction(score.samples, score.sample_rate)
    downbeats = set(score.beats[::4])
    assert all(section.start in downbeats for section in score.sections[1:])


def test_the_sound_rises_on_the_beats_of_the_score(demo):
    score, sound = demo
    mono = sound.mean(axis=1)
    chorus = score.sections[2]
    for beat in score.beats:
        if chorus.start <= beat < chorus.end:
            at = round(beat * 44100)
            before, after = mono[at - 400 : at], mono[at : at + 400]
            assert np.sum(np.diff(after) ** 2) > 2 * np.sum(np.diff(before) ** 2)


def test_the_parts_differ_in_strength(demo):
    score, sound = demo
    level = [loudness(sound, section.start, section.end) for section in score.sections]
    intro, verse, chorus, rest, again, outro = level
    assert chorus > 1.25 * verse > 1.25 * intro
    assert rest < 0.7 * chorus
    assert again == pytest.approx(chorus, rel=0.1)
    assert outro < 0.7 * chorus


def test_the_sound_is_clean(demo):
    _, sound = demo
    assert 0.5 < np.abs(sound).max() < 0.9
    assert np.all(np.abs(sound.mean(axis=0)) < 0.003)
    assert np.abs(sound[:11000]).max() == 0
    assert loudness(sound, len(sound) / 44100 - 0.2, len(sound) / 44100) < 0.01
    assert not np.array_equal(sound[:, 0], sound[:, 1])


def test_a_shorter_song_keeps_its_parts(tmp_path):
    score = compose_demo(tmp_path / "short.wav", seconds=10)
    assert [section.label for section in score.sections] == ["intro", "verse", "chorus", "break", "chorus", "outro"]
    assert 24 < score.samples / score.sample_rate < 30


def test_the_same_song_again(tmp_path):
    one, two = tmp_path / "one.wav", tmp_path / "two.wav"
    assert compose_demo(one, seconds=10) == compose_demo(two, seconds=10)
    assert hashlib.sha256(one.read_bytes()).digest() == hashlib.sha256(two.read_bytes()).digest()


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(AliceError):
        compose_demo(tmp_path / "no" / "demo.wav", seconds=10)
    assert list(tmp_path.iterdir()) == []
