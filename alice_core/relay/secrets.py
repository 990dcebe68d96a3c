"""Secrets of sinks and of the receiver: from the environment or the keyring, never from a file of ours."""

from __future__ import annotations

import re

from alice_core.keychain import find_secret

RECEIVER_VARIABLE = "ALICE_RECEIVER_SECRET"


def variable_of(sink: str) -> str:
    """The environment variable that holds the secret of a sink: ``ALICE_SINK_<NAME>_SECRET``."""
    return f"ALICE_SINK_{re.sub('[^A-Z0-9]', '_', sink.upper())}_SECRET"


def secret_of(sink: str) -> str | None:
    """The password or key of a sink, or ``None`` where neither environment nor keyring has one.

    In the keyring it stands under the service ``alicemultiverse`` and the user ``sink:<name>``.
    """
    found = find_secret((variable_of(sink),), f"sink:{sink}")
    return found[0] if found else None


def receiver_secret() -> str | None:
    """The secret that received calls are signed with, from ``ALICE_RECEIVER_SECRET`` or the keyring's ``receiver``."""
    found = find_secret((RECEIVER_VARIABLE,), "receiver")
    return found[0] if found else None
