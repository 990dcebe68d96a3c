"""Reading the log of events: in order, from a cursor, at least once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, or_, select

from alice_core.events import Event, decode
from alice_core.events.envelope import SOURCE, payload_data
from alice_core.store.tables import EventRow

_MANY = 500
_COLUMNS = [column for column in EventRow.__table__.columns if column.key not in {"hash", "xid"}]


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are wanted; every given part must hold.

    Attributes:
        type: A type, or a pattern with ``*``; ``library.*`` means ``alice.library.*`` too.
        project: Name of a project.
        since: RFC 3339 time from which on.
        subject: Exactly this subject.
        actor: Exactly this actor.
        source: Which program published it; ``/alice`` is this one.
    """

    type: str | None = None
    project: str | None = None
    since: str | None = None
    subject: str | None = None
    actor: str | None = None
    source: str | None = None


class EventLog:
    """The committed events of a store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        # On SQLite the number of the row is the position: one index less to write.
        self._place = cast("ColumnElement[int]", EventRow.seq if _is_sqlite(connection) else EventRow.position)

    def after(self, seq: int, *, wanted: EventFilter | None = None, limit: int = 500) -> tuple[Event, ...]:
        """The next events after a cursor, oldest first, lifted to their newest version."""
        query = select(*_COLUMNS).where(EventRow.seq > seq).order_by(EventRow.seq).limit(limit)
        return tuple(_event(row) for row in self._connection.execute(_where(query, wanted)).mappings())

    def following(self, position: int, *, wanted: EventFilter | None = None, limit: int = 500) -> tuple[Event, ...]:
        """The next events after a position, in the order of commits, lifted to their newest version.

        Whoever keeps the position of the last one and asks again misses none: an event that is committed
        late is given a later position. On PostgreSQL :meth:`alice_core.store.Store.seal` gives positions.
        """
        place = self._place
        query = select(*_COLUMNS).where(place > position).order_by(place).limit(limit)
        return tuple(_event(row) for row in self._connection.execute(_where(query, wanted)).mappings())

    def position(self) -> int:
        """The position of the newest event that has one, 0 in an empty log."""
        return self._connection.scalar(select(func.max(self._place))) or 0

    def position_before_last(self, count: int, *, wanted: EventFilter | None = None) -> int:
        """The position after which the newest ``count`` wanted events lie."""
        if count <= 0:
            return self.position()
        place = self._place
        query = _where(select(place).where(place.is_not(None)), wanted)
        found = [one for one in self._connection.scalars(query.order_by(place.desc()).limit(count)) if one]
        return min(found, default=1) - 1

    def unsealed(self) -> int:
        """How many committed events have no position yet; always 0 on SQLite."""
        return self._connection.scalar(select(func.count()).where(EventRow.position.is_(None))) or 0

    def last(self) -> int:
        """The cursor of the newest event, 0 in an empty log."""
        return self._connection.scalar(select(func.max(EventRow.seq))) or 0

    def before_last(self, count: int, *, wanted: EventFilter | None = None) -> int:
        """The cursor after which the newest ``count`` wanted events lie."""
        if count <= 0:
            return self.last()
        query = _where(select(EventRow.seq), wanted).order_by(EventRow.seq.desc()).limit(count)
        return min(self._connection.scalars(query), default=1) - 1

    def with_ids(self, ids: Sequence[str]) -> tuple[Event, ...]:
        """The events of those identifiers, oldest first."""
        found: list[Event] = []
        for start in range(0, len(ids), _MANY):
            query = select(*_COLUMNS).where(EventRow.id.in_(ids[start : start + _MANY]))
            found += [_event(row) for row in self._connection.execute(query).mappings()]
        return tuple(sorted(found, key=lambda event: event.seq or 0))

    def newest(
        self,
        actor: str,
        types: Collection[str],
        *,
        before: int | None = None,
        correlation: str | None = None,
        limit: int | None = 500,
    ) -> tuple[Event, ...]:
        """What an actor did here of certain types, newest first; what came from another log was done elsewhere.

        Args:
            actor: Who did it.
            types: Whole names of event types.
            before: Only events that lie before this cursor.
            correlation: Only events of that command.
            limit: At most so many; ``None`` for all.
        """
        query = select(*_COLUMNS).where(EventRow.actor == actor, EventRow.type.in_(types))
        query = query.where(EventRow.source == SOURCE)
        query = query if before is None else query.where(EventRow.seq < before)
        query = query if correlation is None else query.where(EventRow.correlation == correlation)
        query = query.order_by(EventRow.seq.desc()).limit(limit)
        return tuple(_event(row) for row in self._connection.execute(query).mappings())


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _where(query: Select[Any], wanted: EventFilter | None) -> Select[Any]:
    if wanted is None:
        return query
    if wanted.type:
        whole = wanted.type.startswith("alice.")
        names = (wanted.type,) if whole else (f"alice.{wanted.type}", wanted.type)
        query = query.where(or_(*(EventRow.type.like(_pattern(name), escape="\\") for name in names)))
    if wanted.since:
        query = query.where(EventRow.time >= wanted.since)
    for name in ("project", "subject", "actor", "source"):
        value = getattr(wanted, name)
        if value:
            query = query.where(EventRow.__table__.columns[name] == value)
    return query


def _pattern(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace("*", "%")


def _event(row: RowMapping) -> Event:
    return decode(
        Event(
            id=row["id"],
            type=row["type"],
            schema=row["schemaversion"],
            subject=row["subject"],
            time=row["time"],
            actor=row["actor"],
            data=payload_data(row["data"]),
            project=row["project"],
            correlation=row["correlation"],
            causation=row["causation"],
            seq=row["seq"],
            source=row["source"],
            position=row["position"],
            text=row["data"],
            erased=row["erased"],
        )
    )
