"""A file that somebody may still write to is not taken in."""

from __future__ import annotations

import os
import sys
import threading
import time
import zlib

import pytest

from alice_core.library import ingest_paths
from alice_core.library import intake as intake_module
from alice_core.library.files import take_in
from alice_core.library.readiness import HELD, RESTLESS, Held, held_files, is_restless, unready
from alice_core.library.scan import sift

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who has a file open")


def png(size=4):
    def chunk(name, data):
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    head = size.to_bytes(4, "big") * 2 + b"\x08\x00\x00\x00\x00"
    rows = zlib.compress((b"\0" + bytes(size)) * size)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@linux
def test_a_file_that_is_open_for_writing_grows_and_is_taken_in_when_it_is_closed(store, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    path = folder / "a.txt"
    with path.open("w") as file:
        file.write("half")
        file.flush()
        os.utime(path, (0, 0))
        (finding,) = ingest_paths(store, [folder]).findings
        assert (finding.state, finding.reason) == ("growing", HELD.reason)
        with store.reading() as reader:
            assert reader.assets.count() == 0
    report = ingest_paths(store, [folder])
    assert (report.new, report.findings) == ((path,), ())


@linux
def test_a_reader_is_no_writer(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("x")
    found = path.stat()
    inode = found.st_dev, found.st_ino
    with path.open("rb"):
        assert inode not in held_files()
    with path.open("r+b"):
        assert inode in held_files()
        held = Held()
        assert inode in held.lately()
    assert inode in held.lately()
    assert inode not in held.now()


@pytest.mark.parametrize(
    ("data", "held", "age", "state"),
    [
        (png(), False, 0, None),
        (png()[:-4], False, 1, "growing"),
        (png()[:-4], False, 59, "growing"),
        (png()[:-4], False, 61, "broken"),
        (png()[:-4], False, -3600, "broken"),
        (png()[:-4], True, 61, "growing"),
        (png(), True, 61, "growing"),
        (b"text", False, 0, None),
        (b"text", None, 1, "growing"),
        (b"text", None, 3, None),
        (b"text", None, -1, "growing"),
        (png(), None, 0, None),
        (png()[:-4], None, 90, "broken"),
    ],
)
def test_states(tmp_path, data, held, age, state):
    path = tmp_path / "file"
    path.write_bytes(data)
    os.utime(path, (1_000_000, 1_000_000))
    found = path.stat()
    inodes = None if held is None else frozenset({(found.st_dev, found.st_ino)} if held else ())
    why = unready(path, found, inodes, 1_000_000 + age)
    assert (why.state if why else None) == state


def test_restless(tmp_path):
    path = tmp_path / "file"
    path.write_text("x")
    found = path.stat()
    assert is_restless(found, found.st_mtime + 1)
    assert not is_restless(found, found.st_mtime + 3)


def test_what_is_written_between_reading_and_keeping_is_not_kept(store, tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("one")
    time.sleep(0.03)  # so that the file is not read again for being fresh
    real = intake_module.read_file

    def read_and_write(file, **more):
        found = real(file, **more)
        if path.read_text() == "one":
            path.write_text("two, longer")
        return found

    monkeypatch.setattr(intake_module, "read_file", read_and_write)
    report = ingest_paths(store, [path])
    assert (report.new, [one.reason for one in report.findings]) == ((), [RESTLESS.reason])
    assert ingest_paths(store, [path]).new == (path,)


def test_what_vanishes_between_reading_and_keeping_is_no_finding(store, tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("one")
    time.sleep(0.03)
    real = intake_module.read_file

    def read_and_delete(file, **more):
        found = real(file, **more)
        path.unlink()
        return found

    monkeypatch.setattr(intake_module, "read_file", read_and_delete)
    report = ingest_paths(store, [path])
    assert (report.new, report.findings, report.lost) == ((), (), ())


def test_a_file_that_is_rewritten_without_rest_grows(store, tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("0")
    real = intake_module.read_file

    def read_after_write(file, **more):
        path.write_text(str(time.time_ns()))
        return real(file, **more)

    monkeypatch.setattr(intake_module, "read_file", read_after_write)
    (finding,) = ingest_paths(store, [path]).findings
    assert (finding.state, finding.code) == ("growing", "ALICE-I02")


def test_where_nobody_tells_who_writes_ingest_waits_and_the_daemon_says_growing(store, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(intake_module, "QUIET_SECONDS", 0.0)
    folder = tmp_path / "in"
    folder.mkdir()
    path = folder / "a.txt"
    path.write_text("x")
    assert held_files() is None
    (finding,) = take_in(store, sift(store, [folder]), patient=False).findings
    assert finding.reason == RESTLESS.reason
    old = time.time() - 60
    os.utime(path, (old, old))
    assert ingest_paths(store, [folder]).findings == ()


def test_large_files_are_read_in_threads_and_all_are_kept(store, tmp_path, monkeypatch):
    monkeypatch.setattr(intake_module, "_LARGE", 40)
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(120):
        (folder / f"{number}.txt").write_text(str(number % 100) * (number % 40))
    before = threading.active_count()
    report = ingest_paths(store, [folder])
    assert len(report.new) + len(report.found) == 120
    assert threading.active_count() == before
    assert ingest_paths(store, [folder]).unchanged == 120


def test_a_file_that_may_not_be_read_keeps_its_place(store, tmp_path, monkeypatch):
    from alice_core.errors import MediaError

    path = tmp_path / "a.txt"
    path.write_text("x")
    ingest_paths(store, [path])
    path.chmod(0o600)

    def refuse(_file, **_more):
        raise MediaError("it may not be read", code="ALICE-M03")

    monkeypatch.setattr(intake_module, "read_file", refuse)
    time.sleep(0.02)
    os.utime(path, ns=(0, path.stat().st_mtime_ns))
    report = ingest_paths(store, [path])
    assert [one.code for one in report.findings] == ["ALICE-M03"]
    with store.reading() as reader:
        assert reader.places.at(path) is not None
