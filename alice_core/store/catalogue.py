"""The operations that make bytes known: found in a file, found elsewhere, lost, derived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from alice_core.events.facts import Derived, ProductFact, ProjectAssetAdded
from alice_core.events.library_facts import (
    Ingested,
    Located,
    LocationLost,
    RefusalCleared,
    Refused,
    RootAdded,
    RootMoved,
    RootWatched,
)
from alice_core.media.files import path_said
from alice_core.store.assets import Asset
from alice_core.store.found import Found, Taken
from alice_core.store.numbers import stamp_of_ns
from alice_core.store.operations import operation
from alice_core.store.places import Finding, Location, Root
from alice_core.store.projects import Project
from alice_core.store.recipes import Derivation, Ingredient, Recipe
from alice_core.store.texts import Words, words_of
from alice_core.store.unit import UnitOfWork

if TYPE_CHECKING:
    from alice_core.store.store import Store


@operation("asset.ingest", emits=(Ingested, Located, LocationLost, RootAdded, RefusalCleared), permission="asset.write")
def ingest_many(
    work: UnitOfWork, founds: Sequence[Found], *, project: Project | None = None, role: str = "file"
) -> Taken:
    """Make the bytes of files and their places known, all in one transaction."""
    books = _register(work, founds, project)
    if project is not None:
        for found in founds:
            join_project(work, project, found.digest, role, causation=books.told.get(found.digest))
    return Taken(tuple(books.new), tuple(books.found), tuple(books.again))


def ingest(target: Store | UnitOfWork, found: Found, *, project: Project | None = None, role: str = "file") -> bool:
    """Make one file's bytes and its place known; false when both were known already."""
    taken = ingest_many(target, (found,), project=project, role=role)
    return bool(taken.new or taken.found or taken.again)


@operation("asset.lose-location", emits=(LocationLost, RefusalCleared), permission="asset.write")
def lose_locations(work: UnitOfWork, paths: Sequence[Path]) -> None:
    """Record that paths no longer hold the bytes they held; the assets stay known."""
    before = work.places.at_many(paths)
    work.places.forget([one.path for one in before.values()])
    for one in before.values():
        work.emit(LocationLost(digest=one.digest, path=path_said(one.path)), subject=one.digest)
    _clear(work, paths)
    work.texts.refresh(one.digest for one in before.values())


@dataclass(frozen=True, slots=True)
class Move:
    """A file that was renamed outside: where its place was, and where it is now."""

    before: Path
    found: Location


@operation("asset.move-location", emits=(Located, LocationLost, RootAdded), permission="asset.write")
def move_locations(work: UnitOfWork, moves: Sequence[Move]) -> None:
    """Record that files are at other paths now; their bytes were not written meanwhile."""
    for one in moves:
        _ensure_root(work, one.found.path)
    over = work.places.at_many(one.found.path for one in moves)
    leaving = {str(one.before) for one in moves}
    for path, there in over.items():
        if path not in leaving and there.digest not in {
            one.found.digest for one in moves if str(one.found.path) == path
        }:
            work.emit(LocationLost(digest=there.digest, path=path_said(there.path)), subject=there.digest)
    work.places.forget([one.before for one in moves])
    work.places.place([one.found for one in moves])
    after = {str(one.found.path): one.found.digest for one in moves}
    for one in moves:
        # Where a file with the same bytes came to lie there, they did not leave that path.
        left = after.get(str(one.before)) != one.found.digest
        previous = path_said(one.before) if left else None
        fact = Located(digest=one.found.digest, path=path_said(one.found.path), previous=previous)
        work.emit(fact, subject=one.found.digest)
    work.texts.refresh({one.found.digest for one in moves} | {one.digest for one in over.values()})


@operation("library.root", emits=(RootAdded, RootMoved, RootWatched), permission="asset.write")
def set_root(work: UnitOfWork, path: Path, *, root: Root | None = None, watched: bool | None = None) -> Root:
    """Make a folder a root, or an existing root another folder; say whether it is watched."""
    if root is None:
        root = next((one for one in work.places.roots() if one.path == path), None)
    if root is None:
        root = work.places.add_root(path, work.now, watched=bool(watched))
        work.emit(RootAdded(root=root.id, path=path_said(path)), subject=path_said(path))
        if watched:
            work.emit(RootWatched(root=root.id, path=path_said(path), watched=True), subject=path_said(path))
        return root
    if path == root.path and watched in {None, root.watched}:
        return root  # another process was faster
    changed = work.places.set_root(root, path=path, watched=watched)
    if path != root.path:
        fact = RootMoved(root=root.id, before=path_said(root.path), after=path_said(path))
        work.emit(fact, subject=path_said(path))
        work.texts.refresh(one.digest for one in work.places.below(path))
    if changed.watched != root.watched:
        fact_watched = RootWatched(root=root.id, path=path_said(path), watched=changed.watched)
        work.emit(fact_watched, subject=path_said(path))
    return changed


@operation("asset.refuse", emits=(Refused, RefusalCleared, RootAdded), permission="asset.write")
def refuse(work: UnitOfWork, findings: Sequence[Finding], *, cleared: Sequence[Path] = ()) -> None:
    """Record why files were not taken in, and that it no longer holds of others."""
    before = work.places.findings_at(one.path for one in findings)
    for one in findings:
        _ensure_root(work, one.path)
        if before.get(str(one.path)) != one:
            work.places.note(one, work.now)
            fact = Refused(path=path_said(one.path), state=one.state, code=one.code, reason=one.reason)
            work.emit(fact, subject=path_said(one.path))
    _clear(work, cleared)


@operation(
    "asset.derive",
    emits=(Derived, Ingested, Located, LocationLost, RootAdded, RefusalCleared),
    permission="asset.write",
)
def record(
    work: UnitOfWork,
    recipe: Recipe,
    outputs: tuple[tuple[str, Found], ...],
    project: Project | None,
    *,
    because: Sequence[str] = (),
) -> None:
    """Record that a recipe was carried out and what it gave.

    It was caused by what gave the last of its inputs. Where another process was faster, its derivation stays
    and ours adds only its files.

    Args:
        work: The unit of work, or a store.
        recipe: What was carried out.
        outputs: The files it gave, each with its role.
        project: Whose part they become.
        because: Digests of what asked for it without being read, such as the plan that a shot belongs to.
    """
    founds = [found for _role, found in outputs]
    _register(work, founds, project, derived=True)
    known = work.recipes.get(recipe.key)
    fresh = [(role, found) for role, found in outputs if known is None or _new(known, role, found)]
    cause: str | None = None
    if fresh:
        assets = work.assets.many(one.digest for _role, one in fresh)
        event = work.emit(
            Derived(
                recipe=recipe.key,
                operation=recipe.operation,
                version=recipe.version,
                take=recipe.take,
                inputs=tuple(item.digest for item in recipe.inputs),
                outputs=tuple(_product(role, one, assets[one.digest]) for role, one in fresh),
            ),
            subject=recipe.key,
            project=project.name if project else None,
            causation=_cause(work, recipe, because),
        )
        cause = event.id
        items = tuple(Ingredient(role, one.digest) for role, one in fresh)
        if known is None:
            work.recipes.add(Derivation(recipe.key, recipe, items, work.now, work.actor.name, event.id))
        else:
            work.recipes.extend(known, items)
    if project is not None:
        for role, found in outputs:
            join_project(work, project, found.digest, role, causation=cause)
    work.texts.refresh(one.digest for one in founds)


@operation("project.add-asset", emits=(ProjectAssetAdded,), permission="project.write")
def join_project(work: UnitOfWork, project: Project, digest: str, role: str, *, causation: str | None = None) -> bool:
    """Make an asset part of a project, because of an event if that is named; false when it was so already."""
    joined = work.projects.join(project.id, digest, role)
    if joined:
        fact = ProjectAssetAdded(project=project.id, digest=digest, role=role)
        work.emit(fact, subject=digest, project=project.name, causation=causation)
    return joined


def _cause(work: UnitOfWork, recipe: Recipe, because: Sequence[str]) -> str | None:
    """The event that a derivation waited for last: what gave the newest of its inputs, or of what asked for it."""
    origins = work.traces.origins([*(item.digest for item in recipe.inputs), *because])
    return max(origins.values(), default=None)


def _product(role: str, one: Found, asset: Asset) -> ProductFact:
    return ProductFact(
        role=role,
        digest=one.digest,
        kind=one.facts.kind,
        size=one.facts.size,
        path=path_said(one.path),
        content=asset.content,
        made=asset.made,
    )


def _new(known: Derivation, role: str, found: Found) -> bool:
    return Ingredient(role, found.digest) not in known.outputs


def _ensure_root(work: UnitOfWork, path: Path) -> None:
    if work.places.root_of(path) is None:
        root = work.places.add_root(path.parent, work.now)
        work.emit(RootAdded(root=root.id, path=path_said(root.path)), subject=path_said(root.path))


def _clear(work: UnitOfWork, paths: Sequence[Path]) -> None:
    gone = [one.path for one in work.places.findings_at(paths).values()]
    work.places.clear(gone)
    for path in gone:
        work.emit(RefusalCleared(path=path_said(path)), subject=path_said(path))


@dataclass(slots=True)
class _Books:
    """What registering a batch of files comes to, before it is written in as few statements as can be."""

    new: list[Path] = field(default_factory=list)
    found: list[Path] = field(default_factory=list)
    again: list[Path] = field(default_factory=list)
    places: list[Location] = field(default_factory=list)
    assets: dict[str, Found] = field(default_factory=dict)
    moved_from: list[Path] = field(default_factory=list)
    reworded: set[str] = field(default_factory=set)
    told: dict[str, str] = field(default_factory=dict)
    """The event that told of each asset."""


def _register(work: UnitOfWork, founds: Sequence[Found], project: Project | None, *, derived: bool = False) -> _Books:
    for found in founds:
        _ensure_root(work, found.path)
    known = work.assets.known(found.digest for found in founds)
    before = work.places.at_many(found.path for found in founds)
    books = _Books()
    for found in founds:
        _enter(work, books, found, known, before.get(str(found.path)), project, derived=derived)
    _write(work, books, derived=derived)
    return books


def _enter(
    work: UnitOfWork,
    books: _Books,
    found: Found,
    known: dict[str, int],
    before: Location | None,
    project: Project | None,
    *,
    derived: bool,
) -> None:
    name = project.name if project else None
    path = path_said(found.path)
    place = found.location(work.now)
    if before is not None and before.digest != found.digest:
        work.emit(LocationLost(digest=before.digest, path=path), subject=before.digest, project=name)
        books.reworded.add(before.digest)
    if found.digest not in known and found.digest not in books.assets:
        books.assets[found.digest] = found
        books.new.append(found.path)
        if not derived:
            books.told[found.digest] = _tell_new(work, found, name)
    elif before is None or before.digest != found.digest:
        moved = _left(work, found.digest, books)
        previous = path_said(moved) if moved else None
        event = work.emit(Located(digest=found.digest, path=path, previous=previous), subject=found.digest)
        books.told.setdefault(found.digest, event.id)
        books.found.append(found.path)
        books.reworded.add(found.digest)
    elif _same_stat(before, place):
        return
    else:
        # The same bytes were written again: only the stat that vouches for them is new.
        work.emit(Located(digest=found.digest, path=path), subject=found.digest, project=name)
        books.again.append(found.path)
    books.places.append(place)


def _tell_new(work: UnitOfWork, found: Found, project: str | None) -> str:
    fact = Ingested(
        digest=found.digest,
        kind=found.facts.kind,
        mime=found.facts.mime,
        size=found.facts.size,
        path=path_said(found.path),
        content=found.content,
        made=_made(found, work.now),
        name=path_said(Path(found.name or found.path.name)),
    )
    return work.emit(fact, subject=found.digest, project=project).id


def _left(work: UnitOfWork, digest: str, books: _Books) -> Path | None:
    """A place of these bytes that is no longer there: they were moved from it."""
    for one in work.places.of(digest):
        if one.path not in books.moved_from and not one.path.exists() and _root_is_there(work, one.path):
            books.moved_from.append(one.path)
            return one.path
    return None


def _root_is_there(work: UnitOfWork, path: Path) -> bool:
    root = work.places.root_of(path)
    return root is not None and root.path.is_dir()


def _same_stat(before: Location, place: Location) -> bool:
    stat = (before.size, before.mtime_ns) == (place.size, place.mtime_ns)
    return stat and (place.ctime_ns == 0 or (before.ctime_ns, before.inode) == (place.ctime_ns, place.inode))


def _made(found: Found, now: str) -> str:
    return found.made or (stamp_of_ns(found.mtime_ns) if found.mtime_ns else now)


def _write(work: UnitOfWork, books: _Books, *, derived: bool) -> None:
    work.places.forget(books.moved_from)
    assets = {
        digest: Asset(
            digest=digest,
            facts=found.facts,
            name=path_said(Path(found.name or found.path.name)),
            words=found.words,
            made=work.now if derived else _made(found, work.now),
            content=found.content,
            added=work.now,
        )
        for digest, found in books.assets.items()
    }
    numbers = work.assets.add(list(assets.values()))
    work.places.place(list({str(place.path): place for place in books.places}.values()))
    _clear(work, [place.path for place in books.places])
    work.metadata.add_blocks({numbers[digest]: found.blocks for digest, found in books.assets.items() if found.blocks})
    readings = {numbers[digest]: found.reading for digest, found in books.assets.items() if found.reading}
    work.metadata.set_readings(readings, fresh=True)
    work.texts.add({numbers[digest]: _words(assets[digest], found) for digest, found in books.assets.items()})
    work.texts.refresh(books.reworded)


def _words(asset: Asset, found: Found) -> Words:
    return words_of(asset, [path_said(found.path)], found.reading, ())
