"""Taking the events of another log into this one.

They keep identifier, source, time, actor and payload to the letter, and get a place of their own here. What this store
knows does not change by them: undo, history and folding look only at events whose source is
:data:`alice_core.events.envelope.SOURCE`. That is the source of every Alice, so those of another one become
:data:`ELSEWHERE`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from alice_core.errors import MediaError, NotFound, UsageError
from alice_core.events import Event, decode
from alice_core.events.chain import payload_digest
from alice_core.events.envelope import SOURCE
from alice_core.events.exchange import Unreadable, read_lines
from alice_core.events.exchange_facts import EventsImported, RefusalFact
from alice_core.events.registry import newest
from alice_core.media.files import path_said
from alice_core.progress import SILENT, Progress
from alice_core.store.operations import operation
from alice_core.store.store import Store
from alice_core.store.unit import Reader, UnitOfWork

ELSEWHERE = "/alice/elsewhere"
"""The source of events that another Alice published."""

NAMED = 1000
"""So many refused lines are named one by one; all are counted."""

_BATCH = 500
_BATCH_SIZE = 4 * 1024 * 1024
_IN_EVENT = 20
_WIDTHS = {
    "id": 36, "type": 128, "source": 255, "time": 32, "actor": 255, "project": 255, "correlation": 36, "causation": 36,
}  # fmt: skip
"""So many characters the columns of the log hold."""

_SUBJECT = 2600
"""So many bytes an index of PostgreSQL holds, with some to spare."""

Line = tuple[int, "Event | Unreadable"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that was not taken: its number, a stable code, and why."""

    line: int
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of the lines of a file.

    Attributes:
        lines: The first and the last that were read.
        taken: How many events are in this log now that were not.
        repeated: How many were in it already, or came twice.
        unknown: How many of the taken are of types that this version of Alice does not know.
        newer: How many are of a newer version of their type.
        left_out: Attributes that the log has no place for, and how many taken events had each.
        refused: How many lines were not taken.
        refusals: The first of those.
    """

    lines: tuple[int, int] = (0, 0)
    taken: int = 0
    repeated: int = 0
    unknown: int = 0
    newer: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    refusals: tuple[Refusal, ...] = ()

    def plus(self, other: Intake) -> Intake:
        """Both together; ``other`` is of the lines that follow."""
        left_out = dict(self.left_out)
        for name, count in other.left_out.items():
            left_out[name] = left_out.get(name, 0) + count
        return Intake(
            (self.lines[0] or other.lines[0], other.lines[1]),
            self.taken + other.taken,
            self.repeated + other.repeated,
            self.unknown + other.unknown,
            self.newer + other.newer,
            left_out,
            self.refused + other.refused,
            (*self.refusals, *other.refusals)[:NAMED],
        )

    def to_json(self) -> dict[str, Any]:
        """The same for ``--json``."""
        return {
            "taken": self.taken,
            "repeated": self.repeated,
            "unknown": self.unknown,
            "newer": self.newer,
            "left_out": self.left_out,
            "refused": self.refused,
            "items": [{"line": one.line, "code": one.code, "reason": one.reason} for one in self.refusals],
        }


def import_events(store: Store, path: Path, progress: Progress = SILENT, *, dry_run: bool = False) -> Intake:
    """Take the events of a file, one CloudEvents 1.0 object a line, into the log.

    What cannot be taken is reported, line by line, and stops nothing. Doing it again takes nothing twice, so an
    import that was interrupted is simply repeated.

    Args:
        store: Where to.
        path: The file; its size does not matter, as it is read in pieces.
        progress: Told of every event.
        dry_run: Only say what would be done.

    Raises:
        NotFound: There is no such file (``ALICE-N01``).
        MediaError: It may not be read (``ALICE-M03``).
        UsageError: It is a folder.
    """
    total = Intake()
    seen: set[str] = set()
    said = path_said(path.absolute())
    with _opened(path) as file, progress.stage("importing events", unit="lines") as stage:
        for batch in _batches(read_lines(file, lift=False)):
            if dry_run:
                with store.reading() as reader:
                    part, fresh = _sorted_out(reader, batch, seen)
                seen.update(event.id for event in fresh)
            else:
                part = take_events(store, batch, said)
            total = total.plus(part)
            stage.advance(len(batch))
    return total


@operation("event.import", emits=(EventsImported,), permission="event.import")
def take_events(work: UnitOfWork, batch: Sequence[Line], path: str) -> Intake:
    """Append events of another log that are not in this one yet."""
    part, fresh = _sorted_out(work, batch, frozenset())
    if part.taken or part.refused:
        for event in fresh:
            work._append(event)  # noqa: SLF001 - they go the way of this store's own, with their own identifiers
        first = tuple(RefusalFact(line=one.line, code=one.code, reason=one.reason) for one in part.refusals[:_IN_EVENT])
        counts = {"taken": part.taken, "repeated": part.repeated, "refused": part.refused}
        work.emit(EventsImported(path=path, lines=part.lines, first=first, **counts), subject=path)
    return part


def _sorted_out(reader: Reader, batch: Sequence[Line], seen: Collection[str]) -> tuple[Intake, list[Event]]:
    """What is to become of each line, and the events that are to be taken."""
    events = [_as_kept(one) for _, one in batch if isinstance(one, Event)]
    known = {event.id: event for event in reader.events.with_ids([event.id for event in events])}
    refusals: list[Refusal] = []
    fresh: list[Event] = []
    repeated = 0
    for line, one in batch:
        if isinstance(one, Unreadable):
            refusals.append(Refusal(line, one.code, one.reason))
            continue
        event = _as_kept(one)
        reason = _not_kept(event) or (_other(event, known[event.id]) if event.id in known else None)
        if reason is not None:
            refusals.append(Refusal(line, "ALICE-I06", reason))
        elif event.id in known or event.id in seen:
            repeated += 1
        else:
            known[event.id] = decode(event)
            fresh.append(event)
    return _counted(batch, fresh, repeated, refusals), fresh


def _counted(batch: Sequence[Line], fresh: list[Event], repeated: int, refusals: list[Refusal]) -> Intake:
    models = [(event.schema, newest(event.type)) for event in fresh]
    names = [name for event in fresh for name, _ in event.extensions]
    return Intake(
        (batch[0][0], batch[-1][0]),
        len(fresh),
        repeated,
        sum(model is None for _, model in models),
        sum(model is not None and schema > model.schema_version for schema, model in models),
        {name: names.count(name) for name in sorted(set(names))},
        len(refusals),
        tuple(refusals[:NAMED]),
    )


def _as_kept(event: Event) -> Event:
    """The event with its place in the other log forgotten, and its source told from ours."""
    return replace(event, position=None, source=ELSEWHERE if event.source == SOURCE else event.source)


def _not_kept(event: Event) -> str | None:
    """Why the log cannot hold an event, if it cannot."""
    for name, width in _WIDTHS.items():
        size = len(getattr(event, name) or "")
        if size > width:
            return f"its {name} has {size:,} characters; {width} are the most"
    if len(event.subject.encode()) > _SUBJECT:
        return f"its subject has more than {_SUBJECT:,} bytes"
    if event.erased is not None:
        return "its payload was erased"
    names = {name for name, _ in event.extensions} & {"data_base64", "datacontenttype"}
    return "its payload is not JSON" if names else None


def _other(event: Event, known: Event) -> str | None:
    """Why an event is another one than the known one of its identifier, if it is."""
    if known.erased is not None:
        same = payload_digest(event.payload_text) == known.erased
    else:
        lifted = decode(event)
        same = (lifted.schema, lifted.data) == (known.schema, known.data)
        same = same and (bool(known.data) or known.payload_text == event.payload_text)
    same = same and (event.type, event.subject, event.time) == (known.type, known.subject, known.time)
    return None if same else f"another event with the identifier {event.id} is known, and not the same"


def _batches(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """The lines in lists of a bounded number and size."""
    while first := next(lines, None):
        batch, size = [first], _size(first)
        while len(batch) < _BATCH and size < _BATCH_SIZE and (line := next(lines, None)):
            batch.append(line)
            size += _size(line)
        yield batch


def _size(line: Line) -> int:
    one = line[1]
    return len(one.raw) if isinstance(one, Unreadable) else len(one.payload_text)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        file = path.open("rb")
    except FileNotFoundError as error:
        message = f"{path_said(path)} does not exist"
        raise NotFound(message, hint="Check the spelling of the path.", code="ALICE-N01") from error
    except IsADirectoryError as error:
        message = f"{path_said(path)} is a folder"
        raise UsageError(message, hint="Name a file that alice events tail --jsonl wrote.") from error
    except OSError as error:
        message = f"{path_said(path)} may not be read: {error.strerror}"
        raise MediaError(message, hint="Check whose file it is.", code="ALICE-M03") from error
    with file:
        yield file
