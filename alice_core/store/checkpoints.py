"""The file of signed checkpoints beside a store: read, and written when enough has happened."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from alice_core.errors import ExportError
from alice_core.events.checkpoint import Checkpoint, read_checkpoint, sign
from alice_core.store.audit import head_of
from alice_core.store.numbers import stamp
from alice_core.store.store import Store

NAME = "audit-checkpoints.jsonl"
"""The file, in the store's folder."""

_EVENTS = 1000
_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Said:
    """What the file of checkpoints says.

    Attributes:
        checkpoints: In the order of the file.
        unreadable: How many lines are no checkpoint.
        exists: Whether the file is there.
    """

    checkpoints: tuple[Checkpoint, ...]
    unreadable: int
    exists: bool


def checkpoints_of(folder: Path) -> Said:
    """The checkpoints in a store's folder."""
    try:
        lines = (folder / NAME).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return Said((), 0, exists=False)
    found = [read_checkpoint(line) for line in lines if line.strip()]
    good = tuple(one for one in found if one is not None)
    return Said(good, len(found) - len(good), exists=True)


def write_checkpoint(store: Store, seed: bytes) -> Checkpoint | None:
    """Append a signed checkpoint of the newest event; ``None`` where the last one says the same, or nothing is logged.

    Raises:
        ConfigError: The key is none.
        ExportError: The file cannot be written.
    """
    store.seal()
    position, head = head_of(store)
    said = checkpoints_of(store.folder).checkpoints
    if position == 0 or (said and (said[-1].position, said[-1].hash) == (position, head.hex())):
        return None
    checkpoint = sign(position, head, stamp(datetime.now(UTC)), seed)
    path = store.folder / NAME
    try:
        with path.open("a+b") as file:
            # A line that a crash cut short stays a line of its own.
            ended = file.tell() == 0 or _last_byte(path) == b"\n"
            file.write((b"" if ended else b"\n") + checkpoint.line().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        message = f"the checkpoint of the log cannot be written to {path}: {error.strerror}"
        raise ExportError(message, hint="Free some space, or let the folder be written to.") from error
    return checkpoint


def checkpoint_if_due(store: Store, seed: Callable[[], bytes]) -> Checkpoint | None:
    """A checkpoint after every thousand events or hour, for whoever keeps a store open; the key is asked for then."""
    said = checkpoints_of(store.folder).checkpoints
    if said:
        new = head_of(store)[0] - said[-1].position
        written = (store.folder / NAME).stat().st_mtime
        if new == 0 or (new < _EVENTS and time.time() - written < _SECONDS):
            return None
    return write_checkpoint(store, seed())


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1)
