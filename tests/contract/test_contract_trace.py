"""Explaining, counting and folding the log, on every database that the store supports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from alice_core import projects
from alice_core.library import ingest_paths
from alice_core.library.curating import curation
from alice_core.library.curating.history import asset_at
from alice_core.library.curating.undo import undo
from alice_core.library.folding import state_at
from alice_core.store import Actor, open_store
from alice_core.store.log import EventFilter
from alice_core.store.numbers import stamp


@pytest.fixture
def busy(database_url, tmp_path):
    """A store in which something happened."""
    (tmp_path / "a.txt").write_text("rain")
    with open_store(tmp_path / "home", url=database_url, actor=Actor("user:test")) as store:
        ingest_paths(store, [tmp_path / "a.txt"], project=projects.create(store, "Neon", "nä\\x"))
        with store.reading() as reader:
            digest = reader.places.at(tmp_path / "a.txt").digest
        for call in (lambda: curation.rate(store, (digest,), 4), lambda: undo(store)):
            store.actor = Actor("user:test")
            call()
        store.seal()
        yield store, digest


def test_an_event_is_explained_by_its_position(busy):
    store, _ = busy
    with store.reading() as reader:
        rated = reader.events.following(0, wanted=EventFilter(type="library.rated"))[0]
        found = reader.traces.explain(str(rated.position))
        assert found.tree.event.id == rated.id
        assert [one.event.type for one in found.tree.effects] == ["alice.library.rated", "alice.library.undone"]
        assert reader.traces.explain(rated.id[:-2]).tree.event.id == rated.id


def test_the_log_is_counted(busy):
    store, _ = busy
    now = datetime.now(UTC)
    with store.reading() as reader:
        log = reader.events.following(0)
        size = reader.rates.size()
        assert (size.events, size.position, size.unsealed) == (len(log), len(log), 0)
        assert size.bytes == sum(len(one.payload_text.encode()) for one in log)
        assert sum(one.count for one in reader.rates.by_type()) == len(log)
        assert reader.rates.by_type(stamp(now + timedelta(hours=1))) == ()
        assert sum(reader.rates.by_hour(now - timedelta(hours=1), now)) == len(log)


def test_events_are_chosen_by_every_attribute(busy):
    store, digest = busy
    with store.reading() as reader:

        def count(**choice):
            return len(reader.events.following(0, wanted=EventFilter(**choice)))

        assert count(subject=digest, type="library.*") == 3
        assert count(actor="user:test", type="alice.library.rated") == 2
        assert count(actor="user:eve") == count(source="/elsewhere") == count(project="Neo") == 0
        assert count(source="/alice") == count()


def test_the_log_folds_to_what_is_known(busy):
    store, digest = busy
    with store.reading() as reader:
        state = state_at(reader.events.following(0))
        assert set(state.assets) == set(reader.assets.known([digest]))
    assert state.assets[digest].rating is None
    assert asset_at(store, digest, "9999").asset == state.assets[digest]
    with store.reading() as reader:
        rated = reader.events.following(0, wanted=EventFilter(type="library.rated"))[0]
    assert asset_at(store, digest, rated.time).asset.rating == 4
