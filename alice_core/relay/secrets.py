"""Secrets of sinks and of the receiver: from the environment or the keyring, never from a file of ours."""

from __future__ import annotations

import importlib
import os
import re

RECEIVER_VARIABLE = "ALICE_RECEIVER_SECRET"

_SERVICE = "alicemultiverse"


def variable_of(sink: str) -> str:
    """The environment variable that holds the secret of a sink: ``ALICE_SINK_<NAME>_SECRET``."""
    return f"ALICE_SINK_{re.sub('[^A-Z0-9]', '_', sink.upper())}_SECRET"


def secret_of(sink: str) -> str | None:
    """The password or key of a sink, or ``None`` where neither environment nor keyring has one.

    In the keyring it stands under the service ``alicemultiverse`` and the user ``sink:<name>``.
    """
    return _found(variable_of(sink), f"sink:{sink}")


def receiver_secret() -> str | None:
    """The secret that received calls are signed with, from ``ALICE_RECEIVER_SECRET`` or the keyring's ``receiver``."""
    return _found(RECEIVER_VARIABLE, "receiver")


def _found(variable: str, user: str) -> str | None:
    found = os.environ.get(variable)
    if found:
        return found
    try:
        keyring = importlib.import_module("keyring")
    except ModuleNotFoundError:
        return None
    errors = importlib.import_module("keyring.errors")
    try:
        stored = keyring.get_password(_SERVICE, user)
    except errors.KeyringError:
        return None
    return str(stored) if stored else None
