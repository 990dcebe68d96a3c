"""The relay of a store: one loop that notices what is new, and a thread for each sink that sends it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alice_core.errors import AliceError, Conflict
from alice_core.relay.courier import Courier, StoredBook, Word
from alice_core.relay.sending import Trouble, said
from alice_core.relay.settings import open_sink, read_settings
from alice_core.store import Store
from alice_core.store.locks import sole
from alice_core.store.sinks import SinkEntry

_LOOK_AGAIN = 0.04
_LOOK_IDLE = 0.5
"""Seconds between two looks at the log, with sinks and without any."""
_SINKS_SECONDS = 1.0
_CHORES_SECONDS = 30.0
_AFTER_ERROR_SECONDS = 2.0
_PATIENCE_SECONDS = 30.0


def lock_of(home: Path) -> Path:
    """The lock that the relay of a store holds."""
    return home / "locks" / "relay.lock"


def _silent(_: Word) -> None:
    """Nobody is told."""


class Relay:
    """Sends a store's events to its sinks."""

    def __init__(
        self,
        store: Store,
        *,
        tell: Callable[[Word], None] = _silent,
        chore: Callable[[], None] | None = None,
        first_pause: float = 0.5,
    ) -> None:
        """Begin; nothing is sent before :meth:`run`, :meth:`stand_by` or :meth:`once`.

        Args:
            store: The store; its sinks may change while the relay runs.
            tell: Told of trouble and of its end, from several threads.
            chore: Done every half minute, such as signing the state of the log.
            first_pause: Seconds to wait after a sink's first failure.
        """
        self._store = store
        self._tell = tell
        self._chore = chore
        self._first_pause = first_pause
        self._couriers: dict[str, tuple[SinkEntry, Courier, threading.Thread]] = {}
        self._stop = threading.Event()
        self._new = threading.Event()
        self._seen = -1
        self._next_sinks = 0.0
        self._next_chore = 0.0

    def stop(self) -> None:
        """End soon, from any thread or signal: what is being sent is sent to its end."""
        self._stop.set()
        self._new.set()

    def wake(self) -> None:
        """Look at the log now: whoever wrote an event in this process need not let it wait."""
        self._new.set()

    def run(self) -> None:
        """Send until :meth:`stop`.

        Raises:
            Conflict: Another process sends the events of this store.
        """
        with self._alone():
            self._relay()

    def stand_by(self) -> None:
        """Send until :meth:`stop`, and as long as another process does so, wait for its end."""
        while not self._stop.is_set():
            with sole(lock_of(self._store.folder), seconds=0.1) as free:
                if free:
                    self._relay()
                    return
            self._stop.wait(_AFTER_ERROR_SECONDS)

    def once(self) -> dict[str, Trouble | None]:
        """Send all there is, once; says for each sink that is on what stopped it, or ``None``.

        Raises:
            Conflict: Another process sends the events of this store.
        """
        outcome: dict[str, Trouble | None] = {}

        def drain(entry: SinkEntry) -> None:
            try:
                outcome[entry.name] = self._courier(entry).drain()
            except AliceError as error:
                outcome[entry.name] = Trouble(error.message)

        with self._alone():
            self._store.seal()
            threads = [threading.Thread(target=drain, args=(entry,), daemon=True) for entry in self._entries()]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        return dict(sorted(outcome.items()))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with sole(lock_of(self._store.folder)) as free:
            if not free:
                raise Conflict(
                    f"another process sends the events of the store at {self._store.folder} already",
                    hint="That is alice events relay or alice watch. See how far it is: alice events sinks list",
                )
            yield

    def _relay(self) -> None:
        try:
            while not self._stop.is_set():
                self._new.clear()
                try:
                    self._turn()
                    wait = _LOOK_AGAIN if self._couriers else _LOOK_IDLE
                except Exception as error:  # noqa: BLE001 - the worker loop: a database that is down comes back
                    self._tell(Word("", "fault", said(error)))
                    wait = _AFTER_ERROR_SECONDS
                self._new.wait(wait)
        finally:
            self._end([*self._couriers])

    def _turn(self) -> None:
        now = time.monotonic()
        if now >= self._next_sinks:
            self._next_sinks = now + _SINKS_SECONDS
            self._follow_sinks()
        self._store.seal()
        with self._store.reading() as reader:
            last = reader.events.position()
        if last != self._seen:
            self._seen = last
            for _, courier, _ in self._couriers.values():
                courier.wake()
        if self._chore is not None and now >= self._next_chore:
            self._next_chore = now + _CHORES_SECONDS
            self._chore()

    def _follow_sinks(self) -> None:
        """Serve the sinks that are on now, each as it is now."""
        entries = {entry.name: entry for entry in self._entries()}
        self._end([name for name, (entry, _, _) in self._couriers.items() if entries.get(name) != entry])
        for name, entry in entries.items():
            if name not in self._couriers:
                courier = self._courier(entry)
                thread = threading.Thread(target=courier.run, name=f"alice-sink-{name}", daemon=True)
                self._couriers[name] = (entry, courier, thread)
                thread.start()

    def _entries(self) -> list[SinkEntry]:
        with self._store.reading() as reader:
            return [entry for entry, _ in reader.sinks.all() if entry.state == "on"]

    def _courier(self, entry: SinkEntry) -> Courier:
        return Courier(
            self._store,
            entry.name,
            entry.pattern,
            lambda store: open_sink(entry.name, read_settings(entry.kind, entry.settings), store),
            StoredBook(self._store, entry.name),
            tell=self._tell,
            first_pause=self._first_pause,
        )

    def _end(self, names: list[str]) -> None:
        ending = [self._couriers.pop(name) for name in names]
        for _, courier, _ in ending:
            courier.stop()
        until = time.monotonic() + _PATIENCE_SECONDS
        for _, _, thread in ending:
            thread.join(max(until - time.monotonic(), 0.0))


@contextmanager
def relaying(
    store: Store, *, tell: Callable[[Word], None] = _silent, chore: Callable[[], None] | None = None
) -> Iterator[Relay]:
    """A relay that runs on a thread beside other work, such as a daemon's, and ends with it."""
    relay = Relay(store, tell=tell, chore=chore)
    thread = threading.Thread(target=relay.stand_by, name="alice-relay", daemon=True)
    thread.start()
    try:
        yield relay
    finally:
        relay.stop()
        thread.join(_PATIENCE_SECONDS)
