"""Verify finds what is not as it was recorded, says what and why, and nothing else."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from alice_core.errors import NotFound
from alice_core.library.files import ingest_paths
from alice_core.library.keeping.verify import _Read, _Run, verify
from alice_core.media.digest import digest_of_file
from alice_core.store import Job, Recipe, Target, derive
from alice_core.store.catalogue import lose_locations
from alice_core.store.files import blob_path


def rewrite(path, change, *, time_back=False):
    """Write other bytes into a file, in place."""
    before = path.stat()
    data = bytearray(path.read_bytes())
    changed = change(data)
    path.write_bytes(data if changed is None else changed)
    if time_back:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def flip(data):
    data[len(data) // 2] ^= 1


def silently(store, path):
    """Let the store believe that nobody wrote to a file, as if its disk had changed it."""
    now = path.stat()
    with store.reading() as reader:
        root = reader.places.root_of(path).id
    with closing(sqlite3.connect(store.folder / "alice.db")) as database, database:
        stat = (now.st_size, now.st_mtime_ns, now.st_ctime_ns, now.st_ino)
        database.execute(
            "UPDATE locations SET size=?, mtime_ns=?, ctime_ns=?, inode=? WHERE root=? AND path=?",
            (*stat, root, path.name),
        )


@pytest.fixture
def tree(tmp_path):
    """Forty files of noise, some in folders."""
    noise = random.Random(1)
    folder = tmp_path / "pictures"
    for number in range(40):
        path = folder / f"day {number % 3}" / f"{number:03}.dat.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{number} " + "".join(noise.choices("abcdef ", k=800)))
    return folder


@pytest.fixture
def known(store, tree):
    """The same, taken in, and its files by number."""
    ingest_paths(store, [tree])
    return sorted(tree.rglob("*.txt"), key=lambda path: path.name)


def said(found):
    return {one.path.name[:3]: (one.what, one.cause) for one in found.damages}


def test_what_is_as_recorded_is_no_finding(store, known):
    found = verify(store)
    assert (found.files, found.damages, found.away, found.skipped) == (40, (), (), 0)
    assert found.size == sum(path.stat().st_size for path in known)


@pytest.mark.parametrize("quick", [False, True])
def test_one_of_each_sort_is_found_and_nothing_else(store, known, quick):
    rewrite(known[3], flip)
    rewrite(known[7], lambda data: data[:-9])
    known[11].unlink()
    rewrite(known[20], lambda data: bytes(reversed(data)), time_back=True)
    rewrite(known[21], lambda data: data + b"more")
    found = verify(store, quick=quick)
    assert said(found) == {
        "003": ("changed", "written"),
        "007": ("truncated", "written"),
        "011": ("missing", "written"),
        "020": ("changed", "disguised"),
        "021": ("grown", "written"),
    }
    assert found.files == 40
    assert "alice ingest" in found.damages[0].reason
    assert all(one.digest.startswith("sha256:") and one.name for one in found.damages)


def test_a_touched_file_with_its_bytes_is_no_finding(store, known):
    os.utime(known[0])
    known[1].chmod(0o600)
    assert verify(store).damages == ()
    assert verify(store, quick=True).damages == ()


def test_what_the_disk_changed_is_told_from_what_somebody_wrote(store, known):
    path = known[4].rename(known[4].parent.parent / known[4].name)
    ingest_paths(store, [path.parent])
    rewrite(path, flip)
    silently(store, path)
    (one,) = verify(store).damages
    assert (one.what, one.cause, one.edited) == ("changed", "silent", False)
    assert "nobody wrote to it" in one.reason
    assert verify(store, quick=True).damages == ()  # what quick cannot see


def test_the_good_copies_of_a_damaged_file_are_named_after_reading_them(store, known, tmp_path):
    for name in ("copy", "bad copy"):
        (tmp_path / name).mkdir()
        shutil.copy(known[5], tmp_path / name)
    ingest_paths(store, [tmp_path / "copy", tmp_path / "bad copy"])
    digest = digest_of_file(known[5])
    own = blob_path(store, digest, ".txt")
    own.parent.mkdir(parents=True)
    shutil.copy(known[5], own)
    rewrite(known[5], flip)
    rewrite(tmp_path / "bad copy" / known[5].name, flip)
    found = {one.path: one for one in verify(store).damages}
    assert len(found) == 2
    copies = [(one.path, one.place) for one in found[known[5]].copies]
    assert copies == [(tmp_path / "copy" / known[5].name, "file"), (own, "own")]
    assert "1 bit in 1 byte differ" in found[known[5]].reason
    assert found[known[5]].to_json()["copies"][0]["place"] == "file"


def test_a_truncation_is_proven_by_a_good_copy_and_an_edit_is_not_damage(store, known, tmp_path):
    (tmp_path / "copies").mkdir()
    for path in known[:3]:
        shutil.copy(path, tmp_path / "copies")
    ingest_paths(store, [tmp_path / "copies"])
    rewrite(known[0], lambda data: data[:100])
    rewrite(known[1], lambda data: b"x" + data[1:])
    rewrite(known[2], lambda data: b"something else altogether")
    found = {one.path: one for one in verify(store).damages}
    assert (found[known[0]].edited, found[known[0]].repairable) == (False, True)
    assert "no edit leaves that" in found[known[0]].reason
    assert (found[known[1]].edited, found[known[2]].edited) == (True, True)
    (named,) = verify(store, [str(known[1])]).damages
    assert (named.edited, named.repairable) == (True, True)


@pytest.mark.parametrize(("change", "edited"), [("pixels", False), ("words", True)])
def test_other_pixels_in_a_few_bytes_are_damage_and_other_words_are_an_edit(store, tmp_path, change, edited):
    folder = tmp_path / "a"
    folder.mkdir()
    path = folder / "a.png"
    words = PngInfo()
    words.add_text("Comment", "abcdef")
    Image.new("RGB", (64, 64), "red").save(path, pnginfo=words)
    (tmp_path / "b").mkdir()
    shutil.copy(path, tmp_path / "b")
    ingest_paths(store, [folder, tmp_path / "b"])
    data = bytearray(path.read_bytes())
    if change == "pixels":
        data[data.index(b"IDAT") + 12] ^= 8
    else:
        start = data.index(b"tEXt")
        length = int.from_bytes(data[start - 4 : start])
        data[start + 4 + length - 1] ^= 1
        data[start + 4 + length : start + 8 + length] = zlib.crc32(data[start : start + 4 + length]).to_bytes(4)
    path.write_bytes(data)
    (one,) = verify(store).damages
    assert (one.edited, one.what) == (edited, "changed" if edited else "flipped")


def test_a_flipped_bit_in_a_file_that_nobody_writes_by_hand_is_damage(store, tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.bin").write_bytes(b"\x81\x02\x00\xff" * 500)
    ingest_paths(store, [tmp_path / "a", tmp_path / "b"])
    rewrite(tmp_path / "a" / "model.bin", flip)
    (one,) = verify(store).damages
    assert (one.what, one.edited, one.repairable) == ("flipped", False, True)


def test_a_root_that_is_not_there_is_said_once(store, known, tree, tmp_path):
    tree.rename(tmp_path / "elsewhere")
    found = verify(store)
    assert (found.away, found.skipped, found.damages, found.files) == ((tree,), 40, (), 0)
    tree.mkdir()  # an empty mount point
    found = verify(store)
    assert (found.away, found.skipped) == ((tree,), 40)


def test_a_file_that_cannot_be_read_is_a_finding(store, known):
    path = known[6]
    path.unlink()
    path.mkdir()
    (one,) = verify(store).damages
    assert (one.what, one.repairable) == ("unreadable", False)


def test_the_stores_own_copies_and_the_trash_are_read_too(store, known, tmp_path):
    (tmp_path / "home" / "trash").mkdir(parents=True)
    kept = derive(
        store, Job(Recipe("test.make", 1), (Target("out", Path("a.txt")),), lambda paths: paths[0].write_text("a"))
    ).products[0]
    stray = blob_path(store, digest_of_file(known[0]), ".txt")
    stray.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(known[0], stray)
    assert verify(store).files == 42
    rewrite(kept.path, flip)
    rewrite(stray, flip)
    found = {one.path: one for one in verify(store).damages}
    assert set(found) == {kept.path, stray}
    shutil.rmtree(kept.path.parent)
    found = {one.path: one.what for one in verify(store).damages}
    assert found[kept.path] == "missing"  # what the store keeps lies on no other disk


def test_paths_and_queries_choose_what_is_read(store, known, tree, tmp_path):
    assert verify(store, [str(tree / "day 1")]).files == 13
    assert verify(store, [str(known[2])]).files == 1
    assert verify(store, [str(known[2]), str(known[2].parent)]).files == 13
    assert verify(store, ["name:003*"]).files == 1
    assert verify(store, ["name:003*", str(known[8])]).files == 2
    known[9].unlink()
    (one,) = verify(store, [str(known[9])]).damages
    assert one.what == "missing"
    shutil.rmtree(tree / "day 2")
    assert len(verify(store, [str(tree / "day 2")]).damages) == 13
    (tmp_path / "unknown.txt").write_text("x")
    with pytest.raises(NotFound, match="nothing is known"):
        verify(store, [str(tmp_path / "unknown.txt")])


def test_a_run_is_an_event_and_a_dry_one_is_not(store, known, events):
    rewrite(known[3], flip)
    before = len(events())
    verify(store, dry_run=True)
    assert len(events()) == before
    verify(store)
    (event,) = events(before)
    assert event.type == "alice.library.verified"
    assert (event.data["files"], event.data["damaged"], event.data["quick"]) == (40, 1, False)
    assert event.data["first"][0]["path"] == str(known[3])


def test_raw_metadata_is_compared_with_its_digest(store, tmp_path):
    words = PngInfo()
    words.add_text("parameters", "rain\nSteps: 4, Sampler: Euler, CFG scale: 7, Seed: 1, Size: 64x64")
    (tmp_path / "p").mkdir()
    Image.new("RGB", (8, 8)).save(tmp_path / "p" / "a.png", pnginfo=words)
    ingest_paths(store, [tmp_path / "p"])
    assert verify(store).blocks >= 1
    for data in (zlib.compress(b"something else"), b"no zlib"):
        with closing(sqlite3.connect(store.folder / "alice.db")) as database, database:
            database.execute("UPDATE blocks SET data=?", (data,))
        found = verify(store)
        assert {one.what for one in found.damages} == {"block"}
        assert "a.png" in found.damages[0].reason
    assert verify(store, [str(tmp_path / "p")]).damages == ()


def test_what_was_recorded_anew_meanwhile_is_no_finding(store, known):
    """A daemon may take a file in while verify reads it."""
    with store.reading() as reader:
        place = reader.places.at(known[1])
    run = _Run(store, quick=False)
    rewrite(known[1], flip)
    ingest_paths(store, [known[1]])
    run.take(place, _Read(1, "changed", "written"))
    assert run.damages == []
    known[1].unlink()
    lose_locations(store, [known[1]])
    run.take(place, _Read(1, "missing", "written"))
    assert run.damages == []
