"""Small pictures of files: of a still the picture, of a movie its first good frame.

Everything is bounded: no picture of more than :data:`MOST_PIXELS` is decoded, no file is worked on for
longer than :data:`PATIENCE`, and only formats that carry their own pixels are let in.
"""

from __future__ import annotations

import io
import struct
import time
from pathlib import Path

import numpy as np
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    PsdImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from alice_core.errors import MediaError
from alice_core.media.files import reading
from alice_core.media.miniature import LONGEST, Pixels, fitted
from alice_core.media.quiet import quiet

MOST_PIXELS = 100_000_000
"""Larger pictures are not decoded."""

PATIENCE = 10.0
"""Seconds of work after which a file is given up."""

GROUND = (128, 128, 128)
"""What shows through a transparent picture: grey, so that both white and black lettering can be seen."""

_FORMATS = tuple(
    plugin.format
    for plugin in (
        PngImagePlugin.PngImageFile, JpegImagePlugin.JpegImageFile,
        WebPImagePlugin.WebPImageFile, GifImagePlugin.GifImageFile, TiffImagePlugin.TiffImageFile,
        BmpImagePlugin.BmpImageFile, AvifImagePlugin.AvifImageFile, PsdImagePlugin.PsdImageFile,
    )
)  # fmt: skip
_BROKEN = (  # what Pillow's plugins report broken files with
    OSError, ValueError, SyntaxError, LookupError, TypeError, ArithmeticError, AttributeError, RuntimeError,
    MemoryError, struct.error, Image.DecompressionBombError,
)  # fmt: skip
_SMALL_READ = 16_384  # a JPEG of a thousand scans does most of its work between two reads
_COARSE = 2048  # odd modes are thinned out to this side before they are converted
_WHOLE = (1 << 16) - 1
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""The values of EXIF's Orientation and what undoes them."""

_HINT = "Open it in a viewer; copy or make it again if it is damaged there too."


def thumbnail_of(path: Path, *, moving: bool = False) -> Pixels:
    """The picture of a file, no side longer than :data:`LONGEST`; it is never enlarged.

    A still is turned as its camera says, on grey where it is transparent; of an animated one it is the first
    picture. A movie gives its first frame that shows something, see :mod:`alice_core.media.poster`.

    Args:
        path: The file.
        moving: Whether it is a movie rather than a still.

    Raises:
        NotFound: There is no such file (``ALICE-N01``).
        MediaError: It may not be read (``ALICE-M03``), is too large, holds no picture (``ALICE-M00``), is damaged
            or took too long (``ALICE-M05``).
    """
    if moving:
        from alice_core.media.poster import first_good_frame  # noqa: PLC0415 - stills need no codecs

        return first_good_frame(path, LONGEST, Clock(path))
    return _still(path)


class Clock:
    """The time that may still be spent on a file; other work on the machine does not count."""

    def __init__(self, path: Path, seconds: float = PATIENCE) -> None:
        self._path = path
        self._until = time.thread_time() + seconds

    def check(self) -> None:
        """Do nothing while there is time.

        Raises:
            MediaError: There is none left (``ALICE-M05``).
        """
        if time.thread_time() > self._until:
            raise MediaError(f"{self._path} takes too long to decode", hint=_HINT, code="ALICE-M05")


class _Timed(io.BufferedReader):
    """A file that is read by a decoder in small pieces, each only while there is time."""

    def __init__(self, raw: io.RawIOBase, clock: Clock) -> None:
        super().__init__(raw)
        self._clock = clock

    def read(self, size: int | None = -1, /) -> bytes:
        self._clock.check()
        return super().read(size)


def _still(path: Path) -> Pixels:
    with reading(path) as source, quiet():
        timed = _Timed(source.raw, Clock(path))  # type: ignore[attr-defined] # a buffered file has it
        try:
            picture: Image.Image = Image.open(timed, formats=_FORMATS)
        except _BROKEN as error:
            raise MediaError(f"{path} is no picture that can be drawn: {_said(error)}", hint=_HINT) from error
        with picture:
            if picture.width * picture.height > MOST_PIXELS:
                megapixels = picture.width * picture.height // 1_000_000
                raise MediaError(f"{path} has {megapixels} megapixels; more than 100 are not decoded", hint=_HINT)
            try:
                return np.asarray(_small(picture))
            except _BROKEN as error:
                message = f"{path} is damaged and cannot be drawn: {_said(error)}"
                raise MediaError(message, hint=_HINT, code="ALICE-M05") from error


def _said(error: BaseException) -> str:
    if isinstance(error, UnidentifiedImageError):
        return "its format is not known, or its header is damaged"
    return str(error) or type(error).__name__


def _small(picture: Image.Image) -> Image.Image:
    picture.draft("RGB", (2 * LONGEST, 2 * LONGEST))  # a large JPEG is decoded at a fraction of its size
    if hasattr(picture, "decodermaxblock"):
        picture.decodermaxblock = _SMALL_READ
    picture.load()
    plain = _plain(picture)
    small = plain.resize(fitted(plain.width, plain.height, LONGEST), Image.Resampling.BOX, reducing_gap=2.0)
    if small.mode == "RGBA":
        small = Image.alpha_composite(Image.new("RGBA", small.size, (*GROUND, 255)), small)
    turn = _TURNS.get(_orientation(picture))
    small = small.convert("RGB")
    return small if turn is None else small.transpose(turn)


def _orientation(picture: Image.Image) -> int:
    try:
        turned = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except _BROKEN:
        return 1
    return turned if isinstance(turned, int) else 1


def _plain(picture: Image.Image) -> Image.Image:
    """The picture as RGB or RGBA, thinned out first where a mode cannot be averaged and would take much memory."""
    if picture.mode in {"RGB", "RGBA"} and not (picture.mode == "RGB" and picture.has_transparency_data):
        return picture
    if picture.mode == "1":
        picture = picture.convert("L")
    if picture.mode != "L" and max(picture.size) > _COARSE:
        picture = picture.resize(fitted(*picture.size, _COARSE), Image.Resampling.NEAREST)
    if picture.mode.startswith(("I", "F")):
        picture = _shallow(picture)
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _shallow(picture: Image.Image) -> Image.Image:
    """A picture of 16 or 32 bits as one of 8: by 256 where 16 bits hold it, else from its least to its greatest."""
    deep = np.nan_to_num(np.asarray(picture).astype(np.float64))
    low, high = (0.0, float(_WHOLE)) if picture.mode != "F" else (0.0, 1.0)
    if deep.min() < low or deep.max() > high:
        low, high = float(deep.min()), float(deep.max())
    return Image.fromarray(((deep - low) * (255.0 / max(high - low, 1e-12))).astype(np.uint8))
