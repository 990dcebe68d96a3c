"""The envelope around every fact, in the shape of CloudEvents 1.0."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from alice_core.events.registry import Payload, Raw, payload_of, upcast

SOURCE = "/alice"
"""The ``source`` attribute of events that this program publishes."""


@dataclass(frozen=True, slots=True)
class Event:
    """One fact that happened.

    Attributes:
        id: UUIDv7, unique for ever; readers drop repeats by it.
        type: ``alice.<room>.<past-tense fact>``.
        schema: Version of the payload's shape.
        subject: What it happened to, usually a digest or an identifier.
        time: RFC 3339, UTC.
        actor: Who did it, such as ``user:ada``.
        data: The payload as stored.
        project: Name of the project, where there is one.
        correlation: The same for all events of one command or run.
        causation: Identifier of the event that caused this one.
        seq: Place in the log of this store, once committed.
        source: Which program published it.
    """

    id: str
    type: str
    schema: int
    subject: str
    time: str
    actor: str
    data: Raw
    project: str | None = None
    correlation: str | None = None
    causation: str | None = None
    seq: int | None = None
    source: str = SOURCE

    @property
    def payload(self) -> Payload | None:
        """The payload as its model, or ``None`` for types and versions not known here."""
        return payload_of(self.type, self.schema, self.data)

    def to_cloudevent(self) -> dict[str, Any]:
        """The event as a CloudEvents 1.0 JSON object; absent attributes are left out."""
        attributes: dict[str, Any] = {
            "specversion": "1.0",
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "time": self.time,
            "datacontenttype": "application/json",
            "schemaversion": self.schema,
            "actor": self.actor,
            "project": self.project,
            "correlationid": self.correlation,
            "causationid": self.causation,
            "sequence": None if self.seq is None else str(self.seq),
            "data": self.data,
        }
        return {name: value for name, value in attributes.items() if value is not None}


def decode(event: Event) -> Event:
    """The event with its payload lifted to the newest version this program knows.

    This is the one way in: every reader (store, file, network) passes what it read through
    here. Unknown types and newer versions pass unchanged.
    """
    schema, data = upcast(event.type, event.schema, event.data)
    return event if schema == event.schema else replace(event, schema=schema, data=data)
