"""Identifiers that sort by time: UUID version 7 (RFC 9562, section 5.7)."""

from __future__ import annotations

import os
import threading
import time

_lock = threading.Lock()
_last = 0


def uuid7() -> str:
    """A new UUIDv7 as text; within one process each is greater than the one before.

    The 12 bits after the version hold a fraction of the millisecond (RFC 9562, section
    6.2, method 3), raised by one where two calls fall into the same fraction.
    """
    global _last  # noqa: PLW0603 - monotonicity is process-wide state
    nanoseconds = time.time_ns()
    milliseconds, rest = divmod(nanoseconds, 1_000_000)
    stamp = (milliseconds << 12) | (rest * 4096 // 1_000_000)
    with _lock:
        stamp = max(stamp, _last + 1)
        _last = stamp
    milliseconds, fraction = stamp >> 12, stamp & 0xFFF
    random = int.from_bytes(os.urandom(8), "big") & ((1 << 62) - 1)
    text = f"{(milliseconds << 80) | (0x7 << 76) | (fraction << 64) | (0b10 << 62) | random:032x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
