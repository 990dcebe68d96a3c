"""Folders that moved are known again, with everything in them."""

from __future__ import annotations

import shutil

import pytest

from alice_core.errors import NotFound, UsageError
from alice_core.library import ingest_paths
from alice_core.library.roots import adopt_root, unwatch_folder, watch_folder
from alice_core.store.catalogue import set_root


@pytest.fixture
def tree(store, tmp_path):
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    for number in range(5):
        (folder / "sub" / f"{number}.txt").write_text(str(number))
    watch_folder(store, folder)
    ingest_paths(store, [folder])
    return folder


def roots(store):
    with store.reading() as reader:
        return {root.path: root.watched for root in reader.places.roots()}


def count(store, folder):
    with store.reading() as reader:
        return len(reader.places.below(folder))


def test_a_moved_root_is_one_row(store, tree, tmp_path, monkeypatch):
    target = tmp_path / "moved"
    tree.rename(target)
    monkeypatch.setattr("alice_core.library.intake.read_file", None)  # nothing is read
    report = ingest_paths(store, [target])
    assert report.roots == ((tree, target),)
    assert (report.unchanged, report.new, report.found, report.moved) == (5, (), (), ())
    assert roots(store) == {target: True}


def test_roots_inside_a_moved_root_move_along(store, tree, tmp_path):
    set_root(store, tree / "sub")
    target = tmp_path / "moved"
    tree.rename(target)
    assert ingest_paths(store, [target]).unchanged == 5
    assert roots(store) == {target: True, target / "sub": False}


def test_a_copy_on_another_disk_is_known_when_it_is_watched(store, tree, tmp_path):
    target = tmp_path / "copy"
    shutil.copytree(tree, target)
    shutil.rmtree(tree)
    assert watch_folder(store, target) == tree
    report = ingest_paths(store, [target])
    assert (len(report.found), report.new, report.lost) == (5, (), ())
    assert roots(store) == {target: True}


def test_a_backup_that_is_taken_in_is_not_the_disk_that_is_away(store, tree, tmp_path):
    target = tmp_path / "backup"
    shutil.copytree(tree, target)
    tree.rename(tmp_path / "unplugged")
    assert adopt_root(store, target) is None
    assert roots(store) == {tree: True, target: False}


def test_another_folder_is_another_root(store, tree, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.txt").write_text("x")
    tree.rename(tmp_path / "unplugged")
    assert watch_folder(store, other) is None
    assert roots(store) == {tree: True, other: True}


def test_another_disk_with_the_same_numbers_is_another_root(store, tree, tmp_path):
    target = tmp_path / "target"
    tree.rename(target)
    shutil.rmtree(target / "sub")
    (target / "x.txt").write_text("of another disk")
    assert adopt_root(store, target) is None


def test_a_folder_inside_a_root_is_no_root_unless_it_alone_is_watched(store, tree):
    assert watch_folder(store, tree / "sub") is None
    assert roots(store) == {tree: True}
    unwatch_folder(store, tree)
    assert roots(store) == {tree: False}
    watch_folder(store, tree / "sub")
    assert roots(store) == {tree: False, tree / "sub": True}
    assert count(store, tree / "sub") == 5
    watch_folder(store, tree)
    assert roots(store) == {tree: True, tree / "sub": True}


def test_what_cannot_be_watched(store, tree, tmp_path):
    with pytest.raises(NotFound):
        watch_folder(store, tmp_path / "none")
    with pytest.raises(UsageError):
        watch_folder(store, tree / "sub" / "1.txt")
    with pytest.raises(UsageError):
        watch_folder(store, store.folder)
    with pytest.raises(NotFound, match="not watched"):
        unwatch_folder(store, tmp_path)
    with pytest.raises(NotFound) as caught:
        unwatch_folder(store, tree / "sub")
    assert str(tree) in caught.value.hint
    unwatch_folder(store, tree, dry_run=True)
    assert roots(store) == {tree: True}
