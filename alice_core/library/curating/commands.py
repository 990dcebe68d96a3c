"""What an actor's commands did, as the log of events tells it: the steps that can be taken back.

A step is what one command did (all events of one correlation), what one undo brought back (the events
that answer those it names), or what one redo brought back. An event that an undo or redo has dealt
with is spent and belongs to no step any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from alice_core.events import Event, Payload
from alice_core.events.facts import Derived
from alice_core.events.library_facts import Described, Grouped, Imported, Ingested, Redone, Restored, Trashed, Undone
from alice_core.library.curating.changes import REVERSIBLE
from alice_core.store import Reader

_PAGE = 500
_KINDS: tuple[type[Payload], ...] = (*REVERSIBLE, Trashed, Restored)
ANSWERING = frozenset(kind.type_name for kind in _KINDS)
"""Types of events that an undo takes back, by others of them."""

_TYPES = ANSWERING | {Undone.type_name, Redone.type_name}
_TAKING_IN = frozenset(kind.type_name for kind in (Ingested, Imported, Described, Derived))


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can be taken back.

    Attributes:
        kind: Whether a command did it, an undo or a redo.
        correlation: The command it belongs to.
        time: When it was finished.
        events: The events that are not spent, newest first.
    """

    kind: Literal["do", "undo", "redo"]
    correlation: str | None
    time: str
    events: tuple[Event, ...]


@dataclass(slots=True)
class _Ledger:
    """What is known of the log so far, read from its newest end."""

    spent: set[str] = field(default_factory=set)
    answering: dict[str, Event] = field(default_factory=dict)
    seen: set[str | None] = field(default_factory=set)

    def enter(self, event: Event) -> None:
        """Remember what an undo or redo has dealt with."""
        self.spent.update(event.data["events"], event.data.get("skipped", ()))
        self.answering.update((one, event) for one in event.data["events"])

    def is_answer(self, event: Event) -> bool:
        """Whether an event was published by an undo or a redo."""
        by = self.answering.get(event.causation or "")
        return by is not None and by.correlation == event.correlation

    def open(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        """Those of a command's own events that are not spent."""
        return tuple(event for event in events if event.id not in self.spent and not self.is_answer(event))


def steps(reader: Reader, actor: str) -> Iterator[Step]:
    """The steps of an actor that can be taken back, newest first."""
    ledger = _Ledger()
    before: int | None = None
    while True:
        page = reader.events.newest(actor, _TYPES, before=before, limit=_PAGE)
        if not page:
            return
        for event in page:
            step = _step(reader, ledger, event)
            if step is not None and step.events:
                yield step
        before = page[-1].seq


def _step(reader: Reader, ledger: _Ledger, event: Event) -> Step | None:
    if event.type in {Undone.type_name, Redone.type_name}:
        ledger.enter(event)
        kind: Literal["undo", "redo"] = "undo" if event.type == Undone.type_name else "redo"
        return Step(kind, event.correlation, event.time, _answers(reader, ledger, event))
    if event.id in ledger.spent or ledger.is_answer(event) or event.correlation in ledger.seen:
        return None
    if event.correlation is None:
        return Step("do", None, event.time, (event,))
    ledger.seen.add(event.correlation)
    whole = reader.events.newest(event.actor, _TYPES, correlation=event.correlation, limit=None)
    for one in whole:
        if one.type in {Undone.type_name, Redone.type_name}:
            ledger.enter(one)
    own = tuple(one for one in whole if one.type not in {Undone.type_name, Redone.type_name})
    return Step("do", event.correlation, event.time, _by_hand(reader, event, ledger.open(own)))


def _answers(reader: Reader, ledger: _Ledger, event: Event) -> tuple[Event, ...]:
    """The events that an undo or redo published, less those that were dealt with since."""
    named = set(event.data["events"])
    whole = reader.events.newest(event.actor, _TYPES, before=event.seq, correlation=event.correlation, limit=None)
    return tuple(one for one in whole if one.causation in named and one.id not in ledger.spent)


def _by_hand(reader: Reader, event: Event, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """A command's events without groupings that came of taking files in: nobody said those."""
    if not any(one.type == Grouped.type_name for one in events):
        return events
    if not reader.events.newest(event.actor, _TAKING_IN, correlation=event.correlation, limit=1):
        return events
    return tuple(one for one in events if one.type != Grouped.type_name)
