"""Where else the bytes of an asset lie, and how two files that should be alike differ."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from alice_core.errors import AliceError, IntegrityError, MediaError
from alice_core.media.digest import digest_of_file
from alice_core.media.files import make_folder, replacing
from alice_core.store import Store

_BLOCK = 1 << 20
_ANOTHER_FILE = 4096
"""Two files that differ in more bytes are not one file that was damaged."""
_FEW, _PART = 4, 8
"""Nor are two that differ in more than four bytes and an eighth of themselves."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A file that holds an asset's bytes, read just now.

    Attributes:
        path: The file.
        place: ``file``, ``own`` (the store's own copy) or ``trash``.
    """

    path: Path
    place: str


def good_copies(store: Store, digests: Iterable[str]) -> dict[str, tuple[Copy, ...]]:
    """For each asset the files that hold its bytes now; every one was read and is right.

    Known places, the store's own copies that are recorded nowhere, and the trash are looked at.
    """
    wanted = sorted(set(digests))
    candidates = _candidates(store, wanted)
    return {digest: tuple(one for one in candidates[digest] if _is_good(one.path, digest)) for digest in wanted}


def _candidates(store: Store, digests: list[str]) -> Mapping[str, list[Copy]]:
    with store.reading() as reader:
        places = reader.places.of_many(digests)
        trash = reader.labels.trash()
    own = store.folder / "blobs"
    found: dict[str, list[Copy]] = {}
    for digest in digests:
        name = digest.removeprefix("sha256:")
        paths = {one.path: "own" if one.path.is_relative_to(own) else "file" for one in places.get(digest, ())}
        paths |= dict.fromkeys(sorted((own / name[:2]).glob(f"{name}*")), "own")
        paths |= {store.folder / one.kept: "trash" for one in trash if one.digest == digest}
        order = ("file", "own", "trash")
        found[digest] = [Copy(path, place) for path, place in sorted(paths.items(), key=lambda it: order.index(it[1]))]
    return found


def _is_good(path: Path, digest: str) -> bool:
    try:
        return path.is_file() and digest_of_file(path) == digest
    except AliceError:
        return False  # it went away or cannot be read: no good copy


@dataclass(frozen=True, slots=True)
class Difference:
    """How a file differs from a good copy.

    Attributes:
        size: How many bytes differ where both have some; counting stops where they are another file's.
        bits: How many bits differ in them.
        first: The place of the first byte that differs, or where the shorter one ends.
        longer: How many bytes it has more than the good copy; negative where it has fewer.
        common: How many bytes were compared.
    """

    size: int
    bits: int
    first: int
    longer: int
    common: int

    @property
    def cut_short(self) -> bool:
        """Whether it is the beginning of the good copy and nothing else."""
        return self.size == 0 and self.longer < 0

    @property
    def slight(self) -> bool:
        """Whether it has the right length and only few bytes are other ones."""
        few = self.size <= _FEW or self.size * _PART <= self.common
        return self.longer == 0 and 0 < self.size <= _ANOTHER_FILE and few


def difference(good: Path, other: Path) -> Difference:
    """How a file differs from a good copy of what it should be.

    Raises:
        OSError: One of them cannot be read.
    """
    size = bits = place = 0
    first: int | None = None
    with good.open("rb") as left, other.open("rb") as right:
        longer = os.fstat(right.fileno()).st_size - os.fstat(left.fileno()).st_size
        while size <= _ANOTHER_FILE:
            a, b = left.read(_BLOCK), right.read(_BLOCK)
            common = min(len(a), len(b))
            if a[:common] != b[:common]:
                unlike = [at for at in range(common) if a[at] != b[at]]
                first = place + unlike[0] if first is None else first
                size += len(unlike)
                bits += sum((a[at] ^ b[at]).bit_count() for at in unlike)
            place += common
            if common < _BLOCK:
                break
    return Difference(size, bits, place if first is None else first, longer, place)


def carry_copy(source: Path, target: Path, digest: str) -> None:
    """Copy a file whole, sharing its blocks where the file system can, and prove that the copy is right.

    The copy gets the modification time of its source. It appears by rename; its folder is made.

    Raises:
        IntegrityError: The source does not hold those bytes (``ALICE-I00``).
        MediaError: The source cannot be read.
        ExportError: The target cannot be written.
    """
    make_folder(target.parent)
    with replacing(target) as part:
        _share_or_copy(source, part)
        if digest_of_file(part) != digest:
            raise IntegrityError(f"{source} no longer holds what was recorded", hint="Look closer: alice verify")
        times = source.stat()
        os.utime(part, ns=(times.st_atime_ns, times.st_mtime_ns))


def _share_or_copy(source: Path, part: Path) -> None:
    try:
        if not _shared(source, part):
            shutil.copyfile(source, part)
    except OSError as error:
        if error.filename is not None and os.fsdecode(error.filename) == str(source):
            raise MediaError(
                f"{source} cannot be read: {error.strerror}", hint="Check the path and the disk."
            ) from error
        raise


def _shared(source: Path, part: Path) -> bool:
    """Let the kernel copy; on file systems that can, both files share the same blocks then."""
    if not hasattr(os, "copy_file_range"):
        return False
    try:
        with source.open("rb") as left, part.open("wb") as right:
            while os.copy_file_range(left.fileno(), right.fileno(), 1 << 30):
                pass
            return os.fstat(right.fileno()).st_size == os.fstat(left.fileno()).st_size
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise
        return False  # not between these two file systems; the plain way says what is wrong, if anything is


_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
