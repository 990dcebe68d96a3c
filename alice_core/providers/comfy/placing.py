"""A workflow laid out: every node of every instance of every subgraph, with the values of its widgets.

What the editor does when it loads a file: a node has the inputs that its type has now, the links it had by name,
and the saved values of its widgets by position. An instance of a subgraph shows the first widget behind each of
its inputs as its own, with a value of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from alice_core.providers.comfy.schema import UNSET, InputSpec, NodeType, Unset, Widget, slots_of, widgets_of
from alice_core.providers.comfy.workflow import INSIDE_INPUT, Graph, Json, Link, Node, Port, Slot, Workflow, broken

_RENAMED: Final = {
    "T2IAdapterLoader": "ControlNetLoader",
    "ConditioningAverage ": "ConditioningAverage",
    "SDV_img2vid_Conditioning": "SVD_img2vid_Conditioning",
}
_SEEDS: Final = ("seed", "noise_seed")
_DEEPEST: Final = 100


@dataclass(frozen=True, slots=True)
class Rules:
    """Which editor is followed where they differ.

    Attributes:
        named: Values that a file has by name are used; before, only their positions counted.
        by_link: The widget behind an instance's input is found by its link; before, by the position that the file
            had for it, which is another widget's where the file leaves out inputs without a link.
    """

    named: bool
    by_link: bool


EDITOR_2025: Final = Rules(named=False, by_link=False)
"""As measured with comfyui-frontend-package 1.27.10."""

EDITOR_2026: Final = Rules(named=True, by_link=True)
"""As read in the source of a year later."""


@dataclass(slots=True, eq=False)
class Placed:
    """One node in one place.

    Attributes:
        room: Where it is.
        node: As it was saved.
        type: Of the server; ``None`` for a subgraph, a node of the editor alone and an unknown one.
        inputs: As it has them now.
        outputs: Likewise.
        widgets: The current values by name.
        shown: The widgets, in order.
        specs: What the server says of the inputs that the widgets stand for.
        inside: What a subgraph's instance contains.
    """

    room: Room
    node: Node
    type: NodeType | None
    inputs: tuple[Slot, ...]
    outputs: tuple[Slot, ...]
    widgets: dict[str, Json | Unset] = field(default_factory=dict)
    shown: tuple[Widget, ...] = ()
    specs: dict[str, InputSpec] = field(default_factory=dict)
    inside: Room | None = None

    @property
    def key(self) -> str:
        """Its id in what is sent: the ids of the instances that it is in, and its own."""
        return ":".join((*self.room.path, self.node.id))

    @property
    def title(self) -> str:
        """What people call it."""
        return self.node.title or (self.type.title if self.type else self.node.kind)

    def set(self, name: str, value: Json | Unset) -> None:
        """Give a widget a value; a box of text makes text of it, and a view keeps its own."""
        widget = next((one for one in self.shown if one.name == name), None)
        if widget is None or widget.fixed or isinstance(value, Unset):
            return
        self.widgets[name] = _as_text(value) if widget.text else value


@dataclass(slots=True, eq=False)
class Room:
    """The workflow itself, or the inside of one instance of a subgraph.

    Attributes:
        path: The ids of the instances around it, outermost first.
        graph: What is in it.
        host: The instance whose inside it is; ``None`` for the workflow itself.
        nodes: By id.
    """

    path: tuple[str, ...]
    graph: Graph
    host: Placed | None = None
    nodes: dict[str, Placed] = field(default_factory=dict)

    def everything(self) -> Iterator[Placed]:
        """Every node of it and of what is inside of it, instances before their insides."""
        for placed in self.nodes.values():
            yield placed
            if placed.inside:
                yield from placed.inside.everything()


def rules_for(types: Mapping[str, NodeType]) -> Rules:
    """The rules of the editor that comes with a server: one that knows dynamic inputs has the later one."""
    later = any(spec.kind.startswith("COMFY_") for one in types.values() for spec in one.inputs)
    return EDITOR_2026 if later else EDITOR_2025


@dataclass(frozen=True, slots=True)
class _Shop:
    """What laying out needs to know."""

    subgraphs: Mapping[str, Graph]
    types: Mapping[str, NodeType]
    rules: Rules


def laid_out(workflow: Workflow, types: Mapping[str, NodeType], rules: Rules = EDITOR_2026) -> Room:
    """The workflow as the editor has it after loading.

    Raises:
        UsageError: A subgraph contains itself.
    """
    return _room((), workflow.root, None, _Shop(workflow.subgraphs, types, rules))


def _room(path: tuple[str, ...], graph: Graph, host: Placed | None, shop: _Shop) -> Room:
    if len(path) > _DEEPEST:
        raise broken("the workflow", f"the subgraph {graph.name or graph.id!r} contains itself")
    room = Room(path, graph, host)
    for node in graph.nodes.values():
        inner = shop.subgraphs.get(node.kind)
        kind = shop.types.get(_RENAMED.get(node.kind, node.kind))
        if inner is not None:
            room.nodes[node.id] = _instance(room, node, inner, shop)
        elif kind is not None:
            room.nodes[node.id] = _typed(room, node, kind, shop.rules)
        else:
            room.nodes[node.id] = Placed(room, node, None, node.inputs, node.outputs)
    return room


def _typed(room: Room, node: Node, kind: NodeType, rules: Rules) -> Placed:
    placed = Placed(room, node, kind, (), _outputs(kind.outputs, node.outputs))
    specs = _fill(placed, kind, node, rules)
    placed.specs = {spec.name: spec for spec in specs}
    saved = {slot.name: slot for slot in node.inputs}
    mine = [replace(slot, link=saved[slot.name].link) if slot.name in saved else slot for slot in slots_of(specs)]
    known = {slot.name for slot in mine}
    placed.inputs = (*mine, *(slot for slot in node.inputs if slot.name not in known))
    return placed


def _fill(placed: Placed, kind: NodeType, node: Node, rules: Rules) -> list[InputSpec]:
    """Load the saved values into the widgets; gives the inputs, those of chosen options included."""
    specs = list(kind.inputs)
    waiting = list(widgets_of(specs, kind.name))
    values = iter(_without_forced(kind, waiting, node.values))
    shown: list[Widget] = []
    while waiting:
        widget = waiting.pop(0)
        shown.append(widget)
        placed.shown = tuple(shown)
        placed.widgets.setdefault(widget.name, widget.value)
        if widget.stored:
            placed.set(widget.name, next(values, UNSET))
        if rules.named or not node.values:
            placed.set(widget.name, node.named.get(widget.name, UNSET))
        added = widget.inside.get(str(placed.widgets[widget.name]), ())
        if added:
            specs.extend(added)
            waiting[:0] = widgets_of(added)
    return specs


def _without_forced(kind: NodeType, widgets: Sequence[Widget], values: tuple[Json, ...]) -> tuple[Json, ...]:
    """The saved values without those of inputs that had a widget once and are sockets now.

    Such a file is known by its count; the rule, doubled seeds and all, is the editor's own (``migrateWidgetsValues``).
    """
    names = {widget.name for widget in widgets}
    specs = [spec for spec in map(kind.input, kind.declared) if spec and (spec.name in names or spec.forced)]
    doubled = [spec for spec in specs if spec.options.get("control_after_generate") or spec.name in _SEEDS]
    if len(specs) + len(doubled) != len(values):
        return values
    return tuple(value for i, value in enumerate(values) if i >= len(specs) or not specs[i].forced)


def _outputs(mine: tuple[Slot, ...], saved: tuple[Slot, ...]) -> tuple[Slot, ...]:
    both = [replace(slot, links=saved[i].links) if i < len(saved) else slot for i, slot in enumerate(mine)]
    return (*both, *saved[len(mine) :])


def _instance(room: Room, node: Node, inner: Graph, shop: _Shop) -> Placed:
    saved = {slot.name: slot for slot in node.inputs}
    inputs = [
        Slot(port.name, port.kind, saved[port.name].link if port.name in saved else None) for port in inner.inputs
    ]
    ports = tuple(Slot(port.name, port.kind) for port in inner.outputs)
    placed = Placed(room, node, None, tuple(inputs), _outputs(ports, node.outputs))
    placed.inside = _room((*room.path, node.id), inner, placed, shop)
    _show(placed, placed.inside, shop.rules)
    return placed


def _show(placed: Placed, inside: Room, rules: Rules) -> None:
    """Show the first widget behind each input as the instance's own, then load the values saved with the instance."""
    doubled: list[str] = []
    for port in inside.graph.inputs:
        behind = next(iter(_behind(inside, port, rules)), None)
        if behind is None:
            continue
        owner, widget = behind
        placed.shown = (*placed.shown, replace(widget, name=port.name, inside={}))
        placed.widgets[port.name] = owner.widgets[widget.name]
        if widget.name in owner.specs:
            placed.specs[port.name] = owner.specs[widget.name]
        if rules.by_link and _has_control(owner, widget):
            doubled.append(port.name)
    names = [one.name for one in placed.shown if one.stored]
    if len(placed.node.values) <= len(names):
        doubled = []
    places = [place for name in names for place in ([name, ""] if name in doubled else [name])]
    for name, value in zip(places, placed.node.values, strict=False):
        placed.set(name, value)
    if rules.named or not placed.node.values:
        for name, value in placed.node.named.items():
            placed.set(name, value)
    placed.inputs = tuple(replace(one, widget=one.name) if one.name in placed.widgets else one for one in placed.inputs)


def _has_control(owner: Placed, widget: Widget) -> bool:
    """Whether a saved instance may have a second place after a widget, for how it changes."""
    names = [one.name for one in owner.shown]
    after = owner.shown[names.index(widget.name) + 1 :][:1]
    return bool(after) and not after[0].sent and after[0].name == "control_after_generate"


def _behind(inside: Room, port: Port, rules: Rules) -> Iterator[tuple[Placed, Widget]]:
    for link_id in port.links:
        link = inside.graph.links.get(link_id)
        target = inside.nodes.get(link.target) if link and link.origin == INSIDE_INPUT else None
        if link is None or target is None:
            continue
        here = [slot for i, slot in enumerate(target.inputs) if _meant(slot, i, link, rules)]
        yield from ((target, one) for one in target.shown if here and here[0].widget and one.name == here[0].widget)


def _meant(slot: Slot, number: int, link: Link, rules: Rules) -> bool:
    return slot.link == link.id if rules.by_link else number == link.target_slot


def _as_text(value: Json) -> str:
    """What a box of text makes of a value: its text, with the line ends of a web page."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).replace("\r\n", "\n").replace("\r", "\n")
