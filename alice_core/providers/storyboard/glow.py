"""Places made of light: neon signs over a wet street, and pure movement for a drop."""

from __future__ import annotations

import math
from collections.abc import Mapping

from alice_core.providers.storyboard.figures import people
from alice_core.providers.storyboard.outdoors import Line, cast
from alice_core.providers.storyboard.palette import RGB, mix
from alice_core.providers.storyboard.stage import Lamp, Stage, ring
from alice_core.providers.storyboard.words import Wish


def _round(x: float, y: float, across: float) -> Line:
    return [(x + across * math.cos(step / 4), y + across * math.sin(step / 4)) for step in range(26)]


def _spiked(points: int, inner: float) -> Line:
    turns = [(step, step * math.pi / points) for step in range(2 * points + 1)]
    return [
        ((inner if step % 2 else 1) * math.sin(turn), -(inner if step % 2 else 1) * math.cos(turn))
        for step, turn in turns
    ]


def _heart() -> Line:
    turns = [step / 5 for step in range(33)]
    return [
        (0.95 * math.sin(t) ** 3, -0.06 * (13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t))) for t in turns
    ]


_SIGNS: Mapping[str, tuple[Line, ...]] = {
    "heart": (_heart(),),
    "star": (_spiked(5, 0.42),),
    "sun": (_round(0, 0, 0.42), *([(0.6 * x, 0.6 * y), (x, y)] for x, y in _spiked(4, 1.0))),
    "rings": (_round(-0.3, 0, 0.6), _round(0.3, 0, 0.6)),
    "arrow": ([(-1, -0.2), (0.2, -0.2), (0.2, -0.6), (1, 0), (0.2, 0.6), (0.2, 0.2), (-1, 0.2), (-1, -0.2)],),
    "bolt": ([(0.3, -1), (-0.45, 0.1), (0.05, 0.1), (-0.3, 1), (0.5, -0.25), (0.0, -0.25), (0.3, -1)],),
    "note": ([(-0.3, 0.7), (-0.3, -0.7), (0.6, -0.9), (0.6, 0.5)], _round(-0.52, 0.7, 0.22), _round(0.38, 0.5, 0.22)),
    "glass": (
        [(-0.8, -0.8), (0.8, -0.8), (0, 0.05), (-0.8, -0.8)],
        [(0, 0.05), (0, 0.85)],
        [(-0.45, 0.88), (0.45, 0.88)],
    ),
    "moon": ([*_round(0, 0, 0.9)[3:21], (0.15, -0.62), (0.02, 0.0), (0.2, 0.55), _round(0, 0, 0.9)[3]],),
    "bars": tuple(
        [(x, 0.7), (x, 0.7 - tall)] for x, tall in ((-0.8, 0.6), (-0.4, 1.3), (0.0, 0.9), (0.4, 1.6), (0.8, 0.7))
    ),
}
"""Neon signs as lines in a square from -1 to 1."""


def neon(stage: Stage, wish: Wish) -> None:
    """A wall at night under glowing signs, and what the wet street makes of them."""
    p = stage.palette
    wall = mix(p.tone(0.8), p.ink, 0.4)
    stage.canvas.vertical_gradient(((0, mix(wall, p.ink, 0.4)), (0.7, mix(wall, p.top, 0.12))))
    street = stage.height * stage.between(0.72, 0.8)
    _bricks(stage, street, mix(wall, p.ink, 0.3))
    ground = mix(p.near, p.ink, 0.55)
    stage.layer([(0, street), (stage.width, street)], ground, wall)
    count = max(1, min(4, round(stage.width / stage.height * 1.6)))
    colors = (p.accent, p.glow, mix(p.low, p.accent, 0.35), p.sun)
    first = stage.chance.randrange(4)
    for place, sign in enumerate(stage.chance.sample(sorted(_SIGNS), k=count)):
        x = stage.width * ((place + 0.5) / count + stage.between(-0.06, 0.06))
        _sign(stage, sign, x, street, colors[(first + place) % 4])
    if wish.people != "none":
        cast(stage, wish, stage.height * 0.94)


def _bricks(stage: Stage, street: float, color: RGB) -> None:
    row, high = 0, 3 * stage.unit
    while row * high < street:
        y = row * high
        stage.canvas.rectangle((0, y, stage.width, y + 0.22 * stage.unit), color)
        for _ in range(5):
            x = stage.between(0, stage.width)
            stage.canvas.rectangle((x, y, x + 0.22 * stage.unit, y + high), color)
        row += 1
    x, wide = stage.width * stage.between(0.05, 0.8), 11 * stage.unit
    door = [(x, street), (x, street - 24 * stage.unit), (x + wide, street - 24 * stage.unit), (x + wide, street)]
    stage.piece(door, mix(color, stage.palette.ink, 0.4), color)


def _sign(stage: Stage, name: str, x: float, street: float, color: RGB) -> None:
    """A sign on the wall above a street, and its broken mirror image in it."""
    p, u = stage.palette, stage.unit
    y, size = street * stage.between(0.28, 0.56), u * stage.between(8, 13.5)
    wall = mix(p.tone(0.8), p.ink, 0.4)
    lines = [[(x + px * size, y + py * size) for px, py in line] for line in _SIGNS[name]]
    for tone, pen in ((mix(wall, color, 0.32), 2.3), (color, 1.05), (mix(color, p.paper, 0.75), 0.34)):
        for points in lines:
            stage.canvas.line(points, tone, u * pen)
    stage.lamps.append(Lamp(x, y, size * 2.7, color, 1.0))
    for step in range(8):
        half, at = size * stage.between(0.15, 0.6), x + stage.between(-0.25, 0.25) * size
        tone = mix(mix(p.near, p.ink, 0.55), color, 0.62 - 0.07 * step)
        stage.polygon(ring(at, street + u * (1.4 + 2.1 * step), half, 0.05), tone)


def movement(stage: Stage, wish: Wish) -> None:
    """Rings or turning polygons before rays that burst from one point."""
    p, u = stage.palette, stage.unit
    stage.sky()
    x, y = stage.width * stage.between(0.3, 0.7), stage.height * stage.between(0.36, 0.6)
    if stage.chance.random() < 0.4 + 0.5 * stage.energy:
        _rays(stage, x, y)
    sides, twist = stage.chance.choice((3, 4, 6, 48)), stage.between(-0.28, 0.28)
    turn, behind = stage.between(0, math.tau), p.low
    for step in range(7, 0, -1):
        radius = step**1.3 * stage.between(2.9, 3.5) * u
        color = (p.near, p.accent, p.far, p.glow)[step % 4]
        corners = [turn + step * twist + math.tau * corner / sides for corner in range(sides)]
        stage.piece([(x + radius * math.cos(c), y + radius * math.sin(c)) for c in corners], color, behind, lift=0.9)
        behind = color
    stage.lamps.append(Lamp(x, y, 50 * u, p.glow, 0.6))
    if wish.people not in {"none", "crowd"}:
        foot = stage.ridge(stage.height * 0.92, 3 * u, 0.2)
        stage.layer(foot, mix(p.near, p.ink, 0.4), p.low)
        people(
            stage, wish.people, x, stage.height * 0.95, stage.height * stage.between(0.42, 0.6), wish.pose, wish.garment
        )


def _rays(stage: Stage, x: float, y: float) -> None:
    p, far = stage.palette, math.hypot(stage.width, stage.height)
    rays, turn = 10 + 2 * round(6 * stage.energy), stage.between(0, math.tau)
    for ray in range(rays):
        angle, half = turn + math.tau * ray / rays, math.pi / rays * stage.between(0.4, 0.75)
        ends = [(x + far * math.cos(angle + side), y + far * math.sin(angle + side)) for side in (-half, half)]
        tone = mix(p.top, p.accent if ray % 4 == 0 else p.near, 0.7 if ray % 2 else 0.5)
        stage.polygon([(x, y), *ends], tone)
