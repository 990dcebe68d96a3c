"""Sending events again: to a sink that lost them, was added late, or refused them once."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from alice_core.errors import ExportError
from alice_core.events import Event
from alice_core.progress import SILENT, Progress
from alice_core.relay.sending import MOST_TRIES, Sink, Trouble, pause, wants
from alice_core.relay.settings import open_sink, read_settings
from alice_core.relay.sinks import record_redelivered, unknown
from alice_core.store import Store
from alice_core.store.sinks import SinkEntry

_MANY = 500


@dataclass(frozen=True, slots=True)
class Replayed:
    """What was sent again.

    Attributes:
        sink: To which sink.
        sent: How many events; with ``dry_run`` how many it would be.
        first: Position of the first of them, 0 for none.
        last: Position of the last of them, 0 for none.
        refused: Positions of those that the sink does not want.
    """

    sink: str
    sent: int
    first: int
    last: int
    refused: tuple[int, ...] = ()


def replay(
    store: Store,
    name: str,
    *,
    start: int = 1,
    end: int | None = None,
    undelivered: bool = False,
    dry_run: bool = False,
    progress: Progress = SILENT,
) -> Replayed:
    """Send events of the log to a sink once more, in order; how far the sink is stays as it is.

    Receivers know them by their identifiers. A Redis stream gets them as new entries at its end.

    Args:
        store: The store.
        name: Of the sink; it may be paused.
        start: Position of the first event.
        end: Position of the last one; by default the newest.
        undelivered: Only those that the sink refused before.
        dry_run: Only count them.
        progress: Told how far it is.

    Raises:
        NotFound: There is no sink of that name.
        ExportError: The sink does not take them (``ALICE-E10``).
    """
    store.seal()
    with store.reading() as reader:
        found = reader.sinks.named(name)
        if found is None:
            raise unknown(name)
        last = min(end or reader.events.position(), reader.events.position())
        only = frozenset(one.position for one in reader.sinks.undelivered(name)) if undelivered else None
        identity = next((event.id for event in reader.events.following(0, limit=1)), "")
    entry = found[0]
    pages = _pages(store, entry, start, last, only)
    if dry_run:
        return _counted(name, pages)
    sink = open_sink(name, read_settings(entry.kind, entry.settings), identity, again=True)
    try:
        with progress.stage(f"sending to {name}", max(last - start + 1, 0), "events") as stage:
            sent, refused = [], []
            for page in pages:
                for begin in range(0, len(page), sink.batch):
                    taken, unwanted = _deliver(sink, name, page[begin : begin + sink.batch])
                    sent += taken
                    refused += unwanted
                stage.advance(len(page))
    finally:
        sink.close()
    if only is not None and sent:
        record_redelivered(store, name, sent)
    return Replayed(name, len(sent), min(sent, default=0), max(sent, default=0), tuple(refused))


def _pages(store: Store, entry: SinkEntry, start: int, last: int, only: frozenset[int] | None) -> Iterator[list[Event]]:
    cursor = max(start, 1) - 1
    while cursor < last:
        with store.reading() as reader:
            found = reader.events.following(cursor, limit=_MANY)
        if not found:
            return
        cursor = found[-1].position or last
        yield [event for event in found if _is_meant(event, entry, last, only)]


def _is_meant(event: Event, entry: SinkEntry, last: int, only: frozenset[int] | None) -> bool:
    position = event.position or 0
    return position <= last and wants(entry.pattern, event.type) and (only is None or position in only)


def _counted(name: str, pages: Iterator[list[Event]]) -> Replayed:
    positions = [event.position or 0 for page in pages for event in page]
    return Replayed(name, len(positions), min(positions, default=0), max(positions, default=0))


def _deliver(sink: Sink, name: str, events: Sequence[Event]) -> tuple[list[int], list[int]]:
    """The positions that were taken and those that were refused for good; a sink that is down is tried a few times."""
    left = list(events)
    taken: list[int] = []
    refused: list[int] = []
    failures = 0
    while left:
        delivery = sink.deliver(left)
        taken += [event.position or 0 for event in left[: delivery.taken]]
        failures = 0 if delivery.taken else failures
        left = left[delivery.taken :]
        if delivery.trouble is None or not left:
            continue
        failures += 1
        if _is_refused(delivery.trouble, failures):
            refused.append(left.pop(0).position or 0)
            failures = 0
        elif failures >= MOST_TRIES:
            position = left[0].position or 1
            raise ExportError(
                f"{name} does not take event {position}: {delivery.trouble.reason}",
                hint=f"Go on when it is back: alice events replay --from {position} --to {name}",
                code="ALICE-E10",
            )
        else:
            time.sleep(max(pause(failures, first=0.2, most=5.0), min(delivery.trouble.wait or 0.0, 60.0)))
    return taken, refused


def _is_refused(trouble: Trouble, failures: int) -> bool:
    return trouble.refused and (trouble.hopeless or failures >= MOST_TRIES)
