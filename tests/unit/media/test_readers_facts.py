"""EXIF, XMP, tags, and values of any JSON."""

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.media.generation import Block
from alice_core.media.readers.base import Given
from alice_core.media.readers.exif import ExifTag, camera_facts, comment_text, exif_json, exif_text
from alice_core.media.readers.said import LONGEST_EXTRA, objects, rest, under
from alice_core.media.readers.tags import song_tags
from alice_core.media.readers.values import decimal, moment, name, pair, whole, words
from alice_core.media.readers.xmp import LONGEST, Xmp, read_xmp, source_type, xmp_of

HEAD = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
NAMES = (
    'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:exif="http://ns.adobe.com/exif/1.0/"'
)
URI = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"


def tiff(entries, order=">"):
    """An EXIF block whose first directory has these entries: tag, type, count, bytes of the value."""
    start = 8 + 2 + 12 * len(entries) + 4
    directory, values = struct.pack(order + "H", len(entries)), b""
    for tag, kind, count, raw in entries:
        at = raw.ljust(4, b"\0")
        if len(raw) > 4:
            at = struct.pack(order + "L", start + len(values))
            values += raw
        directory += struct.pack(order + "HHL", tag, kind, count) + at
    return (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(order + "L", 8) + directory + bytes(4) + values


def exif(*entries, place="jpeg:exif", order=">"):
    return Given((Block(place, "", tiff(entries, order)),))


def packet(inside="", attributes=""):
    return f"{HEAD}<rdf:Description {NAMES} {attributes}>{inside}</rdf:Description></rdf:RDF></x:xmpmeta>".encode()


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("text", ["Steps: 20, Seed: 1", "中文提示词, Steps: 4", "é ü"])
def test_a_comment_is_read_whatever_its_byte_order(text, order):
    for codec in ("utf-16-be", "utf-16-le", "utf-8", "utf-16"):
        assert comment_text(b"UNICODE\0" + text.encode(codec), order) == text
    assert comment_text(b"ASCII\0\0\0" + text.encode()) == text
    assert comment_text(bytes(8) + text.encode() + b"\0\0  ") == text
    assert comment_text(text.encode()) == text


def test_a_comment_that_shows_no_byte_order_has_that_of_its_block():
    text = "日本語"
    assert comment_text(b"UNICODE\0" + text.encode("utf-16-be"), ">") == text
    assert comment_text(b"UNICODE\0" + text.encode("utf-16-le"), "<") == text


def test_rare_codes():
    assert comment_text(b"JIS\0\0\0\0\0" + "日本".encode("iso2022_jp")) == "日本"
    assert comment_text(b"ASCII\0\0\0caf\xe9") == "café"
    assert comment_text(b"UNICODE\0\xd8\x3d\0a")
    assert comment_text(b"") == ""


@given(st.binary(max_size=64))
@settings(deadline=None, max_examples=33)
def test_any_comment_is_some_text(raw):
    assert isinstance(comment_text(raw), str)
    assert isinstance(comment_text(b"UNICODE\0" + raw, "<"), str)


def test_the_comment_of_a_file():
    found = exif((ExifTag.USER_COMMENT, 7, 20, b"ASCII\0\0\0" + b'{"mark": 12}'), order="<")
    assert exif_text(found, ExifTag.USER_COMMENT) == '{"mark": 12}'
    assert exif_json(found, ExifTag.USER_COMMENT, "mark") == {"mark": 12}
    assert exif_json(found, ExifTag.USER_COMMENT, "other") == {}
    assert exif_text(found, 0x0131) is None
    assert exif_json(exif((ExifTag.USER_COMMENT, 7, 16, b"ASCII\0\0\0{mark!!}")), ExifTag.USER_COMMENT, "mark") == {}
    assert exif_text(exif((ExifTag.USER_COMMENT, 3, 1, b"\0\1")), ExifTag.USER_COMMENT) is None


def test_camera():
    found = camera_facts(
        exif(
            (0x010F, 2, 6, b"Canon\0"),
            (0x0110, 2, 8, b"EOS R5 \0"),
            (0x829A, 5, 1, struct.pack(">LL", 10, 600)),
            (0x829D, 5, 1, struct.pack(">LL", 28, 10)),
            (0x8827, 3, 2, struct.pack(">HH", 800, 0)),
            (0x9003, 2, 20, b"2011:07:30 15:41:25\0"),
            (0x920A, 5, 1, struct.pack(">LL", 49, 1)),
            (0xA434, 2, 5, b"lens\0"),
        )
    )
    assert found == {
        "Make": "Canon",
        "Model": "EOS R5",
        "LensModel": "lens",
        "DateTimeOriginal": "2011:07:30 15:41:25",
        "ExposureTime": "1/60",
        "FNumber": "2.8",
        "ISO": "800",
        "FocalLength": "49",
    }
    long = camera_facts(exif((0x829A, 5, 1, struct.pack(">LL", 5, 2)), (0x829D, 5, 1, bytes(7) + b"\1")))
    assert long == {"ExposureTime": "2.5"}


def test_what_generators_write_into_camera_tags_is_no_camera():
    assert camera_facts(exif((0x010F, 2, 13, b'workflow:{"a"'), (0x0110, 2, 9, b"prompt:{}"), place="webp:exif")) == {}
    assert camera_facts(Given((Block("jpeg:exif", "", b"junk"), Block("png:tEXt", "Make", b"x")))) == {}


def test_a_movie_tells_its_camera_in_tags():
    tags = (
        Block("av:tag", "com.apple.quicktime.make", b"Apple"),
        Block("av:tag", "com.apple.quicktime.model", b"iPhone"),
    )
    assert camera_facts(Given(tags)) == {"Make": "Apple", "Model": "iPhone"}


def test_a_packet_by_attributes_and_by_elements():
    attributes = f'xmp:CreatorTool="Firefly" Iptc4xmpExt:DigitalSourceType="{URI}"'
    lists = "<dc:title><rdf:Alt><rdf:li>T</rdf:li><rdf:li>U</rdf:li></rdf:Alt></dc:title><dc:creator/>"
    expected = Xmp("Firefly", URI, title="T")
    assert read_xmp(packet(lists, attributes)) == expected
    elements = f'<xmp:CreatorTool>Firefly</xmp:CreatorTool><Iptc4xmpExt:DigitalSourceType rdf:resource="{URI}"/>'
    assert read_xmp(packet(elements + lists)) == expected
    text = packet(elements + lists).decode()
    for codec in ("utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32"):
        assert read_xmp(f'<?xml version="1.0" encoding="UTF-8"?>{text}\n\0\0'.encode(codec)) == expected


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<x",
        b"\xff\xfe\xff",
        b'<!DOCTYPE x [<!ENTITY a "b">]>' + packet(),
        "<!doctype x>".encode("utf-16") + packet().decode().encode("utf-16-le"),
        packet("<dc:title>&a;</dc:title>"),
        b"<a>" + b" " * LONGEST + b"</a>",
    ],
)
def test_a_packet_that_is_not_read(data):
    assert read_xmp(data) is None


def test_deep_and_wide_packets_end():
    assert read_xmp(packet("<dc:title>" * 50_000 + "</dc:title>" * 50_000)) == Xmp()
    assert read_xmp(packet("<dc:title/>" * 50_000)) == Xmp()
    large = packet(f"<dc:title>{'x' * 300_000}</dc:title>")
    assert len(read_xmp(large).title) == 300_000


def test_packets_of_a_file_add_up():
    blocks = (
        Block("png:iTXt", "XML:com.adobe.xmp", packet("<dc:title>one</dc:title>")),
        Block("jpeg:xmp", "", packet("<dc:title>two</dc:title><dc:description>text</dc:description>")),
        Block("webp:xmp", "", b"junk"),
    )
    assert xmp_of(Given(blocks)) == Xmp(title="one", description="text")


@pytest.mark.parametrize(
    ("uri", "word"),
    [
        (URI, "trainedAlgorithmicMedia"),
        (f" {URI}/ ", "trainedAlgorithmicMedia"),
        ("cv:digitalCapture", "digitalCapture"),
        ("digitalArt", "digitalArt"),
        ("", None),
        ("//", None),
        (None, None),
    ],
)
def test_source_type(uri, word):
    assert source_type(uri) == word


def test_tags_of_a_song():
    blocks = (
        Block("av:tag", "TITLE", b"Song"),
        Block("av:tag", "YEAR", b"1999"),
        Block("av:tag", "date", b"2001-01-01"),
        Block("av:tag", "TBPM", b"128"),
        Block("av:tag", "artist", "Ärzte".encode()),
        Block("av:tag", "comment", b'{"prompt": {}}'),
        Block("av:tag", "prompt", b"{}"),
        Block("av:tag", "album", b"x" * 70_000),
        Block("av:tag", "genre", b"  "),
        Block("av:stream0:tag", "title", b"Sound"),
        Block("png:tEXt", "album", b"no"),
    )
    expected = {"title": "Song", "artist": "Ärzte", "date": "2001-01-01", "bpm": "128"}
    assert song_tags(Given(blocks, mime="audio/mpeg")) == expected
    assert list(song_tags(Given(blocks))) == list(expected)


def test_in_ogg_the_tags_of_the_first_stream_count():
    blocks = (Block("av:stream0:tag", "TRACKNUMBER", b"3"), Block("av:stream1:tag", "title", b"cover"))
    assert song_tags(Given(blocks, mime="audio/ogg")) == {"track": "3"}
    assert song_tags(Given(blocks, mime="video/mp4")) == {}
    assert song_tags(Given((Block("av:tag", "title", b"x"),), mime="audio/ogg")) == {"title": "x"}


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        ("5", 5),
        (" 7 ", 7),
        (5.0, 5),
        ("4294967296", 2**32),
        (2**64 - 1, 2**64 - 1),
        (2**64, None),
        (-1, -1),
        (5.5, None),
        (True, None),
        (None, None),
        ("x", None),
        ("", None),
        ("1" * 50, None),
        (float("nan"), None),
        (float("inf"), None),
        ([], None),
        ("1e3", 1000),
        ("NaN", None),
    ],
)
def test_whole(value, number):
    assert whole(value) == number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7.0, "7"),
        ("7.50", "7.5"),
        (0, "0"),
        ("-0", "0"),
        (1e-7, "0.0000001"),
        (100, "100"),
        ("1e2", "100"),
        (3.5, "3.5"),
        ("1e999", None),
        (None, None),
        ("high", None),
        (False, None),
        (1e300, None),
        ("0.0", "0"),
        ("Infinity", None),
    ],
)
def test_decimal(value, text):
    assert decimal(value) == text


def test_words_names_and_parts():
    assert (whole(10**5000), decimal(-(10**5000))) == (None, None)
    assert (words("x"), words(""), words(3), words(None), words({})) == ("x", "", "3", None, None)
    assert (name(" x "), name("None"), name("NULL"), name(""), name(4), name([])) == ("x", None, None, None, "4", None)
    assert under({"a": {"b": 1}}, "a") == {"b": 1}
    assert (under({"a": 1}, "a"), under([], "a"), under(None, "a")) == ({}, {}, {})
    assert (objects([{}, 1, {"a": 1}]), objects({}), objects(None)) == ([{}, {"a": 1}], [], [])


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ("512x768", (512, 768)),
        ("(768, 1280)", (768, 1280)),
        ("5 × 6", (5, 6)),
        ([1, 2.0], (1, 2)),
        ("512*4", (512, 4)),
        ("x", (None, None)),
        ([1], (None, None)),
        (None, (None, None)),
        ("1234567x1", (None, None)),
    ],
)
def test_pair(value, size):
    assert pair(value) == size


@pytest.mark.parametrize(
    ("value", "time"),
    [
        ("2024-05-01T12:00:00+02:00", "2024-05-01T10:00:00Z"),
        ("2024-05-01T10:00:00Z", "2024-05-01T10:00:00Z"),
        ("Sat, 09 Mar 2024 12:00:00 -0100", "2024-03-09T13:00:00Z"),
        ("2024-05-01T10:00:00", None),
        ("2024-05-01", None),
        ("0001-01-01T00:00:00+10:00", None),
        ("soon", None),
        ("Sat, 99 Mar 2024 99:00:00 GMT", None),
        ("", None),
        ("1" * 1000, None),
        (5, None),
    ],
)
def test_moment(value, time):
    assert moment(value) == time


def test_rest():
    said = {"a": 1, "b": "x", "c": None, "d": [], "e": {"é": 1}, "f": "y" * (LONGEST_EXTRA + 1), "g": False, "h": 0}
    assert rest(said, {"b": "x", "a": None}) == {"a": "1", "e": '{"é": 1}', "g": "false", "h": "0"}


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9), st.lists))
@settings(deadline=None, max_examples=33)
def test_any_value_is_some_value_or_none(value):
    assert whole(value) is None or abs(whole(value)) < 2**64
    assert decimal(value) is None or "e" not in decimal(value).lower()
    assert pair(value) == (None, None) or all(side is None or side < 2**64 for side in pair(value))
    moment(value)
    assert name(value) != ""
