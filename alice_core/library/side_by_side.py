"""Reading many files with two processes: the one apart and this one take turns at what is left."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from alice_core.errors import AliceError
from alice_core.library.scan import Entry
from alice_core.media.apart import Answer, Apart
from alice_core.store.files import found_of
from alice_core.store.found import Found

APART_FROM = 200
"""For fewer files a second process is not worth its start."""

_TURN = 16
"""Files a request: more would leave the other process idle at the end, fewer cost more messages."""

_ON_THEIR_WAY = 4
"""Requests at once: enough for the other process to go on with while this one commits a batch."""

_SETTLED_NS = 20_000_000
"""A file that was changed so shortly before it was read may have been changed in the same tick of the clock."""

Outcome = TypeVar("Outcome")


def read_apart(
    entries: Sequence[Entry], ready: Callable[[Entry], bool], read: Callable[[Entry], Outcome]
) -> Iterator[tuple[Entry, Found | Outcome]]:
    """Every file with what it is, in no certain order; half of them are read by another process.

    Args:
        entries: The files.
        ready: Whether a file may be read apart; asked just before.
        read: Reads one here. Also whatever could not be read apart is read once more here, which says why.
    """
    work = _Work(deque(entries))
    apart: Apart | None = Apart()
    try:
        while work.is_left():
            if apart is not None and not _keep_busy(apart, work, ready):
                _give_up(apart, work)
                apart = None
            if apart is not None and work.asked and (apart.has_answer() or not work.can_be_read_here()):
                asked = work.asked[0]
                answers = _answers(apart)
                if answers is None:
                    _give_up(apart, work)
                    apart = None
                    continue
                work.asked.popleft()
                for entry, answer in zip(asked, answers, strict=True):
                    found = _found(entry, answer)
                    yield entry, read(entry) if found is None else found
            else:
                entry = work.next_here()
                yield entry, read(entry)
    finally:
        if apart is not None:
            apart.close()


@dataclass(slots=True)
class _Work:
    """Files by who is to read them: nobody yet, this process, or the one apart, in lists as they were asked for."""

    left: deque[Entry]
    here: deque[Entry] = field(default_factory=deque)
    asked: deque[list[Entry]] = field(default_factory=deque)

    def is_left(self) -> bool:
        return bool(self.left or self.here or self.asked)

    def can_be_read_here(self) -> bool:
        return bool(self.left or self.here)

    def next_here(self) -> Entry:
        return (self.here or self.left).popleft()


def _keep_busy(apart: Apart, work: _Work, ready: Callable[[Entry], bool]) -> bool:
    """Ask the process apart for more files, as far as it is idle; those that are not ready are read here."""
    while len(work.asked) < _ON_THEIR_WAY and len(work.left) > len(work.asked) * _TURN:
        chosen: list[Entry] = []
        while work.left and len(chosen) < _TURN:
            entry = work.left.popleft()
            (chosen if ready(entry) else work.here).append(entry)
        if not chosen:
            return True
        work.asked.append(chosen)
        try:
            apart.ask([Path(entry.path) for entry in chosen])
        except OSError:
            return False
    return True


def _give_up(apart: Apart, work: _Work) -> None:
    """Go on alone: the process apart was ended, perhaps by a file; what it had is read here, one by one."""
    apart.close()
    work.here.extend(entry for some in work.asked for entry in some)
    work.asked.clear()


def _answers(apart: Apart) -> tuple[Answer, ...] | None:
    try:
        return apart.answer()
    except EOFError:
        return None


def _found(entry: Entry, answer: Answer) -> Found | None:
    """What was read apart, if it still holds and no write can have overlapped the reading unseen."""
    if answer is None or isinstance(answer, AliceError):
        return None
    found = found_of(Path(entry.path), answer)
    try:
        now = os.stat(entry.path)  # noqa: PTH116 - many files
    except OSError:
        return None
    same = (now.st_size, now.st_mtime_ns, now.st_ctime_ns) == (found.facts.size, found.mtime_ns, found.ctime_ns)
    return found if same and found.ctime_ns < time.time_ns() - _SETTLED_NS else None
