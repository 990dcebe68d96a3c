"""The style sheet of a project, from the file that somebody wrote, and what it makes of a shot's prompt."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from alice_core import projects
from alice_core.directing.compiling import Direction, Reach, direct
from alice_core.directing.model import Plan, Shot
from alice_core.directing.style import StyleSheet, read_style, style_of, to_document
from alice_core.errors import NotFound, UsageError
from alice_core.library import ingest_paths
from alice_core.media.digest import digest_of_file, is_digest
from alice_core.media.files import reading
from alice_core.store import Project, Store
from alice_core.workflows.choosing import chosen_places

_MAXIMUM = 1 << 20


def sheet_of(project: Project | None) -> StyleSheet:
    """The style sheet of a project; an empty one where it has none, or there is no project."""
    if project is None or not project.style:
        return StyleSheet()
    return read_style(project.style, f"the style sheet of {project.name}")


def read_sheet(store: Store, file: Path, *, dry_run: bool = False) -> StyleSheet:
    """The sheet in a file; pictures that it names by path, beside it, become assets and are named by digest.

    Args:
        store: The library of the pictures.
        file: TOML or JSON.
        dry_run: Take no picture in.

    Raises:
        NotFound: The file, or a picture that it names, is not there (``ALICE-N01``).
        UsageError: It is no style sheet.
    """
    with reading(file) as source:
        data = source.read(_MAXIMUM + 1)
    if len(data) > _MAXIMUM:
        raise UsageError(f"{file.name} is too large for a style sheet", hint="See: alice project style --help")
    try:
        text = data.decode("utf-8-sig")
        content = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            f"{file.name} cannot be read: {error}", hint="See the form: alice project style --help"
        ) from error
    pictures = _Pictures(store, file.absolute().parent, dry_run=dry_run)
    return style_of(pictures.named(content), file.name)


def set_style(store: Store, name: str, sheet: StyleSheet) -> Project:
    """Give a project a style sheet; an empty one takes it away.

    Raises:
        NotFound: There is no project of that name.
    """
    return projects.style(store, name, "" if sheet.empty else to_document(sheet).decode())


def direction_of(plan: Plan, wanted: str, sheet: StyleSheet, reach: Reach, note: str = "") -> tuple[Shot, Direction]:
    """A shot of a plan, and what a generator is told of it.

    Args:
        plan: The plan.
        wanted: Its identifier, such as ``shot-0012``, or its number from 1, such as ``12``.
        sheet: The style.
        reach: What the model can be told.
        note: What is asked besides.

    Raises:
        NotFound: The plan has no such shot.
    """
    shot = find_shot(plan, wanted)
    return shot, direct(plan, shot, sheet, reach, note)


def find_shot(plan: Plan, wanted: str) -> Shot:
    """The shot of a plan with that identifier or number from 1.

    Raises:
        NotFound: There is none, or more than one is meant.
    """
    found = chosen_places(plan, (wanted,))
    if len(found) != 1:
        raise NotFound(f"{wanted!r} means {len(found)} shots, not one", hint="Give the number of a shot, from 1.")
    return plan.shots[found[0]]


class _Pictures:
    """Puts digests in the place of paths."""

    def __init__(self, store: Store, folder: Path, *, dry_run: bool) -> None:
        self._store = store
        self._folder = folder
        self._dry_run = dry_run

    def named(self, content: dict[str, object]) -> dict[str, object]:
        changed = dict(content)
        references = content.get("references")
        if isinstance(references, list):
            changed["references"] = [self._digest(one) for one in references]
        characters = content.get("characters")
        if isinstance(characters, list):
            changed["characters"] = [self._character(one) for one in characters]
        return changed

    def _character(self, one: object) -> object:
        if not isinstance(one, dict) or "reference" not in one:
            return one
        return {**one, "reference": self._digest(one["reference"])}

    def _digest(self, value: object) -> object:
        if not isinstance(value, str) or not value or is_digest(value):
            return value
        path = self._folder / value
        if not path.is_file():
            raise NotFound(
                f"the picture {value!r} of the style sheet is not there",
                hint=f"It is looked for in {self._folder}; a digest does as well.",
                code="ALICE-N01",
            )
        digest = str(digest_of_file(path))
        if not self._dry_run:
            ingest_paths(self._store, [path])
        return digest
