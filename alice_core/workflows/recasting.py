"""Plans with other takes or other cuts than they had: a document of its own each, the old one stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from alice_core.directing import document as plans
from alice_core.directing.cut import with_takes
from alice_core.directing.model import Plan, Take
from alice_core.errors import NotFound
from alice_core.store import Ingredient, Job, Recipe, Target
from alice_core.workflows.steps import write

RECAST = ("directing.recast", 1)


def recast_job(
    plan: Path, digest: str, takes: Mapping[str, Take], starts: Sequence[int], target: Path, because: Sequence[str] = ()
) -> Job:
    """Write a plan anew with takes that somebody chose and cuts that somebody moved.

    Args:
        plan: The document as it is.
        digest: Of it.
        takes: By the shot's id; other shots keep theirs.
        starts: The first frame of every shot, or nothing where the cuts stay.
        target: The new document; takes' paths are relative to its folder.
        because: Digests of what asked for it, such as the cut that came back.
    """

    def make(paths: tuple[Path, ...]) -> None:
        write(paths[0], plans.to_document(recut(with_takes(plans.from_document(plan.read_bytes()), takes), starts)))

    shots = sorted(takes)
    recipe = Recipe(
        *RECAST,
        parameters={"shots": tuple(shots), "paths": tuple(takes[shot].path for shot in shots), "starts": tuple(starts)},
        inputs=(Ingredient("plan", digest), *(Ingredient("take", takes[shot].digest) for shot in shots)),
    )
    return Job(recipe, (Target("plan", target),), make, tuple(because))


def recut(plan: Plan, starts: Sequence[int]) -> Plan:
    """The plan with its cuts on other frames; a shot whose cut was moved begins on no beat but on that frame.

    Raises:
        NotFound: There are not as many frames as shots.
    """
    if not starts:
        return plan
    if len(starts) != len(plan.shots):
        raise NotFound(f"the plan has {len(plan.shots)} shots, not {len(starts)}", hint="Name the plan that was cut.")
    ends = [*starts[1:], plan.frames]
    shots = []
    for shot, start, end in zip(plan.shots, starts, ends, strict=True):
        beat = shot.beat if start == shot.start else plan.rate.seconds(start)
        inside = sum(mark.kind != "section" and start <= mark.frame < end for mark in plan.markers)
        same = (start, end) == (shot.start, shot.end)
        shots.append(replace(shot, start=start, end=end, beat=beat, beats=shot.beats if same else inside))
    return replace(plan, shots=tuple(shots))
