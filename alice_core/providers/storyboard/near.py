"""Close-ups of people: a profile, an eye, hands."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from alice_core.providers.storyboard.outdoors import Line
from alice_core.providers.storyboard.palette import RGB, mix
from alice_core.providers.storyboard.stage import Lamp, Stage, curve
from alice_core.providers.storyboard.words import Wish

_FACE = (
    (0.0, -1.0), (0.2, -0.94), (0.34, -0.78), (0.4, -0.6), (0.385, -0.5), (0.43, -0.4), (0.535, -0.245), (0.5, -0.2),
    (0.43, -0.185), (0.425, -0.15), (0.475, -0.1), (0.455, -0.07), (0.42, -0.055), (0.46, -0.015), (0.425, 0.03),
    (0.395, 0.06), (0.415, 0.14), (0.37, 0.2), (0.27, 0.205), (0.12, 0.16), (0.07, 0.3), (0.1, 0.52), (0.3, 0.68),
    (0.62, 0.86), (0.8, 1.5), (-1.15, 1.5), (-0.95, 0.85), (-0.5, 0.62), (-0.32, 0.45), (-0.33, 0.1), (-0.42, -0.2),
    (-0.47, -0.5), (-0.36, -0.82), (-0.18, -0.97),
)  # fmt: skip
"""A head in profile that looks right, the crown at -1, the chin at 0.2, shoulders below."""

_BOB = (
    (0.3, -0.84), (0.34, -0.74), (0.2, -0.72), (0.06, -0.58), (0.02, -0.38), (-0.03, -0.2), (-0.08, 0.02), (-0.12, 0.3),
    (-0.34, 0.48), (-0.55, 0.4), (-0.58, 0.0), (-0.62, -0.5), (-0.46, -0.95), (-0.1, -1.12), (0.18, -1.03),
)  # fmt: skip
_LONG = (
    (0.3, -0.85), (0.33, -0.74), (0.16, -0.72), (0.04, -0.55), (0.0, -0.3), (-0.06, -0.05), (-0.02, 0.3), (-0.1, 0.7),
    (-0.3, 1.1), (-0.7, 1.2), (-0.95, 0.8), (-0.74, 0.4), (-0.66, -0.1), (-0.64, -0.55), (-0.46, -0.98), (-0.1, -1.13),
    (0.18, -1.04),
)  # fmt: skip
_SHORT = (
    (0.34, -0.86), (0.36, -0.72), (0.22, -0.68), (0.1, -0.62), (0.06, -0.46), (0.0, -0.42), (-0.03, -0.3),
    (-0.16, -0.2), (-0.28, 0.02), (-0.42, 0.02), (-0.5, -0.3), (-0.53, -0.6), (-0.42, -0.96), (-0.1, -1.12),
    (0.2, -1.05),
)  # fmt: skip
_HAIR = (_BOB, _LONG, _SHORT)


def backdrop(stage: Stage) -> tuple[float, float]:
    """Rings around a light somewhere behind; says where it is."""
    p = stage.palette
    stage.canvas.vertical_gradient(((0, p.top), (0.9, p.low)))
    x, y = stage.width * stage.between(0.22, 0.78), stage.height * stage.between(0.2, 0.6)
    around = mix(p.top, p.low, 0.5)
    for step in range(6, 0, -1):
        stage.circle(x, y, stage.unit * 11 * step, mix(around, p.glow, 0.46 - 0.07 * step))
    if stage.chance.random() < 0.4:
        stage.circle(x, y, stage.unit * 8, p.glow if p.night else p.sun)
    stage.lamps.append(Lamp(x, y, stage.unit * 60, p.glow, 0.5))
    return x, y


def profile(stage: Stage, wish: Wish) -> None:
    """A head in profile before a large light."""
    p, u = stage.palette, stage.unit
    light = backdrop(stage)
    facing = 1 if light[0] > stage.width / 2 else -1
    size = min(stage.height * stage.between(0.42, 0.56), stage.width * 0.62)
    x = stage.width / 2 - facing * size * stage.between(-0.1, 0.4)
    y = stage.height * stage.between(0.58, 0.66)

    def placed(shape: Sequence[tuple[float, float]]) -> Line:
        return [(x + facing * px * size, y + py * size) for px, py in curve(shape, closed=True, fine=5)]

    face, behind = placed(_FACE), mix(p.top, p.low, 0.5)
    for away, share in ((2.4, 0.12), (1.3, 0.24)):
        stage.polygon([(px - facing * away * u, py + away * 0.5 * u) for px, py in face], mix(behind, p.ink, share))
    stage.polygon([(px + facing * 0.7 * u, py - 0.25 * u) for px, py in face], mix(p.sun, p.glow, 0.5))
    stage.polygon(face, p.tone(0.72))
    stage.polygon(placed([(px * 0.9 - 0.09, py * 0.98 + 0.02) for px, py in _FACE]), p.tone(0.92))
    _collar(stage, placed, wish)
    hair = placed(_HAIR[{"coat": 1, "dress": 0, "lantern": 0}.get(wish.garment, stage.chance.randrange(3))])
    stage.polygon([(px + facing * 0.5 * u, py - 0.4 * u) for px, py in hair], mix(p.ink, p.glow, 0.35))
    stage.polygon(hair, p.ink)
    lid = [(0.245, -0.455), (0.295, -0.43), (0.35, -0.46)]
    stage.canvas.line([(x + facing * px * size, y + py * size) for px, py in curve(lid)], p.ink, max(1, size * 0.018))
    if stage.chance.random() < 0.3:
        _headphones(stage, x, y, size, facing)


def _collar(stage: Stage, placed: Callable[[Sequence[tuple[float, float]]], Line], wish: Wish) -> None:
    p = stage.palette
    cloth = ((0.16, 0.5), (0.34, 0.62), (0.66, 0.8), (0.9, 1.6), (-1.2, 1.6), (-1.0, 0.8), (-0.52, 0.56), (-0.3, 0.36))
    color = (
        p.accent if wish.garment == "coat" else mix(p.paper, p.accent, 0.2) if wish.garment == "dress" else p.tone(1.0)
    )
    stage.polygon(placed(cloth), mix(color, p.ink, 0.3))
    stage.polygon(placed([(px * 0.97 - 0.03, py + 0.05) for px, py in cloth]), color)


def _headphones(stage: Stage, x: float, y: float, size: float, facing: int) -> None:
    p = stage.palette
    ear = (x - facing * 0.1 * size, y - 0.38 * size)
    turns = [math.pi * step / 20 for step in range(21)]
    band = [
        (ear[0] - facing * 0.02 * size + math.cos(t) * size * 0.1, ear[1] - size * 0.76 * math.sin(t)) for t in turns
    ]
    stage.canvas.line(band[8:], p.accent, size * 0.05)
    for radius, color in ((0.2, mix(p.accent, p.ink, 0.5)), (0.17, p.accent), (0.1, mix(p.accent, p.paper, 0.5))):
        stage.circle(*ear, size * radius, color)


def eye(stage: Stage, wish: Wish) -> None:
    """One eye, the paper around it in steps; in it a light."""
    p, u = stage.palette, stage.unit
    del wish
    skin = p.tone(stage.between(0.4, 0.6))
    stage.canvas.rectangle((0, 0, stage.width, stage.canvas.height), skin)
    middle = (stage.width * stage.between(0.44, 0.56), stage.height * stage.between(0.56, 0.62))
    half, tilt = min(stage.width * 0.34, stage.height * 0.58), stage.between(-0.12, 0.12)
    open_ = stage.between(0.8, 1.0)
    for step in range(5, 0, -1):
        edge = p.tone(0.95) if step % 2 else p.low
        stage.polygon(_lids(middle, half, tilt, open_, step * 0.6), mix(skin, edge, 0.08 + 0.055 * (6 - step)))
    stage.polygon([(x, y - 1.6 * u) for x, y in _lids(middle, half, tilt, open_, 0.16)], p.ink)
    white = _lids(middle, half, tilt, open_, 0)
    stage.polygon(white, mix(p.paper, skin, 0.16))
    x, y = middle[0] + stage.between(-0.16, 0.16) * half, middle[1] - half * 0.07
    _iris(stage, x, y, half * 0.4)
    _lid(stage, middle, half, tilt, open_, skin)
    brow = [(-1.1, -0.82), (-0.3, -1.12), (1.2, -0.72)]
    stage.canvas.line(
        curve([(middle[0] + bx * half, middle[1] + by * half) for bx, by in brow]), p.ink, max(1, 4.2 * u)
    )
    stage.lamps.append(Lamp(x, y, half * 1.4, p.glow, 0.2))


def _lids(middle: tuple[float, float], half: float, tilt: float, open_: float, grow: float) -> Line:
    wide, up, down = half * (1 + 0.2 * grow), half * (0.5 * open_ + 0.3 * grow), half * (0.3 + 0.26 * grow)
    shape = [(-1.0 * wide, 0.06 * up), (-0.55 * wide, -0.72 * up), (0.05 * wide, -up), (0.6 * wide, -0.62 * up)]
    shape += [(wide, 0.16 * up), (0.5 * wide, 0.72 * down), (0.0, down), (-0.55 * wide, 0.74 * down)]
    return [(middle[0] + x - tilt * y, middle[1] + y + tilt * x) for x, y in curve(shape, closed=True, fine=9)]


def _iris(stage: Stage, x: float, y: float, size: float) -> None:
    p = stage.palette
    for share, color in ((1.0, mix(p.accent, p.ink, 0.6)), (0.9, p.accent), (0.66, mix(p.accent, p.glow, 0.4))):
        stage.circle(x, y, size * share, color)
    for spoke in range(32):
        turn, outer = math.tau * spoke / 32, stage.between(0.74, 0.88)
        ends = [(x + math.cos(turn) * size * r, y + math.sin(turn) * size * r) for r in (0.5, outer)]
        stage.canvas.line(ends, mix(p.accent, p.glow, 0.6), max(1, 0.2 * stage.unit))
    stage.circle(x, y, size * 0.46, p.ink)
    stage.circle(x - size * 0.3, y - size * 0.36, size * 0.17, p.paper)
    stage.circle(x + size * 0.28, y + size * 0.3, size * 0.08, p.paper)


def _lid(stage: Stage, middle: tuple[float, float], half: float, tilt: float, open_: float, skin: RGB) -> None:
    """The upper lid over the iris, its shadow, its lashes."""
    p, u = stage.palette, stage.unit
    upper = _lids(middle, half, tilt, open_, 0)[:37]
    raised = [(x, y - half * 0.22) for x, y in reversed(upper)]
    stage.polygon([*upper, *raised], mix(skin, p.ink, 0.25))
    lower = [(x, y + 0.9 * u) for x, y in upper]
    stage.polygon([*lower, *((x, y - 2.0 * u) for x, y in reversed(upper))], p.ink)
    for index in range(3, len(upper) - 2, 3):
        x, y = upper[index]
        out = (x - middle[0]) / half
        stage.polygon([(x - 0.6 * u, y), (x + out * 8 * u, y - 5.4 * u), (x + 0.8 * u, y + 0.3 * u)], p.ink)


def hands(stage: Stage, wish: Wish) -> None:
    """Two hands that almost touch, or one that reaches for a light."""
    p, u = stage.palette, stage.unit
    pair = wish.people == "couple" or stage.chance.random() < 0.6
    behind = mix(p.top, p.low, 0.5)
    x, y = backdrop(stage) if not pair else (stage.width / 2, stage.height * 0.45)
    if pair:
        stage.sky()
        stage.sun(x, y, 7 * u)
    size = min(stage.height * 0.44, stage.width * 0.3)
    first = stage.chance.choice((-1, 1))
    for facing, color, cloth in ((first, p.tone(0.86), p.accent), (-first, p.tone(0.62), p.ink))[: 1 + pair]:
        tip = x - facing * u * (2.4 if pair else 11)
        level = y + stage.between(-0.05, 0.12) * size
        shades = ((-0.5, 1.2, mix(behind, p.ink, 0.3)), (0.3 * facing, -0.4, mix(p.sun, p.glow, 0.6)), (0, 0, color))
        for dx, dy, tone in shades:
            for part in _hand(tip + dx * u, level + dy * u, size, facing):
                stage.polygon(part, tone)
        cuff, edge = tip - facing * size * 1.5, -2 * u if facing > 0 else stage.width + 2 * u
        sleeve = [(cuff - facing * size * 0.12, level + 0.44 * size), (cuff + facing * size * 0.06, level - 0.1 * size)]
        stage.piece([*sleeve, (edge, level - 0.04 * size), (edge, level + size * 1.3)], cloth, behind)


_HAND = (
    (((-1.75, 0.3), (-1.2, 0.13), (-0.98, 0.07)), (0.2, 0.15, 0.125)),
    (((-1.02, 0.07), (-0.8, 0.05), (-0.55, 0.03)), (0.13, 0.17, 0.14)),
    (((-0.6, -0.03), (-0.38, -0.05), (-0.18, -0.015), (-0.035, 0.0)), (0.07, 0.056, 0.046, 0.03)),
    (((-0.58, 0.04), (-0.36, 0.05), (-0.2, 0.12), (-0.1, 0.18)), (0.07, 0.056, 0.044, 0.03)),
    (((-0.6, 0.1), (-0.4, 0.14), (-0.27, 0.23), (-0.2, 0.31)), (0.065, 0.054, 0.043, 0.028)),
    (((-0.64, 0.15), (-0.48, 0.21), (-0.38, 0.3), (-0.34, 0.37)), (0.055, 0.046, 0.037, 0.025)),
    (((-0.86, -0.02), (-0.7, -0.16), (-0.52, -0.2), (-0.42, -0.18)), (0.085, 0.062, 0.046, 0.03)),
)
"""A reaching hand whose index finger ends at (0, 0): forearm, palm, fingers and thumb as joints and radii."""


def _hand(tip: float, y: float, size: float, facing: int) -> list[Line]:
    parts = []
    for joints, radii in _HAND:
        up, down = [], []
        for index, (px, py) in enumerate(joints):
            before, after = joints[max(0, index - 1)], joints[min(len(joints) - 1, index + 1)]
            angle, r = math.atan2(after[1] - before[1], after[0] - before[0]), radii[index]
            up.append((px + r * math.sin(angle), py - r * math.cos(angle)))
            down.append((px - r * math.sin(angle), py + r * math.cos(angle)))
        end = (joints[-1][0] + radii[-1], joints[-1][1])
        outline = curve([*up, end, *reversed(down)], closed=True, fine=3)
        parts.append([(tip + facing * ax * size, y + ay * size) for ax, ay in outline])
    return parts
