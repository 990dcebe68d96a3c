"""The takes of a plan's shots, and how each stands: the log of events says it, no table does."""

from __future__ import annotations

from dataclasses import dataclass, replace

from alice_core.events.envelope import SOURCE
from alice_core.events.take_facts import TakeJudged, TakeProposed
from alice_core.store.log import EventFilter
from alice_core.store.unit import Reader

_PAGE = 500
_CASTING = frozenset({"directing.cast", "directing.recast"})
"""Operations that give a plan with the same shots as the one they read."""


@dataclass(frozen=True, slots=True)
class ShotTake:
    """An asset that may stand for a shot.

    Attributes:
        shot: Identifier of the shot.
        digest: The asset.
        state: ``proposed``, ``liked``, ``rejected`` or ``chosen``.
        note: What was asked of it besides.
        made: When it was proposed.
        recipe: How it was made, if it was.
    """

    shot: str
    digest: str
    state: str
    note: str
    made: str
    recipe: str | None


def plan_root(reader: Reader, digest: str) -> str:
    """The digest of a plan as it was first written: takes belong to it, however often it is written with others."""
    seen = {digest}
    while True:
        sources = [
            item.digest
            for one in reader.recipes.giving(digest)
            if one.recipe.operation in _CASTING
            for item in one.recipe.inputs
            if item.role == "plan" and item.digest not in seen
        ]
        if not sources:
            return digest
        digest = sources[0]
        seen.add(digest)


def takes_of_plan(reader: Reader, root: str) -> tuple[ShotTake, ...]:
    """The takes of all shots of a plan, in the order in which they were proposed."""
    found: dict[tuple[str, str], ShotTake] = {}
    after = 0
    wanted = EventFilter(subject=root, source=SOURCE)
    while page := reader.events.after(after, wanted=wanted, limit=_PAGE):
        for event in page:
            fact = event.payload
            if isinstance(fact, TakeProposed) and (fact.shot, fact.digest) not in found:
                found[fact.shot, fact.digest] = ShotTake(
                    fact.shot, fact.digest, "proposed", fact.note, event.time, fact.recipe
                )
            elif isinstance(fact, TakeJudged) and (fact.shot, fact.digest) in found:
                found[fact.shot, fact.digest] = replace(found[fact.shot, fact.digest], state=fact.after)
        after = page[-1].seq or 0
    return tuple(found.values())
