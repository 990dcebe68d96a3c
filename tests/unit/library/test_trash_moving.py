"""Moving files to the trash and back, between two disks, and when something comes between."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from alice_core.errors import ExportError, IntegrityError
from alice_core.library import ingest_paths
from alice_core.library.discarding import trash
from alice_core.library.discarding.mending import Mended, trash_alone
from alice_core.store import Store, UnitOfWork


@pytest.fixture
def folder(store, tmp_path):
    """A folder of known files: a, a copy of it, and b."""
    made = tmp_path / "in"
    made.mkdir()
    (made / "a.txt").write_text("rain")
    (made / "copy.txt").write_text("rain")
    (made / "b.txt").write_text("sun")
    ingest_paths(store, [made])
    return made


@pytest.fixture
def other_device(monkeypatch):
    """Files can be neither renamed into the trash nor linked out of it, as between two disks."""
    rename, link = os.rename, os.link

    def refuse(call):
        def across(source, target, **options):
            if ("trash" in Path(source).parts) is not ("trash" in Path(target).parts):
                raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), str(source), None, str(target))
            return call(source, target, **options)

        return across

    monkeypatch.setattr(os, "rename", refuse(rename))
    monkeypatch.setattr(os, "link", refuse(link))


def left_in_trash(store: Store) -> list[Path]:
    return sorted(path for path in (store.folder / "trash").rglob("*") if path.is_file())


def test_between_two_disks_a_file_is_copied_checked_and_only_then_removed(store, folder, other_device):
    (folder / "a.txt.xmp").write_text("five stars")
    os.utime(folder / "a.txt", ns=(1, 1_600_000_000_123_456_789))
    (kept,) = trash.throw(store, [str(folder / "a.txt")])
    assert not (folder / "a.txt").exists()
    assert (store.folder / kept.item.kept).stat().st_mtime_ns == 1_600_000_000_123_456_789
    (folder / "a.txt").write_text("new here")
    (back,) = trash.restore(store, [kept.item.id])
    assert (back.returned.name, back.returned.read_text()) == ("a-2.txt", "rain")
    assert (folder / "a-2.txt.xmp").read_text() == "five stars"
    assert left_in_trash(store) == []
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_a_damaged_file_stays_in_the_trash_between_two_disks(store, folder, other_device):
    (kept,) = trash.throw(store, [str(folder / "a.txt")])
    (store.folder / kept.item.kept).write_text("rot!")
    with pytest.raises(IntegrityError):
        trash.restore(store, [kept.item.id])
    assert (store.folder / kept.item.kept).exists()
    assert not (folder / "a.txt").exists()
    with trash_alone(store) as mended:
        assert mended == Mended((), (), ())
    assert len(trash.in_trash(store)) == 1


def test_a_file_that_cannot_be_moved_is_where_it_was(store, folder, monkeypatch):
    rename = os.rename

    def refuse(source, target, **options):
        if Path(source).name == "b.txt":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(source))
        return rename(source, target, **options)

    monkeypatch.setattr(os, "rename", refuse)
    with pytest.raises(ExportError, match="cannot be moved") as caught:
        trash.throw(store, [str(folder / name) for name in ("a.txt", "b.txt", "copy.txt")])
    assert caught.value.code == "ALICE-E01"
    assert sorted(path.name for path in folder.iterdir()) == ["b.txt", "copy.txt"]
    assert [one.item.path.name for one in trash.in_trash(store)] == ["a.txt"]
    assert len(left_in_trash(store)) == 2


def test_a_file_put_in_its_place_at_the_last_moment_is_not_taken(store, folder, monkeypatch):
    rename = os.rename

    def swap(source, target, **options):
        if Path(source) == folder / "a.txt":
            (folder / "a.txt").write_text("a new and longer one")
        return rename(source, target, **options)

    monkeypatch.setattr(os, "rename", swap)
    with pytest.raises(IntegrityError) as caught:
        trash.throw(store, [str(folder / "a.txt")])
    assert caught.value.code == "ALICE-I02"
    assert (folder / "a.txt").read_text() == "a new and longer one"
    assert left_in_trash(store) == []
    assert trash.in_trash(store) == ()


def test_without_links_a_name_is_taken_before_it_is_filled(store, folder, monkeypatch):
    def refuse(source, target, **_options):
        raise OSError(errno.EPERM, os.strerror(errno.EPERM), str(source), None, str(target))

    trash.throw(store, [str(folder / "a.txt")])
    (folder / "a.txt").write_text("new here")
    monkeypatch.setattr(os, "link", refuse)
    (back,) = trash.restore(store, [str(folder / "a.txt")])
    assert (back.returned.name, back.returned.read_text()) == ("a-2.txt", "rain")
    assert (folder / "a.txt").read_text() == "new here"
    assert left_in_trash(store) == []


def test_a_name_that_is_taken_at_the_last_moment_is_not_overwritten(store, folder, monkeypatch):
    link = os.link

    def late(source, target, **options):
        if Path(target) == folder / "a.txt":
            (folder / "a.txt").write_text("just now")
        return link(source, target, **options)

    trash.throw(store, [str(folder / "a.txt")])
    monkeypatch.setattr(os, "link", late)
    (back,) = trash.restore(store, [str(folder / "a.txt")])
    assert back.returned == folder / "a-2.txt"
    assert (folder / "a.txt").read_text() == "just now"


def test_a_file_that_changes_while_it_is_copied_from_another_disk_stays(store, folder, other_device, monkeypatch):
    copy = shutil.copy2

    def slow(source, target, **options):
        made = copy(source, target, **options)
        if Path(source) == folder / "a.txt":
            (folder / "a.txt").write_text("written meanwhile")
        return made

    monkeypatch.setattr(shutil, "copy2", slow)
    with pytest.raises(IntegrityError) as caught:
        trash.throw(store, [str(folder / "a.txt")])
    assert caught.value.code == "ALICE-I02"
    assert (folder / "a.txt").read_text() == "written meanwhile"
    assert left_in_trash(store) == []


@pytest.mark.guard_alone
def test_what_the_store_does_not_record_goes_back(store, folder, monkeypatch):
    (folder / "a.txt.xmp").write_text("five stars")
    with monkeypatch.context() as patched:
        patched.setattr(UnitOfWork, "_append", lambda _self, _event: None)  # the store's own guard refuses then
        with pytest.raises(IntegrityError):
            trash.throw(store, [str(folder / "a.txt"), str(folder / "b.txt")])
    assert sorted(path.name for path in folder.iterdir()) == ["a.txt", "a.txt.xmp", "b.txt", "copy.txt"]
    assert left_in_trash(store) == []
    assert ingest_paths(store, [folder]).lost == ()


def test_a_trash_whose_store_forgot_it_is_remembered(store, folder, tmp_path):
    backup = tmp_path / "backup.db"
    store.close()
    shutil.copy2(store.folder / "alice.db", backup)
    trash.throw(store, [str(folder / "a.txt")])
    store.close()
    shutil.copy2(backup, store.folder / "alice.db")
    for beside in store.folder.glob("alice.db-*"):
        beside.unlink()
    with trash_alone(store) as mended:
        assert mended.thrown == (folder / "a.txt",)
    assert len(trash.in_trash(store)) == 1
    trash.restore(store, [str(folder / "a.txt")])
    assert (folder / "a.txt").read_text() == "rain"
