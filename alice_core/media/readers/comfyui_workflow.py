"""A ComfyUI workflow, as the user sees it, made into an API graph.

Written from the behaviour of ComfyUI's front end (``graphToPrompt``) and the format of its files
(version 0.4, and 1 with links as objects): subgraphs are laid out flat with ids such as ``76:8``;
reroutes, primitives and Set/Get pairs vanish; a muted node (mode 2) is left out, a bypassed one
(mode 4) passes on its first input of the type asked for. Inputs that "Anything Everywhere" fills
when the graph runs are filled too, and marked as guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from alice_core.media.readers.comfyui_graph import MOST_NODES, Budget, Graph, Node, plain_names
from alice_core.media.readers.comfyui_widgets import OF_TEXTS, UNNAMED, widget_inputs, widget_values

_MUTED, _BYPASSED = 2, 4
_INPUTS, _OUTPUTS = -10, -20
_MOST_NESTED = 12
_MOST_HOPS = 500
_NOTES = frozenset({"Note", "MarkdownNote"})
_GETS = ("GetNode", "easy getNode", "Get")
_SETS = ("SetNode", "easy setNode", "Set")
_EVERYWHERE = ("Anything Everywhere", "Prompts Everywhere", "Seed Everywhere")

_Raw = Mapping[str, Any]


class _End(NamedTuple):
    """One end of a link."""

    node: str
    slot: int
    type: str


@dataclass(slots=True)
class _Scope:
    """The nodes of the workflow itself or of one instance of a subgraph."""

    nodes: dict[str, _Raw]
    links: dict[str, _End]
    prefix: str = ""
    definition: _Raw = field(default_factory=dict)
    instance: _Raw = field(default_factory=dict)
    parent: _Scope | None = None
    depth: int = 0
    children: dict[str, _Scope] = field(default_factory=dict)


def graph_of_workflow(value: object) -> Graph | None:
    """The API graph of a parsed workflow, or ``None`` where it is none or has more than 20,000 nodes."""
    if not isinstance(value, dict) or not isinstance(value.get("nodes"), list):
        return None
    flat = _Flat(value)
    nodes = flat.nodes()
    if not nodes:
        return None
    return Graph(nodes, flat.broadcast(nodes))


class _Flat:
    """Lays a workflow out flat."""

    def __init__(self, workflow: _Raw) -> None:
        definitions = _object(workflow.get("definitions")).get("subgraphs")
        self._subgraphs = {str(one.get("id")): one for one in _objects(definitions)}
        self._scopes: dict[str, _Scope] = {}
        self._root = _scope(workflow)
        self._budget = Budget()
        self._sources: dict[str, tuple[_Scope, _Raw]] = {}

    def nodes(self) -> dict[str, Node]:
        """All nodes that would run, by id."""
        found: dict[str, Node] = {}
        scopes = [self._root]
        for scope in scopes:
            for key, raw in scope.nodes.items():
                kind = _kind(raw)
                if raw.get("mode") in (_MUTED, _BYPASSED) or self._is_virtual(kind) or not self._budget.spend():
                    continue
                if len(found) + len(scopes) > MOST_NODES:
                    return {}
                if kind in self._subgraphs:
                    if scope.depth < _MOST_NESTED:
                        scopes.append(self._child(scope, key, raw))
                    continue
                number = scope.prefix + key
                found[number] = Node(number, kind, self._inputs(scope, raw))
                self._sources[number] = (scope, raw)
        return found

    def broadcast(self, nodes: dict[str, Node]) -> frozenset[tuple[str, str]]:
        """Fills open inputs from "Anything Everywhere" nodes; says which inputs are only supposed."""
        offers = list(self._offers())
        guessed = {(number, "text") for number, node in nodes.items() if _has_guessed_text(node)}
        for number in list(nodes) if offers else ():
            node = nodes[number]
            filled = {name: link for name, link in self._open(number, offers) if name not in node.inputs}
            if filled:
                nodes[number] = Node(node.id, node.kind, {**node.inputs, **filled})
                guessed |= {(number, name) for name in filled}
        return frozenset(guessed)

    def _open(self, number: str, offers: list[tuple[str, str, list[Any]]]) -> Iterator[tuple[str, list[Any]]]:
        """The inputs of a node without a link that an offer fits."""
        for one in _objects(self._sources[number][1].get("inputs")):
            name, kind = one.get("name"), one.get("type")
            if one.get("link") is None and isinstance(name, str):
                fit = next((link for wanted, hint, link in offers if wanted == kind and hint in {"", name}), None)
                if fit is not None:
                    yield name, fit

    def _offers(self) -> Iterator[tuple[str, str, list[Any]]]:
        """What is broadcast: type, name of the input it is for (if for one only), link."""
        for raw in self._root.nodes.values():
            kind = _kind(raw)
            if not kind.startswith(_EVERYWHERE) or raw.get("mode") in (_MUTED, _BYPASSED):
                continue
            for place, one in enumerate(_objects(raw.get("inputs"))):
                end = self._root.links.get(str(one.get("link")))
                source = None if end is None else self._source(self._root, end)
                if end is not None and isinstance(source, list):
                    hint = ("positive", "negative")[place] if kind.startswith("Prompts") and place < 2 else ""  # noqa: PLR2004 - the two
                    yield end.type, hint, source

    def _is_virtual(self, kind: str) -> bool:
        return (
            kind in _NOTES
            or kind == "PrimitiveNode"
            or kind.startswith(("Reroute", *_EVERYWHERE))
            or kind in {*_GETS, *_SETS}
            or not kind
        )

    def _child(self, scope: _Scope, key: str, raw: _Raw) -> _Scope:
        if key not in scope.children:
            definition = self._subgraphs[_kind(raw)]
            known = self._scopes.get(_kind(raw)) or _scope(definition)
            self._scopes[_kind(raw)] = known
            child = _Scope(known.nodes, known.links, f"{scope.prefix}{key}:", definition, raw)
            child.parent, child.depth = scope, scope.depth + 1
            scope.children[key] = child
        return scope.children[key]

    def _inputs(self, scope: _Scope, raw: _Raw) -> dict[str, Any]:
        inputs = widget_values(raw)
        for one in _objects(raw.get("inputs")):
            name, end = one.get("name"), scope.links.get(str(one.get("link")))
            if not isinstance(name, str) or end is None:
                continue
            source = self._source(scope, end)
            if source is not None:
                inputs[name] = source
            elif not one.get("widget"):
                inputs.pop(name, None)
        return dict(plain_names(inputs))

    def _source(self, scope: _Scope, end: _End) -> Any | None:  # noqa: ANN401 - widgets hold anything
        """What a link brings: ``[node id, slot]``, a plain value, or ``None`` where it leads nowhere."""
        kind = end.type
        for _ in range(_MOST_HOPS):
            if not self._budget.spend():
                return None
            if end.node == str(_INPUTS):
                found = self._from_outside(scope, end.slot)
                if not isinstance(found, tuple):
                    return found
                scope, end = found
                continue
            raw = scope.nodes.get(end.node)
            if raw is None or raw.get("mode") == _MUTED:
                return None
            if self._runs(raw):
                return [scope.prefix + end.node, end.slot]
            found = self._through(scope, raw, end, kind)
            if not isinstance(found, tuple):
                return found
            scope, end = found
        return None

    def _runs(self, raw: _Raw) -> bool:
        kind = _kind(raw)
        return raw.get("mode") != _BYPASSED and not self._is_virtual(kind) and kind not in self._subgraphs

    def _through(self, scope: _Scope, raw: _Raw, end: _End, kind: str) -> Any | None:  # noqa: ANN401 - a widget's value
        """One step behind a node that does not run: where it goes on (scope and end), or a plain value."""
        name = _kind(raw)
        if raw.get("mode") == _BYPASSED:
            return _step(scope, _matching(raw, end.slot, kind))
        if name in self._subgraphs:
            if scope.depth >= _MOST_NESTED:
                return None
            inner = self._child(scope, end.node, raw)
            inside = inner.links.get(f"out:{end.slot}")
            return None if inside is None else (inner, inside)
        if name == "PrimitiveNode":
            values = raw.get("widgets_values")
            return values[0] if isinstance(values, list) and values else None
        if name in _GETS:
            return self._set_elsewhere(scope, raw)
        inputs = _objects(raw.get("inputs"))
        return _step(scope, inputs[0].get("link") if inputs else None)

    def _set_elsewhere(self, scope: _Scope, raw: _Raw) -> tuple[_Scope, _End] | None:
        """Where the Set node of the same name gets its value from, in this scope or those around it."""
        wanted = _label(raw)
        place: _Scope | None = scope
        while place is not None:
            for one in place.nodes.values():
                if _kind(one) in _SETS and _label(one) == wanted:
                    inputs = _objects(one.get("inputs"))
                    return _step(place, inputs[0].get("link") if inputs else None)
            place = place.parent
        return None

    def _from_outside(self, scope: _Scope, slot: int) -> Any | None:  # noqa: ANN401 - widgets hold anything
        """What comes into a subgraph: where it goes on outside, or the value set on the instance."""
        inputs = _objects(scope.definition.get("inputs"))
        name = inputs[slot].get("name") if 0 <= slot < len(inputs) else None
        if scope.parent is None or not isinstance(name, str):
            return None
        for one in _objects(scope.instance.get("inputs")):
            if one.get("name") == name and one.get("link") is not None:
                return _step(scope.parent, one["link"])
        return _promoted(scope.instance).get(name)


def _has_guessed_text(node: Node) -> bool:
    """Whether a node's text is only supposed to be it, by its looks: one of several, or of a class of no texts."""
    if f"{UNNAMED}0" not in node.inputs or "text" not in node.inputs:
        return False
    return "text_2" in node.inputs or not OF_TEXTS.search(node.kind)


def _promoted(instance: _Raw) -> dict[str, Any]:
    """The values that a user set on an instance of a subgraph, by the name of its input."""
    named = instance.get("widgets_values_named")
    if isinstance(named, dict):
        return named
    values = instance.get("widgets_values")
    if not isinstance(values, list) or not values:
        return {}
    proxies = _object(instance.get("properties")).get("proxyWidgets")
    if isinstance(proxies, list) and proxies:
        pairs = [one for one in proxies if isinstance(one, list) and len(one) == 2]  # noqa: PLR2004 - node and name
        if len(pairs) != len(values):
            return {}
        return {name: value for (node, name), value in zip(pairs, values, strict=True) if str(node) == "-1"}
    names = widget_inputs(instance)
    return dict(zip(names, values, strict=True)) if len(names) == len(values) else {}


def _step(scope: _Scope, link: object) -> tuple[_Scope, _End] | None:
    end = scope.links.get(str(link))
    return None if end is None else (scope, end)


def _matching(raw: _Raw, slot: int, kind: str) -> object:
    """The link of the input that a bypassed node passes on: the one in the same place, else the first of the type."""
    inputs = _objects(raw.get("inputs"))
    ordered = [*inputs[slot : slot + 1], *inputs] if slot >= 0 else inputs
    return next((one.get("link") for one in ordered if one.get("type") == kind and one.get("link") is not None), None)


def _label(raw: _Raw) -> object:
    values = raw.get("widgets_values")
    return values[0] if isinstance(values, list) and values else None


def _scope(raw: _Raw) -> _Scope:
    nodes: dict[str, _Raw] = {str(one.get("id")): one for one in _objects(raw.get("nodes"))}
    links: dict[str, _End] = {}
    listed = raw.get("links")
    for one in listed if isinstance(listed, list) else ():
        number, origin, slot, target, target_slot, kind = _fields(one)
        if type(slot) is int:
            end = _End(str(origin), slot, str(kind))
            links[str(number)] = end
            if target == _OUTPUTS:
                links[f"out:{target_slot}"] = end
    return _Scope(nodes, links)


def _fields(link: object) -> tuple[Any, ...]:
    if isinstance(link, list) and len(link) >= 6:  # noqa: PLR2004 - the fields of a link
        return tuple(link[:6])
    names = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
    return tuple(_object(link).get(name) for name in names)


def _kind(raw: _Raw) -> str:
    kind = raw.get("type")
    return kind if isinstance(kind, str) else ""


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
