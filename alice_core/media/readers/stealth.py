"""Metadata hidden in the lowest bits of pixels ("stealth pnginfo", of A1111's extension and NovelAI).

Bits run down the columns, from the left: fifteen signs of a signature, the payload's length in bits
(32 bits, the highest first), the payload, with gzip where the signature says ``comp``. They are the lowest
bits of alpha, or of red, green and blue in turn where it says ``rgb``.
"""

from __future__ import annotations

import json
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from alice_core.media.files import reading
from alice_core.media.generation import Block
from alice_core.media.readers.base import MOST_TEXT, parsed
from alice_core.media.readers.columns import Shape, first_columns, png_shape

if TYPE_CHECKING:  # to look for a signature needs neither
    import numpy as np
    import numpy.typing as npt

PLACE = "png:stealth"
"""The place of the blocks that :func:`read_stealth` gives."""

MOST_PIXELS = 64_000_000
"""Larger pictures are not decoded for it."""

_LETTERS = 15
_HEAD = _LETTERS + 4
_OWN_NAMES = ("Comment", "Description")
_GRAPHS = {"prompt", "workflow"}


@dataclass(frozen=True, slots=True)
class _Signature:
    """A signature, and the channels of a pixel that it is in."""

    word: bytes
    first: int
    last: int

    @property
    def bits(self) -> list[int]:
        return [byte >> shift & 1 for byte in self.word for shift in range(7, -1, -1)]

    @property
    def packed(self) -> bool:
        return self.word.endswith(b"comp")


_SIGNATURES = (
    _Signature(b"stealth_pnginfo", 3, 4),
    _Signature(b"stealth_pngcomp", 3, 4),
    _Signature(b"stealth_rgbinfo", 0, 3),
    _Signature(b"stealth_rgbcomp", 0, 3),
)


def has_stealth(path: Path) -> bool:
    """Whether a PNG begins with a signature, without decoding the picture.

    Only as many rows are inflated as it takes to see that there is none: one to eight in most files. Other
    formats, depths and interlaced pictures are answered with no.

    Raises:
        NotFound: There is no such file (``ALICE-N01``).
        MediaError: It may not be read (``ALICE-M03``).
    """
    with reading(path) as source:
        shape = png_shape(source)
        if shape is None:
            return False
        columns = -(-_LETTERS * 8 // shape.height)
        if columns > shape.width:
            return False
        return _signed(first_columns(source, shape, columns), shape, columns)


def read_stealth(path: Path) -> tuple[Block, ...]:
    """The hidden texts of a PNG or lossless WebP as blocks, for the readers that read such texts elsewhere.

    A JSON object of texts (NovelAI's, or ComfyUI's prompt and workflow) gives a block a name; anything else
    one block ``parameters``. None where there is no signature, or the payload is cut off, no text, or too long.

    Raises:
        NotFound: There is no such file (``ALICE-N01``).
        MediaError: It may not be read (``ALICE-M03``).
    """
    payload = _payload(path)
    return () if payload is None else tuple(_blocks(payload))


def _signed(rows: Iterator[bytes], shape: Shape, columns: int) -> bool:
    left = [(one, one.bits) for one in _SIGNATURES if one.last <= shape.channels]
    seen: list[bytes] = []
    for number, row in enumerate(rows):
        seen.append(row)
        fitting = []
        for one, bits in left:
            start = number * (one.last - one.first)
            wanted = bits[start : start + one.last - one.first]
            if [value & 1 for value in row[one.first : one.last]][: len(wanted)] == wanted:
                if start + len(wanted) == len(bits):
                    return True
                fitting.append((one, bits))
        left = fitting
        if not left:
            return False
    # The picture is not as high as the signature is long: it goes on in the next columns.
    return len(seen) == shape.height and any(
        [
            row[column * shape.channels + channel] & 1
            for column in range(columns)
            for row in seen
            for channel in range(one.first, one.last)
        ][: len(bits)]
        == bits
        for one, bits in left
    )


def _payload(path: Path) -> bytes | None:
    import numpy as np  # noqa: PLC0415 - as above
    from PIL import Image  # noqa: PLC0415 - as above

    with reading(path) as source, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a large picture is refused below
        try:
            with Image.open(source, formats=("PNG", "WEBP")) as picture:
                if picture.width * picture.height > MOST_PIXELS or picture.mode not in {"RGB", "RGBA"}:
                    return None
                pixels = np.asarray(picture)
        except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
            return None
    for one in _SIGNATURES:
        if one.last <= pixels.shape[2]:
            channels = pixels[:, :, one.first : one.last]
            head = _read(channels, 0, _HEAD)
            if head[:_LETTERS] == one.word:
                data = _read(channels, _HEAD, int.from_bytes(head[_LETTERS:]) // 8)
                return _unpacked(data) if one.packed else data or None
    return None


def _read(channels: npt.NDArray[np.uint8], start: int, length: int) -> bytes:
    """So many bytes from the lowest bits; empty where the picture has not so many, or they are too many."""
    import numpy as np  # noqa: PLC0415 - as above

    height, width, each = channels.shape
    bits = (start + length) * 8
    if bits > height * width * each or length > MOST_TEXT:
        return b""
    columns = channels[:, : -(-bits // (height * each))] & 1
    return np.packbits(columns.transpose(1, 0, 2).reshape(-1)[start * 8 : bits]).tobytes()


def _unpacked(data: bytes) -> bytes | None:
    inflate = zlib.decompressobj(31)
    try:
        text = inflate.decompress(data, MOST_TEXT)
    except zlib.error:
        return None
    return text if inflate.eof else None


def _blocks(payload: bytes) -> Iterator[Block]:
    text = payload.decode("utf-8", "replace")
    told = parsed(text) if text.lstrip().startswith("{") else None
    if isinstance(told, dict) and (told.keys() <= _GRAPHS or any(one in told for one in _OWN_NAMES)):
        for key, value in told.items():
            said = value if isinstance(value, str) else json.dumps(value)
            yield Block(PLACE, key, said.encode("utf-8", "replace"))
    else:
        yield Block(PLACE, "parameters", payload)
