"""How each step of the main job is carried out again from its recipe alone, for ``alice recreate --run``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from alice_core.directing import document as plans
from alice_core.directing.model import CutStyle, Plan, Take
from alice_core.errors import NotFound, UsageError
from alice_core.library.descent.remake import Again, Maker
from alice_core.media.facts import MediaFacts
from alice_core.music.grid import document as corrections
from alice_core.providers.registry import get_provider
from alice_core.providers.task import TaskKind
from alice_core.store import Job, Product, Target
from alice_core.store.ledger import Scope
from alice_core.timeline.model import Media, MediaKind, Timeline
from alice_core.timing import FrameRate
from alice_core.workflows import correcting, recasting, steps
from alice_core.workflows.generating import Runner
from alice_core.workflows.previewing import Look, film_job
from alice_core.workflows.remaking_cuts import CUT_MAKERS
from alice_core.workflows.request import MakeRequest
from alice_core.workflows.spending import spending_today
from alice_core.workflows.tasks import task_of

_NUMBERS = frozenset({"energy", "brightness", "valence", "arc"})
"""Options of the storyboard that are shares; a recipe holds them as the shortest text of the number."""


def _analyse(again: Again, folder: Path) -> Job:
    from alice_core.music.analyse import Wish  # noqa: PLC0415 - numeric libraries, only when there is work
    from alice_core.music.window import Window  # noqa: PLC0415

    song, *stems = again.derivation.recipe.inputs
    said: Mapping[str, Any] = again.derivation.recipe.parameters
    start, end = (Fraction(said[edge]) if edge in said else None for edge in ("from", "to"))
    wish = Wish(Window(start, end), {one.role: again.inputs[one.digest] for one in stems})
    digests = {one.role: one.digest for one in stems}
    return steps.analysis_job(again.inputs[song.digest], song.digest, folder, again.progress, wish, digests)


def _edit(again: Again, folder: Path) -> Job:
    job = correcting.edit_job(corrections.from_document(_text(again, "corrections").encode()))
    return replace(job, targets=tuple(replace(one, path=folder / one.path.name) for one in job.targets))


def _correct(again: Again, folder: Path) -> Job:
    analysis, said = again.derivation.recipe.inputs
    items = corrections.from_document(again.inputs[said.digest].read_bytes())
    return correcting.correction_job(again.inputs[analysis.digest], analysis.digest, items, said.digest, folder)


def _draw(again: Again, folder: Path) -> Job:
    products = [Product(one.role, one.digest, again.inputs[one.digest]) for one in again.derivation.recipe.inputs]
    return steps.drawing_job(products[0], products[1], _text(again, "title"), folder)


def _plan(again: Again, folder: Path) -> Job:
    said: Mapping[str, Any] = again.derivation.recipe.parameters
    (analysis,) = again.derivation.recipe.inputs
    request = MakeRequest(
        song=folder / "song",
        rate=FrameRate.parse(said["rate"], drop=said["drop"]),
        width=said["width"],
        height=said["height"],
        cut=CutStyle(said["cut"]),
        seed=said["seed"],
        start=said["start"],
    )
    return steps.plan_job(again.inputs[analysis.digest], analysis.digest, request, said["brief"])


def _cast(again: Again, folder: Path) -> Job:
    plan, *takes = again.derivation.recipe.inputs
    path = again.inputs[plan.digest]
    shots = plans.from_document(path.read_bytes()).shots
    paths: Any = again.derivation.recipe.parameters["paths"]
    chosen = {shot.id: Take(take.digest, where) for shot, take, where in zip(shots, takes, paths, strict=True)}
    return steps.cast_job(path, plan.digest, chosen, folder)


def _recast(again: Again, folder: Path) -> Job:
    plan, *takes = again.derivation.recipe.inputs
    said: Mapping[str, Any] = again.derivation.recipe.parameters
    chosen = {
        shot: Take(take.digest, path) for shot, path, take in zip(said["shots"], said["paths"], takes, strict=True)
    }
    return recasting.recast_job(again.inputs[plan.digest], plan.digest, chosen, said["starts"], folder / "plan.json")


def _export(again: Again, folder: Path) -> Job:
    """The timeline names its media by the paths that they had, and is written again with just those."""
    name = again.derivation.recipe.operation.removeprefix(f"{steps.EXPORT[0]}.")
    before = Path(_text(again, "folder"))
    plan = _plan_of(again)
    paths = {shot.id: before / (shot.take.path if shot.take else "") for shot in plan.shots}
    timeline = _timeline(again, plan, paths, Path(_text(again, "song")), _text(again, "name"))
    job = steps.export_job(timeline, name, again.derivation.recipe.inputs[0].digest, before)
    return replace(job, targets=tuple(replace(one, path=folder / one.path.name) for one in job.targets))


def _preview(again: Again, folder: Path) -> Job:
    """Only the pictures and the sound count, wherever they lie now."""
    plan = _plan_of(again)
    paths = {shot.id: again.inputs[shot.take.digest] for shot in plan.shots if shot.take}
    timeline = _timeline(again, plan, paths, again.inputs[plan.song.digest], "preview")
    look = Look.from_parameters(again.derivation.recipe.parameters)
    plan_digest = again.derivation.recipe.inputs[0].digest
    return film_job(timeline, plan_digest, folder / "preview.mp4", look, again.progress)


def _plan_of(again: Again) -> Plan:
    return plans.from_document(again.inputs[again.derivation.recipe.inputs[0].digest].read_bytes())


def _timeline(again: Again, plan: Plan, paths: Mapping[str, Path], song: Path, title: str) -> Timeline:
    digests = {shot.id: shot.take.digest for shot in plan.shots if shot.take}
    with again.store.reading() as reader:
        assets = reader.assets.many([*digests.values(), plan.song.digest])
    media = {
        shot.id: _picture(paths[shot.id], digests[shot.id], assets[digests[shot.id]].facts, plan.rate, shot.frames)
        for shot in plan.shots
        if shot.id in digests
    }
    sound = assets[plan.song.digest].facts.sound
    laid = Media(
        path=song,
        digest=plan.song.digest,
        kind=MediaKind.SOUND,
        duration=plan.song.seconds,
        sample_rate=plan.song.sample_rate,
        channels=sound.channels if sound else 2,
    )
    return steps.cut_timeline(plan, media, laid, title)


def _picture(path: Path, digest: str, facts: MediaFacts, rate: FrameRate, frames: int) -> Media:
    picture = facts.picture
    if picture is None:
        raise NotFound(f"the take {path} is no picture", hint="Make the shots again.")
    moving = picture.seconds is not None
    return Media(
        path=path,
        digest=digest,
        kind=MediaKind.MOVIE if moving else MediaKind.STILL,
        width=picture.width,
        height=picture.height,
        rate=rate if moving else None,
        duration=frames / rate.value if moving else None,
    )


def _provided(again: Again, folder: Path) -> Job:
    """A provider that spends nothing is simply asked again."""
    recipe = again.derivation.recipe
    _, name, kind = recipe.operation.split(".", 2)
    provider = get_provider(name)
    moving: TaskKind = "video" if kind == "video" else "image"
    task = task_of(recipe, name, moving, _NUMBERS if name == "storyboard" else frozenset())
    runner = Runner(again.store, provider, spending_today(Scope()), again.progress)
    if runner.price(task).high:
        message = f"{name} costs money, and its recipe is not carried out again here"
        raise UsageError(message, hint="Ask for it anew in a project that has a budget.")
    version = {**recipe.parameters, "version": provider.version}

    def make(paths: tuple[Path, ...]) -> None:
        runner.make(task, recipe, paths, inputs=again.inputs)

    return Job(replace(recipe, parameters=version), (Target("take", folder / f"take.{task.format}"),), make)


def _text(again: Again, name: str) -> str:
    return str(again.derivation.recipe.parameters[name])


MAKERS: Mapping[str, Maker] = {
    steps.ANALYSE[0]: _analyse,
    correcting.EDIT[0]: _edit,
    correcting.CORRECT[0]: _correct,
    steps.DRAW[0]: _draw,
    steps.PLAN[0]: _plan,
    steps.CAST[0]: _cast,
    recasting.RECAST[0]: _recast,
    f"{steps.EXPORT[0]}.": _export,
    steps.PREVIEW[0]: _preview,
    "provider.": _provided,
    **CUT_MAKERS,
}
"""Makers of everything that the main job derives, by operation."""
