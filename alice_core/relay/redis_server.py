"""Talking to a Redis server: its address, its secret, and what can go wrong."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from alice_core.errors import ConfigError, MissingExtra

STREAM = "alice:events"
"""The stream that events are sent to unless another is named."""

_SCHEMES = ("redis", "rediss", "unix")
_MOST_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class RedisSettings:
    """Which stream of which server.

    Attributes:
        url: ``redis://[USER@]HOST:PORT/DB``, ``rediss://...`` or ``unix://PATH``, without a password.
        stream: Name of the stream.
        keep: So many entries are kept; older ones only as long as some group has not finished with them.
        largest: So many bytes an event may have.
        timeout: Seconds for each answer of the server.
        versions: In which it gets types, such as ``alice.library.ingested=1``.
    """

    url: str
    stream: str = STREAM
    keep: int = 100_000
    largest: int = _MOST_BYTES
    timeout: float = 5.0
    versions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check them.

        Raises:
            ConfigError: The address is none, or holds a password.
        """
        try:
            parts = urlsplit(self.url)
            named = parts.scheme == "unix" or (bool(parts.hostname) and parts.port != 0)
        except ValueError:
            raise ConfigError("the address of the Redis server cannot be read", hint=_HINT) from None
        if parts.password is not None or "password" in parts.query:
            raise ConfigError("the address of a Redis server must not hold a password", hint=_HINT)
        if parts.scheme not in _SCHEMES or not named or parts.query or parts.fragment:
            raise ConfigError("that is no address of a Redis server", hint=_HINT)
        if not self.stream or self.keep < 0 or self.largest < 1 or self.timeout <= 0:
            raise ConfigError("the stream needs a name, and keep, largest and timeout a size", hint="See: --help")

    @property
    def target(self) -> str:
        """The address, and the stream where it is not the usual one."""
        return self.url if self.stream == STREAM else f"{self.url} {self.stream}"


_HINT = "Use redis://HOST:6379/0; the password comes from the environment or the keyring."


def library() -> Any:  # noqa: ANN401 - a module
    """The package redis.

    Raises:
        MissingExtra: It is not installed.
    """
    try:
        return importlib.import_module("redis")
    except ModuleNotFoundError as error:
        raise MissingExtra(
            "Redis needs the package redis", hint="Install it: pip install 'alicemultiverse[redis]'"
        ) from error


def connect(settings: RedisSettings, secret: str | None, *, waits: float = 0.0) -> Any:  # noqa: ANN401 - its client
    """A client that connects when it is first used, and tries nothing again by itself.

    Args:
        settings: Which server.
        secret: Its password.
        waits: Seconds that a command may wait at the server, on top of the time for an answer.
    """
    package = library()
    retry = importlib.import_module("redis.retry").Retry(importlib.import_module("redis.backoff").NoBackoff(), 0)
    options = {"password": secret} if secret else {}
    return package.Redis.from_url(
        settings.url,
        socket_timeout=settings.timeout + waits,
        socket_connect_timeout=settings.timeout,
        retry=retry,
        **options,
    )
