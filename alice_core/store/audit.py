"""Whether the log is what was written: its chain walked from the first event, and against signed checkpoints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, TypeAlias

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from alice_core.errors import Conflict
from alice_core.events.chain import HEAD_POSTGRESQL, HEAD_SQLITE, START
from alice_core.events.checkpoint import Checkpoint, is_signed
from alice_core.progress import SILENT, Progress
from alice_core.store.store import Store

_PAGE = 2000
_FIRST = -(2**63)
_REST = "data, erased, hash FROM events WHERE"
_POSTGRESQL = f"SELECT position, {HEAD_POSTGRESQL}, {_REST} position > %s ORDER BY position LIMIT {_PAGE}"
# The rows of SQLite lie in the order of seq, which is the position there: one that differs is none.
_SQLITE = f"SELECT CASE WHEN seq = position THEN seq END, {HEAD_SQLITE}, {_REST} seq > ? ORDER BY seq LIMIT {_PAGE}"
_ONE = "SELECT id, type, time FROM events WHERE {} = {}"

Row: TypeAlias = tuple[int | None, bytes | None, bytes | None, bytes | None, bytes | None]
"""Position, head, payload text, digest of an erased payload, and hash, as the driver gives them."""


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
    """

    events: int
    unsealed: int
    erased: int
    checkpoints: int
    head: str
    fault: Fault | None = None

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
    doubts = _doubts(checkpoints, key)
    awaited: dict[int, list[Checkpoint]] = {}
    for number, one in enumerate(checkpoints):
        if number not in doubts:
            awaited.setdefault(one.position, []).append(one)
    position, before, agreeing, fault = 0, START, 0, None
    with store.connecting() as connection:
        total, unsealed, erased = _counts(connection)
        with progress.stage("Walking the chain", total, "events") as stage:
            for rows in _pages(connection):
                first = position
                position, before, agreed, fault = _walked(rows, position, before, awaited)
                agreeing += agreed
                stage.advance(position - first)
                if fault is not None:
                    fault = _named(connection, fault)
                    break
    fault = fault or _cut_off(awaited, position) or next(iter(doubts.values()), None)
    return Verdict(position, unsealed, erased, agreeing, before.hex(), fault)


def head_of(store: Store) -> tuple[int, bytes]:
    """Position and hash of the newest chained event."""
    with store.connecting() as connection:
        order = "seq" if connection.dialect.name == "sqlite" else "position"
        query = f"SELECT position, hash FROM events WHERE position IS NOT NULL ORDER BY {order} DESC LIMIT 1"  # noqa: S608 - see above
        row = connection.exec_driver_sql(query).first()
    return (0, START) if row is None else (row[0], bytes(row[1]))


def _doubts(checkpoints: Sequence[Checkpoint], key: str | None) -> dict[int, Fault]:
    """The checkpoints that cannot be believed, by their number, and why: whoever changes a chain may sign it anew."""
    found = {}
    for number, one in enumerate(checkpoints):
        if key is not None and one.key != key:
            what = f"checkpoint {number + 1} is signed with another key ({one.key[:12]}...) and is not believed"
        elif not is_signed(one):
            what = f"the signature of checkpoint {number + 1} is wrong"
        else:
            continue
        found[number] = Fault(one.position, what)
    return found


def _counts(connection: Connection) -> tuple[int, int, int]:
    """How many events have a position, how many have none, and how many are erased."""
    query = "SELECT count(position), count(*) - count(position), count(erased) FROM events"
    placed, unplaced, erased = connection.exec_driver_sql(query).one()
    return placed, unplaced, erased


def _pages(connection: Connection) -> Iterator[Sequence[Row]]:
    """All chained rows in order, straight from the driver: this is a walk over millions of them."""
    driver: Any = connection.connection.driver_connection
    if driver is None:
        raise Conflict("the connection to the store was lost", hint="Run the same command again.")
    cursor, place = driver.cursor(), _FIRST
    if connection.dialect.name != "sqlite":
        while rows := cursor.execute(_POSTGRESQL, (place,)).fetchall():
            place = rows[-1][0]
            yield [
                (number, head.encode(), data.encode(), None if gone is None else gone.encode(), said and bytes(said))
                for number, head, data, gone, said in rows
            ]
        return
    while rows := _read(driver, cursor, place):
        yield rows
        if rows[-1][0] is None:
            return
        place = rows[-1][0]


def _read(driver: Any, cursor: Any, place: int) -> Sequence[Row]:  # noqa: ANN401 - of the driver of SQLite
    """A page of rows as bytes: a byte that was flipped may leave no UTF-8."""
    usual, driver.text_factory = driver.text_factory, bytes
    try:
        rows: Sequence[Row] = cursor.execute(_SQLITE, (place,)).fetchall()
    finally:
        driver.text_factory = usual
    return rows


def _walked(
    rows: Sequence[Row], position: int, before: bytes, awaited: dict[int, list[Checkpoint]]
) -> tuple[int, bytes, int, Fault | None]:
    """Follow the chain through a page; gives the last place that fits, its hash, and the first thing that does not.

    The hash is that of :func:`alice_core.events.chain.link`, written out here: a call for each of millions of rows
    would take as long again.
    """
    agreeing = 0
    for place, head, data, gone, said in rows:
        if place != position + 1 or head is None or data is None:
            return position, before, agreeing, _misplaced(place, position)
        if type(head) is not bytes or type(data) is not bytes or (gone is not None and data != b"{}"):
            return position, before, agreeing, Fault(place, _CHANGED)
        digest = sha256(data).hexdigest().encode() if gone is None else gone
        found = sha256(before + head + digest).digest()
        if found != said:
            return position, before, agreeing, Fault(place, _CHANGED)
        if place in awaited:
            for point in awaited[place]:
                if point.hash != found.hex():
                    what = f"the chain was written anew: a checkpoint of {point.time} says otherwise"
                    return position, before, agreeing, Fault(place, what)
                agreeing += 1
        position, before = place, found
    return position, before, agreeing, None


_CHANGED = "it is not what was written, or it was put in, moved, or follows one that was taken out"


def _misplaced(place: int | None, position: int) -> Fault:
    if place is not None and place > position + 1:
        missing = f"{position + 1}" if place == position + 2 else f"{position + 1} to {place - 1}"
        return Fault(position + 1, f"an event was taken out: position {missing} is missing before the next one")
    return Fault(position + 1, "the event here has a position that no log gives")


def _cut_off(awaited: dict[int, list[Checkpoint]], position: int) -> Fault | None:
    newest = max(awaited, default=0)
    if newest <= position:
        return None
    time = awaited[newest][0].time
    what = f"the tail was cut off: a checkpoint of {time} knows {newest} events, there are {position}"
    return Fault(position + 1, what)


def _named(connection: Connection, fault: Fault) -> Fault:
    """The fault with the event at its place, if one is there and can be read."""
    sqlite = connection.dialect.name == "sqlite"
    query = _ONE.format("seq" if sqlite else "position", "?" if sqlite else "%s")
    try:
        row = connection.exec_driver_sql(query, (fault.position,)).first()
    except OperationalError:  # SQLite's driver cannot read what is no UTF-8
        row = None
    return fault if row is None else replace(fault, id=str(row[0]), type=str(row[1]), time=str(row[2]))
