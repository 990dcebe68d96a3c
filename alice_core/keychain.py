"""Secrets: from the environment or the keyring of the system, never from a file of ours.

In the keyring they stand under the service ``alicemultiverse``. The package ``keyring`` is an extra
(``pip install 'alicemultiverse[keys]'``); without it only the environment is looked at.
"""

from __future__ import annotations

import importlib
import os
from typing import Any

from alice_core.errors import ConfigError, MissingExtra

SERVICE = "alicemultiverse"


def find_secret(variables: tuple[str, ...], user: str) -> tuple[str, str] | None:
    """A secret and where it was found, or ``None``.

    Args:
        variables: Environment variables, the first that is set counts.
        user: The name under which the keyring has it.

    Returns:
        The secret, and the variable's name or ``keyring``.
    """
    for name in variables:
        value = os.environ.get(name, "").strip()
        if value:
            return value, name
    ring = _keyring()
    if ring is None:
        return None
    try:
        stored = ring.get_password(SERVICE, user)
    except _errors().KeyringError:
        return None
    return (str(stored), "keyring") if stored else None


def keep_secret(user: str, secret: str) -> None:
    """Put a secret into the keyring, in place of an older one.

    Raises:
        MissingExtra: The package ``keyring`` is not installed.
        ConfigError: This system has no keyring that can be written, or it is locked.
    """
    ring = _keyring()
    if ring is None:
        raise MissingExtra(
            "the keyring needs the package keyring",
            hint="Type: pip install 'alicemultiverse[keys]'",
        )
    try:
        ring.set_password(SERVICE, user, secret)
    except _errors().KeyringError as error:
        # The error's own text might hold what was to be kept; its kind says enough.
        raise ConfigError(
            f"the keyring of this system did not take it ({type(error).__name__})",
            hint="Unlock it, or set the environment variable instead.",
        ) from None


def _keyring() -> Any:  # noqa: ANN401 - a foreign module, or None
    try:
        return importlib.import_module("keyring")
    except ModuleNotFoundError:
        return None


def _errors() -> Any:  # noqa: ANN401 - a foreign module
    return importlib.import_module("keyring.errors")
