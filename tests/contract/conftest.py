"""Every database that the store supports, for real: a fresh one for each test.

``database_url`` runs a test twice: on a SQLite file, and on a PostgreSQL server that is
started for the session in a folder of its own and thrown away afterwards.
"""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from redis_service import RedisService

_PLACES = ("/usr/lib/postgresql/*/bin", "/opt/homebrew/opt/postgresql*/bin", "/usr/pgsql-*/bin")
_USER = "alice"
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "shared_buffers=32MB")
_numbers = itertools.count()


def _programs() -> Path | None:
    """The folder of the newest PostgreSQL server's programs."""
    found = sorted((path for place in _PLACES for path in Path("/").glob(f"{place[1:]}/initdb")), reverse=True)
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else found[0].parent if found else None


def _as_somebody_else() -> dict[str, object]:
    """How to start a program that refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    import pwd

    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    pytest.skip("PostgreSQL does not run as root, and there is no other user")
    return {}


def _end_with_parent() -> None:
    # Also when a test run is killed, no server stays behind. PR_SET_PDEATHSIG is Linux's.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


@pytest.fixture(scope="session")
def postgres_socket() -> Iterator[str]:
    """The socket folder of a PostgreSQL server of our own, one for each worker of the test run."""
    programs = _programs()
    if os.name == "nt" or programs is None:
        pytest.skip("PostgreSQL is not installed here (Debian: apt install postgresql)")
    who = _as_somebody_else()
    folder = Path(tempfile.mkdtemp(prefix="alice-pg-"))
    try:
        if who:
            os.chown(folder, who["user"], who["group"])
        data = folder / "data"
        command = [
            programs / "initdb",
            "-D",
            data,
            "-U",
            _USER,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "--no-sync",
        ]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, **who)
        options = [part for option in _FAST for part in ("-c", option)]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", data, "-k", folder, "-h", "", *options],
                cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=_end_with_parent, **who,  # noqa: PLW1509 - no threads yet
            )  # fmt: skip
        try:
            _wait_for(server, folder)
            yield str(folder)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(30)
    finally:
        shutil.rmtree(folder)


def _wait_for(server: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(600):
        if server.poll() is not None:
            break
        with contextlib.suppress(psycopg.OperationalError):
            _administer(str(folder), "SELECT 1")
            return
        time.sleep(0.05)
    pytest.fail(f"PostgreSQL did not start: {(folder / 'log').read_text()}")


def _administer(socket_folder: str, statement: str) -> None:
    with psycopg.connect(host=socket_folder, user=_USER, dbname="postgres", autocommit=True) as connection:
        connection.execute(statement)


@pytest.fixture
def postgresql_url(postgres_socket: str) -> Iterator[str]:
    """The address of an empty PostgreSQL database, dropped after the test."""
    name = f"test_{next(_numbers)}"
    _administer(postgres_socket, f"CREATE DATABASE {name}")
    yield f"postgresql+psycopg://{_USER}@/{name}?host={postgres_socket}"
    _administer(postgres_socket, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of every kind that the store supports."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'alice.db'}"
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def redis_service() -> Iterator[RedisService]:
    """A Redis server of the test's own, with its append-only file."""
    service = RedisService()
    service.start()
    try:
        yield service
    finally:
        service.close()
