"""No file is too much: every bound is met with a finding, and the identity is given all the same."""

from __future__ import annotations

import hashlib
import random
import struct
import time
import zlib

import pytest
from PIL import Image

from alice_core.errors import AliceError
from alice_core.media.carriers import gathered
from alice_core.media.carriers.gathered import Gathered
from alice_core.media.facts import Kind
from alice_core.media.inspect import inspect
from alice_core.media.probe import probe

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(name, data=b""):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(*chunks):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 5, 4, 8, 2, 0, 0, 0))
    return SIGNATURE + header + b"".join(chunks) + chunk(b"IDAT", b"x") + chunk(b"IEND")


@pytest.fixture
def seen(tmp_path):
    def look(data):
        path = tmp_path / "file.bin"
        path.write_bytes(data)
        found = inspect(path)
        assert found.digest == "sha256:" + hashlib.sha256(data).hexdigest()
        return found

    return look


def test_a_bomb_stops_at_its_bound(seen):
    bomb = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(gathered.MOST_INFLATED + 1)))
    found = seen(png(bomb, chunk(b"tEXt", b"b\0small")))
    assert [block.key for block in found.blocks] == ["b"]
    assert "too big when decompressed" in found.findings[0]
    assert found.content is not None


def test_the_biggest_text_is_read(seen):
    text = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(gathered.MOST_INFLATED)))
    assert len(seen(png(text)).blocks[0].data) == gathered.MOST_INFLATED


def test_many_bombs_stop_at_the_bound_of_the_file(seen):
    bomb = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(gathered.MOST_INFLATED - 9)))
    found = seen(png(*[bomb] * 20))
    assert sum(len(block.data) for block in found.blocks) <= gathered.MOST_BYTES
    assert "MiB of metadata" in " ".join(found.findings)


def test_the_number_of_blocks_is_bounded(seen):
    found = seen(png(chunk(b"tEXt", b"a\0b") * (gathered.MOST_BLOCKS + 5)))
    assert len(found.blocks) == gathered.MOST_BLOCKS
    assert "pieces of metadata" in found.findings[0]
    assert found.content is not None


def test_findings_are_said_once_and_bounded():
    basket = Gathered()
    for number in range(100):
        basket.note(f"finding {number // 2}")
    assert len(basket.findings) == len(set(basket.findings)) == 32


def test_too_long_over_metadata(seen, monkeypatch):
    monkeypatch.setattr(gathered, "PATIENCE", -1.0)
    found = seen(png(chunk(b"tEXt", b"a\0b"), chunk(b"tEXt", b"c\0d")))
    assert (found.blocks, len(found.findings)) == ((), 1)
    assert found.content is not None


@pytest.mark.parametrize(
    "data",
    [
        SIGNATURE + chunk(b"IHDR", bytes(13)) + chunk(b"abCd") * 30,
        b"\xff\xd8" + b"\xff\xd0" * 30,
        b"\xff\xd8" + b"\xff\xe5\0\2" * 30,
        b"GIF89a" + bytes(7) + b"\x21\xf9\0" * 30,
        b"RIFF\xff\0\0\0WEBP" + b"abcd\0\0\0\0" * 30,
    ],
)
def test_the_number_of_parts_is_bounded(seen, monkeypatch, data):
    for name in ("png", "jpeg", "gif", "webp"):
        monkeypatch.setattr(f"alice_core.media.carriers.{name}.MOST_CHUNKS", 10)
    assert "more than 10" in seen(data).findings[0]


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8" + b"\xff" * 400_000,
        b"\xff\xd8\xff\xda\0\2" + b"\xff\0" * 200_000,
        b"GIF89a" + bytes(7) + b"\x2c" + bytes(9) + b"\2" + b"\1a" * 100_000,
        b"GIF89a" + bytes(7) + b"\x21\xfe" + (b"\xff" + bytes(255)) * 2000,
        b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\x08free" * 20_000,
        b"RIFF\xff\xff\xff\xffWAVE" + b"abcd\0\0\0\0" * 20_000,
        b"\x1a\x45\xdf\xa3\x80" + b"\xec\x80" * 50_000,
        b"OggS" * 20_000,
        b"II*\0\xff\xff\xff\xff" + bytes(100),
        b"MM\0*\0\0\0\x08\xff\xff" + struct.pack(">HHII", 270, 2, 0xFFFFFFFF, 0xFFFFFFFF) * 500,
    ],
)
def test_tedious_files_end(seen, data):
    assert seen(data).content is None


def test_libraries_have_no_more_time_than_that(seen, monkeypatch):
    clock = iter(range(0, 1_000_000, 10))
    monkeypatch.setattr(time, "thread_time", lambda: next(clock))
    found = seen(b"RIFF\xff\xff\xff\xffWAVE" + b"abcd\0\0\0\0" * 50_000)
    assert "took too long" in found.findings[-1]


@pytest.mark.parametrize("fragmented", [False, True])
def test_a_table_of_more_samples_than_bytes_is_refused(seen, movie_file, numbered, tmp_path, fragmented):
    """FFmpeg would take gigabytes for them."""
    path = movie_file("m.mp4", numbered(5))
    data = bytearray(path.read_bytes())
    at = data.index(b"stsz") + 12
    assert data[at : at + 4] == b"\0\0\0\5"
    if fragmented:
        run = struct.pack(">I4sII", 16, b"trun", 0, 0x7FFFFFF)
        data += struct.pack(">I4s", 32, b"moof") + struct.pack(">I4s", 24, b"traf") + run
    else:
        data[at : at + 4] = b"\x03\xff\xff\xff"
    found = seen(bytes(data))
    assert (found.content, found.facts.kind) == (None, Kind.OTHER)
    assert "more samples than it has bytes" in found.findings[0]
    assert probe(tmp_path / "file.bin") == found.facts


def mutated(data, rng):
    data = bytearray(data)
    for _ in range(rng.choice((1, 2, 8))):
        at = rng.randrange(len(data) or 1)
        what = rng.randrange(5)
        if what == 0:
            del data[at:]
        elif what == 1:
            data[at : at + 1] = rng.randbytes(1)
        elif what == 2:
            data[at : at + 4] = rng.choice((b"\xff\xff\xff\xff", bytes(4), b"\x7f\xff\xff\xff", b"\0\0\0\1"))
        elif what == 3:
            data[at:at] = data[at : at + rng.randrange(1, 300)]
        else:
            del data[at : at + rng.randrange(1, 300)]
    return bytes(data)


def test_whatever_is_changed_in_a_file_it_is_read(seen, tmp_path, sound_file, movie_file, numbered, noise):
    for form in ("png", "jpeg", "webp", "gif", "tiff", "avif"):
        exif = Image.Exif()
        exif[0x0110] = "prompt:{}"
        Image.effect_noise((20, 20), 50).convert("RGB").save(tmp_path / f"p.{form}", form, exif=exif)
    sounds = [sound_file(f"s.{form}", codec, samples=3000) for form, codec in (("wav", "pcm_s16le"), ("flac", "flac"))]
    movies = [movie_file(f"m.{form}", numbered(3), sound=noise(3000)) for form in ("mp4", "mkv")]
    files = [path.read_bytes() for path in [*sorted(tmp_path.glob("p.*")), *sounds, *movies]]
    rng = random.Random(7)
    for number in range(300):
        try:
            seen(mutated(files[number % len(files)], rng)).facts.to_json()
        except AliceError as error:
            pytest.fail(f"mutation {number} was refused: {error}")
