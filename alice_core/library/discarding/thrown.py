"""What the store knows of the trash; the files are moved by :mod:`alice_core.library.discarding.wastebasket`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from alice_core.events.library_facts import LocationLost, Purged, Restored, Trashed
from alice_core.media.files import path_said
from alice_core.store import Location, UnitOfWork, operation
from alice_core.store.catalogue import set_root
from alice_core.store.labels import TrashItem
from alice_core.store.numbers import signed

NOTHING: Mapping[str, str] = MappingProxyType({})
"""No event is answered."""


@operation("asset.trash", emits=(Trashed,), permission="asset.trash", undo="asset.restore")
def record_thrown(work: UnitOfWork, items: Sequence[TrashItem], *, answers: Mapping[str, str] = NOTHING) -> None:
    """Record that files lie in the trash; with its last place there, an asset is trashed.

    Args:
        work: The unit of work, or a store.
        items: The files.
        answers: For an item, the event that is taken back by throwing it.
    """
    work.places.forget([item.path for item in items])
    digests = {item.digest for item in items}
    elsewhere = work.places.of_many(digests)
    for digest in digests - elsewhere.keys():
        work.assets.set_trashed(digest, work.now)
    for item in items:
        work.labels.throw(item)
        paths = {"path": path_said(item.path), "kept": path_said(item.kept)}
        fact = Trashed(digest=item.digest, item=item.id, until=item.until, **paths)
        work.emit(fact, subject=item.digest, causation=answers.get(item.id))
    work.texts.refresh(digests)


@operation("asset.restore", emits=(Restored, LocationLost), permission="asset.trash", undo="asset.trash")
def record_returned(
    work: UnitOfWork, back: Sequence[tuple[TrashItem, Location]], *, answers: Mapping[str, str] = NOTHING
) -> None:
    """Record that files of the trash lie at places again; their assets are no longer trashed.

    Args:
        work: The unit of work, or a store.
        back: The files, and where they are.
        answers: For an item, the event that is taken back by its return.
    """
    before = work.places.at_many(place.path for _, place in back)
    now = {str(place.path): place.digest for _, place in back}
    stale = [one for path, one in before.items() if one.digest != now[path]]
    for one in stale:
        work.emit(LocationLost(digest=one.digest, path=path_said(one.path)), subject=one.digest)
    for _, place in back:
        if work.places.root_of(place.path) is None:
            set_root(work, place.path.parent)
    work.places.place([place for _, place in back])
    for item, place in back:
        work.labels.take_back(item.id)
        fact = Restored(digest=item.digest, path=path_said(place.path), kept=path_said(item.kept), item=item.id)
        work.emit(fact, subject=item.digest, causation=answers.get(item.id))
    work.texts.refresh({item.digest for item, _ in back} | {one.digest for one in stale})


@operation("asset.purge", emits=(Purged,), permission="asset.trash")
def record_purged(work: UnitOfWork, items: Sequence[tuple[TrashItem, int]]) -> None:
    """Record that files of the trash, each beside its size, were deleted for good; the assets stay known."""
    for item, size in items:
        work.labels.take_back(item.id)
        fact = Purged(digest=item.digest, path=path_said(item.path), size=size, item=item.id)
        work.emit(fact, subject=item.digest)


def place_of(path: Path, digest: str, now: str) -> Location:
    """The place that a file is, with the stat that vouches for it."""
    found = path.stat()
    inode = signed(found.st_ino)
    return Location(path, digest, found.st_size, found.st_mtime_ns, now, found.st_ctime_ns, inode)
