"""Unit tests reach no network: a connection is an error, wherever it was meant to go."""

from __future__ import annotations

import socket
from typing import NoReturn

import pytest


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
