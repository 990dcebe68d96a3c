"""Clicks stand on the very samples of the beats, and nothing clips."""

from __future__ import annotations

import numpy as np
import pytest
from grids import analysed

from alice_core.errors import ExportError, UsageError
from alice_core.media.sound import open_sound, write_wav
from alice_core.media.sound_write import writing_sound
from alice_core.music.click import SONG_GAIN, click_of, write_clicks
from alice_core.music.model import Section

BEATS = [100, 24013, 48500, 65530, 65537, 90001, 143990]  # two of them beside the border of a block


def whole(path):
    with open_sound(path) as reader:
        return np.concatenate(list(reader.blocks())), reader


def song_of(tmp_path, rate=48000, channels=2, loud=0.4):
    time = np.arange(144000)
    sound = loud * np.sin(2 * np.pi * 220 * time / rate)[:, None] * np.linspace(1, 0.5, channels)
    path = tmp_path / "song.wav"
    write_wav(path, sound, rate)
    return path, analysed(
        BEATS, rate=rate, length=144000, sections=(Section(0, 48500, "a", 0, 0), Section(48500, 144000, "b", 0, 0))
    )


@pytest.mark.parametrize("ending", [".wav", ".flac"])
@pytest.mark.parametrize(("rate", "channels"), [(48000, 2), (44100, 1), (96000, 6)])
def test_each_click_begins_on_the_sample_of_its_beat(tmp_path, ending, rate, channels):
    path, analysis = song_of(tmp_path, rate, channels)
    out = tmp_path / f"clicks{ending}"
    write_clicks(path, analysis, out)
    mixed, reader = whole(out)
    song, _ = whole(path)
    assert (reader.sample_rate, reader.channels, len(mixed)) == (rate, channels, len(song))
    clicks = mixed - SONG_GAIN * song
    for channel in range(channels):
        silent = np.abs(clicks[:, channel]) < 0.002
        for beat in BEATS:
            if beat == 65537:
                continue  # inside the click before it
            assert silent[max(0, beat - 40) : beat].all(), beat
            assert clicks[beat, channel] > 0.2, beat
    assert np.abs(mixed).max() < 1


def test_a_loud_song_is_turned_down_and_does_not_clip(tmp_path):
    path, analysis = song_of(tmp_path, loud=1.0)
    write_clicks(path, analysis, tmp_path / "c.wav")
    mixed, _ = whole(tmp_path / "c.wav")
    assert 0.9 < np.abs(mixed).max() < 0.99
    song, _ = whole(path)
    part = slice(30000, 47000)
    gain = float(np.dot(mixed[part, 0], song[part, 0]) / np.dot(song[part, 0], song[part, 0]))
    assert gain < SONG_GAIN


def test_downbeats_are_higher_and_sections_brighter():
    def pitch(click):
        return np.argmax(np.abs(np.fft.rfft(click, 48000)))

    assert pitch(click_of(48000, downbeat=True)) > 1.4 * pitch(click_of(48000))
    spectrum = np.abs(np.fft.rfft(click_of(48000, downbeat=True, section=True), 48000))
    assert spectrum[2400] > 0.5 * spectrum.max()
    for one in (click_of(48000), click_of(44100, downbeat=True), click_of(8000, section=True)):
        assert one[0] == one.max() == np.abs(one).max()


def test_a_song_without_beats_is_only_turned_down(tmp_path):
    path, _ = song_of(tmp_path)
    write_clicks(path, analysed([], rate=48000, length=144000), tmp_path / "c.wav")
    mixed, _ = whole(tmp_path / "c.wav")
    song, _ = whole(path)
    assert np.abs(mixed - SONG_GAIN * song).max() < 0.0001


def test_what_cannot_be_written(tmp_path):
    path, analysis = song_of(tmp_path)
    with pytest.raises(UsageError, match="neither a WAV nor a FLAC"):
        write_clicks(path, analysis, tmp_path / "c.mp3")
    with pytest.raises(ExportError):
        write_clicks(path, analysis, tmp_path / "nowhere" / "c.wav")
    with pytest.raises(UsageError, match="at most 8 channels"), writing_sound(tmp_path / "c.flac", 48000, 9, "9.0"):
        pass
    with writing_sound(tmp_path / "empty.flac", 48000, 2, "stereo") as write:
        write(np.zeros((0, 2), np.float32))
        write(np.zeros((10, 2), np.float32))
    assert len(whole(tmp_path / "empty.flac")[0]) == 10
    assert sorted(one.name for one in tmp_path.iterdir()) == ["empty.flac", "song.wav"]
