"""The unit of work: rows and the events that tell of them, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from alice_core.events import Event, Payload
from alice_core.ids import uuid7
from alice_core.store.assets import Assets
from alice_core.store.labels import Labels
from alice_core.store.ledger import Ledger
from alice_core.store.log import EventLog
from alice_core.store.metadata import Metadata
from alice_core.store.numbers import stamp
from alice_core.store.places import Places
from alice_core.store.projects import Projects
from alice_core.store.rates import Rates
from alice_core.store.recipes import Recipes
from alice_core.store.seal import append
from alice_core.store.search import Search
from alice_core.store.sinks import Sinks
from alice_core.store.texts import Texts
from alice_core.store.trace import Traces
from alice_core.store.vectors import Vectors

if TYPE_CHECKING:
    from alice_core.store.operations import Operation


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and which command or run all of it belongs to."""

    name: str
    correlation: str = field(default_factory=uuid7)


class Reader:
    """Everything that can be read, within one transaction; each part is made when it is first asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def assets(self) -> Assets:
        """Assets by their digest."""
        return Assets(self._connection)

    @cached_property
    def places(self) -> Places:
        """Roots, locations and findings."""
        return Places(self._connection)

    @cached_property
    def metadata(self) -> Metadata:
        """Blocks of embedded metadata, and what readers made of them."""
        return Metadata(self._connection)

    @cached_property
    def labels(self) -> Labels:
        """What people said of assets."""
        return Labels(self._connection)

    @cached_property
    def search(self) -> Search:
        """Finding assets."""
        return Search(self._connection)

    @cached_property
    def vectors(self) -> Vectors:
        """Meanings of prompts."""
        return Vectors(self._connection)

    @cached_property
    def recipes(self) -> Recipes:
        """Recipes and what they gave."""
        return Recipes(self._connection)

    @cached_property
    def projects(self) -> Projects:
        """Projects, and what belongs to them."""
        return Projects(self._connection)

    @cached_property
    def ledger(self) -> Ledger:
        """Budgets, and requests to providers with what they cost."""
        return Ledger(self._connection)

    @cached_property
    def events(self) -> EventLog:
        """The log."""
        return EventLog(self._connection)

    @cached_property
    def sinks(self) -> Sinks:
        """The places that events are sent to."""
        return Sinks(self._connection)

    @cached_property
    def rates(self) -> Rates:
        """How much is logged, by type and hour."""
        return Rates(self._connection)

    @cached_property
    def traces(self) -> Traces:
        """What caused an event, and what it caused."""
        return Traces(self._connection)


class UnitOfWork(Reader):
    """One transaction that changes something; only a registered operation is given one."""

    def __init__(self, connection: Connection, actor: Actor) -> None:
        super().__init__(connection)
        self.actor = actor
        self.now = stamp(datetime.now(UTC))
        self._operations: list[Operation] = []
        self._events: list[Event] = []

    @cached_property
    def texts(self) -> Texts:
        """The words that assets are found by."""
        return Texts(self._connection)

    @contextmanager
    def entering(self, operation: Operation) -> Iterator[UnitOfWork]:
        """This unit of work, inside a further operation that joins the transaction."""
        self._operations.append(operation)
        try:
            yield self
            if len(self._operations) == 1:
                self._write_events()
        finally:
            self._operations.pop()

    def emit(
        self, payload: Payload, *, subject: str, project: str | None = None, causation: str | None = None
    ) -> Event:
        """Publish a fact in this transaction; it is known to readers once it is committed.

        Raises:
            ValueError: The running operation did not declare this type of event.
        """
        operation = self._operations[-1]
        if type(payload) not in operation.emits:
            raise ValueError(f"operation {operation.name} does not declare {payload.type_name}")
        event = Event(
            id=uuid7(),
            type=payload.type_name,
            schema=payload.schema_version,
            subject=subject,
            time=self.now,
            actor=self.actor.name,
            data=payload.model_dump(mode="json"),
            project=project,
            correlation=self.actor.correlation,
            causation=causation,
            text=payload.model_dump_json(),
        )
        self._append(event)
        return event

    def _append(self, event: Event) -> None:
        self._events.append(event)

    def _write_events(self) -> None:
        """Write what was published, in order and in one statement, before the transaction is committed."""
        events, self._events = self._events, []
        if events:
            append(self._connection, events)
