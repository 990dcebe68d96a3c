"""Taking files in: nothing is moved or changed, and every file is known by its bytes afterwards.

A chain of stages: adopt the folders, walk, sift, read, keep, tell what is gone. Each stage's outcome lies
in the store, so that an ingest that was killed goes on where it was when it is called again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from alice_core.errors import NotFound
from alice_core.library.intake import Intake, forget_gone
from alice_core.library.looking.companions import group_companions
from alice_core.library.roots import adopt_root
from alice_core.library.scan import Sifted, sift
from alice_core.progress import SILENT, Progress
from alice_core.store import Project, Store
from alice_core.store.catalogue import Move, join_project, move_locations, refuse, set_root
from alice_core.store.places import Finding

_BATCH = 500


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What taking files in did.

    Attributes:
        new: Files whose bytes were not known before.
        found: Files whose bytes were known and whose place is new.
        moved: Files that were renamed outside and need not be read: path before and after.
        unchanged: Files that were known as they are.
        lost: Places that no longer hold what they held.
        findings: Files that could not be taken in, or not yet.
        away: Folders that are not there, such as disks that are not mounted; nothing in them is lost.
        roots: Folders that were known elsewhere before: path before and after.
    """

    new: tuple[Path, ...] = ()
    found: tuple[Path, ...] = ()
    moved: tuple[tuple[Path, Path], ...] = ()
    unchanged: int = 0
    lost: tuple[Path, ...] = ()
    findings: tuple[Finding, ...] = ()
    away: tuple[Path, ...] = ()
    roots: tuple[tuple[Path, Path], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values."""
        return {
            "new": [str(path) for path in self.new],
            "found": [str(path) for path in self.found],
            "moved": [{"before": str(before), "after": str(after)} for before, after in self.moved],
            "unchanged": self.unchanged,
            "lost": [str(path) for path in self.lost],
            "findings": [
                {"path": str(one.path), "state": one.state, "code": one.code, "reason": one.reason}
                for one in self.findings
            ],
            "away": [str(path) for path in self.away],
            "roots": [{"before": str(before), "after": str(after)} for before, after in self.roots],
        }


def ingest_paths(
    store: Store,
    paths: Sequence[Path],
    *,
    project: Project | None = None,
    dry_run: bool = False,
    again: bool = False,
    progress: Progress = SILENT,
) -> IngestReport:
    """Take files and all files inside folders into the library.

    Known files that were not written since are not read again. Places inside the named
    folders that no longer hold their bytes are recorded as lost; the assets stay known.

    Args:
        store: The store.
        paths: Files and folders.
        project: The project that all of them belong to.
        dry_run: Only tell what would be done.
        again: Read files that could not be taken in once more, even if they were not written since.
        progress: Who wants to know.

    Raises:
        NotFound: A path is not there; nothing was taken in then.
    """
    paths = [path.absolute() for path in paths]
    for path in paths:
        if not path.exists():
            raise NotFound(f"{path} does not exist", hint="Check the spelling of the path.", code="ALICE-N01")
    folders = [path for path in paths if path.is_dir()]
    files = [path for path in paths if not path.is_dir()]
    adopted = [] if dry_run else [adopt_root(store, folder) for folder in folders]
    with progress.stage("looking what is there"):
        sifted = sift(store, folders, files, again=again)
    report = take_in(store, sifted, project=project, dry_run=dry_run, progress=progress)
    if project is not None and not dry_run:
        _join_known(store, project, folders, files)
    return replace(report, roots=tuple((before, now) for before, now in zip(adopted, folders, strict=False) if before))


def take_in(
    store: Store,
    sifted: Sifted,
    *,
    project: Project | None = None,
    dry_run: bool = False,
    patient: bool = True,
    progress: Progress = SILENT,
    stop: Callable[[], bool] = bool,
) -> IngestReport:
    """Bring what a scan found into the store.

    Args:
        store: The store.
        sifted: What the scan found.
        project: The project that files belong to.
        dry_run: Only tell what would be done.
        patient: As for :class:`alice_core.library.intake.Intake`.
        progress: Who wants to know.
        stop: Asked after each file whether to leave the rest for the next scan.
    """
    if not dry_run:
        _settle(store, sifted)
    intake = Intake(store, project=project, dry_run=dry_run, patient=patient)
    if sifted.changed:
        with progress.stage("taking files in", len(sifted.changed), "files") as stage:
            intake.take(sifted.changed, stage, stop)
    lost = sifted.gone
    if not dry_run and not stop():
        lost = forget_gone(store, [*sifted.gone, *intake.vanished])
    touched = (*intake.new, *intake.found, *lost, *(path for move in sifted.moves for path in _ends(move)))
    if touched and not dry_run:
        group_companions(store, tuple(dict.fromkeys(path.parent for path in touched)))
    return IngestReport(
        new=tuple(intake.new),
        found=tuple(intake.found),
        moved=tuple((move.before, move.found.path) for move in sifted.moves),
        unchanged=sifted.unchanged,
        lost=lost,
        findings=tuple(intake.findings),
        away=sifted.away,
    )


def _ends(move: Move) -> tuple[Path, Path]:
    return move.before, move.found.path


def _settle(store: Store, sifted: Sifted) -> None:
    """Record renames, mounts and what is no longer refused."""
    for mount in sifted.mounts:
        with store.reading() as reader:
            known = {root.path for root in reader.places.roots()}
        if mount not in known:
            set_root(store, mount)
    for start in range(0, len(sifted.moves), _BATCH):
        move_locations(store, sifted.moves[start : start + _BATCH])
    if sifted.cleared:
        refuse(store, (), cleared=sifted.cleared)


def _join_known(store: Store, project: Project, folders: Sequence[Path], files: Sequence[Path]) -> None:
    """Let unchanged files belong to the project too."""
    with store.reading() as reader:
        places = [one for folder in folders for one in reader.places.below(folder)]
        places += reader.places.at_many(files).values()
        members = reader.projects.members(project.id)
    for digest in dict.fromkeys(one.digest for one in places):
        if digest not in members:
            join_project(store, project, digest, "file")
