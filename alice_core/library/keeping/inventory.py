"""Writing what is known into an export, and reading it back: records, raw metadata and events."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from alice_core.errors import IntegrityError
from alice_core.library.keeping.gathering import Gathered, asset_records, derivations, pages
from alice_core.library.keeping.manifest import BLOCKS, EVENTS, LIBRARY, Part
from alice_core.library.keeping.records import BlockName, asset_json, project_json, recipe_json
from alice_core.media.digest import digest_of_bytes, digest_of_file
from alice_core.media.files import path_said, replacing
from alice_core.media.generation import Block
from alice_core.media.packed import PackedBlock
from alice_core.progress import Stage
from alice_core.store import Store

_EVENTS = 2000
_OLDEST = (1980, 1, 1, 0, 0, 0)
_LONGEST_BLOCK = 256 << 20


def write_library(
    store: Store, folder: Path, gathered: Gathered, files: Mapping[str, str], stage: Stage
) -> tuple[Part, Part]:
    """Write the records and the raw metadata of all assets; gives both files."""
    tags: set[str] = set()
    packed: set[str] = set()
    chosen = frozenset(gathered.chosen)
    with (
        replacing(folder / LIBRARY) as library,
        replacing(folder / BLOCKS) as blocks,
        library.open("w", encoding="ascii", newline="\n") as lines,
        zipfile.ZipFile(blocks, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive,
    ):
        for project in _projects(store, gathered):
            lines.write(_line(project))
        for reader, assets in pages(store, gathered.assets):
            for record, carried in asset_records(reader, assets, files, chosen):
                lines.write(_line(asset_json(record)))
                tags.update(record.remarks.tags)
                for one in carried:
                    if one.digest not in packed:
                        packed.add(one.digest)
                        _add_block(archive, one)
                stage.advance()
        for derivation in derivations(store, gathered.recipes):
            lines.write(_line(recipe_json(derivation)))
        with store.reading() as reader:
            synonyms = reader.labels.synonyms()
        for word, tag in synonyms.items():
            if tag in tags:
                lines.write(_line({"record": "synonym", "synonym": word, "tag": tag}))
    return part_at(folder, LIBRARY), part_at(folder, BLOCKS)


def write_events(store: Store, folder: Path, gathered: Gathered) -> Part:
    """Write what happened to the assets, their recipes and projects; a record for people, not read by an import."""
    subjects = {*gathered.assets, *gathered.recipes, *(project["id"] for project in _projects(store, gathered))}
    last = 0
    with replacing(folder / EVENTS) as part, part.open("w", encoding="ascii", newline="\n") as lines:
        while True:
            with store.reading() as reader:
                page = reader.events.after(last, limit=_EVENTS)
            if not page:
                break
            for event in page:
                if event.subject in subjects:
                    lines.write(_line(event.to_cloudevent()))
            last = page[-1].seq or last + len(page)
    return part_at(folder, EVENTS)


def read_records(folder: Path) -> Iterator[dict[str, Any]]:
    """The records of an export, one by one.

    Raises:
        IntegrityError: A line is none (``ALICE-I04``).
    """
    with (folder / LIBRARY).open(encoding="ascii") as lines:
        for number, line in enumerate(lines, 1):
            try:
                record = json.loads(line)
                record["record"]
            except (ValueError, TypeError, KeyError) as error:
                message = f"{path_said(folder / LIBRARY)}, line {number}, is no record"
                raise IntegrityError(message, hint="Export again.", code="ALICE-I04") from error
            yield record


class Blocks:
    """The raw metadata of an export, open for reading.

    Raises:
        IntegrityError: The file is no archive (``ALICE-I04``).
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / BLOCKS
        try:
            self._archive = zipfile.ZipFile(self._path)
        except (OSError, zipfile.BadZipFile) as error:
            raise self._bad(str(error)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._archive.close()

    def get(self, name: BlockName) -> Block:
        """A block that an asset carries, byte for byte.

        Raises:
            IntegrityError: It is not there, or is not what its digest says (``ALICE-I04``).
        """
        try:
            entry = self._archive.getinfo(_entry(name.digest))
            data = self._archive.read(entry) if entry.file_size <= _LONGEST_BLOCK else b""
        except (KeyError, OSError, zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise self._bad(f"block {name.digest}: {error}") from error
        if digest_of_bytes(data) != name.digest:
            raise self._bad(f"block {name.digest} holds something else")
        return Block(name.place, name.key, data)

    def _bad(self, reason: str) -> IntegrityError:
        return IntegrityError(f"{path_said(self._path)}: {reason}", hint="Export again.", code="ALICE-I04")


def part_at(folder: Path, name: str) -> Part:
    """A file of an export with its digest and size."""
    path = folder / name
    return Part(digest_of_file(path), path.stat().st_size, name)


def _projects(store: Store, gathered: Gathered) -> list[dict[str, Any]]:
    named: set[str] = set()
    for reader, assets in pages(store, gathered.assets):
        for roles in reader.projects.roles([one.digest for one in assets]).values():
            named.update(name for name, _ in roles)
    with store.reading() as reader:
        return [project_json(one) for one in reversed(reader.projects.all()) if one.name in named]


def _add_block(archive: zipfile.ZipFile, block: PackedBlock) -> None:
    try:
        data = zlib.decompress(block.packed)
    except zlib.error:
        data = b""  # damaged in this store (alice verify says so); the record still names it
    if digest_of_bytes(data) == block.digest:
        entry = zipfile.ZipInfo(_entry(block.digest), _OLDEST)
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, data)


def _entry(digest: str) -> str:
    return digest.removeprefix("sha256:")


def _line(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=True, separators=(",", ":")) + "\n"
