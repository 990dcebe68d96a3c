"""A store of the version before, with things in it, opened by this one: nothing is lost on the way."""

from __future__ import annotations

import hashlib
import json

import pytest
from alembic import command
from sqlalchemy import text

from alice_core.library import card, find, ingest_paths
from alice_core.store import Actor, open_store
from alice_core.store.check import check
from alice_core.store.engine import connect
from alice_core.store.migrate import HEAD, alembic_config

_FACTS = {"kind": "document", "mime": "text/plain", "size": 5, "sound": None, "picture": None}


@pytest.fixture
def before(database_url, tmp_path):
    """The tables as revision 0002 made them, with a file at two places and one in a folder below."""
    (tmp_path / "home").mkdir()
    engine = connect(database_url)
    with engine.execution_options(alice_writes=True).begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
    places = []
    with engine.execution_options(alice_writes=True).begin() as connection:
        for number, names in enumerate((("a.txt", "b.txt"), ("deep/er/c%_.txt",))):
            data = f"text{number}".encode()
            digest = "sha256:" + hashlib.sha256(data).hexdigest()
            connection.execute(
                text(
                    "INSERT INTO assets (digest, kind, mime, size, facts, name, words, made)"
                    " VALUES (:digest, 'document', 'text/plain', 5, :facts, :name, 'neon rain', :made)"
                ),
                {"digest": digest, "facts": json.dumps(_FACTS), "name": names[0], "made": "2026-11-23T10:00:00.000Z"},
            )
            for name in names:
                path = tmp_path / "in" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
                connection.execute(
                    text("INSERT INTO locations VALUES (:path, :digest, 5, :mtime, '2026-11-23T10:00:00.000Z')"),
                    {"path": str(path), "digest": digest, "mtime": path.stat().st_mtime_ns},
                )
                places.append(path)
            connection.execute(
                text(
                    "INSERT INTO events (id, type, schemaversion, source, subject, time, actor, data) VALUES"
                    " (:id, 'alice.library.ingested', 1, '/alice', :digest, '2026-11-23T10:00:00Z', 'user:x', :data)"
                ),
                {"id": f"event-{number}", "digest": digest, "data": json.dumps({
                    "digest": digest, "kind": "document", "mime": "text/plain", "size": 5, "path": str(path)})},
            )  # fmt: skip
    engine.dispose()
    return places


def test_everything_is_still_known(before, database_url, tmp_path):
    with open_store(tmp_path / "home", url=database_url, actor=Actor("user:test")) as store:
        assert store.migration is not None
        assert (store.migration.before, store.migration.after) == ("0002", HEAD)
        with store.reading() as reader:
            assert {one.path for one in reader.places.below(tmp_path / "in")} == set(before)
            assert [root.path for root in reader.places.roots()] == [tmp_path / "in"]
            first = reader.events.after(0)[0]
        assert (first.schema, first.data["content"], first.data["made"]) == (2, None, None)
        found = find(store, "neon rain").cards
        assert {one.asset.name for one in found} == {"a.txt", "deep/er/c%_.txt"}
        assert {one.asset.added for one in found} == {"2026-11-23T10:00:00.000Z"}
        assert len({one.asset.number for one in found}) == 2
        assert card(store, str(before[0])).asset.name == "a.txt"
        # Inodes were not recorded before: the files are read once more, and are what they were.
        again = ingest_paths(store, [tmp_path / "in"])
        assert (again.new, again.lost, len(again.found)) == ((), (), 3)
        assert ingest_paths(store, [tmp_path / "in"]).unchanged == 3
        assert check(store).findings == ()
