"""A store of its own for each test."""

from __future__ import annotations

import pytest

from alice_core.store import Actor, open_store


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "home", actor=Actor("user:test")) as opened:
        yield opened


@pytest.fixture
def events(store):
    """Says which events are in the log, after an optional cursor."""

    def read(after=0):
        with store.reading() as reader:
            return reader.events.after(after)

    return read
