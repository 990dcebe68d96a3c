"""From a workflow as the editor saves it to the graph that a server takes, as the editor itself does it.

Equal to the ``graphToPrompt`` of ComfyUI's own front end: what that does was read and measured, none of it copied.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from typing import Final

from alice_core.errors import ProviderInvalidTask
from alice_core.providers.comfy.graph import ApiGraph, ApiNode, Feed, Input
from alice_core.providers.comfy.placing import Placed, Rules, laid_out, rules_for
from alice_core.providers.comfy.primitives import hand_out
from alice_core.providers.comfy.resolving import Given, Source, source_of
from alice_core.providers.comfy.schema import NodeType, Unset
from alice_core.providers.comfy.workflow import Json, Mode, Node, Workflow

_COMMENT: Final = re.compile(r"/\*.*?\*/|//[^\n\r\u2028\u2029]*", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\([{}|])")
_EDITOR_ONLY: Final = ("Note", "MarkdownNote", "PrimitiveNode", "Reroute", "SetNode", "GetNode")


def to_api(workflow: Workflow, types: Mapping[str, NodeType], seed: int = 0, rules: Rules | None = None) -> ApiGraph:
    """The graph that a server with these node types takes.

    Args:
        workflow: As it was saved.
        types: Of the server (:func:`~alice_core.providers.comfy.schema.node_types`).
        seed: Chooses among ``{one|other}`` in prompts: the same seed, the same choice.
        rules: Of the editor to follow; the server's own if ``None``.

    Raises:
        ProviderInvalidTask: The server has not all of its node types; the message names them.
        UsageError: Its links run in a circle, or a subgraph contains itself.
    """
    missing = missing_types(workflow, types)
    if missing:
        hint = (
            "Install the node packs that bring them (ComfyUI Manager: Install Missing Custom Nodes), or update ComfyUI."
        )
        raise ProviderInvalidTask(f"the server has no node {', '.join(missing)}", hint=hint, provider="comfy")
    room = laid_out(workflow, types, rules or rules_for(types))
    hand_out(room)
    nodes = {placed.key: _sent(placed, seed) for placed in room.everything() if _runs(placed)}
    return ApiGraph({key: _known(node, nodes) for key, node in sorted(nodes.items(), key=_like_a_browser)})


def missing_types(workflow: Workflow, types: Mapping[str, NodeType]) -> tuple[str, ...]:
    """The node types that a workflow needs and a server has not, in the order of their first use."""
    room = laid_out(workflow, types)
    return tuple(dict.fromkeys(placed.node.kind for placed in room.everything() if _unknown(placed)))


def _runs(placed: Placed) -> bool:
    return placed.type is not None and placed.node.mode not in (Mode.MUTED, Mode.BYPASSED)


def _unknown(placed: Placed) -> bool:
    """Whether a node is of a type that somebody must have: linked, not switched off, and none of the editor's own."""
    node = placed.node
    if placed.type or placed.inside or node.mode in (Mode.MUTED, Mode.BYPASSED) or node.kind in _EDITOR_ONLY:
        return False
    return not _reroutes(node) and _linked(placed)


def _linked(placed: Placed) -> bool:
    node = placed.node
    return any(node.id in (link.origin, link.target) for link in placed.room.graph.links.values())


def _reroutes(node: Node) -> bool:
    return len(node.inputs) == len(node.outputs) == 1 and "reroute" in node.kind.lower()


def _sent(placed: Placed, seed: int) -> ApiNode:
    inputs: dict[str, Input] = {}
    for widget in placed.shown:
        value = placed.widgets[widget.name]
        if not widget.sent or isinstance(value, Unset):
            continue
        if widget.dynamic and isinstance(value, str):
            value = worked_out(value, random.Random(f"{seed}/{placed.key}/{widget.name}"))
        inputs[widget.name] = _wrapped(_old_sampler(placed, widget.name, value))
    for number, slot in enumerate(placed.inputs):
        if slot.widget and slot.widget not in placed.widgets:
            continue  # the node type has no such widget any more
        found = source_of(placed, number)
        if isinstance(found, Source):
            inputs[slot.name] = Feed(found.key, found.slot)
        elif isinstance(found, Given) and (slot.widget or not found.primitive) and not isinstance(found.value, Unset):
            inputs[slot.name] = inputs[slot.name] if _handed(placed, slot.link, found) else _wrapped(found.value)
    kind = placed.type.name if placed.type else placed.node.kind
    return ApiNode(kind, inputs, placed.title)


def _handed(placed: Placed, link_id: int | None, found: Given) -> bool:
    """Whether the value has reached the widget already, and was rounded there."""
    link = placed.room.graph.links.get(link_id) if link_id is not None else None
    return found.primitive and bool(link) and link.origin in placed.room.nodes  # type: ignore[union-attr]


def _wrapped(value: Json) -> Json:
    """A list as a value: bare, it would be taken for a link."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return {"__value__": value} if isinstance(value, list | tuple) else value


def _old_sampler(placed: Placed, name: str, value: Json) -> Json:
    """A sampler's name without the beginning that it had in very old files."""
    if name == "sampler_name" and placed.node.kind in ("KSampler", "KSamplerAdvanced") and isinstance(value, str):
        return value.removeprefix("sample_")
    return value


def _known(node: ApiNode, nodes: Mapping[str, ApiNode]) -> ApiNode:
    """The node without links to nodes that do not run."""
    kept = {name: one for name, one in node.inputs.items() if not isinstance(one, Feed) or one.node in nodes}
    return ApiNode(node.kind, kept, node.title)


def _like_a_browser(entry: tuple[str, ApiNode]) -> tuple[int, int]:
    """Whole numbers first and in order, then the rest as it came: the order in which a browser writes an object."""
    return (0, int(entry[0])) if entry[0].isdecimal() else (1, 0)


def worked_out(text: str, choose: random.Random) -> str:
    """A prompt without ``/* */`` and ``//`` comments, and with one of each ``{one|other}`` chosen.

    A backslash keeps a bracket as it is.
    """
    text = _COMMENT.sub("", text)
    done: list[str] = []
    at = 0
    while at < len(text):
        if text[at] == "\\":
            done.append(text[at : at + 2])
            at += 2
        elif text[at] == "{":
            options, at = _options(text, at + 1)
            done.append(worked_out(choose.choice(options), choose))
        else:
            done.append(text[at])
            at += 1
    return _ESCAPED.sub(r"\1", "".join(done))


def _options(text: str, at: int) -> tuple[list[str], int]:
    """The choices of a group that begins at a position, and the position after it."""
    options, choice, depth = [], "", 0
    while at < len(text):
        char = text[at : at + 2] if text[at] == "\\" else text[at]
        at += len(char)
        if char == "}" and not depth:
            break
        depth += (char == "{") - (char == "}")
        if char == "|" and not depth:
            options.append(choice)
            choice = ""
        else:
            choice += char
    return [*options, choice], at
