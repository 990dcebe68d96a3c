"""Takes of shots: proposed when they are made, then liked, rejected or chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from alice_core.errors import NotFound
from alice_core.events.take_facts import TakeJudged, TakeProposed
from alice_core.store import UnitOfWork, operation
from alice_core.store.takes import ShotTake, takes_of_plan

Verdict = Literal["proposed", "liked", "rejected", "chosen"]


@operation("take.propose", emits=(TakeProposed,), permission="project.write")
def propose(
    work: UnitOfWork,
    root: str,
    shot: str,
    digest: str,
    *,
    recipe: str | None = None,
    note: str = "",
    project: str | None = None,
) -> bool:
    """Say that an asset may stand for a shot; false when that was said already.

    Args:
        work: The unit of work, or a store.
        root: Digest of the plan as it was first written.
        shot: Identifier of the shot.
        digest: The asset.
        recipe: Key of the recipe that made it.
        note: What was asked of it besides.
        project: Name of the project.
    """
    if any((one.shot, one.digest) == (shot, digest) for one in takes_of_plan(work, root)):
        return False
    fact = TakeProposed(plan=root, shot=shot, digest=digest, recipe=recipe, note=note)
    work.emit(fact, subject=root, project=project)
    return True


@operation("take.judge", emits=(TakeJudged,), permission="project.write", undo="library.undo")
def judge(
    work: UnitOfWork,
    root: str,
    shot: str,
    digest: str,
    verdict: Verdict,
    *,
    reason: str | None = None,
    project: str | None = None,
) -> tuple[ShotTake, ...]:
    """Like, reject or choose a take; only one of a shot is chosen, the one before it stays liked.

    Args:
        work: The unit of work, or a store.
        root: Digest of the plan as it was first written.
        shot: Identifier of the shot.
        digest: The take.
        verdict: What is thought of it; ``proposed`` for nothing yet.
        reason: Why, in words.
        project: Name of the project.

    Returns:
        The takes of the shot as they stand then.

    Raises:
        NotFound: The shot has no such take.
    """
    takes = [one for one in takes_of_plan(work, root) if one.shot == shot]
    chosen = next((one for one in takes if one.digest == digest), None)
    if chosen is None:
        raise NotFound(f"{shot} has no take {digest[:19]}", hint="See them with: alice take list PLAN")
    changes: list[tuple[ShotTake, Verdict]] = []
    if verdict == "chosen":
        changes = [(one, "liked") for one in takes if one.state == "chosen" and one.digest != digest]
    if chosen.state != verdict:
        changes.append((chosen, verdict))
    for one, after in changes:
        fact = TakeJudged(
            plan=root, shot=shot, digest=one.digest, before=one.state, after=after,
            reason=reason if one is chosen else None,
        )  # fmt: skip
        work.emit(fact, subject=root, project=project)
    new = {one.digest: after for one, after in changes}
    return tuple(replace(one, state=new.get(one.digest, one.state)) for one in takes)


def standing_take(takes: Sequence[ShotTake]) -> ShotTake | None:
    """The one of a shot's takes that the cut shows: the chosen one, else the newest liked, else the newest proposed."""
    for state in ("chosen", "liked", "proposed"):
        found = [one for one in takes if one.state == state]
        if found:
            return found[-1]
    return None
