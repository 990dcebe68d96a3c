"""What a scan finds: new, changed, moved and gone, and what it must not take for gone."""

from __future__ import annotations

import os
import shutil
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from alice_core.library import ingest_paths
from alice_core.library.files import take_in
from alice_core.library.scan import Walk, is_passed_over, outermost, sift

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no change time and no such links")


@pytest.fixture
def tree(store, tmp_path):
    """A folder with three files that are known."""
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    for name in ("a.txt", "b.txt", "sub/c.txt"):
        (folder / name).write_text(name)
    ingest_paths(store, [folder])
    return folder


def places(store):
    with store.reading() as reader:
        return {str(one.path): one.digest for one in reader.places.walk(limit=10_000)[0]}


def names(paths):
    return sorted(path.name for path in paths)


def test_nothing_changed(store, tree, events):
    cursor = len(events())
    report = ingest_paths(store, [tree])
    assert (report.unchanged, report.new, report.found, report.lost) == (3, (), (), ())
    assert len(events()) == cursor


@posix
def test_a_rewrite_with_size_and_time_put_back_is_noticed(store, tree):
    path = tree / "a.txt"
    before = path.stat()
    path.write_text("A.txt")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert ingest_paths(store, [tree]).new == (path,)


@posix
def test_a_moved_folder_is_joined_without_reading(store, tree, monkeypatch):
    (tree / "sub").rename(tree / "elsewhere")
    monkeypatch.setattr("alice_core.library.intake.read_file", None)  # nothing is read
    report = ingest_paths(store, [tree])
    assert report.moved == ((tree / "sub" / "c.txt", tree / "elsewhere" / "c.txt"),)
    assert (report.lost, report.new, report.found) == ((), (), ())


@posix
def test_a_renamed_file_is_known_by_its_bytes_and_leaves_its_old_place(store, tree, events):
    (tree / "a.txt").rename(tree / "z.txt")
    report = ingest_paths(store, [tree])
    assert (report.found, report.lost) == ((tree / "z.txt",), ())
    assert str(tree / "a.txt") not in places(store)
    assert events()[-1].data["previous"] == str(tree / "a.txt")


def test_what_was_deleted_is_gone_and_its_asset_known(store, tree):
    digest = places(store)[str(tree / "a.txt")]
    (tree / "a.txt").unlink()
    assert ingest_paths(store, [tree]).lost == (tree / "a.txt",)
    with store.reading() as reader:
        assert reader.assets.get(digest) is not None


def test_a_folder_in_the_place_of_a_file(store, tree):
    (tree / "a.txt").unlink()
    (tree / "a.txt").mkdir()
    (tree / "a.txt" / "inner.txt").write_text("inner")
    report = ingest_paths(store, [tree])
    assert (report.new, report.lost) == ((tree / "a.txt" / "inner.txt",), (tree / "a.txt",))


@posix
def test_a_link_that_leads_nowhere_now_loses_nothing(store, tree, tmp_path):
    target = tmp_path / "disk.txt"
    target.write_text("on a disk")
    (tree / "link.txt").symlink_to(target)
    assert ingest_paths(store, [tree]).new == (tree / "link.txt",)
    target.rename(tmp_path / "away.txt")
    assert ingest_paths(store, [tree]).lost == ()
    assert str(tree / "link.txt") in places(store)


def test_single_files(store, tree):
    (tree / "a.txt").unlink()
    (tree / "new.txt").write_text("new")
    sifted = sift(store, [], [tree / "a.txt", tree / "b.txt", tree / "new.txt", tree / "never.txt", tree / "sub"])
    assert sifted.gone == (tree / "a.txt",)
    assert sifted.unchanged == 1
    assert [entry.path for entry in sifted.changed] == [str(tree / "new.txt")]


@posix
def test_a_file_with_several_names_changes_under_all_of_them(store, tree):
    os.link(tree / "a.txt", tree / "sub" / "hard.txt")
    (tree / "soft.txt").symlink_to(tree / "a.txt")
    ingest_paths(store, [tree])
    (tree / "a.txt").write_text("other bytes")
    report = take_in(store, sift(store, [], [tree / "a.txt"]))
    assert names((*report.new, *report.found)) == ["a.txt", "hard.txt", "soft.txt"]
    assert len(set(places(store).values())) == 3


def test_a_hidden_file_that_was_named_stays_known(store, tree):
    hidden = tree / ".hidden.txt"
    hidden.write_text("hidden")
    ingest_paths(store, [hidden])
    assert ingest_paths(store, [tree]).lost == ()
    hidden.write_text("other bytes")
    assert ingest_paths(store, [tree]).new == (hidden,)
    hidden.unlink()
    assert ingest_paths(store, [tree]).lost == (hidden,)


def test_sidecars_of_files_are_no_files(store, tree):
    (tree / "a.txt.xmp").write_text("<x/>")
    (tree / "alone.xmp").write_text("<y/>")
    assert ingest_paths(store, [tree]).new == (tree / "alone.xmp",)
    root, skip = str(tree), str(tree / "home")
    for path in ("a.txt.xmp", ".git/config", "sub/.x", "home", "home/alice.db"):
        assert is_passed_over(str(tree / path), root, skip)
    for path in ("alone.xmp", "sub/c.txt", "home2"):
        assert not is_passed_over(str(tree / path), root, skip)


def test_the_folder_of_the_store_is_passed_over(store):
    (store.folder / "blobs").mkdir()
    (store.folder / "blobs" / "x.txt").write_text("x")
    (store.folder.parent / "y.txt").write_text("y")
    assert names(ingest_paths(store, [store.folder.parent]).new) == ["y.txt"]


def test_a_missing_root_loses_nothing(store, tree, tmp_path):
    before = places(store)
    tree.rename(tmp_path / "unmounted")
    sifted = sift(store, [tree])
    assert (sifted.away, sifted.gone, sifted.changed) == ((tree,), (), ())
    take_in(store, sifted)
    assert places(store) == before


def test_an_empty_mount_point_loses_nothing_and_another_disk_neither(store, tree, tmp_path):
    before = places(store)
    tree.rename(tmp_path / "unmounted")
    tree.mkdir()
    assert sift(store, [tree]).away == (tree,)
    (tree / "other.txt").write_text("of another disk")
    report = ingest_paths(store, [tree])
    assert (report.away, report.lost) == ((tree,), ())
    (tree / "other.txt").unlink()
    tree.rmdir()
    (tmp_path / "unmounted").rename(tree)
    assert ingest_paths(store, [tree]).lost == (tree / "other.txt",)
    assert places(store) == before


def test_disks_with_the_same_numbers_are_told_apart_by_their_files(store, tree, monkeypatch):
    for path in list(tree.rglob("*.txt")):
        path.unlink()
    assert sift(store, [tree]).away == ()
    monkeypatch.setattr(Path, "is_mount", lambda path: path == tree)
    assert sift(store, [tree]).away == (tree,)


def test_a_root_that_was_restored_elsewhere_is_there_if_its_files_are(store, tree, tmp_path):
    shutil.copytree(tree, tmp_path / "copy")
    shutil.rmtree(tree)
    (tmp_path / "copy").rename(tree)
    (tree / "a.txt").unlink()
    report = ingest_paths(store, [tree])
    assert (report.away, report.lost) == ((), (tree / "a.txt",))
    assert len(report.found) == 2


def test_a_file_of_a_missing_root_is_not_gone_when_looked_at_alone(store, tree, tmp_path):
    tree.rename(tmp_path / "unmounted")
    assert sift(store, [], [tree / "a.txt"]).gone == ()
    assert sift(store, [tree / "sub"]).gone == ()


def test_a_deleted_root_inside_another_one_is_gone_as_any_folder(store, tree):
    ingest_paths(store, [tree / "sub"])
    with store.reading() as reader:
        assert len(reader.places.roots()) == 1
    from alice_core.store.catalogue import set_root

    set_root(store, tree / "sub")
    shutil.rmtree(tree / "sub")
    report = ingest_paths(store, [tree])
    assert (report.away, report.lost) == ((), (tree / "sub" / "c.txt",))


@posix
def test_an_unreadable_folder_loses_nothing(store, tree):
    if os.geteuid() == 0:
        pytest.skip("everything may be read by root")
    (tree / "sub").chmod(0)
    try:
        assert sift(store, [tree]).gone == ()
    finally:
        (tree / "sub").chmod(0o755)


def test_a_deleted_folder_that_is_looked_at_itself(store, tree):
    shutil.rmtree(tree / "sub")
    assert sift(store, [tree / "sub"]).gone == (tree / "sub" / "c.txt",)


def test_folders_inside_folders_are_walked_once():
    paths = [Path(one).absolute() for one in ("/a/b", "/a", "/a/b/c", "/ab", "/a")]
    assert outermost(paths) == [Path("/a").absolute(), Path("/ab").absolute()]


def test_a_broken_file_is_a_finding_until_it_is_gone_or_whole(store, tree):
    broken = tree / "cut.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0\0\0\x0dIHDR")
    os.utime(broken, (0, 0))
    (finding,) = ingest_paths(store, [tree]).findings
    assert (finding.path, finding.state, finding.code) == (broken, "broken", "ALICE-M05")
    assert sift(store, [tree]).changed == ()
    assert len(sift(store, [tree], again=True).changed) == 1
    broken.unlink()
    assert sift(store, [tree]).cleared == (broken,)
    ingest_paths(store, [tree])
    with store.reading() as reader:
        assert reader.places.findings() == ()


def test_a_known_file_that_breaks_is_no_longer_what_it_was(store, tree):
    path = tree / "a.txt"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0\0\0\x0dIHDR")
    os.utime(path, (0, 0))
    ingest_paths(store, [tree])
    assert str(path) not in places(store)
    path.write_text("a.txt")
    assert ingest_paths(store, [tree]).found == (path,)
    with store.reading() as reader:
        assert reader.places.findings() == ()


def test_a_growing_file_is_looked_at_again_though_nothing_changed(store, tree):
    path = tree / "part.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0\0\0\x0dIHDR")
    (finding,) = ingest_paths(store, [tree]).findings
    assert finding.state == "growing"
    os.utime(path, (time.time() - 3600,) * 2)
    (finding,) = ingest_paths(store, [tree]).findings
    assert finding.state == "broken"


def test_stopping_leaves_the_rest_for_the_next_time(store, tree):
    for number in range(5):
        (tree / f"n{number}.txt").write_text(str(number))
    (tree / "b.txt").unlink()
    report = take_in(store, sift(store, [tree]), stop=lambda: True)
    assert len(report.new) == 1
    assert str(tree / "b.txt") in places(store)
    report = ingest_paths(store, [tree])
    assert len(report.new) == 4
    assert report.lost == (tree / "b.txt",)


def test_what_came_back_meanwhile_is_not_lost(store, tree):
    (tree / "a.txt").rename(tree.parent / "a.txt")
    sifted = sift(store, [tree])
    (tree.parent / "a.txt").rename(tree / "a.txt")
    assert take_in(store, sifted).lost == ()
    assert str(tree / "a.txt") in places(store)


def test_what_vanished_between_the_look_and_the_reading(store, tree):
    (tree / "new.txt").write_text("new")
    (tree / "a.txt").write_text("changed")
    sifted = sift(store, [tree])
    (tree / "new.txt").unlink()
    (tree / "a.txt").unlink()
    report = take_in(store, sifted)
    assert (report.new, report.findings) == ((), ())
    assert report.lost == (tree / "a.txt",)


def test_a_mount_point_becomes_a_root_of_its_own(store, tree):
    take_in(store, replace(sift(store, [tree]), mounts=(tree / "sub",)))
    take_in(store, replace(sift(store, [tree]), mounts=(tree / "sub",)))
    with store.reading() as reader:
        assert [root.path for root in reader.places.roots()] == [tree, tree / "sub"]
        assert len(reader.places.below(tree / "sub")) == 1
    assert ingest_paths(store, [tree]).unchanged == 3


@posix
def test_a_disk_that_is_mounted_over_known_files_hides_them(store, tree, monkeypatch):
    """An empty disk over ``sub``: the folder is another device's, and nothing that is known is in it."""
    (tree / "sub").rename(tree.parent / "covered")
    (tree / "sub").mkdir()
    real = Walk._device

    def device(walk, folder, above):
        if folder.name == "sub":
            walk.mounts.append(folder.path)
            return above + 1
        return real(walk, folder, above)

    monkeypatch.setattr(Walk, "_device", device)
    sifted = sift(store, [tree])
    assert (sifted.gone, sifted.mounts) == ((), ())
    (tree / "sub").rmdir()
    (tree.parent / "covered").rename(tree / "sub")
    sifted = sift(store, [tree])
    assert (sifted.gone, sifted.mounts, sifted.unchanged) == ((), (tree / "sub",), 3)
