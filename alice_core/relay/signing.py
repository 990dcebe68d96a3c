"""Signatures of calls, as Standard Webhooks 1.0 has them: HMAC-SHA256 over identifier, time and body.

A receiver proves with :func:`verify_signature` that a call comes from whoever knows the secret, that nothing was
changed on the way, and that it is not an old call that somebody kept.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Mapping

from alice_core.errors import ConfigError

TOLERANCE_SECONDS = 300
_PREFIX = "whsec_"
_SHORTEST = 16


def key_of(secret: str) -> bytes:
    """The key that a secret in the form ``whsec_<base64>`` means, 16 bytes or more.

    Raises:
        ConfigError: It has not that form.
    """
    hint = "Make one: python -c 'import base64,os;print(\"whsec_\"+base64.b64encode(os.urandom(32)).decode())'"
    if not secret.startswith(_PREFIX):
        raise ConfigError("the secret of a webhook does not begin with whsec_", hint=hint)
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ConfigError("the secret of a webhook is no base64 after whsec_", hint=hint) from error
    if len(key) < _SHORTEST:
        raise ConfigError(f"the secret of a webhook has less than {_SHORTEST} bytes", hint=hint)
    return key


def signature(key: bytes, message: str, stamp: int, body: bytes) -> str:
    """The signature of a call, ``v1,<base64>``; ``stamp`` is its time in seconds since 1970."""
    signed = hmac.new(key, f"{message}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def verify_signature(
    secret: str,
    headers: Mapping[str, str],
    body: bytes,
    *,
    now: float | None = None,
    tolerance: int = TOLERANCE_SECONDS,
) -> bool:
    """Whether a call was signed with this secret, and not longer ago than ``tolerance`` seconds.

    Args:
        secret: In the form ``whsec_<base64>``.
        headers: Of the call; names in any case.
        body: Its bytes exactly as received.
        now: Seconds since 1970; by default the clock's.
        tolerance: How many seconds the clocks may differ.

    Raises:
        ConfigError: The secret has not that form.
    """
    lower = {name.lower(): value for name, value in headers.items()}
    message, stamp = lower.get("webhook-id"), lower.get("webhook-timestamp", "")
    if not message or not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:  # noqa: PLR2004 - digits of a time
        return False
    if abs((time.time() if now is None else now) - int(stamp)) > tolerance:
        return False
    expected = signature(key_of(secret), message, int(stamp), body).encode()
    given = lower.get("webhook-signature", "").split()
    return any(hmac.compare_digest(expected, one.encode("utf-8", "surrogateescape")) for one in given)
