"""The takes of a shot, and choosing another one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alice_core.directing.model import Shot, Take
from alice_core.errors import NotFound
from alice_core.projects.decisions import Decision, Stand, decide
from alice_core.projects.takes import judge, propose
from alice_core.resolve.cuts import PlanFile, known_plans, plan_at
from alice_core.store import Project, Reader, Store, derive, ingest
from alice_core.store.files import read_file
from alice_core.store.labels import Curation
from alice_core.store.takes import plan_root
from alice_core.workflows.casting import cast_plan, takes_in
from alice_core.workflows.recasting import recast_job

_MOST = 2000
"""How many takes are looked at, newest first."""


@dataclass(frozen=True, slots=True)
class TakeOfShot:
    """One take of a shot: the asset, where it lies, what people think of it, and whether the plan has it."""

    digest: str
    path: Path
    rating: int | None
    chosen: bool

    def to_json(self) -> dict[str, Any]:
        """The take as in the answers to the scripts."""
        return {
            "digest": self.digest,
            "path": str(self.path),
            "name": self.path.name,
            "rating": self.rating,
            "chosen": self.chosen,
        }


@dataclass(frozen=True, slots=True)
class Recast:
    """A plan that decisions gave: the file, and how many takes and cuts are other in it."""

    plan: PlanFile
    takes: int
    cuts: int

    def to_json(self) -> dict[str, Any]:
        """The plan as in the answers to the scripts."""
        return {**self.plan.to_json(), "takes": self.takes, "cuts": self.cuts}


def shot_of(source: PlanFile, *, shot: str | None = None, digest: str | None = None) -> Shot:
    """The shot of that name, or the first that shows an asset.

    Raises:
        NotFound: The plan has none.
    """
    for one in source.plan.shots:
        if one.id == shot or (shot is None and one.take is not None and one.take.digest == digest):
            return one
    what = f"no shot {shot!r}" if shot is not None else f"no shot that shows {digest}"
    raise NotFound(f"the plan {source.path.name} has {what}", hint="Name another plan: --plan song/plan.json")


def takes_of(store: Store, source: PlanFile, shot: Shot) -> tuple[TakeOfShot, ...]:
    """The takes of a shot that are there: those proposed for it, others of its prompt, and what other plans show.

    Other plans count where they are of the same song and have a shot of that name on the same frames.
    """
    proposed = [one.digest for one in takes_in(store, source.path, (shot.id,))]
    with store.reading() as reader:
        digests = list(dict.fromkeys([*proposed, *_made(reader, shot), *_elsewhere(reader, source, shot)]))
        places = reader.places.of_many(digests)
        numbers = reader.assets.known(digests)
        curations = reader.labels.curations(list(numbers.values()))
    found = []
    for digest in digests:
        path = next((place.path for place in places.get(digest, ()) if place.holds()), None)
        if path is not None:
            rating = curations.get(numbers.get(digest, 0), Curation()).rating
            found.append(TakeOfShot(digest, path, rating, shot.take is not None and shot.take.digest == digest))
    return tuple(found)


def choose(store: Store, source: PlanFile, shot: Shot, digest: str) -> tuple[tuple[Decision, ...], Recast | None]:
    """Choose another take for a shot: a decision, and a plan that has it; both nothing if it is chosen already.

    Raises:
        NotFound: The take is not known, or lies nowhere.
    """
    if shot.take is not None and shot.take.digest == digest:
        return (), None
    with store.reading() as reader:
        place = next((one for one in reader.places.of(digest) if one.holds()), None)
    if place is None:
        raise NotFound(f"the take {digest} is nowhere to be found", hint="Take its folder in: alice ingest FOLDER")
    decision = replaced(source, shot, digest, evidence=None)
    new = decide(store, (decision,), project_of(store, source))
    return new, recast(store, source, {shot.id: place.path}, {shot.id: digest}, ())


def current(store: Store, source: PlanFile, *, dry_run: bool = False) -> tuple[PlanFile, tuple[str, ...]]:
    """The plan with the takes that somebody liked or chose since it was written, and what is to be said of them.

    Where there are some, it is a plan of its own; with ``dry_run`` they are only told.
    """
    wanted = {
        shot.id: shot.take.digest
        for shot, old in zip(cast_plan(store, source.path, source.plan).shots, source.plan.shots, strict=True)
        if shot.take is not None and (old.take is None or old.take.digest != shot.take.digest)
    }
    if not wanted:
        return source, ()
    with store.reading() as reader:
        places = reader.places.of_many(wanted.values())
    paths = {
        shot: place.path
        for shot, digest in wanted.items()
        for place in [next((one for one in places.get(digest, ()) if one.holds()), None)]
        if place is not None
    }
    lost = len(wanted) - len(paths)
    notices = [f"{len(paths)} shots show takes that were chosen since the plan was written"] if paths else []
    notices += [f"{lost} chosen takes are nowhere to be found; the plan's own are shown"] if lost else []
    if dry_run or not paths:
        return source, tuple(notices)
    return recast(store, source, paths, {shot: wanted[shot] for shot in paths}, ()).plan, tuple(notices)


def replaced(source: PlanFile, shot: Shot, digest: str, *, evidence: str | None) -> Decision:
    """The decision that a shot shows another asset; wherever it is made, it is the same one."""
    before = Stand(digest=shot.take.digest) if shot.take else None
    return Decision(source.digest, "replaced", before, Stand(digest=digest), shot.id, None, "resolve", evidence)


def recast(
    store: Store,
    source: PlanFile,
    paths: Mapping[str, Path],
    digests: Mapping[str, str],
    starts: Sequence[int],
    because: Sequence[str] = (),
) -> Recast:
    """The plan with other takes and cuts, written beside it as ``NAME.resolve.json``; the old one stays.

    The takes are the chosen ones of their shots from then on, whatever plan of these shots is looked at.
    Where the plan lies in the store's own folder, the new one does too.

    Args:
        store: Where it becomes known.
        source: The plan.
        paths: Of the new takes, by shot.
        digests: Of the new takes.
        starts: The first frame of every shot, or nothing where the cuts stay.
        because: Digests of what shows the decisions.
    """
    folder = source.path.parent
    name = project_of(store, source)
    project = _project(store, name)
    _take_in(store, [source.path, *paths.values()], project)
    with store.reading() as reader:
        root = plan_root(reader, source.digest)
    for shot, digest in digests.items():
        propose(store, root, shot, digest, project=name)
        judge(store, root, shot, digest, "chosen", project=name)
    takes = {shot: Take(digests[shot], _near(path, folder)) for shot, path in paths.items()}
    stem = source.path.stem.removesuffix(".resolve")
    within = source.path.is_relative_to(store.folder)
    target = Path("plan.json") if within else folder / f"{stem}.resolve.json"
    job = recast_job(source.path, source.digest, takes, starts, target, because)
    product = derive(store, job, project=project).products[0]
    moved = sum(start != shot.start for start, shot in zip(starts, source.plan.shots, strict=False))
    return Recast(plan_at(product.path), len(takes), moved)


def project_of(store: Store, source: PlanFile) -> str | None:
    """The name of the first project that a plan belongs to."""
    with store.reading() as reader:
        return next(iter(reader.projects.of_asset(source.digest)), None)


def _project(store: Store, name: str | None) -> Project | None:
    with store.reading() as reader:
        return None if name is None else reader.projects.named(name)


def _take_in(store: Store, paths: Iterable[Path], project: Project | None) -> None:
    for path in paths:
        with store.reading() as reader:
            place = reader.places.at(path)
        if place is None or not place.holds():
            ingest(store, read_file(path), project=project, role="take")


def _near(path: Path, folder: Path) -> str:
    return (path.relative_to(folder) if path.is_relative_to(folder) else path).as_posix()


def _made(reader: Reader, shot: Shot) -> list[str]:
    """What providers made of the shot's own prompt."""
    found = [
        output.digest
        for derivation in reversed(reader.recipes.giving_role("take", limit=_MOST))
        if shot.prompt and derivation.recipe.parameters.get("prompt") == shot.prompt
        for output in derivation.outputs
        if output.role == "take"
    ]
    return list(dict.fromkeys(found))


def _elsewhere(reader: Reader, source: PlanFile, shot: Shot) -> list[str]:
    found = []
    for _, other in known_plans(reader):
        if other.plan.song.digest == source.plan.song.digest:
            found += [
                one.take.digest
                for one in other.plan.shots
                if one.take is not None and (one.id, one.start, one.end) == (shot.id, shot.start, shot.end)
            ]
    return found[::-1]
