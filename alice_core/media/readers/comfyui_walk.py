"""Going back through a ComfyUI graph: plain values, and nodes that only pass something on.

Reroutes, switches, contexts and pipes make nothing; what goes into them comes out of them. A node
class that is not known is understood by the names of its inputs, which ComfyUI's authors keep
alike: ``positive``, ``seed``, ``select``, ``pipe``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from alice_core.media.readers.comfyui_graph import Budget, Graph, Node, natural, said_of

Scalar: TypeAlias = str | int | float | bool

_MOST_DEPTH = 40
_MOST_HOPS = 2000
_PLAIN = ("value", "Value", "int", "float", "number", "string", "text", "boolean", "constant", "val", "INT", "FLOAT")
_SWITCH = re.compile(r"switch|select|if_?else|\bif\b|branch|multiplex", re.IGNORECASE)
_FIRST_OF = re.compile(r"^(any|context|ctx).*switch|any switch|coalesce|firstnon", re.IGNORECASE)
_PIPE = re.compile(r"(^|_)(pipe|ctx|context|bus|cascade)(_|\d|$)", re.IGNORECASE)
_CONTEXT = re.compile(r"context|pipe|\bbus\b", re.IGNORECASE)
_is_switch, _is_context, _is_pipe = said_of(_SWITCH), said_of(_CONTEXT), said_of(_PIPE)
_PAIRS = (
    ("on_true", "on_false"),
    ("tt_value", "ff_value"),
    ("IF_TRUE", "IF_FALSE"),
    ("if_true", "if_false"),
    ("true_value", "false_value"),
    ("when_true", "when_false"),
)
_SELECTORS = (
    *("select", "index", "selected_index", "selection", "selected", "Input", "switch", "boolean", "boolean_number"),
    *("cond", "condition", "choice", "input", "bool", "enabled", "ANY"),
)
_NUMBERED = re.compile(r"^(.*?)_?(\d{1,4})$")
_LETTERED = re.compile(r"_([ab])$")


@dataclass(frozen=True, slots=True)
class Ways:
    """What a node that only passes things on passes on.

    Attributes:
        values: The inputs (name, plain value or link) that may be it, the likely one first; none where it is empty.
        sure: Whether it can be no other.
    """

    values: tuple[tuple[str, Any], ...]
    sure: bool = True


class Walk:
    """One walk through a graph, with its budget of steps.

    Attributes:
        graph: The graph.
        budget: The steps that are left.
    """

    __slots__ = ("budget", "graph")

    def __init__(self, graph: Graph, budget: Budget | None = None) -> None:
        self.graph = graph
        self.budget = budget or Budget()

    def node(self, value: object) -> tuple[Node, int] | None:
        """The node and slot that a linked input comes from, behind all that is passed on for sure."""
        for _ in range(_MOST_HOPS):
            link = self.graph.link(value)
            if link is None or not self.budget.spend():
                return None
            node = self.graph.nodes[link.node]
            ways = self.passed(node, ())
            if ways is None or not ways.sure or len(ways.values) != 1:
                return node, link.slot
            value = ways.values[0][1]
        return None

    def constant(self, value: object, wanted: Sequence[str] = (), depth: int = 0) -> Scalar | None:
        """The plain value of an input, through primitives, reroutes, switches and pipes.

        Args:
            value: The input.
            wanted: The names that it has on nodes that hold several values, such as ``("seed", "noise_seed")``.
            depth: How deep the caller is in itself.

        Returns:
            ``None`` where it is only known when the graph runs.
        """
        for _ in range(_MOST_HOPS):
            link = self.graph.link(value)
            if link is None:
                return value if isinstance(value, (str, int, float)) else None
            if depth > _MOST_DEPTH or not self.budget.spend():
                return None
            node = self.graph.nodes[link.node]
            ways = self.passed(node, wanted, depth + 1)
            if ways is not None:
                if not ways.sure or not ways.values:
                    return None
                value = ways.values[0][1]
                continue
            name = _plain_name(self.graph, node, wanted)
            if name is None:
                return None
            value = node.inputs[name]
        return None

    def passed(self, node: Node, wanted: Sequence[str], depth: int = 0) -> Ways | None:
        """What a node passes on, or ``None`` where it makes something of its own.

        Args:
            node: The node.
            wanted: The names under which a context or pipe holds what is looked for.
            depth: How deep the caller is in itself.
        """
        inputs = node.inputs
        if node.kind.startswith("Reroute") or (len(inputs) == 1 and "reroute" in node.kind.lower()):
            return Ways(tuple(inputs.items())[:1])
        if _is_switch(node.kind):
            return self._chosen(node, depth)
        if wanted and (_is_context(node.kind) or any(map(_is_pipe, inputs))):
            return self._held(node, wanted)
        return None

    def _held(self, node: Node, wanted: Sequence[str]) -> Ways | None:
        """From a context or pipe: the wanted thing where it is put in here, else the pipe before it."""
        for name in wanted:
            if name in node.inputs:
                return Ways(((name, node.inputs[name]),)) if self.graph.link(node.inputs[name]) else None
        before = [(name, value) for name, value in node.inputs.items() if _is_pipe(name) and self.graph.link(value)]
        return Ways((min(before, key=lambda one: natural(one[0])),)) if before else None

    def _chosen(self, node: Node, depth: int) -> Ways | None:
        inputs = node.inputs
        for yes, no in _PAIRS:
            if yes in inputs or no in inputs:
                return self._by_flag(node, yes, no, depth)
        options = {
            name: value for name, value in inputs.items() if name not in _SELECTORS and self._is_option(name, value)
        }
        if not options:
            return None
        ordered = sorted(options.items(), key=lambda one: natural(one[0]))
        if _FIRST_OF.search(node.kind):
            return Ways(tuple(ordered[:1]))
        letters = {match[1]: name for name in options if (match := _LETTERED.search(name))}
        if set(letters) == {"a", "b"}:
            return self._by_flag(node, letters["a"], letters["b"], depth)
        return self._by_number(node, ordered, depth)

    def _is_option(self, name: str, value: object) -> bool:
        named = _NUMBERED.search(name) or _LETTERED.search(name)
        return bool(named) and (isinstance(value, str) or self.graph.link(value) is not None)

    def _by_number(self, node: Node, ordered: Sequence[tuple[str, Any]], depth: int) -> Ways:
        number = self._selector(node, depth)
        if isinstance(number, str) and number in node.inputs:
            return Ways(((number, node.inputs[number]),))
        if isinstance(number, str) and (match := _NUMBERED.search(number)):
            number = int(match[2])
        for name, value in ordered:
            match = _NUMBERED.search(name)
            if match and number is not None and number == int(match[2]):
                return Ways(((name, value),))
        return Ways(tuple(ordered), sure=False)

    def _by_flag(self, node: Node, yes: str, no: str, depth: int) -> Ways:
        flag = self._selector(node, depth)
        if flag is None:
            both = [(name, node.inputs[name]) for name in (yes, no) if name in node.inputs]
            return Ways(tuple(both), sure=len(both) == 1)
        if isinstance(flag, str):
            flag = flag.lower() in {"true", "on", "yes", "1"}
        name = yes if flag else no
        return Ways(((name, node.inputs[name]),) if name in node.inputs else ())

    def _selector(self, node: Node, depth: int) -> Scalar | None:
        for name in _SELECTORS:
            if name in node.inputs:
                return self.constant(node.inputs[name], (), depth + 1)
        return None


def upstream(graph: Graph, start: Iterable[Node], budget: Budget) -> list[Node]:
    """All nodes that the given ones hang on, themselves included, the nearest first."""
    found: dict[str, Node] = {node.id: node for node in start}
    queue = list(found.values())
    for node in queue:
        if not budget.spend():
            break
        for _, link in graph.links(node):
            if link.node not in found:
                found[link.node] = graph.nodes[link.node]
                queue.append(found[link.node])
    return list(found.values())


def first_present(node: Node, names: Iterable[str]) -> str | None:
    """The first of the names that the node has an input of."""
    inputs = node.inputs
    for name in names:
        if name in inputs:
            return name
    return None


def _plain_name(graph: Graph, node: Node, wanted: Sequence[str]) -> str | None:
    """The input of a node of values that holds the wanted one."""
    name = first_present(node, (*wanted, *_PLAIN))
    if name is None:
        plain = [one for one, value in node.inputs.items() if isinstance(value, (str, int, float))]
        if len(plain) == 1 and not graph.links(node):
            name = plain[0]
    return name
