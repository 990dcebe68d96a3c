"""The file side of undo: what a command moved to the trash or from it goes back the way it came."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alice_core.events import Event
from alice_core.events.library_facts import Restored, Trashed
from alice_core.library.discarding import wastebasket
from alice_core.library.discarding.thrown import record_returned, record_thrown
from alice_core.library.discarding.trash import put_in, take_out
from alice_core.library.discarding.wastebasket import Slip
from alice_core.media.files import path_said
from alice_core.store import Location, Reader, Store, UnitOfWork
from alice_core.store.labels import TrashItem


@dataclass(frozen=True, slots=True)
class Moved:
    """A file that was moved and is still to be recorded: out of the trash to a place, or into it."""

    item: TrashItem
    place: Location | None = None
    slip: Slip | None = None


def move(store: Store, events: Sequence[Event], days: int) -> dict[str, Moved]:
    """Move back the files that events tell of, as far as they are where those left them; the trash must be held."""
    moved: dict[str, Moved] = {}
    for event in events:
        fact = event.payload
        with store.reading() as reader:
            item = _item(reader, fact) if isinstance(fact, Trashed) else None
            place = _place(reader, fact) if isinstance(fact, Restored) else None
        if item is not None and os.path.lexists(store.folder / item.kept):
            moved[event.id] = Moved(item, place=take_out(store, item, item.path))
        elif place is not None:
            slip = put_in(store, place.path, place.digest, days)
            moved[event.id] = Moved(slip.item, slip=slip)
    return moved


def can_move(reader: Reader, event: Event) -> bool:
    """Whether the file that an event tells of is where it left it."""
    fact = event.payload
    if isinstance(fact, Trashed):
        return _item(reader, fact) is not None
    return isinstance(fact, Restored) and _place(reader, fact) is not None


def record(work: UnitOfWork, moved: Moved, causation: str) -> None:
    """Record one move, as the answer to an event."""
    if moved.place is not None:
        record_returned(work, ((moved.item, moved.place),), answers={moved.item.id: causation})
    else:
        record_thrown(work, (moved.item,), answers={moved.item.id: causation})


def settle(store: Store, moved: Mapping[str, Moved]) -> None:
    """Let the notes in the trash say what the store has committed."""
    for one in moved.values():
        if one.slip is not None:
            wastebasket.finish(store.folder, one.slip)
        else:
            wastebasket.clear(store.folder, one.item)


def _item(reader: Reader, fact: Trashed) -> TrashItem | None:
    return reader.labels.thrown((fact.item,)).get(fact.item)


def _place(reader: Reader, fact: Restored) -> Location | None:
    places = (one for one in reader.places.of(fact.digest) if path_said(one.path) == fact.path)
    return next((one for one in places if one.holds()), None)
