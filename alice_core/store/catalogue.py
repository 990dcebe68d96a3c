"""The operations that make bytes known: found in a file, found elsewhere, lost, derived."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alice_core.events.facts import Derived, Ingested, Located, LocationLost, ProductFact, ProjectAssetAdded
from alice_core.media.facts import MediaFacts
from alice_core.store.assets import Asset, Location
from alice_core.store.operations import operation
from alice_core.store.projects import Project
from alice_core.store.recipes import Derivation, Ingredient, Recipe
from alice_core.store.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Found:
    """A file whose bytes were read, with the stat taken around the reading.

    Attributes:
        path: Absolute path.
        digest: ``sha256:...`` of the bytes.
        facts: What the media is.
        mtime_ns: Modification time in nanoseconds.
        words: Further text to find the asset by.
        name: What to call the asset, where the file's own name says nothing.
    """

    path: Path
    digest: str
    facts: MediaFacts
    mtime_ns: int
    words: str = ""
    name: str = ""


@operation("asset.ingest", emits=(Ingested, Located, LocationLost), permission="asset.write")
def ingest(work: UnitOfWork, found: Found, *, project: Project | None = None, role: str = "file") -> bool:
    """Make a file's bytes and its place known; false when both were known already."""
    changed = _register(work, found, project)
    if project is not None:
        changed = join_project(work, project, found.digest, role) or changed
    return changed


@operation("asset.lose-location", emits=(LocationLost,), permission="asset.write")
def lose_location(work: UnitOfWork, path: Path) -> None:
    """Record that a path no longer holds the bytes it held; the asset stays known."""
    before = work.assets.at(path)
    if before is not None:
        work.assets.forget(path)
        work.emit(LocationLost(digest=before.digest, path=str(path)), subject=before.digest)


@operation("asset.derive", emits=(Derived, Ingested, Located, LocationLost), permission="asset.write")
def record(work: UnitOfWork, recipe: Recipe, outputs: tuple[tuple[str, Found], ...], project: Project | None) -> None:
    """Record that a recipe was carried out and what it gave.

    Where another process was faster, its derivation stays and ours adds only its files.
    """
    for _role, found in outputs:
        _register(work, found, project, derived=True)
    known = work.recipes.get(recipe.key)
    fresh = [(role, found) for role, found in outputs if known is None or _new(known, role, found)]
    if fresh:
        event = work.emit(
            Derived(
                recipe=recipe.key,
                operation=recipe.operation,
                version=recipe.version,
                take=recipe.take,
                inputs=tuple(item.digest for item in recipe.inputs),
                outputs=tuple(
                    ProductFact(
                        role=role, digest=one.digest, kind=one.facts.kind, size=one.facts.size, path=str(one.path)
                    )
                    for role, one in fresh
                ),
            ),
            subject=recipe.key,
            project=project.name if project else None,
        )
        items = tuple(Ingredient(role, one.digest) for role, one in fresh)
        if known is None:
            work.recipes.add(Derivation(recipe.key, recipe, items, work.now, work.actor.name, event.id))
        else:
            work.recipes.extend(known, items)
    if project is not None:
        for role, found in outputs:
            join_project(work, project, found.digest, role)


@operation("project.add-asset", emits=(ProjectAssetAdded,), permission="project.write")
def join_project(work: UnitOfWork, project: Project, digest: str, role: str) -> bool:
    """Make an asset part of a project; false when it was so already."""
    joined = work.projects.join(project.id, digest, role)
    if joined:
        fact = ProjectAssetAdded(project=project.id, digest=digest, role=role)
        work.emit(fact, subject=digest, project=project.name)
    return joined


def _new(known: Derivation, role: str, found: Found) -> bool:
    return Ingredient(role, found.digest) not in known.outputs


def _register(work: UnitOfWork, found: Found, project: Project | None, *, derived: bool = False) -> bool:
    name = project.name if project else None
    asset = work.assets.get(found.digest)
    before = work.assets.at(found.path)
    place = Location(found.path, found.digest, found.facts.size, found.mtime_ns, work.now)
    if before is not None and before.digest != found.digest:
        work.emit(LocationLost(digest=before.digest, path=str(found.path)), subject=before.digest, project=name)
    if asset is None:
        work.assets.add(Asset(found.digest, found.facts, found.name or found.path.name, found.words, work.now))
        if not derived:
            fact = Ingested(
                digest=found.digest,
                kind=found.facts.kind,
                mime=found.facts.mime,
                size=found.facts.size,
                path=str(found.path),
            )
            work.emit(fact, subject=found.digest, project=name)
    elif before is None or before.digest != found.digest:
        moved = next((one for one in work.assets.locations(found.digest) if not one.path.exists()), None)
        if moved is not None:
            work.assets.forget(moved.path)
        previous = str(moved.path) if moved else None
        work.emit(Located(digest=found.digest, path=str(found.path), previous=previous), subject=found.digest)
    elif (before.size, before.mtime_ns) == (place.size, place.mtime_ns):
        return False
    else:
        # The same bytes were written again: only the stat that vouches for them is new.
        work.emit(Located(digest=found.digest, path=str(found.path)), subject=found.digest, project=name)
    work.assets.place(place)
    return True
