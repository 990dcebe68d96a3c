"""Movies: exact frames, exact time, the same bytes every time, and nothing half-written."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np
import pytest

from alice_core.errors import ExportError, MediaError, NotFound, UsageError
from alice_core.media.digest import digest_of_file
from alice_core.media.encode import PREVIEW, EncoderSettings, MovieWriter
from alice_core.media.planes import blank, split
from alice_core.media.sound import open_sound, write_wav

WIDTH, HEIGHT = 128, 64
RATES = ["24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60", "1", "240", "12"]


def plane(number):
    """A frame with its number in 8 stripes of dark and bright."""
    out = blank(WIDTH, HEIGHT)
    bright, blue, red = split(out)
    bits = np.array([(number >> bit & 1) * 200 + 20 for bit in range(8)], np.uint8)
    bright[:] = np.repeat(bits, WIDTH // 8)
    blue[:], red[:] = 128, 128
    return out


def write(path, count, rate=Fraction(24), **options):
    with MovieWriter(path, WIDTH, HEIGHT, rate, **options) as movie:
        for number in range(count):
            movie.write(plane(number))
    return path


def names(folder):
    return {path.name for path in folder.iterdir()}


@pytest.mark.parametrize("rate", [Fraction(rate) for rate in RATES], ids=RATES)
def test_every_frame_is_there_at_its_exact_time(tmp_path, number_of, rate):
    path = write(tmp_path / "m.mp4", 61, rate)
    with av.open(str(path)) as movie:
        stream = movie.streams.video[0]
        assert (stream.average_rate, stream.frames) == (rate, 61)
        assert stream.duration * stream.time_base == 61 / rate
        frames = list(movie.decode(video=0))
    assert [frame.pts * frame.time_base for frame in frames] == [number / rate for number in range(61)]
    assert [number_of(frame.to_ndarray()[:HEIGHT]) for frame in frames] == list(range(61))


def test_what_the_stream_says_of_itself(tmp_path):
    path = tmp_path / "m.mp4"
    with MovieWriter(path, WIDTH, HEIGHT, Fraction(24)) as movie:
        for _ in range(60):
            movie.write(plane(5))
    with av.open(str(path)) as movie:
        codec = movie.streams.video[0].codec_context
        assert (codec.name, codec.pix_fmt, codec.width, codec.height) == ("h264", "yuv420p", WIDTH, HEIGHT)
        assert (codec.colorspace, codec.color_primaries, codec.color_trc, codec.color_range) == (1, 1, 1, 1)
        keys = [packet.pts * packet.time_base for packet in movie.demux(video=0) if packet.is_keyframe]
        assert "creation_time" not in movie.metadata
    assert keys == [0, 1, 2]
    data = path.read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_cuts_can_be_jumped_to(tmp_path):
    dark, light = np.full((HEIGHT * 3 // 2, WIDTH), 40, np.uint8), np.full((HEIGHT * 3 // 2, WIDTH), 200, np.uint8)
    with MovieWriter(tmp_path / "m.mp4", WIDTH, HEIGHT, Fraction(24)) as movie:
        for number in range(22):
            movie.write(dark if number < 15 else light, cut=number in {0, 15})
    with av.open(str(tmp_path / "m.mp4")) as movie:
        keys = [packet.pts * packet.time_base for packet in movie.demux(video=0) if packet.is_keyframe]
    assert keys == [0, Fraction(15, 24)]


def test_the_same_bytes_twice(tmp_path, noise):
    write_wav(tmp_path / "s.wav", noise(44100), 44100)
    first, second = (write(tmp_path / name, 50, sound=tmp_path / "s.wav") for name in ("a.mp4", "b.mp4"))
    assert digest_of_file(first) == digest_of_file(second)


def test_settings_matter(tmp_path):
    sizes = [write(tmp_path / "m.mp4", 50, settings=EncoderSettings(crf=crf)).stat().st_size for crf in (10, 45)]
    assert sizes[0] > sizes[1]
    assert EncoderSettings() == PREVIEW


@pytest.mark.parametrize("size", [(16, 16), (18, 18), (160, 90), (66, 182), (320, 180)])
def test_every_size_keeps_its_rows_and_colours(tmp_path, size):
    width, height = size
    planes = blank(width, height)
    bright, blue, red = split(planes)
    bright[:] = np.linspace(30, 220, height)[:, None]
    blue[:], red[:] = np.linspace(60, 200, height // 2)[:, None], np.linspace(200, 60, width // 2)
    with MovieWriter(tmp_path / "m.mp4", width, height, Fraction(24)) as movie:
        movie.write(planes)
    with av.open(str(tmp_path / "m.mp4")) as movie:
        (frame,) = movie.decode(video=0)
    assert (frame.width, frame.height) == size
    assert np.abs(frame.to_ndarray().astype(int) - planes).mean() < 4
    assert np.abs(frame.to_ndarray().astype(int) - planes).max() < 20


def clicks(seconds, rate, channels=2):
    """Silence with a click a second, at .25, and where they start."""
    sound = np.zeros((int(seconds * rate), channels), np.float32)
    burst = (np.sin(np.arange(rate // 100) / rate * 2 * np.pi * 2000) * 0.8).astype(np.float32)
    at = [int((second + 0.25) * rate) for second in range(int(seconds))]
    for start in at:
        sound[start : start + len(burst)] = burst[:, None]
    return sound


def heard(path):
    """The sound of a movie on the movie's own clock, as a player lays it: samples at 48 kHz from moment 0."""
    with av.open(str(path)) as movie:
        out = None
        for frame in movie.decode(audio=0):
            assert frame.sample_rate == 48000
            if out is None:
                out = np.zeros((round(float(frame.pts * frame.time_base) * 48000), 2), np.float32)
            at = round(float(frame.pts * frame.time_base) * 48000)
            assert at == len(out)
            out = np.concatenate([out, frame.to_ndarray().T])
    return out


def lag(got, sent):
    size = 1 << (len(got) + len(sent)).bit_length()
    product = np.fft.irfft(np.fft.rfft(got, size) * np.conj(np.fft.rfft(sent, size)))
    best = int(np.argmax(product))
    return best - size if best > size // 2 else best


@pytest.mark.parametrize("rate", [8000, 44100, 48000, 96000])
def test_sound_is_in_sync(tmp_path, rate):
    """Clicks of the movie lie within a tenth of a millisecond of those of the song."""
    write_wav(tmp_path / "s.wav", clicks(3, rate), rate)
    got = heard(write(tmp_path / "m.mp4", 72, sound=tmp_path / "s.wav"))
    assert abs(lag(got[:, 0], clicks(3, 48000)[:, 0])) <= 48000 // 10_000


@pytest.mark.parametrize(("seconds", "frames"), [(1, 60), (3, 30)])
@pytest.mark.parametrize("rate", [Fraction(24), Fraction(30000, 1001)])
def test_sound_is_as_long_as_the_picture(tmp_path, noise, seconds, frames, rate):
    write_wav(tmp_path / "s.wav", noise(seconds * 48000), 48000)
    path = write(tmp_path / "m.mp4", frames, rate, sound=tmp_path / "s.wav")
    with av.open(str(path)) as movie:
        sound = movie.streams.audio[0]
        assert (sound.codec_context.name, sound.codec_context.sample_rate) == ("aac", 48000)
        assert abs(sound.duration * sound.time_base - frames / rate) <= Fraction(1, 48000)
    got = heard(path)
    end = min(seconds * 48000, int(frames / rate * 48000))
    assert np.abs(got[end // 2 : end - 2000]).std() > 0.02
    assert np.abs(got[end + 2000 :]).max(initial=0) < 0.02


def test_sound_and_picture_lie_side_by_side_in_the_file(tmp_path, noise):
    write_wav(tmp_path / "s.wav", noise(48000 * 5), 48000)
    path = write(tmp_path / "m.mp4", 120, sound=tmp_path / "s.wav")
    with av.open(str(path)) as movie:
        order = [
            (packet.pos, packet.stream.type, packet.dts * packet.time_base) for packet in movie.demux() if packet.size
        ]
    latest = {"video": Fraction(0), "audio": Fraction(0)}
    for _, kind, time in sorted(order):
        latest[kind] = time
        assert abs(latest["video"] - latest["audio"]) < 1.5


MIXES = [("mono", 1), ("stereo", 2), ("2.1", 3), ("5.1", 6), ("7.1", 8)]


@pytest.mark.parametrize(("layout", "channels"), MIXES)
def test_many_channels_become_two(tmp_path, sound_file, layout, channels):
    """All channels sound; the left one stays left; full scale on all of them does not clip."""
    tone = np.sin(np.arange(48000) / 48000 * 2 * np.pi * 400).astype(np.float32)
    only_left = np.zeros((48000, channels), np.float32)
    only_left[:, 0] = tone * 0.5
    every = np.repeat(tone[:, None], channels, axis=1)
    levels = []
    for name, samples in (("left.wav", only_left), ("every.wav", every)):
        source = sound_file(name, "pcm_s16le", 48000, layout, samples)
        got = heard(write(tmp_path / f"{name}.mp4", 24, sound=source))
        levels.append(np.abs(got[5000:-5000]).max(axis=0))
    (left, right), full = levels
    assert left > 0.1
    assert right == pytest.approx(left if channels == 1 else 0, abs=0.02)
    assert full.max() <= 1.05
    assert full.min() > 0.9


@pytest.mark.parametrize("channels", [3, 6, 16])
def test_channels_without_names(tmp_path, noise, channels):
    """WAV files often do not say where a channel belongs; two or twenty, they are heard."""
    write_wav(tmp_path / "s.wav", noise(48000, channels), 48000)
    with open_sound(tmp_path / "s.wav") as reader:
        assert "channels" in reader.layout
    got = heard(write(tmp_path / "m.mp4", 24, sound=tmp_path / "s.wav"))
    assert got.std(axis=0).min() > 0.01


def test_errors_leave_nothing_behind(tmp_path):
    (tmp_path / "text.wav").write_text("no sound")
    before = names(tmp_path)
    with pytest.raises(MediaError):
        write(tmp_path / "m.mp4", 3, sound=tmp_path / "text.wav")
    with pytest.raises(NotFound):
        write(tmp_path / "m.mp4", 3, sound=tmp_path / "no.wav")
    with pytest.raises(ExportError) as caught:
        write(tmp_path / "m.mp4", 0)
    assert caught.value.code == "ALICE-E03"
    for problem in (KeyboardInterrupt(), ValueError("x")):
        with pytest.raises(type(problem)):
            interrupted(tmp_path / "m.mp4", problem)
    assert names(tmp_path) == before


def interrupted(path, problem):
    with MovieWriter(path, WIDTH, HEIGHT, Fraction(24)) as movie:
        movie.write(plane(1))
        raise problem


def test_a_frame_of_another_size(tmp_path):
    with MovieWriter(tmp_path / "m.mp4", WIDTH, HEIGHT, Fraction(24)) as movie:
        with pytest.raises(ValueError, match="shape"):
            movie.write(blank(WIDTH, HEIGHT + 2))
        movie.write(plane(0))


@pytest.mark.parametrize("size", [(127, 64), (128, 63), (1, 1)])
def test_sizes_that_cannot_be(tmp_path, size):
    with pytest.raises(UsageError) as caught:
        MovieWriter(tmp_path / "m.mp4", *size, Fraction(24))
    assert caught.value.code == "ALICE-U02"


def test_a_folder_that_cannot_be_written(tmp_path, unprivileged):
    with pytest.raises(ExportError) as caught:
        write(tmp_path / "no" / "m.mp4", 1)
    assert caught.value.code == "ALICE-E01"
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    with unprivileged(), pytest.raises(ExportError) as refused:
        write(locked / "m.mp4", 1)
    assert refused.value.code == "ALICE-E01"


def test_a_disk_without_room(tmp_path):
    resource = pytest.importorskip("resource")

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    noisy = np.random.default_rng(1).integers(16, 235, (30, HEIGHT * 3 // 2, WIDTH), np.uint8)

    def fill():
        with MovieWriter(tmp_path / "m.mp4", WIDTH, HEIGHT, Fraction(24)) as movie:
            for number in range(300):
                movie.write(noisy[number % 30])

    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(ExportError) as caught:
            fill()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.code == "ALICE-E02"
    assert names(tmp_path) == set()
