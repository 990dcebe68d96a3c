"""How far each sink is, as values."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from alice_core.errors import ConfigError
from alice_core.events import Event
from alice_core.relay.relay import lock_of
from alice_core.relay.settings import read_settings
from alice_core.store import Store
from alice_core.store.locks import is_held
from alice_core.store.numbers import stamp
from alice_core.store.sinks import SinkEntry

_MINUTE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class SinkStatus:
    """One sink.

    Attributes:
        name: Its name.
        kind: ``jsonlines``, ``redis`` or ``webhook``.
        target: Where events go.
        pattern: Which types.
        state: ``on`` or ``paused``.
        position: That of the last event that it took or was not to be sent.
        lag: How many events are newer.
        behind: Seconds since the oldest of these was published; 0 where there is none.
        rate: Events a second that it took in the last minute of what was published.
        sent: How many it took in all.
        failures: How many tries in a row failed.
        error: What the last one failed of.
        delivered: When it took something last.
        undelivered: How many events it refused for good.
    """

    name: str
    kind: str
    target: str
    pattern: str
    state: str
    position: int
    lag: int
    behind: float
    rate: float
    sent: int
    failures: int
    error: str | None
    delivered: str | None
    undelivered: int

    def to_json(self) -> dict[str, Any]:
        """The status as JSON values."""
        return asdict(self)


def sink_status(store: Store, *, now: datetime | None = None) -> tuple[SinkStatus, ...]:
    """How far each sink is, by name."""
    store.seal()
    moment = now or datetime.now(UTC)
    with store.reading() as reader:
        last = reader.events.position()
        refused = reader.sinks.undelivered_counts()
        found = []
        for entry, progress in reader.sinks.all():
            waiting = reader.events.following(progress.position, limit=1)
            done = reader.sinks.published(stamp(moment - _MINUTE), until=progress.position)
            rate = round(done / _MINUTE.total_seconds(), 3)
            found.append(
                SinkStatus(
                    entry.name, entry.kind, _target(entry), entry.pattern, entry.state, progress.position,
                    max(last - progress.position, 0), _behind(waiting, moment), rate,
                    progress.sent, progress.failures, progress.error, progress.delivered, refused.get(entry.name, 0),
                )
            )  # fmt: skip
    return tuple(found)


def is_relayed(store: Store) -> bool:
    """Whether some process sends the events of a store."""
    lock = lock_of(store.folder)
    return lock.exists() and is_held(lock)


def _target(entry: SinkEntry) -> str:
    try:
        return read_settings(entry.kind, entry.settings).target
    except ConfigError:
        return "(of a newer version)"


def _behind(waiting: tuple[Event, ...], moment: datetime) -> float:
    if not waiting:
        return 0.0
    published = datetime.fromisoformat(waiting[0].time)
    published = published if published.tzinfo else published.replace(tzinfo=UTC)
    return round(max((moment - published).total_seconds(), 0.0), 3)
