"""Reading a Redis stream of events: in groups, each event at least once, whatever else lies in the stream.

An event is acknowledged after it was handled. What a consumer took and never finished goes to another one after a
while; what failed too often, and what is no event at all, goes to a dead-letter stream with the reason.
"""

from __future__ import annotations

import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from alice_core.errors import ExportError
from alice_core.events import Event
from alice_core.events.exchange import Unreadable, read_event
from alice_core.ids import uuid7
from alice_core.relay.redis_server import RedisSettings, connect, library
from alice_core.relay.sending import MOST_TRIES, pause, said

Handle = Callable[[Event], None]
_MANY = 100
_BLOCK_SECONDS = 1.0
_MOST_FIELDS = 1000
"""So many fields of an entry are kept in the dead letters; a script cannot pass on any number."""
_BURY = """
redis.call('XADD', KEYS[2], '*', unpack(ARGV, 3))
return redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
"""


class Seen(Protocol):
    """Remembers which events had their effect, so that each has it once."""

    def once(self, identifier: str) -> AbstractContextManager[bool]:
        """Says whether the event is new; it counts as seen when the block ends well.

        Where the effects are written in the same transaction as the memory, they come about exactly once.
        """
        ...


class RecentlySeen:
    """A memory of the last events within this process; it drops most repeats, and none after a restart."""

    def __init__(self, most: int = 100_000) -> None:
        self._most = most
        self._known: OrderedDict[str, None] = OrderedDict()

    @contextmanager
    def once(self, identifier: str) -> Iterator[bool]:
        """Says whether the event is new; it counts as seen when the block ends well."""
        yield identifier not in self._known
        self._known[identifier] = None
        while len(self._known) > self._most:
            self._known.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something in the stream that could not be handled, and whether it is in the dead-letter stream now.

    Attributes:
        entry: Its identifier in the stream.
        reason: What is wrong with it.
        event: Identifier of the event, where it is one.
        dead: False while it will be tried again.
    """

    entry: str
    reason: str
    event: str | None
    dead: bool


def _silent(_: Complaint) -> None:
    """Nobody is told."""


class StreamConsumer:
    """One consumer of a group."""

    def __init__(
        self,
        settings: RedisSettings,
        group: str,
        *,
        secret: str | None = None,
        name: str | None = None,
        idle: float = 60.0,
        most_tries: int = MOST_TRIES,
        seen: Seen | None = None,
        tell: Callable[[Complaint], None] = _silent,
    ) -> None:
        """Begin; nothing is read before :meth:`turn` or :meth:`run`.

        Args:
            settings: Which stream.
            group: Each group gets every event; the consumers of one share them.
            secret: The server's password.
            name: Of this consumer; a new one each time unless it is given.
            idle: Seconds after which what somebody took and did not finish is taken over.
            most_tries: So often an event is tried before it goes to the dead-letter stream.
            seen: Drops repeats.
            tell: Told of what could not be handled.

        Raises:
            MissingExtra: The package redis is not installed.
        """
        self._stream = settings.stream
        self._dead = f"{settings.stream}:dead"
        self._group = group
        self._name = name or f"{socket.gethostname()}-{uuid7()}"
        self._idle = int(idle * 1000)
        self._most = most_tries
        self._seen = seen
        self._tell = tell
        self._redis = library()
        self._client = connect(settings, secret, waits=_BLOCK_SECONDS)
        self._burying = self._client.register_script(_BURY)
        self._reasons: dict[bytes, str] = {}
        self._next_claim = 0.0
        self._began = False

    def run(self, handle: Handle, *, stop: threading.Event) -> None:
        """Handle events until ``stop``; a server that is down is waited for."""
        failures = 0
        while not stop.is_set():
            try:
                self.turn(handle)
                failures = 0
            except ExportError as error:
                failures += 1
                self._tell(Complaint("", error.message, None, dead=False))
                stop.wait(pause(failures, most=10.0))

    def turn(self, handle: Handle, *, wait: float = _BLOCK_SECONDS) -> int:
        """Take over what others left, then read what is new; says how many entries were looked at.

        Args:
            handle: Does what is to be done with an event. Whatever it raises means "not done, try again later".
            wait: Seconds to wait for something new.

        Raises:
            ExportError: The server cannot be reached (``ALICE-E10``).
        """
        try:
            self._begin()
            left = self._left_over()
            entries = left or self._fresh(wait)
            for entry, fields in entries:
                self._one(entry, fields, handle)
        except (self._redis.RedisError, OSError) as error:
            if "NOGROUP" in str(error):
                self._began = False
            hint = "It goes on when the server is back."
            message = f"the stream {self._stream} cannot be read: {said(error)}"
            raise ExportError(message, hint=hint, code="ALICE-E10") from error
        return len(entries)

    def close(self) -> None:
        """Close the connections; what is not finished is taken over by another consumer."""
        self._client.close()

    def _begin(self) -> None:
        if self._began:
            return
        try:
            self._client.xgroup_create(self._stream, self._group, id="0", mkstream=True)
        except self._redis.ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise
        self._began = True

    def _fresh(self, wait: float) -> list[tuple[bytes, Any]]:
        block = max(1, int(wait * 1000))
        answer = self._client.xreadgroup(self._group, self._name, {self._stream: ">"}, count=_MANY, block=block)
        pairs = answer.items() if isinstance(answer, dict) else answer
        return [entry for _, found in pairs or () for entry in found]

    def _left_over(self) -> list[tuple[bytes, Any]]:
        """What was taken long ago and never finished, without what was tried too often, which is buried."""
        if time.monotonic() < self._next_claim:
            return []
        answer = self._client.xautoclaim(self._stream, self._group, self._name, self._idle, "0-0", count=_MANY)
        claimed = [(entry, fields) for entry, fields in answer[1] if fields is not None]
        if len(claimed) < _MANY:
            self._next_claim = time.monotonic() + self._idle / 1000 / 2
        tries = self._tries(claimed)
        alive = []
        for entry, fields in claimed:
            if tries.get(entry, 1) > self._most:
                reason = self._reasons.pop(entry, "whoever took it never finished it")
                self._bury(entry, fields, f"given up after {self._most} tries: {reason}", self._most)
            else:
                alive.append((entry, fields))
        return alive

    def _tries(self, claimed: Sequence[tuple[bytes, Any]]) -> dict[bytes, int]:
        """How often each was delivered, this time included."""
        if not claimed:
            return {}
        first, last = claimed[0][0], claimed[-1][0]
        rows = self._client.xpending_range(self._stream, self._group, first, last, _MANY * 10, self._name)
        return {row["message_id"]: row["times_delivered"] for row in rows}

    def _one(self, entry: bytes, fields: dict[bytes, bytes], handle: Handle) -> None:
        raw = fields.get(b"event")
        event = Unreadable("it has no field named event", "ALICE-I06", b"") if raw is None else read_event(raw)
        if isinstance(event, Unreadable):
            self._bury(entry, fields, event.reason, 1)
            return
        try:
            self._handle(event, handle)
        except Exception as error:  # noqa: BLE001 - the worker loop: what the handler makes of an event is its own affair
            self._failed(entry, event, error)
        else:
            self._reasons.pop(entry, None)
            self._client.xack(self._stream, self._group, entry)

    def _handle(self, event: Event, handle: Handle) -> None:
        if self._seen is None:
            handle(event)
            return
        with self._seen.once(event.id) as new:
            if new:
                handle(event)

    def _failed(self, entry: bytes, event: Event, error: Exception) -> None:
        self._reasons[entry] = said(error)
        self._tell(Complaint(entry.decode(), said(error), event.id, dead=False))

    def _bury(self, entry: bytes, fields: dict[bytes, bytes], reason: str, tries: int) -> None:
        if len(fields) > _MOST_FIELDS:
            reason = f"{reason}; of its {len(fields)} fields {_MOST_FIELDS} are kept"
            fields = dict(islice(fields.items(), _MOST_FIELDS))
        told = {b"reason": reason, b"entry": entry, b"group": self._group, b"tries": tries}
        kept = {b"their-" + name if name in told else name: value for name, value in fields.items()}
        values = [self._group, entry, *(part for pair in {**told, **kept}.items() for part in pair)]
        self._burying([self._stream, self._dead], values)
        identifier = fields.get(b"id")
        self._tell(
            Complaint(entry.decode(), reason, identifier.decode("utf-8", "replace") if identifier else None, dead=True)
        )
