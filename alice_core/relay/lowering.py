"""Sinks that want some types of events in an old version, because whoever reads them there is old too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from alice_core.errors import AliceError, ConfigError
from alice_core.events import Event, lowered
from alice_core.events.versions import writable
from alice_core.relay.sending import Delivery, Mark, Sink, Trouble


def targets_of(versions: Sequence[str]) -> dict[str, int]:
    """The versions that types are wanted in, from texts such as ``alice.library.ingested=1``.

    Raises:
        ConfigError: Such a version cannot be written.
    """
    targets: dict[str, int] = {}
    for text in versions:
        name, _, number = text.partition("=")
        known = writable(name)
        if not (number.isascii() and number.isdigit() and int(number) in known):
            can = ", ".join(map(str, known)) or "none"
            raise ConfigError(f"{text!r} is no version that can be written", hint=f"Of {name} these can: {can}.")
        targets[name] = int(number)
    return targets


class Lowering:
    """Hands events on to a sink in the versions that it wants; what cannot be written so counts as refused."""

    def __init__(self, sink: Sink, targets: Mapping[str, int]) -> None:
        self._sink = sink
        self._targets = targets
        self.batch = sink.batch

    def deliver(self, events: Sequence[Event]) -> Delivery:
        """Take events, in order."""
        found: list[Event] = []
        trouble = None
        for event in events:
            try:
                found.append(lowered(event, self._targets))
            except AliceError as error:
                trouble = Trouble(error.message, refused=True, hopeless=True)
                break
        delivery = self._sink.deliver(found) if found else Delivery(0)
        return delivery if delivery.trouble is not None else Delivery(delivery.taken, trouble)

    def mark(self) -> Mark | Trouble | None:
        """What the sink says."""
        return self._sink.mark()

    def close(self) -> None:
        """Close the sink."""
        self._sink.close()
