"""Where a link really comes from: through subgraphs, reroutes and bypassed nodes to the node that makes it.

The rules are those of ComfyUI's editor (``ExecutableNodeDTO``): a bypassed node hands on the input of the same
position if its type fits, else the first that fits exactly, else the first that fits at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from alice_core.providers.comfy.placing import Placed, Room
from alice_core.providers.comfy.schema import Unset
from alice_core.providers.comfy.workflow import INSIDE_INPUT, Json, Mode, broken

PRIMITIVE: Final = "PrimitiveNode"
NOTES: Final = ("Note", "MarkdownNote")
_ANY: Final = ("*", "")


@dataclass(frozen=True, slots=True)
class Source:
    """Output ``slot`` of a node."""

    key: str
    slot: int


@dataclass(frozen=True, slots=True)
class Given:
    """A value instead of a link; ``primitive`` where it is that of a node which only holds a value."""

    value: Json | Unset
    primitive: bool = False


def source_of(placed: Placed, number: int, seen: frozenset[str] = frozenset(), kind: str = "") -> Source | Given | None:
    """What feeds an input; ``None`` where nothing does.

    Args:
        placed: The node.
        number: Of its input.
        seen: Where the search has been.
        kind: The type that the input at the end takes, where the search began there.

    Raises:
        UsageError: The links run in a circle.
    """
    seen = _further(placed, f"I{number}", seen)
    slot = placed.inputs[number]
    link = placed.room.graph.links.get(slot.link) if slot.link is not None else None
    if link is None:
        return None
    if link.origin == INSIDE_INPUT:
        return _from_outside(placed.room, link.origin_slot, seen)
    origin = placed.room.nodes.get(link.origin)
    return _out_of(origin, link.origin_slot, kind or slot.kind, seen) if origin else None


def fits(one: str, other: str) -> bool:
    """Whether a link can go from one type of slot to another: equal, anything, or a common name of a list."""
    if one in _ANY or other in _ANY or one == other:
        return True
    left, right = (set(text.lower().split(",")) for text in (one, other))
    return bool(left & right) or bool({"*", ""} & (left | right))


def _from_outside(room: Room, number: int, seen: frozenset[str]) -> Source | Given | None:
    host = room.host
    if host is None or number >= len(host.inputs):
        return None
    slot = host.inputs[number]
    found = source_of(host, number, seen) if slot.link is not None else None
    if found is None and slot.name in host.widgets:
        return Given(host.widgets[slot.name])
    return found


def _out_of(placed: Placed, number: int, kind: str, seen: frozenset[str]) -> Source | Given | None:
    seen = _further(placed, f"O{number}", seen)
    if placed.node.mode == Mode.BYPASSED:
        instead = _bypass(placed, number, kind)
        return None if instead is None else source_of(placed, instead, seen)
    if placed.inside is not None:
        return _out_of_inside(placed, placed.inside, number, kind, seen)
    if placed.type is not None:
        return Source(placed.key, number)
    return _out_of_editor(placed, number, kind, seen)


def _out_of_inside(placed: Placed, inside: Room, number: int, kind: str, seen: frozenset[str]) -> Source | Given | None:
    if number >= len(inside.graph.outputs):
        return None
    links = (inside.graph.links.get(one) for one in inside.graph.outputs[number].links)
    link = next((one for one in links if one), None)
    if link is None:
        return None
    if link.origin == INSIDE_INPUT:
        return source_of(placed, link.origin_slot, seen) if link.origin_slot < len(placed.inputs) else None
    origin = inside.nodes.get(link.origin)
    return _out_of(origin, link.origin_slot, kind, seen) if origin else None


def _out_of_editor(placed: Placed, number: int, kind: str, seen: frozenset[str]) -> Source | Given | None:
    """Through a node that only the editor has: a holder of a value, a pair of named ends, a reroute."""
    name = placed.node.kind
    if name == PRIMITIVE:
        return Given(placed.widgets.get("value"), primitive=True) if "value" in placed.widgets else None
    if name == "GetNode":
        end = next((one for one in _around(placed) if _named_end(one, placed)), None)
        return source_of(end, 0, seen, kind) if end and end.inputs else None
    if number >= len(placed.inputs):
        return None
    found = source_of(placed, number, seen, kind)
    return None if isinstance(found, Given) and found.primitive else found


def _around(placed: Placed) -> list[Placed]:
    """The nodes of the same room, then of those around it."""
    found: list[Placed] = []
    room: Room | None = placed.room
    while room is not None:
        found.extend(room.nodes.values())
        room = room.host.room if room.host else None
    return found


def _named_end(one: Placed, other: Placed) -> bool:
    return one.node.kind == "SetNode" and one.node.values[:1] == other.node.values[:1] != ()


def _bypass(placed: Placed, number: int, kind: str) -> int | None:
    inputs = placed.inputs
    if kind in _ANY:
        return (number if len(inputs) > number else 0) if inputs else None
    made = placed.outputs[number].kind if number < len(placed.outputs) else "*"
    fitting = [i for i, slot in enumerate(inputs) if fits(slot.kind, made) and fits(slot.kind, kind)]
    if number in fitting:
        return number
    exact = [i for i, slot in enumerate(inputs) if slot.kind == kind]
    return next(iter(exact or fitting), None)


def _further(placed: Placed, end: str, seen: frozenset[str]) -> frozenset[str]:
    here = f"{placed.key}{end}"
    if here in seen:
        raise broken("the workflow", f"the links around node {placed.key} ({placed.title}) run in a circle")
    return seen | {here}
