"""Reading files in a process apart, while this one does something else.

Python runs one thread at a time, and half of reading a file with all its metadata is Python; a second
process makes use of a second processor, where threads would only wait for each other. It is also a wall:
a file that ends the process that reads it (a fault in a decoder) does not end ours. Requests and answers
are pickled over its pipes; it ends when its input does, so that none is left when we are killed.
"""

from __future__ import annotations

import gc
import itertools
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self, TypeAlias

from alice_core.errors import AliceError
from alice_core.media.account import Account, account_of
from alice_core.media.whole import is_whole

_LENGTH = struct.Struct(">Q")
_PIPE = 1 << 20
_COLLECT = 64

Answer: TypeAlias = Account | AliceError | None
"""What a file says, or why it cannot be read; ``None`` for one that is not written to its end."""


class Apart:
    """A process that reads files; use it as a context manager.

    Several lists of paths may be on their way at once; the answers come in order.
    """

    def __init__(self) -> None:
        command = [sys.executable, "-c", "from alice_core.media.apart import serve; serve()"]
        # Without buffers, so that select() knows of every byte that has come.
        self._process = subprocess.Popen(command, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ourselves

        if self._process.stdout is not None:
            _widen(self._process.stdout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def ask(self, paths: Sequence[Path]) -> None:
        """Have files read.

        Raises:
            BrokenPipeError: The process has ended.
        """
        _send(self._pipe(self._process.stdin), tuple(paths))

    def has_answer(self) -> bool:
        """Whether :meth:`answer` would not have to wait; always true where the system cannot say."""
        if sys.platform == "win32":
            return True
        ready, _, _ = select.select([self._pipe(self._process.stdout)], [], [], 0)
        return bool(ready)

    def answer(self) -> tuple[Answer, ...]:
        """What the files of the oldest request say.

        Raises:
            EOFError: The process has ended.
        """
        answers: tuple[Answer, ...] = _receive(self._pipe(self._process.stdout))
        return answers

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        if pipe is None:
            raise EOFError
        return pipe


def _widen(pipe: IO[bytes]) -> None:
    """Let a pipe hold many answers, so that the process apart can go on while nobody reads them; Linux can."""
    if sys.platform == "linux":
        import fcntl  # noqa: PLC0415 - not there on Windows

        with suppress(OSError):  # the system's limit may be lower: then it only waits more
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)


def serve() -> None:
    """Read files for another process until its requests end; the main program of the process apart."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches both; the other one decides
    requests = sys.stdin.buffer
    # Whatever a library prints goes to the errors, not between the answers.
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)
        _serve(requests, answers)


def _serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    gc.disable()  # reading makes hardly any cycles; looking for them after each thousand objects costs a tenth
    for number in itertools.count(1):
        try:
            paths: tuple[Path, ...] = _receive(requests)
        except EOFError:
            return
        if number % _COLLECT == 0:
            gc.collect()
        _send(answers, tuple(_answer(path) for path in paths))


def _answer(path: Path) -> Answer:
    try:
        return None if is_whole(path) is False else account_of(path)
    except AliceError as error:
        return error.with_traceback(None)


def _send(pipe: IO[bytes], value: object) -> None:
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    whole = memoryview(_LENGTH.pack(len(data)) + data)
    while whole:
        whole = whole[pipe.write(whole) :]
    pipe.flush()


def _receive(pipe: IO[bytes]):  # type: ignore[no-untyped-def]  # noqa: ANN202 - whatever the other end sent
    (length,) = _LENGTH.unpack(_exactly(pipe, _LENGTH.size))
    return pickle.loads(_exactly(pipe, length))  # noqa: S301 - from our own process, over its own pipe


def _exactly(pipe: IO[bytes], count: int) -> bytes:
    parts: list[bytes] = []
    while count:
        part = pipe.read(count)
        if not part:
            raise EOFError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
