"""Frames of a movie at the rate and size of a timeline."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice

import av
import numpy as np
import pytest

from alice_core.errors import MediaError, NotFound, UsageError
from alice_core.media.decode import open_movie
from alice_core.media.planes import split


def read(path, number_of, rate=Fraction(24), start=0, size=(128, 64)):
    with open_movie(path) as movie:
        return [number_of(split(planes)[0]) for planes in movie.frames(*size, rate, start)]


@pytest.mark.parametrize("name", ["m.mp4", "m.mkv", "m.mov"])
@pytest.mark.parametrize("rate", [Fraction(24), Fraction(30000, 1001)])
def test_its_own_rate_gives_every_frame_once(movie_file, numbered, number_of, name, rate):
    path = movie_file(name, numbered(60), rate)
    assert read(path, number_of, rate) == list(range(60))


@pytest.mark.parametrize("start", [1, 23, 24, 25, 47, 59])
def test_it_can_be_entered_anywhere(movie_file, numbered, number_of, start):
    path = movie_file("m.mp4", numbered(60), g="24")
    assert read(path, number_of, start=start) == list(range(start, 60))


def test_entered_behind_its_end_it_shows_its_last_frame(movie_file, numbered, number_of):
    assert read(movie_file("m.mp4", numbered(30)), number_of, start=99) == [29]


def test_another_rate(movie_file, numbered, number_of):
    path = movie_file("m.mp4", numbered(24))
    assert read(path, number_of, Fraction(48)) == [number // 2 for number in range(48)]
    assert read(path, number_of, Fraction(12)) == list(range(1, 24, 2))
    assert read(path, number_of, Fraction(12), start=3) == list(range(7, 24, 2))
    thirty = read(path, number_of, Fraction(30))
    assert thirty == [int((Fraction(number) + Fraction(1, 2)) / 30 * 24) for number in range(30)]


def test_a_frame_shown_twice_is_one_array(movie_file, numbered):
    with open_movie(movie_file("m.mp4", numbered(6))) as movie:
        first, second, third = islice(movie.frames(128, 64, Fraction(48)), 3)
    assert first is second
    assert second is not third


@pytest.mark.parametrize("size", [(128, 64), (64, 64), (256, 64), (320, 180), (90, 160)])
def test_it_fills_the_frame_at_any_shape(movie_file, size):
    """A white square in the centre of grey stays in the centre, square, without bars."""
    pixels = np.full((64, 128, 3), 120, np.uint8)
    pixels[24:40, 56:72] = 255
    with open_movie(movie_file("m.mp4", [pixels] * 2)) as movie:
        planes = next(movie.frames(*size, Fraction(24)))
    bright = split(planes)[0].astype(int)
    assert bright.shape == (size[1], size[0])
    edge = np.concatenate([bright[0], bright[-1], bright[:, 0], bright[:, -1]])
    assert np.abs(edge - 119).max() < 10
    rows, columns = np.nonzero(bright > 180)
    scale = max(size[0] / 128, size[1] / 64)
    assert np.ptp(rows) + 1 == pytest.approx(16 * scale, abs=2)
    assert np.ptp(columns) + 1 == pytest.approx(16 * scale, abs=2)
    assert rows.mean() == pytest.approx((size[1] - 1) / 2, abs=1)
    assert columns.mean() == pytest.approx((size[0] - 1) / 2, abs=1)


def test_a_movie_that_lies_on_its_side(tmp_path, movie_file):
    pixels = np.full((64, 128, 3), 30, np.uint8)
    pixels[:, :64] = 220  # bright at the left of what is stored
    plain = movie_file("plain.mp4", [pixels] * 3)
    turned = tmp_path / "turned.mp4"
    with av.open(str(plain)) as source, av.open(str(turned), "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        stream.set_display_rotation(90)  # counter-clockwise: left becomes bottom
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    with av.open(str(turned)) as check:
        assert next(check.decode(video=0)).rotation % 360 == 90
    with open_movie(turned) as movie:
        bright = split(next(movie.frames(64, 128, Fraction(24))))[0]
    assert bright[:56].max() < 60
    assert bright[-56:].min() > 180


def test_colours_of_other_matrices(tmp_path):
    """A red movie says that it is BT.601; as BT.709 it is red still."""
    path = tmp_path / "m.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        stream.codec_context.colorspace = 6
        planes = np.full((96, 64), 240, np.uint8)
        planes[:64], planes[64:80] = 81, 90  # Y = 81, Cb = 90, Cr = 240
        container.mux(stream.encode(av.VideoFrame.from_ndarray(planes, "yuv420p")))
        container.mux(stream.encode(None))
    with open_movie(path) as movie:
        got = [plane.mean() for plane in split(next(movie.frames(64, 64, Fraction(24))))]
    assert got == pytest.approx([63, 102, 240], abs=2)


def test_a_damaged_stretch_is_stepped_over(movie_file, numbered):
    path = movie_file("m.mkv", numbered(96), g="12")
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 400] = bytes(400)
    path.write_bytes(data)
    with open_movie(path) as movie:
        assert sum(1 for _ in movie.frames(128, 64, Fraction(24))) > 60


def test_what_is_no_movie(tmp_path, sound_file, movie_file, numbered):
    with pytest.raises(NotFound), open_movie(tmp_path / "no.mp4"):
        pytest.fail("the block must not run")
    song = sound_file("song.wav", "pcm_s16le")
    with pytest.raises(MediaError, match=r"holds no moving picture.*a WAV file"), open_movie(song):
        pytest.fail("the block must not run")
    with open_movie(movie_file("m.mp4", numbered(2))) as movie, pytest.raises(UsageError):
        next(movie.frames(63, 64, Fraction(24)))


def test_a_movie_of_which_nothing_decodes(movie_file, numbered):
    path = movie_file("m.mkv", numbered(4))
    data = bytearray(path.read_bytes())
    with av.open(str(path)) as movie:
        places = [(packet.pos, packet.size) for packet in movie.demux(video=0) if packet.size]
    for position, size in places:
        data[position + 8 : position + size] = bytes(size - 8)
    path.write_bytes(data)
    with open_movie(path) as movie, pytest.raises(MediaError) as caught:
        list(movie.frames(128, 64, Fraction(24)))
    assert caught.value.code == "ALICE-M05"
