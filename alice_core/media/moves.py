"""Camera moves over a still: a window that slides or zooms, smooth below a pixel.

FFmpeg's scaler is ten times faster than others but takes only windows of whole pixels. The window
that a frame needs is therefore cut from a scaled picture a few pixels larger than the frame:
among the sizes and offsets of whole pixels there is always a pair whose quotient puts every
pixel within a twentieth of a pixel of where it belongs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import pi, sin
from pathlib import Path

import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Interpolation, VideoReformatter
from numpy.typing import NDArray

from alice_core.errors import UsageError
from alice_core.media.planes import Planes, blank, check_size, split
from alice_core.media.still import still_planes

MOVES = ("hold", "push-in", "pull-out", "pan-left", "pan-right", "tilt-up", "tilt-down")
"""The moves that :class:`MovingStill` knows, by name."""

_REACH = 1.08  # how far a move zooms, and how much larger than the frame the picture of a pan is
_FINE = 1.15  # size of the picture that windows are cut from; scales far from 1 reach all places between pixels
_EXTRA = 32
_CUTS = np.array([(extra, cut) for extra in range(_EXTRA + 1) for cut in range(extra + 1)], np.float64)
_PAD = 40  # pixels around the picture for the scaler to take and the cut to leave out


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a picture that the camera sees, in widths and heights of the picture."""

    left: float
    top: float
    size: float


def window(move: str, progress: float) -> Window:
    """What the camera sees when a part of the move is done.

    Args:
        move: One of :data:`MOVES`.
        progress: From 0 to 1; the move starts and stops gently, at half its mean speed.

    Raises:
        UsageError: There is no such move.
    """
    done = progress - sin(2 * pi * progress) / (4 * pi)
    if move in {"push-in", "pull-out"}:
        size = 1 / _REACH ** (done if move == "push-in" else 1 - done)
        return Window((1 - size) / 2, (1 - size) / 2, size)
    room = 1 - 1 / _REACH
    match move:
        case "hold":
            return Window(0.0, 0.0, 1.0)
        case "pan-left":
            return Window(room * (1 - done), room / 2, 1 / _REACH)
        case "pan-right":
            return Window(room * done, room / 2, 1 / _REACH)
        case "tilt-up":
            return Window(room / 2, room * (1 - done), 1 / _REACH)
        case "tilt-down":
            return Window(room / 2, room * done, 1 / _REACH)
    raise UsageError(f"unknown camera move {move!r}", hint="Use one of " + ", ".join(MOVES) + ".")


class MovingStill:
    """A still with a camera move, as frames.

    Args:
        path: The picture, of any size and shape; it is cut to the shape of the frame at its centre.
        width: Of the frames, even.
        height: Of the frames, even.
        move: One of :data:`MOVES`.

    Raises:
        UsageError: Unknown move, or unusable size (``ALICE-U02``).
        NotFound: There is no such file (``ALICE-N01``).
        MediaError: It cannot be read as a picture.
    """

    def __init__(self, path: Path, width: int, height: int, move: str) -> None:
        check_size(width, height)
        window(move, 0.0)
        self._move = move
        self._width, self._height = width, height
        if move == "hold":
            self._still = still_planes(path, width, height)
            return
        fine = still_planes(path, _even(width * _FINE), _even(height * _FINE), shape=(width, height))
        self._padded = tuple(np.pad(plane, _PAD, mode="edge") for plane in split(fine))
        # One for brightness and one for both colours, whose windows are the same. From a finer picture the
        # bilinear filter is as sharp to the eye as the bicubic one, at three quarters of its time.
        bright, colour = _Scaler(Interpolation.BILINEAR), _Scaler(Interpolation.BILINEAR)
        self._scalers = (bright, colour, colour)

    def frames(self, count: int) -> Iterator[Planes]:
        """The move in ``count`` frames; those of a hold are one and the same array, so do not write to them."""
        for index in range(count):
            if self._move == "hold":
                yield self._still
            else:
                yield self._seen(window(self._move, index / (count - 1) if count > 1 else 0.5))

    def _seen(self, view: Window) -> Planes:
        out = blank(self._width, self._height)
        for plane, scaler, target in zip(self._padded, self._scalers, split(out), strict=True):
            _resample(plane, view, scaler, target)
        return out


class _Scaler:
    """FFmpeg's scaler for one plane, kept ready for the next plane of the same size."""

    def __init__(self, interpolation: Interpolation) -> None:
        self._interpolation = interpolation
        self._reformatter = VideoReformatter()

    def __call__(self, plane: VideoFrame, width: int, height: int) -> VideoFrame:
        return self._reformatter.reformat(
            plane,
            width,
            height,
            interpolation=self._interpolation,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.JPEG,
            threads=1,
        )


def _resample(plane: Planes, view: Window, scaler: _Scaler, out: Planes) -> None:
    """Fill ``out`` with what a window shows of a padded plane."""
    height, width = out.shape
    high, wide = (side - 2 * _PAD for side in plane.shape)
    x, across, scaled_width, left = _aligned(width, view.left * wide + _PAD, view.size * wide / width)
    y, down, scaled_height, top = _aligned(height, view.top * high + _PAD, view.size * high / height)
    piece = VideoFrame.from_numpy_buffer(plane[y : y + down, x : x + across], "gray")
    scaled = scaler(piece, scaled_width, scaled_height).planes[0]
    rows = np.frombuffer(memoryview(scaled), np.uint8).reshape(scaled_height, scaled.line_size)
    out[:] = rows[top : top + height, left : left + width]


@lru_cache(maxsize=8)
def _scales(size: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The numbers of pixels that a frame of this size may be scaled to, and how many of them lie before it."""
    return np.ascontiguousarray(size + _CUTS[:, 0]), np.ascontiguousarray(_CUTS[:, 1])


@lru_cache(maxsize=64)  # both colours of a frame ask for the same
def _aligned(size: int, start: float, scale: float) -> tuple[int, int, int, int]:
    """Whole pixels whose scaling comes nearest to a window between pixels.

    Args:
        size: Pixels of the frame.
        start: Where the window begins in the picture.
        scale: Pixels of the picture for one of the frame.

    Returns:
        First pixel and number of pixels of the picture to scale, the number to scale them to,
        and how many of those lie before the frame.
    """
    scaled, before = _scales(size)
    taken = np.rint(scale * scaled)
    ratio = taken / scaled
    ahead = before * ratio
    first = np.rint(start - ahead)
    near = first + ahead - start
    far = near + size * (ratio - scale)
    best = int(np.argmin(np.maximum(np.abs(near), np.abs(far))))
    return int(first[best]), int(taken[best]), int(scaled[best]), int(before[best])


def _even(length: float) -> int:
    return 2 * round(length / 2)
