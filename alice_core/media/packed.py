"""Blocks of metadata as they are kept: packed, under the digest of their bytes."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass

from alice_core.media.generation import Block


@dataclass(frozen=True, slots=True)
class PackedBlock:
    """A block as it is kept: packed, under the digest of its bytes; packing is work for many hands."""

    place: str
    key: str
    digest: str
    size: int
    packed: bytes


def clean(text: str) -> str:
    """The text without what no database holds: NUL goes, and half a surrogate pair is replaced."""
    if "\0" in text:
        text = text.replace("\0", "")
    if text.isascii():
        return text
    cleaned = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text if cleaned == text else cleaned


def pack(block: Block) -> PackedBlock:
    """A block, ready to be kept."""
    digest = "sha256:" + hashlib.sha256(block.data).hexdigest()
    return PackedBlock(block.place, clean(block.key), digest, len(block.data), zlib.compress(block.data, 1))
