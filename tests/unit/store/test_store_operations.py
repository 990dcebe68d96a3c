"""100 % of operations publish events: declared, carried out, and noticed when one is taken away."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from operation_exercises import EXERCISES, found
from sqlalchemy import insert, text

import alice_core
from alice_core import library, projects, workflows  # noqa: F401 - all operations are declared by importing the rooms
from alice_core.errors import IntegrityError
from alice_core.events.facts import ProjectCreated
from alice_core.media.facts import Kind, MediaFacts
from alice_core.store import (
    OPERATIONS,
    Found,
    Ingredient,
    operation,
)
from alice_core.store.event_tables import DOMAIN_TABLES
from alice_core.store.library_tables import INDEX_TABLES
from alice_core.store.tables import Base, ProjectRow
from alice_core.store.unit import UnitOfWork

ROOT = Path(alice_core.__file__).parent


def test_every_operation_is_exercised_here():
    assert set(EXERCISES) == set(OPERATIONS)


def test_every_operation_declares_events_a_permission_and_says_what_it_does():
    for name, declared in OPERATIONS.items():
        assert declared.emits, name
        assert declared.permission.count(".") == 1, name
        assert declared.summary.endswith("."), name
        assert declared.undo is None or declared.undo in OPERATIONS, name


@pytest.mark.parametrize("name", sorted(EXERCISES))
def test_an_operation_publishes_what_it_declares(name, store, events, tmp_path):
    before, call, _ = EXERCISES[name]
    for step in before:
        step(store, tmp_path)
    cursor = len(events())
    call(store, tmp_path)
    fresh = events(cursor)
    assert fresh
    declared = {model.type_name for model in OPERATIONS[name].emits}
    nested = {model.type_name for other in OPERATIONS.values() for model in other.emits}
    assert {one.type for one in fresh} <= (nested if name == "asset.derive" else declared)
    assert all(one.actor == "user:test" and one.correlation == store.actor.correlation for one in fresh)


@pytest.mark.guard_alone
@pytest.mark.parametrize("name", sorted(name for name, exercise in EXERCISES.items() if exercise[2]))
def test_an_operation_whose_events_are_taken_away_changes_nothing(name, store, events, tmp_path, monkeypatch):
    before, call, _ = EXERCISES[name]
    for step in before:
        step(store, tmp_path)
    rows, cursor = _rows(store), len(events())
    monkeypatch.setattr(UnitOfWork, "_append", lambda _self, _event: None)
    with pytest.raises(IntegrityError) as caught:
        call(store, tmp_path)
    assert caught.value.code == "ALICE-I01"
    assert _rows(store) == rows
    assert len(events()) == cursor


@pytest.mark.parametrize(
    ("name", "model"), [(name, model) for name, one in sorted(OPERATIONS.items()) for model in one.emits]
)
def test_an_operation_that_emits_what_it_no_longer_declares_is_stopped(name, model, store, monkeypatch):
    """The mutation of a declaration: each event of each operation, one at a time."""
    declared = OPERATIONS[name]
    fewer = tuple(other for other in declared.emits if other is not model)
    reduced = type(declared)(declared.name, fewer, declared.permission, declared.undo, declared.summary)
    payload = model.model_construct()
    with pytest.raises(ValueError, match="does not declare"), store.transaction(reduced) as work:
        work.emit(payload, subject="x")


@pytest.mark.guard_alone
def test_hand_written_rows_without_an_event_are_refused(store):
    row = {"id": "1", "name": "x", "brief": "", "created": "now"}
    with (
        pytest.raises(IntegrityError, match="without an event"),
        store.transaction(OPERATIONS["project.create"]) as work,
    ):
        work._connection.execute(insert(ProjectRow).values(row))
    with store.reading() as reader:
        assert reader.projects.all() == ()


def test_the_suite_itself_notices_a_silent_commit_in_plain_sql(store):
    statement = text("INSERT INTO projects (id, name, brief, created) VALUES ('1', 'x', '', 'now')")
    with (
        pytest.raises(AssertionError, match="published no event"),
        store.transaction(OPERATIONS["project.create"]) as w,
    ):
        w._connection.execute(statement)


def test_a_failed_operation_leaves_neither_rows_nor_events(store, events):
    cursor = len(events())

    @operation("test.fails", emits=(ProjectCreated,), permission="test.write")
    def fails(work):
        """Fail after writing."""
        projects.create(work, "Half")
        raise RuntimeError("on purpose")

    try:
        with pytest.raises(RuntimeError, match="on purpose"):
            fails(store)
    finally:
        del OPERATIONS["test.fails"]
    assert len(events()) == cursor
    with store.reading() as reader:
        assert reader.projects.named("Half") is None


def test_an_operation_is_declared_once_and_with_events():
    with pytest.raises(ValueError, match="twice"):
        operation("project.create", emits=(ProjectCreated,), permission="project.write")(lambda work: work)
    with pytest.raises(ValueError, match="no event"):
        operation("test.nothing", emits=(), permission="test.write")(lambda work: work)


def test_no_code_outside_the_store_opens_a_transaction():
    """The static part: only the registry of operations opens one, and sessions exist nowhere else."""
    words = {"transaction", "sessionmaker", "create_engine", "execute", "_connection", "connecting"}
    said = re.compile(rf"\b({'|'.join(words)})\b")
    outside = []
    for path in ROOT.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if path.is_relative_to(ROOT / "store") or not said.search(text):
            continue  # to understand a module takes a hundred times as long as to look for a word
        for node in ast.walk(ast.parse(text)):
            name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else None
            if name in words:
                outside.append((str(path.relative_to(ROOT)), node.lineno, name))
    assert outside == []
    callers = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "store").glob("*.py")
        if ".transaction(" in path.read_text(encoding="utf-8")
    ]
    assert callers == ["store/operations.py"]


def test_every_table_is_either_of_the_domain_or_the_log():
    assert set(Base.metadata.tables) - {"events", "sink_progress"} - INDEX_TABLES == DOMAIN_TABLES


def test_facts_of_a_found_file(tmp_path):
    one = found(tmp_path)
    assert isinstance(one, Found)
    assert isinstance(one.facts, MediaFacts)
    assert (one.facts.kind, one.facts.size) == (Kind.DOCUMENT, 5)
    assert Ingredient("file", one.digest).digest.startswith("sha256:")


def _rows(store):
    with store.connecting() as connection:
        return {name: connection.execute(text(f"SELECT COUNT(*) FROM {name}")).scalar() for name in DOMAIN_TABLES}
