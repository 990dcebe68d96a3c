"""Who writes next: threads of this process in the order in which they came, and processes as the system wakes them.

SQLite lets one connection write at a time, and the others sleep and try again, for longer each time: the slowest of a
hundred waited for 50 ms and more. Here they stand in line instead, and each is woken when it is its turn.
"""

from __future__ import annotations

import os
import sys
import threading
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Self

if sys.platform != "win32":
    import fcntl

_TURNS: dict[tuple[int, str], Turn] = {}
_GUARD = threading.Lock()


class Turn:
    """A lock that threads get in the order in which they ask, and that one thread may take again inside.

    With a file, processes that use the same one exclude each other too; the system gives it back when one is killed.
    On Windows the database's own waiting does that.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._descriptor: int | None = None
        self._guard = threading.Lock()
        self._owner: int | None = None
        self._depth = 0
        self._line: deque[tuple[int, threading.Lock]] = deque()

    def __enter__(self) -> Self:
        me = threading.get_ident()
        with self._guard:
            if self._owner == me:
                self._depth += 1
                return self
            if self._owner is None:
                self._owner, self._depth, place = me, 1, None
            else:
                place = (me, threading.Lock())
                place[1].acquire()
                self._line.append(place)
        try:
            if place is not None:
                place[1].acquire()  # given by the one before, who has made this thread the owner
            self._hold()
        except BaseException:
            self._leave(place)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._depth > 1:
            self._depth -= 1
            return
        if self._descriptor is not None and sys.platform != "win32":
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)
            os.sched_yield()  # else this process takes it again before any other that waits has woken
        self._pass_on()

    def _hold(self) -> None:
        if sys.platform == "win32" or self._file is None:
            return
        if self._descriptor is None:
            try:
                self._descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            except OSError:  # a folder or disk that takes no file: the database says so itself, and better
                return
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def _leave(self, place: tuple[int, threading.Lock] | None) -> None:
        """Go out of the line, wherever an interruption found this thread."""
        with self._guard:
            if place is not None and place in self._line:
                self._line.remove(place)
                return
        self._pass_on()

    def _pass_on(self) -> None:
        with self._guard:
            if not self._line:
                self._owner, self._depth = None, 0
                return
            self._owner, woken = self._line.popleft()
            self._depth = 1
            woken.release()


def turn_of(url: str, file: Path | None) -> Turn:
    """The one line of this process for a database."""
    with _GUARD:  # by process too: what a fork copied says nothing of the child's own threads
        return _TURNS.setdefault((os.getpid(), url), Turn(file))
