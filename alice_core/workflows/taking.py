"""Takes as derivations: what a provider is asked for a shot, and the recipe and file of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from alice_core.directing.compiling import Direction, direct
from alice_core.directing.draw import number
from alice_core.directing.model import Plan, Shot
from alice_core.directing.style import StyleSheet
from alice_core.providers.protocol import Provider
from alice_core.providers.task import ImageTask, OptionValue, Reference, Task, VideoTask
from alice_core.store import Job, Target
from alice_core.timing import frames_of, timecode_of
from alice_core.workflows.generating import Runner
from alice_core.workflows.reaching import reach_of_card
from alice_core.workflows.tasks import recipe_of


@dataclass(frozen=True, slots=True)
class TakeWish:
    """What is asked of a take, beyond what the plan says.

    Attributes:
        sheet: The style of the project.
        note: In words, such as ``darker``.
        number: Which take of the shot, from 0; each has a seed of its own.
        model: Of the provider; empty for its own choice.
        pictures: What the library knows of the pictures that a task may go by, by digest.
        frames: Pictures to begin and to end on, with their roles.
        files: Where those pictures lie.
    """

    sheet: StyleSheet = field(default_factory=StyleSheet)
    note: str = ""
    number: int = 0
    model: str = ""
    pictures: Mapping[str, Reference] = field(default_factory=dict)
    frames: tuple[Reference, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict)


def direction_for(plan: Plan, place: int, provider: Provider, wish: TakeWish, *, motion: bool) -> Direction:
    """What a provider is told of one shot."""
    card = provider.card(wish.model, "video" if motion else "image")
    return direct(plan, plan.shots[place], wish.sheet, reach_of_card(card), wish.note)


def take_task(
    plan: Plan, place: int, provider: Provider, title: str, *, motion: bool, wish: TakeWish | None = None
) -> Task:
    """What a provider is asked for one shot."""
    wish = wish or TakeWish()
    shot = plan.shots[place]
    told = direction_for(plan, place, provider, wish, motion=motion)
    options = {"storyboard": _storyboard_facts(plan, place, title)} if provider.name == "storyboard" else {}
    seed = number(told.seed, "take", wish.number) if wish.number else told.seed
    references = (*wish.frames, *(wish.pictures[one] for one in told.references))
    size = (plan.width, plan.height)
    if motion:
        return VideoTask(
            told.prompt, *size, seed, shot.frames, plan.rate, options,
            model=wish.model, negative=told.negative, references=references,
        )  # fmt: skip
    formats = provider.card(wish.model, "image").limits.formats
    suffix = "png" if not formats or "png" in formats else formats[0]
    return ImageTask(
        told.prompt, *size, seed, options,
        model=wish.model, negative=told.negative, format=suffix, references=references,
    )  # fmt: skip


def take_job(
    plan: Plan, place: int, runner: Runner, title: str, folder: Path, *, motion: bool, wish: TakeWish | None = None
) -> Job:
    """Make a take of one shot."""
    wish = wish or TakeWish()
    shot = plan.shots[place]
    task = take_task(plan, place, runner.provider, title, motion=motion, wish=wish)
    recipe = recipe_of(task, runner.provider, wish.number)

    def make(paths: tuple[Path, ...]) -> None:
        runner.make(task, recipe, paths, shot=shot.id, inputs=wish.files)

    # The name ends in a letter: editors take numbered neighbours for one image sequence.
    name = f"{shot.id}-{recipe.key.removeprefix('sha256:')[:8]}-take.{task.format}"
    return Job(recipe, (Target("take", folder / "shots" / name, words=shot.prompt),), make)


def _storyboard_facts(plan: Plan, place: int, title: str) -> dict[str, OptionValue]:
    shot = plan.shots[place]
    return {
        "shot": place + 1,
        "shots": len(plan.shots),
        "section": shot.section,
        "section_index": _section_index(plan, shot),
        "bar": max(shot.bar, 0),
        "beats": shot.beats,
        "timecode": timecode_of(frames_of(plan.start, plan.rate) + shot.start, plan.rate),
        "frames": shot.frames,
        "seconds": f"{float(shot.frames / plan.rate.value):.2f} s",
        "move": shot.move.value,
        "energy": shot.mood.energy,
        "brightness": shot.mood.brightness,
        "valence": shot.mood.valence,
        "arc": round(shot.start / max(plan.frames, 1), 4),
        "title": title,
    }


def _section_index(plan: Plan, shot: Shot) -> int:
    begun = sum(1 for marker in plan.markers if marker.kind == "section" and marker.frame <= shot.start)
    return max(begun - 1, 0)
