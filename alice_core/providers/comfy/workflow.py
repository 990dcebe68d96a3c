"""A workflow as ComfyUI's editor saves it: nodes, links, subgraphs; read with every fault named.

The form is the editor's version 0.4 and 1 JSON: ``nodes``, ``links`` (arrays at the top, objects inside
subgraphs) and ``definitions.subgraphs``. Nothing here knows what a node type is; see :mod:`.schema`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any, TypeAlias

from alice_core.errors import UsageError

Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"
"""Any value of a JSON file."""

INSIDE_INPUT = "-10"
"""The id from which links come that enter a subgraph."""


class Mode(IntEnum):
    """What becomes of a node when the graph runs."""

    ALWAYS = 0
    ON_EVENT = 1
    MUTED = 2
    ON_TRIGGER = 3
    BYPASSED = 4


@dataclass(frozen=True, slots=True)
class Slot:
    """One input or output of a node.

    Attributes:
        name: As the node type calls it.
        kind: What flows there, such as ``IMAGE``; ``*`` for anything.
        link: The link that comes in; ``None`` for an output or an open input.
        widget: The widget that the input stands for; empty for a plain socket.
        links: The links that go out of an output, in the order in which they were made.
    """

    name: str
    kind: str
    link: int | None = None
    widget: str = ""
    links: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A connection: from slot ``origin_slot`` of node ``origin`` into slot ``target_slot`` of node ``target``."""

    id: int
    origin: str
    origin_slot: int
    target: str
    target_slot: int


@dataclass(frozen=True, slots=True)
class Node:
    """A node as it is saved.

    Attributes:
        id: Unique in its graph.
        kind: The node type, or the id of the subgraph that it stands for.
        title: What the user called it; empty for the type's own name.
        mode: Of :class:`Mode`.
        inputs: In the file's order; widgets without a link may be missing.
        outputs: In the file's order.
        values: Of its widgets, in their order.
        named: Of its widgets by name, where the file has them so.
        properties: What else the editor keeps of it.
    """

    id: str
    kind: str
    title: str
    mode: int
    inputs: tuple[Slot, ...]
    outputs: tuple[Slot, ...]
    values: tuple[Json, ...] = ()
    named: Mapping[str, Json] = field(default_factory=dict)
    properties: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Port:
    """Where links enter or leave a subgraph."""

    name: str
    kind: str
    links: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes and links of the workflow itself or of one subgraph; only the latter has ports."""

    id: str
    name: str
    nodes: Mapping[str, Node]
    links: Mapping[int, Link]
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()


@dataclass(frozen=True, slots=True)
class Workflow:
    """A saved workflow: the graph, and the subgraphs that its nodes may stand for, by id."""

    root: Graph
    subgraphs: Mapping[str, Graph]


def is_workflow(data: object) -> bool:
    """Whether JSON has the editor's form."""
    return isinstance(data, dict) and isinstance(data.get("nodes"), list)


def workflow_of(data: object, name: str = "the workflow") -> Workflow:
    """The workflow that JSON of the editor's form describes.

    Args:
        data: The JSON.
        name: How to call it in an error.

    Raises:
        UsageError: It has not that form (``ALICE-U06``).
    """
    if not isinstance(data, dict) or not is_workflow(data):
        raise broken(name, "it has no list of nodes")
    try:
        definitions = data.get("definitions") or {}
        subgraphs = {str(one["id"]): _graph(one) for one in definitions.get("subgraphs") or []}
        return Workflow(_graph(data), subgraphs)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise broken(name, f"a node or link is not of the editor's form ({type(error).__name__}: {error})") from error


def broken(name: str, why: str) -> UsageError:
    """The error of a workflow that cannot be used."""
    hint = "Save it again from ComfyUI: Workflow > Save, or Workflow > Export (API)."
    return UsageError(f"{name} is not a ComfyUI workflow that can be run: {why}", hint=hint, code="ALICE-U06")


def _graph(data: Mapping[str, Any]) -> Graph:
    nodes = [_node(one) for one in data["nodes"]]
    links = [_link(one) for one in data.get("links") or []]
    return Graph(
        str(data.get("id", "")),
        str(data.get("name", "")),
        {node.id: node for node in nodes},
        {link.id: link for link in links},
        tuple(_port(one) for one in data.get("inputs") or []),
        tuple(_port(one) for one in data.get("outputs") or []),
    )


def _node(data: Mapping[str, Any]) -> Node:
    values = data.get("widgets_values")
    named = data.get("widgets_values_named")
    if isinstance(values, dict):
        named, values = values, None
    return Node(
        str(data["id"]),
        str(data["type"]),
        str(data.get("title") or ""),
        int(data.get("mode") or 0),
        tuple(_slot(one) for one in data.get("inputs") or []),
        tuple(_slot(one) for one in data.get("outputs") or []),
        tuple(values or ()),
        dict(named or {}),
        dict(data.get("properties") or {}),
    )


def _slot(data: Mapping[str, Any]) -> Slot:
    widget = data.get("widget") or {}
    link = data.get("link")
    return Slot(
        str(data.get("name", "")),
        kind_of(data.get("type")),
        None if link is None else int(link),
        str(widget.get("name", "")),
        tuple(int(one) for one in data.get("links") or []),
    )


def _port(data: Mapping[str, Any]) -> Port:
    return Port(str(data["name"]), kind_of(data.get("type")), tuple(int(one) for one in data.get("linkIds") or []))


def _link(data: Any) -> Link:  # noqa: ANN401 - an array at the top, an object in a subgraph
    if isinstance(data, dict):
        names = ("id", "origin_id", "origin_slot", "target_id", "target_slot")
        number, origin, origin_slot, target, target_slot = (data[name] for name in names)
    else:
        number, origin, origin_slot, target, target_slot = data[:5]
    return Link(int(number), str(origin), int(origin_slot), str(target), int(target_slot))


def kind_of(value: object) -> str:
    """A type of slot as text: a list of choices is a ``COMBO``, an event or nothing at all fits anything."""
    if isinstance(value, list):
        return "COMBO"
    return value if isinstance(value, str) else "*"
