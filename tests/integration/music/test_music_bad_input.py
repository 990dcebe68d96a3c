"""Sounds without a beat, without an end, without a second channel: always an analysis, and a sentence."""

from __future__ import annotations

import math

import numpy as np
import pytest

from alice_core.errors import MediaError, NotFound
from alice_core.music.analyse import analyse
from alice_core.music.document import from_document, to_document
from alice_core.music.picture import draw_analysis
from alice_core.music.waveform import waveform_of

NAMES = ["energy", "brightness", "density", "mode", "valence", "arousal", "loudness"]


def whole(analysis):
    """The sections tile the song, the numbers are numbers, the document and the picture work."""
    if analysis.song.samples:
        assert analysis.sections[0].start == 0
        assert analysis.sections[-1].end == analysis.song.samples
    assert all(one.end == two.start for one, two in zip(analysis.sections, analysis.sections[1:], strict=False))
    assert [curve.name for curve in analysis.curves] == NAMES
    for curve in analysis.curves:
        low, high = (-70, 30) if curve.name == "loudness" else (0, 1)
        assert all(math.isfinite(value) and low <= value <= high for value in curve.values)
    assert from_document(to_document(analysis)) == analysis
    return True


def speech(rate, seconds, seed):
    random, sound, at = np.random.default_rng(seed), np.zeros(int(seconds * rate)), 0.2
    while at < seconds - 0.5:
        length = random.uniform(0.08, 0.28)
        time = np.arange(int(length * rate)) / rate
        tone = 2 * np.pi * np.cumsum(random.uniform(90, 220) * (1 + 0.1 * np.sin(8 * time))) / rate
        voice = sum(np.sin(part * tone) / part for part in range(1, 12)) * np.hanning(time.size)
        sound[int(at * rate) :][: time.size] += 0.1 * voice
        at += length * random.uniform(0.8, 1.3) + (random.uniform(0.2, 0.9) if random.random() < 0.15 else 0)
    return sound


@pytest.mark.parametrize("kind", ["noise", "speech", "drone", "pads", "rain"])
def test_no_beat_is_said_not_invented(studio, kind):
    rate, seconds = 22050, 15
    random, time = np.random.default_rng(5), np.arange(22050 * 15) / 22050
    tones = ((110, 7.3), (165, 5.1), (220, 9.2))
    sound = {
        "noise": lambda: random.normal(0, 0.1, time.size),
        "speech": lambda: speech(rate, seconds, 3),
        "drone": lambda: 0.1 * sum(np.sin(2 * np.pi * tone * time) for tone, _ in tones),
        "pads": lambda: 0.05 * sum(np.sin(2 * np.pi * f * time) * (1 + np.sin(2 * np.pi * time / q)) for f, q in tones),
        "rain": lambda: np.convolve((random.random(time.size) < 2e-4) * 0.5, np.exp(-np.arange(400) / 80))[: time.size],
    }[kind]()
    analysis = studio.analyse(sound, rate)
    assert not analysis.has_beat
    assert analysis.beats == ()
    assert analysis.tempo.bpm == 0
    assert analysis.tempo_map == ()
    assert analysis.notices[0].startswith("no steady beat was found")
    assert all(len(section.label) == 1 for section in analysis.sections)
    assert whole(analysis)


def test_silence_is_one_section_without_energy(studio):
    heard = studio.hear(np.zeros(22050 * 12), 22050)
    assert heard.analysis.beats == ()
    assert [(section.label, section.energy) for section in heard.analysis.sections] == [("A", 0.0)]
    assert "silent" in heard.analysis.notices[0]
    assert set(heard.analysis.curve("energy").values) == {0.0}
    assert whole(heard.analysis)
    assert draw_analysis(heard.analysis, heard.waveform).startswith(b"\x89PNG")


@pytest.mark.parametrize("samples", [1, 100, 8000, 20000, 32000])
def test_a_moment_of_sound_is_analysed(studio, samples):
    sound = 0.5 * np.sin(np.arange(samples) / 5)
    heard = studio.hear(sound, 8000)
    assert heard.analysis.song.samples == samples
    assert len(heard.analysis.sections) == 1
    assert heard.analysis.notices
    assert whole(heard.analysis)
    assert draw_analysis(heard.analysis, heard.waveform).startswith(b"\x89PNG")


def test_a_few_beats_are_counted_in_four(studio):
    analysis = studio.analyse(studio.drums(22050, np.arange(9) * 0.5, 4.5), 22050)
    assert 8 <= len(analysis.beats) <= 9
    assert [beat.position for beat in analysis.beats[:5]] == [1, 2, 3, 4, 1]
    assert whole(analysis)


@pytest.mark.parametrize("sides", [(1, -1), (1, 0), (0, 1), (1, -1, 1, -1)])
def test_cancelling_or_dead_channels_do_not_hide_the_beat(studio, sides):
    true = 0.3 + np.arange(24) * 0.5
    drums = studio.drums(22050, true, 12.5, chords=(0, 5))
    analysis = studio.analyse(np.stack([drums * side for side in sides], axis=1), 22050)
    assert analysis.tempo.bpm == pytest.approx(120, rel=0.01)
    assert len(analysis.beats) == pytest.approx(24, abs=1)


def test_a_quiet_song_has_the_same_beats(studio):
    drums = studio.drums(22050, 0.3 + np.arange(24) * 0.5, 12.5, chords=(0, 5))
    loud, quiet = (studio.analyse(drums * gain, 22050) for gain in (1.0, 0.01))
    assert [beat.sample for beat in quiet.beats] == pytest.approx([beat.sample for beat in loud.beats], abs=150)


def test_a_damaged_end_is_noticed(studio, tmp_path):
    true = 0.3 + np.arange(24) * 0.5
    studio.hear(studio.drums(22050, true, 13, chords=(0, 5)), 22050)
    cut = tmp_path / "cut.wav"
    cut.write_bytes((tmp_path / "song.wav").read_bytes()[: 22050 * 2 * 9])
    analysis = analyse(cut)
    assert analysis.song.seconds < 10
    assert analysis.notices[0].startswith("The file is damaged")
    assert analysis.has_beat
    assert whole(analysis)


def test_the_same_file_gives_the_same_bytes(studio, tmp_path):
    drums = studio.drums(22050, 0.3 + np.arange(24) * 0.5, 12.5, chords=(0, 5))
    first = to_document(studio.analyse(drums, 22050))
    assert to_document(analyse(tmp_path / "song.wav")) == first


def test_the_digest_is_noted_and_the_path_is_not(studio, tmp_path):
    studio.hear(np.zeros(8000), 8000)
    document = to_document(analyse(tmp_path / "song.wav", digest="sha256:" + "0" * 64))
    assert b"sha256:000" in document
    assert b"song.wav" not in document


def test_what_cannot_be_read_is_an_error(tmp_path):
    (tmp_path / "text.wav").write_bytes(b"this is no sound at all " * 50)
    with pytest.raises(MediaError):
        analyse(tmp_path / "text.wav")
    with pytest.raises(NotFound):
        waveform_of(tmp_path / "none.wav")


def test_every_stage_is_told(studio, tmp_path):
    studio.hear(studio.drums(8000, np.arange(20) * 0.5, 10), 8000)
    told = []

    class Listener:
        def stage(self, name, total=None, unit=""):
            told.append(name)
            return self

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def advance(self, amount=1):
            told.append(amount)

        def note(self, text):
            told.append(text)

    analyse(tmp_path / "song.wav", Listener())
    stages = ["Listening", "Hearing the beat", "Finding the beat", "Finding the form"]
    assert [name for name in told if isinstance(name, str)] == stages
    assert sum(amount for amount in told if not isinstance(amount, str)) == pytest.approx(10 + 3)
