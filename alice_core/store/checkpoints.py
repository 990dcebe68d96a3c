"""The file of signed checkpoints beside a store: read, and written when enough has happened.

Who can cut the log can take that file away too. So the newest checkpoint is *pinned* as well, in a folder elsewhere:
a pin is replaced only by a checkpoint that follows it in the file.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from alice_core.errors import ExportError
from alice_core.events.checkpoint import Checkpoint, read_checkpoint, sign
from alice_core.media.files import replacing
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


def pin_file(store: Store, pins: Path) -> Path | None:
    """The file of a store's pin in a folder of pins; ``None`` while nothing is logged.

    It is named by the first event and the place of the store, as a copy elsewhere goes ways of its own.
    """
    with store.connecting() as connection:
        first = connection.exec_driver_sql("SELECT hash FROM events WHERE position = 1").scalar()
    if first is None:
        return None
    place = store.folder.absolute().as_posix().encode("utf-8", "surrogatepass")
    return pins / f"{sha256(bytes(first) + place).hexdigest()[:32]}.json"


def pinned(store: Store, pins: Path) -> Checkpoint | None:
    """The newest checkpoint as it was pinned, if it was."""
    file = pin_file(store, pins)
    try:
        return None if file is None else read_checkpoint(file.read_text(encoding="utf-8", errors="replace"))
    except FileNotFoundError:
        return None


def write_checkpoint(store: Store, seed: bytes, pins: Path | None = None) -> Checkpoint | None:
    """Append a signed checkpoint of the newest event; ``None`` where the last one says the same, or nothing is logged.

    Args:
        store: The store.
        seed: The private key.
        pins: The folder in which the newest checkpoint is kept a second time.

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
    if pins is not None:
        _pin(store, pins, said, checkpoint)
    return checkpoint


def _pin(store: Store, pins: Path, before: tuple[Checkpoint, ...], checkpoint: Checkpoint) -> None:
    old, file = pinned(store, pins), pin_file(store, pins)
    if file is None or (old is not None and old not in before):
        return
    pins.mkdir(parents=True, exist_ok=True)
    with replacing(file) as part:
        part.write_text(checkpoint.line() + "\n", encoding="utf-8")


def checkpoint_if_due(store: Store, seed: Callable[[], bytes], pins: Path | None = None) -> Checkpoint | None:
    """A checkpoint after every thousand events or hour, for whoever keeps a store open; the key is asked for then."""
    said = checkpoints_of(store.folder).checkpoints
    if said:
        new = head_of(store)[0] - said[-1].position
        written = (store.folder / NAME).stat().st_mtime
        if new == 0 or (new < _EVENTS and time.time() - written < _SECONDS):
            return None
    return write_checkpoint(store, seed(), pins)


def _last_byte(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1)
