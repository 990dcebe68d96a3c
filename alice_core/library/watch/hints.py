"""Hints of what happened, from any thread, bounded in number: too many in a folder become one for the folder."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field

_MOST_FILES = 4096
_MOST_FOLDERS = 1024


@dataclass(frozen=True, slots=True)
class Hinted:
    """What was hinted at since the last time.

    Attributes:
        files: Files something happened to, and whether whoever did it was seen to be done with it.
        folders: Folders something happened to as a whole, or to too much in them.
        lost: Whether hints were lost, so that anything may have happened anywhere.
    """

    files: dict[str, bool] = field(default_factory=dict)
    folders: frozenset[str] = frozenset()
    lost: bool = False


class Hints:
    """Collects hints until they are taken."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._files: dict[str, bool] = {}
        self._folders: set[str] = set()
        self._lost = False

    def file(self, path: str, *, closed: bool) -> None:
        """Something happened to a file."""
        with self._lock:
            if os.path.dirname(path) in self._folders:  # noqa: PTH120 - called for every event
                return
            self._files[path] = closed
            if len(self._files) > _MOST_FILES:
                self._folders |= {os.path.dirname(one) for one in self._files}  # noqa: PTH120 - likewise
                self._files.clear()
                self._bound()
        self._woken.set()

    def folder(self, path: str) -> None:
        """Something happened to a folder with everything in it."""
        with self._lock:
            self._folders.add(path)
            self._bound()
        self._woken.set()

    def lose(self) -> None:
        """Hints were lost."""
        with self._lock:
            self._lost = True
        self._woken.set()

    def wake(self) -> None:
        """End a wait."""
        self._woken.set()

    def wait(self, seconds: float) -> None:
        """Wait for a hint, so long at most."""
        self._woken.wait(seconds)

    def take(self) -> Hinted:
        """All hints since the last time."""
        with self._lock:
            self._woken.clear()
            taken = Hinted(self._files, frozenset(self._folders), self._lost)
            self._files, self._folders, self._lost = {}, set(), False
        return taken

    def _bound(self) -> None:
        if len(self._folders) > _MOST_FOLDERS:
            self._folders.clear()
            self._files.clear()
            self._lost = True
