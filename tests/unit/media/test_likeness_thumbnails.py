"""Thumbnails of stills of every mode and shape, and of films; bounded, and never anything but our errors."""

from __future__ import annotations

import struct
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import av
import numpy as np
import pytest
from PIL import Image

from alice_core.errors import MediaError, NotFound
from alice_core.media.likeness import likeness_of
from alice_core.media.miniature import LONGEST, inside, unwebp, webp
from alice_core.media.quiet import quiet
from alice_core.media.thumbnail import GROUND, Clock, _Timed, thumbnail_of


def blobs(width=640, height=400, seed=3):
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def kept(picture, path, **options):
    picture.save(path, **options)
    return path


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "gif", "tiff", "bmp", "avif"])
def test_every_format_gives_the_same_picture(suffix, tmp_path):
    picture = blobs()
    small = thumbnail_of(kept(picture, tmp_path / f"a.{suffix}"))
    assert small.shape == (200, LONGEST, 3)
    assert small.dtype == np.uint8
    truth = np.asarray(picture.resize((LONGEST, 200), Image.Resampling.BOX)).astype(int)
    assert np.abs(small.astype(int) - truth).mean() < 12
    assert (likeness_of(small) ^ likeness_of(truth.astype(np.uint8))).bit_count() <= 6


@pytest.mark.parametrize("mode", ["L", "P", "1", "LA", "CMYK", "YCbCr", "I;16", "I", "F", "RGBA"])
def test_every_mode_gives_red_green_and_blue(mode, tmp_path):
    grey = np.asarray(blobs(300, 200).convert("L"))
    deep = {"I;16": grey.astype(np.uint16) * 257, "I": grey.astype(np.int32) * 257, "F": grey.astype(np.float32) / 255}
    picture = Image.fromarray(deep[mode]) if mode in deep else blobs(300, 200).convert(mode)
    suffix = {"CMYK": "jpg", "YCbCr": "jpg", "F": "tiff", "I": "tiff"}.get(mode, "png")
    small = thumbnail_of(kept(picture, tmp_path / f"a.{suffix}"))
    assert small.shape == (200, 300, 3)
    assert np.corrcoef(small.mean(axis=2).ravel(), grey.ravel())[0, 1] > (0.3 if mode == "1" else 0.8)


def test_a_float_picture_beyond_its_range_is_stretched(tmp_path):
    rising = np.linspace(-5, 900, 64 * 64, dtype=np.float32).reshape(64, 64)
    small = thumbnail_of(kept(Image.fromarray(rising), tmp_path / "a.tiff"))
    assert (small.min(), small.max()) == (0, 255)


def test_a_large_picture_of_a_palette_is_thinned_out_first(tmp_path):
    small = thumbnail_of(kept(blobs(3000, 20).convert("P"), tmp_path / "a.png"))
    assert small.shape == (2, LONGEST, 3)


def test_what_is_transparent_is_grey(tmp_path):
    picture = Image.new("RGBA", (64, 64), (255, 255, 255, 0))
    assert (thumbnail_of(kept(picture, tmp_path / "a.png")) == GROUND).all()
    keyed = Image.new("RGB", (64, 64), (0, 255, 0))
    assert (thumbnail_of(kept(keyed, tmp_path / "b.png", transparency=(0, 255, 0))) == GROUND).all()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_camera_says_how_it_is_turned(orientation, tmp_path):
    picture = Image.new("RGB", (40, 20), (0, 0, 0))
    picture.paste((255, 0, 0), (0, 0, 10, 10))
    exif = Image.Exif()
    exif[0x0112] = orientation
    small = thumbnail_of(kept(picture, tmp_path / "a.png", exif=exif))
    corner = {1: (0, 0), 2: (0, -1), 3: (-1, -1), 4: (-1, 0), 5: (0, 0), 6: (0, -1), 7: (-1, -1), 8: (-1, 0)}
    assert small.shape[:2] == ((20, 40) if orientation < 5 else (40, 20))
    assert small[corner[orientation]].tolist() == [255, 0, 0]


def test_a_broken_orientation_is_passed_over(tmp_path):
    path = kept(blobs(32, 32), tmp_path / "a.jpg", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x02\0\0\0\x03ab\0\0")
    assert thumbnail_of(path).shape == (32, 32, 3)


def test_a_small_picture_is_not_enlarged(tmp_path):
    assert thumbnail_of(kept(blobs(5, 3), tmp_path / "a.png")).shape == (3, 5, 3)
    assert thumbnail_of(kept(blobs(4000, 2), tmp_path / "b.png")).shape == (1, LONGEST, 3)


def _png(width, height, data=b""):
    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def test_a_bomb_is_not_decoded(tmp_path):
    for side in (20_000, 60_000):
        (tmp_path / "bomb.png").write_bytes(_png(side, side))
        with pytest.raises(MediaError) as caught:
            thumbnail_of(tmp_path / "bomb.png")
        assert caught.value.code == "ALICE-M00"


@pytest.mark.parametrize("cut", [200, 3000])
def test_damaged_pictures_are_told_of(cut, tmp_path):
    for suffix in ("png", "jpg", "webp"):
        path = kept(blobs(), tmp_path / f"a.{suffix}")
        path.write_bytes(path.read_bytes()[:cut])
        with pytest.raises(MediaError):
            thumbnail_of(path)


def test_what_is_no_picture_is_told_of(tmp_path):
    (tmp_path / "a.png").write_bytes(b"just text")
    (tmp_path / "a.eps").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")
    for name in ("a.png", "a.eps"):
        with pytest.raises(MediaError, match="no picture that can be drawn"):
            thumbnail_of(tmp_path / name)
    with pytest.raises(NotFound):
        thumbnail_of(tmp_path / "none.png")
    with pytest.raises(MediaError):
        thumbnail_of(tmp_path)


def test_a_file_that_takes_too_long_is_given_up(tmp_path):
    path = kept(blobs(), tmp_path / "a.png")
    Clock(path).check()
    with pytest.raises(MediaError, match="too long"):
        Clock(path, -1.0).check()
    with _Timed(path.open("rb", buffering=0), Clock(path, -1.0)) as late, pytest.raises(MediaError, match="too long"):
        late.read(10)


def test_the_cache_is_read_back_and_its_damage_told_of():
    pixels = np.asarray(blobs(320, 200))
    assert np.abs(unwebp(webp(pixels)).astype(int) - pixels).mean() < 8
    assert webp(pixels) == webp(pixels)
    with pytest.raises(MediaError):
        unwebp(b"RIFF nothing")


def test_a_thumbnail_is_fitted_into_a_box():
    pixels = np.asarray(blobs(320, 200))
    assert inside(pixels, 100, 100).shape == (62, 100, 3)
    assert inside(pixels, 400, 400) is pixels


def plain(value, count, width=128, height=64):
    return [np.full((height, width, 3), value, np.uint8)] * count


def test_a_film_shows_its_first_good_frame(movie_file, numbered):
    dark_start = movie_file("a.mp4", plain(0, 30) + numbered(60)[1:30], g="10")
    small = thumbnail_of(dark_start, moving=True)
    assert small.shape == (64, 128, 3)
    assert small.std() > 6
    bright_start = movie_file("b.mp4", [np.asarray(blobs(128, 64)), *plain(0, 20)])
    assert thumbnail_of(bright_start, moving=True).std() > 6


def test_a_film_that_is_black_all_through_shows_that(movie_file):
    small = thumbnail_of(movie_file("a.mp4", plain(0, 24)), moving=True)
    assert small.mean() < 20
    assert likeness_of(small) is None


def test_a_film_without_keyframes_on_the_way_is_looked_into(movie_file):
    frames = plain(0, 40) + [np.asarray(blobs(128, 64))] * 20
    assert thumbnail_of(movie_file("a.mp4", frames, g="1000"), moving=True).std() > 6


def test_a_film_of_one_frame_and_one_of_wide_pixels(movie_file, tmp_path):
    assert thumbnail_of(movie_file("a.mp4", [np.asarray(blobs(128, 64))]), moving=True).shape == (64, 128, 3)
    path = tmp_path / "wide.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=Fraction(8))
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(2, 1)
        frame = av.VideoFrame.from_ndarray(np.asarray(blobs(64, 64)), "rgb24")
        frame.pts, frame.time_base = 0, Fraction(1, 8)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert thumbnail_of(path, moving=True).shape == (64, 128, 3)


def test_what_is_no_film_is_told_of(sound_file, movie_file, tmp_path):
    with pytest.raises(MediaError, match="no moving picture"):
        thumbnail_of(sound_file("a.wav", "pcm_s16le", samples=480), moving=True)
    whole = movie_file("a.mp4", plain(90, 8))
    whole.write_bytes(whole.read_bytes()[:400])
    with pytest.raises(MediaError):
        thumbnail_of(whole, moving=True)
    with pytest.raises(NotFound):
        thumbnail_of(tmp_path / "none.mp4", moving=True)


def test_a_film_whose_frames_are_garbage_is_told_of(movie_file):
    path = movie_file("a.mp4", [np.asarray(blobs(128, 64))] * 8)
    data = bytearray(path.read_bytes())
    start = data.index(b"mdat") + 4
    end = data.index(b"moov") - 4 if data.index(b"moov") > start else len(data)
    data[start:end] = bytes(end - start)
    path.write_bytes(bytes(data))
    with pytest.raises(MediaError, match="decodes"):
        thumbnail_of(path, moving=True)


def _warn_quietly(_):
    with quiet():
        warnings.warn("nobody hears this", stacklevel=1)


def test_many_threads_are_quiet_and_leave_the_warnings_as_they_were():
    before = list(warnings.filters)
    with quiet():
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(_warn_quietly, range(8)))
        warnings.warn("nobody hears this", stacklevel=1)
    assert warnings.filters == before
