"""What a server is sent: nodes by id with every input named (ComfyUI's API format)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from alice_core.providers.comfy.workflow import Json, broken


@dataclass(frozen=True, slots=True)
class Feed:
    """A link in the API format: output ``slot`` of node ``node``."""

    node: str
    slot: int


Input: TypeAlias = "Json | Feed"


@dataclass(frozen=True, slots=True)
class ApiNode:
    """One node as it is sent."""

    kind: str
    inputs: Mapping[str, Input]
    title: str = ""


@dataclass(frozen=True, slots=True)
class ApiGraph:
    """A graph as it is sent."""

    nodes: Mapping[str, ApiNode]

    def with_input(self, node: str, name: str, value: Input) -> ApiGraph:
        """The graph with another value of one input."""
        old = self.nodes[node]
        return ApiGraph({**self.nodes, node: replace(old, inputs={**old.inputs, name: value})})

    def label(self, node: str) -> str:
        """How to call a node to people: its title, and its id."""
        one = self.nodes.get(node)
        return f"'{one.title or one.kind}' (node {node})" if one else f"node {node}"

    def to_json(self) -> dict[str, Any]:
        """The graph as JSON, as ``/prompt`` takes it."""
        return {
            key: {
                "inputs": {name: _out(value) for name, value in node.inputs.items()},
                "class_type": node.kind,
                "_meta": {"title": node.title},
            }
            for key, node in self.nodes.items()
        }

    def text(self) -> str:
        """The graph as a file, the same bytes for the same graph."""
        return json.dumps(self.to_json(), ensure_ascii=False, indent=2) + "\n"


def is_api_graph(data: object) -> bool:
    """Whether JSON has the API format."""
    return (
        isinstance(data, dict)
        and bool(data)
        and all(isinstance(one, dict) and "class_type" in one for one in data.values())
    )


def api_graph_of(data: object, name: str = "the workflow") -> ApiGraph:
    """The graph that JSON of the API format describes.

    Raises:
        UsageError: It has not that format (``ALICE-U06``).
    """
    if not isinstance(data, dict) or not is_api_graph(data):
        raise broken(name, "it is neither of the editor's form nor of the API format")
    return ApiGraph({str(key): _node(one, name, str(key)) for key, one in data.items()})


def _node(data: Mapping[str, Any], name: str, key: str) -> ApiNode:
    inputs, meta = data.get("inputs") or {}, data.get("_meta") or {}
    if not isinstance(inputs, dict) or not isinstance(meta, dict) or not isinstance(data["class_type"], str):
        raise broken(name, f"node {key} has no inputs by name")
    return ApiNode(data["class_type"], {one: _in(value) for one, value in inputs.items()}, str(meta.get("title") or ""))


def _in(value: Json) -> Input:
    if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str) and type(value[1]) is int:  # noqa: PLR2004 - a pair
        return Feed(value[0], value[1])
    return value


def _out(value: Input) -> Any:  # noqa: ANN401 - JSON
    return [value.node, value.slot] if isinstance(value, Feed) else value
