"""Adding, removing and pausing sinks, and setting aside what one would not take."""

from __future__ import annotations

import re
from collections.abc import Sequence

from alice_core.errors import Conflict, NotFound, UsageError
from alice_core.events import Event, Payload
from alice_core.events.relay_facts import Redelivered, SinkAdded, SinkPaused, SinkRemoved, SinkResumed, Undeliverable
from alice_core.relay.settings import SinkSettings, kind_of, written
from alice_core.store import UnitOfWork, operation
from alice_core.store.sinks import SinkEntry, SinkProgress, Undelivered

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}", re.ASCII)
_PATTERN = re.compile(r"[A-Za-z0-9.*_-]+(,[A-Za-z0-9.*_-]+)*", re.ASCII)
PERMISSION = "relay.manage"


@operation("sink.add", emits=(SinkAdded,), permission=PERMISSION, undo="sink.remove")
def add_sink(
    work: UnitOfWork, name: str, settings: SinkSettings, *, pattern: str = "*", position: int = 0
) -> SinkEntry:
    """Send events to a place from now on.

    Args:
        work: The unit of work.
        name: Of the sink: lower-case letters, digits, ``.``, ``_`` and ``-``.
        settings: Where it is.
        pattern: Which types, with ``*``; several are divided by commas.
        position: That of the last event which is not to be sent; 0 to send all there is.

    Raises:
        UsageError: The name or the pattern is none.
        Conflict: There is a sink of that name.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name[:70]!r} is no name for a sink", hint="Use 1 to 64 of a-z, 0-9, dot, dash and _.")
    if not _PATTERN.fullmatch(pattern):
        raise UsageError(f"{pattern[:70]!r} names no types of events", hint="Such as: --type 'library.*'")
    if work.sinks.named(name) is not None:
        raise Conflict(f"there is a sink named {name!r}", hint="Choose another name, or remove that one first.")
    entry = SinkEntry(name, kind_of(settings), written(settings), pattern, "on", work.now)
    work.sinks.add(entry, position)
    fact = SinkAdded(sink=name, kind=entry.kind, settings=entry.settings, pattern=pattern, position=position)
    work.emit(fact, subject=name)
    return entry


@operation("sink.remove", emits=(SinkRemoved,), permission=PERMISSION)
def remove_sink(work: UnitOfWork, name: str) -> SinkProgress:
    """Send nothing to a sink any longer; gives how far it was.

    Raises:
        NotFound: There is no sink of that name.
    """
    entry, progress = _named(work, name)
    work.sinks.remove(name)
    fact = SinkRemoved(
        sink=name, kind=entry.kind, settings=entry.settings, pattern=entry.pattern, position=progress.position
    )
    work.emit(fact, subject=name)
    return progress


@operation("sink.pause", emits=(SinkPaused,), permission=PERMISSION, undo="sink.resume")
def pause_sink(work: UnitOfWork, name: str) -> bool:
    """Let a sink wait; false where it did already.

    Raises:
        NotFound: There is no sink of that name.
    """
    return _turned(work, name, "paused", SinkPaused(sink=name))


@operation("sink.resume", emits=(SinkResumed,), permission=PERMISSION, undo="sink.pause")
def resume_sink(work: UnitOfWork, name: str) -> bool:
    """Go on with a paused sink; false where it was not paused.

    Raises:
        NotFound: There is no sink of that name.
    """
    return _turned(work, name, "on", SinkResumed(sink=name))


def _turned(work: UnitOfWork, name: str, state: str, fact: Payload) -> bool:
    entry, _ = _named(work, name)
    if entry.state == state:
        return False
    work.sinks.set_state(name, state)
    work.emit(fact, subject=name)
    return True


@operation("sink.set-aside", emits=(Undeliverable,), permission=PERMISSION)
def set_aside(work: UnitOfWork, name: str, event: Event, reason: str, tries: int) -> None:
    """Note that a sink refused an event for good, so that the rest can go on; nothing where the sink is gone."""
    if work.sinks.named(name) is None:
        return
    position = event.position or 0
    work.sinks.set_aside(Undelivered(name, position, event.id, reason, tries, work.now))
    fact = Undeliverable(
        sink=name, position=position, event=event.id, event_type=event.type, reason=reason, tries=tries
    )
    work.emit(fact, subject=name, causation=event.id)


@operation("sink.redeliver", emits=(Redelivered,), permission=PERMISSION)
def record_redelivered(work: UnitOfWork, name: str, positions: Sequence[int]) -> None:
    """Note that a sink took events now which it had refused.

    Raises:
        NotFound: There is no sink of that name.
    """
    _named(work, name)
    work.sinks.take_back(name, positions)
    work.emit(Redelivered(sink=name, positions=tuple(positions)), subject=name)


def _named(work: UnitOfWork, name: str) -> tuple[SinkEntry, SinkProgress]:
    found = work.sinks.named(name)
    if found is None:
        raise unknown(name)
    return found


def unknown(name: str) -> NotFound:
    """The error that says that there is no sink of that name."""
    return NotFound(f"there is no sink named {name!r}", hint="List them with: alice events sinks list")
