"""Whether a file is finished: nobody writes to it, and its container is whole.

Linux tells which files any process has open for writing (``/proc/*/fd``, proc(5)), of one's own
processes at least. Elsewhere a file is taken for finished when its container is whole, or when
nobody has written to it for a while.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TypeAlias

from alice_core.media.whole import is_whole

QUIET_SECONDS = 2.0
"""A file that was written to within so many seconds may be written to again at once."""

FORSAKEN_SECONDS = 60.0
"""A file that is not whole, has no writer and was left alone for so long will not be finished any more."""

Inode: TypeAlias = tuple[int, int]
"""A device and an inode on it."""

_PROCESSES = "/proc"
_MAY_WRITE = 0o200
_FRESH_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Unready:
    """Why a file is not taken in: ``growing``, or ``broken`` if it will not be finished any more."""

    state: str
    reason: str


HELD = Unready("growing", "another program has it open and may write to it")
RESTLESS = Unready("growing", "it is being written to")
_UNENDED = Unready("growing", "its end is missing: it seems to be still written")
_CUT = Unready("broken", "its end is missing: it was cut off, or its writer was stopped")


def unready(path: Path, found: os.stat_result, held: frozenset[Inode] | None, now: float) -> Unready | None:
    """Why a file should not be taken in; ``None`` if it is ready.

    Args:
        path: The file.
        found: Its stat.
        held: What is open for writing, as :func:`held_files` says.
        now: Seconds since 1970.

    Raises:
        NotFound: It is no longer there.
        MediaError: It may not be read.
    """
    if held is not None and (found.st_dev, found.st_ino) in held:
        return HELD
    whole = is_whole(path)
    age = now - found.st_mtime
    if whole is False:
        return _UNENDED if -FORSAKEN_SECONDS < age < FORSAKEN_SECONDS else _CUT
    if held is None and whole is None and is_restless(found, now):
        return RESTLESS
    return None


def is_restless(found: os.stat_result, now: float) -> bool:
    """Whether a file was written to a moment ago."""
    return -QUIET_SECONDS < now - found.st_mtime < QUIET_SECONDS


def held_files() -> frozenset[Inode] | None:
    """Every regular file that a process has open for writing, in one pass; ``None`` where the system does not tell."""
    if sys.platform != "linux":
        return None
    held: set[Inode] = set()
    try:
        processes = [name for name in os.listdir(_PROCESSES) if name.isdigit()]  # noqa: PTH208 - names only
    except OSError:
        return None
    for process in processes:
        held |= _held_by(f"{_PROCESSES}/{process}/fd")
    return frozenset(held)


def _held_by(folder: str) -> set[Inode]:
    held: set[Inode] = set()
    try:
        numbers = os.listdir(folder)  # noqa: PTH208 - names only
    except OSError:
        return held  # it ended, or belongs to somebody else
    for number in numbers:
        try:
            # The mode of the link itself says how the file is open.
            if os.lstat(f"{folder}/{number}").st_mode & _MAY_WRITE:
                found = os.stat(f"{folder}/{number}")  # noqa: PTH116 - thousands of calls
                held.add((found.st_dev, found.st_ino))
        except OSError:
            continue
    return held


class Held:
    """What is open for writing, looked up at most once a second for many threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: frozenset[Inode] | None = None
        self._at = float("-inf")

    def lately(self) -> frozenset[Inode] | None:
        """As of a second ago at most."""
        with self._lock:
            if time.monotonic() - self._at > _FRESH_SECONDS:
                self._look()
            return self._seen

    def now(self) -> frozenset[Inode] | None:
        """As of now."""
        with self._lock:
            self._look()
            return self._seen

    def _look(self) -> None:
        self._seen = held_files()
        self._at = time.monotonic()
