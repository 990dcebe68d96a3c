"""Sound of every common kind comes out as a player would play it."""

from __future__ import annotations

import os
import struct
import wave
from fractions import Fraction

import av
import numpy as np
import pytest

from alice_core.errors import ExportError, MediaError, NotFound
from alice_core.media.sound import open_sound, write_wav


def whole(path, size=65536):
    with open_sound(path) as reader:
        blocks = list(reader.blocks(size))
        return reader, np.concatenate(blocks)


LOSSLESS = [
    ("a.wav", "pcm_u8", 8000, "mono"),
    ("a.wav", "pcm_s16le", 44100, "stereo"),
    ("a.wav", "pcm_s24le", 48000, "5.1"),
    ("a.wav", "pcm_s32le", 96000, "7.1"),
    ("a.wav", "pcm_f32le", 192000, "stereo"),
    ("a.wav", "pcm_f64le", 11025, "mono"),
    ("a.aiff", "pcm_s24be", 44100, "stereo"),
    ("a.flac", "flac", 44100, "stereo"),
    ("a.flac", "flac", 48000, "7.1"),
    ("a.m4a", "alac", 44100, "stereo"),
    ("a.m4a", "alac", 48000, "5.1"),
    ("a.mkv", "flac", 22050, "mono"),
    ("a.mov", "pcm_s16be", 48000, "stereo"),
]


@pytest.mark.parametrize("form", LOSSLESS, ids=lambda form: "-".join(map(str, form)))
def test_lossless_sound_is_exact(sound_file, noise, form):
    name, codec, rate, layout = form
    samples = noise(rate // 2 + 77, av.AudioLayout(layout).nb_channels)
    reader, got = whole(sound_file(name, codec, rate, layout, samples))
    assert got.dtype == np.float32
    assert (reader.sample_rate, reader.channels, reader.codec) == (rate, samples.shape[1], codec)
    assert got.shape == samples.shape
    assert np.abs(got - samples).max() < (0.01 if codec == "pcm_u8" else 0.0002)
    assert reader.damage is None
    assert abs(reader.declared - Fraction(len(samples), rate)) < Fraction(1, 20)


def shift(got, sent):
    """Samples by which ``got`` comes late, by cross-correlation."""
    size = 1 << (len(got) + len(sent)).bit_length()
    product = np.fft.irfft(np.fft.rfft(got, size) * np.conj(np.fft.rfft(sent, size)))
    best = int(np.argmax(product))
    return best - size if best > size // 2 else best


LOSSY = [
    # what a codec may add at the end: all of a frame where the container cannot say how much is padding
    ("a.mp3", "libmp3lame", 44100, "stereo", 0),
    ("a.mp3", "libmp3lame", 48000, "mono", 0),
    ("a.opus", "libopus", 48000, "stereo", 0),
    ("a.ogg", "libopus", 48000, "5.1", 0),
    ("a.webm", "libopus", 48000, "7.1", 0),
    ("a.m4a", "aac", 44100, "stereo", 1023),
    ("a.m4a", "aac", 48000, "7.1", 1023),
]


@pytest.mark.parametrize("form", LOSSY, ids=lambda form: "-".join(map(str, form)))
def test_lossy_sound_is_in_time(sound_file, noise, form):
    name, codec, rate, layout, spare = form
    samples = noise(rate + 321, av.AudioLayout(layout).nb_channels)
    samples = np.cumsum(samples, axis=0) % 0.3 - 0.15  # noise with depth, which codecs keep better
    reader, got = whole(sound_file(name, codec, rate, layout, samples))
    assert 0 <= len(got) - len(samples) <= spare
    assert got.shape[1] == samples.shape[1]
    assert shift(got[:, 0], samples[:, 0]) == 0
    assert reader.damage is None


def test_raw_aac_has_no_word_on_its_padding(sound_file):
    _, got = whole(sound_file("a.aac", "aac", samples=44100))
    assert 44100 <= len(got) <= 44100 + 3 * 1024


def test_the_sound_of_a_video(movie_file, numbered, noise):
    samples = noise(48000)
    reader, got = whole(movie_file("m.mp4", numbered(24), sound=samples))
    assert (reader.codec, reader.layout) == ("aac", "stereo")
    assert shift(got[:, 0], samples[:, 0]) == 0


def test_blocks_have_the_size_asked_for(sound_file, noise):
    path = sound_file("a.flac", "flac", samples=noise(10_000))
    with open_sound(path) as reader:
        sizes = [len(block) for block in reader.blocks(3000)]
        again = [len(block) for block in reader.blocks(10_000)]
        huge = [len(block) for block in reader.blocks()]
    assert (sizes, again, huge) == ([3000, 3000, 3000, 1000], [10_000], [10_000])


def test_a_stream_that_changes_its_format(tmp_path, sound_file, noise):
    """Raw AAC allows it: here from mono at 22.05 kHz to stereo at 44.1 kHz; all comes out as the first."""
    first = sound_file("1.aac", "aac", 22050, "mono", noise(22050, 1))
    second = sound_file("2.aac", "aac", 44100, "stereo", noise(44100, 2))
    both = tmp_path / "both.aac"
    both.write_bytes(first.read_bytes() + second.read_bytes())
    reader, got = whole(both)
    assert (reader.sample_rate, reader.channels) == (22050, 1)
    assert abs(len(got) / 22050 - 2) < 0.4
    assert np.abs(got[-8000:-4000]).max() > 0.01


def wav_bytes(data_size, real_size, rate=8000):
    form = struct.pack("<HHIIHH", 1, 1, rate, 2 * rate, 2, 16)
    head = b"RIFF" + struct.pack("<I", 0xFFFFFFFF) + b"WAVE" + b"JUNK" + struct.pack("<I", 3) + b"abc\0"
    return head + b"fmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", data_size) + bytes(real_size)


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
def test_a_wav_file_that_was_streamed_does_not_know_its_length(tmp_path, size):
    (tmp_path / "a.wav").write_bytes(wav_bytes(size, 32000))
    reader, got = whole(tmp_path / "a.wav")
    assert (len(got), reader.damage) == (16000, None)


def test_a_wav_file_that_was_cut_off(tmp_path):
    (tmp_path / "a.wav").write_bytes(wav_bytes(80000, 32000))
    reader, got = whole(tmp_path / "a.wav")
    assert (len(got), reader.declared) == (16000, 5)
    assert reader.damage == "it ends after 2.0 s of the 5.0 s it declares"


@pytest.mark.parametrize("codec", ["flac", "libmp3lame", "pcm_s16be"])
def test_cut_off_files_say_so(sound_file, codec):
    path = sound_file({"flac": "a.flac", "libmp3lame": "a.mp3", "pcm_s16be": "a.aiff"}[codec], codec, samples=200_000)
    os.truncate(path, path.stat().st_size // 2)
    reader, got = whole(path)
    assert 80_000 < len(got) < 110_000
    assert "it ends after 2." in reader.damage


def test_a_little_short_is_no_damage(tmp_path):
    (tmp_path / "a.wav").write_bytes(wav_bytes(80000, 66000))
    reader, _ = whole(tmp_path / "a.wav")
    assert reader.damage is None


@pytest.mark.parametrize(("name", "codec"), [("a.ogg", "flac"), ("a.m4a", "aac")])
def test_what_follows_a_damaged_stretch_stays_in_time(sound_file, noise, name, codec):
    samples = np.cumsum(noise(44100 * 6), axis=0) % 0.3 - 0.15
    path = sound_file(name, codec, samples=samples)
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3000] = os.urandom(3000) if codec == "flac" else bytes(3000)
    path.write_bytes(data)
    reader, got = whole(path)
    assert reader.damage
    assert abs(len(got) - len(samples)) < 3000
    assert abs(shift(got[-100_000:, 0], samples[len(got) - 100_000 : len(got), 0])) < 1200


def test_bad_files(tmp_path, sound_file, unprivileged):
    (tmp_path / "empty.wav").write_bytes(b"")
    (tmp_path / "text.mp3").write_text("la la la\n" * 99)
    (tmp_path / "picture.mp3").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(999))
    (tmp_path / "zip.mp3").write_bytes(b"PK\x03\x04")
    (tmp_path / "nothing.wav").write_bytes(wav_bytes(0, 0))
    headless = sound_file("headless.m4a", "aac")
    os.truncate(headless, headless.stat().st_size // 2)
    expected = {
        "no": (NotFound, "ALICE-N01", "does not exist"),
        "empty.wav": (MediaError, "ALICE-M01", "is empty"),
        "text.mp3": (MediaError, "ALICE-M02", "a text file"),
        "picture.mp3": (MediaError, "ALICE-M02", "a PNG picture"),
        "zip.mp3": (MediaError, "ALICE-M02", "a ZIP archive"),
        "nothing.wav": (MediaError, "ALICE-M05", "nothing of the sound"),
        "headless.m4a": (MediaError, "ALICE-M05", "an M4A file, but it is damaged"),
        ".": (MediaError, "ALICE-M00", "is a folder"),
    }
    for name, (kind, code, words) in expected.items():
        with pytest.raises(kind, match=words) as caught, open_sound(tmp_path / name):
            pytest.fail("the block must not run")
        assert caught.value.code == code
        assert caught.value.hint
    locked = sound_file("locked.wav", "pcm_s16le")
    locked.chmod(0)
    with unprivileged(), pytest.raises(MediaError) as refused, open_sound(locked):
        pytest.fail("the block must not run")
    assert refused.value.code == "ALICE-M03"


def test_a_silent_movie_holds_no_sound(movie_file, numbered):
    path = movie_file("m.mp4", numbered(3))
    with pytest.raises(MediaError, match="a video without sound") as caught, open_sound(path):
        pytest.fail("the block must not run")
    assert caught.value.code == "ALICE-M02"


def test_a_sound_that_says_it_is_too_long(tmp_path):
    with (tmp_path / "a.wav").open("wb") as file:
        file.write(wav_bytes(2 * 10 * 14401, 0, rate=10))
    with pytest.raises(MediaError, match="longer than four hours"), open_sound(tmp_path / "a.wav"):
        pytest.fail("the block must not run")


def test_a_sound_that_turns_out_too_long(tmp_path):
    (tmp_path / "a.wav").write_bytes(wav_bytes(2 * 10 * 14401, 2 * 10 * 14401, rate=10))
    with pytest.raises(MediaError) as caught, open_sound(tmp_path / "a.wav"):
        pytest.fail("the block must not run")
    assert caught.value.code == "ALICE-M04"


def test_write_wav(tmp_path):
    samples = np.array([[0.0, 1.0], [-1.0, 2.0], [0.5, -9.0]])
    write_wav(tmp_path / "a.wav", samples, 22050)
    with wave.open(str(tmp_path / "a.wav")) as sound:
        assert (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) == (2, 2, 22050)
        got = np.frombuffer(sound.readframes(9), "<i2").reshape(-1, 2)
    assert got.tolist() == [[0, 32767], [-32767, 32767], [16384, -32767]]
    write_wav(tmp_path / "mono.wav", samples[:, 0], 8000)
    assert whole(tmp_path / "mono.wav")[1].shape == (3, 1)
    with pytest.raises(ExportError):
        write_wav(tmp_path / "no" / "a.wav", samples, 22050)


def test_an_mp3_that_counts_no_frames_promises_nothing_exact(sound_file):
    plain = {"write_xing": "0", "id3v2_version": "0"}
    path = sound_file("a.mp3", "libmp3lame", samples=200_000, options=plain)
    assert path.read_bytes()[:2] == b"\xff\xfb"
    os.truncate(path, path.stat().st_size // 2)
    reader, got = whole(path)
    assert 80_000 < len(got) < 110_000
    assert reader.damage is None


def test_a_wav_file_with_64_bit_sizes(sound_file, noise):
    samples = noise(5000)
    reader, got = whole(sound_file("a.wav", "pcm_s16le", samples=samples, options={"rf64": "always"}))
    assert (reader.declared, len(got)) == (Fraction(5000, 44100), 5000)


def test_a_wav_file_of_a_compressed_kind_is_measured_by_ffmpeg(sound_file, noise):
    reader, got = whole(sound_file("a.wav", "adpcm_ima_wav", samples=noise(44100)))
    assert abs(len(got) - 44100) < 3000
    assert reader.damage is None
