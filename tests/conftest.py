"""For every ring: no test touches the library of the person who runs it. And a store for whoever asks."""

from __future__ import annotations

import contextlib
import itertools
import re
import shutil
import sqlite3

import pytest
from sqlalchemy import Engine, event

from alice_core.store import Actor, open_store

_numbers = itertools.count()


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """ALICE_HOME is a folder that does not exist yet, a new one for each test; the audit key is none of theirs."""
    home = tmp_path_factory.getbasetemp() / "homes" / str(next(_numbers))
    monkeypatch.setenv("ALICE_HOME", str(home))
    monkeypatch.setenv("ALICE_AUDIT_KEY", "0f" * 32)
    for name in ("ALICE_STORE__URL", "ALICE_ACTOR", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)


_DOMAIN = (
    "assets", "roots", "locations", "findings", "blocks", "asset_blocks", "readings", "models", "model_uses",
    "curations", "tags", "tag_synonyms", "asset_tags", "collections", "collection_assets", "trash",
    "projects", "project_assets", "recipes", "recipe_inputs", "recipe_outputs",
    "sinks", "undelivered", "budgets", "jobs",
)  # fmt: skip
_WRITE = re.compile(r"\s*(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|UPDATE|DELETE\s+FROM)\s+\"?(\w+)", re.IGNORECASE)
_WRITTEN = "test_written_tables"
_guard_alone: list[str] = []


def _note_statement(connection, _cursor, statement, _parameters, _context, _many):
    found = _WRITE.match(statement)
    if found:
        connection.info.setdefault(_WRITTEN, set()).add(found.group(1).lower())


def _forget_statements(connection):
    connection.info.pop(_WRITTEN, None)


def _demand_event(connection):
    written = connection.info.pop(_WRITTEN, set())
    silent = sorted(written.intersection(_DOMAIN))
    assert not silent or "events" in written or _guard_alone, f"a commit changed {silent} and published no event"


@pytest.fixture(autouse=True)
def guard_alone(request):
    """Leaves it to the store's own guard to refuse a silent commit, where a test tries just that."""
    if request.node.get_closest_marker("guard_alone"):
        _guard_alone.append(request.node.nodeid)
    yield
    _guard_alone.clear()


@pytest.fixture(autouse=True, scope="session")
def no_silent_commit():
    """In every test: a commit that changes rows of the domain without an event row fails the test.

    This reads the SQL text that reaches the database, so it does not rest on the guard of
    the store itself and sees statements written by hand too.
    """
    listeners = (
        ("before_cursor_execute", _note_statement),
        ("begin", _forget_statements),
        ("rollback", _forget_statements),
        ("commit", _demand_event),
    )
    for name, listener in listeners:
        event.listen(Engine, name, listener)
    yield
    for name, listener in listeners:
        event.remove(Engine, name, listener)


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory):
    """The file of a store that nothing is in, made once: carrying out all migrations takes most of a short test."""
    home = tmp_path_factory.mktemp("template")
    open_store(home, actor=Actor("user:test")).close()
    with contextlib.closing(sqlite3.connect(home / "alice.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return home / "alice.db"


@pytest.fixture
def store(tmp_path, empty_store):
    home = tmp_path / "home"
    home.mkdir()
    shutil.copyfile(empty_store, home / "alice.db")
    with open_store(home, actor=Actor("user:test")) as opened:
        yield opened


@pytest.fixture
def events(store):
    """Says which events are in the log, after an optional cursor."""

    def read(after=0):
        with store.reading() as reader:
            return reader.events.after(after)

    return read
