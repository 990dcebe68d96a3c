"""Choices that look free and are not: every one follows from the plan's seed and a key."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def number(seed: int, *key: str | int) -> int:
    """A number from 0 to 2**32 - 1: the first four bytes of the sha256 of seed and key."""
    text = "/".join(str(part) for part in (seed, *key))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def pick(options: Sequence[T], seed: int, *key: str | int, step: int = 0) -> T:
    """One of the options; ``step`` walks on through them from the place that seed and key give."""
    return options[(number(seed, *key) + step) % len(options)]
