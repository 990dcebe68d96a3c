"""The store on every database it supports: the same words, the same answers."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from alice_core import projects
from alice_core.errors import ConfigError, Conflict
from alice_core.library import card, find, ingest_paths, lineage_of
from alice_core.store import Actor, Ingredient, Job, Project, Recipe, Target, derive, ingest, open_store
from alice_core.store.catalogue import join_project, lose_locations
from alice_core.store.check import check
from alice_core.store.files import read_file
from alice_core.store.log import EventFilter
from alice_core.store.migrate import HEAD, backup_store
from alice_core.store.tables import Base


@pytest.fixture
def store(database_url, tmp_path):
    with open_store(tmp_path / "home", url=database_url, actor=Actor("user:test")) as opened:
        yield opened


_SEARCH_INDEX = ("asset_search", "word_search")
_SEARCH_EXTRAS = {"document", "ix_asset_texts_document", "ix_search_words_word_trgm"}


def _is_modelled(_thing, name, _kind, _reflected, _compared):
    """Not the full-text indexes, which each database has in its own way and no model names."""
    return not name or not (name.startswith(_SEARCH_INDEX) or name in _SEARCH_EXTRAS)


def test_the_migrations_make_the_tables_of_the_models(store):
    with store.connecting() as connection:
        options = {"compare_type": True, "include_object": _is_modelled}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_projects_are_begun_and_briefed(store):
    neon = projects.create(store, "Neon", "rain")
    with pytest.raises(Conflict):
        projects.create(store, "Neon")
    assert projects.brief(store, "Neon", "sun").brief == "sun"
    assert projects.create_or_get(store, "Neon", None).id == neon.id
    assert projects.create_or_get(store, "Ämber 🎬", "dusk").brief == "dusk"
    with store.reading() as reader:
        assert {one.name for one in reader.projects.all()} == {"Neon", "Ämber 🎬"}


def test_files_are_taken_in_moved_and_lost(store, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.txt").write_text("alpha")
    (folder / "b 'quoted' 🎵.txt").write_text("beta")
    neon = projects.create(store, "Neon")
    first = ingest_paths(store, [folder], project=neon)
    assert (len(first.new), first.unchanged) == (2, 0)
    assert ingest_paths(store, [folder], project=neon).unchanged == 2
    (folder / "a.txt").rename(folder / "c.txt")
    second = ingest_paths(store, [folder])
    assert [path.name for path in second.found] == ["c.txt"]
    (found,) = find(store, "project:neon kind:document a.txt").cards
    assert [one.path.name for one in found.locations] == ["c.txt"]
    (folder / "c.txt").unlink()
    assert [path.name for path in ingest_paths(store, [folder]).lost] == ["c.txt"]
    assert card(store, found.asset.digest).locations == ()
    lose_locations(store, (folder / "c.txt",))


def test_a_derivation_is_recorded_and_walked(store, tmp_path):
    (tmp_path / "song.txt").write_text("la la")
    song = read_file(tmp_path / "song.txt")
    ingest(store, song)
    recipe = Recipe("test.cook", 1, {"salt": 1}, (Ingredient("song", song.digest),))
    job = Job(recipe, (Target("dish", tmp_path / "dish.txt", words="neon rain"),), lambda p: p[0].write_text("x"))
    made = derive(store, job)
    assert derive(store, job).reused
    lineage = lineage_of(store, made.products[0].digest)
    assert set(lineage.assets) == {song.digest, made.products[0].digest}
    assert [edge["operation"] for edge in lineage.to_json()["edges"]] == ["test.cook"]
    assert [one.asset.digest for one in find(store, "RAIN test.cook").cards] == [made.products[0].digest]
    assert find(store, "100%_rain").cards == ()


def test_the_log_is_read_from_a_cursor_and_filtered(store):
    for number in range(5):
        projects.create(store, f"P{number}")
    with store.reading() as reader:
        everything = reader.events.after(0)
        assert [one.seq for one in everything] == sorted(one.seq or 0 for one in everything)
        assert everything[0].type == "alice.store.migrated"
        created = reader.events.after(0, wanted=EventFilter(type="projects.*"))
        assert [one.project for one in created] == [f"P{number}" for number in range(5)]
        assert reader.events.after(created[1].seq or 0, limit=2)[0].id == created[2].id
        assert len(reader.events.after(0, wanted=EventFilter(project="P3"))) == 1
        assert len(reader.events.after(0, wanted=EventFilter(subject=created[0].subject))) == 1
        assert reader.events.after(0, wanted=EventFilter(since="2999")) == ()
        assert reader.events.before_last(2) == created[2].seq
        assert reader.events.before_last(0) == reader.events.last() == created[-1].seq
        assert reader.events.before_last(2, wanted=EventFilter(type="store.*")) == 0


def test_threads_write_side_by_side(store):
    def work(name):
        for number in range(10):
            projects.create(store, f"{name}-{number}")

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with store.reading() as reader:
        assert len(reader.projects.all()) == 40
        assert len(reader.events.after(0, wanted=EventFilter(type="projects.created"))) == 40


def test_the_same_file_taken_in_by_many_at_once_is_one_asset(store, tmp_path):
    found = []
    for number in range(12):
        (tmp_path / f"{number}.txt").write_text(str(number))
        found.append(read_file(tmp_path / f"{number}.txt"))
    neon = projects.create(store, "Neon")
    barrier, failed = threading.Barrier(6), []

    def work():
        # Each has a store of its own, as a process would: the lock between threads does not help.
        try:
            with open_store(store.folder, url=store.url) as own:
                own._writer = threading.RLock()
                barrier.wait(30)
                for one in found:
                    ingest(own, one, project=neon)
        except BaseException as error:
            failed.append(error)
            raise

    threads = [threading.Thread(target=work) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    with store.reading() as reader:
        assert len(reader.events.after(0, wanted=EventFilter(type="library.ingested"))) == 12
        assert len(reader.events.after(0, wanted=EventFilter(type="projects.asset-added"))) == 12
    assert check(store).findings == ()


def test_what_the_database_refuses_every_time_is_a_conflict(store):
    with pytest.raises(Conflict, match="refused by the database"):
        join_project(store, Project("no such project", "x", "", ""), "sha256:none", "file")


_STARTER = """
import json, sys
from pathlib import Path
from alice_core import projects
from alice_core.store import open_store
with open_store(Path(sys.argv[1]), url=sys.argv[2]) as store:
    projects.create(store, sys.argv[3])
    print(json.dumps(store.migration is not None))
"""


def test_processes_that_start_at_once_on_an_empty_database_all_succeed(database_url, tmp_path):
    command = [sys.executable, "-c", _STARTER, str(tmp_path / "home"), database_url]
    running = [
        subprocess.Popen([*command, f"P{n}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for n in range(4)
    ]
    results = [one.communicate(timeout=120) for one in running]
    assert [one.returncode for one in running] == [0] * 4, results
    assert sorted(json.loads(out) for out, _ in results) == [False, False, False, True]
    with open_store(tmp_path / "home", url=database_url) as store:
        with store.reading() as reader:
            assert len(reader.projects.all()) == 4
        assert check(store).findings == ()


def test_the_check_counts_and_finds_nothing_wrong(store, tmp_path):
    projects.create(store, "Neon")
    health = check(store)
    assert (health.revision, health.assets, health.events, health.findings) == (HEAD, 0, 2, ())
    if store.url.startswith("postgresql"):
        with pytest.raises(ConfigError, match="PostgreSQL"):
            backup_store(store)
    else:
        assert Path(backup_store(store)).is_file()
