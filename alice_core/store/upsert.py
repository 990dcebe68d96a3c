"""Inserting rows that another process may insert at the same moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: Any, rows: Sequence[Mapping[str, Any]]) -> None:  # noqa: ANN401 - a mapped class
    """Insert rows that nobody else has inserted meanwhile; those that are there already stay as they are."""
    kind = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    connection.execute(kind(table).on_conflict_do_nothing(), list(rows))
