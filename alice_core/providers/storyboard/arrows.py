"""Camera moves as storyboard artists draw them: arrows at the border, nested frames for zooms."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from alice_core.providers.storyboard.palette import RGB

if TYPE_CHECKING:
    from alice_core.media.canvas import Point
    from alice_core.providers.storyboard.stage import Stage

_SAFE = 0.09
"""Share of each side that a moving camera may crop; nothing that must be read lies there."""

_DIRECTIONS = {"pan-left": (-1, 0), "pan-right": (1, 0), "tilt-up": (0, -1), "tilt-down": (0, 1)}
_ZOOMS = {"push-in": 1, "pull-out": -1}


def draw_move(stage: Stage, move: str) -> None:
    """Draw the arrow or the frames of a camera move over the picture; nothing for one that holds."""
    if move in _DIRECTIONS:
        _border_arrow(stage, *_DIRECTIONS[move])
    elif move in _ZOOMS:
        _nested_frame(stage, inward=_ZOOMS[move] > 0)


def _border_arrow(stage: Stage, dx: int, dy: int) -> None:
    left, top = _SAFE * stage.width, _SAFE * stage.height
    right, bottom = stage.width - left, stage.height - 0.05 * stage.height
    length = 15 * stage.unit
    tip = (
        {-1: left, 0: stage.width / 2, 1: right}[dx],
        {-1: top, 0: (top + bottom) / 2, 1: bottom}[dy],
    )
    _arrow(stage, tip, math.atan2(dy, dx), length)


def _nested_frame(stage: Stage, *, inward: bool) -> None:
    """Four corners of the smaller frame, and an arrow on each diagonal between it and the picture's edge."""
    middle = (stage.width / 2, stage.height * 0.51)
    for x in (-1, 1):
        for y in (-1, 1):
            inner = (middle[0] + x * 0.27 * stage.width, middle[1] + y * 0.25 * stage.height)
            outer = (middle[0] + x * 0.40 * stage.width, middle[1] + y * 0.385 * stage.height)
            _corner(stage, inner, -x, -y)
            angle = math.atan2(inner[1] - outer[1], inner[0] - outer[0])
            reach = math.dist(inner, outer)
            away = 1.6 * stage.unit
            turn = angle if inward else angle + math.pi
            tip = (inner[0] - away * math.cos(turn), inner[1] - away * math.sin(turn)) if inward else outer
            _arrow(stage, tip, turn, min(reach - away, 10 * stage.unit), slim=0.8)


def _corner(stage: Stage, at: Point, dx: int, dy: int) -> None:
    long, thick = 6.5 * stage.unit, 0.62 * stage.unit
    for x1, y1 in ((at[0] + dx * long, at[1] + dy * thick), (at[0] + dx * thick, at[1] + dy * long)):
        _mark(stage, [at, (x1, at[1]), (x1, y1), (at[0], y1)])


def _arrow(stage: Stage, tip: Point, angle: float, length: float, slim: float = 1.0) -> None:
    """A broad arrow that ends in ``tip``; ``angle`` is its direction in radians, 0 to the right."""
    head, half, shaft = 0.46 * length, 0.3 * length * slim, 0.13 * length * slim
    outline = (
        (0.0, 0.0),
        (-head, half),
        (-head * 0.86, shaft),
        (-length, shaft * 0.72),
        (-length, -shaft * 0.72),
        (-head * 0.86, -shaft),
        (-head, -half),
    )
    cos, sin = math.cos(angle), math.sin(angle)
    _mark(stage, [(tip[0] + x * cos - y * sin, tip[1] + x * sin + y * cos) for x, y in outline])


def _mark(stage: Stage, points: Sequence[Point]) -> None:
    """A sign over the picture that is seen on any ground: paper colour, an ink edge, a shadow."""
    away = 0.42 * stage.unit
    middle = (sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points))
    stage.polygon(_grown(points, middle, 0.34 * stage.unit, away), stage.palette.ink)
    color: RGB = stage.palette.paper
    stage.polygon(points, color)


def _grown(points: Sequence[Point], middle: Point, by: float, away: float) -> list[Point]:
    grown = []
    for x, y in points:
        reach = math.dist((x, y), middle) or 1.0
        share = 1 + by / reach
        grown.append((middle[0] + (x - middle[0]) * share + away * 0.5, middle[1] + (y - middle[1]) * share + away))
    return grown
