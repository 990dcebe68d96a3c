"""Whether the log is what was written: its chain walked from the first event, and against signed checkpoints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from alice_core.errors import Conflict
from alice_core.events.chain import START, link
from alice_core.events.checkpoint import Checkpoint, is_signed
from alice_core.progress import SILENT, Progress
from alice_core.store.store import Store

_PAGE = 5000
_COLUMNS = (
    "position, id, type, schemaversion, source, subject, time, actor, project, correlation, causation,"
    " data, erased, hash"
)
_ROWS = f"SELECT {_COLUMNS} FROM events WHERE position > %s ORDER BY position LIMIT {_PAGE}"  # noqa: S608 - our own names


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
                for row in rows:
                    *covered, said = row
                    fault = _fault_of(position, before, covered, bytes(said) if said is not None else None)
                    if fault is None and (point := awaited.get(position + 1)) and point.hash != bytes(said).hex():
                        fault = _at(covered, f"the chain was written anew: a checkpoint of {point.time} says otherwise")
                    if fault is not None:
                        return Verdict(position, unsealed, erased, agreeing, before.hex(), fault, warnings)
                    position, before = position + 1, bytes(said)
                    erased += covered[-1] is not None
                    agreeing += position in awaited
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
    query = _ROWS if connection.dialect.name == "postgresql" else _ROWS.replace("%s", "?")
    cursor = driver.cursor()
    try:
        position = -1
        while rows := cursor.execute(query, (position,)).fetchall():
            yield rows
            position = rows[-1][0]
    finally:
        cursor.close()


def _fault_of(position: int, before: bytes, covered: Sequence[object], said: bytes | None) -> Fault | None:
    if said is not None and covered[0] == position + 1 and link(before, covered) == said:
        return None
    if not isinstance(covered[0], int) or covered[0] <= 0:
        return _at(covered, "its position is none that a log gives")
    if covered[0] != position + 1:
        missing = f"{position + 1}" if covered[0] == position + 2 else f"{position + 1} to {covered[0] - 1}"
        return Fault(position + 1, f"an event was taken out: position {missing} is missing before the next one")
    return _at(covered, "it is not what was written, or it was put in, moved, or follows one that was taken out")


def _at(covered: Sequence[object], what: str) -> Fault:
    position, event, kind, _, _, _, time, *_ = covered
    return Fault(position if isinstance(position, int) else 0, what, str(event), str(kind), str(time))
