"""Whether the log is what was written: its chain walked from the first event, and against signed checkpoints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from alice_core.errors import Conflict
from alice_core.events.chain import HEAD, START, link, payload_digest
from alice_core.events.checkpoint import Checkpoint, is_signed
from alice_core.progress import SILENT, Progress
from alice_core.store.store import Store

_PAGE = 2000
_ROWS = f"SELECT position, {HEAD}, data, erased, hash FROM events WHERE position > %s ORDER BY position LIMIT {_PAGE}"  # noqa: S608 - our own names
# The rows of SQLite lie in the order of seq, which is the position there: one that differs is none.
_ROWS_SQLITE = (
    f"SELECT CASE WHEN seq = position THEN position ELSE 0 END, {HEAD}, data, erased, hash"  # noqa: S608 - see above
    f" FROM events WHERE seq > ? ORDER BY seq LIMIT {_PAGE}"
)
_ONE = "SELECT id, type, time FROM events WHERE position = %s"


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong.

    Attributes:
        position: Where.
        what: A sentence.
        id: The event's identifier, if there is one at that place.
        type: Its type.
        time: Its time.
    """

    position: int
    what: str
    id: str | None = None
    type: str | None = None
    time: str | None = None

    def to_json(self) -> dict[str, object]:
        """As a JSON object."""
        return {"position": self.position, "what": self.what, "id": self.id, "type": self.type, "time": self.time}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk over the log found.

    Attributes:
        events: How many events are chained.
        unsealed: Committed events that have no place yet (PostgreSQL).
        erased: Events whose payload was erased; the chain covers its digest.
        checkpoints: How many signed checkpoints agree.
        head: The hash of the last event, 64 hexadecimal digits.
        fault: The first thing that is wrong, if anything is.
        warnings: What could not be checked.
    """

    events: int
    unsealed: int
    erased: int
    checkpoints: int
    head: str
    fault: Fault | None = None
    warnings: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return self.fault is None


def verify_chain(
    store: Store,
    checkpoints: Sequence[Checkpoint] = (),
    *,
    key: str | None = None,
    progress: Progress = SILENT,
) -> Verdict:
    """Walk the chain from the first event to the last, and compare it with the checkpoints.

    Found are: a changed byte of any column, an event taken out, put in or moved, a tail that was cut off behind a
    checkpoint, and a chain that was hashed anew from some place on by somebody without the key.

    Args:
        store: The store.
        checkpoints: What is said of the chain, in the order of the file.
        key: The public key that checkpoints must be signed with; others are not believed.
        progress: Told about the events.
    """
    believed, warnings = _believed(checkpoints, key)
    awaited = {one.position: one for one in believed}
    position, before, erased, agreeing = 0, START, 0, 0
    with store.connecting() as connection:
        total = connection.exec_driver_sql("SELECT count(*) FROM events WHERE position IS NOT NULL").scalar() or 0
        unsealed = connection.exec_driver_sql("SELECT count(*) FROM events WHERE position IS NULL").scalar() or 0
        with progress.stage("Walking the chain", total, "events") as stage:
            for rows in _pages(connection):
                for place, head, data, gone, said in rows:
                    found = link(before, head, gone or payload_digest(data))
                    point = awaited.get(place)
                    if found != said or place != position + 1 or (point is not None and point.hash != found.hex()):
                        wrong = _fault_of(connection, position, place, found == said, point)
                        return Verdict(position, unsealed, erased, agreeing, before.hex(), wrong, warnings)
                    position, before = place, found
                    erased += gone is not None
                    agreeing += point is not None
                stage.advance(len(rows))
    newest = max(awaited, default=0)
    fault = None
    if newest > position:
        fault = Fault(
            position + 1,
            f"the tail was cut off: a checkpoint of {awaited[newest].time} knows {newest} events, there are {position}",
        )
    return Verdict(position, unsealed, erased, agreeing, before.hex(), fault, warnings)


def head_of(store: Store) -> tuple[int, bytes]:
    """Position and hash of the newest chained event."""
    query = "SELECT position, hash FROM events WHERE position IS NOT NULL ORDER BY position DESC LIMIT 1"
    with store.connecting() as connection:
        row = connection.exec_driver_sql(query).first()
    return (0, START) if row is None else (row[0], bytes(row[1]))


def _believed(checkpoints: Sequence[Checkpoint], key: str | None) -> tuple[list[Checkpoint], tuple[str, ...]]:
    believed, warnings = [], []
    for number, one in enumerate(checkpoints, 1):
        if key is not None and one.key != key:
            warnings.append(f"Checkpoint {number} is signed with another key ({one.key[:12]}...) and was not believed.")
        elif not is_signed(one):
            warnings.append(f"The signature of checkpoint {number} is wrong; it was not believed.")
        else:
            believed.append(one)
    return believed, tuple(warnings)


def _pages(connection: Connection) -> Iterator[Sequence[tuple[Any, ...]]]:
    """All chained rows by position, straight from the driver: this is a walk over millions of them."""
    driver = connection.connection.driver_connection
    if driver is None:
        raise Conflict("the connection to the store was lost", hint="Run the same command again.")
    query = _ROWS_SQLITE if connection.dialect.name == "sqlite" else _ROWS
    cursor = driver.cursor()
    try:
        position = -1
        while rows := cursor.execute(query, (position,)).fetchall():
            yield rows
            position = rows[-1][0]
    finally:
        cursor.close()


def _fault_of(connection: Connection, position: int, place: int, fits: bool, point: Checkpoint | None) -> Fault:
    """What is wrong at the first place that is not as it should be."""
    if place > position + 1:
        missing = f"{position + 1}" if place == position + 2 else f"{position + 1} to {place - 1}"
        return Fault(position + 1, f"an event was taken out: position {missing} is missing before the next one")
    if place <= position:
        what, place = "the event here has a position that no log gives", position + 1
    elif fits and point is not None:
        what = f"the chain was written anew: a checkpoint of {point.time} says otherwise"
    else:
        what = "it is not what was written, or it was put in, moved, or follows one that was taken out"
    query = _ONE.replace("%s", "?") if connection.dialect.name == "sqlite" else _ONE
    row = connection.exec_driver_sql(query, (place,)).first()
    return Fault(place, what, *(row or ()))
