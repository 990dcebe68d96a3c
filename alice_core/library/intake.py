"""Reading files that a scan names, and keeping them batch by batch: what was kept need not be read again.

No file is kept that somebody may still be writing: after a batch is read, and before it is kept, one
look at all open files and one at each stat must show that nobody writes and nothing was written.
"""

from __future__ import annotations

import os
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeAlias

from alice_core.errors import AliceError, NotFound
from alice_core.library.keeping.sidecar import apply_sidecars
from alice_core.library.readiness import HELD, QUIET_SECONDS, RESTLESS, Held, Unready, is_restless, unready
from alice_core.library.scan import Entry, stamp_of, still_gone
from alice_core.library.side_by_side import APART_FROM, read_apart
from alice_core.progress import Stage
from alice_core.store import Project, Store
from alice_core.store.catalogue import ingest_many, lose_locations, refuse
from alice_core.store.files import read_file
from alice_core.store.found import Found
from alice_core.store.places import Finding, Location

_BATCH = 256
_BATCH_SECONDS = 1.0
_BATCH_BYTES = 32 << 20
_READERS = 2
_AHEAD = 16
_LARGE = 4 << 20
"""From this size on hashing outweighs what Python does beside it; threads that fight for the interpreter cost more."""

_TICK_NS = 20_000_000 if sys.platform == "win32" else 10_000_000
"""Two writes within so many nanoseconds may have the same time: file systems take it from a clock that ticks."""
_TRIES = 5
_CHANGED = "ALICE-I02"
_UNREADABLE = "ALICE-M03"
_CUT = "ALICE-M05"

_Outcome: TypeAlias = Found | Finding | None


class Intake:
    """Takes files in, and remembers what became of them.

    Attributes:
        new: Files whose bytes were not known before.
        found: Files whose bytes were known and whose place, or the stat that vouches for it, is new.
        findings: Files that could not be taken in, or not yet.
        vanished: Files that were no longer there.
    """

    def __init__(
        self, store: Store, *, project: Project | None = None, dry_run: bool = False, patient: bool = True
    ) -> None:
        """Begin.

        Args:
            store: The store.
            project: The project that all files belong to.
            dry_run: Keep nothing.
            patient: Where the system does not tell who writes, wait until a file was left alone for a while
                instead of telling that it grows.
        """
        self.new: list[Path] = []
        self.found: list[Path] = []
        self.findings: list[Finding] = []
        self.vanished: list[Path] = []
        self._store = store
        self._project = project
        self._dry_run = dry_run
        self._patient = patient
        self._held = Held()
        self._waiting: list[Found] = []
        self._refused: list[Finding] = []
        self._weight = 0
        self._since = time.monotonic()
        self._foreseen: set[str] = set()
        self._order: dict[str, int] = {}

    def take(self, entries: Sequence[Entry], stage: Stage, stop: Callable[[], bool]) -> None:
        """Read files and keep what they are; what was read is kept also when it is stopped or fails.

        Args:
            entries: The files.
            stage: Told of each file.
            stop: Asked after each file whether to leave the rest for another time.
        """
        self._since = time.monotonic()
        self._order = {entry.path: number for number, entry in enumerate(entries)}
        try:
            for entry, outcome in self._read_ahead(entries):
                self._note(Path(entry.path), outcome)
                stage.advance()
                if stop():
                    break
        finally:
            self._keep()

    def _note(self, path: Path, outcome: _Outcome) -> None:
        if outcome is None:
            self.vanished.append(path)
        elif isinstance(outcome, Finding):
            self._refused.append(outcome)
        else:
            self._waiting.append(outcome)
            self._weight += sum(len(block.packed) for block in outcome.blocks)
        full = len(self._waiting) + len(self._refused) >= _BATCH or self._weight >= _BATCH_BYTES
        if full or time.monotonic() - self._since > _BATCH_SECONDS:
            self._keep()

    def _keep(self) -> None:
        """Commit what was read, as far as nobody writes to it."""
        waiting, self._waiting = self._waiting, []
        refused, self._refused = self._refused, []
        self._weight = 0
        # Of files with the same bytes the first one names the asset: not the one that happened to be read first.
        waiting.sort(key=lambda one: self._order.get(str(one.path), 0))
        sure = list(self._sure(waiting, refused))
        self.findings += refused
        if self._dry_run:
            self._foresee(sure)
        else:
            if sure:
                taken = ingest_many(self._store, sure, project=self._project)
                self.new += taken.new
                self.found += [*taken.found, *taken.again]
                apply_sidecars(self._store, taken.new)
            if refused:
                self._refuse(refused)
        self._since = time.monotonic()

    def _sure(self, waiting: Sequence[Found], refused: list[Finding]) -> Iterator[Found]:
        """What was read and is as it was read; the rest is refused, or has vanished."""
        if not waiting:
            return
        held = self._held.now()
        for one in waiting:
            try:
                now = os.stat(one.path)  # noqa: PTH116 - many files
            except OSError:
                self.vanished.append(one.path)
                continue
            if held is not None and (now.st_dev, now.st_ino) in held:
                refused.append(_finding(one.path, HELD, now))
            elif stamp_of(now) != (one.facts.size, one.mtime_ns, one.ctime_ns, one.inode):
                refused.append(_finding(one.path, RESTLESS, now))
            else:
                yield one

    def _refuse(self, refused: Sequence[Finding]) -> None:
        """Record what was not taken in, and that those paths no longer hold what they held."""
        with self._store.reading() as reader:
            before = reader.places.at_many(one.path for one in refused)
        stale = [one.path for one in refused if _is_stale(one, before.get(str(one.path)))]
        if stale:
            lose_locations(self._store, stale)
        refuse(self._store, refused)

    def _foresee(self, sure: Sequence[Found]) -> None:
        with self._store.reading() as reader:
            known = reader.assets.known(one.digest for one in sure)
        for one in sure:
            fresh = one.digest not in known and one.digest not in self._foreseen
            self._foreseen.add(one.digest)
            (self.new if fresh else self.found).append(one.path)

    def _read_ahead(self, entries: Sequence[Entry]) -> Iterator[tuple[Entry, _Outcome]]:
        """Give each file with what it is or what is wrong with it.

        Many files are read by two processes; of few the large ones are read in threads meanwhile.
        """
        if len(entries) >= APART_FROM:
            yield from read_apart(entries, self._ready, self._read)
            return
        with ThreadPoolExecutor(_READERS) as pool:  # a thread begins with the first large file
            running: deque[tuple[Entry, Future[_Outcome]]] = deque()
            try:
                for entry in entries:
                    if entry.stat.st_size < _LARGE:
                        yield entry, self._read(entry)
                    else:
                        running.append((entry, pool.submit(self._read, entry)))
                    while running and (len(running) > _AHEAD or running[0][1].done()):
                        first, future = running.popleft()
                        yield first, future.result()
                while running:
                    first, future = running.popleft()
                    yield first, future.result()
            finally:
                for _, future in running:
                    future.cancel()

    def _ready(self, entry: Entry) -> bool:
        """Whether a file may be read by another process: it is there, nobody writes it, and it was left alone."""
        held = self._held.lately()
        if held is None:
            return False
        try:
            before = os.stat(entry.path)  # noqa: PTH116 - many files
        except OSError:
            return False
        return not is_restless(before, time.time()) and (before.st_dev, before.st_ino) not in held

    def _read(self, entry: Entry) -> _Outcome:
        path = Path(entry.path)
        try:
            before = os.stat(path)  # noqa: PTH116 - many files
        except OSError:
            return None
        try:
            held = self._held.lately()
            if held is None and self._patient and is_restless(before, time.time()):
                time.sleep(QUIET_SECONDS)
            why = unready(path, before, held, time.time())
            found = None if why else _read_sure(path)
        except NotFound:
            return None
        except AliceError as error:
            state = "growing" if error.code == _CHANGED else "broken"
            return Finding(path, state, error.code, error.message, *stamp_of(before))
        return found or _finding(path, why or RESTLESS, before)


def _read_sure(path: Path) -> Found | None:
    """What a file is, told by a read that no write can have overlapped unseen; ``None`` if writes never cease.

    Raises:
        NotFound, MediaError, IntegrityError: As :func:`alice_core.store.files.read_file`.
    """
    for _ in range(_TRIES):
        begun = time.time_ns()
        found = read_file(path)
        if not begun - _TICK_NS < found.ctime_ns <= time.time_ns():
            return found
        time.sleep(_TICK_NS / 1e9)
    return None


def _finding(path: Path, why: Unready, found: os.stat_result) -> Finding:
    return Finding(path, why.state, _CUT if why.state == "broken" else _CHANGED, why.reason, *stamp_of(found))


def _is_stale(finding: Finding, before: Location | None) -> bool:
    """Whether a path that could not be taken in no longer holds what is known of it."""
    if before is None:
        return False
    same = (finding.size, finding.mtime_ns, finding.inode) == (before.size, before.mtime_ns, before.inode)
    return not (same and finding.code == _UNREADABLE)


def forget_gone(store: Store, paths: Sequence[Path]) -> tuple[Path, ...]:
    """Record that places hold nothing any more, as far as that still holds; gives those that were known."""
    lost: list[Path] = []
    for start in range(0, len(paths), _BATCH):
        gone = still_gone(store, paths[start : start + _BATCH])
        with store.reading() as reader:
            known = [one.path for one in reader.places.at_many(gone).values()]
        if gone:
            lose_locations(store, gone)
        lost += known
    return tuple(lost)
