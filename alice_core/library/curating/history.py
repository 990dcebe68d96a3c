"""Everything that happened to an asset, from the log of events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from alice_core.errors import NotFound
from alice_core.events import Event
from alice_core.library.curating.sentences import sentence
from alice_core.library.show import resolve
from alice_core.store import Reader, Store
from alice_core.store.log import EventFilter

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to an asset.

    Attributes:
        event: The event.
        text: What happened, in words.
        undone: The event that took it back, if one did.
        by: ``undo`` or ``redo``, if it happened by one.
    """

    event: Event
    text: str
    undone: Event | None = None
    by: Literal["undo", "redo"] | None = None

    def to_json(self) -> dict[str, Any]:
        """The happening as an item of ``alice history --json``."""
        event, undone = self.event, self.undone
        return {
            "id": event.id,
            "type": event.type,
            "time": event.time,
            "actor": event.actor,
            "text": self.text,
            "project": event.project,
            "command": event.correlation,
            "by": self.by,
            "answers": event.causation,
            "undone": None if undone is None else {"id": undone.id, "time": undone.time, "actor": undone.actor},
            "data": event.data,
        }


def history_of(store: Store, name: str) -> tuple[str, tuple[Happening, ...]]:
    """The digest of the asset that a path or a digest names, and what happened to it, oldest first.

    The derivations that gave it or read it are part of it.

    Raises:
        NotFound: Nothing is known of it.
        UsageError: The start of a digest fits several assets.
    """
    digest = resolve(store, name)
    with store.reading() as reader:
        if reader.assets.get(digest) is None:
            raise NotFound(f"nothing is known of {name!r}", hint=f'Take it in first: alice ingest "{name}"')
        events = {event.id: event for event in _about(reader, digest)}
        derivations = (*reader.recipes.giving(digest), *reader.recipes.using(digest))
        made = {event.id: event for event in reader.events.with_ids(list({one.event for one in derivations}))}
    answers = {event.causation: event for event in events.values() if event.causation in events}
    ordered = sorted((events | made).values(), key=lambda event: event.seq or 0)
    return digest, tuple(
        Happening(event, _text(event, digest), answers.get(event.id), _by(event, events)) for event in ordered
    )


def _about(reader: Reader, digest: str) -> list[Event]:
    found: list[Event] = []
    while True:
        after = found[-1].seq or 0 if found else 0
        page = reader.events.after(after, wanted=EventFilter(subject=digest), limit=_PAGE)
        found += page
        if len(page) < _PAGE:
            return found


def _text(event: Event, digest: str) -> str:
    if event.subject == digest or "operation" not in event.data:
        return sentence(event)
    gave = any(one.get("digest") == digest for one in event.data.get("outputs", ()))
    return f"{'made' if gave else 'read'} by {event.data['operation']}"


def _by(event: Event, events: Mapping[str, Event]) -> Literal["undo", "redo"] | None:
    answered = events.get(event.causation or "")
    if answered is None:
        return None
    by = _by(answered, events)
    return "redo" if by == "undo" else "undo"
