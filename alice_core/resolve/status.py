"""How the menu scripts, Resolve and the store stand to each other."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alice_core import __version__
from alice_core.errors import NotFound, ResolveError
from alice_core.resolve.cuts import PlanFile, chosen_plan, reports
from alice_core.resolve.installing import Installed, installed_in
from alice_core.resolve.places import Application, Place, applications, script_places
from alice_core.store import Store

_STUDIO_WINDOWS = (19, 1)
"""From this version on only Studio opens windows of scripts."""

_STUDIO_PYTHON = (21, 1)
"""From this version on only Studio lists Python scripts."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The edition and version that a script last reported from inside Resolve."""

    product: str
    version: str

    @property
    def studio(self) -> bool:
        """Whether it is the paid edition."""
        return self.product.endswith("Studio")


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that ``alice resolve status`` tells.

    Attributes:
        places: The folders of the menu, each with what is installed there.
        applications: The copies of Resolve that were found.
        seen: What a script reported last.
        home: The store's folder.
        cut: The plan that a push would take.
        hints: What to do or to know, in sentences.
    """

    places: tuple[tuple[Place, Installed | None], ...]
    applications: tuple[Application, ...]
    seen: Seen | None
    home: Path
    cut: PlanFile | None
    hints: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The object that ``alice resolve status`` prints."""
        found = [{"path": str(one.path), "version": one.version, "app_store": one.store} for one in self.applications]
        seen = self.seen
        return {
            "version": __version__,
            "installed": [_place_content(place, there) for place, there in self.places],
            "applications": found,
            "seen": None if seen is None else {"product": seen.product, "version": seen.version, "studio": seen.studio},
            "home": str(self.home),
            "cut": None if self.cut is None else {**self.cut.to_json(), "shots": len(self.cut.plan.shots)},
            "renders": str(renders_folder()),
            "hints": list(self.hints),
        }


def standing(store: Store, folder: Path | None = None) -> Standing:
    """How everything stands; with ``folder`` scripts are looked for in that folder of a menu too."""
    places = _places()
    if folder is not None:
        places.insert(0, Place("user", folder, folder.is_dir()))
    there = tuple((place, installed_in(place.folder)) for place in places)
    with store.reading() as reader:
        seen = _seen([{line.name: line.value for line in one.report} for one in reports(reader)])
    try:
        cut = chosen_plan(store)
    except NotFound:
        cut = None
    found = applications()
    return Standing(there, found, seen, store.folder, cut, tuple(_hints(there, found, seen, cut)))


def installed_menus(folder: Path | None = None) -> tuple[Path, ...]:
    """The folders ``Alice`` in the menus of this machine in which scripts are installed."""
    menus = [place.folder for place in _places()] + ([folder] if folder is not None else [])
    return tuple(found.folder for menu in menus if (found := installed_in(menu)) is not None)


def renders_folder() -> Path:
    """Where films go that the scripts let Resolve render."""
    return Path.home() / ("Movies" if sys.platform == "darwin" else "Videos") / "Alice renders"


def _places() -> list[Place]:
    """The folders of the menu; none where the system does not say where its users' folders are."""
    try:
        return list(script_places())
    except ResolveError:
        return []


def _seen(told: Sequence[dict[str, str]]) -> Seen | None:
    for one in reversed(told):
        if one.get("resolve.product"):
            return Seen(one["resolve.product"], one.get("resolve.version", ""))
    return None


def _hints(
    places: Sequence[tuple[Place, Installed | None]],
    found: Sequence[Application],
    seen: Seen | None,
    cut: PlanFile | None,
) -> list[str]:
    hints = []
    there = [one for _, one in places if one is not None]
    if not there:
        hints.append("the menu scripts are not installed: alice resolve install")
    for one in there:
        if one.version != __version__ or one.missing:
            hints.append(f"the scripts in {one.folder} are not those of this version: alice resolve install")
        if one.changed:
            hints.append(f"{len(one.changed)} scripts in {one.folder} were changed and are left as they are")
        if not one.program[1]:
            hints.append(f"the program that the scripts in {one.folder} start is gone: alice resolve install")
    if any(one.store for one in found):
        hints.append("the App Store edition runs in a container: scripts there may not start alice; use the Lua script")
    hints += _edition_hints(seen)
    if cut is None:
        hints.append("no cut is known yet: alice make SONG")
    return hints


def _edition_hints(seen: Seen | None) -> list[str]:
    if seen is None:
        return [
            "edition and version are known once a script has run in Resolve; the free edition has no Python since 21.1"
        ]
    numbers = tuple(int(number) for number in re.findall(r"\d+", seen.version)[:2])
    if seen.studio:
        return []
    if numbers >= _STUDIO_PYTHON:
        return [f"{seen.product} {seen.version} lists no Python scripts: use 'Alice free edition'"]
    if numbers >= _STUDIO_WINDOWS:
        return [f"{seen.product} {seen.version} opens no windows of scripts: they answer in Workspace > Console"]
    return []


def _place_content(place: Place, there: Installed | None) -> dict[str, Any]:
    content: dict[str, Any] = {
        "owner": place.owner,
        "menu": str(place.folder),
        "used": place.used,
        "installed": there is not None,
    }
    if there is not None:
        content |= {
            "folder": str(there.folder),
            "version": there.version,
            "current": there.version == __version__ and not there.missing,
            "changed": list(there.changed),
            "missing": list(there.missing),
            "python": there.program[0],
            "python_found": there.program[1],
        }
    return content
