"""Opening a store: made, migrated with a copy first, refused when it is newer or broken."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from alice_core import projects
from alice_core.errors import ConfigError, Conflict, NotFound
from alice_core.store import open_store
from alice_core.store.check import check
from alice_core.store.engine import connect
from alice_core.store.migrate import HEAD, alembic_config, backup_store, backup_to
from alice_core.store.recipes import Recipe


def at_revision(path, revision):
    """A database as the given revision left it."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()


def test_the_newest_revision_is_the_one_the_code_knows():
    assert ScriptDirectory.from_config(alembic_config()).get_heads() == [HEAD]


def test_opening_twice_migrates_once(tmp_path):
    with open_store(tmp_path / "home") as first:
        assert first.migration is not None
        assert (first.migration.before, first.migration.after, first.migration.backup) == (None, HEAD, None)
    with open_store(tmp_path / "home") as second:
        assert second.migration is None
        with second.reading() as reader:
            assert [one.type for one in reader.events.after(0)] == ["alice.store.migrated"]


def test_an_older_database_is_copied_before_it_is_changed(tmp_path):
    at_revision(tmp_path / "alice.db", "0001")
    with open_store(tmp_path) as store:
        assert store.migration is not None
        assert store.migration.before == "0001"
        copy = store.migration.backup
        assert projects.create(store, "Neon").name == "Neon"
        assert check(store).findings == ()
    assert copy is not None
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert "projects" not in names


def test_a_newer_database_is_left_alone(tmp_path):
    with open_store(tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / "alice.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(ConfigError) as caught:
        open_store(tmp_path)
    assert caught.value.code == "ALICE-F02"
    assert "9999" in caught.value.message


def test_what_is_no_database_is_refused_with_its_path(tmp_path):
    (tmp_path / "alice.db").write_bytes(b"this is no database, it is a letter to my aunt" * 100)
    with pytest.raises(ConfigError, match=r"alice\.db") as caught:
        open_store(tmp_path)
    assert caught.value.code == "ALICE-F01"
    assert (tmp_path / "alice.db").read_bytes().startswith(b"this is no database")


def test_a_home_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "home").write_text("x")
    with pytest.raises(ConfigError) as caught:
        open_store(tmp_path / "home")
    assert caught.value.code == "ALICE-F01"


@pytest.mark.parametrize("url", ["mysql://h/x", "nonsense", "postgresql+nodriver://h/x"])
def test_an_address_of_nothing_we_know_is_refused(url, tmp_path):
    with pytest.raises(ConfigError):
        open_store(tmp_path, url=url)


def test_sqlite_is_set_up_for_crashes_and_references(tmp_path):
    engine = connect(f"sqlite:///{tmp_path / 'a.db'}")
    with engine.connect() as connection:
        values = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "foreign_keys")]
    engine.dispose()
    assert values == ["wal", 1]


def test_a_backup_is_whole_and_not_written_over(store, tmp_path):
    projects.create(store, "Neon")
    copy = backup_store(store, tmp_path / "copy.db")
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT name FROM projects").fetchall() == [("Neon",)]
    with pytest.raises(Conflict):
        backup_store(store, copy)
    assert backup_store(store).parent == store.folder / "backups"
    with pytest.raises(NotFound):
        backup_to(tmp_path / "none.db", tmp_path / "copy2.db")


def test_the_check_finds_what_is_broken(store, tmp_path):
    from alice_core.store import Job, Target, derive

    job = Job(
        Recipe("test.cook", 1), (Target("dish", __import__("pathlib").Path("a.txt")),), lambda p: p[0].write_text("x")
    )
    kept = derive(store, job).products[0].path
    assert check(store).findings == ()
    kept.write_text("xyz")
    file = store.folder / "alice.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("DELETE FROM recipe_outputs")
        connection.execute("DELETE FROM events WHERE type LIKE '%derived'")
        connection.execute("INSERT INTO locations VALUES (7, 'nowhere', 'sha256:0', 1, 1, 1, 1, 'now')")
        connection.commit()
    found = {one.check for one in check(store).findings}
    assert found == {"references", "events", "recipes", "blobs"}
    kept.unlink()
    assert any("is gone" in one.message for one in check(store).findings)
