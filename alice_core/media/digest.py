"""The identity of bytes: the SHA-256 of the whole file, written ``sha256:`` and 64 hex digits."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import NewType

from alice_core.errors import IntegrityError
from alice_core.media.files import reading

Digest = NewType("Digest", str)
"""``sha256:`` and 64 lower-case hex digits."""

_BLOCK = 1 << 20
_FORM = re.compile(r"sha256:[0-9a-f]{64}")
_PREFIX = len("sha256:")
_SHORT = 8


def digest_of_bytes(data: bytes) -> Digest:
    """The digest of bytes in memory.

    >>> digest_of_bytes(b"")
    'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
    """
    return Digest(f"sha256:{hashlib.sha256(data).hexdigest()}")


def digest_of_file(path: Path, *, on_bytes: Callable[[int], None] | None = None) -> Digest:
    """The digest of a file, read in blocks of 1 MiB.

    Args:
        path: The file.
        on_bytes: Told the size of every block that was read.

    Raises:
        NotFound: There is no such file (``ALICE-N01``).
        MediaError: It may not be read (``ALICE-M03``) or is no regular file (``ALICE-M00``).
        IntegrityError: It changed while it was being read (``ALICE-I02``).
    """
    state = hashlib.sha256()
    with reading(path) as source:
        before = os.fstat(source.fileno())
        while block := source.read(_BLOCK):
            state.update(block)
            if on_bytes is not None:
                on_bytes(len(block))
        after = os.fstat(source.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        message = f"{path} changed while it was being read"
        raise IntegrityError(message, hint="Wait until it is written to its end, then try again.", code="ALICE-I02")
    return Digest(f"sha256:{state.hexdigest()}")


def is_digest(text: str) -> bool:
    """Whether the text has the form of a whole digest."""
    return _FORM.fullmatch(text) is not None


def short(digest: str) -> str:
    """The first 8 hex digits, enough for a person to tell two assets apart."""
    return digest[_PREFIX : _PREFIX + _SHORT]
