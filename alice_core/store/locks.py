"""Locks between processes: the system gives them back even when the holder is killed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


@contextmanager
def alone(home: Path, what: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold a folder or file against all other processes that use the same home.

    Args:
        home: The store's folder, where the locks lie; nothing is written beside ``what``.
        what: What is held.
        waiting: Called once when somebody else holds it, before waiting for them.
    """
    name = hashlib.sha256(str(what.resolve()).encode(errors="surrogateescape")).hexdigest()[:24]
    place = home / "locks" / f"{name}.lock"
    place.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(place)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        waiting()
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def remove_unheld(lock: Path) -> bool:
    """Remove a lock's file unless somebody holds it; whoever waits for it meanwhile takes a new one."""
    held = FileLock(lock)
    try:
        held.acquire(timeout=0)
    except Timeout:
        return False
    try:
        lock.unlink(missing_ok=True)
    finally:
        held.release()
    return True


def is_held(lock: Path) -> bool:
    """Whether some process holds a lock."""
    probe = FileLock(lock)
    try:
        probe.acquire(timeout=0)
    except Timeout:
        return True
    probe.release()
    return False


@contextmanager
def sole(lock: Path, *, seconds: float = 1.0) -> Iterator[bool]:
    """Hold a lock's file alone; gives whether that was possible within some seconds. It stays there afterwards.

    Whoever only asks (:func:`is_held`) holds it for a moment too, so that it is worth to wait a little.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    held = FileLock(lock)
    try:
        held.acquire(timeout=seconds)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        held.release()
