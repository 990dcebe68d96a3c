"""ComfyUI's API graph as values: nodes, links, and a walk that cannot run for ever.

The format is that of ``POST /prompt``: an object of nodes by id, each with ``class_type`` and
``inputs``; an input is a plain value or a link ``[node id, output slot]``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

MOST_NODES = 20_000
"""The largest graph that is read."""

MOST_STEPS = 100_000
"""The most nodes that one walk visits, each counted as often as it is visited."""

_LONGEST_NAME = 200
_MOST_INPUTS = 400
_PARTS = re.compile(r"(\d+)")


class Link(NamedTuple):
    """Where an input comes from: an output of another node."""

    node: str
    slot: int


@dataclass(frozen=True, slots=True)
class Node:
    """A node of a graph.

    Attributes:
        id: Its id; inside a subgraph ``instance:inner``.
        kind: Its class, such as ``KSampler``.
        inputs: Plain values and links by name.
    """

    id: str
    kind: str
    inputs: Mapping[str, Any]

    @property
    def where(self) -> str:
        """The node as a candidate names it, such as ``node 6 CLIPTextEncode``."""
        return f"node {self.id} {self.kind}"


@dataclass(frozen=True, slots=True)
class Graph:
    """All nodes of one run.

    Attributes:
        nodes: By id, in the order of the file.
        guessed: Inputs (node id, name) whose link is only supposed, such as those that
            "Anything Everywhere" makes when the graph runs.
    """

    nodes: Mapping[str, Node]
    guessed: frozenset[tuple[str, str]] = frozenset()
    _links: dict[str, list[tuple[str, Link]]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def link(self, value: object) -> Link | None:
        """The link that an input's value is, or ``None`` where it is a plain value or leads nowhere."""
        if type(value) is list and len(value) == 2 and type(value[1]) is int:  # noqa: PLR2004 - node and slot
            node = value[0] if isinstance(value[0], str) else str(value[0]) if type(value[0]) is int else ""
            if node in self.nodes:
                return Link(node, value[1])
        return None

    def links(self, node: Node) -> list[tuple[str, Link]]:
        """The linked inputs of a node by name, in its own order; do not change the list."""
        known = self._links.get(node.id)
        if known is None:
            known = [(name, link) for name, value in node.inputs.items() if (link := self.link(value)) is not None]
            self._links[node.id] = known
        return known

    def consumed(self) -> set[str]:
        """The ids of all nodes whose output goes into another node."""
        return {link.node for node in self.nodes.values() for _, link in self.links(node)}


class Budget:
    """The steps that one walk has left; a graph made to be endless ends here."""

    __slots__ = ("left",)

    def __init__(self, steps: int = MOST_STEPS) -> None:
        self.left = steps

    def spend(self) -> bool:
        """Takes one step; ``False`` when there is none left."""
        self.left -= 1
        return self.left >= 0


def graph_of(value: object) -> Graph | None:
    """The graph that a parsed ``prompt`` is, or ``None`` where it is none or larger than :data:`MOST_NODES`."""
    if not isinstance(value, dict) or not 0 < len(value) <= MOST_NODES:
        return None
    nodes = {}
    for key, node in value.items():
        if not isinstance(node, dict):
            continue
        kind, inputs = node.get("class_type"), node.get("inputs")
        if isinstance(kind, str) and isinstance(inputs, dict):
            nodes[key] = Node(key, kind, plain_names(inputs))
    return Graph(nodes) if nodes else None


def plain_names(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Inputs with the short names of those that belong to a choice (``model.prompt`` is ``prompt``), where free.

    No node has as many inputs as 400; those beyond are left out.
    """
    if len(inputs) > _MOST_INPUTS:
        inputs = dict(islice(inputs.items(), _MOST_INPUTS))
    if not any("." in name for name in inputs):
        return inputs
    named: dict[str, Any] = {}
    for name, value in inputs.items():
        short = name.rpartition(".")[2]
        named[name if short in inputs or short in named else short] = value
    return named


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A key that sorts ``input2`` before ``input10``."""
    parts = _PARTS.split(name)
    return tuple(
        (1, int(part[:18]), "") if part.isdigit() and part.isascii() else (0, 0, part) for part in parts if part
    )


def said_of(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    """Whether a pattern is found in a name, remembered: the same few names come again in every graph."""

    @lru_cache(maxsize=4096)
    def found(name: str) -> bool:
        return len(name) <= _LONGEST_NAME and pattern.search(name) is not None

    return found
