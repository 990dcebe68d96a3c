"""The guard on every connection: rows of the domain change only together with an event.

It sits below all services, on the engine itself, so that no path around it exists: each
statement notes the table it writes, and a commit that wrote domain rows without an event
is refused and rolled back.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.schema import Table

from alice_core.errors import IntegrityError
from alice_core.store.event_tables import DOMAIN_TABLES
from alice_core.store.tables import EventRow

_WRITTEN = "alice_written_tables"


def watch(engine: Engine) -> None:
    """Guard all transactions of an engine."""
    event.listen(engine, "begin", _forget)
    event.listen(engine, "before_execute", _note)
    event.listen(engine, "commit", _demand_event)
    event.listen(engine, "rollback", _forget)


def _forget(connection: Connection) -> None:
    connection.info[_WRITTEN] = set()


def _note(connection: Connection, statement: Any, _multi: Any, _params: Any, _options: Any) -> None:  # noqa: ANN401 - SQLAlchemy's hook
    if isinstance(statement, UpdateBase) and isinstance(statement.table, Table):
        connection.info.setdefault(_WRITTEN, set()).add(statement.table.name)


def note_written(connection: Connection, table: str) -> None:
    """Note a table that is written by a statement that goes straight to the driver."""
    connection.info.setdefault(_WRITTEN, set()).add(table)


def _demand_event(connection: Connection) -> None:
    written: set[str] = connection.info.get(_WRITTEN, set())
    silent = sorted(written & DOMAIN_TABLES)
    if silent and EventRow.__tablename__ not in written:
        raise IntegrityError(
            f"a change of {', '.join(silent)} would be committed without an event",
            hint="This is a fault of the program: every operation publishes what it changed. Nothing was changed.",
            code="ALICE-I01",
        )
