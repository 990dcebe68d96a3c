"""What caused an event, and what it caused: the log read along its causation and correlation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Executable, func, select

from alice_core.errors import NotFound, UsageError
from alice_core.events import Event
from alice_core.events.envelope import SOURCE
from alice_core.events.library_facts import Imported, Ingested
from alice_core.store.log import EventLog
from alice_core.store.tables import EventRow, RecipeOutputRow, RecipeRow

_MANY = 500
_MOST = 500
"""Events of a tree; what lies below is counted only."""
_DEEPEST = 100
"""Levels of a tree, likewise."""
_TOLD = 50
"""Other events of the same command that are given; all are counted."""
_HIGHEST = 1000
"""Causes above an event: a chain that comes back to itself ends, and so does an endless one."""


@dataclass(frozen=True, slots=True)
class Effect:
    """An event in a tree, and what it caused; ``more`` says how many further effects are not given."""

    event: Event
    effects: tuple[Effect, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why something happened, and what came of it.

    Attributes:
        causes: What caused it, the first cause first.
        unknown: The identifier of a cause that is not in this log.
        tree: The event itself, and what it caused.
        command: Other events of the same command or run, oldest first, at most fifty, those of the tree left out.
        others: How many those are in all.
    """

    causes: tuple[Event, ...]
    unknown: str | None
    tree: Effect
    command: tuple[Event, ...]
    others: int


class Traces:
    """The causes and effects of events, in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._log = EventLog(connection)

    def named(self, name: str) -> Event:
        """The event of an identifier, of the start of one, or of a position in the log.

        Raises:
            NotFound: There is none.
            UsageError: The start fits several.
        """
        found = self._named(name.strip().lower())
        if not found:
            raise NotFound(
                f"there is no event {name!r}", hint="Name an event by its number or its id: alice events tail --jsonl"
            )
        if len(found) > 1:
            raise UsageError(f"{name!r} is the start of several events", hint="Type more of it, or its number.")
        return self._log.with_ids(found)[0]

    def explain(self, name: str) -> Explanation:
        """What caused an event and what it caused.

        Raises:
            NotFound: There is no such event.
            UsageError: The start of an identifier fits several.
        """
        event = self.named(name)
        causes, unknown = self._causes(event)
        tree = self._tree(event)
        shown = {one.id: one for one in (*causes, *_walk(tree))}
        if event.correlation is None:
            return Explanation(causes, unknown, tree, (), 0)
        where = (EventRow.correlation == event.correlation, EventRow.id != event.id)
        total = self._connection.scalar(select(func.count()).select_from(EventRow).where(*where)) or 0
        some = self._connection.scalars(
            select(EventRow.id).where(*where).order_by(EventRow.seq).limit(_TOLD + len(shown))
        ).all()
        command = self._log.with_ids([one for one in some if one not in shown][:_TOLD])
        others = total - sum(one.correlation == event.correlation for one in shown.values()) + 1
        return Explanation(causes, unknown, tree, command, others)

    def origins(self, digests: Iterable[str]) -> dict[str, str]:
        """The newest event by which each of some assets became known here or was made; those without one are left out.

        Events that wait to be written in the same transaction are not seen.
        """
        found: dict[str, str] = {}
        wanted = sorted(set(digests))
        for start in range(0, len(wanted), _MANY):
            for query in _origins(wanted[start : start + _MANY]):
                for digest, event in self._connection.execute(query):
                    found[digest] = max(found.get(digest, ""), event)  # UUIDv7 sort by time
        return {digest: event for digest, event in found.items() if event}

    def _named(self, name: str) -> list[str]:
        exact = list(self._connection.scalars(select(EventRow.id).where(EventRow.id == name)))
        if exact or not name:
            return exact
        if name.isascii() and name.isdigit() and len(name) < len("2000000000000"):
            found = self._log.following(int(name) - 1, limit=1)
            if found and found[0].position == int(name):
                return [found[0].id]
        start = select(EventRow.id).where(EventRow.id.startswith(name, autoescape=True)).limit(2)
        return list(self._connection.scalars(start))

    def _causes(self, event: Event) -> tuple[tuple[Event, ...], str | None]:
        causes: list[Event] = []
        met = {event.id}
        cause = event.causation
        while cause is not None and cause not in met and len(causes) < _HIGHEST:
            met.add(cause)
            found = self._log.with_ids((cause,))
            if not found:
                return tuple(reversed(causes)), cause
            causes.append(found[0])
            cause = found[0].causation
        return tuple(reversed(causes)), None

    def _tree(self, root: Event) -> Effect:
        """The tree of effects, gathered level by level so that what is left out lies deepest."""
        below: dict[str, list[Event]] = {}
        more: dict[str, int] = {}
        met = {root.id}
        level = [root.id]
        for depth in range(_DEEPEST):
            fresh: list[str] = []
            for event in self._caused_by(level):
                if event.id in met:
                    continue
                above = event.causation or ""
                if len(met) > _MOST or depth == _DEEPEST - 1:
                    more[above] = more.get(above, 0) + 1
                    continue
                met.add(event.id)
                below.setdefault(above, []).append(event)
                fresh.append(event.id)
            level = fresh
        return _grown(root, below, more)

    def _caused_by(self, causes: Sequence[str]) -> Iterator[Event]:
        for start in range(0, len(causes), _MANY):
            query = select(EventRow.id).where(EventRow.causation.in_(causes[start : start + _MANY]))
            ids = list(self._connection.scalars(query.order_by(EventRow.seq).limit(_MOST * 20)))
            yield from self._log.with_ids(ids)


def _origins(digests: Sequence[str]) -> tuple[Executable, ...]:
    made = (
        select(RecipeOutputRow.digest, RecipeRow.event)
        .join(RecipeRow, RecipeRow.key == RecipeOutputRow.recipe)
        .where(RecipeOutputRow.digest.in_(digests))
    )
    found = select(EventRow.subject, EventRow.id).where(
        EventRow.subject.in_(digests),
        EventRow.type.in_((Ingested.type_name, Imported.type_name)),
        EventRow.source == SOURCE,
    )
    return made, found


def _grown(root: Event, below: dict[str, list[Event]], more: dict[str, int]) -> Effect:
    """The tree of what was gathered, built from its leaves, however deep it is."""
    order = [root]
    for event in order:
        order += below.get(event.id, ())
    grown: dict[str, Effect] = {}
    for event in reversed(order):
        effects = tuple(grown[one.id] for one in below.get(event.id, ()))
        grown[event.id] = Effect(event, effects, more.get(event.id, 0))
    return grown[root.id]


def _walk(tree: Effect) -> Iterator[Event]:
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        yield one.event
        waiting += one.effects
