"""Connections: SQLite by default, PostgreSQL by address, the same code for both."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from alice_core.errors import ConfigError, MissingExtra
from alice_core.store import guard

BUSY_SECONDS = 60
"""How long a writer waits for another process's transaction before it gives up."""


CLASHES = frozenset({"40001", "40P01"})
"""PostgreSQL's codes for a transaction that another one got in the way of: it is carried out again."""


def sqlite_url(path: Path) -> str:
    """The address of a SQLite file."""
    return URL.create("sqlite", database=str(path)).render_as_string(hide_password=False)


def sqlite_file(url: str) -> Path | None:
    """The file behind an address, or ``None`` for a database server."""
    parsed = make_url(url)
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def connect(url: str) -> Engine:
    """An engine whose transactions are guarded: no change is committed without an event.

    Raises:
        ConfigError: The address is malformed or names a database that is not supported.
        MissingExtra: PostgreSQL is asked for and its driver is not installed.
    """
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
        if backend not in ("sqlite", "postgresql"):
            raise ConfigError(
                f"the store cannot live in {backend!r}", hint="Use sqlite:///FILE or postgresql://HOST/NAME."
            )
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        options: dict[str, Any] = {}
        if backend == "sqlite":
            options["connect_args"] = {"timeout": BUSY_SECONDS, "check_same_thread": False}
        engine = create_engine(parsed, **options)
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConfigError(
            f"{url!r} is no address of a store", hint="Use sqlite:///FILE or postgresql://HOST/NAME."
        ) from error
    except ModuleNotFoundError as error:
        raise MissingExtra(
            "PostgreSQL needs the package psycopg", hint="Install it: pip install 'alicemultiverse[postgres]'"
        ) from error
    if backend == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    guard.watch(engine)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own BEGIN would start every write as a read that may fail to be promoted,
    # so transactions are begun below.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("alice_writes", False)
    # Straight to the driver: through SQLAlchemy this took as long as writing a row.
    driver = cast("sqlite3.Connection", connection.connection.driver_connection)
    driver.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
