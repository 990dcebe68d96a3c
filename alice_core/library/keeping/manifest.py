"""The folder of an export: what lies in it, and the manifest of digests that makes it complete.

::

    manifest.json    schema, choice, and digest, size and name of everything below; written last
    library.jsonl    what is known: projects, synonyms, assets, recipes (see records)
    blocks.zip       raw metadata, each block under its digest
    events.jsonl     what happened to these assets, as CloudEvents 1.0
    files/           the files, named by the start of their digest and their own name
    incomplete       only while the export is not complete
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from alice_core.errors import Conflict, IntegrityError, NotFound
from alice_core.media.digest import is_digest
from alice_core.media.files import make_folder, path_said, replacing

SCHEMA = "alice.export/1"
MANIFEST, BEFORE, INCOMPLETE = "manifest.json", "manifest.before.json", "incomplete"
LIBRARY, BLOCKS, EVENTS = "library.jsonl", "blocks.zip", "events.jsonl"
FILES = "files"
_NOTE = "This export is not complete yet. Run the same command again to complete it.\n"
_LONGEST = 150
_START = 12
_UNFIT = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\ud800-\udfff]')


@dataclass(frozen=True, slots=True)
class Part:
    """One file of an export: its digest, its size in bytes, and its name relative to the folder."""

    digest: str
    size: int
    name: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an export holds.

    Attributes:
        made: RFC 3339 time.
        choice: What was asked for.
        assets: How many assets were asked for.
        parts: The files that say what is known.
        files: The files of the assets.
    """

    made: str
    choice: str
    assets: int
    parts: tuple[Part, ...]
    files: tuple[Part, ...]

    def write(self, folder: Path) -> None:
        """Make the export complete: the manifest appears by rename, and the note that it is not goes."""
        data = {
            "schema": SCHEMA,
            "made": self.made,
            "choice": self.choice,
            "assets": self.assets,
            "parts": [_part_json(one) for one in self.parts],
            "files": [_part_json(one) for one in self.files],
        }
        with replacing(folder / MANIFEST) as part:
            part.write_text(json.dumps(data, indent=1, ensure_ascii=True) + "\n", encoding="ascii")
        (folder / BEFORE).unlink(missing_ok=True)
        (folder / INCOMPLETE).unlink(missing_ok=True)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a complete export.

    Raises:
        NotFound: There is no export in that folder (``ALICE-N01``).
        IntegrityError: The export is not complete, or its manifest is none (``ALICE-I04``).
    """
    path = folder / MANIFEST
    if not path.is_file():
        if (folder / INCOMPLETE).is_file() or (folder / BEFORE).is_file():
            hint = "Run the command that exports it once more, where it was made."
            raise IntegrityError(f"the export {path_said(folder)} is not complete", hint=hint, code="ALICE-I04")
        message = f"{path_said(folder)} holds no export: there is no {MANIFEST}"
        raise NotFound(message, hint="Name a folder that alice export made.", code="ALICE-N01")
    return _read(path)


def begin(folder: Path) -> Manifest | None:
    """Make a folder ready for an export that is not complete yet; gives the manifest of an earlier one there.

    Raises:
        Conflict: Something else lies in the folder.
        IntegrityError: A manifest lies there that is none of ours.
        ExportError: The folder cannot be written.
    """
    before = next((folder / name for name in (MANIFEST, BEFORE) if (folder / name).is_file()), None)
    earlier = _read(before) if before is not None else None
    if before is None and folder.is_dir() and not (folder / INCOMPLETE).is_file() and any(folder.iterdir()):
        message = f"{path_said(folder)} is not empty and holds no export"
        raise Conflict(message, hint="Name a new or an empty folder.")
    make_folder(folder)
    with replacing(folder / INCOMPLETE) as part:
        part.write_text(_NOTE, encoding="ascii")
    if before is not None and before.name == MANIFEST:
        before.replace(folder / BEFORE)
    return earlier


def file_names(wanted: Mapping[str, str]) -> dict[str, str]:
    """A name in the export for each digest: the start of it and the file's own name, fit for every file system."""
    taken: set[str] = set()
    names: dict[str, str] = {}
    for digest, name in wanted.items():
        hexadecimal = digest.removeprefix("sha256:")
        fit = _fit(name)
        chosen = f"{FILES}/{hexadecimal[:_START]}-{fit}"
        if chosen.casefold() in taken:
            chosen = f"{FILES}/{hexadecimal}-{fit}"
        taken.add(chosen.casefold())
        names[digest] = chosen
    return names


def _fit(name: str) -> str:
    """A name that any file system takes: no odd signs, not too long, its suffix kept."""
    plain = _UNFIT.sub("_", name).strip(" .") or "file"
    whole = PurePosixPath(plain)
    stem, suffix = whole.stem, whole.suffix[:16]
    while len(f"{stem}{suffix}".encode()) > _LONGEST:
        stem = stem[:-1]
    return f"{stem}{suffix}".rstrip(" .")


def _part_json(part: Part) -> dict[str, Any]:
    return {"digest": part.digest, "size": part.size, "name": part.name}


def _read(path: Path) -> Manifest:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["schema"] != SCHEMA:
            message = f"{path_said(path)} has the schema {data['schema']!r}, not {SCHEMA}"
            raise IntegrityError(message, hint="Use the version of Alice that wrote it.", code="ALICE-I04")
        parts, files = (tuple(_part(one) for one in data[name]) for name in ("parts", "files"))
        return Manifest(data["made"], data["choice"], data["assets"], parts, files)
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{path_said(path)} cannot be read as a manifest: {error}"
        raise IntegrityError(message, hint="Export again, or copy the export again.", code="ALICE-I04") from error


def _part(data: Mapping[str, Any]) -> Part:
    name, digest, size = data["name"], data["digest"], data["size"]
    whole = PurePosixPath(name)
    if whole.is_absolute() or ".." in whole.parts or "\\" in name or ":" in name or not whole.parts:
        raise ValueError(f"{name!r} lies outside the folder")
    if not is_digest(digest) or not isinstance(size, int):
        raise ValueError(f"{name!r} has no digest and size")
    return Part(digest, size, name)
