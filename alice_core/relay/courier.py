"""Taking the log to one sink: from where it is, in order, again and again until it takes them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from alice_core.errors import AliceError
from alice_core.events import Event
from alice_core.events.relay_facts import Undeliverable
from alice_core.relay.sending import MOST_TRIES, Sink, Trouble, pause, said, wants
from alice_core.relay.sinks import set_aside
from alice_core.store import Store
from alice_core.store.numbers import stamp
from alice_core.store.sinks import SinkProgress, keep_progress

_MANY = 500
_FIRST_REFUSED = 0.2
_MOST_REFUSED = 5.0


class Book(Protocol):
    """Where it is written how far a sink is."""

    def load(self) -> SinkProgress | None:
        """How far it is; ``None`` where the sink is there no longer or waits."""
        ...

    def keep(self, progress: SinkProgress) -> None:
        """Write how far it is."""
        ...

    def set_aside(self, event: Event, reason: str, tries: int) -> None:
        """Write that it refused an event for good."""
        ...


class StoredBook:
    """Keeps it in the store."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._name = name

    def load(self) -> SinkProgress | None:
        """How far the sink is, unless it was removed or paused."""
        with self._store.reading() as reader:
            found = reader.sinks.named(self._name)
        return None if found is None or found[0].state != "on" else found[1]

    def keep(self, progress: SinkProgress) -> None:
        """Write how far the sink is."""
        keep_progress(self._store, progress)

    def set_aside(self, event: Event, reason: str, tries: int) -> None:
        """Write that it refused an event for good, and publish that."""
        set_aside(self._store, self._name, event, reason, tries)


@dataclass(frozen=True, slots=True)
class Word:
    """Something that happened with a sink: ``down``, ``refused``, ``set-aside``, ``up`` again or ``fault``."""

    sink: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn came to.

    Attributes:
        more: Whether there may be more to send at once.
        wait: Seconds to wait before the next try, where there was trouble.
        trouble: What it was.
    """

    more: bool = False
    wait: float = 0.0
    trouble: Trouble | None = None


class Courier:
    """Serves one sink, by itself: how slow it is concerns no other."""

    def __init__(
        self,
        store: Store,
        name: str,
        pattern: str,
        opening: Callable[[str], Sink],
        book: Book,
        *,
        tell: Callable[[Word], None],
        first_pause: float = 0.5,
    ) -> None:
        """Begin; nothing is sent before :meth:`turn` or :meth:`run`.

        Args:
            store: Whose log.
            name: Of the sink.
            pattern: Which types it wants.
            opening: Opens the sink for a store that is known by the identifier of its first event.
            book: Where it is written how far it is.
            tell: Told of trouble and of its end.
            first_pause: Seconds to wait after a first failure.
        """
        self._store = store
        self._name = name
        self._pattern = pattern
        self._opening = opening
        self._book = book
        self._tell = tell
        self._first_pause = first_pause
        self._sink: Sink | None = None
        self._agreed = False
        self._refused: tuple[int, int] = (0, 0)
        self._stop = threading.Event()
        self._wake = threading.Event()

    def run(self) -> None:
        """Send whatever comes until :meth:`stop`."""
        faults = 0
        try:
            while not self._stop.is_set():
                self._wake.clear()
                try:
                    turn = self.turn()
                    faults = 0
                except Exception as error:  # noqa: BLE001 - the worker loop: whatever is wrong with one sink concerns no other
                    faults += 1
                    turn = Turn(wait=pause(faults, first=self._first_pause))
                    self._tell(Word(self._name, "fault", said(error)))
                if turn.wait:
                    self._stop.wait(turn.wait)
                elif not turn.more:
                    self._wake.wait()
        finally:
            self.close()

    def wake(self) -> None:
        """There is something new."""
        self._wake.set()

    def stop(self) -> None:
        """End soon, from any thread: what is being sent is sent to its end."""
        self._stop.set()
        self._wake.set()

    def close(self) -> None:
        """Close the sink."""
        if self._sink is not None:
            self._sink.close()
            self._sink = None

    def drain(self) -> Trouble | None:
        """Send all there is; stops at a sink that is down, and says what it said."""
        try:
            while not self._stop.is_set():
                turn = self.turn()
                if turn.trouble is not None and not turn.trouble.refused and turn.trouble.resume is None:
                    return turn.trouble
                if turn.wait:
                    self._stop.wait(turn.wait)
                elif not turn.more:
                    return None
        finally:
            self.close()
        return None

    def turn(self) -> Turn:
        """Send the next events, a few hundred at most.

        Raises:
            AliceError: The store cannot be read or written.
        """
        progress = self._book.load()
        if progress is None:
            return Turn()
        with self._store.reading() as reader:
            found = reader.events.following(progress.position, limit=_MANY)
        if not found:
            return Turn()
        opened = self._ready(progress)
        if isinstance(opened, Trouble):
            return self._failed(progress, opened, None)
        if opened.position != progress.position:
            return Turn(more=True)
        return self._send(opened, found)

    def _ready(self, progress: SinkProgress) -> SinkProgress | Trouble:
        """Open the sink and agree with it on where it is."""
        if self._sink is not None and self._agreed:
            return progress
        try:
            with self._store.reading() as reader:
                first = reader.events.following(0, limit=1)[0]
            self._sink = self._sink or self._opening(first.id)
        except AliceError as error:
            return Trouble(error.message)
        mark = self._sink.mark()
        if isinstance(mark, Trouble):
            return mark
        if mark is not None:
            with self._store.reading() as reader:
                there = reader.events.following(mark.position - 1, limit=1)
            if not there or there[0].id != mark.id:
                return Trouble(
                    f"what it has at position {mark.position} is not in this log: another store's, or of a newer copy"
                )
        self._agreed = True
        if mark is None or mark.position <= progress.position:
            return progress
        moved = replace(progress, position=mark.position)
        self._book.keep(moved)
        return moved

    def _send(self, progress: SinkProgress, found: Sequence[Event]) -> Turn:
        sink = self._sink
        wanted = [event for event in found if self._wants(event)]
        for start in range(0, len(wanted), sink.batch if sink else 1):
            if sink is None or self._stop.is_set():
                return Turn(more=True)
            piece = wanted[start : start + sink.batch]
            delivery = sink.deliver(piece)
            progress = self._taken(progress, piece[: delivery.taken])
            if delivery.trouble is not None:
                return self._failed(progress, delivery.trouble, piece[delivery.taken])
            self._book.keep(progress)
        end = found[-1].position or progress.position
        if end != progress.position:
            self._book.keep(replace(progress, position=end))
        return Turn(more=True)

    def _taken(self, progress: SinkProgress, events: Sequence[Event]) -> SinkProgress:
        if not events:
            return progress
        if progress.failures:
            self._tell(Word(self._name, "up", f"goes on after {progress.failures} failures"))
        now = stamp(datetime.now(UTC))
        return SinkProgress(
            progress.sink, events[-1].position or 0, progress.sent + len(events), tried=now, delivered=now
        )

    def _failed(self, progress: SinkProgress, trouble: Trouble, event: Event | None) -> Turn:
        self._agreed = self._agreed and trouble.refused
        if trouble.resume is not None:
            position = min(trouble.resume, progress.position)
            self._book.keep(replace(progress, position=position, error=trouble.reason))
            self._tell(Word(self._name, "down", trouble.reason))
            return Turn(more=True, trouble=trouble)
        failures = progress.failures + 1
        now = stamp(datetime.now(UTC))
        progress = replace(progress, failures=failures, error=trouble.reason, tried=now)
        if trouble.refused and event is not None:
            return self._is_refused(progress, trouble, event)
        self._book.keep(progress)
        self._tell(Word(self._name, "down", f"{trouble.reason} (failure {failures})"))
        return Turn(wait=max(pause(failures, first=self._first_pause), trouble.wait or 0.0), trouble=trouble)

    def _is_refused(self, progress: SinkProgress, trouble: Trouble, event: Event) -> Turn:
        position = event.position or 0
        tries = self._refused[1] + 1 if self._refused[0] == position else 1
        self._refused = (position, tries)
        if tries < MOST_TRIES and not trouble.hopeless:
            self._book.keep(progress)
            self._tell(Word(self._name, "refused", f"event {position}: {trouble.reason} (try {tries})"))
            first = min(self._first_pause, _FIRST_REFUSED)
            wait = max(pause(tries, first=first, most=_MOST_REFUSED), trouble.wait or 0.0)
            return Turn(wait=wait, trouble=trouble)
        # Set aside first: whoever is killed in between sets it aside once more, and nothing is skipped in silence.
        self._book.set_aside(event, trouble.reason, tries)
        self._book.keep(replace(progress, position=position, failures=0))
        self._tell(Word(self._name, "set-aside", f"event {position} was refused for good: {trouble.reason}"))
        return Turn(more=True, trouble=trouble)

    def _wants(self, event: Event) -> bool:
        return wants(self._pattern, event.type) and not self._is_about_refusing(event)

    def _is_about_refusing(self, event: Event) -> bool:
        """What tells this sink of its own refusals, or anybody of refused refusals, would have no end."""
        if event.type != Undeliverable.type_name:
            return False
        return event.subject == self._name or event.data.get("event_type") == Undeliverable.type_name
