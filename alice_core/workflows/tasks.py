"""A task as a recipe, and back: what decides the result of asking a provider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from alice_core.errors import ProviderInvalidTask
from alice_core.providers.protocol import Provider
from alice_core.providers.registry import provider_names
from alice_core.providers.task import (
    AudioTask,
    ImageTask,
    OptionValue,
    Reference,
    Task,
    TaskKind,
    VideoTask,
    VisionTask,
    options_for,
)
from alice_core.store import Ingredient, Recipe
from alice_core.store.recipes import Parameter
from alice_core.timing import FrameRate, exact_text

_ALWAYS: Mapping[TaskKind, tuple[str, ...]] = {
    "image": ("prompt", "width", "height", "seed"),
    "video": ("prompt", "width", "height", "seed", "frames", "rate"),
    "audio": ("sound", "text"),
    "vision": ("question",),
}
_SOMETIMES: Mapping[TaskKind, Mapping[str, object]] = {
    "image": {"negative": "", "count": 1, "quality": "", "format": "png", "background": ""},
    "video": {"negative": "", "quality": "", "resolution": "", "format": "mp4", "audio": False},
    "audio": {"seconds": None, "seed": 0, "voice": "", "format": "wav"},
    "vision": {"schema": "", "max_tokens": 1024},
}
"""Fields that a recipe holds only where they are not these, so that older recipes stay what they were."""

_KINDS: Mapping[TaskKind, type[Task]] = {
    "image": ImageTask,
    "video": VideoTask,
    "audio": AudioTask,
    "vision": VisionTask,
}


def recipe_of(task: Task, provider: Provider, take: int = 0) -> Recipe:
    """The recipe of asking a provider for a task: the same task of the same version of it is the same recipe."""
    model = provider.card(task.model, task.kind).model
    parameters: dict[str, Parameter] = {"version": provider.version}
    parameters |= {name: _parameter(getattr(task, name)) for name in _ALWAYS[task.kind]}
    for name, usual in _SOMETIMES[task.kind].items():
        value = getattr(task, name)
        if value != usual:
            parameters[name] = _parameter(value)
    if model != provider.name:
        parameters["model"] = model
    if task.kind != "vision" or options_for(task, provider.name):
        parameters["options"] = {name: _exact(value) for name, value in options_for(task, provider.name).items()}
    inputs = tuple(Ingredient(one.role, one.digest) for one in task.references)
    return Recipe(f"provider.{provider.name}.{task.kind}", 1, parameters=parameters, inputs=inputs, take=take)


def task_of(recipe: Recipe, provider: str, kind: TaskKind, numbers: frozenset[str] = frozenset()) -> Task:
    """The task that a recipe was made of.

    Args:
        recipe: The recipe of asking a provider.
        provider: Its name.
        kind: Of the task.
        numbers: Options that are fractions; a recipe holds them as the shortest text of the number.
    """
    said: Mapping[str, Any] = recipe.parameters
    options = {name: float(value) if name in numbers else value for name, value in said.get("options", {}).items()}
    known = {name: said[name] for name in (*_ALWAYS[kind], *_SOMETIMES[kind], "model") if name in said}
    if "rate" in known:
        known["rate"] = FrameRate.parse(known["rate"])
    if known.get("seconds") is not None:
        known["seconds"] = Fraction(known["seconds"])
    references = tuple(Reference(item.digest, item.role) for item in recipe.inputs)
    return _KINDS[kind](**known, options={provider: options} if options else {}, references=references)


def demand_known(task: Task, provider: str) -> None:
    """Refuse options of a provider that there is not; those of other providers that there are do no harm.

    Raises:
        ProviderInvalidTask: The task has such options.
    """
    others = task.options.keys() - {provider}
    strange = sorted(others - set(provider_names())) if others else []
    if strange:
        raise ProviderInvalidTask(
            f"options are given for {', '.join(strange)}, and there is no such provider",
            hint=f"There is: {', '.join(provider_names())}.",
            provider=provider,
        )


def _parameter(value: object) -> Parameter:
    if isinstance(value, FrameRate):
        return value.ratio
    if isinstance(value, Fraction):
        return exact_text(value)
    if value is None or isinstance(value, str | int):
        return value
    raise TypeError(f"{value!r} cannot be a parameter of a recipe")


def _exact(value: OptionValue) -> Parameter:
    # A float's shortest text is the same on every machine; its JSON number need not be.
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Mapping):
        return {name: _exact(one) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return tuple(_exact(one) for one in value)
    return value
