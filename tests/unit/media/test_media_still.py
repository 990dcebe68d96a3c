"""Stills become planes: right colours, right place, any format."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from alice_core.errors import MediaError, NotFound, UsageError
from alice_core.media.planes import check_size, cover, split
from alice_core.media.still import still_planes

# ITU-R BT.709, limited range: Y = 16 + 219 (0.2126 R + 0.7152 G + 0.0722 B), and Cb, Cr from it
COLOURS = {
    "black": (16, 128, 128),
    "white": (235, 128, 128),
    "red": (63, 102, 240),
    "lime": (173, 42, 26),
    "blue": (32, 240, 118),
    "gray": (126, 128, 128),
}


def means(planes):
    return [float(plane.mean()) for plane in split(planes)]


@pytest.mark.parametrize("colour", COLOURS)
def test_colours(tmp_path, colour):
    Image.new("RGB", (64, 48), colour).save(tmp_path / "a.png")
    planes = still_planes(tmp_path / "a.png", 32, 24)
    assert (planes.shape, planes.dtype) == ((36, 32), np.uint8)
    assert means(planes) == pytest.approx(COLOURS[colour], abs=1)
    assert all(np.ptp(plane) == 0 for plane in split(planes))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "YCbCr", "I;16", "I", "LAB", "F"])
def test_modes(tmp_path, mode):
    if mode in {"I;16", "I"}:
        picture = Image.fromarray(np.full((40, 40), 0xFFFF, np.uint16 if mode == "I;16" else np.int32))
    else:
        picture = Image.new("RGB", (40, 40), "white").convert("L" if mode == "F" else "RGB").convert(mode)
    path = tmp_path / ("a.tiff" if mode in {"CMYK", "YCbCr", "I", "LAB", "F"} else "a.png")
    picture.save(path)
    assert means(still_planes(path, 32, 32))[0] > 230


def test_what_is_transparent_is_black(tmp_path):
    Image.new("RGBA", (40, 40), (255, 255, 255, 0)).save(tmp_path / "a.png")
    assert means(still_planes(tmp_path / "a.png", 32, 32)) == [16, 128, 128]


@pytest.mark.parametrize(("wide", "high"), [(400, 90), (90, 400), (160, 90), (1, 1), (3000, 100)])
def test_the_centre_fills_the_frame(tmp_path, wide, high):
    """A white picture with its own centre marked, whatever its shape: no bars, the mark in the middle."""
    picture = Image.new("RGB", (wide, high), "white")
    mark = min(wide, high) / 8
    if mark > 1:
        box = (wide / 2 - mark, high / 2 - mark, wide / 2 + mark, high / 2 + mark)
        ImageDraw.Draw(picture).ellipse(box, fill="black")
    picture.save(tmp_path / "a.png")
    bright = split(still_planes(tmp_path / "a.png", 160, 90))[0]
    assert min(bright[0].min(), bright[-1].min(), bright[:, 0].min(), bright[:, -1].min()) > 225
    if mark > 1:
        rows, columns = np.nonzero(bright < 60)
        assert (rows.mean(), columns.mean()) == pytest.approx((44.5, 79.5), abs=1)
        assert np.ptp(rows) == pytest.approx(np.ptp(columns), abs=2)


def test_a_picture_is_turned_as_its_camera_says(tmp_path):
    picture = Image.new("RGB", (60, 40), "black")
    picture.paste("white", (0, 0, 60, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise by a quarter: the upper half becomes the right half
    picture.save(tmp_path / "a.jpg", exif=exif)
    bright = split(still_planes(tmp_path / "a.jpg", 40, 60))[0]
    assert bright[:, :16].max() < 40
    assert bright[:, -16:].min() > 210


def test_a_large_jpeg(tmp_path):
    Image.linear_gradient("L").resize((3000, 2000)).convert("RGB").save(tmp_path / "a.jpg")
    column = split(still_planes(tmp_path / "a.jpg", 48, 32))[0].mean(axis=1)
    assert (np.diff(column) > 4).all()


def test_what_is_no_picture(tmp_path):
    (tmp_path / "text.png").write_text("hello")
    with pytest.raises(MediaError, match="no picture") as caught:
        still_planes(tmp_path / "text.png", 32, 32)
    assert caught.value.hint
    with pytest.raises(NotFound):
        still_planes(tmp_path / "no.png", 32, 32)
    with pytest.raises(MediaError, match="folder"):
        still_planes(tmp_path, 32, 32)


def test_a_picture_that_is_cut_off(tmp_path):
    path = tmp_path / "cut.png"
    Image.effect_noise((200, 200), 50).save(path)
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(MediaError, match="damaged") as caught:
        still_planes(path, 32, 32)
    assert caught.value.code == "ALICE-M05"


@pytest.mark.parametrize("size", [(1, 1), (31, 32), (32, 33), (14, 32), (32, 9000), (0, 0), (-2, 32)])
def test_sizes_that_cannot_be(size):
    with pytest.raises(UsageError) as caught:
        check_size(*size)
    assert caught.value.code == "ALICE-U02"


def test_cover():
    assert cover(100, 100, 160, 90) == (100, 56.25)
    assert cover(1000, 90, 160, 90) == (160, 90)
