"""One file, read once from its first byte to its last, and hashed as it goes by.

A :class:`Source` is pulled: a parser asks for what comes next, and every byte passes through the
SHA-256 of the file whether the parser cares for it or not. Who jumps about has his reads hashed as far
as they meet the frontier of what is hashed already; what is left out is hashed at the end. Nothing is
mapped into memory (a file that is cut while it is mapped kills the process), and no more than a block is held.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from alice_core.errors import IntegrityError, MediaError
from alice_core.media.digest import Digest
from alice_core.media.files import reading

BLOCK = 1 << 17
"""Bytes a read: small enough to stay in a processor's second cache for the parser after the hash."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the file system says of a file; a change of its bytes changes one of these.

    Attributes:
        size: In bytes.
        mtime_ns: When its bytes changed, as anybody may set it.
        ctime_ns: When its bytes or its names changed, as the system says.
        inode: Its number in the file system.
        device: The number of the file system.
    """

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    device: int


def stamp_of(status: os.stat_result) -> Stamp:
    """The stamp in what ``stat`` gave."""
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev)


class Source:
    """A file that is being read; made by :func:`opened`.

    Attributes:
        path: Where it lies.
        size: Its bytes when it was opened; nothing after them is read.
        stamp: What the file system said when it was opened.
    """

    __slots__ = (
        "_at", "_buffer", "_end", "_file", "_frontier", "_hash", "_jumped", "_on_bytes", "_view", "path", "size",
        "stamp",
    )  # fmt: skip

    def __init__(self, path: Path, file: io.RawIOBase, on_bytes: Callable[[int], None] | None) -> None:
        self.path = path
        self.stamp = stamp_of(os.fstat(file.fileno()))
        self.size = self.stamp.size
        self._file = file
        self._on_bytes = on_bytes
        self._hash = hashlib.sha256()
        self._buffer = bytearray(min(BLOCK, self.size))
        self._view = memoryview(self._buffer)
        self._at = self._end = self._frontier = 0
        self._jumped = False

    @property
    def position(self) -> int:
        """The offset of the next byte that a parser gets."""
        return self._frontier - self._end + self._at

    @property
    def left(self) -> int:
        """How many bytes come after the position."""
        return self.size - self.position

    def at_hand(self, least: int = 1) -> tuple[bytearray, int, int]:
        """A buffer, and where in it lies what comes next: ``least`` bytes (a block at most), or all that are left.

        It is valid until the next call of any method, and nobody else's to change.
        """
        if self._end - self._at < least:
            self._refill(least)
        return self._buffer, self._at, self._end

    def peek(self, count: int) -> bytes:
        """The next bytes without passing them: so many (a block at most), or all that are left."""
        buffer, start, end = self.at_hand(count)
        return bytes(buffer[start : min(start + count, end)])

    def take(self, count: int) -> bytes:
        """The next bytes, exactly so many.

        Raises:
            EOFError: There are not so many.
        """
        start, end = self._at, self._at + count
        if end <= self._end:
            self._at = end
            return bytes(self._view[start:end])
        if count > self.left:
            raise EOFError
        parts: list[bytes] = []
        self.feed(count, lambda part: parts.append(bytes(part)))
        return b"".join(parts)

    def feed(self, count: int, sink: Callable[[memoryview], object] | None = None) -> None:
        """Pass over the next bytes, exactly so many, and hand them on in pieces.

        Raises:
            EOFError: There are not so many; what there was is handed on.
        """
        while count > 0:
            start = self._at
            end = min(start + count, self._end)
            if end == start:
                self._refill(1)
                if self._at == self._end:
                    raise EOFError
                continue
            if sink is not None:
                sink(self._view[start:end])
            self._at = end
            count -= end - start

    def at(self, offset: int, count: int) -> bytes:
        """The bytes at an offset, as many as there are up to ``count``, for who jumps about.

        After the first call the file can be drained, but no longer pulled.
        """
        self._at = self._end
        self._jumped = True
        count = min(count, self.size - offset)
        if count <= 0 or offset < 0:
            return b""
        try:
            self._file.seek(offset)
            data = self._file.read(count) or b""
        except OSError as error:
            raise self._unreadable(error) from error
        fresh = self._frontier - offset
        if 0 <= fresh < len(data):
            self._pass(memoryview(data)[fresh:])
        return data

    def drain(self) -> None:
        """Read on to the end of the file."""
        self._at = self._end
        while self._refill(1):
            self._at = self._end

    def digest(self) -> Digest:
        """The identity of the file; drain it first.

        Raises:
            IntegrityError: It changed while it was being read, or its place has another file now (``ALICE-I02``).
        """
        try:
            now = {stamp_of(os.fstat(self._file.fileno())), stamp_of(self.path.stat())}
        except OSError:
            now = set()
        if now != {self.stamp} or self._frontier != self.size:
            message = f"{self.path} changed while it was being read"
            raise IntegrityError(message, hint="Wait until it is written to its end, then try again.", code="ALICE-I02")
        return Digest(f"sha256:{self._hash.hexdigest()}")

    def _refill(self, least: int) -> bool:
        """Keep what is not passed and read until ``least`` bytes are at hand; whether anything came."""
        kept = self._end - self._at
        if kept:
            self._buffer[:kept] = self._buffer[self._at : self._end]
        self._at, self._end = 0, kept
        came = False
        while self._end < least and self._frontier < self.size:
            room = self._view[self._end : self._end + self.size - self._frontier]
            try:
                if self._jumped:
                    self._file.seek(self._frontier)
                    self._jumped = False
                count = self._file.readinto(room)
            except OSError as error:
                raise self._unreadable(error) from error
            if not count:
                break  # it was cut meanwhile; the digest says so
            self._end += count
            self._pass(room[:count])
            came = True
        return came

    def _pass(self, fresh: memoryview) -> None:
        self._hash.update(fresh)
        self._frontier += len(fresh)
        if self._on_bytes is not None:
            self._on_bytes(len(fresh))

    def _unreadable(self, error: OSError) -> MediaError:
        return MediaError(f"{self.path} cannot be read: {error.strerror}", hint="Check the disk that it is on.")


@contextmanager
def opened(path: Path, on_bytes: Callable[[int], None] | None = None) -> Iterator[Source]:
    """A file, ready to be read once.

    Args:
        path: The file.
        on_bytes: Told the size of everything that is hashed, as it is hashed.

    Raises:
        NotFound: There is no such file (``ALICE-N01``).
        MediaError: It may not be read (``ALICE-M03``) or is no regular file (``ALICE-M00``).
    """
    with reading(path) as file:
        yield Source(path, cast("io.RawIOBase", cast("io.BufferedReader", file).raw), on_bytes)
