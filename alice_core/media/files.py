"""Reading regular files and writing new ones so that a file is either whole or not there."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from alice_core.errors import AliceError, ExportError, MediaError, NotFound

_LONGEST = 255  # bytes in a file name: ext4, APFS, NTFS and every other common file system
_LONGEST_SUFFIX = 16
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_PART = re.compile(r"\..+\.(\d{1,10})\.part(?:\..*)?", re.DOTALL)


@contextmanager
def reading(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a regular file, open for reading.

    Raises:
        NotFound: There is no such file (``ALICE-N01``).
        MediaError: It may not be read (``ALICE-M03``), or is a folder or a device (``ALICE-M00``).
    """
    try:
        # Without waiting: opening a pipe that nobody writes to would block for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise _unreadable(path, error) from error
    mode = os.fstat(descriptor).st_mode
    if not stat.S_ISREG(mode):
        os.close(descriptor)
        raise MediaError(f"{path} is {'a folder' if stat.S_ISDIR(mode) else 'no regular file'}", hint="Name one file.")
    with os.fdopen(descriptor, "rb") as source:
        yield source


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A path beside the target to write to; the target appears, or is replaced, when the block ends well.

    If the block fails in any way, Ctrl-C included, the new file is removed and the old one stays.
    The folder of the target must exist.

    Raises:
        ExportError: The folder cannot be written (``ALICE-E01``) or the disk is full (``ALICE-E02``).
    """
    part = part_of(target)
    try:
        if not stat.S_ISDIR(target.parent.stat().st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(target.parent))
        part.unlink(missing_ok=True)
        yield part
        part.replace(target)
    except OSError as error:
        if error.filename is not None and os.fsdecode(error.filename) not in {
            str(part),
            f"file:{part}",
            str(target),
            str(target.parent),
        }:
            raise  # about some other file that the block was reading
        raise _unwritable(target, error) from error
    finally:
        # After the rename there is nothing to remove; a folder that went away is no news here.
        with suppress(OSError):
            part.unlink()


def publish(part: Path, target: Path) -> None:
    """Let a whole file that was written as a part appear under its name.

    Raises:
        ExportError: The folder cannot be written (``ALICE-E01``) or the disk is full (``ALICE-E02``).
    """
    try:
        part.replace(target)
    except OSError as error:
        raise _unwritable(target, error) from error


def make_folder(folder: Path) -> None:
    """Make a folder, with its parents, if it is not there.

    Raises:
        ExportError: It cannot be made (``ALICE-E01``) or the disk is full (``ALICE-E02``).
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from error


def part_of(target: Path) -> Path:
    """The name under which this process writes a file before it appears; :func:`sweep_parts` knows it."""
    suffix = target.suffix if len(target.suffix.encode()) <= _LONGEST_SUFFIX else ""
    ending = f".{os.getpid()}.part{suffix}"
    name = os.fsencode(target.name)
    room = _LONGEST - 1 - len(ending.encode())
    if len(name) > room:
        # Keep two long names apart that begin alike, and cut between characters.
        mark = sha256(name).hexdigest()[:16]
        short = name[: room - len(mark) - 1].decode("utf-8", "ignore")
        return target.with_name(f".{short}-{mark}{ending}")
    return target.with_name(f".{target.name}{ending}")


def path_said(path: Path) -> str:
    """A path as people and events are told it: bytes that are no text become escapes."""
    return str(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def is_part(path: Path) -> bool:
    """Whether a file is one that :func:`replacing` is still writing, or that a killed process left."""
    return _PART.fullmatch(path.name) is not None


def is_left_part(path: Path) -> bool:
    """Whether a file is one that a process was writing that no longer runs."""
    found = _PART.fullmatch(path.name)
    return found is not None and not _runs(int(found.group(1)))


def sweep_parts(folder: Path) -> int:
    """Remove what :func:`replacing` of killed processes left in a folder; says how many files went."""
    gone = 0
    for path in folder.iterdir() if folder.is_dir() else ():
        found = _PART.fullmatch(path.name)
        if found and not _runs(int(found.group(1))) and not path.is_dir():
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _runs(process: int) -> bool:
    if process == os.getpid():
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True  # it runs and belongs to somebody else
    return True


def _unreadable(path: Path, error: OSError) -> AliceError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return NotFound(f"{path} does not exist", hint="Check the spelling of the path.", code="ALICE-N01")
    if isinstance(error, PermissionError):
        hint = "Give yourself the right to read it, or copy it to a folder of your own."
        return MediaError(f"{path} may not be read: {error.strerror}", hint=hint, code="ALICE-M03")
    return MediaError(f"{path} cannot be read: {error.strerror}", hint="Check the path and the disk.")


def _unwritable(target: Path, error: OSError) -> ExportError:
    if error.errno in _FULL:
        message = f"{target.name} was not written to {target.parent}: {os.strerror(error.errno)}"
        return ExportError(message, hint="Free some space or choose another folder.", code="ALICE-E02")
    message = f"{target.name} cannot be written to {target.parent}: {error.strerror or error}"
    return ExportError(message, hint="Choose a folder that exists and that you may write to.", code="ALICE-E01")
