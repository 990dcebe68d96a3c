r"""EXIF: the user's comment, in which many generators write, and the facts of a camera.

Tags and the eight-byte character codes of UserComment are those of EXIF 2.32 (CIPA DC-008).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import IntEnum
from fractions import Fraction
from functools import lru_cache
from itertools import islice

from alice_core.exact import exact_text
from alice_core.media.generation import Block
from alice_core.media.readers.base import MOST_TEXT, Given
from alice_core.media.readers.said import Said, json_object
from alice_core.media.readers.tiff import TiffValue, byte_order, ifd_tags

VERSION = 1
"""Raised whenever :func:`camera_facts` says something else of the same blocks."""


class ExifTag(IntEnum):
    """Tags in which generators write."""

    USER_COMMENT = 0x9286
    MAKER_NOTE = 0x927C
    SOFTWARE = 0x0131
    DESCRIPTION = 0x010E
    MODEL = 0x0110


_MOST_BLOCKS = 16
_CODE = 8
_REMEMBERED = 262144
_CAMERA = {
    "Make": 0x010F,
    "Model": 0x0110,
    "LensModel": 0xA434,
    "DateTimeOriginal": 0x9003,
    "ExposureTime": 0x829A,
    "FNumber": 0x829D,
    "ISO": 0x8827,
    "FocalLength": 0x920A,
}
_RATIOS = ("ExposureTime",)
_MOVIE = {
    "Make": ("com.apple.quicktime.make", "make", "com.android.manufacturer"),
    "Model": ("com.apple.quicktime.model", "model", "com.android.model"),
    "DateTimeOriginal": ("com.apple.quicktime.creationdate",),
}


def exif_text(given: Given, tag: int) -> str | None:
    """The text of a tag that is written as text, user's comment or note, from the first block that has it."""
    for block in _exif_blocks(given):
        value = _exif_tags(block).get(tag)
        if isinstance(value, bytes) and len(value) <= MOST_TEXT:
            order = byte_order(block.data) or ">"
            value = comment_text(value, order)
        if isinstance(value, str):
            return value
    return None


def exif_json(given: Given, tag: int, mark: str) -> Said:
    """The JSON object that a tag holds; an empty one where it is none, or the mark is not in its text."""
    text = exif_text(given, tag)
    return json_object(text) if text and mark in text else {}


def comment_text(raw: bytes, order: str = ">") -> str:
    r"""The text of a UserComment.

    ``UNICODE\0`` is followed by UTF-16, whose byte order writers do not agree on: what the bytes
    show wins over ``order``. Some write UTF-8 behind it, and some leave the code out.

    Args:
        raw: The value of the tag.
        order: Byte order of the block, ``<`` or ``>``.
    """
    code, rest = raw[:_CODE], raw[_CODE:]
    if code == b"UNICODE\0":
        return _utf16(rest, order)
    if code == b"JIS\0\0\0\0\0":
        return rest.decode("iso2022_jp", "replace").strip("\0")
    if code in {b"ASCII\0\0\0", bytes(_CODE)}:
        return _plain(rest)
    return _plain(raw)


def camera_facts(given: Given) -> dict[str, str]:
    """Facts of the camera, lens and exposure by their EXIF names, as exact text; empty where there is none.

    Make and Model of a picture in which ComfyUI or SwarmUI write JSON are no camera.
    """
    found: dict[str, str] = {}
    for block in _exif_blocks(given):
        tags = _exif_tags(block)
        for fact, tag in _CAMERA.items():
            text = _fact(fact, tags.get(tag))
            if text:
                found.setdefault(fact, text)
    for fact, keys in _MOVIE.items():
        text = next((text for key in keys if (text := given.text(key, ":tag"))), None)
        if text:
            found.setdefault(fact, text)
    return found


def _exif_blocks(given: Given) -> Iterator[Block]:
    """The EXIF blocks of a file, in its order; of a great many only the first."""
    return islice((block for block in given.blocks if block.place.casefold().endswith("exif")), _MOST_BLOCKS)


def _exif_tags(block: Block) -> Mapping[int, TiffValue]:
    """The tags of a block by number; small blocks are remembered for the next reader that asks."""
    return _remembered(block.data) if len(block.data) <= _REMEMBERED else ifd_tags(block.data)


@lru_cache(maxsize=4)
def _remembered(data: bytes) -> Mapping[int, TiffValue]:
    return ifd_tags(data)


def _fact(fact: str, value: TiffValue | None) -> str | None:
    if isinstance(value, tuple):
        value = value[0]
    if isinstance(value, str):
        text = value.strip("\0 ")
        return None if "{" in text else text
    if isinstance(value, Fraction) and fact in _RATIOS and value < 1:
        return f"{value.numerator}/{value.denominator}"
    return exact_text(value) if isinstance(value, int | Fraction) and value > 0 else None


def _utf16(data: bytes, order: str) -> str:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace").strip("\0")
    if b"\0" not in data:
        try:
            return data.decode()
        except UnicodeDecodeError:
            pass  # two-byte characters throughout
    # Half of the bytes of Western text are zero: those that come first where the high byte comes first.
    first, second = data[::2].count(0), data[1::2].count(0)
    codec = "utf-16-be" if first > second or (first == second and order == ">") else "utf-16-le"
    return data.decode(codec, "replace").strip("\0")


def _plain(data: bytes) -> str:
    data = data.rstrip(b"\0 ")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")
