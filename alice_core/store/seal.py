"""Appending events to the log in a hash chain, and on PostgreSQL giving them their place after the commit.

SQLite has one writer at a time, so the order of rows is the order of commits: position and hash are written
in the transaction itself. PostgreSQL has many. An event with a lower number may be committed after one with a
higher number, and a chain kept inside the transactions would make them all wait for each other (measured:
seven times slower with eight writers). So events are committed without a place there, and the *sealer* gives them one:
in the order of their transactions, and only those of transactions before the oldest one that is still open
(``pg_snapshot_xmin``), so that none can come later and belong before. Readers go by position and miss none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, insert, select, text

from alice_core.events import Event
from alice_core.events.chain import START, TEXTS, Texts, head_of, link, payload_digest
from alice_core.store.guard import note_written
from alice_core.store.tables import EventRow

if TYPE_CHECKING:
    import sqlite3

_LOCK = 0x616C6963
"""The advisory lock under which one sealer works at a time ("alic")."""

_PAGE = 1000

_LAST = (
    select(EventRow.position, EventRow.hash)
    .where(EventRow.position.is_not(None))
    .order_by(EventRow.position.desc())
    .limit(1)
)
_INSERT = insert(EventRow)
_TAIL_SQLITE = "SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1"
_INSERT_SQLITE = (
    f"INSERT INTO events (seq, schemaversion, {', '.join(TEXTS)}, data, position, hash)"  # noqa: S608 - our own names
    f" VALUES ({', '.join('?' * (len(TEXTS) + 5))})"
)
_OPEN = text(
    f"SELECT seq, schemaversion, data, erased, {', '.join(TEXTS)}"  # noqa: S608 - see above
    " FROM events WHERE position IS NULL AND (xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
    # Visible, and of a transaction that is still to come: the database was restored from another server.
    " OR xid >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint)"
    " ORDER BY xid, seq LIMIT :limit"
)
_PLACE = text("UPDATE events SET position = :position, hash = :hash WHERE seq = :seq")


def append(connection: Connection, events: Sequence[Event]) -> None:
    """Write events at the end of the log, in the transaction of the change that they tell of."""
    note_written(connection, EventRow.__tablename__)
    if connection.dialect.name != "sqlite":
        connection.execute(_INSERT, [_row(event) for event in events])
        return
    position, before = _tail_of_sqlite(connection)
    rows = []
    for event in events:
        position += 1
        texts, data = _texts(event), event.payload_text
        before = link(before, head_of(position, event.schema, texts), payload_digest(data))
        rows.append((position, event.schema, *texts, data, position, before))
    # Straight to the driver: SQLAlchemy's own way takes longer than everything else here together.
    connection.exec_driver_sql(_INSERT_SQLITE, rows)


def _tail_of_sqlite(connection: Connection) -> tuple[int, bytes]:
    driver = cast("sqlite3.Connection", connection.connection.driver_connection)
    row: tuple[int, bytes] | None = driver.execute(_TAIL_SQLITE).fetchone()
    return row or (0, START)


def seal(connection: Connection) -> int:
    """Give events that every reader may see their position and hash; PostgreSQL only.

    Returns:
        How many were sealed; 0 also when another process is doing it.
    """
    if not connection.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _LOCK}):
        return 0
    position, before = _tail(connection)
    count = 0
    while rows := connection.execute(_OPEN, {"limit": _PAGE}).all():
        values = []
        for seq, schema, data, erased, *texts in rows:
            position += 1
            before = link(
                before, head_of(position, schema, tuple(texts)), payload_digest(data) if erased is None else erased
            )
            values.append({"position": position, "hash": before, "seq": seq})
        connection.execute(_PLACE, values)
        count += len(rows)
    return count


def _tail(connection: Connection) -> tuple[int, bytes]:
    row = connection.execute(_LAST).first()
    return (0, START) if row is None else (row.position, row.hash)


def _texts(event: Event) -> Texts:
    """The values of :data:`alice_core.events.chain.TEXTS`."""
    return (
        event.id,
        event.type,
        event.source,
        event.subject,
        event.time,
        event.actor,
        event.project,
        event.correlation,
        event.causation,
    )


def _row(event: Event) -> dict[str, object]:
    row = dict(zip(TEXTS, _texts(event), strict=True))
    return {**row, "schemaversion": event.schema, "data": event.payload_text}
