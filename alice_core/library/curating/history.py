"""Everything that happened to an asset, from the log of events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from alice_core.errors import NotFound
from alice_core.events import Event
from alice_core.events.envelope import SOURCE
from alice_core.library.curating.commands import ANSWERING
from alice_core.library.curating.sentences import sentence
from alice_core.library.folding import state_at
from alice_core.library.past import LibraryState, PastAsset
from alice_core.library.show import resolve
from alice_core.store import Reader, Store
from alice_core.store.log import EventFilter

_PAGE = 1000
_ROOTS = "alice.library.root-*"
_DERIVED = "alice.store.derived"


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


@dataclass(frozen=True, slots=True)
class Then:
    """An asset as the log says it was at a moment.

    Attributes:
        digest: The asset.
        moment: RFC 3339 time, UTC.
        asset: What was known and said of it; ``None`` where it was not known yet.
        paths: Where it lay.
        projects: Names of the projects it belonged to, each with the part it played there.
        unread: How many events about it cannot be read, so that something may be missing.
    """

    digest: str
    moment: str
    asset: PastAsset | None
    paths: tuple[str, ...]
    projects: tuple[tuple[str, str], ...]
    unread: int

    def to_json(self) -> dict[str, Any]:
        """It as the object of ``alice history --at --json``."""
        one = self.asset
        said = None
        if one is not None:
            said = {
                "rating": one.rating,
                "favourite": one.favourite,
                "mark": one.mark,
                "reason": one.reason,
                "note": one.note,
                "tags": sorted(one.tags),
                "collections": sorted(one.collections),
                "beats": one.beats,
                "leader": one.leader,
                "trashed": one.trashed,
            }
        return {
            "digest": self.digest,
            "at": self.moment,
            "said": said,
            "locations": list(self.paths),
            "projects": [{"name": name, "role": role} for name, role in self.projects],
            "unread": self.unread,
        }


def asset_at(store: Store, name: str, moment: str) -> Then:
    """The asset that a path or a digest names now, as the log says it was at a moment.

    Args:
        store: The store.
        name: The asset.
        moment: RFC 3339 time in UTC as the store writes it.

    Raises:
        NotFound: Nothing is known of it.
        UsageError: The start of a digest fits several assets.
    """
    digest = _known(store, name)
    with store.reading() as reader:
        events = {event.id: event for event in _about(reader, digest)}
        events |= {event.id: event for event in _all(reader, EventFilter(type=_ROOTS))}
        for one in reader.recipes.giving(digest):
            events |= {event.id: event for event in _all(reader, EventFilter(type=_DERIVED, subject=one.key))}
        names = {one.id: one.name for one in reader.projects.all()}
    state = state_at(sorted(events.values(), key=lambda event: event.seq or 0), moment)
    return _then(state, digest, moment, names)


def _then(state: LibraryState, digest: str, moment: str, names: Mapping[str, str]) -> Then:
    parts = [
        (names.get(key, one.name), one.members[digest]) for key, one in state.projects.items() if digest in one.members
    ]
    paths = sorted(path for path, held in state.places.items() if held == digest)
    return Then(digest, moment, state.assets.get(digest), tuple(paths), tuple(sorted(parts)), state.unread)


def _known(store: Store, name: str) -> str:
    digest = resolve(store, name)
    with store.reading() as reader:
        if reader.assets.get(digest) is None:
            raise NotFound(f"nothing is known of {name!r}", hint=f'Take it in first: alice ingest "{name}"')
    return digest


def history_of(store: Store, name: str) -> tuple[str, tuple[Happening, ...]]:
    """The digest of the asset that a path or a digest names, and what happened to it, oldest first.

    The derivations that gave it or read it are part of it.

    Raises:
        NotFound: Nothing is known of it.
        UsageError: The start of a digest fits several assets.
    """
    digest = _known(store, name)
    with store.reading() as reader:
        events = {event.id: event for event in _about(reader, digest)}
        derivations = (*reader.recipes.giving(digest), *reader.recipes.using(digest))
        made = {event.id: event for event in reader.events.with_ids(list({one.event for one in derivations}))}
    answers = {answered.id: event for event in events.values() if (answered := _answered(event, events)) is not None}
    ordered = sorted((events | made).values(), key=lambda event: event.seq or 0)
    return digest, tuple(
        Happening(event, _text(event, digest), answers.get(event.id), _by(event, events)) for event in ordered
    )


def _about(reader: Reader, digest: str) -> list[Event]:
    """What this program published of an asset; what another log says of it was not done here."""
    return [event for event in _all(reader, EventFilter(subject=digest)) if event.source == SOURCE]


def _all(reader: Reader, wanted: EventFilter) -> list[Event]:
    found: list[Event] = []
    while True:
        after = found[-1].seq or 0 if found else 0
        page = reader.events.after(after, wanted=wanted, limit=_PAGE)
        found += page
        if len(page) < _PAGE:
            return found


def _text(event: Event, digest: str) -> str:
    if event.subject == digest or "operation" not in event.data:
        return sentence(event)
    gave = any(one.get("digest") == digest for one in event.data.get("outputs", ()))
    return f"{'made' if gave else 'read'} by {event.data['operation']}"


def _by(event: Event, events: Mapping[str, Event]) -> Literal["undo", "redo"] | None:
    answered = _answered(event, events)
    if answered is None:
        return None
    by = _by(answered, events)
    return "redo" if by == "undo" else "undo"


def _answered(event: Event, events: Mapping[str, Event]) -> Event | None:
    """The event that an undo or redo took back by this one; that an event caused another one is no such thing."""
    answered = events.get(event.causation or "")
    return answered if answered is not None and {event.type, answered.type} <= ANSWERING else None
