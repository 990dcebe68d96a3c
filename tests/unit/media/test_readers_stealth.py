"""Text hidden in pixels: seen without decoding, read with bounds."""

import gzip
import json
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from alice_core.errors import NotFound
from alice_core.media.readers import stealth
from alice_core.media.readers.base import Given
from alice_core.media.readers.registry import read_embedded
from alice_core.media.readers.stealth import PLACE, has_stealth, read_stealth

TEXT = "a cat\nNegative prompt: dog\nSteps: 20, Sampler: Euler, CFG scale: 7, Seed: 5, Size: 64x64"


def hidden(pixels, text, kind="info", length=None):
    """The pixels with a text in their lowest bits; of three channels, or of four with alpha."""
    data = text if isinstance(text, bytes) else text.encode()
    data = gzip.compress(data) if kind == "comp" else data
    where = "rgb" if pixels.shape[2] == 3 else "png"
    head = f"stealth_{where}{kind}".encode() + struct.pack(">I", 8 * len(data) if length is None else length)
    return _woven(pixels, np.unpackbits(np.frombuffer(head + data, np.uint8)))


def _woven(pixels, bits):
    part = pixels[:, :, 3:] if pixels.shape[2] == 4 else pixels
    flat = part.transpose(1, 0, 2).reshape(-1).copy()
    flat[: len(bits)] = (flat[: len(bits)] & 254) | bits
    high, wide, each = part.shape
    woven = pixels.copy()
    woven[:, :, -each:] = flat.reshape(wide, high, each).transpose(1, 0, 2)
    return woven


def noise(high, wide, channels=4, seed=3):
    return np.random.default_rng(seed).integers(0, 256, (high, wide, channels), dtype=np.uint8)


def png(path, pixels, kinds=(0, 1, 2, 3, 4)):
    """A PNG whose rows take the filters in turn, made without Pillow, which chooses its own."""
    high, wide, channels = pixels.shape
    rows, above = b"", np.zeros((wide + 1, channels), np.int32)
    for number, row in enumerate(pixels.astype(np.int32)):
        kind = kinds[number % len(kinds)]
        here = np.vstack([np.zeros((1, channels), np.int32), row])
        left, up, corner = here[:-1], above[1:], above[:-1]
        guess = left + up - corner
        far = [abs(guess - one) for one in (left, up, corner)]
        paeth = np.where((far[0] <= far[1]) & (far[0] <= far[2]), left, np.where(far[1] <= far[2], up, corner))
        predicted = (0, left, up, (left + up) // 2, paeth)[kind]
        rows += bytes([kind]) + ((row - predicted) & 255).astype(np.uint8).tobytes()
        above = here
    head = struct.pack(">IIBBBBB", wide, high, 8, 2 if channels == 3 else 6, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"tEXt", b"a\0b")]
    body = zlib.compress(rows)
    chunks += [(b"IDAT", body[at : at + 999]) for at in range(0, len(body), 999)] + [(b"IEND", b"")]
    with path.open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        for name, data in chunks:
            file.write(struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)))
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "x.png"


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("kind", ["info", "comp"])
@pytest.mark.parametrize("size", [(300, 40), (120, 64), (119, 64), (40, 128), (64, 64), (7, 900), (1, 3000)])
def test_it_is_seen_and_read_in_any_shape(path, size, kind, channels):
    pixels = noise(*size, channels)
    png(path, pixels)
    assert np.array_equal(np.asarray(Image.open(path)), pixels)  # the builder's filters are right
    assert not has_stealth(path)
    assert read_stealth(path) == ()
    png(path, hidden(pixels, TEXT, kind))
    assert has_stealth(path)
    (block,) = read_stealth(path)
    assert (block.place, block.key, block.data) == (PLACE, "parameters", TEXT.encode())


@given(
    high=st.integers(1, 200), kinds=st.lists(st.integers(0, 4), min_size=1, max_size=9), where=st.sampled_from([3, 4])
)
@settings(deadline=None, max_examples=25)
def test_seeing_agrees_with_decoding(tmp_path_factory, high, kinds, where):
    path = tmp_path_factory.mktemp("seen") / "x.png"
    wide = -(-700 // high)
    png(path, hidden(noise(high, wide, where, high), "hi"), kinds)
    assert has_stealth(path)
    assert read_stealth(path)[0].data == b"hi"
    other = hidden(noise(high, wide, where, high), "hi")
    other[min(high, 3) - 1 :, :, :] ^= 1
    png(path, other, kinds)
    assert not has_stealth(path)


def test_the_readers_read_it(path):
    png(path, hidden(noise(64, 64), TEXT, "comp"))
    found = read_embedded(Given(read_stealth(path))).generation
    assert (found.generator, found.prompt, found.negative, found.seed) == ("A1111", "a cat", "dog", 5)


def test_novelai_and_graphs_come_under_their_names(path):
    comment = json.dumps({"prompt": "1girl", "uc": "bad", "seed": 9, "steps": 28, "scale": 5.0})
    outer = {
        "Description": "1girl",
        "Software": "NovelAI",
        "Source": "NovelAI Diffusion V4 37442FCA",
        "Comment": comment,
    }
    png(path, hidden(noise(128, 128), json.dumps(outer), "comp"))
    found = read_embedded(Given(read_stealth(path))).generation
    assert (found.generator, found.prompt, found.negative, found.seed) == ("NovelAI", "1girl", "bad", 9)
    png(path, hidden(noise(64, 64), json.dumps({"prompt": {"1": {}}, "workflow": "\ud800{}"})))
    assert [(one.key, one.data) for one in read_stealth(path)] == [("prompt", b'{"1": {}}'), ("workflow", b"?{}")]
    png(path, hidden(noise(64, 64), json.dumps({"sui_image_params": {"prompt": "p"}})))
    assert read_embedded(Given(read_stealth(path))).generation.generator == "SwarmUI"


def test_webp_is_read_but_not_looked_into(tmp_path):
    path = tmp_path / "x.webp"
    Image.fromarray(hidden(noise(64, 64), TEXT)).save(path, lossless=True, exact=True)
    assert not has_stealth(path)
    assert read_stealth(path)[0].data == TEXT.encode()


@pytest.mark.parametrize("length", [0, 2**32 - 1, 64 * 64, 8 * 70_000_000])
def test_a_false_length_gives_nothing(path, length):
    png(path, hidden(noise(64, 64), TEXT, length=length))
    assert has_stealth(path)
    assert read_stealth(path) == ()


def test_a_bomb_or_damaged_gzip_gives_nothing(path, monkeypatch):
    monkeypatch.setattr(stealth, "MOST_TEXT", 1000)
    png(path, hidden(noise(64, 64), b"0" * 2000, "comp"))
    assert read_stealth(path) == ()
    monkeypatch.undo()
    pixels = hidden(noise(64, 64), b"0" * 2000, "comp")
    pixels[20:, 3:, 3] ^= 1
    png(path, pixels)
    assert read_stealth(path) == ()
    png(path, hidden(noise(64, 64), gzip.compress(b"x" * 500)[:-9], "info").copy())
    assert read_stealth(path)[0].key == "parameters"


def test_too_large_a_picture_is_not_decoded(path, monkeypatch):
    png(path, hidden(noise(64, 64), TEXT))
    monkeypatch.setattr(stealth, "MOST_PIXELS", 64 * 64 - 1)
    assert read_stealth(path) == ()


@pytest.mark.parametrize("mode", ["L", "P", "LA", "1", "I;16"])
def test_other_pictures_have_none(path, mode):
    Image.new(mode, (64, 64)).save(path)
    assert not has_stealth(path)
    assert read_stealth(path) == ()


def test_too_small_a_picture_has_none(path):
    png(path, noise(2, 2))
    assert not has_stealth(path)
    assert read_stealth(path) == ()


def test_no_picture_has_none(tmp_path):
    for data in (b"", b"\x89PNG\r\n\x1a\n", b"\x89PNG\r\n\x1a\n" + bytes(100), b"RIFF\0\0\0\0WEBPVP8X", b"text"):
        path = tmp_path / "junk"
        path.write_bytes(data)
        assert not has_stealth(path)
        assert read_stealth(path) == ()
    with pytest.raises(NotFound):
        has_stealth(tmp_path / "absent")
    with pytest.raises(NotFound):
        read_stealth(tmp_path / "absent")


def test_damage_of_any_kind_ends(tmp_path, path):
    whole = png(path, hidden(noise(64, 64), TEXT)).read_bytes()
    hurt = tmp_path / "hurt.png"
    random = np.random.default_rng(7)
    for at in range(33, len(whole), 997):
        hurt.write_bytes(whole[:at])
        assert has_stealth(hurt) in {True, False}
        assert read_stealth(hurt) == ()
        data = bytearray(whole)
        data[at : at + 3] = random.bytes(3)
        hurt.write_bytes(data)
        assert has_stealth(hurt) in {True, False}
        assert isinstance(read_stealth(hurt), tuple)


def test_an_unknown_filter_ends_the_rows(path):
    png(path, hidden(noise(200, 8), "hi"), kinds=(0,))
    data = path.read_bytes()
    body = data.index(b"IDAT")
    rows = bytearray(zlib.decompress(b"".join(_bodies(data))))
    rows[0] = 9
    packed = zlib.compress(bytes(rows))
    chunk = struct.pack(">I", len(packed)) + b"IDAT" + packed + struct.pack(">I", zlib.crc32(b"IDAT" + packed))
    path.write_bytes(data[: body - 4] + chunk)
    assert not has_stealth(path)


def _bodies(data):
    at = 8
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        if name == b"IDAT":
            yield data[at + 8 : at + 8 + length]
        at += 12 + length
