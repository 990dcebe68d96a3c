"""The hash chain over the log: each event's hash covers the event and the hash before it.

Only what was committed counts, as the bytes that lie in the table: an event that was changed, removed,
put in or moved no longer fits. A payload goes in by its own digest, so that it can be erased later and
the chain still holds. A chain alone shows neither a tail that was cut off nor one that was hashed anew
from some place on; signed checkpoints (:mod:`alice_core.events.checkpoint`) show both. The scheme is that of a
linked time-stamping service (Haber and Stornetta, 1991).
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

START = bytes(32)
"""What stands in for the hash before the first event."""

Fields = Sequence[object]
"""What an event's hash covers, as stored: position, id, type, schema version, source, subject, time, actor, project,
correlation, causation, payload text, and the digest of an erased payload (or ``None``)."""


def payload_digest(text: str) -> str:
    """The digest of a payload's text, 64 hexadecimal digits."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def link(before: bytes, event: Fields) -> bytes:
    """The hash of an event, 32 bytes, from the hash of the one before and its stored columns."""
    *head, text, erased = event
    parts = [f"{len(one)}:{one}" if isinstance(one, str) else f"={one}" for one in head]
    parts.append(erased if isinstance(erased, str) else payload_digest(str(text)))
    return sha256(before + "\n".join(parts).encode("utf-8", "surrogatepass")).digest()
