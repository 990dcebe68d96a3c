"""What nothing needs in the store's own folder goes; everything else, and every file of the user's, stays."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from filelock import FileLock

from alice_core.events.library_facts import Trashed
from alice_core.library import ingest_paths
from alice_core.library.discarding import gc, trash
from alice_core.library.looking.thumbnails import thumbnail_path
from alice_core.store import OPERATIONS, operation
from alice_core.store.catalogue import ingest
from alice_core.store.files import blob_path, read_file

UNKNOWN = "sha256:" + "ab" * 32


@pytest.fixture
def digest(store, tmp_path):
    """A known file of the user's."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("rain")
    ingest_paths(store, [tmp_path / "in"])
    return read_file(tmp_path / "in" / "a.txt").digest


def own_copy(store, digest, text="rain"):
    """A copy that the store keeps."""
    path = blob_path(store, digest, ".txt")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def collect(store, *, locks=False, **options):
    """What goes when nothing is too young to; locks only where they are asked for."""
    return tuple(one for one in gc.collect(store, grace=-1, **options) if locks or one.kind != "lock")


def test_there_is_nothing_to_delete_in_a_store_that_is_in_use(store, digest):
    ingest(store, read_file(own_copy(store, digest)))
    thumbnail = thumbnail_path(store, digest)
    thumbnail.parent.mkdir(parents=True)
    thumbnail.write_bytes(b"picture")
    (store.folder / "notes.txt").write_text("of somebody")
    assert collect(store, dry_run=True) == ()
    assert collect(store) == ()


def test_leavings_go_and_each_is_told_of(store, digest, events, tmp_path):
    orphan = own_copy(store, UNKNOWN, "nobody's")
    thumbnail = thumbnail_path(store, UNKNOWN)
    thumbnail.parent.mkdir(parents=True)
    thumbnail.write_bytes(b"picture")
    part = store.folder / "blobs" / ".film.mp4.4194304.part.mp4"
    part.write_bytes(b"half")
    ours = store.folder / "blobs" / f".film.mp4.{os.getpid()}.part.mp4"
    ours.write_bytes(b"half")
    lock = store.folder / "locks" / "0123.lock"
    lock.parent.mkdir(exist_ok=True)
    lock.touch()
    held = store.folder / "locks" / "4567.lock"
    with FileLock(held):
        foreseen = collect(store, dry_run=True, locks=True)
        assert all(path.exists() for path in (orphan, thumbnail, part, lock))
        last = len(events())
        gone = {one.path: one for one in collect(store, locks=True)}
        assert {one.path for one in foreseen} <= set(gone)
        assert held.exists()
    assert {gone[path].kind for path in (orphan, thumbnail, part, lock)} == {"blob", "thumbnail", "part", "lock"}
    assert (gone[orphan].digest, gone[orphan].size) == (UNKNOWN, 8)
    assert not any(path.exists() for path in (orphan, thumbnail, part, lock))
    assert ours.exists()
    fresh = events(last)
    assert {one.type for one in fresh} == {"alice.library.purged"}
    assert len(fresh) == len(gone)
    assert (tmp_path / "in" / "a.txt").exists()


def test_what_was_just_written_is_left_to_whoever_writes_it(store, digest):
    orphan = own_copy(store, UNKNOWN)
    assert gc.collect(store) == ()
    assert orphan.exists()


def test_a_copy_of_a_known_asset_stays_even_where_it_lost_its_place(store, digest):
    copy = own_copy(store, digest)
    assert collect(store) == ()
    assert copy.exists()


def test_expired_trash_goes_with_the_copies_that_only_it_reminded_of(store, digest, tmp_path, events):
    trash.throw(store, [digest])
    copy = own_copy(store, digest)
    assert collect(store, dry_run=True) == ()  # as long as it can be restored
    later = datetime.now(UTC) + timedelta(days=31)
    gone = collect(store, now=later)
    assert [(one.kind, one.digest, one.size) for one in gone] == [("trash", digest, 4), ("blob", digest, 4)]
    assert not copy.exists()
    with store.reading() as reader:
        assert reader.assets.get(digest).trashed
    assert collect(store, now=later) == ()


def test_a_known_copy_of_a_trashed_asset_goes_and_is_forgotten(store, digest, tmp_path):
    copy = own_copy(store, digest)
    ingest(store, read_file(copy))

    @operation("test.hide", emits=(Trashed,), permission="test.write")
    def hide(work):
        """Call an asset trashed that has a place, as a second process may."""
        work.assets.set_trashed(digest, work.now)
        work.emit(Trashed(digest=digest, path="", kept="", item="", until=""), subject=digest)

    try:
        hide(store)
    finally:
        del OPERATIONS["test.hide"]
    assert gc.collect(store) == ()
    (gone,) = collect(store)
    assert (gone.kind, gone.path) == ("blob", copy)
    with store.reading() as reader:
        assert {one.path for one in reader.places.of(digest)} == {tmp_path / "in" / "a.txt"}
    assert (tmp_path / "in" / "a.txt").exists()
