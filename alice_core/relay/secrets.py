"""Secrets of sinks: from the environment or the keyring, never from a file of ours."""

from __future__ import annotations

import importlib
import os
import re

_SERVICE = "alicemultiverse"


def variable_of(sink: str) -> str:
    """The environment variable that holds the secret of a sink: ``ALICE_SINK_<NAME>_SECRET``."""
    return f"ALICE_SINK_{re.sub('[^A-Z0-9]', '_', sink.upper())}_SECRET"


def secret_of(sink: str) -> str | None:
    """The password or key of a sink, or ``None`` where neither environment nor keyring has one.

    In the keyring it stands under the service ``alicemultiverse`` and the user ``sink:<name>``.
    """
    found = os.environ.get(variable_of(sink))
    if found:
        return found
    try:
        keyring = importlib.import_module("keyring")
    except ModuleNotFoundError:
        return None
    errors = importlib.import_module("keyring.errors")
    try:
        stored = keyring.get_password(_SERVICE, f"sink:{sink}")
    except errors.KeyringError:
        return None
    return str(stored) if stored else None
