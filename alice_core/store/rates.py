"""How much happens: the log counted by type and by hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, LargeBinary, cast, func, select

from alice_core.store.log import EventLog
from alice_core.store.numbers import stamp
from alice_core.store.tables import EventRow

_HOUR = len("2026-11-24T09")


@dataclass(frozen=True, slots=True)
class TypeCount:
    """How often one type of event occurred, and when it did for the last time."""

    type: str
    count: int
    last: str


@dataclass(frozen=True, slots=True)
class LogSize:
    """The whole log.

    Attributes:
        events: How many.
        bytes: Of their payloads as they are stored.
        first: Time of the oldest one, if there is one.
        last: Time of the newest one.
        position: Position of the newest one that has one.
        unsealed: How many have no position yet.
    """

    events: int
    bytes: int
    first: str | None
    last: str | None
    position: int
    unsealed: int


class Rates:
    """How much happens, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def size(self) -> LogSize:
        """The size of the whole log."""
        sqlite = self._connection.dialect.name == "sqlite"
        length = func.length(cast(EventRow.data, LargeBinary)) if sqlite else func.octet_length(EventRow.data)
        columns = (
            func.count(),
            func.coalesce(func.sum(length), 0),
            func.min(EventRow.time),
            func.max(EventRow.time),
        )
        count, size, first, last = self._connection.execute(select(*columns)).one()
        log = EventLog(self._connection)
        return LogSize(count, int(size), first, last, log.position(), log.unsealed())

    def by_type(self, since: str | None = None) -> tuple[TypeCount, ...]:
        """How often each type occurred from a time on, the most frequent first."""
        count = func.count().label("count")
        query = select(EventRow.type, count, func.max(EventRow.time)).group_by(EventRow.type)
        query = query if since is None else query.where(EventRow.time >= since)
        return tuple(TypeCount(*row) for row in self._connection.execute(query.order_by(count.desc(), EventRow.type)))

    def count(self, since: str) -> int:
        """How many events there were from a time on."""
        query = select(func.count()).select_from(EventRow).where(EventRow.time >= since)
        return self._connection.scalar(query) or 0

    def by_hour(self, start: datetime, end: datetime) -> tuple[int, ...]:
        """How many events there were in each hour (of UTC), from the one of ``start`` to that of ``end``."""
        hour = func.substr(EventRow.time, 1, _HOUR)
        query = select(hour, func.count()).where(EventRow.time >= stamp(start)[:_HOUR]).group_by(hour)
        counts: dict[str, int] = dict(self._connection.execute(query).all())
        return tuple(counts.get(one, 0) for one in _hours(start, end))


def _hours(start: datetime, end: datetime) -> Sequence[str]:
    first = start.replace(minute=0, second=0, microsecond=0)
    whole = int((end - first) / timedelta(hours=1))
    return [stamp(first + timedelta(hours=number))[:_HOUR] for number in range(whole + 1)]
