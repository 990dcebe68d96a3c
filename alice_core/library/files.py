"""Taking files in: nothing is moved or changed, and every file is known by its bytes afterwards."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from alice_core.errors import AliceError, NotFound
from alice_core.media.files import is_part
from alice_core.progress import SILENT, Progress
from alice_core.store import Project, Store, ingest, lose_location
from alice_core.store.files import read_file


@dataclass(frozen=True, slots=True)
class Finding:
    """A file that could not be taken in, and why."""

    path: Path
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What taking files in did.

    Attributes:
        new: Files whose bytes were not known before.
        found: Files whose bytes were known and whose place is new.
        unchanged: Files that were known as they are.
        lost: Places that no longer hold what they held.
        findings: Files that could not be taken in.
    """

    new: tuple[Path, ...]
    found: tuple[Path, ...]
    unchanged: int
    lost: tuple[Path, ...]
    findings: tuple[Finding, ...]


def ingest_paths(
    store: Store,
    paths: Sequence[Path],
    *,
    project: Project | None = None,
    dry_run: bool = False,
    progress: Progress = SILENT,
) -> IngestReport:
    """Take files and all files inside folders into the library.

    Known files that were not written since are not read again. Places inside the named
    folders that no longer hold their bytes are recorded as lost; the assets stay known.

    Raises:
        NotFound: A path is not there; nothing was taken in then.
    """
    paths = [path.absolute() for path in paths]
    for path in paths:
        if not path.exists():
            raise NotFound(f"{path} does not exist", hint="Check the spelling of the path.", code="ALICE-N01")
    files = sorted({file for path in paths for file in _files(path)})
    tally = _Tally(store, project, dry_run=dry_run)
    with progress.stage("taking files in", len(files), "files") as stage:
        for file in files:
            tally.take(file)
            stage.advance()
    lost = _lost(store, paths)
    if not dry_run:
        for path in lost:
            lose_location(store, path)
    return IngestReport(tuple(tally.new), tuple(tally.found), tally.unchanged, lost, tuple(tally.findings))


class _Tally:
    """Counts what happens to each file while it happens."""

    def __init__(self, store: Store, project: Project | None, *, dry_run: bool) -> None:
        self._store, self._project, self._dry_run = store, project, dry_run
        self.new: list[Path] = []
        self.found: list[Path] = []
        self.findings: list[Finding] = []
        self.unchanged = 0

    def take(self, file: Path) -> None:
        if not _is_text(file):
            self.findings.append(Finding(file, "ALICE-M00", "the name of the file is not UTF-8"))
            return
        if self._known(file):
            self.unchanged += 1
            return
        try:
            found = read_file(file)
        except AliceError as error:
            self.findings.append(Finding(file, error.code, error.message))
            return
        with self._store.reading() as reader:
            fresh = reader.assets.get(found.digest) is None
        if not self._dry_run:
            ingest(self._store, found, project=self._project)
        (self.new if fresh else self.found).append(file)

    def _known(self, file: Path) -> bool:
        with self._store.reading() as reader:
            known = reader.assets.at(file)
            if known is None or not known.holds():
                return False
            return self._project is None or self._project.name in reader.projects.of_asset(known.digest)


def _is_text(file: Path) -> bool:
    try:
        os.fsencode(file).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            file = Path(folder, name)
            if not name.startswith(".") and not is_part(file) and file.is_file():
                yield file


def _lost(store: Store, paths: Sequence[Path]) -> tuple[Path, ...]:
    with store.reading() as reader:
        inside = [one for path in paths if path.is_dir() for one in reader.assets.below(path)]
    return tuple(sorted({one.path for one in inside if not one.path.exists()}))
