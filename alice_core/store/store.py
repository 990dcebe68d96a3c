"""The store: one database, opened and brought up to date, with its folder of blobs."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sqlalchemy import Connection
from sqlalchemy.exc import DatabaseError, OperationalError

from alice_core.errors import ConfigError, Conflict, ExportError
from alice_core.store.engine import CLASHES, connect, sqlite_file, sqlite_url
from alice_core.store.log import EventFilter
from alice_core.store.migrate import Migration, upgrade
from alice_core.store.seal import seal
from alice_core.store.turns import turn_of
from alice_core.store.unit import Actor, Reader, UnitOfWork

if TYPE_CHECKING:
    from types import TracebackType

    from alice_core.events import Event
    from alice_core.store.operations import Operation

_LOOK_AGAIN = 0.02
"""Seconds between two looks at the log while waiting for an event."""


class Store:
    """What is known, and the only way to change it.

    Use :func:`open_store`; use it as a context manager or :meth:`close` it.

    Attributes:
        url: The database's address.
        folder: Where blobs, backups and locks lie.
        actor: Who acts.
        migration: What opening it changed in the tables, if anything.
        changed: Whether anything was committed through this object.
    """

    def __init__(self, url: str, folder: Path, actor: Actor, migration: Migration | None) -> None:
        self.url = url
        self.folder = folder
        self.actor = actor
        self.migration = migration
        self.changed = migration is not None
        self._engine = connect(url)
        self._writing = self._engine.execution_options(alice_writes=True)
        database = sqlite_file(url)
        # Beside the database, and not in the home: homes may differ, the file that is written to does not.
        lock = database.with_name(f"{database.name}-turn") if database else None
        self._writer = nullcontext() if database is None else turn_of(url, lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give back all connections."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """A consistent view of the store; do not hold it longer than needed."""
        with _said_plainly(self.url), self._engine.connect() as connection:
            yield Reader(connection)

    def seal(self) -> int:
        """Give committed events their place in the order that readers follow; says how many got one.

        Only PostgreSQL needs it (see :mod:`alice_core.store.seal`); every loop that follows the log calls it first.
        """
        if self._engine.dialect.name == "sqlite":
            return 0
        with _said_plainly(self.url), self._engine.begin() as connection:
            return seal(connection)

    def following(
        self, position: int, *, wanted: EventFilter | None = None, limit: int = 500, timeout: float = 0.0
    ) -> tuple[Event, ...]:
        """The next events after a position, in the order of commits; waits for the first of them.

        Args:
            position: Of the last event that was read; 0 to begin.
            wanted: Only these.
            limit: At most so many.
            timeout: Seconds after which none is given.
        """
        until = time.monotonic() + timeout
        while True:
            self.seal()
            with self.reading() as reader:
                found = reader.events.following(position, wanted=wanted, limit=limit)
            left = until - time.monotonic()
            if found or left <= 0:
                return found
            time.sleep(min(_LOOK_AGAIN, left))

    @contextmanager
    def connecting(self) -> Iterator[Connection]:
        """A bare connection, for this room's own checks."""
        with self._engine.connect() as connection:
            yield connection

    @contextmanager
    def noting(self) -> Iterator[Connection]:
        """A transaction for this room's own notes, such as how far a sink is; the guard lets nothing else through."""
        with _said_plainly(self.url), self._writer, self._writing.begin() as connection:
            yield connection

    @contextmanager
    def transaction(self, operation: Operation) -> Iterator[UnitOfWork]:
        """A transaction for a registered operation; committed when the block ends well.

        On SQLite writers stand in line (see :mod:`alice_core.store.turns`).
        """
        with (
            _said_plainly(self.url),
            self._writer,
            self._writing.begin() as connection,
            UnitOfWork(connection, self.actor).entering(operation) as work,
        ):
            yield work
        self.changed = True


def open_store(home: Path, *, url: str | None = None, actor: Actor | None = None, migrate: bool = True) -> Store:
    """The store of a home folder, its tables made or brought up to date first.

    Args:
        home: Folder of the store; made when it is not there.
        url: Address of the database; by default the SQLite file ``alice.db`` in ``home``.
        actor: Who acts; by default the local user.
        migrate: False to leave the tables as they are.

    Raises:
        ConfigError: The database cannot be opened (``ALICE-F01``) or was written by a
            newer version (``ALICE-F02``).
    """
    actor = actor or Actor("user:local")
    try:
        home.mkdir(parents=True, exist_ok=True)
        url = url or sqlite_url(home / "alice.db")
        migration = upgrade(url, home, actor) if migrate else None
        return Store(url, home, actor, migration)
    except (OSError, DatabaseError) as error:
        reason = error.orig if isinstance(error, DatabaseError) else error
        place = sqlite_file(url) if url else home
        raise ConfigError(
            f"the store at {place or 'the given address'} cannot be opened: {str(reason).strip()}",
            hint="Check that the folder can be written, or choose another with --home or ALICE_HOME.",
            code="ALICE-F01",
        ) from error


@contextmanager
def _said_plainly(url: str) -> Iterator[None]:
    """Turn what stops a database (a full disk, a lock that is never given back) into our errors."""
    try:
        yield
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) in CLASHES:
            raise  # the operation is carried out again
        place = sqlite_file(url) or "the database"
        kind = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        reason = str(error.orig).strip()
        if kind in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}:
            message = f"the store at {place} cannot be written: {reason}"
            raise ExportError(
                message, hint="Free some space and run the same command again.", code="ALICE-E02"
            ) from error
        if kind == sqlite3.SQLITE_BUSY:
            message = f"the store at {place} is held by another program: {reason}"
            raise Conflict(message, hint="Run the same command again when it is done.") from error
        raise ConfigError(
            f"the store at {place} does not work: {reason}",
            hint="Check that the database is there and can be written: alice doctor",
            code="ALICE-F01",
        ) from error
