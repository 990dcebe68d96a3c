"""The hash chain over the log: each event's hash covers the event and the hash before it.

Only what was committed counts, as the text that lies in the table: an event that was changed, removed,
put in or moved no longer fits. A payload goes in by its own digest, so that it can be erased later and
the chain still holds. A chain alone shows neither a tail that was cut off nor one that was hashed anew
from some place on; signed checkpoints (:mod:`alice_core.events.checkpoint`) show both. The scheme is that of a
linked time-stamping service (Haber and Stornetta, 1991).

The hash is SHA-256 of the hash before, the event's *head* in UTF-8, and the digest of its payload in hexadecimal
digits. The head is written so that a database can write it too: position, space, schema version, space, and then
each other column as its length in bytes, a colon and its text, or ``-`` where it is empty (NULL).
"""

from __future__ import annotations

from hashlib import sha256
from typing import TypeAlias

START = bytes(32)
"""What stands in for the hash before the first event."""

TEXTS = ("id", "type", "source", "subject", "time", "actor", "project", "correlation", "causation")
"""The columns of a head after position and schema version, in their order."""

HEAD_SQLITE = "position || ' ' || schemaversion || ' ' || " + " || ".join(
    f"coalesce(length(CAST({name} AS BLOB)) || ':' || {name}, '-')" for name in TEXTS
)
"""The head as an expression of SQLite, whose ``length`` of a text would stop at a zero character."""

HEAD_POSTGRESQL = "position || ' ' || schemaversion || ' ' || " + " || ".join(
    f"coalesce(octet_length({name}) || ':' || {name}, '-')" for name in TEXTS
)
"""The head as an expression of PostgreSQL."""

Texts: TypeAlias = tuple[str | None, ...]
"""The values of :data:`TEXTS`."""


def head_of(position: int, schema: int, texts: Texts) -> bytes:
    """The head of an event, in UTF-8."""
    parts = ["-" if one is None else f"{len(one)}:{one}" for one in texts]
    head = f"{position} {schema} {''.join(parts)}"
    if head.isascii():
        return head.encode()
    counted = [b"-" if one is None else b"%d:%b" % (len(text := one.encode()), text) for one in texts]
    return b"%d %d %b" % (position, schema, b"".join(counted))


def payload_digest(text: str) -> str:
    """The digest of a payload's text, 64 hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def link(before: bytes, head: bytes, payload: str) -> bytes:
    """The hash of an event, 32 bytes, from the hash of the one before, its head, and the digest of its payload."""
    return sha256(before + head + payload.encode()).digest()
