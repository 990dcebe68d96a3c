"""Repair brings the right bytes back, keeps the damaged ones, and never undoes an edit unasked."""

from __future__ import annotations

import os
import shutil
import sqlite3
import zlib
from contextlib import closing

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from alice_core.library.files import ingest_paths
from alice_core.library.keeping.repair import repair
from alice_core.library.keeping.verify import verify
from alice_core.media.digest import digest_of_bytes, digest_of_file

GOOD = b"\x81\x02\x00\xff" * 400
BAD = GOOD[:700] + b"\x80" + GOOD[701:]


@pytest.fixture
def pair(store, tmp_path):
    """One file and its copy, both known; the file is damaged by one bit, as its copy shows."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.bin").write_bytes(GOOD)
        os.utime(tmp_path / name / "x.bin", (1_600_000_000, 1_600_000_000))
    ingest_paths(store, [tmp_path / "a", tmp_path / "b"])
    path = tmp_path / "a" / "x.bin"
    path.chmod(0o640)
    path.write_bytes(BAD)
    return path, tmp_path / "b" / "x.bin"


def test_a_damaged_file_gets_its_bytes_back_and_the_damaged_ones_are_kept(store, pair, events):
    path, copy = pair
    cursor = len(events())
    (outcome,) = repair(store, verify(store).damages)
    assert (outcome.done, outcome.source) == (True, copy)
    assert path.read_bytes() == GOOD
    assert (path.stat().st_mtime_ns, path.stat().st_mode & 0o777) == (1_600_000_000 * 10**9, 0o640)
    assert outcome.kept.read_bytes() == BAD
    assert outcome.kept.is_relative_to(store.folder)
    repaired = events(cursor)[-1]
    assert repaired.type == "alice.library.repaired"
    assert repaired.data["kept"] == str(outcome.kept)
    assert verify(store).damages == ()
    assert verify(store, quick=True).size == 0  # its new stat is recorded
    assert not [one for one in path.parent.iterdir() if one != path]


def test_a_missing_file_comes_back_even_with_its_folder(store, pair):
    path, _ = pair
    aside = path.parent.rename(path.parent.with_name("aside"))
    path.parent.mkdir()
    (path.parent / "other.txt").write_text("so that the root is there")
    shutil.rmtree(aside)  # only now, so that the new file does not get the old one's inode
    ingest_paths(store, [path.parent / "other.txt"])
    (outcome,) = repair(store, verify(store).damages)
    assert (outcome.done, outcome.kept, path.read_bytes()) == (True, None, GOOD)


def test_without_a_good_copy_nothing_is_done(store, pair):
    path, copy = pair
    copy.write_bytes(BAD[::-1])
    outcomes = repair(store, verify(store).damages)
    assert [(one.done, one.reason) for one in outcomes] == [(False, "there is no good copy")] * 2
    assert (path.read_bytes(), copy.read_bytes()) == (BAD, BAD[::-1])


def test_an_edit_is_undone_only_for_a_file_named_by_itself(store, pair):
    path, _ = pair
    path.write_bytes(b"my own work")
    (outcome,) = repair(store, verify(store).damages)
    assert not outcome.done
    assert "looks like an edit" in outcome.reason
    assert path.read_bytes() == b"my own work"
    (outcome,) = repair(store, verify(store, [str(path)]).damages)
    assert outcome.done
    assert outcome.kept.read_bytes() == b"my own work"
    assert path.read_bytes() == GOOD


def test_what_was_mended_meanwhile_is_not_touched(store, pair):
    path, copy = pair
    damages = verify(store).damages
    shutil.copy(copy, path)
    before = path.stat().st_ctime_ns
    (outcome,) = repair(store, damages)
    assert (outcome.done, outcome.source, path.stat().st_ctime_ns) == (True, None, before)


def test_a_link_stays_a_link(store, pair, tmp_path):
    path, _ = pair
    real = tmp_path / "real.bin"
    path.rename(real)
    path.symlink_to(real)
    (outcome,) = repair(store, verify(store).damages)
    assert outcome.done
    assert path.is_symlink()
    assert real.read_bytes() == GOOD


def test_what_cannot_be_read_is_left_alone(store, pair):
    path, _ = pair
    path.unlink()
    path.mkdir()
    (outcome,) = repair(store, verify(store).damages)
    assert (outcome.done, path.is_dir()) == (False, True)
    assert "cannot be read" in outcome.reason


def test_a_copy_that_went_bad_before_it_was_needed_harms_nothing(store, pair):
    path, copy = pair
    damages = verify(store).damages
    copy.write_bytes(BAD)
    (outcome,) = repair(store, damages)
    assert not outcome.done
    assert path.read_bytes() == BAD
    assert digest_of_file(copy) == digest_of_bytes(BAD)
    copy.unlink()
    (outcome,) = repair(store, damages)
    assert not outcome.done


def test_raw_metadata_is_read_anew_from_a_file_that_carries_it(store, tmp_path, events):
    words = PngInfo()
    words.add_text("parameters", "rain\nSteps: 4, Sampler: Euler, CFG scale: 7, Seed: 1, Size: 64x64")
    path = tmp_path / "p" / "a.png"
    path.parent.mkdir()
    Image.new("RGB", (8, 8)).save(path, pnginfo=words)
    ingest_paths(store, [path.parent])
    with closing(sqlite3.connect(store.folder / "alice.db")) as database, database:
        database.execute("UPDATE blocks SET data=?", (zlib.compress(b"other"),))
    damages = verify(store).damages
    assert all(one.done for one in repair(store, damages))
    assert events()[-1].type == "alice.library.block-repaired"
    assert verify(store).damages == ()
    with closing(sqlite3.connect(store.folder / "alice.db")) as database, database:
        database.execute("UPDATE blocks SET data=?", (b"",))
    path.unlink()
    outcomes = repair(store, [one for one in verify(store).damages if one.what == "block"])
    assert outcomes
    assert not any(one.done for one in outcomes)
