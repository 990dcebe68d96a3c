"""Carrying assets away: one folder with their files, everything that is known of them, and a manifest of digests.

An export that was killed is gone on with by the same command, and never looks complete: the manifest
is written last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from alice_core.errors import AliceError, ExportError, NotFound, UsageError
from alice_core.events.library_facts import Exported
from alice_core.library.curating.chosen import asked
from alice_core.library.keeping.copies import carry_copy, good_copies
from alice_core.library.keeping.gathering import Gathered, gather, pages
from alice_core.library.keeping.inventory import write_events, write_library
from alice_core.library.keeping.manifest import FILES, Manifest, Part, begin, file_names
from alice_core.library.keeping.reading import read_each
from alice_core.media.digest import digest_of_file
from alice_core.media.files import make_folder, path_said, sweep_parts
from alice_core.progress import SILENT, Progress
from alice_core.store import Asset, Location, Store, UnitOfWork, operation
from alice_core.store.locks import alone
from alice_core.store.numbers import stamp


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What an export came to.

    Attributes:
        folder: The export.
        assets: How many assets were asked for.
        named: How many more are only named by recipes, without their files.
        files: The files in the export.
        kept: How many of them lay there already.
        fileless: Assets whose bytes are nowhere any more; what is known of them is exported.
        failed: Assets whose bytes should be somewhere and could not be had, and why.
    """

    folder: Path
    assets: int
    named: int
    files: tuple[Part, ...]
    kept: int
    fileless: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]

    @property
    def size(self) -> int:
        """How many bytes the files have together."""
        return sum(one.size for one in self.files)


def export(
    store: Store,
    folder: Path,
    *,
    query: str | None = None,
    project: str | None = None,
    with_files: bool = True,
    dry_run: bool = False,
    progress: Progress = SILENT,
) -> ExportReport:
    """Write assets, and everything that is known of them, into a folder.

    Args:
        store: The store.
        folder: New, empty, or an export that is brought up to date or gone on with.
        query: Only what it finds; by default everything that is not in the trash.
        project: Only what belongs to the project of that name.
        with_files: Whether their files come along.
        dry_run: Only tell what would be exported.
        progress: Who wants to know.

    Raises:
        UsageError: The query cannot be understood.
        NotFound: There is no project of that name.
        Conflict: Something else lies in the folder.
        ExportError: The folder cannot be written.
    """
    folder = folder.expanduser().absolute()
    gathered = gather(store, _chosen(store, query, project))
    if dry_run:
        return _foreseen(store, folder, gathered, with_files=with_files)
    choice = query or (f"project {project}" if project else "everything")
    with alone(store.folder, folder, lambda: progress.note(f"Another export into {path_said(folder)} is under way.")):
        report = _write(store, folder, gathered, choice, with_files=with_files, progress=progress)
    _publish(store, report, choice)
    return report


def _write(
    store: Store, folder: Path, gathered: Gathered, choice: str, *, with_files: bool, progress: Progress
) -> ExportReport:
    """Fill the folder; its manifest comes last."""
    earlier = begin(folder)
    make_folder(folder / FILES)
    for one in (folder, folder / FILES):
        sweep_parts(one)
    carried = _Carried(folder)
    if with_files:
        carried.all(store, gathered.chosen, progress)
    with progress.stage("writing what is known", len(gathered.assets), "assets") as stage:
        parts = (*write_library(store, folder, gathered, carried.names, stage), write_events(store, folder, gathered))
    files = tuple(sorted(carried.files, key=lambda one: one.name))
    _drop_stale(folder, earlier, files)
    Manifest(stamp(datetime.now(UTC)), choice, len(gathered.chosen), parts, files).write(folder)
    return ExportReport(
        folder,
        len(gathered.chosen),
        len(gathered.named),
        files,
        carried.kept,
        tuple(carried.fileless),
        tuple(carried.failed),
    )


@operation("library.export", emits=(Exported,), permission="asset.read")
def _publish(work: UnitOfWork, report: ExportReport, choice: str) -> None:
    """Tell that assets were exported."""
    folder = path_said(report.folder)
    fact = Exported(folder=folder, choice=choice, assets=report.assets, files=len(report.files), size=report.size)
    work.emit(fact, subject=folder)


def _chosen(store: Store, query: str | None, project: str | None) -> list[str]:
    if query is not None and project is not None:
        raise UsageError("a query and a project were both named", hint="Put project:NAME into the query.")
    if query is not None:
        return asked(store, query)
    with store.reading() as reader:
        if project is not None:
            found = reader.projects.named(project)
            if found is None:
                raise NotFound(f"there is no project named {project!r}", hint="List them with: alice project list")
            return sorted(reader.projects.members(found.id))
        chosen: list[str] = []
        last = -1
        while page := reader.assets.after(last):
            chosen += [one.digest for one in page if one.trashed is None]
            last = page[-1].number
        return chosen


def _foreseen(store: Store, folder: Path, gathered: Gathered, *, with_files: bool) -> ExportReport:
    files: list[Part] = []
    fileless: list[str] = []
    for reader, assets in pages(store, gathered.chosen if with_files else ()):
        places = reader.places.of_many([one.digest for one in assets])
        names = file_names({one.digest: one.name for one in assets})
        for one in assets:
            if any(place.holds() for place in places.get(one.digest, ())):
                files.append(Part(one.digest, one.facts.size, names[one.digest]))
            else:
                fileless.append(one.digest)
    return ExportReport(folder, len(gathered.chosen), len(gathered.named), tuple(files), 0, tuple(fileless), ())


def _drop_stale(folder: Path, earlier: Manifest | None, files: Sequence[Part]) -> None:
    """Remove files that an earlier export put there and that do not belong to this one."""
    standing = {one.name for one in files}
    for one in earlier.files if earlier else ():
        if one.name not in standing:
            (folder / one.name).unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """An asset whose file goes along, where its bytes may lie, and its name in the export."""

    asset: Asset
    places: tuple[Location, ...]
    name: str


@dataclass(slots=True)
class _Carried:
    """The files that were brought into an export."""

    folder: Path
    files: list[Part] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    kept: int = 0
    fileless: list[str] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)

    def all(self, store: Store, chosen: Sequence[str], progress: Progress) -> None:
        """Bring the files of all assets, two at a time."""
        names: dict[str, str] = {}
        total = 0
        for _, assets in pages(store, chosen):
            names |= {one.digest: one.name for one in assets}
            total += sum(one.facts.size for one in assets)
        names = file_names(names)

        def bring(one: _Wanted, on_bytes: Callable[[int], None]) -> str | bool:
            return _bring(store, one, self.folder / one.name, on_bytes)

        with progress.stage("copying files", total, "bytes") as stage:
            for one, outcome in read_each(_wanted(store, chosen, names), bring, stage):
                self._take(one, outcome)

    def _take(self, one: _Wanted, outcome: str | bool) -> None:
        digest = one.asset.digest
        if isinstance(outcome, str):
            if one.places:
                self.failed.append((digest, outcome))
            else:
                self.fileless.append(digest)
            return
        self.kept += outcome
        self.names[digest] = one.name
        self.files.append(Part(digest, one.asset.facts.size, one.name))


def _wanted(store: Store, chosen: Sequence[str], names: dict[str, str]) -> Iterator[_Wanted]:
    for reader, assets in pages(store, chosen):
        places = reader.places.of_many([one.digest for one in assets])
        found = [_Wanted(one, places.get(one.digest, ()), names[one.digest]) for one in assets]
        yield from found


def _bring(store: Store, one: _Wanted, target: Path, on_bytes: Callable[[int], None]) -> str | bool:
    """Bring one file; says whether it lay there already, or why it cannot be had."""
    digest = one.asset.digest
    on_bytes(one.asset.facts.size)
    if target.is_file() and target.stat().st_size == one.asset.facts.size and digest_of_file(target) == digest:
        return True
    reason = "its bytes are nowhere any more"
    for place in sorted(one.places, key=lambda place: not place.holds()):
        try:
            carry_copy(place.path, target, digest)
        except ExportError:
            raise
        except AliceError as error:
            reason = error.message
        else:
            return False
    for copy in good_copies(store, (digest,))[digest]:
        carry_copy(copy.path, target, digest)
        return False
    return reason
