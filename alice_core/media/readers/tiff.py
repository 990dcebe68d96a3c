"""The tags of an EXIF block, read with bounds.

Layout from TIFF 6.0 (section 2) and EXIF 2.32 (CIPA DC-008): an eight-byte header, then a
directory (IFD) of twelve-byte entries whose values lie in the entry or at an offset. Nothing is
followed but the first directory and the Exif directory that it points to.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from fractions import Fraction
from typing import TypeAlias

TiffValue: TypeAlias = bytes | str | int | Fraction | tuple[int | Fraction, ...]
"""ASCII is text, BYTE and UNDEFINED are bytes; numbers are exact, one alone is not in a tuple."""

_EXIF_IFD = 0x8769
_MOST_ENTRIES = 2000
_MOST_NUMBERS = 4096
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 13: 4}
_CODES = {3: "H", 4: "L", 5: "L", 6: "b", 8: "h", 9: "l", 10: "l", 13: "L"}
_RAW = (1, 7)
_TEXT = 2
_RATIONALS = (5, 10)


def byte_order(data: bytes) -> str | None:
    """``<`` (Intel) or ``>`` (Motorola) as the TIFF header says; ``None`` where there is no such header."""
    head = _body(data)[:4]
    return {b"II*\0": "<", b"MM\0*": ">"}.get(head)


def ifd_tags(data: bytes) -> dict[int, TiffValue]:
    r"""The tags of the first directory and of its Exif directory, by number.

    The value of the first directory wins where both have a tag. What does not fit into the block,
    is of an unknown type or would take more bytes than the block has (values that overlap) is left
    out. Empty where this is no TIFF block.

    Args:
        data: The block, with or without ``Exif\0\0`` before the TIFF header.
    """
    order = byte_order(data)
    body = _body(data)
    if order is None or len(body) < 8:  # noqa: PLR2004 - the header's length
        return {}
    budget = len(body)
    found: dict[int, TiffValue] = {}
    offsets = [struct.unpack_from(order + "L", body, 4)[0]]
    while offsets:
        for tag, kind, count, at in _entries(body, order, offsets.pop(0)):
            size = _SIZES[kind] * count
            budget -= size
            if budget < 0:
                return found
            value = _value(body[at : at + size], kind, count, order)
            if value is not None:
                found.setdefault(tag, value)
        inner = found.pop(_EXIF_IFD, None)
        if isinstance(inner, int):
            offsets.append(inner)
            found[_EXIF_IFD] = b""  # a second pointer is not followed
    found.pop(_EXIF_IFD, None)
    return found


def _body(data: bytes) -> bytes:
    return data[6:] if data.startswith(b"Exif\0\0") else data


def _entries(body: bytes, order: str, offset: int) -> Iterator[tuple[int, int, int, int]]:
    """Tag, type, count and place of each value that lies in the block."""
    if offset + 2 > len(body):
        return
    number = struct.unpack_from(order + "H", body, offset)[0]
    for index in range(min(number, _MOST_ENTRIES)):
        entry = offset + 2 + 12 * index
        if entry + 12 > len(body):
            return
        tag, kind, count = struct.unpack_from(order + "HHL", body, entry)
        size = _SIZES.get(kind, 0) * count
        at = entry + 8 if size <= 4 else struct.unpack_from(order + "L", body, entry + 8)[0]  # noqa: PLR2004 - an offset's size
        if size and at + size <= len(body):
            yield tag, kind, count, at


def _value(raw: bytes, kind: int, count: int, order: str) -> TiffValue | None:
    if kind in _RAW:
        return raw
    if kind == _TEXT:
        return _text(raw.rstrip(b"\0"))
    if count > _MOST_NUMBERS:
        return None
    if kind not in _RATIONALS:
        numbers: tuple[int | Fraction, ...] = struct.unpack(f"{order}{count}{_CODES[kind]}", raw)
    else:
        parts = struct.unpack(f"{order}{2 * count}{_CODES[kind]}", raw)
        if not all(parts[1::2]):
            return None
        numbers = tuple(Fraction(above, below) for above, below in zip(parts[::2], parts[1::2], strict=True))
    return numbers[0] if count == 1 else numbers


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")
