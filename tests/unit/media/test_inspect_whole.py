"""Whether a file was written to its end."""

from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from alice_core.errors import MediaError, NotFound
from alice_core.media.whole import is_whole


def saved(form, **options):
    file = io.BytesIO()
    Image.effect_noise((300, 300), 50).convert("RGB").save(file, form, **options)
    return file.getvalue()


@pytest.fixture
def asked(tmp_path):
    def ask(data):
        path = tmp_path / "file"
        path.write_bytes(data)
        return is_whole(path)

    return ask


def shares(data):
    return [data[: int(len(data) * share)] for share in (0.1, 0.5, 0.9)] + [data[:-1]]


@pytest.mark.parametrize("form", ["png", "jpeg", "gif", "webp", "avif"])
def test_pictures(asked, form):
    data = saved(form)
    assert asked(data) is True
    assert [asked(part) for part in shares(data)] == [False] * 4


@pytest.mark.parametrize("form", ["png", "jpeg"])
def test_what_lies_behind_the_end_does_not_matter(asked, form):
    assert asked(saved(form) + b"x" * 200_000) is True


def test_a_jpeg_whose_thumbnail_is_whole_is_not(asked):
    thumb = b"Exif\0\0" + b"\xff\xd8 small \xff\xd9"
    data = saved("jpeg")
    data = data[:2] + b"\xff\xe1" + struct.pack(">H", len(thumb) + 2) + thumb + b"\xff\xff\xd0" + data[2:]
    assert asked(data) is True
    assert asked(data[:-2]) is False
    assert asked(b"\xff\xd8\xff\xe0\0\2\xff\xd9") is True
    assert asked(b"\xff\xd8\xff\xe0\0\2" + b"rubbish") is False


def test_the_end_mark_of_a_long_jpeg_across_two_blocks(asked):
    head = b"\xff\xd8\xff\xda\0\2"
    assert asked(head + bytes((1 << 20) - 1 - 2) + b"\xff\xd9" + bytes(100_000)) is True
    assert asked(head + bytes(1 << 20) + bytes(100_000)) is False


@pytest.mark.parametrize(
    ("name", "codec"), [("a.wav", "pcm_s16le"), ("a.aiff", "pcm_s16be"), ("a.mka", "flac"), ("a.m4a", "aac")]
)
def test_sounds(asked, sound_file, name, codec):
    data = sound_file(name, codec).read_bytes()
    assert asked(data) is True
    assert [asked(part) for part in shares(data)[:3]] == [False] * 3


@pytest.mark.parametrize(("name", "codec"), [("a.oga", "flac"), ("a.opus", "libopus")])
def test_ogg(asked, sound_file, name, codec):
    data = sound_file(name, codec, 48000, samples=96000).read_bytes()
    assert asked(data) is True
    last = data.rindex(b"OggS")
    assert asked(data[:last]) is None  # another page may come
    assert asked(data[: last + 10]) is False
    assert asked(data[:-1]) is False
    assert asked(b"OggS" + bytes(70_000)) is False


@pytest.mark.parametrize(("name", "codec"), [("a.flac", "flac"), ("a.mp3", "libmp3lame")])
def test_formats_that_do_not_say(asked, sound_file, name, codec):
    assert asked(sound_file(name, codec).read_bytes()) is None


def test_movies(asked, movie_file, numbered):
    for name in ("m.mp4", "m.mov", "m.mkv"):
        data = movie_file(name, numbered(12)).read_bytes()
        assert asked(data) is True, name
        assert [asked(part) for part in shares(data)[1:3]] == [False] * 2, name
        assert asked(data + bytes(3)) is True, name


def box(name, data=b"", size=None):
    return struct.pack(">I4s", 8 + len(data) if size is None else size, name) + data


def test_boxes(asked):
    start = box(b"ftyp", b"isom")
    assert asked(start + box(b"mdat", b"abc")) is False  # moov is written last
    assert asked(start + box(b"mdat", b"abc", size=0)) is False
    assert asked(start + box(b"moov") + box(b"mdat", b"abc", size=0)) is None
    assert asked(start + box(b"moov") + box(b"moof") + box(b"mdat", b"abc")) is None
    assert asked(start + box(b"moov") + box(b"moof") + box(b"mdat", b"abc") + box(b"mfra")) is True
    assert asked(start + box(b"moov") + struct.pack(">I4sQ", 1, b"mdat", 20) + b"abcd") is True
    assert asked(start + box(b"moov") + struct.pack(">I4sQ", 1, b"mdat", 1 << 63) + b"abcd") is False
    assert asked(start + box(b"free") * 5000) is None


def test_matroska_by_hand(asked):
    head = b"\x1a\x45\xdf\xa3\x81x"
    assert asked(head + b"\x18\x53\x80\x67\x84abcd") is True
    assert asked(head + b"\x18\x53\x80\x67\x84abc") is False
    assert asked(head + b"\xec\x81x\x18\x53\x80\x67\x80") is True
    assert asked(head + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xffabc") is None  # its writer has not come back
    assert asked(head) is False
    assert asked(head + b"\0abc") is False
    assert asked(head + b"\xec\x01\xff\xff\xff\xff\xff\xff\xf0") is False


def test_sizes_that_are_not_known_yet(asked):
    assert asked(b"RIFF\xff\xff\xff\xffWAVEdata") is None
    assert asked(b"RIFF\0\0\0\0WAVEdata") is None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (b'{"schema": "alice.plan/1"}\n', True),
        (b'\xef\xbb\xbf {"OTIO_SCHEMA": "Timeline.1", "a": [', False),
        (b'{"a": 1', False),
        (b"plain text", None),
        (b"", None),
    ],
)
def test_documents(asked, text, answer):
    assert asked(text) is answer


def test_a_long_document(asked):
    text = b'{"a": "' + b"x" * 200_000 + b'"}'
    assert asked(text) is True
    assert asked(text[:-1]) is False


def test_many_parts_are_too_many(asked, monkeypatch):
    monkeypatch.setattr("alice_core.media.whole._MOST_PARTS", 3)
    assert asked(b"\x89PNG\r\n\x1a\n" + (b"\0\0\0\0abcd" + bytes(4)) * 9) is None
    assert asked(b"\xff\xd8" + b"\xff\xd0" * 9) is None
    assert asked(b"\x1a\x45\xdf\xa3\x80" + b"\xec\x80" * 9) is None


def test_no_file(tmp_path):
    with pytest.raises(NotFound):
        is_whole(tmp_path / "nothing")
    with pytest.raises(MediaError):
        is_whole(tmp_path)
