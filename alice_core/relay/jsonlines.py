"""A sink that is a file: one CloudEvents 1.0 object a line, safe on the disk before the next is read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alice_core.errors import ConfigError
from alice_core.events import Event
from alice_core.events.exchange import Unreadable, read_event
from alice_core.relay.sending import Delivery, Mark, Trouble, said

_BLOCK = 1 << 16
_LONGEST_LINE = 64 << 20
_OURS = (b'{"actor":', b'{"datacontenttype":')
"""What each line of ours begins with: the first name of an envelope in alphabetical order."""


@dataclass(frozen=True, slots=True)
class JsonLinesSettings:
    """Where the file is; with ``rotate`` it is put aside when it has so many bytes, named after its last position.

    ``versions`` are those in which it gets types, such as ``alice.library.ingested=1``.
    """

    path: str
    rotate: int | None = None
    versions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check them.

        Raises:
            ConfigError: The path is not absolute or the size is none.
        """
        if not Path(self.path).is_absolute():
            raise ConfigError(f"{self.path!r} is no absolute path", hint="The relay may run in another folder.")
        if self.rotate is not None and self.rotate < 1:
            raise ConfigError("a file of no bytes cannot be rotated", hint="Give a size of at least one byte.")

    @property
    def target(self) -> str:
        """The file."""
        return self.path


class JsonLines:
    """Appends to the file; a half line that a crash left behind is cut off first."""

    batch = 500

    def __init__(self, settings: JsonLinesSettings) -> None:
        self._path = Path(settings.path)
        self._rotate = settings.rotate
        self._last: int | None = None

    def deliver(self, events: Sequence[Event]) -> Delivery:
        """Append the events and wait until the disk has them."""
        lines = b"".join(event.to_cloudevent_json().encode("utf-8", "surrogatepass") + b"\n" for event in events)
        try:
            self._put_aside()
            end = self._mend()
            if isinstance(end, Trouble):
                return Delivery(0, end)
            fresh = not self._path.exists()
            with self._path.open("ab") as file:
                try:
                    file.write(lines)
                    file.flush()
                    os.fsync(file.fileno())
                except OSError:
                    os.ftruncate(file.fileno(), end)
                    raise
            if fresh:
                _sync_folder(self._path.parent)
        except OSError as error:
            return Delivery(0, Trouble(said(f"{self._path}: {error.strerror or error}")))
        self._last = events[-1].position
        return Delivery(len(events))

    def mark(self) -> Mark | Trouble | None:
        """The event on the last line."""
        try:
            end = self._mend()
            if isinstance(end, Trouble):
                return end
            line = _last_line(self._path, end)
        except OSError as error:
            return Trouble(said(f"{self._path}: {error.strerror or error}"))
        if not line:
            return None
        event = read_event(line)
        if isinstance(event, Unreadable) or event.position is None:
            return Trouble(f"{self._path} does not end with an event of this log; choose another file")
        self._last = event.position
        return Mark(event.position, event.id)

    def close(self) -> None:
        """Nothing stays open."""

    def _mend(self) -> int | Trouble:
        """Cut off a half line at the end; the size of the file then."""
        if not self._path.exists():
            return 0
        size = self._path.stat().st_size
        start = _start_of_line(self._path, size)
        if start == size:
            return size
        with self._path.open("r+b") as file:
            file.seek(start)
            begin = file.read(max(map(len, _OURS)))
            if not any(one.startswith(begin) or begin.startswith(one) for one in _OURS):
                return Trouble(f"{self._path} ends with half a line that is not of ours; choose another file")
            file.truncate(start)
            os.fsync(file.fileno())
        return start

    def _put_aside(self) -> None:
        if self._rotate is None or not self._path.exists() or self._path.stat().st_size < self._rotate:
            return
        if self._last is None:
            self.mark()
        full = self._path.with_name(f"{self._path.stem}.{self._last or 0:012d}{self._path.suffix}")
        if not full.exists():
            self._path.replace(full)
            _sync_folder(self._path.parent)


def _start_of_line(path: Path, end: int) -> int:
    """Where the line that ends at ``end`` without a line break begins; ``end`` where the line is whole."""
    with path.open("rb") as file:
        place = end
        while place > 0:
            begin = max(0, place - _BLOCK)
            file.seek(begin)
            at = file.read(place - begin).rfind(b"\n")
            if at >= 0:
                return begin + at + 1
            place = begin
    return 0


def _last_line(path: Path, end: int) -> bytes:
    if end == 0:
        return b""
    start = _start_of_line(path, end - 1)
    with path.open("rb") as file:
        file.seek(start)
        return file.read(min(end - start, _LONGEST_LINE)).rstrip(b"\n")


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
