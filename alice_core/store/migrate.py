"""Bringing the tables up to date: a copy first, then Alembic, in one transaction."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock
from sqlalchemy import Connection, Engine, inspect, text

from alice_core.errors import ConfigError, Conflict, NotFound
from alice_core.events.facts import Migrated
from alice_core.store.engine import connect, sqlite_file
from alice_core.store.operations import operation
from alice_core.store.unit import Actor, UnitOfWork

if TYPE_CHECKING:
    from alembic.config import Config

    from alice_core.store.store import Store

HEAD = "0006"
"""The newest revision; a test holds it equal to what lies in ``migrations/versions``."""

_ADVISORY_LOCK = 0x616C696365
"""PostgreSQL advisory lock of migrations: the letters "alice"."""


@dataclass(frozen=True, slots=True)
class Migration:
    """What was changed: revisions before and after, and the copy made before."""

    before: str | None
    after: str
    backup: Path | None


@operation("db.upgrade", emits=(Migrated,), permission="store.admin")
def record_migration(work: UnitOfWork, migration: Migration) -> None:
    """Publish that the tables were changed."""
    backup = str(migration.backup) if migration.backup else None
    work.emit(Migrated(before=migration.before, after=migration.after, backup=backup), subject="store")


def scripts_folder() -> Path:
    """Where the migrations lie: beside the package in a checkout, inside it in a wheel."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_migrations", package.parent / "migrations"):
        if (folder / "env.py").is_file():
            return folder
    raise ConfigError("the migrations of the store are missing", hint="Install AliceMultiverse again.")


def upgrade(url: str, home: Path, actor: Actor) -> Migration | None:
    """Bring the tables of a store up to date; ``None`` when they are already.

    Any number of processes may do so at once: one does it, the others wait and find it done.

    Raises:
        ConfigError: The tables are newer than this program (``ALICE-F02``).
    """
    engine = connect(url)
    try:
        with FileLock(home / "migrate.lock"):
            before = revision(engine)
            if before == HEAD:
                return None
            file = sqlite_file(url)
            copy = None
            if file is not None and before is not None:
                copy = backup_to(file, home / "backups" / f"{file.stem}-{before}-{_stamp()}.db")
            with engine.execution_options(alice_writes=True).begin() as connection:
                return _migrate(connection, actor, copy)
    finally:
        engine.dispose()


def revision(engine: Engine) -> str | None:
    """The revision of the tables, ``None`` for an empty database."""
    with engine.connect() as connection:
        return _revision(connection)


def backup_to(file: Path, target: Path) -> Path:
    """A whole, consistent copy of a SQLite database, made while others use it.

    Raises:
        NotFound: There is no such database.
    """
    if not file.is_file():
        raise NotFound(f"there is no database at {file}", hint="Name another home with --home.", code="ALICE-N01")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".part")
    try:
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(partial)) as copy:
            source.backup(copy)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return target


def _migrate(connection: Connection, actor: Actor, copy: Path | None) -> Migration | None:
    from alembic import command  # noqa: PLC0415 - a tenth of a second that only an upgrade needs

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    before = _revision(connection)
    if before == HEAD:
        return None
    config = alembic_config()
    config.attributes["connection"] = connection
    _refuse_newer(config, before)
    command.upgrade(config, "head")
    migration = Migration(before, HEAD, copy)
    record_migration(UnitOfWork(connection, actor), migration)
    return migration


def alembic_config() -> Config:
    """Alembic's configuration for our migrations, without a file."""
    from alembic.config import Config  # noqa: PLC0415 - see above

    config = Config()
    config.set_main_option("script_location", str(scripts_folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _refuse_newer(config: Config, before: str | None) -> None:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - see above

    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if before is not None and before not in known:
        raise ConfigError(
            f"the store has revision {before}, which this version does not know (its newest is {HEAD})",
            hint="Install the version that wrote it, or choose another store with --home.",
            code="ALICE-F02",
        )


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")


def backup_store(store: Store, target: Path | None = None) -> Path:
    """A copy of a store's SQLite database, by default in its own folder ``backups``.

    Raises:
        ConfigError: The store lives in a database server, which has its own tools for that.
        Conflict: The target is there already.
    """
    file = sqlite_file(store.url)
    if file is None:
        raise ConfigError("this store lives in PostgreSQL", hint="Back it up with pg_dump.")
    if target is not None and target.exists():
        raise Conflict(f"{target} exists already", hint="Name another file.")
    return backup_to(file, target or store.folder / "backups" / f"{file.stem}-{HEAD}-{_stamp()}.db")
