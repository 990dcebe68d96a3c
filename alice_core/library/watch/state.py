"""What the daemon of a store says of itself, for whoever asks: is it there, what does it watch, what grows."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alice_core.errors import Conflict
from alice_core.library.scan import away_roots
from alice_core.media.files import path_said, replacing
from alice_core.store import Store
from alice_core.store.locks import is_held
from alice_core.store.places import Finding


def daemon_lock(home: Path) -> Path:
    """The file that the daemon of a store holds; the system gives it back even when the daemon is killed."""
    return home / "watch" / "daemon.lock"


def _said_file(home: Path) -> Path:
    return home / "watch" / "daemon.json"


@dataclass(frozen=True, slots=True)
class Said:
    """What a daemon last said of itself.

    Attributes:
        process: Its process id.
        started: RFC 3339 time.
        scanned: When everything was last looked through, empty before the first time.
        seconds: How long that took.
        overflows: How often the system lost events.
        polled: Folders from which no events come, with the reason.
    """

    process: int
    started: str
    scanned: str = ""
    seconds: float = 0.0
    overflows: int = 0
    polled: tuple[tuple[str, str], ...] = ()

    def write(self, home: Path) -> None:
        """Leave it for whoever asks."""
        values = {name: getattr(self, name) for name in self.__slots__}
        with replacing(_said_file(home)) as part:
            part.write_text(json.dumps(values), encoding="utf-8")


def said_by_daemon(home: Path) -> Said | None:
    """What the last daemon of a store said, whether it still runs or not."""
    try:
        values = json.loads(_said_file(home).read_text(encoding="utf-8"))
        return Said(**{**values, "polled": tuple((folder, reason) for folder, reason in values["polled"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def second(home: Path) -> Conflict:
    """The error that says which process watches for a store already."""
    said = said_by_daemon(home)
    who = f"process {said.process}" if said else "another process"
    return Conflict(
        f"{who} watches for the store at {home} already",
        hint="Give it one more folder with: alice watch --add DIR. See what it does: alice watch --status",
    )


def refuse_second(home: Path) -> None:
    """Find out early that a daemon watches for a store already.

    Raises:
        Conflict: It does.
    """
    lock = daemon_lock(home)
    if lock.exists() and is_held(lock):
        raise second(home)


@dataclass(frozen=True, slots=True)
class WatchedFolder:
    """A folder that is watched: ``by`` is ``events``, ``scans`` (see ``reason``), ``nothing`` or ``away``."""

    path: Path
    by: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class WatchStatus:
    """What is watched, and what is not taken in yet.

    Attributes:
        process: Process id of the daemon, if one runs.
        said: What it said of itself.
        folders: What is watched.
        growing: Files that are not finished.
        broken: How many files cannot be taken in.
    """

    process: int | None
    said: Said | None
    folders: tuple[WatchedFolder, ...]
    growing: tuple[Finding, ...]
    broken: int

    def to_json(self) -> dict[str, Any]:
        """The status as JSON values."""
        said = self.said
        return {
            "running": self.process is not None,
            "process": self.process,
            "started": said.started if said else None,
            "scanned": (said.scanned or None) if said else None,
            "scan_seconds": said.seconds if said else None,
            "overflows": said.overflows if said else 0,
            "folders": [{"path": str(one.path), "by": one.by, "reason": one.reason or None} for one in self.folders],
            "growing": [{"path": str(one.path), "reason": one.reason} for one in self.growing],
            "broken": self.broken,
        }


def watch_status(store: Store) -> WatchStatus:
    """What the daemon of a store does, and what it waits for."""
    said = said_by_daemon(store.folder)
    lock = daemon_lock(store.folder)
    runs = lock.exists() and is_held(lock)
    with store.reading() as reader:
        roots = [root for root in reader.places.roots() if root.watched]
        away = set(away_roots(reader.places, [root.path for root in roots]))
        findings = reader.places.findings()
    polled = dict(said.polled) if said and runs else {}
    return WatchStatus(
        process=said.process if said and runs else None,
        said=said,
        folders=tuple(_folder(root.path, str(root.path) in away, polled, runs=runs) for root in roots),
        growing=tuple(one for one in findings if one.state == "growing"),
        broken=sum(1 for one in findings if one.state != "growing"),
    )


def _folder(path: Path, away: bool, polled: dict[str, str], *, runs: bool) -> WatchedFolder:
    if away:
        return WatchedFolder(path, "away", "it is not there; what is known in it stays known")
    if not runs:
        return WatchedFolder(path, "nothing", "no daemon runs")
    if str(path) in polled:
        return WatchedFolder(path, "scans", polled[str(path)])
    inner = "; ".join(
        f"{path_said(Path(folder))}: {why}" for folder, why in polled.items() if folder.startswith(f"{path}{os.sep}")
    )
    return WatchedFolder(path, "events", inner)
