"""Finishing, or taking back, what was under way to the trash or from it when a process was killed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from alice_core.library.discarding import wastebasket
from alice_core.library.discarding.thrown import place_of, record_returned, record_thrown
from alice_core.library.discarding.wastebasket import Slip
from alice_core.media.digest import digest_of_file
from alice_core.progress import SILENT, Progress
from alice_core.store import Store
from alice_core.store.locks import alone
from alice_core.store.numbers import stamp


@dataclass(frozen=True, slots=True)
class Mended:
    """What became of moves that were left unfinished.

    Attributes:
        thrown: Files that are in the trash now; where they were.
        returned: Files that are back from it; where they are.
        stayed: Files whose move had not really begun; where they are.
    """

    thrown: tuple[Path, ...]
    returned: tuple[Path, ...]
    stayed: tuple[Path, ...]


@contextmanager
def trash_alone(store: Store, progress: Progress = SILENT) -> Iterator[Mended]:
    """Hold the trash against all other processes; what was left unfinished there is put in order first."""
    folder = store.folder / wastebasket.FOLDER
    with alone(store.folder, folder, lambda: progress.note("waiting for another process that uses the trash")):
        yield mend(store)


def mend(store: Store) -> Mended:
    """Put unfinished moves in order; nothing is lost, whenever they were stopped. The trash must be held."""
    thrown: list[Path] = []
    returned: list[Path] = []
    stayed: list[Path] = []
    for slip in wastebasket.under_way(store.folder):
        with store.reading() as reader:
            known = slip.item.id in reader.labels.thrown((slip.item.id,))
            asset = slip.item.digest in reader.assets.known((slip.item.digest,))
        if known and _has_returned(store, slip):
            returned.append(_complete_return(store, slip))
        elif known:
            _give_up_return(store, slip)
        elif asset and _was_moved(store, slip):
            _complete_throw(store, slip)
            thrown.append(slip.item.path)
        elif asset:
            _give_up_throw(store, slip)
            stayed.append(slip.item.path)
    thrown += _remember(store)
    return Mended(tuple(thrown), tuple(returned), tuple(stayed))


def _remember(store: Store) -> list[Path]:
    """Record files that lie in the trash and that the store knows nothing of; clear what is left of deleted ones."""
    notes = wastebasket.settled(store.folder)
    with store.reading() as reader:
        unknown = [notes[item] for item in notes.keys() - reader.labels.thrown(list(notes)).keys()]
        slips = [wastebasket.read_note(note) for note in sorted(unknown)]
        assets = reader.assets.known(slip.item.digest for slip in slips)
    again = [slip.item for slip in slips if os.path.lexists(_kept(store, slip)) and slip.item.digest in assets]
    if again:
        record_thrown(store, again)
    for slip in slips:
        wastebasket.clear(store.folder, slip.item)
    return [item.path for item in again]


def _kept(store: Store, slip: Slip) -> Path:
    return store.folder / slip.item.kept


def _was_moved(store: Store, slip: Slip) -> bool:
    """Whether the file has left its place; a copy on another device may be whole while the file is still there."""
    return os.path.lexists(_kept(store, slip)) and not slip.is_of(slip.item.path)


def _complete_throw(store: Store, slip: Slip) -> None:
    wastebasket.throw_sidecar(store.folder, slip)
    record_thrown(store, (slip.item,))
    wastebasket.finish(store.folder, slip)


def _give_up_throw(store: Store, slip: Slip) -> None:
    """Nothing left its place: what is in the trash is at most a copy of what is still there."""
    if slip.is_of(slip.item.path):
        _kept(store, slip).unlink(missing_ok=True)
    wastebasket.clear(store.folder, slip.item)


def _has_returned(store: Store, slip: Slip) -> bool:
    if slip.returning is None or not slip.returning.is_file():
        return False
    kept = _kept(store, slip)
    return not os.path.lexists(kept) or wastebasket.same_file(kept, slip.returning)


def _complete_return(store: Store, slip: Slip) -> Path:
    path = slip.returning or slip.item.path
    wastebasket.complete_return(store.folder, slip)
    place = place_of(path, slip.item.digest, stamp(datetime.now(UTC)))
    if digest_of_file(path) != slip.item.digest:
        # It was written to since it came back: with a stat that does not vouch for it, it will be read again.
        place = replace(place, mtime_ns=0)
    record_returned(store, ((slip.item, place),))
    wastebasket.clear(store.folder, slip.item)
    return path


def _give_up_return(store: Store, slip: Slip) -> None:
    wastebasket.forget_return(store.folder, slip)
    wastebasket.finish(store.folder, slip)
