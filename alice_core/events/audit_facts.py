"""The payloads of events of the audit trail."""

from __future__ import annotations

from alice_core.events.registry import Payload, event_type


@event_type("alice.audit.erased")
class Erased(Payload):
    """The payload of an event was erased for good; ``payload`` is the digest that the chain still covers."""

    event: str
    type: str
    position: int | None
    payload: str
    reason: str
