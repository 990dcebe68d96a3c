"""The daemon as a user starts it, writers that stop in the middle, and what the disk holds against what is known."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

SETTLE_SECONDS = 30
PAUSED = """
import os, signal, sys
with open(sys.argv[1], "wb", buffering=0) as file:
    file.write(bytes.fromhex(sys.argv[2]))
    os.kill(os.getpid(), signal.SIGSTOP)
    file.write(bytes.fromhex(sys.argv[3]))
"""


class Watching:
    """The daemon as a user starts it; it ends with the test."""

    def __init__(self, home, folders, log, interval):
        self.argv = [sys.executable, "-m", "alice_core.cli", "--home", str(home), "watch", *map(str, folders)]
        self.argv += ["--json", "--interval", str(interval)]
        self.log = log
        self.process = None

    def end(self):
        if self.process is not None:
            self.kill()

    def start(self):
        """Begin, and wait until it has looked through everything once."""
        scanned = self.count("scanned")
        with self.log.open("ab") as out, self.log.with_suffix(".err").open("ab") as err:
            self.process = subprocess.Popen(self.argv, stdout=out, stderr=err)
        self.wait_for("scanned", scanned + 1)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        assert self.process.wait(30) == 0

    def told(self):
        if not self.log.exists():
            return []
        lines = [json.loads(line) for line in self.log.read_text().splitlines() if line.endswith("}")]
        failures = [one for one in lines if "event" not in one]
        assert failures == [], "the daemon ended with an error"
        return lines

    def count(self, kind):
        return sum(one["event"] == kind for one in self.told())

    def wait_for(self, kind, count, seconds=60):
        end = time.monotonic() + seconds
        while self.count(kind) < count:
            errors = self.log.with_suffix(".err")
            assert time.monotonic() < end, f"the daemon never told of {kind}: {errors.read_text()}"
            time.sleep(0.1)


class Paused:
    """Programs that stopped in the middle of a file and hold it open."""

    def __init__(self):
        self.writers = {}

    def end(self):
        for writer in self.writers.values():
            writer.kill()
            writer.wait()

    def write(self, path, data):
        half = len(data) // 2
        argv = [sys.executable, "-c", PAUSED, str(path), data[:half].hex(), data[half:].hex()]
        self.writers[path] = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def on_disk(folder, unfinished):
    """Every file that must be known, by path, with its digest."""
    found = {}
    for above, _, names in os.walk(folder):
        for name in names:
            path = Path(above) / name
            if not name.startswith(".") and path not in unfinished:
                found[path] = "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def in_store(store):
    places, cursor = [], (0, "")
    with store.reading() as reader:
        while True:
            page, cursor = reader.places.walk(cursor)
            if not page:
                return places
            places += [(one.path, one.digest) for one in page]


def difference(expected, places):
    known = dict(places)
    return {
        "missing": [path for path in expected if path not in known],
        "ghosts": [path for path in known if path not in expected],
        "wrong": [path for path, digest in expected.items() if known.get(path, digest) != digest],
        "doubled": places[len(known) :] if len(places) != len(known) else [],
    }


class Truth:
    """What the disk says."""

    def __init__(self, store, folder, daemon):
        self.store, self.folder, self.daemon = store, folder, daemon

    def wait(self, unfinished=()):
        """Wait until the store says what the disk holds; gives how long that took and how many files there are."""
        begun = time.monotonic()
        expected = on_disk(self.folder, unfinished)
        while any((found := difference(expected, in_store(self.store))).values()):
            if time.monotonic() > begun + SETTLE_SECONDS:
                some = {what: (len(paths), paths[:5]) for what, paths in found.items()}
                told = [line["text"] for line in self.daemon.told()]
                pytest.fail(f"the store is not in step: {some}\nthe daemon told: {told[-20:]}")
            time.sleep(0.25)
        return time.monotonic() - begun, len(expected)

    def states(self):
        """The files that were not taken in, with their states."""
        with self.store.reading() as reader:
            return {one.path: one.state for one in reader.places.findings()}

    def wait_for_states(self, expected):
        end = time.monotonic() + SETTLE_SECONDS
        while self.states() != expected:
            assert time.monotonic() < end, self.states()
            time.sleep(0.25)


@pytest.fixture
def watching(alice, tmp_path):
    """Gives a daemon that is not started yet; it ends with the test."""
    begun = []

    def make(*folders, interval=60):
        begun.append(Watching(alice.home, folders, tmp_path / "told.jsonl", interval))
        return begun[-1]

    yield make
    for daemon in begun:
        daemon.end()


@pytest.fixture
def paused():
    """Programs that stop in the middle of a file and hold it open; they end with the test."""
    writers = Paused()
    yield writers
    writers.end()


@pytest.fixture
def truth():
    """Compares a store with the disk."""
    return Truth
