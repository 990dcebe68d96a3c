"""Hints from the system, for real: folders that come, go and move, a queue that is full, watches that run out."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from alice_core.library.watch.hints import Hints
from alice_core.library.watch.lookout import Lookout

if sys.platform != "linux":
    pytest.skip("inotify is Linux's", allow_module_level=True)

from alice_core.library.watch.inotify import Exhausted, FolderWatches, InotifyEvent, InotifyFD
from alice_core.library.watch.observer import ObservedFolders


@pytest.fixture
def top(tmp_path):
    folder = tmp_path / "top"
    (folder / "sub").mkdir(parents=True)
    return folder


@pytest.fixture
def hints():
    return Hints()


@pytest.fixture
def watches(hints, top):
    watching = FolderWatches(hints, str(top / "home"))
    watching.watch(str(top))
    yield watching
    watching.close()


def hinted(hints, wanted, seconds=5):
    """Everything hinted at until something was, or until the time is up."""
    files, folders, lost = {}, set(), False
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        hints.wait(0.2)
        taken = hints.take()
        files |= taken.files
        folders |= taken.folders
        lost = lost or taken.lost
        if wanted(files, folders, lost):
            return files, folders, lost
    return pytest.fail(f"not hinted at: {files} {folders} {lost}")


def test_files_and_whether_they_were_closed(watches, hints, top):
    path = top / "sub" / "a.txt"
    with path.open("w") as file:
        file.write("x")
        file.flush()
        files, _, _ = hinted(hints, lambda files, _folders, _lost: str(path) in files)
        assert files[str(path)] is False
    hinted(hints, lambda files, _folders, _lost: files.get(str(path)))
    path.rename(top / "b.txt")
    hinted(hints, lambda files, _folders, _lost: files.get(str(path)) and files.get(str(top / "b.txt")))
    (top / "b.txt").chmod(0o600)
    hinted(hints, lambda files, _folders, _lost: str(top / "b.txt") in files)
    (top / "b.txt").unlink()
    hinted(hints, lambda files, _folders, _lost: files.get(str(top / "b.txt")))


def test_new_folders_are_watched_and_hinted_at(watches, hints, top):
    deep = top / "a" / "b" / "c"
    deep.mkdir(parents=True)
    hinted(hints, lambda _files, folders, _lost: str(top / "a") in folders)
    (deep / "x.txt").write_text("x")
    above = {str(folder) for folder in (deep, *deep.parents)}  # its watch may come later, with a hint for the folder
    hinted(hints, lambda files, folders, _lost: str(deep / "x.txt") in files or above & folders)


def test_a_moved_folder_is_watched_where_it_is(watches, hints, top):
    (top / "sub" / "deep").mkdir()
    hinted(hints, lambda _files, folders, _lost: str(top / "sub" / "deep") in folders)
    (top / "sub").rename(top / "moved")
    hinted(hints, lambda _files, folders, _lost: {str(top / "sub"), str(top / "moved")} <= folders)
    (top / "moved" / "deep" / "x.txt").write_text("x")
    files, folders, _ = hinted(hints, lambda files, _folders, _lost: str(top / "moved" / "deep" / "x.txt") in files)
    assert not [path for path in (*files, *folders) if path.startswith(str(top / "sub"))]


def test_a_folder_that_leaves_is_watched_no_longer(watches, hints, top, tmp_path):
    (top / "sub").rename(tmp_path / "left")
    hinted(hints, lambda _files, folders, _lost: str(top / "sub") in folders)
    (tmp_path / "left" / "x.txt").write_text("x")
    (top / "marker.txt").write_text("x")
    files, folders, _ = hinted(hints, lambda files, _folders, _lost: str(top / "marker.txt") in files)
    assert not [path for path in (*files, *folders) if "left" in path or path.startswith(str(top / "sub"))]


def test_a_deleted_folder_and_one_of_the_same_name(watches, hints, top):
    shutil.rmtree(top / "sub")
    (top / "sub").mkdir()
    hinted(hints, lambda _files, folders, _lost: str(top / "sub") in folders)
    time.sleep(0.2)
    hints.take()
    (top / "sub" / "x.txt").write_text("x")
    hinted(hints, lambda files, _folders, _lost: str(top / "sub" / "x.txt") in files)


def test_what_is_hidden_or_the_stores_own_is_not_hinted_at(watches, hints, top):
    for folder in (top / ".git", top / "home"):
        folder.mkdir()
        (folder / "x").write_text("x")
    (top / ".hidden").write_text("x")
    (top / "seen.txt").write_text("x")
    files, folders, _ = hinted(hints, lambda files, _folders, _lost: files.get(str(top / "seen.txt")))
    assert list(files) == [str(top / "seen.txt")]
    assert folders == set()


def test_a_root_that_goes_is_hinted_at(watches, hints, top):
    shutil.rmtree(top)
    hinted(hints, lambda _files, folders, _lost: str(top) in folders)


def test_a_root_may_be_a_link(hints, top, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(top)
    watching = FolderWatches(hints, "/nowhere")
    try:
        assert watching.watch(str(link)) == 2
        assert watching.watch(str(link)) == 0
        (top / "sub" / "x.txt").write_text("x")
        hinted(hints, lambda files, _folders, _lost: str(link / "sub" / "x.txt") in files)
    finally:
        watching.close()


def test_names_that_are_no_text(watches, hints, top):
    path = os.fsdecode(os.fsencode(top) + b"/\xff\n.txt")
    Path(path).touch()
    hinted(hints, lambda files, _folders, _lost: files.get(path))


def test_a_full_queue_is_noticed(watches, hints, top):
    """The kernel's reader is held up meanwhile: by a lock that it needs for every event."""
    most = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    if most > 20_000:
        pytest.skip("the queue is long here")
    with watches._lock:
        (top / "first.txt").write_text("x")
        time.sleep(0.1)
        number = 0
        while number < most:
            for name in ("a", "b"):
                os.utime(top / "sub", (number, number))
                (top / "sub" / name).touch()
            number += 4
    hinted(hints, lambda _files, _folders, lost: lost, seconds=30)


def exhausted(self, path, mask, callback, id_):
    raise OSError(errno.ENOSPC, "inotify watch limit reached")


def test_watches_that_run_out_are_noticed(watches, hints, top, monkeypatch):
    monkeypatch.setattr(InotifyFD, "add_callback", exhausted)
    with pytest.raises(Exhausted):
        watches.watch(str(top / "another"))
    (top / "told before").mkdir()
    _, _, lost = hinted(hints, lambda _files, folders, _lost: str(top / "told before") in folders)
    assert not lost


def test_a_folder_for_which_no_watch_is_left_means_that_events_are_lost(watches, hints, top, monkeypatch):
    monkeypatch.setattr(InotifyFD, "add_callback", exhausted)
    (top / "late").mkdir()
    hinted(hints, lambda _files, _folders, lost: lost)


def test_a_lookout_without_watches_polls_and_says_so(hints, top, tmp_path, monkeypatch):
    lookout = Lookout(hints, tmp_path / "home")
    monkeypatch.setattr(InotifyFD, "add_callback", exhausted)
    lookout.open([top])
    assert "max_user_watches" in lookout.polled[str(top)]

    def none_left(_self):
        raise OSError(errno.EMFILE, "inotify instance limit reached")

    monkeypatch.setattr(InotifyFD, "_create_inotify_fd", none_left)
    lookout.open([top])
    assert "max_user_watches" in lookout.polled[str(top)]
    lookout.close()


def test_an_event_of_a_watch_that_is_gone_means_nothing(watches, hints):
    watches.happened(InotifyEvent(9999, 0x100, 0, b"x"))
    watches.forget(9999)
    taken = hints.take()
    assert (taken.files, taken.folders, taken.lost) == ({}, frozenset(), False)


def test_the_observer_of_other_systems_gives_the_same_hints(hints, top, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(top)
    watching = ObservedFolders(hints, str(top / "home"))
    try:
        assert watching.watch(str(link)) == 1
        (top / "home").mkdir()
        (top / "home" / "alice.db").write_text("x")
        (top / ".hidden").write_text("x")
        (top / "sub" / "x.txt").write_text("x")
        path = str(link / "sub" / "x.txt")
        files, _, _ = hinted(hints, lambda files, _folders, _lost: files.get(path))
        assert set(files) == {path}
        (top / "sub").rename(top / "moved")
        moved = {str(link / "sub"), str(link / "moved")}
        hinted(hints, lambda _files, folders, _lost: moved <= folders)
    finally:
        watching.close()
