"""A real Redis server of one's own, which can be killed and started again with what it had."""

from __future__ import annotations

import contextlib
import ctypes
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
import redis


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


class RedisService:
    """Listens on a socket in a folder of its own, and writes everything to its append-only file."""

    def __init__(self, *options: str) -> None:
        if shutil.which("redis-server") is None:
            pytest.skip("redis-server is not installed here (Debian: apt install redis-server)")
        self.folder = Path(tempfile.mkdtemp(prefix="alice-redis-"))
        self.socket = self.folder / "socket"
        self.url = f"unix://{self.socket}"
        self._options = options
        self._server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        words = ["redis-server", "--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder)]
        words += ["--save", "", "--appendonly", "yes", *self._options]
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(words, stdout=log, stderr=log, preexec_fn=_end_with_parent)  # noqa: PLW1509 - ends with the test
        with self.client(password=None) as client:
            for _ in range(400):
                try:
                    client.ping()
                except redis.AuthenticationError:
                    return
                except (redis.ConnectionError, redis.BusyLoadingError):
                    time.sleep(0.02)
                else:
                    return
        pytest.fail(f"Redis did not start: {(self.folder / 'log').read_text()}")

    def kill(self) -> None:
        """As a crash would: the system takes it away without a word."""
        if self._server is not None:
            self._server.kill()
            self._server.wait()
            self._server = None
            with contextlib.suppress(FileNotFoundError):
                self.socket.unlink()

    def client(self, **options: object) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self.socket), **options)

    def close(self) -> None:
        self.kill()
        shutil.rmtree(self.folder)
