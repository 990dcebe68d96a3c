"""When to look where: a file when it was closed or left alone for a while, a folder when its storm is over.

Nothing here reads a clock or a disk; the daemon says what time it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from alice_core.library.readiness import QUIET_SECONDS

SETTLE_SECONDS = 0.3
"""So long a file that was closed, or a folder, is left alone before it is looked at: more may come.

A file that nobody was seen to close must be left alone for :data:`~alice_core.library.readiness.QUIET_SECONDS`.
"""

LATEST_SECONDS = 5.0
"""After so long it is looked at in any case, so that a file that grows for an hour is shown as growing."""

_FIRST_AGAIN = 2.0
_LAST_AGAIN = 30.0


@dataclass(frozen=True, slots=True)
class Look:
    """What to look at now: files, and folders with everything in them."""

    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.files or self.folders)


@dataclass(slots=True)
class _Waiting:
    first: float
    last: float
    closed: bool

    @property
    def due(self) -> float:
        return min(self.last + (SETTLE_SECONDS if self.closed else QUIET_SECONDS), self.first + LATEST_SECONDS)


@dataclass(slots=True)
class _Growing:
    due: float
    again: float


@dataclass(slots=True)
class Agenda:
    """What was hinted at and not looked at yet, and the files that grow. All times are seconds of one clock."""

    _files: dict[str, _Waiting] = field(default_factory=dict)
    _folders: dict[str, _Waiting] = field(default_factory=dict)
    _growing: dict[str, _Growing] = field(default_factory=dict)

    def __contains__(self, path: str) -> bool:
        """Whether a file grows, as far as is known."""
        return path in self._growing

    def file(self, path: str, now: float, *, closed: bool) -> None:
        """Something happened to a file; ``closed`` if no more is to be expected of whoever did it."""
        _hint(self._files, path, now, closed=closed)

    def folder(self, path: str, now: float) -> None:
        """Something happened to a folder, or somewhere in it."""
        _hint(self._folders, path, now, closed=True)

    def grows(self, paths: Iterable[str], now: float) -> None:
        """Files were looked at and are not finished: they are looked at again, each time after a longer while."""
        for path in paths:
            before = self._growing.get(path)
            again = min(before.again * 1.5, _LAST_AGAIN) if before else _FIRST_AGAIN
            self._growing[path] = _Growing(now + again, again)

    def settled(self, look: Look, growing: Iterable[str] = ()) -> None:
        """Files were looked at; those that do not grow are no longer waited for."""
        still = set(growing)
        starts = tuple(folder.rstrip(os.sep) + os.sep for folder in look.folders)
        files = set(look.files)
        for path in list(self._growing):
            if path not in still and (path in files or path.startswith(starts)):
                del self._growing[path]

    def take(self, now: float) -> Look:
        """What is due; it is forgotten here, except for files that grow."""
        folders = [path for path, one in self._folders.items() if one.due <= now]
        for path in folders:
            del self._folders[path]
        starts = tuple(folder.rstrip(os.sep) + os.sep for folder in folders)
        files = [path for path, one in self._files.items() if one.due <= now or (starts and path.startswith(starts))]
        for path in files:
            del self._files[path]
        grown = [path for path, one in self._growing.items() if one.due <= now and path not in self._files]
        seen = dict.fromkeys((*files, *grown))
        if starts:
            return Look(tuple(path for path in seen if not path.startswith(starts)), tuple(folders))
        return Look(tuple(seen), tuple(folders))

    def wait(self, now: float) -> float | None:
        """Seconds until something is due; ``None`` if nothing is waited for."""
        due = [one.due for waiting in (self._files, self._folders) for one in waiting.values()]
        due += [one.due for path, one in self._growing.items() if path not in self._files]
        return max(min(due) - now, 0.0) if due else None


def _hint(waiting: dict[str, _Waiting], path: str, now: float, *, closed: bool) -> None:
    before = waiting.get(path)
    if before is None:
        waiting[path] = _Waiting(now, now, closed)
    else:
        before.last, before.closed = now, closed
