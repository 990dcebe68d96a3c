"""One read of a file: its bytes, its identity, and what happens when it changes meanwhile."""

from __future__ import annotations

import hashlib
import os
import random

import pytest
from blake3 import blake3
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from alice_core.errors import IntegrityError, MediaError, NotFound
from alice_core.media.carriers.content import Content
from alice_core.media.inspect import inspect
from alice_core.media.served import Served, Strided
from alice_core.media.source import BLOCK, opened, stamp_of


def written(tmp_path, data):
    path = tmp_path / "some.bin"
    path.write_bytes(data)
    return path


def identity(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("size", [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 7])
def test_the_digest_is_that_of_the_whole_file(tmp_path, size):
    data = random.Random(size).randbytes(size)
    path, told = written(tmp_path, data), []
    found = inspect(path, on_bytes=told.append)
    assert (found.digest, sum(told), found.facts.size) == (identity(data), size, size)
    assert found.stamp == stamp_of(path.stat())


@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=st.lists(st.tuples(st.sampled_from("takefeedpeek"), st.integers(0, BLOCK + 100)), max_size=12))
def test_whatever_is_pulled_all_is_hashed_and_in_order(tmp_path, steps):
    data = random.Random(1).randbytes(2 * BLOCK + 100)
    at = 0
    with opened(written(tmp_path, data)) as source:
        for what, asked in steps:
            count = min(asked, len(data) - at)
            if what in "take":
                assert source.take(count) == data[at : at + count]
            elif what in "feed":
                parts = []
                source.feed(count, lambda part, parts=parts: parts.append(bytes(part)))
                assert b"".join(parts) == data[at : at + count]
            else:
                assert source.peek(min(count, BLOCK)) == data[at : at + min(count, BLOCK)]
                continue
            at += count
            assert (source.position, source.left) == (at, len(data) - at)
        source.drain()
        assert source.digest() == identity(data)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    jumps=st.lists(st.tuples(st.integers(0, 300_000), st.integers(-1, 200_000)), max_size=12), pulled=st.integers(0, 9)
)
def test_whoever_jumps_about_reads_right_and_all_is_hashed_once(tmp_path, jumps, pulled):
    data, told = random.Random(2).randbytes(250_000), []
    with opened(written(tmp_path, data), told.append) as source:
        source.take(pulled)
        served = Served(source, 1 << 30)
        for offset, count in jumps:
            served.seek(offset)
            assert served.read(count) == data[offset : offset + count if count >= 0 else None]
        source.drain()
        assert source.digest() == identity(data)
    assert sum(told) == len(data)


def test_short_reads_give_everything_in_the_end(tmp_path):
    data = random.Random(3).randbytes(300_000)
    with opened(written(tmp_path, data)) as source:
        served = Strided(source, 1 << 30)
        parts = []
        while part := served.read(1 << 20):
            parts.append(part)
        assert b"".join(parts) == data
        assert len(parts) > 3
        assert served.tell() == len(data)
        assert (served.seek(-5, os.SEEK_END), served.seek(2, os.SEEK_CUR)) == (len(data) - 5, len(data) - 3)
        assert (served.seek(-1), served.seek(0, 77)) == (-1, -1)
        assert served.seekable()
        assert served.readable()
        assert not served.writable()


def test_an_appetite_has_an_end(tmp_path):
    with opened(written(tmp_path, bytes(5000))) as source:
        served = Served(source, 6000)
        assert len(served.read()) == 5000
        served.seek(0)
        assert served.read() == b""
        assert served.spent
        assert served.read(1) == b""
        late = Served(source, 6000)
        late.until = 0.0
        assert late.read(1) == b""
        assert late.spent


@settings(deadline=None, max_examples=25)
@given(sizes=st.lists(st.integers(0, 5000), max_size=12), size=st.integers(0, 5000))
def test_content_is_the_hash_of_its_pieces_one_after_the_other(sizes, size):
    data = random.Random(5).randbytes(sum(sizes))
    content, at = Content("kind", size), 0
    for count in sizes:
        content.feed(data[at : at + count])
        at += count
    assert content.hexdigest() == blake3(b"alice.content/1 kind\0" + data).hexdigest()


def test_too_little_is_said(tmp_path):
    with opened(written(tmp_path, b"abc")) as source:
        with pytest.raises(EOFError):
            source.take(4)
        with pytest.raises(EOFError):
            source.feed(4)


def changed(path, change):
    """Inspect a file that changes once while it is read."""
    changes = [change]

    def on_bytes(_count):
        if changes:
            changes.pop()(path)

    with pytest.raises(IntegrityError) as caught:
        inspect(path, on_bytes=on_bytes)
    assert caught.value.code == "ALICE-I02"


def cut(path):
    os.truncate(path, 10)


def lengthened(path):
    with path.open("ab") as file:
        file.write(b"more")


def written_over(path):
    before = path.stat()
    with path.open("r+b") as file:
        file.write(b"other")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replaced(path):
    other = path.with_name("other")
    other.write_bytes(path.read_bytes())
    other.replace(path)


@pytest.mark.parametrize("change", [cut, lengthened, written_over, replaced, os.unlink])
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, change):
    changed(written(tmp_path, random.Random(4).randbytes(3 * BLOCK)), change)


def test_a_movie_that_changes_while_it_is_read_is_refused(sound_file):
    changed(sound_file("a.mka", "flac", samples=400_000), cut)


def test_what_an_observer_raises_comes_through_any_library(sound_file, tmp_path):
    class Enough(Exception):
        pass

    def stop(total):
        seen = 0

        def on_bytes(count):
            nonlocal seen
            seen += count
            if seen > total:
                raise Enough

        return on_bytes

    picture = tmp_path / "a.tiff"
    Image.effect_noise((700, 700), 50).save(picture)
    for path in (sound_file("a.flac", "flac", samples=400_000), picture):
        with pytest.raises(Enough):
            inspect(path, on_bytes=stop(BLOCK))


def test_what_is_no_file_is_said(tmp_path):
    with pytest.raises(NotFound):
        inspect(tmp_path / "nothing")
    with pytest.raises(MediaError):
        inspect(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(MediaError):
        inspect(tmp_path / "pipe")
