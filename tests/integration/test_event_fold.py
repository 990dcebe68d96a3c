"""The log alone tells the whole state: a long random session is folded and compared with the tables."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from random_session import Session

from alice_core import projects
from alice_core.events import Event
from alice_core.library import ingest_paths
from alice_core.library.curating.history import asset_at
from alice_core.library.discarding import trash
from alice_core.library.folding import state_at
from alice_core.library.keeping.export import export
from alice_core.library.keeping.importing import import_folder
from alice_core.library.past import (
    LibraryState,
    PastAsset,
    PastFinding,
    PastItem,
    PastProject,
    PastRecipe,
    PastRoot,
)
from alice_core.media.files import path_said
from alice_core.store import Actor, catalogue, open_store
from alice_core.store.labels import Curation
from alice_core.store.numbers import stamp


def whole_log(store) -> list[Event]:
    """Every event, read as every other reader does."""
    store.seal()
    found: list[Event] = []
    while True:
        with store.reading() as reader:
            page = reader.events.following(found[-1].position if found else 0, limit=1000)
        found += page
        if not page:
            return found


def tables(store) -> LibraryState:
    """What the tables say, in the shape of a folded log."""
    with store.reading() as reader:
        assets = {asset.digest: asset for asset in reader.assets.after(-1, limit=100_000)}
        numbers = [asset.number for asset in assets.values()]
        labels = reader.labels
        said, tagged, held = labels.curations(numbers), labels.tags(numbers), labels.collections(numbers)
        found = {}
        for digest, one in assets.items():
            curated = said.get(one.number, Curation())
            found[digest] = PastAsset(
                digest, one.kind, one.facts.size, one.content, one.leader,
                None if one.likeness is None else f"{one.likeness:016x}", one.trashed,
                curated.rating, curated.favourite, curated.mark, curated.reason, curated.note,
                frozenset(tagged.get(one.number, ())), frozenset(held.get(one.number, ())),
            )  # fmt: skip
        recipes = {one.key: one for digest in assets for one in reader.recipes.giving(digest)}
        return LibraryState(
            assets=found,
            places={path_said(one.path): one.digest for some in reader.places.of_many(assets).values() for one in some},
            roots={one.id: PastRoot(path_said(one.path), one.watched) for one in reader.places.roots()},
            findings={
                path_said(one.path): PastFinding(one.state, one.code, one.reason) for one in reader.places.findings()
            },
            trash={
                one.id: PastItem(one.digest, path_said(one.path), path_said(one.kept), one.until)
                for one in labels.trash()
            },
            synonyms=labels.synonyms(),
            projects={
                one.id: PastProject(
                    one.name, one.brief, one.style, one.archived is not None, _members(reader, one.id, one.name)
                )
                for one in reader.projects.all()
            },
            recipes={key: _recipe(one) for key, one in recipes.items()},
        )


def _members(reader, number, name):
    digests = sorted(reader.projects.members(number))
    return {digest: dict(roles)[name] for digest, roles in reader.projects.roles(digests).items()}


def _recipe(one):
    inputs = tuple(item.digest for item in one.recipe.inputs)
    outputs = tuple((item.role, item.digest) for item in one.outputs)
    return PastRecipe(one.recipe.operation, one.recipe.version, one.recipe.take, inputs, outputs)


def assert_same(store, events=None):
    """Field by field, so that a failure says which one."""
    folded, said = state_at(whole_log(store) if events is None else events), tables(store)
    for name in ("roots", "places", "findings", "trash", "synonyms", "projects", "recipes", "assets"):
        ours, theirs = dict(getattr(folded, name)), dict(getattr(said, name))
        wrong = {
            key: (ours.get(key), theirs.get(key)) for key in ours.keys() | theirs if ours.get(key) != theirs.get(key)
        }
        assert wrong == {}, (name, wrong)
    assert folded.unread == 0
    return folded


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_a_long_random_session_folds_to_what_the_tables_say(store, tmp_path, seed):
    session = Session(store, tmp_path / "files", seed)
    for _ in range(6):
        session.run(60)
        assert_same(store)
    carried = {name for name in session.done if not name.endswith("refused")}
    assert len(carried) > 25, session.done
    types = {event.type for event in whole_log(store)}
    assert len(types) > 24, types


def test_every_type_that_is_folded_counts(store, tmp_path):
    session = Session(store, tmp_path / "files", 8)
    session.run(360)
    session.refuse()
    for name in ("Away", "Back"):
        projects.create(store, name)
        projects.archive(store, name)
    projects.reopen(store, "Back")
    log = whole_log(store)
    whole = state_at(log)
    idle = {type_ for type_ in {event.type for event in log} if state_at(e for e in log if e.type != type_) == whole}
    assert idle <= {"alice.store.migrated", "alice.library.undone", "alice.library.redone"}


def test_what_an_import_brought_folds_too(store, tmp_path):
    session = Session(store, tmp_path / "files", 11)
    session.run(150)
    export(store, tmp_path / "export")
    with open_store(tmp_path / "other", actor=Actor("user:eve")) as other:
        import_folder(other, tmp_path / "export", files_to=tmp_path / "copied")
        folded = assert_same(other)
        with store.reading() as reader:
            kept = {one.digest for one in reader.assets.after(-1, limit=10_000) if one.trashed is None}
        # What is in the trash stays behind, but for what a recipe reads.
        assert kept <= folded.assets.keys() <= tables(store).assets.keys()
        import_folder(other, tmp_path / "export")
        assert_same(other)


def test_the_past_is_what_the_tables_said_then(store, tmp_path):
    session = Session(store, tmp_path / "files", 5)
    then: list[tuple[str, LibraryState]] = []
    for _ in range(5):
        session.run(40)
        moment = whole_log(store)[-1].time
        then.append((moment, tables(store)))
        while _now() <= moment:
            pass  # the next event has a later millisecond
    log = whole_log(store)
    for moment, said in then:
        folded = state_at(log, moment)
        assert dict(folded.assets) == said.assets
        assert dict(folded.places) == said.places
        for digest in sorted(said.assets)[:20]:
            one = asset_at(store, digest, moment)
            assert one.asset == said.assets[digest]
            assert list(one.paths) == sorted(path for path, held in said.places.items() if held == digest)


def _now():
    return stamp(datetime.now(UTC))


def test_events_of_another_log_change_neither_state_nor_undo(store, tmp_path):
    session = Session(store, tmp_path / "files", 6)
    session.run(120)
    log = whole_log(store)
    foreign = [replace(event, source="/elsewhere") for event in log]
    mixed = [one for pair in zip(log, foreign, strict=True) for one in pair]
    assert state_at(mixed) == state_at(log)
    assert state_at(foreign) == LibraryState()


def test_files_that_change_places_with_their_like(store, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    for name, text in (("a", "x"), ("b", "x"), ("c", "y"), ("d", "z")):
        (folder / name).write_text(text)
    ingest_paths(store, [folder])
    chains = ((("a", "b"), ("b", "e")), (("e", "b"), ("b", "e")), (("c", "d"), ("d", "c")))
    for moves in chains:
        with store.reading() as reader:
            places = {name: reader.places.at(folder / name) for pair in moves for name in pair}
        for pair in moves:
            (folder / pair[0]).rename(folder / f"{pair[0]}.on-its-way")
        for before, after in moves:
            (folder / f"{before}.on-its-way").rename(folder / after)
        known = [
            catalogue.Move(folder / before, replace(places[before], path=folder / after)) for before, after in moves
        ]
        catalogue.move_locations(store, known)
        assert_same(store)


def test_of_two_files_of_one_path_in_the_trash_the_right_one_is_gone(store, tmp_path):
    path = tmp_path / "a.txt"
    for days in (30, 0):
        path.write_text("rain")
        ingest_paths(store, [path])
        trash.throw(store, [str(path)], days=days)
    trash.empty(store)
    folded = assert_same(store)
    (item,) = folded.trash.values()
    assert item.path == str(path)
    shutil.rmtree(store.folder / "trash")
    trash.empty(store)
    assert assert_same(store).trash == {}
