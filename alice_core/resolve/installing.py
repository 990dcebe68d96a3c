"""The menu scripts put where Resolve finds them, and taken away again; what a person changed there is kept."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from alice_core import __version__
from alice_core.errors import ExportError, ResolveError
from alice_core.media.digest import digest_of_bytes, digest_of_file
from alice_core.media.files import make_folder, replacing

LINK = "alice_resolve.json"
"""Says which program the scripts talk to."""

TABLE = "alice_push.table"
"""The latest cut, for the script that has neither Python nor a window."""

_MANIFEST = "alice_installed.json"
_FOLDER = "Alice"
_OURS = (LINK, TABLE, "alice_result.json")
"""Files beside the scripts that are written while they are used."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is done with one file: written, left as it is, kept because a person changed it, or removed."""

    action: Literal["write", "same", "keep", "remove"]
    path: Path


@dataclass(frozen=True, slots=True)
class Installation:
    """What installing or removing did, or would do, in one folder.

    Attributes:
        folder: The folder ``Alice`` in the menu's folder.
        steps: File by file.
        version: Of the scripts.
    """

    folder: Path
    steps: tuple[Step, ...]
    version: str = __version__

    @property
    def kept(self) -> tuple[Path, ...]:
        """The files that a person changed."""
        return tuple(step.path for step in self.steps if step.action == "keep")

    def to_json(self) -> dict[str, Any]:
        """The installation as in ``alice resolve install --json``."""
        steps = [{"action": step.action, "path": str(step.path)} for step in self.steps]
        return {"folder": str(self.folder), "version": self.version, "steps": steps}


@dataclass(frozen=True, slots=True)
class Installed:
    """What is installed in one folder.

    Attributes:
        folder: The folder.
        version: Of the scripts.
        changed: Files that are not as they were installed.
        missing: Files that are gone.
        program: The interpreter that the scripts start, and whether it is there.
    """

    folder: Path
    version: str
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    program: tuple[str, bool]


def scripts_folder() -> Path:
    """Where the scripts lie: beside the package in a checkout, inside it in a wheel.

    Raises:
        ResolveError: They are missing (``ALICE-W12``).
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_resolve_scripts" / _FOLDER, package.parent / "resolve_scripts" / _FOLDER):
        if folder.is_dir():
            return folder
    raise ResolveError(
        "the menu scripts of Resolve are missing", hint="Install AliceMultiverse again.", code="ALICE-W12"
    )


def install(menu: Path, home: str | None, *, dry_run: bool = False) -> Installation:
    """Put the scripts into a folder of the menu; what is there already is brought up to date.

    Args:
        menu: The folder ``Utility``.
        home: The store that the scripts are to use; ``None`` for the usual one.
        dry_run: Write nothing.

    Raises:
        ResolveError: The scripts are missing (``ALICE-W12``).
        ExportError: The folder cannot be written.
    """
    folder = menu.absolute() / _FOLDER
    source = {path.name: path.read_bytes() for path in sorted(scripts_folder().iterdir()) if _is_script(path)}
    before = _manifest(folder)
    steps: list[Step] = []
    files: dict[str, str] = {}
    for name, data in source.items():
        digest, target = digest_of_bytes(data), folder / name
        action = _action(target, digest, before.get(name))
        steps.append(Step(action, target))
        files[name] = before[name] if action == "keep" and name in before else digest
        if action == "write" and not dry_run:
            _write(target, data)
    steps += _remove([name for name in before if name not in source], folder, before, dry_run=dry_run)
    link = json.dumps(_link(home), indent=1).encode() + b"\n"
    same = (folder / LINK).is_file() and (folder / LINK).read_bytes() == link
    steps.append(Step("same" if same else "write", folder / LINK))
    if not dry_run:
        _write(folder / LINK, link)
        manifest = {"schema": "alice.resolve-installed/1", "version": __version__, "files": files}
        _write(folder / _MANIFEST, json.dumps(manifest, indent=1).encode() + b"\n")
    return Installation(folder, tuple(steps))


def uninstall(menu: Path, *, dry_run: bool = False) -> Installation | None:
    """Take away what was installed in a folder of the menu; ``None`` where nothing was.

    A file that was changed since stays, and so does every file that was never ours.

    Raises:
        ExportError: A file cannot be removed (``ALICE-E01``).
    """
    folder = menu.absolute() / _FOLDER
    before = _manifest(folder)
    if not (folder / _MANIFEST).is_file():
        return None
    steps = _remove(before, folder, before, dry_run=dry_run)
    for name in (*_OURS, _MANIFEST):
        if (folder / name).is_file():
            steps.append(Step("remove", folder / name))
            if not dry_run:
                _unlink(folder / name)
    if not dry_run:
        _remove_caches(folder)
        if not any(folder.iterdir()):
            folder.rmdir()
    return Installation(folder, tuple(steps))


def installed_in(menu: Path) -> Installed | None:
    """What is installed in a folder of the menu; ``None`` where nothing is."""
    folder = menu.absolute() / _FOLDER
    content = _read(folder / _MANIFEST)
    if not content:
        return None
    files = _manifest(folder)
    there = {name: folder / name for name in files if (folder / name).is_file()}
    changed = tuple(name for name, path in there.items() if digest_of_file(path) != files[name])
    python = str(_read(folder / LINK).get("python", ""))
    program = (python, bool(python) and Path(python).exists())
    return Installed(folder, str(content.get("version", "")), changed, tuple(sorted(files.keys() - there)), program)


def _is_script(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".")


def _link(home: str | None) -> dict[str, Any]:
    return {
        "schema": "alice.resolve-link/1",
        "python": sys.executable,
        "command": [sys.executable, "-m", "alice_core.cli"],
        "home": os.path.abspath(home) if home else None,  # noqa: PTH100 - text in, text out
        "version": __version__,
    }


def _action(target: Path, digest: str, before: str | None) -> Literal["write", "same", "keep"]:
    if not target.is_file():
        return "write"
    now = digest_of_file(target)
    if now == digest:
        return "same"
    return "write" if now == before else "keep"


def _remove(names: Iterable[str], folder: Path, before: dict[str, str], *, dry_run: bool) -> list[Step]:
    steps = []
    for name in names:
        path = folder / name
        if not path.is_file():
            continue
        ours = digest_of_file(path) == before[name]
        steps.append(Step("remove" if ours else "keep", path))
        if ours and not dry_run:
            _unlink(path)
    return steps


def _remove_caches(folder: Path) -> None:
    """Python's own caches of the scripts, which nobody wants when those are gone."""
    cache = folder / "__pycache__"
    for path in sorted(cache.glob("*.pyc")):
        _unlink(path)
    if cache.is_dir() and not any(cache.iterdir()):
        cache.rmdir()


def _unlink(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        message = f"{path} cannot be removed: {error.strerror or error}"
        raise ExportError(message, hint="Look at the permissions of its folder.", code="ALICE-E01") from error


def _write(path: Path, data: bytes) -> None:
    make_folder(path.parent)
    with replacing(path) as part:
        part.write_bytes(data)


def _manifest(folder: Path) -> dict[str, str]:
    files = _read(folder / _MANIFEST).get("files")
    return {str(name): str(digest) for name, digest in files.items()} if isinstance(files, dict) else {}


def _read(path: Path) -> dict[str, Any]:
    """A JSON object; nothing where there is none, so that a damaged one is written anew."""
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
