"""Rows of sinks: the places that events are sent to, how far each is, and what it would not take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, func, insert, select, update

from alice_core.store.event_tables import SinkProgressRow, SinkRow, UndeliveredRow
from alice_core.store.tables import EventRow

if TYPE_CHECKING:
    from alice_core.store.store import Store


@dataclass(frozen=True, slots=True)
class SinkEntry:
    """A place that events are sent to.

    Attributes:
        name: Unique in the store.
        kind: ``jsonlines``, ``redis`` or ``webhook``.
        settings: JSON, without any secret.
        pattern: Which types are sent: patterns with ``*``, divided by commas.
        state: ``on`` or ``paused``.
        added: Since when.
    """

    name: str
    kind: str
    settings: str
    pattern: str
    state: str
    added: str


@dataclass(frozen=True, slots=True)
class SinkProgress:
    """How far a sink is.

    Attributes:
        sink: Its name.
        position: That of the last event that it took or was not to be sent.
        sent: How many it took.
        failures: How many tries in a row failed.
        error: What the last one failed of.
        tried: When something was sent last.
        delivered: When something was taken last.
    """

    sink: str
    position: int
    sent: int = 0
    failures: int = 0
    error: str | None = None
    tried: str | None = None
    delivered: str | None = None


@dataclass(frozen=True, slots=True)
class Undelivered:
    """An event that a sink refused for good."""

    sink: str
    position: int
    event: str
    reason: str
    tries: int
    time: str


class Sinks:
    """The sinks of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> tuple[tuple[SinkEntry, SinkProgress], ...]:
        """Every sink with how far it is, by name."""
        return self._where()

    def named(self, name: str) -> tuple[SinkEntry, SinkProgress] | None:
        """The sink of that name, with how far it is."""
        return next(iter(self._where(name)), None)

    def add(self, entry: SinkEntry, position: int) -> None:
        """Send events to a place from now on, beginning after a position."""
        self._connection.execute(insert(SinkRow).values(**{one: getattr(entry, one) for one in _ENTRY}))
        progress = SinkProgress(entry.name, position)
        self._connection.execute(insert(SinkProgressRow).values(**{one: getattr(progress, one) for one in _PROGRESS}))

    def remove(self, name: str) -> None:
        """Forget a sink, how far it was and what it refused."""
        self._connection.execute(delete(UndeliveredRow).where(UndeliveredRow.sink == name))
        self._connection.execute(delete(SinkProgressRow).where(SinkProgressRow.sink == name))
        self._connection.execute(delete(SinkRow).where(SinkRow.name == name))

    def set_state(self, name: str, state: str) -> None:
        """Pause a sink or set it on."""
        self._connection.execute(update(SinkRow).where(SinkRow.name == name).values(state=state))

    def undelivered(self, name: str) -> tuple[Undelivered, ...]:
        """What a sink refused for good, oldest first."""
        query = select(*UndeliveredRow.__table__.columns).where(UndeliveredRow.sink == name)
        rows = self._connection.execute(query.order_by(UndeliveredRow.position)).mappings()
        return tuple(Undelivered(**row) for row in rows)

    def undelivered_counts(self) -> dict[str, int]:
        """How many events each sink refused for good; sinks that refused none are left out."""
        query = select(UndeliveredRow.sink, func.count()).group_by(UndeliveredRow.sink)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def published(self, since: str, until: int) -> int:
        """How many events were published since a time and have no later position than ``until``."""
        query = select(func.count()).where(EventRow.time >= since, EventRow.position <= until)
        return self._connection.scalar(query) or 0

    def set_aside(self, one: Undelivered) -> None:
        """Note that a sink refused an event for good; the last word counts when it does so again."""
        self.take_back(one.sink, (one.position,))
        values = {name: getattr(one, name) for name in one.__dataclass_fields__}
        self._connection.execute(insert(UndeliveredRow).values(**values))

    def take_back(self, name: str, positions: Sequence[int]) -> None:
        """Forget that a sink refused events: it has them now."""
        for position in positions:
            refused = (UndeliveredRow.sink == name, UndeliveredRow.position == position)
            self._connection.execute(delete(UndeliveredRow).where(*refused))

    def _where(self, name: str | None = None) -> tuple[tuple[SinkEntry, SinkProgress], ...]:
        query = select(*SinkRow.__table__.columns, *SinkProgressRow.__table__.columns)
        query = query.join(SinkProgressRow, SinkProgressRow.sink == SinkRow.name).order_by(SinkRow.name)
        query = query if name is None else query.where(SinkRow.name == name)
        return tuple(
            (
                SinkEntry(**{one: row[one] for one in _ENTRY}),
                SinkProgress(**{one: row[one] for one in _PROGRESS}),
            )
            for row in self._connection.execute(query).mappings()
        )


_ENTRY = tuple(SinkEntry.__dataclass_fields__)
_PROGRESS = tuple(SinkProgress.__dataclass_fields__)


def keep_progress(store: Store, progress: SinkProgress) -> None:
    """Note how far a sink is; no change that anyone is told of, so that no event goes with it."""
    values = {one: getattr(progress, one) for one in _PROGRESS if one != "sink"}
    with store.noting() as connection:
        connection.execute(update(SinkProgressRow).where(SinkProgressRow.sink == progress.sink).values(**values))
