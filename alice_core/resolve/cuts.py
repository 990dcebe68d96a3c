"""Which plan is meant: the one that is named, the latest that is known, or the one that a timeline was made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from alice_core.directing import document as plans
from alice_core.directing.model import Plan
from alice_core.errors import MediaError, NotFound
from alice_core.events.resolve_facts import Reported
from alice_core.media.files import reading
from alice_core.projects.decisions import decisions_about
from alice_core.store import Derivation, Reader, Store
from alice_core.store.files import read_file
from alice_core.store.log import EventFilter
from alice_core.timeline.reading import Edit
from alice_core.workflows.recasting import RECAST
from alice_core.workflows.steps import PLAN

_MOST = 200
"""How many plans are looked at, newest first."""

_PAGE = 500


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan and the file that holds it."""

    path: Path
    digest: str
    plan: Plan

    def to_json(self) -> dict[str, str]:
        """The plan as in the answers to the scripts."""
        return {"digest": self.digest, "path": str(self.path)}


def plan_at(path: Path) -> PlanFile:
    """The plan in a file.

    Raises:
        NotFound: There is no such file.
        MediaError: It is no plan.
    """
    with reading(path) as source:
        plan = plans.from_document(source.read())
    return PlanFile(path.absolute(), read_file(path).digest, plan)


def chosen_plan(store: Store, path: Path | None = None, project: str | None = None) -> PlanFile:
    """The plan in a file, or without one the newest plan of which every shot has a take.

    A plan that was made of decisions which were all taken back is passed over.

    Raises:
        NotFound: There is no such file, or no plan is known.
        MediaError: The file is no plan.
    """
    if path is not None:
        return plan_at(path)
    with store.reading() as reader:
        for derivation, found in known_plans(reader, project):
            if all(shot.take for shot in found.plan.shots) and _stands(reader, derivation):
                return found
    where = "" if project is None else f" in the project {project!r}"
    raise NotFound(f"no cut is known{where}", hint="Make one with alice make SONG, or name it: --plan song/plan.json")


def compared_plan(store: Store, edit: Edit, path: Path | None = None) -> PlanFile:
    """The plan that a cut which came back was made of.

    Where none is named, it is the one that a timeline of that name was pushed from, else the
    one that most of the cut's clips still are as in; plans that somebody's decisions made are
    thought of last, so that the same cut is always compared with the same plan.

    Raises:
        NotFound: There is no such file, or no plan is known.
        MediaError: The file is no plan.
    """
    if path is not None:
        return plan_at(path)
    clips = {(one.source.digest, int(one.start)) for one in edit.pictures if one.source is not None}
    files = {digest for digest, _ in clips}
    best: tuple[tuple[bool, int, int], PlanFile] | None = None
    with store.reading() as reader:
        pushed = _pushed(reader, edit.name)
        for derivation, found in known_plans(reader):
            if found.digest == pushed:
                return found
            takes = [(shot.take.digest, shot.start) for shot in found.plan.shots if shot.take]
            shown = sum(digest in files for digest, _ in takes)
            worth = derivation.recipe.operation != RECAST[0] and shown > 0, sum(one in clips for one in takes), shown
            if best is None or worth > best[0]:
                best = worth, found
    if best is None:
        raise NotFound("no plan is known", hint="Name the plan that the cut was made of: --plan song/plan.json")
    return best[1]


def rendered_plan(store: Store, timeline: str, path: Path | None = None) -> PlanFile:
    """The plan in a file, else the one that a timeline was pushed from, else the latest.

    Raises:
        NotFound: There is no such file, or no plan is known.
    """
    if path is None:
        with store.reading() as reader:
            pushed = _pushed(reader, timeline)
            found = _read(reader, pushed) if pushed is not None else None
        if found is not None:
            return found
    return chosen_plan(store, path)


def reports(reader: Reader) -> Iterator[Reported]:
    """Everything that the scripts have reported, oldest first."""
    after = 0
    while page := reader.events.after(after, wanted=EventFilter(type=Reported.type_name), limit=_PAGE):
        yield from (event.payload for event in page if isinstance(event.payload, Reported))
        after = page[-1].seq or 0


def known_plans(reader: Reader, project: str | None = None) -> Iterator[tuple[Derivation, PlanFile]]:
    """The plans that are known and lie somewhere, newest first, with what gave them; those before casting are left out.

    Raises:
        NotFound: There is no project of that name.
    """
    members = None
    if project is not None:
        found = reader.projects.named(project)
        if found is None:
            raise NotFound(f"there is no project named {project!r}", hint="List them with: alice project list")
        members = reader.projects.members(found.id)
    for derivation in reader.recipes.giving_role("plan", limit=_MOST):
        if derivation.recipe.operation == PLAN[0]:
            continue
        for output in reversed(derivation.outputs):
            if output.role == "plan" and (members is None or output.digest in members):
                plan = _read(reader, output.digest)
                if plan is not None:
                    yield derivation, plan


def _pushed(reader: Reader, timeline: str) -> str | None:
    """The plan that a timeline of that name was last pushed from."""
    plans_of = [one.plan for one in reports(reader) if one.did == "push" and one.timeline == timeline and one.plan]
    return plans_of[-1] if plans_of and timeline else None


def _read(reader: Reader, digest: str) -> PlanFile | None:
    for place in reader.places.of(digest):
        if place.holds():
            try:
                return PlanFile(place.path, digest, plans.from_document(place.path.read_bytes()))
            except (MediaError, OSError):
                return None  # a plan of a newer version, or gone this very moment: others are there
    return None


def _stands(reader: Reader, derivation: Derivation) -> bool:
    """Whether any decision holds that a plan was made of; a plan that no decision made stands by itself."""
    if derivation.recipe.operation != RECAST[0]:
        return True
    plan, *takes = derivation.recipe.inputs
    decided = decisions_about(reader, plan.digest)
    chosen = {one.after.digest for one in decided if one.after is not None}
    return any(take.digest in chosen for take in takes) if takes else bool(decided)
