"""A task put into a graph: the values of its fields into the inputs that have their roles."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Final

from alice_core.errors import ProviderInvalidTask
from alice_core.providers.comfy.graph import ApiGraph, Input
from alice_core.providers.comfy.roles import Role, Roles, Site
from alice_core.providers.comfy.schema import InputSpec, NodeType
from alice_core.providers.task import AudioTask, ImageTask, Task, VideoTask

_OF_REFERENCES: Final[dict[str, tuple[Role, ...]]] = {
    "first-frame": ("image",),
    "last-frame": ("last-image",),
    "reference": ("reference", "image"),
    "picture": ("reference", "image"),
    "mask": ("mask",),
}


def bound(
    graph: ApiGraph, roles: Roles, task: Task, files: Mapping[str, str], types: Mapping[str, NodeType]
) -> ApiGraph:
    """The graph with what a task says.

    Args:
        graph: As the workflow has it.
        roles: Where what goes.
        task: What is asked.
        files: The names of its references on the server, by digest.
        types: Of the server.

    Raises:
        ProviderInvalidTask: The workflow has no input for something that cannot be left out.
    """
    for role, value in (*_values(graph, roles, task, types), *_references(roles, task, files)):
        for site in roles.get(role, ()):
            spec = spec_of(graph, site, types)
            graph = graph.with_input(site.node, site.input, _fitted(value, spec))
    return graph


def prefixed(graph: ApiGraph, roles: Roles, prefix: str) -> ApiGraph:
    """The graph with a prefix of its own in every node that saves, so that no job overwrites another's files."""
    for number, site in enumerate(roles.get("save", ())):
        graph = graph.with_input(site.node, site.input, f"{prefix}{f'_{number + 1}' if number else ''}")
    return graph


def model_frames(task: VideoTask, fps: Fraction, spec: InputSpec | None) -> int:
    """How many frames the model is asked for: enough for the task at the model's own rate, and a number it can make.

    Models of clips make ``4n+1``, ``8n+1`` or ``6n+1`` frames; the server says the step and a length that is right.
    """
    needed = math.ceil(task.seconds * fps)
    if spec is None:
        return needed
    step = int(spec.options.get("step") or 1)
    least = int(spec.options.get("min") or 1)
    anchor = int(spec.options.get("default") or least)
    needed = max(needed, least)
    return needed + (anchor - needed) % step


def spec_of(graph: ApiGraph, site: Site, types: Mapping[str, NodeType]) -> InputSpec | None:
    """What the server says of an input."""
    node = graph.nodes.get(site.node)
    kind = types.get(node.kind) if node else None
    return kind.input(site.input) if kind else None


def _values(graph: ApiGraph, roles: Roles, task: Task, types: Mapping[str, NodeType]) -> Iterator[tuple[Role, Input]]:
    if "prompt" not in roles and task.prompt:
        hint = "Pin it: alice comfy inspect FILE shows how."
        raise ProviderInvalidTask("the workflow has no input for the prompt", hint=hint, provider="comfy")
    yield "prompt", task.prompt
    if isinstance(task, ImageTask | VideoTask):
        if task.negative:
            yield "negative", task.negative
        yield "width", task.width
        yield "height", task.height
    yield "seed", task.seed
    if isinstance(task, ImageTask):
        yield "batch", task.count
    if isinstance(task, VideoTask):
        site = next(iter(roles.get("length", ())), None)
        yield "length", model_frames(task, own_rate(graph, roles, task), _length_spec(graph, site, types))
    if isinstance(task, AudioTask) and task.seconds is not None:
        yield "seconds", float(task.seconds)


def own_rate(graph: ApiGraph, roles: Roles, task: VideoTask) -> Fraction:
    """The rate at which the workflow makes frames; the task's where it does not say."""
    for site in roles.get("fps", ()):
        value = graph.nodes[site.node].inputs.get(site.input)
        if isinstance(value, int | float) and value > 0:
            return Fraction(str(value))
    return task.rate.value


def _length_spec(graph: ApiGraph, site: Site | None, types: Mapping[str, NodeType]) -> InputSpec | None:
    """What the server says of the length, also where it stands in a node that only holds the number."""
    if site is None:
        return None
    spec = spec_of(graph, site, types)
    if spec is not None and spec.options.get("step"):
        return spec
    for key, node in graph.nodes.items():
        kind = types.get(node.kind)
        for name, value in node.inputs.items():
            if (
                getattr(value, "node", None) == site.node
                and kind
                and (found := kind.input(name))
                and found.kind == "INT"
            ):
                return spec_of(graph, Site(key, name), types)
    return spec


def _references(roles: Roles, task: Task, files: Mapping[str, str]) -> Iterator[tuple[Role, Input]]:
    for one in task.references:
        kinds: tuple[Role, ...] = _OF_REFERENCES.get(one.role, ("reference", "image"))
        if one.media_type.startswith("audio/"):
            kinds = ("audio",)
        elif one.media_type.startswith("video/"):
            kinds = ("video",)
        role = next((kind for kind in kinds if kind in roles), None)
        if role is None:
            hint = "Leave it out, or pin the input that it is for: alice comfy inspect FILE shows how."
            message = f"the workflow has no input for a reference as {one.role!r} ({one.media_type or 'a file'})"
            raise ProviderInvalidTask(message, hint=hint, provider="comfy")
        yield role, files[one.digest]


def _fitted(value: Input, spec: InputSpec | None) -> Input:
    """A whole number inside the range and on the step of its input."""
    if spec is None or spec.kind != "INT" or not isinstance(value, int) or isinstance(value, bool):
        return value
    least, most = spec.options.get("min"), spec.options.get("max")
    if spec.options.get("control_after_generate") or spec.name in ("seed", "noise_seed"):
        return value % (int(most) + 1) if most else value
    step = int(spec.options.get("step") or 1)
    if spec.name in ("width", "height") and step > 1:
        value = (value + step // 2) // step * step
    if least is not None:
        value = max(value, int(least))
    return min(value, int(most)) if most is not None else value
