"""Taking commands back, and taking that back: inverse events, published in one transaction a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice

from alice_core.errors import Conflict
from alice_core.events import Event, Payload
from alice_core.events.library_facts import Redone, Restored, Trashed, Undone
from alice_core.library.curating.changes import REVERSIBLE, Deed, publish, runs
from alice_core.library.curating.commands import Step, steps
from alice_core.library.discarding import returning
from alice_core.library.discarding.mending import trash_alone
from alice_core.library.discarding.returning import Moved
from alice_core.library.discarding.trash import DAYS
from alice_core.progress import SILENT, Progress
from alice_core.store import Store, UnitOfWork, operation

_KINDS: tuple[type[Payload], ...] = (*REVERSIBLE, Trashed, Restored)


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What became of one command.

    Attributes:
        step: What it had done.
        events: Its events that were taken back, newest first.
        skipped: Its events that were not, as somebody has changed the same since.
        again: For a redo, the events that hold again by it: those that ``events`` had taken back.
    """

    step: Step
    events: tuple[Event, ...]
    skipped: tuple[Event, ...]
    again: tuple[Event, ...] = ()


def undo(
    store: Store,
    count: int = 1,
    *,
    skip: bool = False,
    dry_run: bool = False,
    days: int = DAYS,
    progress: Progress = SILENT,
) -> tuple[TakenBack, ...]:
    """Take back the last commands of the store's actor, newest first; fewer if there are no more.

    Within a command, what somebody has changed again since is skipped and said; later changes are
    never written over.

    Args:
        store: The store.
        count: How many commands.
        skip: Whether to pass over commands of which nothing can be taken back.
        dry_run: Only tell what would be taken back.
        days: For how long files are kept that go into the trash.
        progress: Who wants to know.

    Raises:
        Conflict: Nothing of a command can be taken back; it and those before it in time are as they were.
    """
    return _take_back(store, _Way(record_undone, ("do", "redo"), skip=skip), count, dry_run, days, progress)


def redo(
    store: Store, count: int = 1, *, dry_run: bool = False, days: int = DAYS, progress: Progress = SILENT
) -> tuple[TakenBack, ...]:
    """Take back what the last undos of the store's actor did, newest first; otherwise like :func:`undo`."""
    done = _take_back(store, _Way(record_redone, ("undo",)), count, dry_run, days, progress)
    with store.reading() as reader:
        wanted = [event.causation for one in done for event in one.events if event.causation]
        known = {event.id: event for event in reader.events.with_ids(wanted)}
    return tuple(
        replace(one, again=tuple(known[event.causation] for event in one.events if event.causation in known))
        for one in done
    )


@operation("library.undo", emits=(*_KINDS, Undone), permission="asset.write", undo="library.redo")
def record_undone(
    work: UnitOfWork, chosen: Sequence[Step], moved: Mapping[str, Moved], *, dry_run: bool = False
) -> tuple[TakenBack, ...]:
    """Take commands back and publish what brought back the state before them."""
    return _reverse(work, chosen, moved, Undone, dry_run=dry_run)


@operation("library.redo", emits=(*_KINDS, Redone), permission="asset.write", undo="library.undo")
def record_redone(
    work: UnitOfWork, chosen: Sequence[Step], moved: Mapping[str, Moved], *, dry_run: bool = False
) -> tuple[TakenBack, ...]:
    """Take undos back and publish what brought back the state before them."""
    return _reverse(work, chosen, moved, Redone, dry_run=dry_run)


@dataclass(frozen=True, slots=True)
class _Way:
    """Undoing or redoing."""

    record: Callable[..., tuple[TakenBack, ...]]
    kinds: tuple[str, ...]
    skip: bool = False


class _Foreseen(Exception):
    """Carries a result out of a transaction that is rolled back."""

    def __init__(self, result: tuple[TakenBack, ...]) -> None:
        super().__init__()
        self.result = result


def _take_back(
    store: Store, way: _Way, count: int, dry_run: bool, days: int, progress: Progress
) -> tuple[TakenBack, ...]:
    with store.reading() as reader:
        wanted = (step for step in steps(reader, store.actor.name) if step.kind in way.kinds)
        if way.skip:
            wanted = (step for step in wanted if any(_foresee(store, way, (step,))[0].events))
        chosen = tuple(islice(wanted, count))
    if dry_run:
        return _foresee(store, way, chosen)
    done: list[TakenBack] = []
    with progress.stage("taking back", len(chosen), "commands") as stage:
        for step in chosen:
            done.append(_one(store, way, step, days, progress))
            stage.advance()
    return tuple(done)


def _foresee(store: Store, way: _Way, chosen: Sequence[Step]) -> tuple[TakenBack, ...]:
    """What taking commands back would give: it is done, looked at and rolled back."""
    try:
        way.record(store, chosen, {}, dry_run=True)
    except _Foreseen as foreseen:
        return foreseen.result
    return ()


def _one(store: Store, way: _Way, step: Step, days: int, progress: Progress) -> TakenBack:
    with ExitStack() as closing:
        moved: dict[str, Moved] = {}
        if any(event.type in {Trashed.type_name, Restored.type_name} for event in step.events):
            closing.enter_context(trash_alone(store, progress))
            moved = returning.move(store, step.events, days)
        (done,) = way.record(store, (step,), moved)
        returning.settle(store, moved)
    return done


def _reverse(
    work: UnitOfWork,
    chosen: Sequence[Step],
    moved: Mapping[str, Moved],
    kind: type[Undone | Redone],
    *,
    dry_run: bool,
) -> tuple[TakenBack, ...]:
    done: list[TakenBack] = []
    reworded: set[str] = set()
    for step in chosen:
        back: list[Event] = []
        known = [_Entry(event, fact) for event in step.events if (fact := event.payload) is not None]
        for run in runs(known, lambda entry: entry.fact):
            if isinstance(run[0].fact, Trashed | Restored):
                back += _reverse_moves(work, run, moved, dry_run=dry_run)
            else:
                back += _reverse_rows(work, run, reworded)
        gone = {event.id for event in back}
        skipped = tuple(event for event in step.events if event.id not in gone)
        if back:
            fact = kind(events=tuple(event.id for event in back), skipped=tuple(one.id for one in skipped))
            work.emit(fact, subject=step.correlation or step.events[0].id, causation=back[0].id)
        elif not dry_run:
            raise Conflict(
                "the last command cannot be taken back: all that it did was changed again since",
                hint="Look at alice history; pass over it with: alice undo --skip",
            )
        done.append(TakenBack(step, tuple(back), skipped))
    if dry_run:
        raise _Foreseen(tuple(done))
    work.texts.refresh(reworded)
    return tuple(done)


@dataclass(frozen=True, slots=True)
class _Entry:
    """An event beside its payload."""

    event: Event
    fact: Payload


def _reverse_rows(work: UnitOfWork, run: Sequence[_Entry], reworded: set[str]) -> list[Event]:
    kind = REVERSIBLE[type(run[0].fact)]
    holds = kind.standing(work, [entry.fact for entry in run])
    standing = [entry for entry, one in zip(run, holds, strict=True) if one]
    deeds = [
        Deed(kind.inverse(entry.fact), entry.event.subject, entry.event.project, entry.event.id) for entry in standing
    ]
    reworded |= publish(work, deeds)
    return [entry.event for entry in standing]


def _reverse_moves(
    work: UnitOfWork, run: Sequence[_Entry], moved: Mapping[str, Moved], *, dry_run: bool
) -> list[Event]:
    if dry_run:
        return [entry.event for entry in run if returning.can_move(work, entry.event)]
    done = [entry.event for entry in run if entry.event.id in moved]
    for event in done:
        returning.record(work, moved[event.id], event.id)
    return done
