"""Metadata in files made of boxes: MP4, QuickTime, AVIF and HEIC (ISO/IEC 14496-12 and 23008-12).

XMP and content credentials lie in boxes of their own beside the media; the EXIF and XMP of a picture
are items like the picture itself, found through two tables in its ``meta`` box.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

from alice_core.media.carriers.gathered import Gathered
from alice_core.media.source import Source

MOST_BOXES = 4096
FIRST = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"})
"""Types of a box that a file of sound or moving pictures may begin with."""
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_UUID = 16
_MOST_TABLE = 4 << 20
_MOST_ITEMS = 1024
_EXIF_OFFSET = 4  # before an EXIF item stands where its TIFF header begins
_RDF = b"application/rdf+xml"

ReadAt = Callable[[int, int], bytes]
"""Says up to so many bytes (the second number) from an offset (the first)."""


class Box(NamedTuple):
    """A box: its type, where its content begins, and where it ends."""

    name: bytes
    start: int
    end: int


def boxes(read: ReadAt, start: int, end: int) -> Iterator[Box]:
    """The boxes in a stretch of a file, :data:`MOST_BOXES` at most, up to the first that cannot be one.

    The last may end behind the stretch; it was cut off then.
    """
    for _ in range(MOST_BOXES):
        head = read(start, 16) if start + 8 <= end else b""
        if len(head) < 8:  # noqa: PLR2004 - a size and a type
            return
        size, name = struct.unpack_from(">I4s", head)
        body = start + 8
        if size == 1 and len(head) == 16:  # noqa: PLR2004 - a long size follows
            size = int.from_bytes(head[8:], "big")
            body += 8
        stop = end if size == 0 else start + size
        if stop < body:
            return
        yield Box(name, body, stop)
        start = stop


def keep_boxes(source: Source, found: Gathered) -> None:
    """Keep the XMP and content credentials that lie in boxes of their own."""
    for box in boxes(source.at, 0, source.size):
        if box.name == b"uuid":
            kind = source.at(box.start, _UUID)
            if kind in {_XMP, _C2PA}:
                place = "bmff:xmp" if kind == _XMP else "bmff:C2PA"
                _keep(source, found, place, box.start + _UUID, min(box.end, source.size))
        elif box.name == b"moov":
            for inner in boxes(source.at, box.start, min(box.end, source.size)):
                if inner.name == b"udta":
                    _keep_user_data(source, found, inner)


def keep_items(source: Source, found: Gathered) -> None:
    """Keep the EXIF and XMP of a picture."""
    for box in boxes(source.at, 0, source.size):
        if box.name != b"meta":
            continue
        if box.end - box.start > _MOST_TABLE:
            found.note("The table of its metadata is too big; it was not read.")
            return
        tables = {
            inner.name: inner for inner in boxes(source.at, box.start + 4, min(box.end, source.size))
        }  # after version and flags
        if b"iinf" not in tables or b"iloc" not in tables:
            return
        try:
            _keep_items(source, found, tables)
        except (struct.error, IndexError, ValueError):
            found.note("The table of its metadata is damaged; not all of it was read.")
        return


def picture_size(read: ReadAt, size: int) -> tuple[int, int] | None:
    """Width and height of the largest picture in a HEIC or AVIF file of ``size`` bytes: a whole before its tiles."""
    start, end = 0, size
    for name, skipped in ((b"meta", 4), (b"iprp", 0), (b"ipco", 0)):
        box = next((one for one in boxes(read, start, end) if one.name == name), None)
        if box is None:
            return None
        start, end = box.start + skipped, min(box.end, size)
    sizes = (read(one.start, 12) for one in boxes(read, start, end) if one.name == b"ispe")
    found = [struct.unpack(">4xII", one) for one in sizes if len(one) == 12]  # noqa: PLR2004 - flags, width, height
    return max(found, key=lambda one: one[0] * one[1], default=None)


def _keep_user_data(source: Source, found: Gathered, box: Box) -> None:
    for inner in boxes(source.at, box.start, min(box.end, source.size)):
        if inner.name == b"XMP_":
            _keep(source, found, "bmff:xmp", inner.start, min(inner.end, source.size))


def _keep(source: Source, found: Gathered, place: str, start: int, end: int) -> None:
    if end > start and found.wants(end - start):
        found.keep(place, "", source.at(start, end - start))


def _keep_items(source: Source, found: Gathered, tables: dict[bytes, Box]) -> None:
    wanted = _metadata_items(source, tables[b"iinf"])
    inside = tables.get(b"idat", Box(b"", 0, 0)).start
    table = tables[b"iloc"]
    for item, extents in _extents(source.at(table.start, table.end - table.start), inside):
        place = wanted.get(item)
        if place is None or not found.wants(sum(length for _, length in extents)):
            continue
        data = b"".join(source.at(offset, length) for offset, length in extents)
        found.keep(place, "", data[_EXIF_OFFSET:] if place == "heif:exif" else data)


def _metadata_items(source: Source, table: Box) -> dict[int, str]:
    """The numbers of the items that are metadata, and the place to name for each."""
    items = {}
    start = table.start + (6 if source.at(table.start, 1) == b"\0" else 8)  # version and flags, then a count
    for box in boxes(source.at, start, table.end):
        entry = source.at(box.start, min(box.end - box.start, 256))
        if box.name != b"infe" or entry[:1] not in {b"\2", b"\3"}:
            continue
        wide = entry[0] == 3  # noqa: PLR2004 - a version with long numbers
        number = int.from_bytes(entry[4 : 8 if wide else 6], "big")
        kind, rest = entry[8 + 2 * wide : 12 + 2 * wide], entry[12 + 2 * wide :]
        if kind == b"Exif":
            items[number] = "heif:exif"
        elif kind == b"mime" and _RDF in rest:
            items[number] = "heif:xmp"
    return items


def _extents(table: bytes, inside: int) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """Each item's number, and where its pieces lie, from the content of an ``iloc`` box."""
    version = table[0]
    sizes = [table[4] >> 4, table[4] & 15, table[5] >> 4, table[5] & 15 if version else 0]
    offset_size, length_size, base_size, index_size = sizes
    wide = 4 if version > 1 else 2
    count = int.from_bytes(table[6 : 6 + wide], "big")
    at = 6 + wide

    def number(size: int) -> int:
        nonlocal at
        if at + size > len(table):
            raise ValueError("the table is cut off")
        at += size
        return int.from_bytes(table[at - size : at], "big")

    for _ in range(min(count, _MOST_ITEMS)):
        item = number(wide)
        method = number(2) & 15 if version else 0
        number(2)  # the file that holds it: this one
        base = number(base_size) + (inside if method == 1 else 0)
        extents = []
        for _ in range(min(number(2), _MOST_ITEMS)):
            number(index_size)
            extents.append((base + number(offset_size), number(length_size)))
        yield item, extents
