"""The items of HEIC and AVIF pictures: their size, EXIF and XMP, from tables made by hand."""

from __future__ import annotations

import struct

import pytest

from alice_core.media.facts import Kind, PictureFacts
from alice_core.media.generation import Block
from alice_core.media.inspect import inspect
from alice_core.media.probe import probe

EXIF, XMP = b"\0\0\0\0II*\0", b"<x/>"


def box(name, *data):
    body = b"".join(data)
    return struct.pack(">I4s", 8 + len(body), name) + body


def entry(number, kind, more=b"", version=2):
    wide = "I" if version == 3 else "H"
    return box(b"infe", struct.pack(f">B3x{wide}H4s", version, number, 0, kind), b"name\0", more)


def items(*entries, version=0):
    return box(b"iinf", struct.pack(">B3xI" if version else ">B3xH", version, len(entries)), *entries)


def sizes(*pairs):
    return box(b"iprp", box(b"ipco", box(b"colr"), *(box(b"ispe", struct.pack(">4xII", *pair)) for pair in pairs)))


@pytest.fixture
def seen(tmp_path):
    def look(data):
        path = tmp_path / "picture.heic"
        path.write_bytes(data)
        found = inspect(path)
        assert found.facts == probe(path)
        return found

    return look


def picture(places, *tables, brand=b"heic", behind=EXIF + XMP):
    """A file whose media lie behind its tables; ``places`` makes the table of places from where that is."""
    start = box(b"ftyp", brand, b"\0\0\0\0mif1")
    tables = (*tables, sizes((512, 512), (4032, 3024), (160, 120)))
    length = len(box(b"meta", bytes(4), places(0), *tables))
    return start + box(b"meta", bytes(4), places(len(start) + length + 8), *tables) + box(b"mdat", behind)


def plainly(offset):
    """Version 0, offsets and lengths of four bytes."""
    extents = [(1, offset, 8), (2, offset + 8, 4), (9, 0, 4)]
    rows = (struct.pack(">HHHII", number, 0, 1, at, length) for number, at, length in extents)
    return box(b"iloc", bytes(4), b"\x44\0", struct.pack(">H", 3), *rows)


NAMED = (
    entry(1, b"Exif"),
    entry(2, b"mime", b"application/rdf+xml\0"),
    entry(3, b"mime", b"text/plain\0"),
    box(b"free"),
)
BLOCKS = (Block("heif:exif", "", b"II*\0"), Block("heif:xmp", "", b"<x/>"))


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1"])
def test_a_picture_with_exif_and_xmp(seen, brand):
    found = seen(picture(plainly, items(*NAMED), brand=brand))
    assert found.blocks == BLOCKS
    assert found.facts.kind is Kind.IMAGE
    assert found.facts.picture == PictureFacts(found.facts.mime.removeprefix("image/"), 4032, 3024, None, 1, None)
    assert (found.content, found.findings) == (None, ())


def test_wide_tables_and_pieces_within_the_tables(seen):
    def places(offset):
        rows = struct.pack(">IHHQHIIII", 1, 0, 0, offset, 2, 0, 5, 5, 3)
        rows += struct.pack(">IHHQHII", 2, 1, 0, 0, 1, 0, 4)
        return box(b"iloc", b"\2\0\0\0", b"\x44\x80", struct.pack(">I", 2), rows)

    wide = (entry(1, b"Exif", version=3), entry(2, b"mime", b"application/rdf+xml\0", version=3))
    found = seen(picture(places, items(*wide, version=1), box(b"idat", XMP)))
    assert found.blocks == BLOCKS


@pytest.mark.parametrize(
    "table",
    [
        box(b"iloc"),
        box(b"iloc", bytes(4), b"\x44\0", b"\xff\xff", struct.pack(">HHH", 1, 0, 0xFFFF)),
        box(b"iloc", bytes(4), b"\x44"),
    ],
)
def test_a_damaged_table_of_places_is_a_finding(seen, table):
    found = seen(picture(lambda _offset: table, items(*NAMED)))
    assert "damaged" in found.findings[0]
    assert found.facts.kind is Kind.IMAGE


def test_a_picture_without_items_or_sizes(seen):
    start = box(b"ftyp", b"heic\0\0\0\0mif1")
    assert seen(start + box(b"meta", bytes(4), box(b"free"))).facts.kind is Kind.OTHER
    assert seen(start).facts.kind is Kind.OTHER
    without = seen(start + box(b"meta", bytes(4), box(b"iprp", box(b"ipco", box(b"ispe", b"short")))))
    assert "header" in without.findings[0]


def test_a_huge_table_is_not_read(seen):
    start = box(b"ftyp", b"heic\0\0\0\0mif1")
    found = seen(start + struct.pack(">I4s", 1 << 24, b"meta") + bytes(4) + sizes((4, 3)))
    assert "too big" in found.findings[0]
    assert found.facts.picture.width == 4
