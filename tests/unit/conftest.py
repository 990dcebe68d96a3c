"""Unit tests reach no network: a connection is an error, wherever it was meant to go. And a store for whoever asks."""

from __future__ import annotations

import contextlib
import shutil
import socket
import sqlite3
from typing import NoReturn

import pytest

from alice_core.store import Actor, open_store


class NetworkReached(AssertionError):
    """A unit test tried to use the network."""


def _refuse(*_: object, **__: object) -> NoReturn:
    raise NetworkReached(
        "a unit test may not use the network; such a test belongs in tests/contract or tests/integration"
    )


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every way to open an internet connection or to look up a name raises NetworkReached."""
    unix = getattr(socket, "AF_UNIX", None)

    def guarded(name: str):
        real = getattr(socket.socket, name)

        def call(self: socket.socket, *args: object):
            return real(self, *args) if self.family == unix else _refuse()

        return call

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, guarded(name))
    monkeypatch.setattr(socket, "getaddrinfo", _refuse)
    monkeypatch.setattr(socket, "gethostbyname", _refuse)


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
