"""``alice verify``, ``sidecars`` and ``rebuild`` as they are typed."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil

import pytest

from alice_core.cli.entry import run
from alice_core.library.keeping.sidecar import sidecar_of

GOOD = b"\x81\x02\x00\xff" * 400


@pytest.fixture
def home(tmp_path, capsys):
    """A store that knows a file and its copy, the file damaged since."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.bin").write_bytes(GOOD)
    assert alice("ingest", tmp_path / "a", tmp_path / "b") == 0
    (tmp_path / "a" / "x.bin").write_bytes(GOOD[:-1] + b"\xfe")
    capsys.readouterr()
    return tmp_path


def alice(*words):
    return run([str(word) for word in words])


def test_damage_is_said_and_ends_with_6(home, capsys):
    assert alice("verify") == 6
    said = capsys.readouterr()
    assert "2 files" in said.out
    assert "1 not as recorded" in said.out
    assert f"flipped: {home / 'a' / 'x.bin'}" in said.err
    assert f"good copy (file): {home / 'b' / 'x.bin'}" in said.err
    assert "ALICE-I03" in said.err
    assert "alice verify --repair" in said.err
    assert alice("verify", "--json", "--quick", home / "a") == 6
    found = json.loads(capsys.readouterr().out)
    assert (found["files"], found["quick"], found["damaged"][0]["what"]) == (1, True, "flipped")
    assert alice("verify", home / "b") == 0
    assert alice("-q", "verify", home / "b") == 0


def test_a_repair_asks_first(home, capsys, monkeypatch):
    assert alice("verify", "--repair", "--dry-run") == 6
    assert "without --dry-run" in capsys.readouterr().err
    assert alice("verify", "--repair") == 2
    assert "--yes" in capsys.readouterr().err
    assert alice("verify", "--repair", "--json") == 2
    capsys.readouterr()

    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    assert alice("verify", "--repair") == 6
    assert (home / "a" / "x.bin").read_bytes() != GOOD
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    assert alice("verify", "--repair") == 0
    assert "repaired from" in capsys.readouterr().err
    assert (home / "a" / "x.bin").read_bytes() == GOOD
    (home / "a" / "x.bin").write_bytes(GOOD[:-100])
    assert alice("verify", "--repair", "--yes", "--json") == 0
    (repaired,) = json.loads(capsys.readouterr().out)["repaired"]
    assert repaired["done"]
    assert repaired["source"] == str(home / "b" / "x.bin")


def test_what_to_do_is_said_for_each_sort(home, capsys):
    (home / "a" / "x.bin").write_bytes(b"my own work")
    assert alice("verify", "--repair", "--yes") == 6
    assert "alice ingest PATH" in capsys.readouterr().err
    # Before the others go, so that they do not get their inodes: an inode in new use tells that a file is gone.
    (home / "b" / "y.txt").write_text("so that the root is there")
    (home / "a" / "y.txt").write_text("so that the root is there, too")
    (home / "a" / "x.bin").unlink()
    (home / "b" / "x.bin").unlink()
    alice("ingest", home / "a" / "y.txt", home / "b" / "y.txt")
    capsys.readouterr()
    assert alice("verify") == 6
    assert "from a backup" in capsys.readouterr().err
    shutil.move(home / "a", home / "c")
    assert alice("verify") == 6
    said = capsys.readouterr()
    assert f"not there, and so not read: {home / 'a'}" in said.err
    assert "2 not there" in said.out


def test_sidecars_are_written_and_a_store_is_built_from_them(home, capsys):
    copy = home / "b" / "x.bin"
    assert alice("rate", "5", copy) == 0
    capsys.readouterr()
    assert alice("sidecars", "write", "--dry-run") == 0
    assert "1 written" in capsys.readouterr().out
    assert not sidecar_of(copy).exists()
    assert alice("sidecars", "write", copy, "--json") == 0
    assert json.loads(capsys.readouterr().out)["written"] == [str(sidecar_of(copy))]
    sidecar_of(copy).write_bytes(b"no XML")
    assert alice("sidecars", "write", copy) == 0
    assert "not written" in capsys.readouterr().err
    sidecar_of(copy).unlink()
    alice("sidecars", "write", copy)
    capsys.readouterr()
    assert alice("rebuild", "--home", home / "new", "--json") == 0
    built = json.loads(capsys.readouterr().out)
    assert (len(built["new"]), built["sidecars"]) == (2, 1)
    assert alice("--home", home / "new", "find", "rating:5", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["items"]) == 1
    assert alice("rebuild", home / "b") == 4
    capsys.readouterr()
    sidecar_of(home / "a" / "x.bin").write_bytes(b"no XML")
    assert alice("rebuild", home / "b", home / "a", "--home", home / "newer") == 0
    said = capsys.readouterr()
    assert "not back: undo" in said.out
    assert "passed over" in said.err
    (home / "broken").mkdir()
    (home / "broken" / "alice.db").write_bytes(b"no database at all" * 100)
    assert alice("--home", home / "broken", "rebuild", "--home", home / "newest") == 2
    assert "Name the folders" in capsys.readouterr().err


def tree(folder):
    """Names, bytes, times and rights of everything in a folder, as one digest."""
    state = hashlib.sha256()
    for path in sorted(folder.rglob("*"), key=os.fsencode):
        found = path.lstat()
        state.update(f"{path!r} {found.st_mtime_ns} {found.st_mode} {found.st_ino} {found.st_size}".encode())
        if path.is_file():
            state.update(path.read_bytes())
    return state.hexdigest()


def test_no_command_writes_to_the_files_that_it_knows(tmp_path, capsys):
    mine = tmp_path / "mine"
    (mine / "sub").mkdir(parents=True)
    for number in range(6):
        (mine / "sub" / f"{number}.txt").write_text(f"rain {number}")
    (mine / os.fsdecode(b"odd \xff\n.txt")).write_text("odd")
    (mine / "sub" / "0.txt.xmp").write_text("somebody's")
    (mine / "sub" / "1.txt").chmod(0o400)
    (mine / "link.txt").symlink_to("sub/2.txt")
    before = tree(mine)
    one = mine / "sub" / "3.txt"
    for words in (
        ("ingest", mine),
        ("ingest", mine, "--dry-run"),
        ("verify",),
        ("verify", "--quick", "--repair"),
        ("export", tmp_path / "export"),
        ("find", "rain"),
        ("show", one),
        ("tag", "style/neon", one),
        ("lineage", one),
        ("duplicates",),
        ("sidecars", "write", "--dry-run"),
        ("--home", tmp_path / "other", "import", tmp_path / "export", "--files-to", tmp_path / "copy"),
        ("--home", tmp_path / "third", "rebuild", mine),
        ("db", "check"),
    ):
        assert alice(*words) == 0, (words, capsys.readouterr())
        assert tree(mine) == before, words
