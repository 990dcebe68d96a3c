"""What the camera does: moves by energy and place, with opposite directions in turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from alice_core.directing.arc import Function, Role
from alice_core.directing.draw import number, pick
from alice_core.directing.model import Move
from alice_core.directing.pacing import Level

SHORTEST_MOVE = Fraction(1, 2)
"""Seconds; in less the eye sees no move, only a jerk."""

_PAIRS: Mapping[str, tuple[Move, Move]] = {
    "dolly": (Move.PUSH_IN, Move.PULL_OUT),
    "pan": (Move.PAN_LEFT, Move.PAN_RIGHT),
    "tilt": (Move.TILT_UP, Move.TILT_DOWN),
}
_AXES: Mapping[Level, tuple[str, ...]] = {
    Level.CALM: ("dolly", "hold", "pan", "dolly", "hold"),
    Level.STEADY: ("dolly", "pan", "hold", "pan", "tilt", "dolly"),
    Level.STRONG: ("dolly", "pan", "tilt", "dolly", "pan"),
    Level.PEAK: ("dolly", "tilt", "pan", "dolly"),
}
_OPENING: Mapping[Function, str] = {
    Function.ESTABLISH: "pan",
    Function.DEVELOP: "dolly",
    Function.LIFT: "tilt",
    Function.RELEASE: "dolly",
    Function.BREATHE: "hold",
    Function.RESOLVE: "dolly",
}


@dataclass(slots=True)
class Camera:
    """The operator of one plan, who remembers the shot before and the last move on each axis."""

    seed: int
    _before: str = ""
    _last: dict[str, Move] = field(default_factory=dict)

    def move(self, label: str, place: int, role: Role, length: Fraction, *, last: bool = False) -> Move:
        """The move of the next shot.

        Args:
            label: Of the shot's section.
            place: Of the shot in its section, from 0.
            role: Of the section.
            length: Of the shot in seconds.
            last: Whether the film ends with it: the camera draws back or rests.
        """
        opening = _OPENING[role.function]
        if length < SHORTEST_MOVE:
            axis = "hold"
        elif last:
            back = self._last.get("dolly") is Move.PUSH_IN or self._before == "hold"
            axis = "dolly" if back and self._before != "dolly" else "hold"
        elif place == 0 and self._before != opening:
            axis = opening
        else:
            options = [axis for axis in _AXES[role.level] if axis != self._before]
            axis = pick(options, self.seed, "camera", label, place)
        self._before = axis
        if axis == "hold":
            return Move.HOLD
        first, second = _PAIRS[axis]
        if axis in self._last:
            move = second if self._last[axis] is first else first
        else:
            move = first if axis == "dolly" or number(self.seed, "axis", axis) % 2 else second
        self._last[axis] = move
        return move
