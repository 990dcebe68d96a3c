"""Nodes that only hold a value, and hand it to every widget that they are linked to.

On loading, the editor gives such a node the range and step that all of its widgets share, and rounds the value to
them; each widget then rounds once more to its own step (``PrimitiveNode``, ``useIntWidget``, ``useFloatWidget``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from alice_core.providers.comfy.placing import Placed, Room
from alice_core.providers.comfy.resolving import PRIMITIVE
from alice_core.providers.comfy.schema import UNSET, InputSpec, Unset
from alice_core.providers.comfy.workflow import Json

_NUMBERS: Final = ("INT", "FLOAT")
_FREE: Final = {
    "default",
    "forceInput",
    "defaultInput",
    "control_after_generate",
    "multiline",
    "tooltip",
    "dynamicPrompts",
}
_RANGE: Final = {"min", "max", "step"}


@dataclass(frozen=True, slots=True)
class Target:
    """A widget that a holder of a value feeds."""

    placed: Placed
    widget: str
    spec: InputSpec | None


def hand_out(room: Room) -> None:
    """Give every widget that a value holder feeds the value, everywhere in a laid-out workflow."""
    for placed in room.everything():
        if placed.node.kind == PRIMITIVE:
            _hand_out(placed)


def _hand_out(holder: Placed) -> None:
    targets = [one for link in _links(holder) for one in _target(holder.room, link)]
    if not targets:
        return
    value = holder.node.values[0] if holder.node.values else targets[0].placed.widgets.get(targets[0].widget, UNSET)
    value = _shared(value, targets)
    holder.widgets["value"] = UNSET if isinstance(value, Unset) else value
    for target in targets:
        target.placed.set(target.widget, rounded(value, target.spec))


def _links(holder: Placed) -> list[int]:
    listed = [link for slot in holder.outputs[:1] for link in slot.links]
    return listed or [link.id for link in holder.room.graph.links.values() if link.origin == holder.node.id]


def _target(room: Room, number: int) -> list[Target]:
    link = room.graph.links.get(number)
    placed = room.nodes.get(link.target) if link else None
    slot = next((one for one in placed.inputs if one.link == number), None) if placed else None
    if placed is None or slot is None or slot.widget not in placed.widgets:
        return []
    return [Target(placed, slot.widget, placed.specs.get(slot.widget))]


def rounded(value: Json | Unset, spec: InputSpec | None) -> Json | Unset:
    """What the widget of an input makes of a value that it is handed."""
    if spec is None or spec.kind not in _NUMBERS or isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return _to_step(value, spec.options) if spec.kind == "INT" else _to_places(value, spec.options)


def _shared(value: Json | Unset, targets: list[Target]) -> Json | Unset:
    """The value inside the range and on the step that all widgets share."""
    first = targets[0].spec
    if first is None or first.kind not in _NUMBERS or isinstance(value, bool) or not isinstance(value, int | float):
        return value
    options, number = dict(first.options), value
    for target in targets:
        both = _common(options, target.spec, first.kind)
        if both is None:
            continue
        options = both
        number = min(max(number, options.get("min", 0)), options.get("max", 2048))
        number = _to_step(number, options) if first.kind == "INT" else _to_places(number, options)
    return number


def _common(options: Mapping[str, Any], spec: InputSpec | None, kind: str) -> dict[str, Any] | None:
    if spec is None or spec.kind != kind:
        return None
    mine, theirs = dict(options), dict(spec.options)
    least = max(mine.get("min", -math.inf), theirs.get("min", -math.inf))
    most = min(mine.get("max", math.inf), theirs.get("max", math.inf))
    others = (mine.keys() | theirs.keys()) - _FREE - _RANGE
    if least > most or any(mine.get(key) != theirs.get(key) for key in others):
        return None
    step = _least_multiple(mine.get("step", 1), theirs.get("step", 1))
    return mine | theirs | {"min": least, "max": most, "step": step}


def _least_multiple(one: float, other: float) -> float:
    """The least common multiple in the editor's arithmetic; with steps of 0.1 it goes wrong, and so it must here."""
    if not one or not other:
        return one or other or 1
    left, right = one, other
    while right:
        left, right = right, math.fmod(left, right)
    return abs(one * other) / left


def _to_step(value: float, options: Mapping[str, Any]) -> int | float:
    step = options.get("step") or 1
    if step == 1:
        return _round(value)
    offset = math.fmod(options.get("min", 0), step)
    return _whole(_round((value - offset) / step) * step + offset)


def _to_places(value: float, options: Mapping[str, Any]) -> int | float:
    step = options.get("step", 0.5)
    places = max(0, -math.floor(math.log10(step))) if step else 0
    unit = options.get("round") or (10**-places if places else 0)
    if not unit:
        return value
    # As a browser's toFixed: of the number as it is in binary, a half away from zero.
    exact = Decimal(_round(value / unit) * unit)
    near = float(exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))
    return _whole(min(max(near, options.get("min", 0)), options.get("max", 2048)))


def _round(value: float) -> int | float:
    """The nearest whole number, a half upwards; whole numbers stay exact however large."""
    return value if isinstance(value, int) or math.isinf(value) else math.floor(value + 0.5)


def _whole(value: float) -> int | float:
    return int(value) if isinstance(value, float) and value.is_integer() else value
