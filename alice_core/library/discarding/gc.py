"""What the store's own folder holds that nothing needs any more: found, told, and deleted.

Only files inside the store's folder go, and never one that a process may still be working with.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from alice_core.events.library_facts import Purged
from alice_core.library.discarding import trash
from alice_core.library.discarding.mending import trash_alone
from alice_core.library.discarding.wastebasket import FOLDER
from alice_core.media.digest import is_digest
from alice_core.media.files import is_left_part, path_said
from alice_core.progress import SILENT, Progress
from alice_core.store import Reader, Store, UnitOfWork, operation
from alice_core.store.locks import is_held, remove_unheld
from alice_core.store.numbers import stamp
from alice_core.store.wanted import State, Wanted

GRACE_SECONDS = 24 * 3600
"""What was written or linked within so many seconds is left alone: a process may be about to record it."""

_BLOBS, _THUMBS, _LOCKS = "blobs", "thumbs", "locks"


@dataclass(frozen=True, slots=True)
class Waste:
    """A file that nothing needs.

    Attributes:
        kind: What sort of file it is.
        path: The file.
        size: In bytes.
        digest: Whose bytes it holds or shows, where that is known.
    """

    kind: Literal["trash", "blob", "thumbnail", "part", "lock"]
    path: Path
    size: int
    digest: str | None = None


def collect(
    store: Store,
    *,
    dry_run: bool = False,
    grace: float = GRACE_SECONDS,
    now: datetime | None = None,
    progress: Progress = SILENT,
) -> tuple[Waste, ...]:
    """Delete what nothing needs: expired trash, copies of unknown or trashed assets, leavings; gives what went.

    Args:
        store: The store.
        dry_run: Only tell what would go.
        grace: What was written or linked within so many seconds is left alone.
        now: The moment at which the trash is looked at.
        progress: Who wants to know.
    """
    if dry_run:
        return (*_thrown(store, trash.empty(store, dry_run=True, now=now)), *_waste(store, grace, now, progress))
    with progress.stage("deleting what nothing needs"):
        going = _thrown(store, trash.empty(store, now=now, progress=progress))
        with trash_alone(store, progress):
            gone = [one for one in _waste(store, grace, now, progress) if _delete(one, grace)]
            if gone:
                record_collected(store, gone)
    return (*going, *gone)


@operation("library.collect", emits=(Purged,), permission="asset.trash")
def record_collected(work: UnitOfWork, gone: Sequence[Waste]) -> None:
    """Record that files of the store's own were deleted for good."""
    work.places.forget([one.path for one in gone if one.kind == "blob"])
    for one in gone:
        fact = Purged(digest=one.digest or "", path=path_said(one.path), size=one.size, item=None)
        work.emit(fact, subject=one.digest or path_said(one.path))


def _thrown(store: Store, items: Sequence[trash.Kept]) -> tuple[Waste, ...]:
    return tuple(Waste("trash", store.folder / one.item.kept, one.size, one.item.digest) for one in items)


def _delete(one: Waste, grace: float) -> bool:
    if one.kind == "lock":
        return remove_unheld(one.path)
    if one.kind == "blob" and os.path.lexists(one.path) and not _is_quiet(one.path, grace):
        return False
    one.path.unlink(missing_ok=True)
    return True


def _waste(store: Store, grace: float, now: datetime | None, progress: Progress) -> tuple[Waste, ...]:
    with progress.stage("looking what nothing needs"), store.reading() as reader:
        needless = _needless(reader, now)
        copies = list(_needless_copies(store, reader, needless, grace))
        met = {one.path for one in copies}
        found = [one for one in _walk(store, reader, needless, grace) if one.path not in met]
    return (*copies, *found)


def _needless(reader: Reader, now: datetime | None) -> frozenset[str]:
    """The digests of trashed assets of which the trash holds nothing, or only what has expired."""
    moment = stamp(now or datetime.now(UTC))
    kept = {item.digest for item in reader.labels.trash() if item.until > moment}
    trashed = reader.assets.numbered(reader.search.numbers(Wanted(State("trashed"))))
    return frozenset(asset.digest for asset in trashed if asset.digest not in kept)


def _needless_copies(store: Store, reader: Reader, needless: frozenset[str], grace: float) -> Iterator[Waste]:
    """Copies of the store's own that are known, and of which only the trash reminds."""
    blobs = store.folder / _BLOBS
    for digest, places in reader.places.of_many(needless).items():
        for place in places:
            if not place.path.is_relative_to(blobs):
                continue
            if not os.path.lexists(place.path):
                yield Waste("blob", place.path, 0, digest)
            elif _is_quiet(place.path, grace):
                yield Waste("blob", place.path, place.path.lstat().st_size, digest)


def _walk(store: Store, reader: Reader, needless: frozenset[str], grace: float) -> Iterator[Waste]:
    """Leavings in the store's folder; the trash keeps itself in order."""
    home = store.folder
    parts: list[Waste] = []
    named: dict[str, list[Path]] = {_BLOBS: [], _THUMBS: []}
    for above, folders, names in os.walk(home):
        if Path(above) == home and FOLDER in folders:
            folders.remove(FOLDER)
        top = Path(above).relative_to(home).parts[:1]
        for name in names:
            path = Path(above, name)
            if is_left_part(path):
                parts.append(Waste("part", path, path.lstat().st_size))
            elif top and top[0] in named:
                named[top[0]].append(path)
    yield from parts
    yield from _unknown(reader, named[_BLOBS], "blob", lambda path: _is_quiet(path, grace), needless)
    yield from _unknown(reader, named[_THUMBS], "thumbnail", lambda _: True, frozenset())
    for lock in sorted((home / _LOCKS).glob("*.lock")):
        if _is_quiet(lock, grace) and not is_held(lock):
            yield Waste("lock", lock, lock.lstat().st_size)


def _unknown(
    reader: Reader,
    paths: Sequence[Path],
    kind: Literal["blob", "thumbnail"],
    is_idle: Callable[[Path], bool],
    needless: frozenset[str],
) -> Iterator[Waste]:
    """Files named by a digest that nobody knows; a copy of a known asset stays, also where it lost its place."""
    digests = {path: f"sha256:{path.name.partition('.')[0]}" for path in paths}
    known = reader.assets.known(digest for digest in digests.values() if is_digest(digest))
    for path, digest in sorted(digests.items()):
        if is_digest(digest) and (digest not in known or digest in needless) and is_idle(path):
            yield Waste(kind, path, path.lstat().st_size, digest)


def _is_quiet(path: Path, grace: float) -> bool:
    found = path.lstat()
    return time.time() - max(found.st_mtime, found.st_ctime) > grace
