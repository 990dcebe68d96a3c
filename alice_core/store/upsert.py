"""Inserting rows that another process may insert at the same moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection


def insert_new(connection: Connection, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:  # noqa: ANN401 - a mapped class
    """Insert rows that nobody else has inserted meanwhile; those that are there already stay as they are."""
    # Each dialect's own statement; PostgreSQL's costs a twentieth of a second to import where it is not used.
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as insert_postgresql  # noqa: PLC0415 - see above

        connection.execute(insert_postgresql(table).on_conflict_do_nothing(), list(rows))
    else:
        from sqlalchemy.dialects.sqlite import insert as insert_sqlite  # noqa: PLC0415 - see above

        connection.execute(insert_sqlite(table).on_conflict_do_nothing(), list(rows))
