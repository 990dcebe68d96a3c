"""What a server would refuse, found before anything is sent: missing nodes and models, wrong values, loose ends."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from alice_core.errors import ProviderInvalidTask
from alice_core.providers.comfy.convert import missing_types, to_api
from alice_core.providers.comfy.graph import ApiGraph, Feed, Input, api_graph_of, is_api_graph
from alice_core.providers.comfy.placing import EDITOR_2026, rules_for
from alice_core.providers.comfy.resolving import fits
from alice_core.providers.comfy.schema import InputSpec, NodeType
from alice_core.providers.comfy.workflow import Json, workflow_of

_MODELS: Final = (".safetensors", ".ckpt", ".pt", ".pth", ".bin", ".gguf", ".sft", ".onnx")
_UPLOADS: Final = ("image_upload", "audio_upload", "video_upload", "file_upload", "animated_image_upload")
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that a server lacks, or that it will not take.

    Attributes:
        kind: ``node`` (a type that it has not), ``model`` (a file of weights), ``file`` (an upload), ``value``,
            ``input`` (required and not there), ``link``, ``output`` (nothing would be saved).
        node: The node, by its id; empty where it is about the whole graph.
        message: One line.
        hint: What to do.
        value: What is there, where it is about the name of a file.
    """

    kind: Literal["node", "model", "file", "value", "input", "link", "output"]
    node: str
    message: str
    hint: str = ""
    value: str = ""


def graph_for(
    data: Json, types: Mapping[str, NodeType], *, seed: int = 0, name: str = "the workflow", mended: bool = True
) -> ApiGraph:
    """The graph of a workflow of either form, for a server with these node types.

    It is what the server's own editor makes of it. Mended, where that has values that no node takes, because the
    file is of a later editor, it is what the later editor makes.

    Raises:
        UsageError: It is no workflow.
        ProviderInvalidTask: The server has not all of its node types.
    """
    if is_api_graph(data):
        return api_graph_of(data, name)
    workflow = workflow_of(data, name)
    graph = to_api(workflow, types, seed)
    if mended and rules_for(types) != EDITOR_2026 and _wrong_values(graph, types):
        later = to_api(workflow, types, seed, EDITOR_2026)
        return later if _wrong_values(later, types) < _wrong_values(graph, types) else graph
    return graph


def lacks_of(data: Json, types: Mapping[str, NodeType]) -> tuple[Lack, ...]:
    """Everything about a workflow of either form that a server would refuse."""
    if not is_api_graph(data):
        missing = missing_types(workflow_of(data), types)
        if missing:
            return tuple(_no_node(kind, "") for kind in missing)
    return preflight(graph_for(data, types), types)


def preflight(graph: ApiGraph, types: Mapping[str, NodeType], files: Collection[str] = ()) -> tuple[Lack, ...]:
    """Everything about a graph that a server with these node types would refuse.

    Args:
        graph: What would be sent.
        types: Of the server.
        files: What was uploaded since they were asked for.
    """
    return tuple(one for one in _found(graph, types) if one.kind != "file" or one.value not in files)


def demand_runnable(lacks: Sequence[Lack], server: str) -> None:
    """Refuse a graph that a server would refuse, naming everything that is missing at once.

    Raises:
        ProviderInvalidTask: Something is missing or wrong.
    """
    if lacks:
        text = "; ".join(one.message for one in lacks)
        hint = " ".join(dict.fromkeys(one.hint for one in lacks if one.hint)) or "See: alice comfy inspect FILE"
        raise ProviderInvalidTask(f"{server} cannot run the workflow: {text}", hint=hint, provider="comfy")


def _found(graph: ApiGraph, types: Mapping[str, NodeType]) -> Iterator[Lack]:
    if not any(node.kind in types and types[node.kind].is_output for node in graph.nodes.values()):
        yield Lack(
            "output", "", "no node of the workflow saves anything", "Add a node such as Save Image, and save again."
        )
    needed = _needed(graph, types)
    for key, node in graph.nodes.items():
        kind = types.get(node.kind)
        if kind is None:
            yield _no_node(node.kind, key)
            continue
        for spec in kind.inputs if key in needed else ():
            if spec.name in node.inputs:
                yield from _of_input(graph, key, spec, types)
            elif not spec.optional and not _of_the_editor(spec):
                yield Lack("input", key, f"{graph.label(key)} has nothing in {spec.name}", "Connect it in ComfyUI.")


def _needed(graph: ApiGraph, types: Mapping[str, NodeType]) -> set[str]:
    """The nodes that something is saved of; a server looks at no others."""
    waiting = [key for key, node in graph.nodes.items() if node.kind in types and types[node.kind].is_output]
    found = set(waiting)
    while waiting:
        for value in graph.nodes[waiting.pop()].inputs.values():
            if isinstance(value, Feed) and value.node in graph.nodes and value.node not in found:
                found.add(value.node)
                waiting.append(value.node)
    return found


def _of_the_editor(spec: InputSpec) -> bool:
    """Whether the editor added the input, and no server asks for it."""
    return spec.kind in (
        "AUDIO_UI",
        "AUDIOUPLOAD",
        "IMAGEUPLOAD",
        "PREVIEW_3D",
        "PREVIEW_3D_ANIMATION",
        "_PREVIEW_TEXT",
    ) or (spec.kind.startswith("COMFY_"))


def _of_input(graph: ApiGraph, key: str, spec: InputSpec, types: Mapping[str, NodeType]) -> Iterator[Lack]:
    value = graph.nodes[key].inputs[spec.name]
    if isinstance(value, Feed):
        yield from _of_link(graph, key, spec, value, types)
    elif spec.kind == "COMBO":
        yield from _of_choice(graph, key, spec, value)
    elif spec.kind in ("INT", "FLOAT"):
        yield from _of_number(graph, key, spec, value)


def _of_link(graph: ApiGraph, key: str, spec: InputSpec, value: Feed, types: Mapping[str, NodeType]) -> Iterator[Lack]:
    where = f"{graph.label(key)}, {spec.name}"
    source = graph.nodes.get(value.node)
    if source is None:
        yield Lack("link", key, f"{where}: it is fed by node {value.node}, which is not there")
        return
    kind = types.get(source.kind)
    if kind is None:
        return
    if value.slot >= len(kind.outputs):
        yield Lack("link", key, f"{where}: {graph.label(value.node)} has no output {value.slot}")
    elif not fits(kind.outputs[value.slot].kind, spec.kind) and not spec.kind.startswith("COMFY_"):
        yield Lack(
            "link",
            key,
            f"{where}: it takes {spec.kind}, and {graph.label(value.node)} gives {kind.outputs[value.slot].kind}",
        )


def _of_choice(graph: ApiGraph, key: str, spec: InputSpec, value: Input) -> Iterator[Lack]:
    if spec.options.get("remote") or spec.options.get("multi_select") or isinstance(value, dict | list):
        return
    if value in spec.choices:
        return
    where = f"{graph.label(key)}, {spec.name}"
    if any(spec.options.get(name) for name in _UPLOADS):
        yield Lack(
            "file",
            key,
            f"{where}: the server has no file {value!r}",
            "Upload it, or give a reference in its place.",
            str(value),
        )
        return
    has = ", ".join(str(one) for one in spec.choices[:_SHOWN]) + (" ..." if len(spec.choices) > _SHOWN else "")
    if isinstance(value, str) and value.lower().endswith(_MODELS):
        hint = f"Put {value} into the server's models folder. It has: {has or 'none of the kind'}."
        yield Lack("model", key, f"{where}: the server has no model {value!r}", hint)
    else:
        yield Lack("value", key, f"{where}: {value!r} is not one of its choices", f"It has: {has or 'none'}.")


def _of_number(graph: ApiGraph, key: str, spec: InputSpec, value: Input) -> Iterator[Lack]:
    where = f"{graph.label(key)}, {spec.name}"
    try:
        number = (int if spec.kind == "INT" else float)(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        yield Lack("value", key, f"{where}: {value!r} is no number")
        return
    least, most = spec.options.get("min"), spec.options.get("max")
    if least is not None and number < least:
        yield Lack("value", key, f"{where}: {value} is smaller than {least}")
    if most is not None and number > most:
        yield Lack("value", key, f"{where}: {value} is larger than {most}")


def _no_node(kind: str, key: str) -> Lack:
    hint = "Install the node pack that brings it (ComfyUI Manager: Install Missing Custom Nodes), or update ComfyUI."
    return Lack("node", key, f"the server has no node {kind}", hint)


def _wrong_values(graph: ApiGraph, types: Mapping[str, NodeType]) -> int:
    """How many values are of no use anywhere: not those that only name a file that this server has not."""
    return sum(one.kind == "value" for one in preflight(graph, types))
