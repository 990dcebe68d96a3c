"""A still of any format, size and shape as the planes of one frame."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame
from PIL import Image, ImageOps

from alice_core.errors import MediaError
from alice_core.media.files import reading
from alice_core.media.planes import Planes, cover, frame_planes

_HINT = "Use a PNG, JPEG or WebP picture."
_DEEP = ("I", "I;16", "I;16L", "I;16B", "I;16N")


def still_planes(path: Path, width: int, height: int, *, shape: tuple[int, int] | None = None) -> Planes:
    """The picture, cut at its centre to the shape of a frame and scaled to its size.

    It is turned as its camera says; what is transparent is black.

    Args:
        path: The picture.
        width: Of the planes, even.
        height: Of the planes, even.
        shape: Width and height of the frame to whose shape it is cut, where rounding makes that of the planes another.

    Raises:
        NotFound: There is no such file (``ALICE-N01``).
        MediaError: It may not be read (``ALICE-M03``), is no picture (``ALICE-M00``) or is damaged (``ALICE-M05``).
    """
    pixels = np.asarray(_picture(path, width, height))
    high, wide = pixels.shape[:2]
    across, down = (max(1, round(side)) for side in cover(wide, high, *(shape or (width, height))))
    left, top = (wide - across) // 2, (high - down) // 2
    part = np.ascontiguousarray(pixels[top : top + down, left : left + across])
    return frame_planes(VideoFrame.from_ndarray(part, "rgb24"), width, height)


def _picture(path: Path, width: int, height: int) -> Image.Image:
    with reading(path), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd metadata and large sizes are no news when only pixels are wanted
        try:
            picture: Image.Image = Image.open(path)
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            raise MediaError(f"{path} is no picture that can be read: {error}", hint=_HINT) from error
        with picture:
            try:
                picture.draft("RGB", (2 * width, 2 * height))  # a large JPEG is decoded at a fraction of its size
                return _plain(ImageOps.exif_transpose(picture))
            except (OSError, SyntaxError, ValueError) as error:
                message = f"{path} is damaged and cannot be drawn: {error}"
                raise MediaError(message, hint="Copy or make the picture again.", code="ALICE-M05") from error


def _plain(picture: Image.Image) -> Image.Image:
    if picture.mode in _DEEP:
        deep = np.asarray(picture).astype(np.int64)
        return Image.fromarray((deep.clip(0, 65535) >> 8).astype(np.uint8)).convert("RGB")
    if picture.has_transparency_data:
        ground = Image.new("RGBA", picture.size, (0, 0, 0, 255))
        return Image.alpha_composite(ground, picture.convert("RGBA")).convert("RGB")
    return picture.convert("RGB")
