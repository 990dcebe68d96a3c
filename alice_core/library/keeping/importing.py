"""Taking an export in: every digest is checked before anything is registered, and nothing here is written over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from alice_core.errors import AliceError, ExportError, IntegrityError
from alice_core.events.library_facts import Imported
from alice_core.library.discarding.wastebasket import free_names
from alice_core.library.keeping.adopt import Difference, adopt, adopt_project, adopt_recipes, adopt_synonyms
from alice_core.library.keeping.copies import carry_copy
from alice_core.library.keeping.inventory import Blocks, read_records
from alice_core.library.keeping.manifest import Manifest, Part, read_manifest
from alice_core.library.keeping.reading import read_each
from alice_core.library.keeping.records import AssetRecord, asset_of, project_of, recipe_of
from alice_core.media.digest import digest_of_file
from alice_core.media.files import path_said, sweep_parts
from alice_core.media.packed import PackedBlock, pack
from alice_core.progress import SILENT, Progress
from alice_core.store import Found, Store, UnitOfWork, operation
from alice_core.store.catalogue import ingest_many
from alice_core.store.files import blob_path, placed
from alice_core.store.numbers import path_of_text

_BATCH = 200
_TOLD = 10


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do.

    Attributes:
        new: Digests that were not known here.
        known: How many were.
        files: Where the files lie now.
        recipes: How many derivations became known.
        differences: What is said here and otherwise there; what is said here stayed.
        bad: Files of the export that are not what its manifest says, and why; they were left out.
    """

    new: tuple[str, ...]
    known: int
    files: tuple[Path, ...]
    recipes: int
    differences: tuple[Difference, ...]
    bad: tuple[tuple[str, str], ...]


def import_folder(
    store: Store,
    folder: Path,
    *,
    files_to: Path | None = None,
    in_place: bool = False,
    partial: bool = False,
    dry_run: bool = False,
    progress: Progress = SILENT,
) -> ImportReport:
    """Take an export in: its files, and what is known and said of them. Doing it again changes nothing.

    Args:
        store: The store.
        folder: The export.
        files_to: Where the files are copied to, in the folders they lay in; by default the store keeps them itself.
        in_place: Whether they stay in the export and are known there.
        partial: Whether good files are taken although there are bad ones.
        dry_run: Only check, and tell what would be taken in.
        progress: Who wants to know.

    Raises:
        NotFound: The folder holds no export.
        IntegrityError: The export is incomplete, or a file is not what the manifest says (``ALICE-I04``).
        ExportError: A file cannot be written.
    """
    folder = folder.expanduser().absolute()
    manifest = read_manifest(folder)
    bad = _checked(folder, manifest, progress)
    if bad and (not partial or bad.keys() & {one.name for one in manifest.parts}):
        raise _refused(folder, bad)
    good = {one.name: one for one in manifest.files if one.name not in bad}
    places = _Places(store, folder, good, files_to.expanduser().absolute() if files_to else None, in_place)
    with Blocks(folder) as blocks, progress.stage("taking in", manifest.assets, "assets") as stage:
        run = _Run(store, blocks, places, dry_run)
        records = read_records(folder)
        while some := list(islice(records, _BATCH)):
            _parsed_by(run, folder, some)
            stage.advance(sum(one["record"] == "asset" for one in some))
    if not dry_run:
        for target in {path.parent for path in run.files}:
            sweep_parts(target)  # what an import that was killed left half copied
    return ImportReport(
        tuple(run.new), run.known, tuple(run.files), run.recipes, tuple(run.differences), tuple(bad.items())
    )


@operation("asset.import", emits=(Imported,), permission="asset.write")
def _carry_in(
    work: UnitOfWork,
    records: Sequence[AssetRecord],
    blocks: Mapping[str, tuple[PackedBlock, ...]],
    founds: Sequence[Found],
    source: str,
) -> tuple[Difference, ...]:
    """Make assets of another library known, with their files and what is said of them."""
    known = work.assets.known(one.asset.digest for one in records)
    fresh = [one for one in records if one.asset.digest not in known]
    numbers = work.assets.add([one.asset for one in fresh])
    for one in fresh:
        asset = one.asset
        fact = Imported(
            digest=asset.digest,
            kind=asset.kind,
            mime=asset.facts.mime,
            size=asset.facts.size,
            content=asset.content,
            made=asset.made,
            name=asset.name,
            source=source,
            leader=asset.leader,
            trashed=asset.trashed,
            likeness=None if asset.likeness is None else f"{asset.likeness:016x}",
        )
        work.emit(fact, subject=asset.digest)
    work.metadata.add_blocks({numbers[digest]: some for digest, some in blocks.items() if digest in numbers})
    readings = {numbers[one.asset.digest]: one.reading for one in fresh if one.reading is not None}
    work.metadata.set_readings(readings, fresh=True)
    if founds:
        ingest_many(work, founds)
    differences = adopt(work, {one.asset.digest: one.remarks for one in records})
    work.texts.refresh(numbers)
    return differences


@dataclass(slots=True)
class _Run:
    """One import: what it met, and what it did."""

    store: Store
    blocks: Blocks
    places: _Places
    dry_run: bool
    new: list[str] = field(default_factory=list)
    known: int = 0
    files: list[Path] = field(default_factory=list)
    recipes: int = 0
    differences: list[Difference] = field(default_factory=list)

    def take(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Take some records in: projects, assets, recipes, synonyms."""
        assets = [asset_of(one) for one in records if one["record"] == "asset"]
        with self.store.reading() as reader:
            known = reader.assets.known(one.asset.digest for one in assets)
        self.new += [one.asset.digest for one in assets if one.asset.digest not in known]
        self.known += len(known)
        if self.dry_run:
            self.files += [path for one in assets for path, _ in self.places.of(one)]
            return
        for one in records:
            if one["record"] == "project":
                self.differences += adopt_project(self.store, project_of(one))
        if assets:
            self._take_assets(assets, known)
        derivations = [recipe_of(one) for one in records if one["record"] == "recipe"]
        if derivations:
            self.recipes += adopt_recipes(self.store, derivations)
        synonyms = {one["synonym"]: one["tag"] for one in records if one["record"] == "synonym"}
        if synonyms:
            self.differences += adopt_synonyms(self.store, synonyms)

    def _take_assets(self, records: Sequence[AssetRecord], known: Mapping[str, int]) -> None:
        founds: list[Found] = []
        blocks: dict[str, tuple[PackedBlock, ...]] = {}
        for one in records:
            asset = one.asset
            for path, source in self.places.of(one):
                if source is not None:
                    carry_copy(source, path, asset.digest)
                founds.append(placed(Found(path, asset.digest, asset.facts, 0, content=asset.content), path))
            if asset.digest not in known and one.blocks:
                blocks[asset.digest] = tuple(pack(self.blocks.get(name)) for name in one.blocks)
        self.files += [one.path for one in founds]
        self.differences += _carry_in(self.store, records, blocks, founds, path_said(self.places.folder))


@dataclass(slots=True)
class _Places:
    """Where the files of an export go."""

    store: Store
    folder: Path
    good: Mapping[str, Part]
    files_to: Path | None
    in_place: bool
    _taken: set[Path] = field(default_factory=set)

    def of(self, record: AssetRecord) -> Iterator[tuple[Path, Path | None]]:
        """Where the file of an asset goes, and from where it must be copied; nothing where none is needed."""
        asset = record.asset
        part = self.good.get(record.file or "")
        if part is None or part.digest != asset.digest:
            return
        source = self.folder / part.name
        if self.in_place:
            yield source, None
            return
        if self.files_to is not None:
            path = self._free(self.files_to / _inside(record), part)
            yield path, None if path.exists() else source
            return
        with self.store.reading() as reader:
            if any(place.holds() for place in reader.places.of(asset.digest)):
                return
        path = blob_path(self.store, asset.digest, Path(part.name).suffix)
        yield path, None if _holds(path, part) else source

    def _free(self, wanted: Path, part: Part) -> Path:
        for path in free_names(wanted):
            if path not in self._taken and (not path.exists() or _holds(path, part)):
                self._taken.add(path)
                return path
        raise ExportError(f"no free name beside {path_said(wanted)}", hint="Choose another folder with --files-to.")


def _inside(record: AssetRecord) -> Path:
    """Where a file lay in its folder, as far as that leads nowhere else; else its name in the export."""
    for _, text in record.paths:
        path = Path(path_of_text(text))
        if not path.is_absolute() and ".." not in path.parts and path.name:
            return path
    return Path(record.file or record.asset.name).with_name(Path(record.file or "").name)


def _holds(path: Path, part: Part) -> bool:
    try:
        return path.is_file() and path.stat().st_size == part.size and digest_of_file(path) == part.digest
    except AliceError:
        return False  # not readable: it is not ours


def _checked(folder: Path, manifest: Manifest, progress: Progress) -> dict[str, str]:
    """The files of an export that are not what its manifest says, and why."""

    def read(part: Part, on_bytes: Callable[[int], None]) -> str:
        path = folder / part.name
        try:
            size = path.stat().st_size
            if size != part.size:
                return f"it has {size} bytes instead of {part.size}"
            return "" if digest_of_file(path, on_bytes=on_bytes) == part.digest else "it holds other bytes"
        except FileNotFoundError:
            return "it is not there"
        except OSError as error:
            return str(error.strerror)
        except AliceError as error:
            return error.message

    everything = (*manifest.parts, *manifest.files)
    with progress.stage("checking the export", sum(one.size for one in everything), "bytes") as stage:
        return {part.name: reason for part, reason in read_each(everything, read, stage) if reason}


def _parsed_by(run: _Run, folder: Path, records: Sequence[Mapping[str, Any]]) -> None:
    try:
        run.take(records)
    except (KeyError, TypeError, ValueError) as error:
        message = f"{path_said(folder)} holds a record that cannot be read: {error!r}"
        raise IntegrityError(message, hint="Use the version of Alice that wrote it.", code="ALICE-I04") from error


def _refused(folder: Path, bad: Mapping[str, str]) -> IntegrityError:
    lines = [f"{name}: {reason}" for name, reason in list(bad.items())[:_TOLD]]
    more = [f"and {len(bad) - _TOLD} more"] if len(bad) > _TOLD else []
    message = f"{len(bad)} files of the export {path_said(folder)} are not as they were: " + "; ".join(lines + more)
    hint = "Copy the export again, or take the good files with --partial. Nothing was taken in."
    return IntegrityError(message, hint=hint, code="ALICE-I04")
