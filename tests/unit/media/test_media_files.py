"""A file is whole or not there, and errors say which file and why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from alice_core.errors import ExportError, MediaError, NotFound
from alice_core.media.files import is_part, make_folder, part_of, publish, reading, replacing, sweep_parts


def names(folder):
    return {path.name for path in folder.iterdir()}


def write(target, data, problem=None):
    with replacing(target) as part:
        part.write_bytes(data)
        if problem is not None:
            raise problem


def dead_process():
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    return gone.pid


def test_the_target_appears_at_the_end_of_the_block(tmp_path):
    target = tmp_path / "cut.otio"
    with replacing(target) as part:
        assert part.parent == tmp_path
        assert part.name == f".cut.otio.{os.getpid()}.part.otio"
        part.write_bytes(b"new")
        assert not target.exists()
    assert target.read_bytes() == b"new"
    assert names(tmp_path) == {"cut.otio"}


@pytest.mark.parametrize("problem", [ValueError("x"), KeyboardInterrupt(), SystemExit(1)])
def test_a_failing_block_leaves_the_old_file(tmp_path, problem):
    target = tmp_path / "cut.otio"
    target.write_bytes(b"old")
    with pytest.raises(type(problem)):
        write(target, b"new", problem)
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == {"cut.otio"}


def test_a_leftover_of_the_same_process_is_no_hindrance(tmp_path):
    part_of(tmp_path / "a.txt").write_bytes(b"longer than the new content")
    with replacing(tmp_path / "a.txt") as part, part.open("ab") as file:
        file.write(b"new")
    assert (tmp_path / "a.txt").read_bytes() == b"new"


@pytest.mark.parametrize(
    "name", ["a" * 251 + ".mp4", "\N{SMILING FACE WITH OPEN MOUTH}" * 62 + ".mp4", "x." + "y" * 240]
)
def test_names_of_full_length(tmp_path, name):
    with replacing(tmp_path / name) as part:
        assert len(os.fsencode(part.name)) <= 255
        assert is_part(part)
        part.write_bytes(b"x")
    assert names(tmp_path) == {name}


def test_two_long_names_that_begin_alike_have_two_parts(tmp_path):
    assert part_of(tmp_path / ("a" * 250 + "1.png")) != part_of(tmp_path / ("a" * 250 + "2.png"))


def test_a_part_of_a_part(tmp_path):
    with replacing(tmp_path / "a.mp4") as outer, replacing(outer) as inner:
        assert inner != outer
        inner.write_bytes(b"x")
    assert names(tmp_path) == {"a.mp4"}


def test_no_folder(tmp_path):
    with pytest.raises(ExportError, match="No such file") as caught, replacing(tmp_path / "no" / "a.txt"):
        pytest.fail("the block must not run")
    assert caught.value.code == "ALICE-E01"


def test_the_folder_is_a_file(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ExportError, match="Not a directory") as caught, replacing(tmp_path / "file" / "a.txt"):
        pytest.fail("the block must not run")
    assert caught.value.code == "ALICE-E01"


def test_the_target_is_a_folder(tmp_path):
    (tmp_path / "there").mkdir()
    with pytest.raises(ExportError) as caught, replacing(tmp_path / "there") as part:
        part.write_bytes(b"x")
    assert caught.value.code == "ALICE-E01"
    assert names(tmp_path) == {"there"}


def test_a_folder_without_rights(tmp_path, unprivileged):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    with unprivileged(), pytest.raises(ExportError) as caught, replacing(locked / "a.txt") as part:
        part.write_bytes(b"x")
    assert caught.value.code == "ALICE-E01"
    assert caught.value.hint


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_a_full_disk(tmp_path):

    def fill():
        with replacing(tmp_path / "a.bin") as part:
            part.symlink_to("/dev/full")
            part.write_bytes(bytes(1 << 20))

    with pytest.raises(ExportError) as caught:
        fill()
    assert caught.value.code == "ALICE-E02"
    assert names(tmp_path) == set()


def test_errors_about_other_files_are_not_about_the_target(tmp_path):
    with pytest.raises(FileNotFoundError), replacing(tmp_path / "a.bin"):
        (tmp_path / "source").read_bytes()


def test_publish_and_make_folder(tmp_path):
    folder = tmp_path / "a" / "b"
    make_folder(folder)
    make_folder(folder)
    part = part_of(folder / "x")
    part.write_bytes(b"x")
    publish(part, folder / "x")
    assert (folder / "x").read_bytes() == b"x"
    for failing in (lambda: publish(part, folder / "x"), lambda: make_folder(folder / "x" / "c")):
        with pytest.raises(ExportError) as caught:
            failing()
        assert caught.value.code == "ALICE-E01"


def test_sweeping_takes_only_what_dead_processes_left(tmp_path):
    dead = dead_process()
    for name in (f".a.mp4.{dead}.part.mp4", f".b.{dead}.part", f".c.wav.{os.getpid()}.part.wav", ".d.1.part", "e.part"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / f".folder.{dead}.part").mkdir()
    (tmp_path / ".huge.9999999999.part").write_bytes(b"x")
    assert sweep_parts(tmp_path) == 3
    kept = {f".c.wav.{os.getpid()}.part.wav", ".d.1.part", "e.part", f".folder.{dead}.part"}
    assert names(tmp_path) == kept
    assert sweep_parts(tmp_path / "no") == 0


def test_reading_a_file(tmp_path):
    (tmp_path / "a").write_bytes(b"bytes")
    with reading(tmp_path / "a") as source:
        assert source.read() == b"bytes"


@pytest.mark.parametrize("name", ["no", "file/below"])
def test_reading_what_is_not_there(tmp_path, name):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(NotFound) as caught, reading(tmp_path / name):
        pytest.fail("the block must not run")
    assert caught.value.code == "ALICE-N01"


def test_reading_without_rights(tmp_path, unprivileged):
    (tmp_path / "a").write_bytes(b"x")
    (tmp_path / "a").chmod(0)
    with unprivileged(), pytest.raises(MediaError) as caught, reading(tmp_path / "a"):
        pytest.fail("the block must not run")
    assert caught.value.code == "ALICE-M03"


def test_reading_a_folder_and_a_name_that_cannot_be(tmp_path):
    for path, word in ((tmp_path, "a folder"), (tmp_path / ("x" * 300), "too long")):
        with pytest.raises(MediaError, match=word), reading(path):
            pytest.fail("the block must not run")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_reading_a_pipe_does_not_wait(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(MediaError, match="no regular file"), reading(tmp_path / "pipe"):
        pytest.fail("the block must not run")
