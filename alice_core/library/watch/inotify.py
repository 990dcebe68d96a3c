"""Hints from Linux: one watch for each folder (inotify(7)), by watchdog's reader of the kernel's queue.

watchdog's own observer is not used here: it passes over folders that the kernel has no watch left for,
and asks for far more events than are needed. Its reader tells of both, and of a queue that overflowed.
"""

from __future__ import annotations

import errno
import itertools
import logging
import os
import threading
from collections.abc import Iterator

from watchdog.observers.inotify_c import (
    CallbackId,
    InotifyConstants,
    InotifyEvent,
    InotifyFD,
    Mask,
    WatchCallback,
    WatchDescriptor,
)

from alice_core.library.watch.hints import Hints

# An overflow is told as a hint; without a handler of its own the library's warning would go to standard error.
logging.getLogger("watchdog").addHandler(logging.NullHandler())

_APPEARED = InotifyConstants.IN_CREATE | InotifyConstants.IN_MOVED_TO
_WENT = InotifyConstants.IN_DELETE | InotifyConstants.IN_MOVED_FROM
_DONE = InotifyConstants.IN_CLOSE_WRITE | InotifyConstants.IN_MOVED_TO | _WENT
_SELF = InotifyConstants.IN_DELETE_SELF | InotifyConstants.IN_MOVE_SELF | InotifyConstants.IN_UNMOUNT
_MASK = Mask(
    _APPEARED
    | _DONE
    | InotifyConstants.IN_MODIFY
    | InotifyConstants.IN_ATTRIB
    | InotifyConstants.IN_DELETE_SELF
    | InotifyConstants.IN_MOVE_SELF
    | InotifyConstants.IN_ONLYDIR
    | InotifyConstants.IN_DONT_FOLLOW
)
_EXHAUSTED = frozenset({errno.ENOSPC, errno.EMFILE, errno.ENOMEM})


class Exhausted(OSError):
    """The kernel gives no more watches: ``fs.inotify.max_user_watches`` or ``max_user_instances`` is reached."""


class FolderWatches:
    """Watches on folders and all folders below them, new ones too. The first look at a folder comes after its watch.

    Raises:
        Exhausted: There is no instance left.
    """

    def __init__(self, hints: Hints, skip: str) -> None:
        self._hints = hints
        self._skip = skip
        self._lock = threading.RLock()
        self._callback = _Callback(self)
        self._numbers = itertools.count()
        self._folders: dict[WatchDescriptor, tuple[str, CallbackId]] = {}
        self._descriptors: dict[str, WatchDescriptor] = {}
        self._told_exhausted = False
        try:
            self._kernel = InotifyFD()
        except OSError as error:
            raise Exhausted(str(error)) from error
        self._kernel.start()

    def watch(self, folder: str) -> int:
        """Watch a folder and all below it; says how many there are.

        Raises:
            Exhausted: The kernel has no watch left; some may be watched.
        """
        try:
            return sum(self._add(one, f"{one}/." if one == folder else one) for one in _folders(folder, self._skip))
        except Exhausted:
            self._told_exhausted = True
            raise

    def close(self) -> None:
        """Give all watches back."""
        self._kernel.stop()
        self._kernel.join()

    def happened(self, event: InotifyEvent) -> None:
        """Turn an event into hints; called by the reader's thread."""
        with self._lock:
            folder, _ = self._folders.get(event.wd, ("", None))
        if not folder:
            return
        if event.mask & _SELF or not event.name:
            self._hints.folder(folder)
            return
        path = os.path.join(folder, os.fsdecode(event.name))  # noqa: PTH118 - called for every event
        if event.name.startswith(b".") or path == self._skip:
            return
        if not event.is_directory:
            self._hints.file(path, closed=bool(event.mask & _DONE))
            return
        if event.mask & (_APPEARED | _WENT):
            self._drop(path)
        if event.mask & _APPEARED:
            self._follow(path)
        self._hints.folder(path)

    def overflowed(self) -> None:
        """The kernel's queue was full: events are lost, and folders may have come that are not watched."""
        self._hints.lose()

    def forget(self, descriptor: WatchDescriptor) -> None:
        """The kernel has removed a watch."""
        with self._lock:
            folder, _ = self._folders.pop(descriptor, ("", None))
            if self._descriptors.get(folder) == descriptor:
                del self._descriptors[folder]

    def _follow(self, path: str) -> None:
        told = self._told_exhausted
        try:
            self.watch(path)
        except Exhausted:
            if not told:
                self._hints.lose()

    def _add(self, folder: str, name: str) -> bool:
        """Watch one folder; its name may end in ``/.`` so that a link is followed."""
        with self._lock:
            if folder in self._descriptors:
                return False
            number = CallbackId(next(self._numbers))
            try:
                descriptor = self._kernel.add_callback(os.fsencode(name), _MASK, self._callback, number)
            except OSError as error:
                if error.errno in _EXHAUSTED:
                    raise Exhausted(str(error)) from error
                return False  # it went away, or is a link
            before = self._folders.get(descriptor)
            if before is not None:  # it moved while folders were being listed
                self._descriptors.pop(before[0], None)
                self._kernel.remove_callbacks([(descriptor, before[1])])
            self._folders[descriptor] = folder, number
            self._descriptors[folder] = descriptor
            return True

    def _drop(self, folder: str) -> None:
        """Give back the watches on a folder that is no longer where it was, and on all below it."""
        start = folder + os.sep
        with self._lock:
            gone = [one for one in self._descriptors if one == folder or one.startswith(start)]
            descriptors = [self._descriptors.pop(one) for one in gone]
            watches = [(one, self._folders.pop(one)[1]) for one in descriptors if one in self._folders]
        self._kernel.remove_callbacks(watches)


class _Callback(WatchCallback):
    def __init__(self, watches: FolderWatches) -> None:
        self._watches = watches

    def on_event(self, event: InotifyEvent) -> None:
        self._watches.happened(event)

    def on_watch_deleted(self, wd: WatchDescriptor) -> None:
        self._watches.forget(wd)

    def on_queue_overflow(self) -> None:
        self._watches.overflowed()


def _folders(top: str, skip: str) -> Iterator[str]:
    """A folder and all below it that are not hidden; each is named before its own content is read."""
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        yield folder
        try:
            with os.scandir(folder) as listing:
                waiting += [
                    entry.path
                    for entry in listing
                    if not entry.name.startswith(".") and entry.path != skip and entry.is_dir(follow_symlinks=False)
                ]
        except OSError:
            continue  # it went away, or may not be read
