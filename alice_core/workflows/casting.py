"""The takes of a plan as people name them, and the plan with those that stand for its shots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from alice_core.directing.model import Plan, Take
from alice_core.errors import NotFound
from alice_core.projects.takes import Verdict, judge, propose, standing_take
from alice_core.store import Store
from alice_core.store.takes import ShotTake, plan_root, takes_of_plan
from alice_core.workflows.choosing import chosen_places
from alice_core.workflows.planfiles import digest_at, place_of, read_plan


def takes_in(store: Store, file: Path, which: Sequence[str] = ()) -> tuple[ShotTake, ...]:
    """The takes of a plan in the order of its shots, each shot's oldest first; the one that the plan names is one.

    Args:
        store: The library.
        file: The plan.
        which: Sections, numbers and spans of shots; empty for all.

    Raises:
        NotFound: There is no such plan or shot.
    """
    plan = read_plan(file)
    order = {plan.shots[place].id: place for place in chosen_places(plan, which)}
    known = _takes(store, file)
    met = {(one.shot, one.digest) for one in known}
    planned = (ShotTake(one.id, one.take.digest, "proposed", "", "", None) for one in plan.shots if one.take)
    found = [*(one for one in planned if (one.shot, one.digest) not in met), *known]
    return tuple(sorted((one for one in found if one.shot in order), key=lambda one: order[one.shot]))


def judge_take(
    store: Store,
    file: Path,
    shot: str,
    number: str,
    verdict: Verdict,
    *,
    reason: str | None = None,
    dry_run: bool = False,
) -> tuple[ShotTake, tuple[ShotTake, ...]]:
    """Like, reject or choose a take of a plan; says which one it was, and how all of its shot stand then.

    Args:
        store: The library.
        file: The plan.
        shot: The shot: a number from 1 or an identifier.
        number: The take: a number from 1 or the start of a digest.
        verdict: What is thought of it.
        reason: Why.
        dry_run: Only find it.

    Raises:
        NotFound: There is no such plan, shot or take.
    """
    takes = takes_in(store, file, (shot,))
    one = _named(takes, shot, number)
    if dry_run:
        return one, takes
    with store.reading() as reader:
        root = plan_root(reader, digest_at(store, file.absolute()))
        project = next(iter(reader.projects.of_asset(root)), None)
    propose(store, root, one.shot, one.digest, project=project)
    return one, judge(store, root, one.shot, one.digest, verdict, reason=reason, project=project)


def cast_plan(store: Store, file: Path, plan: Plan) -> Plan:
    """A plan with the takes that somebody chose, or liked, in place of those that its file names.

    A shot of which no take was liked or chosen keeps the file's take; if the file names none, or one that was rejected,
    it gets its newest one that was not.
    """
    by_shot: dict[str, list[ShotTake]] = {}
    for one in _takes(store, file):
        by_shot.setdefault(one.shot, []).append(one)
    return replace(
        plan, shots=tuple(replace(shot, take=_cast(store, by_shot.get(shot.id, []), shot.take)) for shot in plan.shots)
    )


def _cast(store: Store, takes: Sequence[ShotTake], planned: Take | None) -> Take | None:
    standing = standing_take(takes)
    spoilt = planned is not None and any(one.digest == planned.digest and one.state == "rejected" for one in takes)
    if standing is None or (standing.state == "proposed" and planned is not None and not spoilt):
        return planned
    if planned is not None and planned.digest == standing.digest:
        return planned
    place = place_of(store, standing.digest)
    return planned if place is None else Take(standing.digest, str(place))


def _takes(store: Store, file: Path) -> tuple[ShotTake, ...]:
    digest = digest_at(store, file.absolute())
    with store.reading() as reader:
        return takes_of_plan(reader, plan_root(reader, digest))


def _named(takes: Sequence[ShotTake], shot: str, number: str) -> ShotTake:
    if number.isascii() and number.isdigit() and 1 <= int(number[:6]) <= len(takes):
        return takes[int(number) - 1]
    start = number.removeprefix("sha256:")
    found = [one for one in takes if len(start) >= 6 and one.digest.removeprefix("sha256:").startswith(start)]  # noqa: PLR2004 - digits that tell digests apart
    if len(found) == 1:
        return found[0]
    raise NotFound(f"{shot} has no take {number!r}", hint=f"It has {len(takes)}; see them: alice take list PLAN {shot}")
