"""The first pixels of the rows of a PNG, from the top, without decoding the picture.

Filters work from left to right and downwards (PNG specification, section 9), so the first columns can be
had alone, and only as far down as they are wanted.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_MAGIC = b"\x89PNG\r\n\x1a\n"
_WIDEST = 65536
_MOST_CHUNKS = 4096
_PIECE = 8192
_CHANNELS = {2: 3, 6: 4}
_UP, _AVERAGE, _PAETH = 2, 3, 4


@dataclass(frozen=True, slots=True)
class Shape:
    """The size of a picture in pixels, and its channels: 3 for RGB, 4 for RGBA."""

    width: int
    height: int
    channels: int


def png_shape(source: BinaryIO) -> Shape | None:
    """The shape of a PNG of eight bits, RGB or RGBA, not interlaced; ``None`` of anything else.

    Args:
        source: At its beginning; afterwards it is behind the first chunk.
    """
    head = source.read(33)
    if len(head) < 33 or head[:8] != _MAGIC or head[12:16] != b"IHDR":  # noqa: PLR2004 - signature and first chunk
        return None
    width, height, depth, colour, *_, interlaced = struct.unpack(">IIBBBBB", head[16:29])
    if depth != 8 or colour not in _CHANNELS or interlaced or not height or not 0 < width <= _WIDEST:  # noqa: PLR2004
        return None
    return Shape(width, height, _CHANNELS[colour])


def first_columns(source: BinaryIO, shape: Shape, columns: int) -> Iterator[bytes]:
    """The first pixels of each row; ends early where the file is cut off or damaged.

    Args:
        source: Behind the first chunk.
        shape: Its shape.
        columns: How many pixels of each row.
    """
    step = shape.channels
    above = bytes(columns * step)
    for row in _rows(source, 1 + shape.width * step, shape.height):
        if row[0] > _PAETH:
            return
        above = _unfiltered(row[0], row[1 : 1 + len(above)], above, step)
        yield above


def _unfiltered(kind: int, raw: bytes, above: bytes, step: int) -> bytes:
    if not kind:
        return raw
    row = bytearray(step) + raw
    corner = bytes(step) + above
    for at, over in enumerate(above):
        row[at + step] = (row[at + step] + _predicted(kind, row[at], over, corner[at])) & 255
    return bytes(row[step:])


def _predicted(kind: int, left: int, above: int, corner: int) -> int:
    if kind == _PAETH:
        guess = left + above - corner
        return min((left, above, corner), key=lambda one: abs(guess - one))
    return above if kind == _UP else (left + above) // 2 if kind == _AVERAGE else left


def _rows(source: BinaryIO, size: int, height: int) -> Iterator[bytes]:
    """The filtered rows of a picture; never more of them are inflated than are asked for and one more."""
    inflate = zlib.decompressobj()
    rows, ready = 0, bytearray()
    for piece in _image_data(source):
        waiting = piece
        while waiting and not inflate.eof:
            try:
                ready += inflate.decompress(waiting, size)
            except zlib.error:
                return
            waiting = inflate.unconsumed_tail
            while len(ready) >= size:
                yield bytes(ready[:size])
                del ready[:size]
                rows += 1
                if rows == height:
                    return


def _image_data(source: BinaryIO) -> Iterator[bytes]:
    """The image chunks in pieces."""
    for _ in range(_MOST_CHUNKS):
        head = source.read(8)
        if len(head) < 8:  # noqa: PLR2004 - length and name
            return
        length, name = struct.unpack(">I4s", head)
        if name == b"IDAT":
            while length:
                piece = source.read(min(length, _PIECE))
                if not piece:
                    return
                length -= len(piece)
                yield piece
        source.seek(length + 4, 1)
