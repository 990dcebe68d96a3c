"""The payloads of events of the relay: which sinks there are, and what one would not take."""

from __future__ import annotations

from alice_core.events.registry import Payload, event_type


@event_type("alice.relay.sink-added")
class SinkAdded(Payload):
    """Events are sent to a place from now on; ``settings`` is JSON and holds no secret."""

    sink: str
    kind: str
    settings: str
    pattern: str
    position: int


@event_type("alice.relay.sink-removed")
class SinkRemoved(Payload):
    """Events are sent there no longer; ``position`` is that of the last one it took."""

    sink: str
    kind: str
    settings: str
    pattern: str
    position: int


@event_type("alice.relay.sink-paused")
class SinkPaused(Payload):
    """A sink is sent nothing until it is resumed; what happens meanwhile is kept for it."""

    sink: str


@event_type("alice.relay.sink-resumed")
class SinkResumed(Payload):
    """A sink is sent events again, from where it was."""

    sink: str


@event_type("alice.relay.undeliverable")
class Undeliverable(Payload):
    """A sink refused an event for good; it was noted and the rest went on."""

    sink: str
    position: int
    event: str
    event_type: str
    reason: str
    tries: int


@event_type("alice.relay.redelivered")
class Redelivered(Payload):
    """A sink took, when asked again, events that it had refused before."""

    sink: str
    positions: tuple[int, ...]
