"""Numbers that grow with time, and text that any file name can be kept as.

An asset's number is made of the millisecond it was made at and a part of its digest. An index
on it is an index by time, a full-text index keyed by it streams the newest hits first, and it is
the same in every store that knows the same file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Container
from datetime import UTC, datetime

_SLOT_BITS = 21
_SLOTS = 1 << _SLOT_BITS
_LAST_MS = (1 << 42) - 1
"""2109; with the slot bits a number fits a signed 64-bit integer."""

_PREFIX = len("sha256:")


def stamp(moment: datetime) -> str:
    """A moment as the store writes it: RFC 3339, UTC, milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def stamp_of_ns(nanoseconds: int) -> str:
    """A file's time as the store writes it; times outside the years 1970 to 2109 become the nearest end."""
    ms = min(max(nanoseconds // 1_000_000, 0), _LAST_MS)
    moment = datetime.fromtimestamp(ms // 1000, UTC).replace(microsecond=ms % 1000 * 1000)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def number_of(made: str, digest: str, taken: Container[int] = ()) -> int:
    """The number of an asset: time first, then digest; the next free one where it is taken."""
    moment = datetime.fromisoformat(made)
    ms = min(max(int(moment.timestamp() * 1000), 0), _LAST_MS)
    slot = int(digest[_PREFIX : _PREFIX + 8], 16) % _SLOTS
    number = ms << _SLOT_BITS | slot
    while number in taken:
        number += 1
    return number


_INVALID = re.compile("[\udc80-\udcff]")
_ESCAPED = re.compile("//([0-9a-f]{2})")


def path_text(path: str) -> str:
    """A relative path as text that any database can hold.

    Folders are parted by ``/``. Bytes that are not UTF-8 (Python's surrogate escapes) become ``//`` and
    two hexadecimal digits; a path has no two slashes in a row, so that nothing else reads like it.
    """
    if os.sep != "/":
        path = path.replace(os.sep, "/")
    return _INVALID.sub(lambda found: f"//{ord(found.group()) - 0xDC00:02x}", path)


def path_of_text(text: str) -> str:
    """The path that :func:`path_text` wrote, exactly."""
    path = _ESCAPED.sub(lambda found: chr(0xDC00 + int(found.group(1), 16)), text)
    return path if os.sep == "/" else path.replace("/", os.sep)


def signed(number: int) -> int:
    """An unsigned 64-bit number (an inode, a picture's hash) as the signed one that databases hold."""
    return number - (1 << 64) if number >= 1 << 63 else number
