"""Hints from macOS and Windows, by watchdog's observer: FSEvents and ReadDirectoryChangesW.

Neither tells reliably when its buffer was too small, so that the scan every few minutes is what counts.
"""

from __future__ import annotations

import os

from watchdog.events import (
    DirModifiedEvent,
    FileClosedEvent,
    FileClosedNoWriteEvent,
    FileDeletedEvent,
    FileMovedEvent,
    FileOpenedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from alice_core.library.watch.hints import Hints

_DONE = (FileClosedEvent, FileDeletedEvent, FileMovedEvent)
_IDLE = (FileOpenedEvent, FileClosedNoWriteEvent, DirModifiedEvent)


class ObservedFolders:
    """Folders that watchdog's observer for this system watches, with all below them."""

    def __init__(self, hints: Hints, skip: str) -> None:
        self._hints = hints
        self._skip = os.path.realpath(skip)
        self._observer = Observer()
        self._observer.start()

    def watch(self, folder: str) -> int:
        """Watch a folder and all below it; says that it is one."""
        real = os.path.realpath(folder)
        self._observer.schedule(_Listener(self._hints, real, folder, self._skip), real, recursive=True)
        return 1

    def close(self) -> None:
        """Watch no more."""
        self._observer.stop()
        self._observer.join()


class _Listener(FileSystemEventHandler):
    """Tells what happened by the names that the library has for it: a root may be a link, events name what it means."""

    def __init__(self, hints: Hints, real: str, folder: str, skip: str) -> None:
        self._hints, self._real, self._folder, self._skip = hints, real, folder, skip

    def on_any_event(self, event: FileSystemEvent) -> None:
        if isinstance(event, _IDLE):
            return
        for path in (event.src_path, event.dest_path):
            if path:
                self._tell(os.fsdecode(path), event)

    def _tell(self, path: str, event: FileSystemEvent) -> None:
        inside = path.removeprefix(self._real)
        if os.sep + "." in inside or path == self._skip or path.startswith(self._skip + os.sep):
            return
        named = self._folder + inside
        if event.is_directory or not inside:
            self._hints.folder(named)
        else:
            self._hints.file(named, closed=isinstance(event, _DONE))
