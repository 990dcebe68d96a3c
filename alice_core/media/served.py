"""A source as libraries read files that jump about in them (FFmpeg's, Pillow), with an end to their appetite."""

from __future__ import annotations

import io
import os
import time
from typing import TYPE_CHECKING

from alice_core.media.source import BLOCK, Source

if TYPE_CHECKING:
    from typing_extensions import Buffer

_FIRST = 4096  # after a jump a library often wants little


class Served(io.RawIOBase):
    """A file-like object over a source; what it reads at the source's frontier is hashed on the way.

    Attributes:
        name: What the library takes for its address.
        spent: Whether more was asked for than may be; from then on the file seems to end.
        until: When, by the clock of this thread's own work, the library has taken too long; that is spent too.
        failure: What went wrong in a read; a library's own code lies between a read and who should know.
    """

    def __init__(self, source: Source, most: int) -> None:
        super().__init__()
        self.name = f"file:{source.path}"
        self.spent = False
        self.until: float | None = None
        self.failure: BaseException | None = None
        self._source = source
        self._left = most
        self._at = 0

    def read(self, count: int = -1) -> bytes:
        """The next bytes, perhaps fewer than asked for; none at the end.

        A negative count asks for all that are left.
        """
        if self.failure is not None or self.spent:
            return b""
        try:
            return self._read(count)
        except BaseException as failure:  # noqa: BLE001 - it cannot pass through the library; settle() raises it
            self.failure = failure
            return b""

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """The new offset; -1 where there is no such place."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._source.size}.get(whence)
        if start is None or start + offset < 0:
            return -1
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        """The offset of the next byte."""
        return self._at

    def seekable(self) -> bool:
        """Whether it can jump about: always."""
        return True

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def readinto(self, buffer: Buffer) -> int:
        """How many of the next bytes were put into the buffer; none at the end."""
        view = memoryview(buffer)
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)

    def at(self, offset: int, count: int) -> bytes:
        """Up to so many bytes from an offset; where reading goes on stays, and the appetite too."""
        return self._source.at(offset, count)

    def settle(self) -> None:
        """Raise what went wrong in a read, if anything did."""
        if self.failure is not None:
            raise self.failure

    def _read(self, count: int) -> bytes:
        left = max(self._source.size - self._at, 0)
        count = left if count < 0 else min(count, left)
        if count > self._left or (self.until is not None and time.thread_time() > self.until):
            self.spent = True
            return b""
        data = self._source.at(self._at, count)
        self._left -= len(data)
        self._at += len(data)
        return data


class Strided(Served):
    """Served in short reads after a jump, longer ones as it goes on: jumping about costs little then."""

    def __init__(self, source: Source, most: int) -> None:
        super().__init__(source, most)
        self._next = 0
        self._stride = _FIRST

    def read(self, count: int = -1) -> bytes:
        """The next bytes, perhaps fewer than asked for; none at the end."""
        self._stride = min(self._stride * 2, BLOCK) if self._at == self._next else _FIRST
        data = super().read(self._stride if count < 0 else min(count, self._stride))
        self._next = self._at
        return data
