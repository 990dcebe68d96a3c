#!/usr/bin/env python3
"""How soon and how fast events reach a consumer of a Redis stream, from the commit in SQLite on.

::

    python bench/events_redis.py            starts a redis-server of its own; half a minute
    python bench/events_redis.py --quick    small numbers, to see that it works

*Visible* is the time from the end of an operation, which is after its commit, to the call of the consumer's function,
with the relay, the server and the consumer on this machine; *bare* is an XADD and a blocking XREADGROUP of the same
bytes without any of ours.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from alice_core import projects
from alice_core.relay.consuming import StreamConsumer
from alice_core.relay.redis_server import RedisSettings
from alice_core.relay.relay import Relay, relaying
from alice_core.relay.settings import settings_for
from alice_core.relay.sinks import add_sink
from alice_core.store import Actor, Store, open_store


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory(prefix="alice-bench-") as name, server(Path(name)) as socket:
        bare = bare_latency(socket, 50 if quick else 500)
        with open_store(Path(name) / "home", actor=Actor("user:bench")) as store:
            projects.create(store, "Neon", "rain over a neon city")
            add_sink(store, "bench", settings_for(f"unix://{socket}", {}))
            seen = latency(store, socket, 50 if quick else 1000)
            print(f"{'':<34}{'p50':>10}{'p99':>10}{'most':>10}")
            show("bare: XADD to XREADGROUP", bare)
            show("visible: commit to consumer", seen)
            throughput(store, socket, 1000 if quick else 20_000)


@contextmanager
def server(folder: Path) -> Iterator[Path]:
    program = shutil.which("redis-server")
    if program is None:
        raise SystemExit("redis-server is not installed here (Debian: apt install redis-server)")
    socket = folder / "socket"
    words = [program, "--port", "0", "--unixsocket", str(socket), "--dir", str(folder), "--save", ""]
    with subprocess.Popen([*words, "--appendonly", "yes"], stdout=subprocess.DEVNULL) as process:
        while not socket.exists():
            time.sleep(0.01)
        try:
            yield socket
        finally:
            process.kill()


def bare_latency(socket: Path, count: int) -> list[float]:
    sent: dict[bytes, float] = {}
    taken: list[float] = []
    with redis.Redis(unix_socket_path=str(socket)) as one, redis.Redis(unix_socket_path=str(socket)) as other:
        one.xgroup_create("bare", "group", id="0", mkstream=True)

        def read() -> None:
            while len(taken) < count:
                for _, entries in other.xreadgroup("group", "one", {"bare": ">"}, block=1000) or ():
                    for entry, fields in entries:
                        taken.append(time.perf_counter() - sent[fields[b"id"]])
                        other.xack("bare", "group", entry)

        thread = threading.Thread(target=read)
        thread.start()
        for number in range(count):
            sent[b"%d" % number] = time.perf_counter()
            one.xadd("bare", {"id": number, "event": b"x" * 450})
            time.sleep(0.005)
        thread.join()
    return taken


def latency(store: Store, socket: Path, count: int) -> list[float]:
    """Seconds from the end of each operation to the consumer, at about a hundred operations a second."""
    seen: dict[str, float] = {}
    written: dict[str, float] = {}
    watching = consuming(socket, lambda event: seen.setdefault(event.data.get("after", ""), time.perf_counter()))
    with watching, relaying(store):
        time.sleep(1.0)
        for number in range(count):
            projects.brief(store, "Neon", f"take {number}")
            written[f"take {number}"] = time.perf_counter()
            time.sleep(0.01)
        while not written.keys() <= seen.keys():
            time.sleep(0.01)
    return [max(seen[name] - moment, 0.0) for name, moment in written.items()]


@contextmanager
def consuming(socket: Path, handle: Callable[..., object]) -> Iterator[None]:
    consumer = StreamConsumer(RedisSettings(f"unix://{socket}"), "bench")
    stop = threading.Event()
    thread = threading.Thread(target=lambda: consumer.run(handle, stop=stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
        consumer.close()


def throughput(store: Store, socket: Path, count: int) -> None:
    begun = time.perf_counter()
    for number in range(count):
        projects.brief(store, "Neon", f"take {number}")
    wrote = time.perf_counter() - begun
    begun = time.perf_counter()
    Relay(store).once()
    sent = time.perf_counter() - begun
    handled: list[str] = []
    begun = time.perf_counter()
    with consuming(socket, lambda event: handled.append(event.id)):
        while len(handled) < count:
            time.sleep(0.005)
        took = time.perf_counter() - begun
    for what, seconds in (("written, one commit each", wrote), ("sent to the stream", sent), ("consumed", took)):
        print(f"{what:<34}{count / seconds:>10,.0f} events/s")


def show(what: str, seconds: list[float]) -> None:
    cuts = statistics.quantiles(seconds, n=100)
    print(f"{what:<34}" + "".join(f"{one * 1000:>7.1f} ms" for one in (cuts[49], cuts[98], max(seconds))))


if __name__ == "__main__":
    main()
