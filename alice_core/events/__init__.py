"""Versioned facts: the envelope, the registry of payload types, and reading old versions.

Every change is published as an :class:`Event` in the shape of CloudEvents 1.0. The payload
of a type is a pydantic model with a schema version; stored events are never rewritten, and
:func:`decode` lifts old ones to the newest shape when they are read.
"""

from alice_core.events.envelope import Event, decode, lowered
from alice_core.events.registry import EVENT_TYPES, Payload, event_type
from alice_core.events.versions import payload_of, upcaster

__all__ = ["EVENT_TYPES", "Event", "Payload", "decode", "event_type", "lowered", "payload_of", "upcaster"]
