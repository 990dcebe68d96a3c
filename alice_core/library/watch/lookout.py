"""Which folders are watched by events and which must be looked through again and again, and why."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from alice_core.library.watch.hints import Hints
from alice_core.library.watch.mounts import mount_table, network_below, network_reason, parse_mounts

_SPENT = (
    "the system has no more folder watches (fs.inotify.max_user_watches or max_user_instances); "
    "raise the limit with: sysctl fs.inotify.max_user_watches=524288"
)


class Watcher(Protocol):
    """Somebody who is told by the system what happens in folders."""

    def watch(self, folder: str) -> int:
        """Watch a folder with all below it."""
        ...

    def close(self) -> None:
        """Watch no more."""
        ...


class Lookout:
    """Watches roots, and says which of them it cannot watch.

    Attributes:
        polled: Folders from which no events come, or not all, each with the reason.
    """

    def __init__(self, hints: Hints, skip: Path) -> None:
        self.polled: dict[str, str] = {}
        self._hints = hints
        self._skip = str(skip)
        self._watcher: Watcher | None = None
        self._seen: tuple[object, ...] = ()

    def changed(self, roots: Sequence[Path]) -> bool:
        """Whether other folders than before lie at the roots, or other disks are mounted."""
        return self._seen != _state(roots)

    def open(self, roots: Sequence[Path]) -> None:
        """Watch these roots from now on; the old watches end when the new ones stand, so that nothing is missed."""
        before, self._watcher = self._watcher, None
        self._seen = _state(roots)
        self.polled = {}
        mounts = parse_mounts(mount_table())
        near: list[str] = []
        for root in map(str, roots):
            reason = network_reason(root, mounts)
            if reason:
                self.polled[root] = reason
                continue
            near.append(root)
            self.polled |= {one.folder: f"it is on a network ({one.system})" for one in network_below(root, mounts)}
        try:
            self._watch(near)
        finally:
            if before is not None:
                before.close()

    def close(self) -> None:
        """Watch no more."""
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None

    def _watch(self, roots: Sequence[str]) -> None:
        if not roots:
            return
        try:
            self._watcher = _watcher(self._hints, self._skip)
        except OSError:
            self.polled |= dict.fromkeys(roots, _SPENT)
            return
        for root in roots:
            try:
                self._watcher.watch(root)
            except OSError:
                self.polled[root] = _SPENT


def _watcher(hints: Hints, skip: str) -> Watcher:
    if sys.platform == "linux":
        from alice_core.library.watch.inotify import FolderWatches  # noqa: PLC0415 - only Linux has it

        return FolderWatches(hints, skip)
    from alice_core.library.watch.observer import ObservedFolders  # noqa: PLC0415 - needless on Linux

    return ObservedFolders(hints, skip)


def _state(roots: Sequence[Path]) -> tuple[object, ...]:
    return (mount_table(), *((str(root), *_identity(root)) for root in roots))


def _identity(root: Path) -> tuple[int, int]:
    try:
        found = os.stat(root)  # noqa: PTH116 - every few seconds
    except OSError:
        return 0, 0
    return found.st_dev, found.st_ino
