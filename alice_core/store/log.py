"""Reading the log of events: in order, from a cursor, at least once."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, func, select

from alice_core.events import Event, decode
from alice_core.store.tables import EventRow

_MANY = 500
_COLUMNS = [column for column in EventRow.__table__.columns if column.key not in {"hash", "xid"}]


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events are wanted; every given part must hold.

    Attributes:
        type: A type, or a pattern with ``*``; ``library.*`` is short for ``alice.library.*``.
        project: Name of a project.
        since: RFC 3339 time from which on.
        subject: Exactly this subject.
    """

    type: str | None = None
    project: str | None = None
    since: str | None = None
    subject: str | None = None


class EventLog:
    """The committed events of a store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def after(self, seq: int, *, wanted: EventFilter | None = None, limit: int = 500) -> tuple[Event, ...]:
        """The next events after a cursor, oldest first, lifted to their newest version."""
        query = select(*_COLUMNS).where(EventRow.seq > seq).order_by(EventRow.seq).limit(limit)
        return tuple(_event(row) for row in self._connection.execute(_where(query, wanted)).mappings())

    def following(self, position: int, *, wanted: EventFilter | None = None, limit: int = 500) -> tuple[Event, ...]:
        """The next events after a position, in the order of commits, lifted to their newest version.

        Whoever keeps the position of the last one and asks again misses none: an event that is committed
        late is given a later position. On PostgreSQL :meth:`alice_core.store.Store.seal` gives positions.
        """
        query = select(*_COLUMNS).where(EventRow.position > position).order_by(EventRow.position).limit(limit)
        return tuple(_event(row) for row in self._connection.execute(_where(query, wanted)).mappings())

    def position(self) -> int:
        """The position of the newest event that has one, 0 in an empty log."""
        return self._connection.scalar(select(func.max(EventRow.position))) or 0

    def position_before_last(self, count: int, *, wanted: EventFilter | None = None) -> int:
        """The position after which the newest ``count`` wanted events lie."""
        if count <= 0:
            return self.position()
        query = _where(select(EventRow.position).where(EventRow.position.is_not(None)), wanted)
        found = [one for one in self._connection.scalars(query.order_by(EventRow.position.desc()).limit(count)) if one]
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
        """What an actor did of certain types, newest first.

        Args:
            actor: Who did it.
            types: Whole names of event types.
            before: Only events that lie before this cursor.
            correlation: Only events of that command.
            limit: At most so many; ``None`` for all.
        """
        query = select(*_COLUMNS).where(EventRow.actor == actor, EventRow.type.in_(types))
        query = query if before is None else query.where(EventRow.seq < before)
        query = query if correlation is None else query.where(EventRow.correlation == correlation)
        query = query.order_by(EventRow.seq.desc()).limit(limit)
        return tuple(_event(row) for row in self._connection.execute(query).mappings())


def _where(query: Select[Any], wanted: EventFilter | None) -> Select[Any]:
    if wanted is None:
        return query
    if wanted.type:
        full = wanted.type if wanted.type.startswith("alice.") else f"alice.{wanted.type}"
        query = query.where(EventRow.type.like(_pattern(full), escape="\\"))
    if wanted.project:
        query = query.where(EventRow.project == wanted.project)
    if wanted.since:
        query = query.where(EventRow.time >= wanted.since)
    if wanted.subject:
        query = query.where(EventRow.subject == wanted.subject)
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
            data=json.loads(row["data"]),
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
