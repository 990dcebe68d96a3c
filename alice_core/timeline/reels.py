"""Reel names for edit decision lists: eight ASCII characters, one for each file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

_WIDTH = 8
_HEX = re.compile(r"[0-9a-f]{64}")


def reel_names(digests: Iterable[str]) -> dict[str, str]:
    """A reel of eight capital hexadecimal digits for every digest, no two alike.

    The reel is the start of the file's digest, so that a person can find the file by it.
    Where another file has taken that name the next window of the digest is used, then that
    of the digest of the digest, and so on; the answer depends only on the order of the
    digests.

    >>> reel_names(["sha256:" + "0123456789abcdef" * 4])
    {'sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef': '01234567'}
    """
    reels: dict[str, str] = {}
    taken: set[str] = set()
    for digest in digests:
        if digest not in reels:
            reels[digest] = _free(digest, taken)
            taken.add(reels[digest])
    return reels


def _free(digest: str, taken: set[str]) -> str:
    plain = digest.rpartition(":")[2]
    while True:
        if not _HEX.fullmatch(plain):
            plain = sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()
        for start in range(len(plain) - _WIDTH + 1):
            reel = plain[start : start + _WIDTH].upper()
            if reel not in taken:
                return reel
        plain = sha256(plain.encode()).hexdigest()
