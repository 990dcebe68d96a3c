"""The trash: the one thing that moves files of the user's, and only when asked; everything can come back.

What is put there is kept for some days (the setting ``trash.days``); only :func:`empty` and
:mod:`alice_core.library.discarding.gc` delete, and only what is older.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alice_core.errors import AliceError, NotFound, UsageError
from alice_core.ids import uuid7
from alice_core.library.discarding import wastebasket
from alice_core.library.discarding.mending import trash_alone
from alice_core.library.discarding.throwing import Target, targets
from alice_core.library.discarding.thrown import place_of, record_purged, record_returned, record_thrown
from alice_core.library.discarding.wastebasket import Slip
from alice_core.library.show import resolve
from alice_core.media.files import path_said
from alice_core.progress import SILENT, Progress
from alice_core.store import Location, Store
from alice_core.store.catalogue import ingest, lose_locations
from alice_core.store.files import read_file
from alice_core.store.labels import TrashItem
from alice_core.store.numbers import stamp

DAYS = 30
"""For how many days a file is kept in the trash, unless the settings say otherwise."""

_BATCH = 64


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in the trash, or on its way there or back.

    Attributes:
        item: What is known of it.
        size: In bytes.
        expired: Whether it has been there long enough.
        returned: Where it is after it came back.
    """

    item: TrashItem
    size: int
    expired: bool = False
    returned: Path | None = None


def throw(
    store: Store,
    names: Sequence[str],
    *,
    days: int = DAYS,
    companions: bool = False,
    dry_run: bool = False,
    progress: Progress = SILENT,
) -> tuple[Kept, ...]:
    """Put files into the trash, some at a time; a kill at any moment loses nothing.

    Args:
        store: The store.
        names: A file means that file alone; a digest, or the start of one, all known files of that asset.
        days: For how long they are kept.
        companions: Whether the files of the same result go with an asset that is named by its digest.
        dry_run: Only tell what would go.
        progress: Who wants to know.

    Raises:
        NotFound: Nothing is known of a name, or no file of it is there; nothing was moved then.
        UsageError: A name is a folder, or a file of the store itself.
        ExportError: A file cannot be moved; it and the following are where they were.
    """
    aim = targets(store, names, companions=companions)
    if dry_run:
        moment = datetime.now(UTC)
        return tuple(Kept(_new_item(one.path, one.digest or "", moment, days), one.size) for one in aim.files)
    done: list[Kept] = []
    with trash_alone(store, progress):
        if aim.lost:
            lose_locations(store, aim.lost)
        with progress.stage("putting files into the trash", len(aim.files), "files") as stage:
            for start in range(0, len(aim.files), _BATCH):
                done += _throw_some(store, aim.files[start : start + _BATCH], days)
                stage.advance(len(aim.files[start : start + _BATCH]))
    return tuple(done)


def restore(
    store: Store, names: Sequence[str], *, to: Path | None = None, dry_run: bool = False, progress: Progress = SILENT
) -> tuple[Kept, ...]:
    """Put files of the trash back to where they were, or somewhere else; nothing is ever overwritten.

    Where the old path is taken by another file, a free name beside it is chosen.

    Args:
        store: The store.
        names: Items of the trash, the paths they had, or digests (or the starts of either).
        to: Where to put them instead: a folder, or a path for a single file.
        dry_run: Only tell where they would go, as far as the old paths are free.
        progress: Who wants to know.

    Raises:
        NotFound: Nothing of that name is in the trash; nothing was moved then.
        UsageError: Several files shall become one, or an item's start fits several.
        ExportError: A file cannot be put there; it stays in the trash.
    """
    if dry_run:
        return tuple(Kept(one.item, one.size, returned=_wanted(one.item, to)) for one in _found(store, names, to))
    done: list[Kept] = []
    with trash_alone(store, progress):
        found = _found(store, names, to)
        with progress.stage("restoring", len(found), "files") as stage:
            for start in range(0, len(found), _BATCH):
                done += _restore_some(store, found[start : start + _BATCH], to)
                stage.advance(len(found[start : start + _BATCH]))
    return tuple(done)


def in_trash(store: Store, *, now: datetime | None = None) -> tuple[Kept, ...]:
    """What is in the trash, newest first."""
    moment = stamp(now or datetime.now(UTC))
    with store.reading() as reader:
        items = reader.labels.trash()
    return tuple(Kept(item, _size(store, item), expired=item.until <= moment) for item in items)


def empty(
    store: Store,
    *,
    everything: bool = False,
    dry_run: bool = False,
    now: datetime | None = None,
    progress: Progress = SILENT,
) -> tuple[Kept, ...]:
    """Delete for good what has been in the trash long enough, or everything in it; gives what went.

    An item whose file somebody else has removed goes too.
    """
    if dry_run:
        return _expired(store, now, everything=everything)
    with trash_alone(store, progress):
        going = _expired(store, now, everything=everything)
        for one in going:
            wastebasket.delete_file(store.folder, one.item)
        if going:
            record_purged(store, [(one.item, one.size) for one in going])
        for one in going:
            wastebasket.clear(store.folder, one.item)
    return going


def put_in(store: Store, path: Path, digest: str, days: int = DAYS) -> Slip:
    """Move one file into the trash; the trash must be held, and the caller records it and finishes the slip."""
    slip = wastebasket.slip_for(path, _new_item(path, digest, datetime.now(UTC), days))
    wastebasket.begin(store.folder, slip)
    try:
        wastebasket.throw_file(store.folder, slip)
    except AliceError:
        _put_back(store, slip)
        raise
    return slip


def take_out(store: Store, item: TrashItem, wanted: Path) -> Location:
    """Move one file out of the trash; the trash must be held, and the caller records it and clears the item."""
    slip = wastebasket.note_of(store.folder, item)
    if slip is None:
        slip = wastebasket.slip_for(store.folder / item.kept, item)
    _, path = wastebasket.return_file(store.folder, slip, wanted)
    return place_of(path, item.digest, stamp(datetime.now(UTC)))


def _new_item(path: Path, digest: str, moment: datetime, days: int) -> TrashItem:
    number = uuid7()
    kept = wastebasket.kept_at(number, path.name, stamp(moment))
    return TrashItem(number, digest, path, kept, stamp(moment), stamp(moment + timedelta(days=days)))


def _known(store: Store, target: Target) -> str:
    """The digest of a file that is to go; one that is not known yet is taken in first."""
    if target.digest is not None:
        return target.digest
    found = read_file(target.path)
    ingest(store, found)
    return found.digest


def _throw_some(store: Store, files: Sequence[Target], days: int) -> list[Kept]:
    """Throw some files and record it in one transaction; what was moved before one of them failed is recorded too."""
    slips: list[Slip] = []
    try:
        for one in files:
            slips.append(put_in(store, one.path, _known(store, one), days))  # noqa: PERF401 - kept when the next fails
    finally:
        _record(store, slips)
    return [Kept(slip.item, slip.size) for slip in slips]


def _record(store: Store, slips: Sequence[Slip]) -> None:
    if not slips:
        return
    try:
        record_thrown(store, [slip.item for slip in slips])
    except AliceError:
        for slip in slips:
            _put_back(store, slip)
        raise
    for slip in slips:
        wastebasket.finish(store.folder, slip)


def _restore_some(store: Store, found: Sequence[Kept], to: Path | None) -> list[Kept]:
    back: list[tuple[Kept, Location]] = []
    try:
        for one in found:
            back.append((one, take_out(store, one.item, _wanted(one.item, to))))  # noqa: PERF401 - see above
    finally:
        if back:
            record_returned(store, [(one.item, place) for one, place in back])
            for one, _ in back:
                wastebasket.clear(store.folder, one.item)
    return [Kept(one.item, one.size, returned=place.path) for one, place in back]


def _put_back(store: Store, slip: Slip) -> None:
    """A throw that failed: whatever was moved goes back."""
    if os.path.lexists(store.folder / slip.item.kept):
        wastebasket.return_file(store.folder, slip, slip.item.path)
    wastebasket.clear(store.folder, slip.item)


def _found(store: Store, names: Sequence[str], to: Path | None) -> tuple[Kept, ...]:
    items = {one.item.id: one for one in in_trash(store)}
    chosen: dict[str, Kept] = {}
    for name in names:
        for item in _named(store, name, [one.item for one in items.values()]):
            chosen[item.id] = items[item.id]
    for one in chosen.values():
        if not os.path.lexists(store.folder / one.item.kept):
            message = f"the file of {path_said(one.item.path)} is no longer in the trash"
            raise NotFound(message, hint="Somebody else removed it; take it off the list with: alice gc")
    if to is not None and len(chosen) > 1 and not to.is_dir():
        raise UsageError(f"{len(chosen)} files cannot become one", hint="Name a folder that is there with --to.")
    return tuple(chosen.values())


def _named(store: Store, name: str, items: Sequence[TrashItem]) -> list[TrashItem]:
    path = Path(name).expanduser().absolute()
    fitting = [item for item in items if item.path == path][:1] or [item for item in items if item.id == name]
    if fitting:
        return fitting
    fitting = [item for item in items if item.id.startswith(name.lower())]
    if len(fitting) > 1:
        raise UsageError(f"{name!r} is the start of several items", hint="Type more of it; see alice trash --list.")
    if fitting:
        return fitting
    try:
        digest = resolve(store, name)
    except NotFound:
        digest = ""
    fitting = [item for item in items if item.digest == digest]
    if not fitting:
        raise NotFound(f"{name!r} is not in the trash", hint="See what is: alice trash --list")
    return fitting


def _wanted(item: TrashItem, to: Path | None) -> Path:
    if to is None:
        return item.path
    target = to.expanduser().absolute()
    return target / item.path.name if target.is_dir() else target


def _size(store: Store, item: TrashItem) -> int:
    try:
        return (store.folder / item.kept).lstat().st_size
    except OSError:
        return 0


def _expired(store: Store, now: datetime | None, *, everything: bool) -> tuple[Kept, ...]:
    return tuple(
        one
        for one in in_trash(store, now=now)
        if everything or one.expired or not os.path.lexists(store.folder / one.item.kept)
    )
