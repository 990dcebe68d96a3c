"""The ``alice`` command: parse, call, print. No logic lives here."""

from alice_core.cli.entry import main

__all__ = ["main"]
