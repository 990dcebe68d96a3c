"""What readers stand on: blocks, JSON, EXIF."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.media.generation import Block
from alice_core.media.readers.base import MOST_DEPTH, Given, decoded, parsed
from alice_core.media.readers.tiff import byte_order, ifd_tags

GOLDENS = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "comfyui" / "api_goldens"


def test_text_is_utf_8_and_else_latin_1():
    assert decoded(Block("png:tEXt", "a", "caf\u00e9\0".encode("latin-1"))) == "caf\u00e9"
    assert decoded(Block("png:iTXt", "a", "\u732b".encode())) == "\u732b"
    assert decoded(Block("png:iTXt", "a", "\ufeffx".encode())) == "x"


def test_too_long_a_text_is_not_read(monkeypatch):
    monkeypatch.setattr("alice_core.media.readers.base.MOST_TEXT", 10)
    blocks = Given((Block("png:tEXt", "a", b"[1,2,3,4,5]"),))
    assert blocks.text("a") is None
    assert blocks.json("a") is None
    assert parsed("[1,2,3,4,5]") is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{}", {}),
        ("nope", None),
        ("[" * 100_000, None),
        ("9" * 10_000, None),
        ("[" * 300 + "]" * 300, ...),
        ("[" * 500 + "]" * 500, None),
        ("[" + "{}," * 900 + "1]", ...),
    ],
)
def test_json_within_bounds(text, value):
    found = parsed(text)
    assert found is not None if value is ... else found == value
    assert MOST_DEPTH == 400


def test_blocks_by_key_and_place():
    blocks = (
        Block("av:stream0:tag", "PROMPT", b"1"),
        Block("png:tEXt", "prompt", b"2"),
        Block("png:tEXt", "Prompt", b"3"),
    )
    seen = Given(blocks, name="a.png", width=3)
    assert seen.text("prompt") == "1"
    assert seen.text("prompt", "tEXt") == "2"
    assert seen.text("Prompt", "png:tEXt") == "3"
    assert seen.text("PROMPT", ":tag") == "1"
    assert seen.text("PROMPT", "tEXt") is None
    assert seen.json("prompt", "tEXt") == 2
    assert seen.json("prompt", "tEXt") == 2
    assert seen.json("other") is None
    assert seen == Given(blocks, name="a.png", width=3)


def ifd(order, entries, at):
    """A directory at a place; entries are (tag, type, count, raw of at most four bytes or an offset)."""
    body = b"".join(
        struct.pack(order + "HHL", tag, kind, count) + raw.ljust(4, b"\0") for tag, kind, count, raw in entries
    )
    return at, struct.pack(order + "H", len(entries)) + body + b"\0" * 4


def tiff(order, first, second=(), tail=b""):
    place, one = ifd(order, first, 8)
    block = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "L", place) + one
    return block + (ifd(order, second, 0)[1] if second else b"") + tail


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_tags_of_both_directories(order):
    inner = 8 + 2 + 12 * 3 + 4
    tail = inner + 2 + 12 * 3 + 4
    long, short = struct.Struct(order + "L").pack, struct.Struct(order + "H").pack
    data = tiff(
        order,
        [(0x10F, 2, 4, b"Abc\0"), (0x112, 3, 1, short(6)), (0x8769, 4, 1, long(inner))],
        [(0x829A, 5, 1, long(tail)), (0x8827, 3, 2, short(100) + short(200)), (0x9286, 7, 4, b"\0raw")],
        struct.pack(order + "LL", 1, 250),
    )
    found = ifd_tags(b"Exif\0\0" + data)
    assert found == {0x10F: "Abc", 0x112: 6, 0x829A: Fraction(1, 250), 0x8827: (100, 200), 0x9286: b"\0raw"}
    assert byte_order(data) == order


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"II*\0",
        b"hello world",
        b"II*\0" + struct.pack("<L", 4_000_000_000),
        tiff("<", [(1, 99, 1, b""), (2, 5, 1, struct.pack("<L", 0xFFFFFFF0)), (3, 4, 0, b"")]),
        tiff("<", [(1, 5, 1, struct.pack("<L", 0))], tail=b""),
        tiff("<", [(0x8769, 4, 1, struct.pack("<L", 8))])[:20],
    ],
)
def test_no_tags_and_no_harm(data):
    assert 2 not in ifd_tags(data)


def test_directories_in_a_circle_and_values_that_overlap():
    circle = tiff("<", [(0x8769, 4, 1, struct.pack("<L", 8)), (1, 2, 2, b"a\0")])
    assert ifd_tags(circle) == {1: "a"}
    same = struct.pack("<L", 0)
    bomb = tiff("<", [(number, 7, 2000, same) for number in range(1, 1500)], tail=b"x" * 4000)
    assert len(ifd_tags(bomb)) < 20
    assert ifd_tags(tiff("<", [(1, 3, 5000, same)], tail=b"\0" * 12000)) == {}
    assert ifd_tags(tiff("<", [(1, 5, 1, struct.pack("<L", 26))], tail=b"\1\0\0\0\0\0\0\0")) == {}
    assert ifd_tags(tiff("<", [(1, 2, 3, b"\xe9\0\0")])) == {1: "\u00e9"}


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08", b""]))
def test_no_bytes_harm_the_exif_reader(tail, head):
    assert isinstance(ifd_tags(head + tail), dict)
