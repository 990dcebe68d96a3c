"""The daemon of a store: looks where something happened, and through everything now and then, until it is stopped."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from alice_core.errors import AliceError, UsageError
from alice_core.library.files import take_in
from alice_core.library.looking.companions import group_companions
from alice_core.library.scan import is_passed_over, outermost, sift
from alice_core.library.watch.agenda import Agenda, Look
from alice_core.library.watch.happening import Happening, summary
from alice_core.library.watch.hints import Hints
from alice_core.library.watch.jobs import Job
from alice_core.library.watch.lookout import Lookout
from alice_core.library.watch.state import Said, daemon_lock, second
from alice_core.media.files import path_said
from alice_core.progress import SILENT, Progress
from alice_core.store import Store
from alice_core.store.locks import sole
from alice_core.store.numbers import stamp

INTERVAL_SECONDS = 300.0
"""So often everything is looked through, whatever events say; less often where that takes long."""

_POLL_SECONDS = 15.0
_TICK_SECONDS = 2.0
_AFTER_LOSS_SECONDS = 1.0
_AFTER_ERROR_SECONDS = 10.0
_IDLE_SHARE = 20
"""Looking through everything takes at most one part in so many of the time."""


class Daemon:
    """Keeps a store in step with its watched folders."""

    def __init__(
        self,
        store: Store,
        *,
        interval: float = INTERVAL_SECONDS,
        tell: Callable[[Happening], None],
        jobs: Sequence[Job] = (),
        progress: Progress = SILENT,
    ) -> None:
        """Begin; nothing happens before :meth:`run` or :meth:`once`.

        Args:
            store: The store; its watched roots are what is watched.
            interval: Seconds between two looks through everything.
            tell: Told what happens.
            jobs: Work for when nothing happens.
            progress: Told of scans.
        """
        self._store = store
        self._interval = interval
        self._tell = tell
        self._jobs = tuple(jobs)
        self._open_jobs = list(jobs)
        self._progress = progress
        self._hints = Hints()
        self._agenda = Agenda()
        self._stop = threading.Event()
        self._lookout = Lookout(self._hints, store.folder)
        self._roots: list[Path] = []
        self._away: frozenset[Path] = frozenset()
        self._found: set[tuple[Path, str]] = set()
        self._first = True
        self._polls: dict[str, float] = {}
        self._next_scan = self._next_tick = 0.0
        self._said = Said(os.getpid(), stamp(datetime.now(UTC)))

    def stop(self) -> None:
        """End soon, from any thread or signal: what is being read is read to its end, the rest the next time."""
        self._stop.set()
        self._hints.wake()

    def once(self) -> None:
        """Look through everything once.

        Raises:
            Conflict: Another daemon keeps this store.
            UsageError: No folder is watched.
        """
        with self._alone():
            self._scan()

    def run(self) -> None:
        """Watch until :meth:`stop`.

        Raises:
            Conflict: Another daemon keeps this store.
            UsageError: No folder is watched.
        """
        with self._alone():
            self._tell(Happening("started", f"watching {_folders(self._roots)} (process {os.getpid()})"))
            try:
                self._watch()
                while not self._stop.is_set():
                    self._turn_safely()
            finally:
                self._lookout.close()
            self._tell(Happening("stopped", "stopped; what happens meanwhile is seen at the next start"))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        home = self._store.folder
        with sole(daemon_lock(home)) as free:
            if not free:
                raise second(home)
            self._load_roots()
            if not self._roots:
                raise UsageError("no folder is watched", hint="Name one: alice watch DIR")
            self._said.write(home)
            yield

    def _turn_safely(self) -> None:
        try:
            self._turn()
        except (AliceError, OSError) as error:
            self._tell(Happening("error", f"{error}; everything is looked through again soon"))
            self._next_scan = time.monotonic() + _AFTER_ERROR_SECONDS
            self._stop.wait(_TICK_SECONDS)

    def _turn(self) -> None:
        """One thing: the most urgent one, or waiting for one."""
        now = time.monotonic()
        self._heed(now)
        if now >= self._next_tick:
            self._next_tick = now + _TICK_SECONDS
            self._tick(now)
        if now >= self._next_scan:
            self._scan()
            return
        look = self._agenda.take(now)
        if look:
            self._look(look)
        elif not self._work():
            wait = self._agenda.wait(now)
            due = min(self._next_scan, self._next_tick) - now
            self._hints.wait(max(min(due, due if wait is None else wait), 0.0))

    def _heed(self, now: float) -> None:
        hinted = self._hints.take()
        for path, closed in hinted.files.items():
            self._agenda.file(path, now, closed=closed)
        for folder in hinted.folders:
            self._agenda.folder(folder, now)
        if hinted.lost:
            self._said = replace(self._said, overflows=self._said.overflows + 1)
            self._tell(Happening("overflow", "the system lost events; everything is looked through"))
            self._watch()
            self._next_scan = min(self._next_scan, now + _AFTER_LOSS_SECONDS)

    def _tick(self, now: float) -> None:
        """Notice folders that are watched from now on, disks that came or went, and what must be polled."""
        before = set(self._roots)
        self._load_roots()
        if before != set(self._roots) or self._lookout.changed(self._roots):
            self._watch()
            self._next_scan = now
        for folder in self._lookout.polled:
            if now >= self._polls.setdefault(folder, now):
                self._polls[folder] = float("inf")
                self._agenda.folder(folder, now)

    def _load_roots(self) -> None:
        with self._store.reading() as reader:
            self._roots = outermost(root.path for root in reader.places.roots() if root.watched)

    def _watch(self) -> None:
        polled = dict(self._lookout.polled)
        self._lookout.open(self._roots)
        now = time.monotonic()
        self._polls = dict.fromkeys(self._lookout.polled, now + _POLL_SECONDS)
        for folder, reason in self._lookout.polled.items():
            if folder not in polled:
                text = (
                    f"{path_said(Path(folder))} is looked through every {_POLL_SECONDS:.0f} s or less often: {reason}"
                )
                self._tell(Happening("polling", text, path=Path(folder)))
        self._said = replace(self._said, polled=tuple(self._lookout.polled.items()))
        self._said.write(self._store.folder)

    def _scan(self) -> None:
        """Look through everything."""
        begun = time.monotonic()
        self._take_in(self._roots, ())
        if self._first:  # an earlier daemon may have been killed before it came to that
            group_companions(self._store, self._roots, deep=True)
            self._first = False
        took = time.monotonic() - begun
        self._next_scan = time.monotonic() + max(self._interval, took * _IDLE_SHARE)
        self._open_jobs = list(self._jobs)
        if self._stop.is_set():
            return
        self._said = replace(self._said, scanned=stamp(datetime.now(UTC)), seconds=round(took, 3))
        self._said.write(self._store.folder)
        self._tell(Happening("scanned", f"looked through {_folders(self._roots)} in {took:.1f} s", seconds=took))

    def _look(self, look: Look) -> None:
        """Look where something happened."""
        begun = time.monotonic()
        folders, files = [], []
        for folder in map(Path, look.folders):
            if self._root_of(str(folder)) is not None:
                folders.append(folder)
                if not folder.is_dir():
                    files.append(folder)  # it may have been a file, or be one now
        for path in look.files:
            root = self._root_of(path)
            if root is not None and not is_passed_over(path, str(root), str(self._store.folder)):
                (folders if os.path.isdir(path) and not os.path.islink(path) else files).append(Path(path))  # noqa: PTH112, PTH114 - many
        self._take_in(folders, files, look)
        now = time.monotonic()
        for polled in look.folders:
            if polled in self._polls:
                self._polls[polled] = now + max(_POLL_SECONDS, (now - begun) * _IDLE_SHARE)

    def _root_of(self, path: str) -> Path | None:
        return next((one for one in self._roots if path == str(one) or path.startswith(f"{one}{os.sep}")), None)

    def _take_in(self, folders: Sequence[Path], files: Sequence[Path], look: Look | None = None) -> None:
        begun = time.monotonic()
        sifted = sift(self._store, folders, files)
        report = take_in(self._store, sifted, patient=False, progress=self._progress, stop=self._stop.is_set)
        now = time.monotonic()
        growing = [str(one.path) for one in report.findings if one.state == "growing"]
        self._agenda.settled(look or Look(folders=tuple(map(str, folders))), growing)
        self._agenda.grows(growing, now)
        self._tell_away(frozenset(sifted.away), folders)
        fresh = tuple(one for one in report.findings if (one.path, one.state) not in self._found)
        self._found = {one for one in self._found if str(one[0]) in self._agenda} | {
            (one.path, one.state) for one in report.findings
        }
        if report.new or report.found or report.moved or report.lost or fresh:
            report = replace(report, findings=fresh)
            self._open_jobs = list(self._jobs)
            self._tell(Happening("took", summary(report), report=report, seconds=now - begun))

    def _tell_away(self, away: frozenset[Path], looked: Sequence[Path]) -> None:
        concerned = {root for root in self._roots if root in looked}
        for root in sorted(away - self._away):
            self._tell(Happening("away", f"{path_said(root)} is not there; what is known in it stays known", path=root))
        for root in sorted((self._away - away) & concerned):
            self._tell(Happening("back", f"{path_said(root)} is there again", path=root))
        self._away = (self._away - concerned) | away

    def _work(self) -> bool:
        """Do a little of what can wait; whether there was something to do."""
        while self._open_jobs:
            if self._open_jobs[0].run(self._store):
                return True
            self._open_jobs.pop(0)
        return False


def _folders(roots: Sequence[Path]) -> str:
    return ", ".join(path_said(root) for root in roots)
