"""What a workflow file is, before anything is sent: its form, its roles, and what a server lacks for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from alice_core.errors import NotFound, UsageError
from alice_core.providers.comfy.binding import spec_of
from alice_core.providers.comfy.convert import missing_types
from alice_core.providers.comfy.files import read_workflow
from alice_core.providers.comfy.graph import ApiGraph, Feed, Input, is_api_graph
from alice_core.providers.comfy.pins import pinned, read_pins, with_pins
from alice_core.providers.comfy.preflight import Lack, graph_for, lacks_of
from alice_core.providers.comfy.roles import Role, Site, find_roles
from alice_core.providers.comfy.schema import NodeType, node_types
from alice_core.providers.comfy.wire import Wire
from alice_core.providers.comfy.workflow import Json, workflow_of


@dataclass(frozen=True, slots=True)
class Found:
    """One input that has a role.

    Attributes:
        role: Which.
        site: Where, as a sidecar writes it.
        title: What people call the node.
        value: What the workflow has there.
        pinned: Whether a person said so.
        step: A number there is on this step, such as 4 for lengths of 4n+1; 0 where there is none.
    """

    role: Role
    site: Site
    title: str
    value: Json
    pinned: bool
    step: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """A workflow looked at.

    Attributes:
        form: ``editor`` or ``api``.
        nodes: How many are sent.
        found: The inputs with a role, in the order of the roles.
        lacks: What the server would refuse.
        graph: What would be sent; ``None`` where node types are missing.
    """

    form: str
    nodes: int
    found: tuple[Found, ...]
    lacks: tuple[Lack, ...]
    graph: ApiGraph | None


def types_from(object_info: Path | None, server: str = "") -> Mapping[str, NodeType]:
    """The node types of a server, asked for now, or from a saved ``/object_info``.

    Raises:
        NotFound: There is no such file.
        UsageError: The file is no such list.
        ProviderError: The server cannot be asked.
    """
    if object_info is None:
        return node_types(Wire(server).object_info())
    try:
        return node_types(json.loads(object_info.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise NotFound(f"there is no file {object_info}", code="ALICE-N01") from error
    except (OSError, ValueError) as error:
        hint = "Save it from the server's address with /object_info at its end."
        raise UsageError(f"{object_info} is no list of node types: {error}", hint=hint) from error


def inspect_workflow(path: Path, types: Mapping[str, NodeType]) -> Inspection:
    """Look at a workflow file for a server with these node types.

    Raises:
        NotFound: There is no such file.
        UsageError: It is no workflow, or its sidecar cannot be used.
    """
    data = read_workflow(path)
    form = "api" if is_api_graph(data) else "editor"
    pins = pinned(read_pins(path), str(path))
    if form == "editor" and missing_types(workflow_of(data, str(path)), types):
        return Inspection(form, 0, (), lacks_of(data, types), None)
    graph = graph_for(data, types, name=str(path))
    roles = with_pins(find_roles(graph, types), pins, graph)
    found = [_found(graph, role, site, types, by_hand=role in pins) for role, sites in roles.items() for site in sites]
    return Inspection(form, len(graph.nodes), tuple(found), lacks_of(data, types), graph)


def _found(graph: ApiGraph, role: Role, site: Site, types: Mapping[str, NodeType], *, by_hand: bool) -> Found:
    node = graph.nodes[site.node]
    return Found(
        role, site, node.title or node.kind, _shown(node.inputs[site.input]), by_hand, _step(graph, site, types)
    )


def _shown(value: Input) -> Json:
    return f"from node {value.node}" if isinstance(value, Feed) else value


def _step(graph: ApiGraph, site: Site, types: Mapping[str, NodeType]) -> int:
    spec = spec_of(graph, site, types)
    step = spec.options.get("step") if spec else None
    return step if isinstance(step, int) and step > 1 else 0
