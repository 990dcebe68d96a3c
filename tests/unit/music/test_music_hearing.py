"""The stream on its way to features: mixing, resampling, framing, outline, curves."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from alice_core.errors import MediaError
from alice_core.media.sound import write_wav
from alice_core.music.analyse import listen
from alice_core.music.downmix import Downmix, Mono
from alice_core.music.features import FRAMES, LEAD, RATE, SLOW_FRAMES, Listener
from alice_core.music.outline import from_bytes, to_bytes
from alice_core.music.waveform import OUTLINE_RATE, Outline, waveform_of


def features(mono, size=65536):
    listener = Listener()
    for at in range(0, mono.size, size):
        listener.feed(mono[at : at + size])
    return listener.finish()


def test_features_do_not_depend_on_the_blocks():
    sound = np.random.default_rng(0).normal(0, 0.1, 5 * RATE).astype(np.float32)
    whole, pieces = features(sound, sound.size), features(sound, 1111)
    for name in ("onsets", "level", "harmony", "timbre", "centroid"):
        one, other = getattr(whole, name), getattr(pieces, name)
        assert one.shape == other.shape
        assert np.allclose(one, other, atol=1e-4)
    assert whole.seconds == pieces.seconds == 5


def test_features_have_the_promised_rates_and_sense():
    time = np.arange(3 * RATE) / RATE
    low, high = (features((0.3 * np.sin(2 * np.pi * tone * time)).astype(np.float32)) for tone in (440, 3520))
    assert low.onsets.shape == (3 * FRAMES + LEAD + 1, 4) or low.onsets.shape == (3 * FRAMES + LEAD, 4)
    assert low.harmony.shape[0] in {3 * SLOW_FRAMES, 3 * SLOW_FRAMES + 1}
    assert int(np.argmax(low.harmony[30])) == 12 + 9  # an A, above the bass
    assert low.centroid[30] == pytest.approx(440, rel=0.1)
    assert high.centroid[30] == pytest.approx(3520, rel=0.1)
    assert low.level[150] == pytest.approx(0.045, rel=0.05)


def test_an_attack_at_the_first_sample_is_an_onset():
    sound = features(np.exp(-np.arange(RATE) / 500).astype(np.float32) * np.sin(np.arange(RATE)).astype(np.float32))
    assert abs(int(np.argmax(sound.onsets.sum(axis=1))) - LEAD) <= 2


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (22000, 2), (44100, 6), (192_000, 1)])
def test_the_stream_keeps_its_length_and_place(rate, channels):
    sound = np.zeros((2 * rate, channels), np.float32)
    sound[rate] = 1.0
    stream = Mono(channels, rate)
    out = np.concatenate([stream.feed(part) for part in np.array_split(sound, 7)] + [stream.finish()])
    assert out.size == pytest.approx(2 * RATE, abs=2)
    assert int(np.argmax(np.abs(out))) == pytest.approx(RATE, abs=2)


def test_numbers_that_are_none_become_silence():
    block = np.array([[np.nan], [np.inf], [0.5]], np.float32)
    assert Mono(1, RATE).feed(block).tolist() == [0.0, 0.0, 0.5]


def test_the_mix_is_the_mean_until_channels_cancel():
    wave = np.sin(np.arange(4000) / 9).astype(np.float32)
    same = np.stack([wave, wave], axis=1)
    assert np.allclose(Downmix(2, 8000).mix(same), wave, atol=1e-6)
    against = np.stack([wave, -0.9 * wave], axis=1)
    assert np.allclose(Downmix(2, 8000).mix(against), wave, atol=1e-6)
    mixer = Downmix(2, 8000)
    mixer.mix(same)
    for _ in range(200):
        last = mixer.mix(against)
    assert np.allclose(last, wave, atol=1e-6)
    for _ in range(200):
        last = mixer.mix(same)
    assert np.allclose(last, wave, atol=1e-6)


def test_silence_decides_nothing_and_an_empty_block_is_nothing():
    mixer = Downmix(2, 8000)
    assert mixer.mix(np.zeros((100, 2), np.float32)).tolist() == [0.0] * 100
    assert mixer.mix(np.zeros((0, 2), np.float32)).size == 0


def test_the_outline_holds_extremes_and_power():
    sound = np.tile(np.array([1.0, -0.5], np.float32), RATE)
    outline = Outline()
    for part in np.array_split(sound, 9):
        outline.feed(part)
    outline.feed(np.ones(3, np.float32))
    waveform = outline.finish()
    assert waveform.high.size == 2 * OUTLINE_RATE + 1
    assert waveform.low[5] == -0.5
    assert waveform.high[5] == 1.0
    assert waveform.rms[5] == pytest.approx(np.sqrt(1.25 / 2))
    assert waveform.low[-1] == 1.0


def test_the_outline_can_be_taken_again(tmp_path):
    path = tmp_path / "song.wav"
    write_wav(path, np.random.default_rng(1).normal(0, 0.1, (30000, 2)), 16000)
    first, again = listen(path).waveform, waveform_of(path)
    for name in ("low", "high", "rms"):
        assert np.array_equal(getattr(first, name), getattr(again, name))


def test_the_outline_is_kept_as_a_small_file(tmp_path):
    path = tmp_path / "song.wav"
    write_wav(path, np.random.default_rng(1).normal(0, 0.1, 30000), 16000)
    waveform = waveform_of(path)
    again = from_bytes(to_bytes(waveform))
    assert np.array_equal(again.low, waveform.low)
    assert np.array_equal(again.rms, waveform.rms)
    with pytest.raises(MediaError, match="no waveform"):
        from_bytes(b"something else")


def test_curves_follow_the_sound(studio):
    rate = 22050
    time = np.arange(8 * rate) / rate
    soft = 0.03 * np.sin(2 * np.pi * 220 * time)
    loud = 0.4 * np.sin(2 * np.pi * 2500 * time) + 0.1 * np.random.default_rng(0).normal(0, 1, time.size)
    analysis = studio.analyse(np.concatenate([soft, loud]), rate)
    energy, brightness = (np.array(analysis.curve(name).values) for name in ("energy", "brightness"))
    assert len(energy) == 160
    assert energy[100:150].mean() > energy[10:60].mean() + 0.3
    assert brightness[100:150].mean() > brightness[10:60].mean() + 0.3
    with pytest.raises(KeyError):
        analysis.curve("mood")


def test_major_is_happier_than_minor(studio):
    rate = 22050
    time = np.arange(12 * rate) / rate
    means = []
    for third in (277.2, 261.6):
        chord = 0.1 * sum(np.sin(2 * np.pi * tone * time) for tone in (220.0, third, 329.6, 440.0))
        means.append(np.mean(studio.analyse(chord, rate).curve("valence").values))
    assert means[0] > means[1] + 0.05


def test_looking_at_the_room_imports_no_numbers():
    code = (
        "import sys, alice_core.music; print([m for m in ('numpy', 'scipy', 'soxr', 'av', 'PIL') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
