#!/usr/bin/env python3
"""The figures of the event log, each beside a bare measure of the same run.

::

    python bench/events.py                  SQLite: writing, waiting, reading, the chain; about a minute
    python bench/events.py --postgres URL   and an empty PostgreSQL database: 100,000 events, none may be lost
    python bench/events.py --quick          small numbers, to see that it works

An operation writes one asset row and publishes one event; *bare* is the same row through SQLAlchemy Core in
a transaction of its own, on a table of the same columns and indexes, with nothing else.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import create_engine, event, insert, text

from alice_core.events.library_facts import Ingested
from alice_core.store import Actor, Store, UnitOfWork, open_store, operation
from alice_core.store.audit import verify_chain
from alice_core.store.engine import connect
from alice_core.store.tables import AssetRow

_INSERT = insert(AssetRow)


def asset(number: int) -> dict[str, object]:
    digest = f"sha256:{number:064x}"
    return {
        "digest": digest, "number": number, "content": digest, "kind": "image", "mime": "image/png", "size": 1,
        "width": 1024, "height": 1024, "seconds": None, "fps": None, "facts": "{}", "name": f"{number}.png",
        "words": "a tiger", "made": "2026-11-24T10:00:00.000Z", "added": "2026-11-24T10:00:00.000Z", "leader": None,
        "trashed": None, "likeness": None, "looked": 0, "cost": None,
    }  # fmt: skip


def fact(number: int) -> Ingested:
    digest = f"sha256:{number:064x}"
    return Ingested(
        digest=digest, kind="image", mime="image/png", size=1, path=f"/out/{number}.png", content=digest, made=None,
        name=f"{number}.png",
    )  # fmt: skip


@operation("bench.take", emits=(Ingested,), permission="bench")
def take(work: UnitOfWork, start: int, count: int) -> None:
    """Write so many rows and as many events."""
    work._connection.execute(_INSERT, [asset(number) for number in range(start, start + count)])  # noqa: SLF001 - the bench of this room
    for number in range(start, start + count):
        payload = fact(number)
        work.emit(payload, subject=payload.digest)


def bare(engine: object, start: int, count: int) -> None:
    """The same rows with nothing else."""
    with engine.begin() as connection:  # type: ignore[attr-defined]
        connection.execute(_INSERT, [asset(number) for number in range(start, start + count)])


def bare_engine(home: Path) -> object:
    """A database with the same tables and settings, without our guard and log."""
    open_store(home).close()
    engine = create_engine(f"sqlite:///{home / 'alice.db'}", connect_args={"timeout": 60, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def _begin(connection: object) -> None:
        connection.connection.driver_connection.execute("BEGIN IMMEDIATE")  # type: ignore[attr-defined]

    return engine


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def each(work: Callable[[int], object], numbers: Sequence[int]) -> list[float]:
    return [timed(lambda number=number: work(number)) for number in numbers]


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def measure_writing(scratch: Path, count: int) -> None:
    engine = bare_engine(scratch / "bare")
    with open_store(scratch / "single") as store:
        rounds = []
        for turn in range(5):  # in turns, so that a slow moment of the machine meets both
            numbers = range(turn * count, (turn + 1) * count)
            plain = sum(each(lambda n: bare(engine, n + 1, 1), numbers))
            whole = sum(each(lambda n: take(store, n + 1, 1), numbers))
            rounds.append((plain, whole))
        plain, whole = (statistics.median(one) for one in zip(*rounds, strict=True))
        print(
            f"one commit each: {count / whole:,.0f} operations/s (at least 3,000), bare row {count / plain:,.0f}/s,"
            f" {whole / plain:.2f} times a bare row (the event at most half of it: 1.50)"
        )
        first = 10 * count
        batches = range(first, first + 5 * count, 50)
        seconds = sum(each(lambda n: take(store, n, 50), batches))
        alone = sum(each(lambda n: bare(engine, n, 50), batches))
        print(
            f"50 a commit: {len(batches) * 50 / seconds:,.0f} events/s (at least 25,000), bare"
            f" {len(batches) * 50 / alone:,.0f} rows/s, {seconds / alone:.2f} times"
        )


def _writer(home: Path, first: int, count: int, queue: multiprocessing.Queue[list[float]]) -> None:
    with open_store(home) as store:
        queue.put(each(lambda n: take(store, n, 1), range(first, first + count)))


def measure_waiting(scratch: Path, count: int) -> None:
    with open_store(scratch / "threads") as store:
        take(store, 1, 1)
        times: list[list[float]] = [[] for _ in range(8)]

        def write(slot: int) -> None:
            times[slot] = each(lambda n: take(store, n, 1), range((slot + 1) * 10**6, (slot + 1) * 10**6 + count))

        threads = [threading.Thread(target=write, args=(slot,)) for slot in range(8)]
        seconds = timed(lambda: ([one.start() for one in threads], [one.join() for one in threads]))
    spread = [one for some in times for one in some]
    print(f"8 threads: p99 {percentile(spread, 0.99) * 1000:.1f} ms (at most 20), {len(spread) / seconds:,.0f}/s")
    home = scratch / "processes"
    open_store(home).close()
    queue: multiprocessing.Queue[list[float]] = multiprocessing.Queue()
    writers = [
        multiprocessing.Process(target=_writer, args=(home, (slot + 1) * 10**6, count, queue)) for slot in range(8)
    ]
    for one in writers:
        one.start()
    spread = [one for _ in writers for one in queue.get()]
    for one in writers:
        one.join()
    print(f"8 processes: p99 {percentile(spread, 0.99) * 1000:.1f} ms (at most 20)")


def measure_reading(scratch: Path, count: int) -> None:
    """How long after its commit an event is seen by one that follows the log as ``alice events tail --follow`` does."""
    home = scratch / "reading"
    with open_store(home) as store:
        take(store, 1, 1)
        committed: dict[str, float] = {}
        seen: dict[str, float] = {}
        done = threading.Event()

        def follow() -> None:
            with open_store(home) as other:
                position = 0
                while not done.is_set() or len(seen) < count:
                    for found in other.following(position, timeout=0.5):
                        position = found.position or position
                        seen[found.subject] = time.perf_counter()

        reader = threading.Thread(target=follow)
        reader.start()
        choice = random.Random(5)
        for number in range(10, 10 + count):
            take(store, number, 1)
            committed[f"sha256:{number:064x}"] = time.perf_counter()
            time.sleep(choice.uniform(0, 0.02))
        done.set()
        reader.join()
    late = [seen[one] - committed[one] for one in committed]
    print(
        f"seen after its commit: p50 {percentile(late, 0.5) * 1000:.1f} ms,"
        f" p99 {percentile(late, 0.99) * 1000:.1f} ms (at most 100)"
    )


def measure_chain(scratch: Path, count: int) -> None:
    with open_store(scratch / "chain") as store:
        for start in range(1, count, 500):
            take(store, start, 500)
        seconds = min(timed(lambda: verify_chain(store)) for _ in range(3))
        print(f"chain: {count / seconds:,.0f} rows/s verified (at least 200,000)")


def _slow_writer(url: str, home: Path, slot: int, count: int) -> None:
    choice = random.Random(slot)
    with open_store(home, url=url, actor=Actor(f"user:{slot}"), migrate=False) as store:
        for start in range(0, count, 100):
            _held(store, (slot + 1) * 10**7 + start, min(100, count - start), choice.uniform(0, 0.5))


@operation("bench.held", emits=(Ingested,), permission="bench")
def _held(work: UnitOfWork, start: int, count: int, seconds: float) -> None:
    """Write, and hold the transaction open for a while before the commit."""
    take(work, start, count)
    work._write_events()  # noqa: SLF001 - so that the events have their numbers while the transaction is open
    time.sleep(seconds)


def measure_postgres(scratch: Path, url: str, count: int) -> None:
    with open_store(scratch / "pg", url=url) as store:
        before = _position(store)
        writers = [
            multiprocessing.Process(target=_slow_writer, args=(url, scratch / "pg", slot, count // 8))
            for slot in range(8)
        ]
        for one in writers:
            one.start()
        seen: list[str] = []
        position, idle = before, 0.0
        while any(one.is_alive() for one in writers) or idle < 2:
            found = store.following(position, timeout=0.5)
            idle = 0.0 if found else idle + 0.5
            for one in found:
                assert one.position == position + 1
                position = one.position
                seen.append(one.id)
        lost = count // 8 * 8 - len(set(seen))
        print(f"PostgreSQL: {len(seen)} of {count // 8 * 8} events seen in order, {lost} lost, 8 writers (none lost)")
        assert verify_chain(store).sound


def _position(store: Store) -> int:
    store.seal()
    with store.reading() as reader:
        return reader.events.position()


def main() -> None:
    parser = argparse.ArgumentParser(description="The figures of the event log.")
    parser.add_argument("--quick", action="store_true", help="small numbers, to see that it works")
    parser.add_argument("--postgres", metavar="URL", help="an empty PostgreSQL database")
    options = parser.parse_args()
    small = 10 if options.quick else 1
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        measure_writing(scratch, 2000 // small)
        measure_waiting(scratch, 500 // small)
        measure_reading(scratch, 400 // small)
        measure_chain(scratch, 200_000 // small)
        if options.postgres:
            engine = connect(options.postgres)
            with engine.connect() as connection:
                print(connection.scalar(text("SELECT version()")))
            engine.dispose()
            measure_postgres(scratch, options.postgres, 100_000 // small)


if __name__ == "__main__":
    main()
