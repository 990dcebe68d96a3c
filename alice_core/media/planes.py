"""Pictures as planes: brightness and the two colour differences, as encoders want them.

A picture of even width and height is one array of bytes of shape (height * 3 // 2, width): the
rows of Y, then those of Cb and Cr at half the size each way, one after the other in memory
(4:2:0). Values are limited range after ITU-R BT.709.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace, Interpolation

from alice_core.errors import UsageError

Planes = np.ndarray[Any, np.dtype[np.uint8]]

SHARP = Interpolation.LANCZOS | Interpolation.ACCURATE_RND
_SMALLEST, _LARGEST = 16, 8192


def check_size(width: int, height: int) -> None:
    """Refuse a size that no movie can have.

    Raises:
        UsageError: A side is odd, smaller than 16 or larger than 8192 (``ALICE-U02``).
    """
    for side in (width, height):
        if side % 2 or not _SMALLEST <= side <= _LARGEST:
            message = f"a movie of {width}x{height} pixels cannot be made"
            hint = f"Use even numbers from {_SMALLEST} to {_LARGEST}, such as 1280x720."
            raise UsageError(message, hint=hint, code="ALICE-U02")


def blank(width: int, height: int) -> Planes:
    """Memory for a picture; what is in it is left open."""
    return np.empty((height * 3 // 2, width), np.uint8)


def split(planes: Planes) -> tuple[Planes, Planes, Planes]:
    """Views of Y, Cb and Cr, each as rows of its own."""
    width = planes.shape[1]
    height = planes.shape[0] * 2 // 3
    flat = planes.reshape(-1)
    quarter = width * height // 4
    half = (height // 2, width // 2)
    return planes[:height], flat[-2 * quarter : -quarter].reshape(half), flat[-quarter:].reshape(half)


def frame_of(planes: Planes) -> VideoFrame:
    """The planes as a frame; they must not be written to while it lives."""
    if planes.shape[0] % 6:
        # PyAV takes memory as it is only for heights that 4 divides; others lose two rows without a word.
        return VideoFrame.from_ndarray(planes, "yuv420p")
    return VideoFrame.from_numpy_buffer(planes, "yuv420p")


def cover(wide: float, high: float, width: int, height: int) -> tuple[float, float]:
    """The part of a picture of ``wide`` x ``high`` that has the shape of a frame: its width and height."""
    if wide * height > width * high:
        return high * width / height, high
    return wide, wide * height / width


def frame_planes(frame: VideoFrame, width: int, height: int, *, source: Colorspace = Colorspace.ITU709) -> Planes:
    """A frame of any format, scaled to a size without regard to its shape.

    Args:
        frame: RGB or YCbCr; full range if RGB, else as it says.
        width: Even.
        height: Even.
        source: The matrix of a YCbCr frame.
    """
    full = frame.format.is_rgb or frame.color_range == ColorRange.JPEG or frame.format.name.startswith("yuvj")
    out = frame.reformat(
        width,
        height,
        "yuv420p",
        src_colorspace=source,
        dst_colorspace=Colorspace.ITU709,
        interpolation=SHARP,
        src_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
        dst_color_range=ColorRange.MPEG,
        threads=1,
    )
    return out.to_ndarray().astype(np.uint8, copy=False)
