"""The one verb: derive. Look the recipe up; only where it is new, do the work."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from alice_core.errors import RunError
from alice_core.media.digest import digest_of_file
from alice_core.media.files import make_folder, part_of, publish
from alice_core.store.assets import Asset
from alice_core.store.catalogue import ingest, join_project, record
from alice_core.store.files import blob_path, copy_file, free_path, placed, read_file
from alice_core.store.found import Found
from alice_core.store.places import Location
from alice_core.store.projects import Project
from alice_core.store.recipes import Derivation, Recipe

if TYPE_CHECKING:
    from alice_core.store.store import Store


@dataclass(frozen=True, slots=True)
class Target:
    """Where one output of a derivation goes.

    Attributes:
        role: The part it plays, such as ``analysis``.
        path: The file it becomes; a name without a folder keeps it in the store's own folder.
        words: Text to find it by.
    """

    role: str
    path: Path
    words: str = ""

    @property
    def kept(self) -> bool:
        """Whether the store keeps it in its own folder."""
        return not self.path.is_absolute()


@dataclass(frozen=True, slots=True)
class Job:
    """A recipe to carry out, where its outputs go, and the work that writes them.

    ``make`` is given one path for each target, with the target's suffix, and writes them all. ``because`` are the
    digests of what asked for it without being read.
    """

    recipe: Recipe
    targets: tuple[Target, ...]
    make: Callable[[tuple[Path, ...]], None]
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Product:
    """One output of a derivation, at the path where it now lies."""

    role: str
    digest: str
    path: Path


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a derivation gave, and whether that took no work."""

    recipe: Recipe
    products: tuple[Product, ...]
    reused: bool


@dataclass(frozen=True, slots=True)
class _Known:
    derivation: Derivation
    assets: dict[str, Asset]
    locations: dict[str, tuple[Location, ...]]


def derive(store: Store, job: Job, *, project: Project | None = None) -> Outcome:
    """Carry out one recipe, or find that it was carried out before."""
    return next(iter(derive_all(store, (job,), project=project)))[1]


def derive_all(
    store: Store,
    jobs: Sequence[Job],
    *,
    project: Project | None = None,
    workers: int = 1,
    ending: Callable[[], None] | None = None,
) -> Iterator[tuple[int, Outcome]]:
    """Carry out many recipes, yielding each job's place and outcome as soon as it is committed.

    What was done before is found in one look at the store. Each new derivation is
    committed by itself, so that nothing that was made is lost when the program ends.
    Where it ends early, ``ending`` tells the work that is under way not to wait for anything.
    """
    known = _look_up(store, jobs)
    missing: list[int] = []
    for place, job in enumerate(jobs):
        outcome = _reuse(store, job, known.get(job.recipe.key), project)
        if outcome is None:
            missing.append(place)
        else:
            yield place, outcome
    if len(missing) <= 1 or workers <= 1:
        for place in missing:
            yield place, _carry_out(store, jobs[place], project)
        return
    with ThreadPoolExecutor(workers) as pool:
        running: dict[Future[Outcome], int] = {
            pool.submit(_carry_out, store, jobs[place], project): place for place in missing
        }
        try:
            while running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    yield running.pop(future), future.result()
        finally:
            for future in running:
                future.cancel()
            if running and ending is not None:
                ending()


def _look_up(store: Store, jobs: Sequence[Job]) -> dict[str, _Known]:
    with store.reading() as reader:
        derivations = reader.recipes.many(job.recipe.key for job in jobs)
        digests = {item.digest for one in derivations.values() for item in one.outputs}
        assets = reader.assets.many(digests)
        locations = reader.places.of_many(digests)
    return {key: _Known(derivation, assets, locations) for key, derivation in derivations.items()}


def _reuse(store: Store, job: Job, known: _Known | None, project: Project | None) -> Outcome | None:
    """The outcome of earlier work, its files brought to where they are wanted; None if any is gone."""
    chosen = _matches(job, known)
    if known is None or chosen is None:
        return None
    products = tuple(_bring(store, target, digest, place, known) for target, digest, place in chosen)
    if project is not None:
        _join(store, project, products)
    return Outcome(job.recipe, products, reused=True)


def _matches(job: Job, known: _Known | None) -> list[tuple[Target, str, Location]] | None:
    """For every target of a job the standing output of earlier work and its place; None if any is gone."""
    if known is None:
        return None
    chosen: list[tuple[Target, str, Location]] = []
    for target in job.targets:
        match = _standing(target, known)
        if match is None:
            return None
        chosen.append((target, *match))
    return chosen


def _standing(target: Target, known: _Known) -> tuple[str, Location] | None:
    # The newest output first: an older one of the same role was lost and made again.
    for item in reversed(known.derivation.outputs):
        if item.role != target.role:
            continue
        places = [one for one in known.locations.get(item.digest, ()) if one.holds()]
        places.sort(key=lambda one: one.path != target.path)
        if places:
            return item.digest, places[0]
    return None


def _bring(store: Store, target: Target, digest: str, place: Location, known: _Known) -> Product:
    if target.kept or place.path == target.path:
        return Product(target.role, digest, place.path)
    path, there = free_path(store, target.path, digest)
    if not there:
        copy_file(place.path, path, digest)
    facts = known.assets[digest].facts
    ingest(store, placed(Found(path, digest, facts, 0, target.words), path))
    return Product(target.role, digest, path)


def _join(store: Store, project: Project, products: tuple[Product, ...]) -> None:
    with store.reading() as reader:
        missing = [one for one in products if project.name not in reader.projects.of_asset(one.digest)]
    for product in missing:
        join_project(store, project, product.digest, product.role)


def _carry_out(store: Store, job: Job, project: Project | None) -> Outcome:
    with _workplace(store, job) as parts:
        job.make(parts)
        made: list[tuple[str, Found]] = []
        for target, part in zip(job.targets, parts, strict=True):
            if not part.is_file():
                raise RunError(f"{job.recipe.operation} wrote no {target.role}", hint="Run the same command again.")
            found = read_file(part, words=target.words)
            path = _final_path(store, target, found)
            make_folder(path.parent)
            publish(part, path)
            made.append((target.role, placed(replace(found, name=target.path.name), path)))
    record(store, job.recipe, tuple(made), project, because=job.because)
    return Outcome(job.recipe, tuple(Product(role, one.digest, one.path) for role, one in made), reused=False)


@contextmanager
def _workplace(store: Store, job: Job) -> Iterator[tuple[Path, ...]]:
    folder = store.folder / "blobs"
    parts = tuple(part_of(folder / target.path if target.kept else target.path) for target in job.targets)
    try:
        for part in parts:
            make_folder(part.parent)
        yield parts
    finally:
        for part in parts:
            part.unlink(missing_ok=True)


def _final_path(store: Store, target: Target, found: Found) -> Path:
    if target.kept:
        return blob_path(store, found.digest, target.path.suffix)
    return free_path(store, target.path, found.digest)[0]


def standing(store: Store, jobs: Sequence[Job]) -> tuple[Outcome | None, ...]:
    """For each job, what earlier work gave and still is there; nothing is made or moved."""
    known = _look_up(store, jobs)
    return tuple(_stands(job, known.get(job.recipe.key)) for job in jobs)


def foresee(store: Store, job: Job, scratch: Path) -> Outcome:
    """What a job would give: found if it stands, else made in a scratch folder and recorded nowhere."""
    (found,) = standing(store, (job,))
    if found is not None:
        return found
    paths = tuple(scratch / f"{place}-{target.path.name}" for place, target in enumerate(job.targets))
    job.make(paths)
    products = tuple(
        Product(target.role, digest_of_file(path), path) for target, path in zip(job.targets, paths, strict=True)
    )
    return Outcome(job.recipe, products, reused=False)


def _stands(job: Job, known: _Known | None) -> Outcome | None:
    chosen = _matches(job, known)
    if chosen is None:
        return None
    products = tuple(Product(target.role, digest, place.path) for target, digest, place in chosen)
    return Outcome(job.recipe, products, reused=True)
