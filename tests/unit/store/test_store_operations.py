"""100 % of operations publish events: declared, carried out, and noticed when one is taken away."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from sqlalchemy import insert, text

import alice_core
from alice_core import library, projects, workflows  # noqa: F401 - all operations are declared by importing the rooms
from alice_core.errors import IntegrityError
from alice_core.events.facts import ProjectCreated
from alice_core.library.curating import curation, membership, tags, undo
from alice_core.library.discarding import gc, trash
from alice_core.library.keeping import adopt, importing, repair
from alice_core.library.keeping.export import export
from alice_core.library.keeping.records import AssetRecord
from alice_core.library.keeping.sidecar import write_sidecars
from alice_core.library.keeping.verify import verify
from alice_core.library.looking.companions import Change, group
from alice_core.library.looking.rederive import read_again
from alice_core.library.looking.seen import Seen, record_looks
from alice_core.library.meaning import embedding
from alice_core.media.facts import Kind, MediaFacts
from alice_core.media.packed import PackedBlock
from alice_core.relay import sinks
from alice_core.relay.settings import settings_for
from alice_core.store import (
    OPERATIONS,
    Asset,
    Derivation,
    Found,
    Ingredient,
    Project,
    Recipe,
    catalogue,
    foreign,
    operation,
)
from alice_core.store.erasing import erase_payloads
from alice_core.store.event_tables import DOMAIN_TABLES
from alice_core.store.labels import Curation
from alice_core.store.library_tables import INDEX_TABLES
from alice_core.store.migrate import Migration, record_migration
from alice_core.store.places import Finding, Location
from alice_core.store.tables import Base, ProjectRow
from alice_core.store.unit import UnitOfWork
from alice_core.workflows import correcting

ROOT = Path(alice_core.__file__).parent


def found(tmp_path, name="a.txt", data=b"alpha"):
    from alice_core.store.files import read_file

    path = tmp_path / name
    path.write_bytes(data)
    return read_file(path)


def _ingest(store, tmp_path):
    catalogue.ingest(store, found(tmp_path))


def _lose(store, tmp_path):
    one = found(tmp_path)
    with store.reading() as reader:
        known = reader.places.at(one.path)
    if known is None:
        pytest.fail("the exercise needs a known place")
    catalogue.lose_locations(store, (one.path,))


def _move(store, tmp_path):
    one = found(tmp_path)
    place = one.location("2026-11-24T00:00:00.000Z")
    at = Location(tmp_path / "moved.txt", place.digest, place.size, place.mtime_ns, place.seen)
    catalogue.move_locations(store, (catalogue.Move(one.path, at),))


def _root(store, tmp_path):
    catalogue.set_root(store, tmp_path / "elsewhere", watched=True)


def _refuse(store, tmp_path):
    catalogue.refuse(store, (Finding(tmp_path / "bad.png", "broken", "ALICE-M05", "its end is missing"),))


def _derive(store, tmp_path):
    catalogue.record(store, Recipe("test.copy", 1), (("copy", found(tmp_path, "b.txt", b"beta")),), None)


def _create(store, _tmp_path):
    projects.create(store, "Neon", "rain")


def _brief(store, _tmp_path):
    projects.brief(store, "Neon", "sun")


def _join(store, tmp_path):
    catalogue.join_project(store, projects.get(store, "Neon"), found(tmp_path).digest, "file")


def _known(store, tmp_path):
    """A known file's digest, with a tag, a synonym, a collection and everything else that can be said."""
    one = found(tmp_path)
    catalogue.ingest(store, one)
    membership.tag(store, (one.digest,), ("style/neon",))
    membership.collect(store, (one.digest,), "best")
    return one.digest


def _thrown(store, tmp_path):
    _ingest(store, tmp_path)
    trash.throw(store, [str(tmp_path / "a.txt")])


def _undo(store, _tmp_path):
    assert undo.undo(store)


def _collect(store, tmp_path):
    gc.record_collected(store, (gc.Waste("blob", tmp_path / "a.txt", 5, found(tmp_path).digest),))


def _note_prompts(store, tmp_path):
    with store.reading() as reader:
        known = reader.assets.known([found(tmp_path).digest])
    embedding.note_prompts(store, "m", list(known.values()))


def _on(call, *arguments, **options):
    """Says something of the known file."""
    return lambda store, tmp_path: call(store, (found(tmp_path).digest,), *arguments, **options)


def _damage(store, tmp_path):
    catalogue.ingest(store, found(tmp_path, "copy.txt"))
    (tmp_path / "a.txt").write_bytes(b"alph")


def _repair(store, _tmp_path):
    assert all(one.done for one in repair.repair(store, verify(store, dry_run=True).damages))


def _mend_block(store, tmp_path):
    block = PackedBlock("png:tEXt", "alice", "sha256:" + "0" * 64, 1, b"x")
    repair._mend(store, found(tmp_path).digest, block, tmp_path / "a.txt")


def _import(store, tmp_path):
    one = found(tmp_path)
    asset = Asset(one.digest, one.facts, "a.txt", "", "2026-11-24T09:00:00.000Z")
    record = AssetRecord(asset, True, None, (), (), None, adopt.Remarks())
    importing._carry_in(store, (record,), {}, (), "elsewhere")


def _adopt(store, tmp_path):
    remarks = adopt.Remarks(Curation(5, True, "hero", "the light", "ask Ada"), ("style/neon",), ("best",))
    adopt.adopt(store, {found(tmp_path).digest: remarks})


def _adopt_recipe(store, tmp_path):
    digest = found(tmp_path).digest
    recipe = Recipe("test.other", 1, {}, (Ingredient("file", digest),))
    derivation = Derivation(recipe.key, recipe, (Ingredient("copy", digest),), "", "user:ada", "")
    assert adopt.adopt_recipes(store, (derivation,)) == 1


def _look(store, tmp_path):
    record_looks(store, (Seen(found(tmp_path).digest, likeness=5, reason="it is dark"),))


def _group(store, tmp_path):
    group(store, (Change(found(tmp_path).digest, "sha256:" + "1" * 64),))


def _import_events(store, tmp_path):
    (tmp_path / "there.jsonl").write_text("no event")
    assert foreign.import_events(store, tmp_path / "there.jsonl").refused == 1


def _erase(store, _tmp_path):
    with store.reading() as reader:
        erase_payloads(store, [reader.events.following(0)[-1].id], "somebody asked for it")


def _sink(store, tmp_path):
    sinks.add_sink(store, "team", settings_for(str(tmp_path / "sent.jsonl"), {}))


def _refused(store, _tmp_path):
    with store.reading() as reader:
        event = reader.events.following(0, limit=1)[0]
    sinks.set_aside(store, "team", event, "too large", 5)


EXERCISES = {
    # operation: (what must be there before, the call, whether rows of the domain change)
    "asset.ingest": ((), _ingest, True),
    "asset.lose-location": ((_ingest,), _lose, True),
    "asset.move-location": ((_ingest,), _move, True),
    "asset.refuse": ((), _refuse, True),
    "library.root": ((), _root, True),
    "asset.derive": ((), _derive, True),
    "project.create": ((), _create, True),
    "project.brief": ((_create,), _brief, True),
    "project.add-asset": ((_create, _ingest), _join, True),
    "asset.tag": ((_ingest,), _on(membership.tag, ("style/neon", "rain")), True),
    "asset.untag": ((_known,), _on(membership.untag, ("style/neon",)), True),
    "asset.collect": ((_ingest,), _on(membership.collect, "best"), True),
    "asset.uncollect": ((_known,), _on(membership.uncollect, "best"), True),
    "asset.rate": ((_ingest,), _on(curation.rate, 5), True),
    "asset.favour": ((_ingest,), _on(curation.favour), True),
    "asset.mark": ((_ingest,), _on(curation.mark, "hero", "the light"), True),
    "asset.note": ((_ingest,), _on(curation.note, "ask Ada"), True),
    "asset.look": ((_ingest,), _look, True),
    "asset.group": ((_ingest,), _group, True),
    "asset.describe": ((_ingest,), _on(read_again), True),
    "tag.synonym": ((_known,), lambda store, _: tags.set_synonym(store, "NEONLIGHT", "style/neon"), True),
    "tag.rename": ((_known,), lambda store, _: tags.rename_tag(store, "style", "look"), True),
    "asset.trash": ((_ingest,), lambda store, tmp_path: trash.throw(store, [str(tmp_path / "a.txt")]), True),
    "asset.restore": ((_thrown,), lambda store, tmp_path: trash.restore(store, [str(tmp_path / "a.txt")]), True),
    "asset.purge": ((_thrown,), lambda store, _: trash.empty(store, everything=True), True),
    "library.collect": ((_ingest,), _collect, True),
    "library.undo": ((_known,), _undo, True),
    "library.redo": ((_known, _undo), lambda store, _: undo.redo(store), True),
    "library.verify": ((_ingest,), lambda store, _: verify(store), False),
    "library.export": ((_ingest,), lambda store, tmp_path: export(store, tmp_path / "export"), False),
    "sidecar.write": ((_known,), lambda store, _: write_sidecars(store), False),
    "asset.repair": ((_ingest, _damage), _repair, True),
    "block.repair": ((_ingest,), _mend_block, True),
    "asset.import": ((), _import, True),
    "asset.adopt": ((_ingest,), _adopt, True),
    "recipe.adopt": ((_ingest,), _adopt_recipe, True),
    "project.adopt": ((), lambda store, _: adopt.adopt_project(store, Project("1", "Neon", "", "now")), True),
    "tag.adopt-synonyms": ((_known,), lambda store, _: adopt.adopt_synonyms(store, {"glow": "style/neon"}), True),
    "prompt.note": ((_ingest,), _note_prompts, False),
    "prompt.embed": ((), lambda store, _: embedding.keep_vectors(store, "m", {1: b"x"}), False),
    "db.upgrade": ((), lambda store, _: record_migration(store, Migration("0002", "0003", None)), False),
    "music.correct": ((), lambda store, _: correcting.record(store, "a", "b", expected=None, what="half"), False),
    "audit.erase": ((), _erase, False),
    "event.import": ((), _import_events, False),
    "sink.add": ((), _sink, True),
    "sink.remove": ((_sink,), lambda store, _: sinks.remove_sink(store, "team"), True),
    "sink.pause": ((_sink,), lambda store, _: sinks.pause_sink(store, "team"), True),
    "sink.resume": (
        (_sink, lambda store, _: sinks.pause_sink(store, "team")),
        lambda store, _: sinks.resume_sink(store, "team"),
        True,
    ),
    "sink.set-aside": ((_sink,), _refused, True),
    "sink.redeliver": ((_sink, _refused), lambda store, _: sinks.record_redelivered(store, "team", (1,)), True),
}


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
    outside = []
    for path in ROOT.rglob("*.py"):
        room = path.relative_to(ROOT).parts[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else None
            if name in words and isinstance(node, ast.Attribute | ast.Name) and room != "store":
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
