"""The databases that the contract tests run on are what they are said to be."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text

_NAME = {"sqlite": "SELECT 'SQLite ' || sqlite_version()", "postgresql": "SELECT version()"}


@pytest.mark.parametrize("_round", [1, 2])
def test_each_test_gets_a_real_and_empty_database(database_url, _round):
    engine = create_engine(database_url)
    with engine.begin() as connection:
        assert connection.scalar(text(_NAME[engine.dialect.name])).startswith(("SQLite 3", "PostgreSQL "))
        connection.execute(text("CREATE TABLE beat (sample INTEGER)"))
        connection.execute(text("INSERT INTO beat VALUES (44100)"))
    engine.dispose()
