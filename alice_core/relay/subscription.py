"""Subscribers within the program: a function that is called with each event, on a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from alice_core.events import Event
from alice_core.relay.courier import Courier, Word
from alice_core.relay.sending import Delivery, Mark, Trouble, said
from alice_core.store import Store
from alice_core.store.sinks import SinkProgress, Undelivered

_LOOK_AGAIN = 0.02

Callback = Callable[[Event], None]


def _silent(_: Word) -> None:
    """Nobody is told."""


class Subscription:
    """Calls a function with each event, in order, until it is closed.

    Whoever wrote the event is never hurt by what the function raises: the event is tried again, five times in all,
    and then kept in :attr:`undelivered`. To go on after a restart, keep :attr:`position` with what the function does.
    """

    def __init__(
        self,
        store: Store,
        pattern: str,
        callback: Callback,
        *,
        after: int | None = None,
        tell: Callable[[Word], None] = _silent,
        first_pause: float = 0.2,
    ) -> None:
        """Begin; nothing is called before :meth:`turn` or :meth:`start`.

        Args:
            store: Whose events.
            pattern: Which types, with ``*``; several are divided by commas.
            callback: Called with each event.
            after: Position after which to begin; by default only what comes from now on.
            tell: Told of trouble.
            first_pause: Seconds to wait after a first failure.
        """
        store.seal()
        with store.reading() as reader:
            start = reader.events.position() if after is None else after
        self._store = store
        self._book = _Memory(start)
        self._courier = Courier(
            store, "subscriber", pattern, lambda _: _Call(callback), self._book, tell=tell, first_pause=first_pause
        )
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def position(self) -> int:
        """Position of the last event that was handled."""
        return self._book.progress.position

    @property
    def undelivered(self) -> tuple[Undelivered, ...]:
        """The events for which the function failed each time."""
        return tuple(self._book.aside)

    def start(self) -> Self:
        """Call the function on a thread of its own from now on."""
        for work in (self._courier.run, self._look):
            thread = threading.Thread(target=work, name="alice-subscription", daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def turn(self) -> bool:
        """Call the function, on this thread, with the next events; whether there may be more at once."""
        self._store.seal()
        return self._courier.turn().more

    def close(self) -> None:
        """Call it no more; waits for a call that is being made."""
        self._stop.set()
        self._courier.stop()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join()
        self._threads.clear()

    def _look(self) -> None:
        seen = self.position
        while not self._stop.wait(_LOOK_AGAIN):
            self._store.seal()
            with self._store.reading() as reader:
                last = reader.events.position()
            if last > seen:
                seen = last
                self._courier.wake()


def subscribe(store: Store, pattern: str, callback: Callback, *, after: int | None = None) -> Subscription:
    """Call a function with each event from now on, or after a position; close what comes back to end it."""
    return Subscription(store, pattern, callback, after=after).start()


class _Call:
    """A sink that is a function."""

    batch = 1

    def __init__(self, callback: Callback) -> None:
        self._callback = callback

    def deliver(self, events: Sequence[Event]) -> Delivery:
        for taken, event in enumerate(events):
            try:
                self._callback(event)
            except Exception as error:  # noqa: BLE001 - the worker loop: what a subscriber does wrong is its own affair
                return Delivery(taken, Trouble(said(error), refused=True))
        return Delivery(len(events))

    def mark(self) -> Mark | Trouble | None:
        return None

    def close(self) -> None:
        pass


class _Memory:
    """Keeps how far a subscriber is as long as the program runs."""

    def __init__(self, position: int) -> None:
        self.progress = SinkProgress("subscriber", position)
        self.aside: list[Undelivered] = []

    def load(self) -> SinkProgress | None:
        return self.progress

    def keep(self, progress: SinkProgress) -> None:
        self.progress = progress

    def set_aside(self, event: Event, reason: str, tries: int) -> None:
        self.aside.append(Undelivered("subscriber", event.position or 0, event.id, reason, tries, event.time))
