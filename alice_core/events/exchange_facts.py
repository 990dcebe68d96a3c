"""The payload of the event that tells of events of others."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from alice_core.events.registry import Payload, event_type


class RefusalFact(BaseModel):
    """A line of a file that was not taken, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line: int
    code: str
    reason: str


@event_type("alice.store.events-imported")
class EventsImported(Payload):
    """Lines of a file with events of others were read; ``first`` names at most twenty of the ``refused`` ones."""

    path: str
    lines: tuple[int, int]
    taken: int
    repeated: int
    refused: int
    first: tuple[RefusalFact, ...]
