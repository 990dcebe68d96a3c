"""What a file is to an editor: true frames, pace and timecode, whatever the headers say."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from PIL import Image
from planned_film import write_movie

from alice_core.errors import MediaError, NotFound
from alice_core.media.conform import Shape, reframe_still, remake_movie
from alice_core.media.footage import footage_of
from alice_core.media.sound import write_wav
from alice_core.timeline.looking import media_at

NTSC = Fraction(24000, 1001)


@pytest.mark.parametrize(
    ("name", "codec"), [("a.mp4", "libx264"), ("a.mov", "libx264"), ("a.mkv", "libx264"), ("a.webm", "libvpx")]
)
@pytest.mark.parametrize("rate", [Fraction(24), NTSC, Fraction(30000, 1001), Fraction(50)])
def test_an_even_movie(tmp_path, name, codec, rate):
    found = footage_of(write_movie(tmp_path / name, list(range(30)), rate, codec=codec))
    assert (found.rate, found.frames, found.steady, found.seconds) == (rate, 30, True, 30 / rate)
    assert (found.width, found.height, found.still, found.timecode) == (64, 48, False, "")


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_an_uneven_movie(tmp_path, name):
    times = [k * 40 + 17 * (k % 3 == 0) for k in range(30)]
    found = footage_of(write_movie(tmp_path / name, times, Fraction(25), Fraction(1, 1000)))
    assert (found.steady, found.frames) == (False, 30)
    assert not media_at(tmp_path / name).steady


def test_a_clock_that_does_not_hold_the_rate(tmp_path):
    times = [round(k * 90000 / NTSC) for k in range(40)]
    found = footage_of(write_movie(tmp_path / "a.ts", times, NTSC, Fraction(1, 90000)))
    assert (found.steady, found.rate) == (True, NTSC)


@pytest.mark.parametrize(
    ("name", "rate", "timecode", "seconds"),
    [
        ("a.mov", Fraction(24), "01:00:00:00", Fraction(3600)),
        ("a.mp4", Fraction(25), "10:00:00:05", Fraction(36000) + Fraction(1, 5)),
        ("a.mov", Fraction(30000, 1001), "01:00:00;00", Fraction(107892 * 1001, 30000)),
        ("a.mov", Fraction(30000, 1001), "01:00:00:00", Fraction(108000 * 1001, 30000)),
    ],
)
def test_the_files_own_timecode(tmp_path, name, rate, timecode, seconds):
    path = write_movie(tmp_path / name, list(range(10)), rate, timecode=timecode)
    assert footage_of(path).timecode == timecode
    media = media_at(path, "sha256:x")
    assert (media.start, media.rate.drop, media.digest) == (seconds, ";" in timecode, "sha256:x")


def test_stills_sounds_and_nothing(tmp_path):
    Image.new("RGB", (30, 20)).save(tmp_path / "a.png")
    assert footage_of(tmp_path / "a.png").still
    write_wav(tmp_path / "a.wav", np.zeros((4800, 2), np.float32), 48000)
    found = footage_of(tmp_path / "a.wav")
    assert (found.sample_rate, found.channels, found.seconds, found.rate) == (48000, 2, Fraction(1, 10), None)
    (tmp_path / "a.txt").write_text("words")
    with pytest.raises(MediaError, match="neither picture nor sound"):
        footage_of(tmp_path / "a.txt")
    with pytest.raises(NotFound):
        footage_of(tmp_path / "gone.mp4")


def test_a_broadcast_wave_says_where_it_begins(tmp_path):
    path = tmp_path / "a.wav"
    write_wav(path, np.zeros(4800, np.float32), 48000)
    data = path.read_bytes()
    chunk = b"\0" * 338 + (48000 * 3600).to_bytes(8, "little") + b"\0" * (602 - 346)
    body = data[12:] + b"" if len(data) % 2 == 0 else data[12:] + b"\0"
    bext = b"bext" + len(chunk).to_bytes(4, "little") + chunk
    path.write_bytes(b"RIFF" + (4 + len(bext) + len(body)).to_bytes(4, "little") + b"WAVE" + bext + body)
    assert footage_of(path).reference == 48000 * 3600
    assert media_at(path).start == 3600


def test_a_file_cut_off_in_the_middle_is_counted_as_far_as_it_goes(tmp_path):
    path = write_movie(tmp_path / "a.ts", list(range(60)), Fraction(25))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert 0 < footage_of(path).frames < 60


def test_a_movie_made_anew_has_exactly_its_frames(tmp_path):
    source = write_movie(tmp_path / "a.mp4", list(range(20)), Fraction(10))
    remake_movie(
        source, tmp_path / "b.mp4", Shape(32, 32), rate=Fraction(25), first=5, frames=60, timecode="01:00:00:00"
    )
    found = footage_of(tmp_path / "b.mp4")
    assert (found.rate, found.frames, found.width, found.timecode) == (25, 60, 32, "01:00:00:00")


def test_a_still_is_cut_where_it_is_wanted(tmp_path):
    pixels = np.zeros((40, 80, 4), np.uint8)
    pixels[:, :40] = (255, 0, 0, 255)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    for share, red in ((0.0, 255), (1.0, 0)):
        reframe_still(tmp_path / "a.png", tmp_path / "b.png", Shape(20, 20, (share, 0.5)))
        with Image.open(tmp_path / "b.png") as picture:
            assert picture.size == (20, 20)
            assert picture.convert("RGBA").getpixel((10, 10))[0] == red
    (tmp_path / "c.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    with pytest.raises(MediaError):
        reframe_still(tmp_path / "c.png", tmp_path / "d.png", Shape(20, 20))
    assert not (tmp_path / "d.png").exists()
