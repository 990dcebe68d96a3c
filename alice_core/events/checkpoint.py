"""Signed checkpoints of the hash chain: what its head was at a time, in a file beside the database.

The chain alone does not show that its tail was cut off, or that all of it was hashed anew after a change. A
checkpoint does: it names a position and the hash there, and only who holds the private key can write one. In the
manner of the signed tree heads of RFC 6962; the signature is Ed25519 (RFC 8032).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alice_core.errors import ConfigError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the head of the chain was.

    Attributes:
        position: Of the newest event then.
        hash: Its hash, 64 hexadecimal digits.
        time: RFC 3339, UTC.
        key: The public key, 64 hexadecimal digits.
        signature: Of the line without it, 128 hexadecimal digits.
    """

    position: int
    hash: str
    time: str
    key: str
    signature: str = ""

    def line(self) -> str:
        """The checkpoint as a line of the file, without its end."""
        return json.dumps({**self._said(), "signature": self.signature}, separators=(",", ":"))

    def _said(self) -> dict[str, object]:
        return {"position": self.position, "hash": self.hash, "time": self.time, "key": self.key}

    def signed_bytes(self) -> bytes:
        """What the signature is of."""
        return b"alice.checkpoint/1\n" + json.dumps(self._said(), separators=(",", ":")).encode()


def new_seed() -> bytes:
    """A new private key, 32 bytes."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey as Key  # noqa: PLC0415 - 30 ms

    return Key.generate().private_bytes_raw()


def sign(position: int, head: bytes, time: str, seed: bytes) -> Checkpoint:
    """A signed checkpoint.

    Raises:
        ConfigError: The key is not 32 bytes long.
    """
    key = _key(seed)
    unsigned = Checkpoint(position, head.hex(), time, key.public_key().public_bytes_raw().hex())
    signature = key.sign(unsigned.signed_bytes()).hex()
    return Checkpoint(unsigned.position, unsigned.hash, unsigned.time, unsigned.key, signature)


def public_key(seed: bytes) -> str:
    """The public key of a private one, 64 hexadecimal digits."""
    return _key(seed).public_key().public_bytes_raw().hex()


def is_signed(checkpoint: Checkpoint) -> bool:
    """Whether the signature is that of the key that the checkpoint names."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - see above
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - see above

    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(checkpoint.key))
        key.verify(bytes.fromhex(checkpoint.signature), checkpoint.signed_bytes())
    except (InvalidSignature, ValueError):
        return False
    return True


def read_checkpoint(line: str) -> Checkpoint | None:
    """The checkpoint of a line; ``None`` for a line that is none."""
    try:
        value = json.loads(line)
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    position, rest = value.get("position"), [value.get(name) for name in ("hash", "time", "key", "signature")]
    if type(position) is not int or not all(isinstance(one, str) for one in rest):
        return None
    return Checkpoint(position, *rest)  # type: ignore[arg-type]


def _key(seed: bytes) -> Ed25519PrivateKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey as Key  # noqa: PLC0415 - see above

    if len(seed) != SEED_BYTES:
        raise ConfigError(
            f"the audit key has {len(seed)} bytes, not {SEED_BYTES}",
            hint="ALICE_AUDIT_KEY takes 64 hexadecimal digits.",
        )
    return Key.from_private_bytes(seed)
