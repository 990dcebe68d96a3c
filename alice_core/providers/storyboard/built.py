"""Places that people built: city, road, stage, corridor, window, neon; and pure movement."""

from __future__ import annotations

import math

from alice_core.providers.storyboard.figures import crowd, people
from alice_core.providers.storyboard.outdoors import cast, lights
from alice_core.providers.storyboard.palette import RGB, mix
from alice_core.providers.storyboard.stage import Lamp, Stage, ring
from alice_core.providers.storyboard.words import Wish


def city(stage: Stage, wish: Wish) -> None:
    """Rows of towers with lit windows, taller and darker towards us."""
    stage.sky()
    lights(stage, 0.45)
    behind = stage.palette.low
    for row in range(3):
        depth = (row + 1) / 3
        color = stage.palette.tone(depth * 0.95)
        _towers(stage, depth, color, behind)
        behind = color
    street = stage.height * 0.93
    stage.layer([(0, street), (stage.width, street)], stage.palette.ink, behind)
    if wish.people != "none":
        cast(stage, wish, stage.height * 0.99)


def _towers(stage: Stage, depth: float, color: RGB, behind: RGB) -> None:
    x, u = -2 * stage.unit, stage.unit
    while x < stage.width:
        wide = stage.between(7, 15) * u * (0.6 + 0.7 * depth)
        top = stage.height * (0.72 - stage.between(0.12, 0.5) * (1.15 - 0.45 * depth))
        foot = stage.height * 1.02
        stage.piece([(x, top), (x + wide, top), (x + wide, foot), (x, foot)], color, behind, lift=0.4)
        if stage.chance.random() < 0.3:
            mast = x + wide / 2
            stage.polygon([(mast - 0.2 * u, top), (mast, top - 6 * u), (mast + 0.2 * u, top)], color)
        _windows(stage, x, top, wide, color)
        x += wide + stage.between(-1, 2.5) * u


def _windows(stage: Stage, x: float, top: float, wide: float, color: RGB) -> None:
    u = stage.unit
    columns, rows = max(1, int(wide / (2.3 * u))), int((stage.height * 0.95 - top) / (3 * u))
    gap = wide / columns
    for row in range(rows):
        for column in range(columns):
            if stage.chance.random() < 0.16 + 0.3 * stage.energy:
                light = mix(color, stage.palette.glow, stage.chance.choice((0.35, 0.7, 0.95)))
                left, high = x + (column + 0.28) * gap, top + (row + 0.6) * 3 * u
                stage.polygon(
                    [
                        (left, high),
                        (left + 0.44 * gap, high),
                        (left + 0.44 * gap, high + 1.5 * u),
                        (left, high + 1.5 * u),
                    ],
                    light,
                )


def road(stage: Stage, wish: Wish) -> None:
    """A road to the vanishing point, posts beside it, the sun at its end."""
    stage.sky()
    eye, far = stage.width * stage.between(0.4, 0.6), stage.height * stage.between(0.5, 0.6)
    stage.sun(eye, far - 2 * stage.unit, stage.between(7, 11) * stage.unit)
    stage.layer(stage.ridge(far, 3 * stage.unit, 0.6), stage.palette.tone(0.35), stage.palette.low)
    stage.layer(
        [(0, far + 2 * stage.unit), (stage.width, far + 2 * stage.unit)],
        stage.palette.tone(0.7),
        stage.palette.tone(0.35),
    )
    foot = stage.height * 1.05
    stage.polygon([(eye - 0.6 * stage.unit, far + stage.unit), (eye + 0.6 * stage.unit, far + stage.unit),
                   (stage.width * 0.92, foot), (stage.width * 0.08, foot)], stage.palette.ink)  # fmt: skip
    for step in range(7):
        near, end = (step / 7) ** 2.2, ((step + 0.5) / 7) ** 2.2
        y0, y1 = far + (foot - far) * near, far + (foot - far) * end
        w0, w1 = (0.2 + 2.2 * near) * stage.unit, (0.2 + 2.2 * end) * stage.unit
        stage.polygon(
            [(eye - w0, y0), (eye + w0, y0), (eye + w1, y1), (eye - w1, y1)],
            mix(stage.palette.ink, stage.palette.glow, 0.8),
        )
        for side in (-1, 1):
            x = eye + side * (2 + stage.width / stage.unit * 0.56 * near) * stage.unit
            tall = (2 + 26 * near) * stage.unit
            half = (0.15 + near) * stage.unit
            stage.polygon(
                [(x - half, y0), (x - half * 0.6, y0 - tall), (x + half * 0.6, y0 - tall), (x + half, y0)],
                mix(stage.palette.ink, stage.palette.near, 0.5),
            )
    if wish.people != "none":
        cast(stage, wish, stage.height * 0.95)


def theatre(stage: Stage, wish: Wish) -> None:
    """A stage with beams of light, the performers in them, hands in front."""
    stage.canvas.vertical_gradient(((0, mix(stage.palette.ink, stage.palette.top, 0.35)), (1, stage.palette.tone(0.8))))
    floor = stage.height * 0.76
    beams = 3 + round(5 * stage.energy)
    for place in range(beams):
        top = stage.width * (place + 0.5) / beams
        aim = stage.width * stage.between(0.15, 0.85)
        color = stage.palette.accent if place % 2 else stage.palette.glow
        for wide, share in ((13, 0.16), (8, 0.3), (3.5, 0.5)):
            w = wide * stage.unit
            tone = mix(stage.palette.top, color, share)
            stage.polygon(
                [(top - 0.5 * stage.unit, 0), (top + 0.5 * stage.unit, 0), (aim + w, floor), (aim - w, floor)], tone
            )
        stage.lamps.append(Lamp(aim, floor, 26 * stage.unit, color, 0.5))
    stage.layer([(0, floor), (stage.width, floor)], mix(stage.palette.ink, stage.palette.near, 0.6), stage.palette.near)
    kind = wish.people if wish.people in {"band", "couple", "one"} else "one"
    people(
        stage,
        kind,
        stage.width * stage.between(0.42, 0.58),
        floor + 2 * stage.unit,
        stage.height * 0.46,
        wish.pose,
        wish.garment,
    )
    crowd(stage, stage.height * 1.02, stage.height * 0.36, stage.palette.ink)


def corridor(stage: Stage, wish: Wish) -> None:
    """Doorways inside doorways, or stairs, towards a light."""
    middle = (stage.width * stage.between(0.42, 0.58), stage.height * stage.between(0.44, 0.56))
    stage.canvas.vertical_gradient(((0, stage.palette.ink), (1, stage.palette.near)))
    behind = stage.palette.ink
    turn = stage.between(-0.06, 0.06) if wish.tilted or stage.energy > 0.7 else 0.0
    for step in range(8):
        share = 1.08 * 0.72**step
        color = mix(stage.palette.near, stage.palette.low, step / 8)
        stage.piece(_frame(stage, middle, share, turn * step), color, behind, lift=0.9)
        behind = color
    stage.polygon(_frame(stage, middle, 0.08, turn * 8), stage.palette.glow)
    stage.lamps.append(Lamp(*middle, 60 * stage.unit, stage.palette.glow, 0.8))
    if wish.people != "none":
        people(stage, wish.people, middle[0], stage.height * 0.88, stage.height * 0.42, wish.pose, wish.garment)


def _frame(stage: Stage, middle: tuple[float, float], share: float, turn: float) -> list[tuple[float, float]]:
    half, tall = stage.width * share / 2, stage.height * share / 2
    cos, sin = math.cos(turn), math.sin(turn)
    corners = ((-half, tall), (-half, -tall), (half, -tall), (half, tall))
    return [(middle[0] + x * cos - y * sin, middle[1] + x * sin + y * cos) for x, y in corners]


def window(stage: Stage, wish: Wish) -> None:
    """A room's window: outside the blurred lights of a town, drops on the glass, somebody who looks out."""
    stage.sky()
    for _ in range(26):
        x, y = stage.between(0, stage.width), stage.height * stage.between(0.3, 0.95)
        color = stage.chance.choice((stage.palette.glow, stage.palette.accent, stage.palette.low))
        stage.circle(
            x, y, stage.between(1.5, 6) * stage.unit, mix(stage.palette.tone(0.4), color, stage.between(0.25, 0.7))
        )
    for _ in range(70):
        x, y = stage.between(0, stage.width), stage.between(0, stage.height)
        long = stage.between(1, 5 + 8 * stage.energy) * stage.unit
        tone = mix(stage.palette.low, stage.palette.paper, stage.between(0.2, 0.7))
        stage.polygon(
            [(x, y - long), (x + 0.35 * stage.unit, y), (x, y + 0.5 * stage.unit), (x - 0.35 * stage.unit, y)], tone
        )
    bar, dark = 2.2 * stage.unit, stage.palette.ink
    for x in (0.0, stage.width * stage.between(0.3, 0.7), stage.width - bar):
        stage.piece([(x, 0), (x + bar, 0), (x + bar, stage.height), (x, stage.height)], dark, stage.palette.low)
    for y in (0.0, stage.height * stage.between(0.3, 0.42)):
        stage.piece([(0, y), (stage.width, y), (stage.width, y + bar), (0, y + bar)], dark, stage.palette.low)
    sill = stage.height * 0.9
    stage.layer([(0, sill), (stage.width, sill)], mix(dark, stage.palette.near, 0.4), stage.palette.low)
    if wish.people != "none":
        kind = "couple" if wish.people == "couple" else "one"
        x = stage.width * stage.chance.choice((0.3, 0.7))
        people(stage, kind, x, stage.height * 1.25, stage.height * 0.95, "stand", wish.garment)


def neon(stage: Stage, wish: Wish) -> None:
    """A wet street at night under signs, and their reflections."""
    stage.canvas.vertical_gradient(((0, stage.palette.ink), (0.7, stage.palette.tone(0.8)), (1, stage.palette.ink)))
    street = stage.height * 0.7
    behind = stage.palette.ink
    for side in (-1, 1):
        for step in range(4):
            depth = 1 - step / 4
            edge = stage.width / 2 + side * stage.width * (0.13 + 0.36 * depth)
            outer = stage.width / 2 + side * stage.width * 0.6
            color = mix(stage.palette.tone(0.9), stage.palette.top, step / 5)
            top = stage.height * (0.28 - 0.34 * depth)
            stage.piece(
                [(edge, top), (outer, top), (outer, street + 6 * stage.unit * depth), (edge, street)],
                color,
                behind,
                lift=0.5,
            )
    stage.layer([(0, street), (stage.width, street)], mix(stage.palette.ink, stage.palette.near, 0.5), behind)
    for _ in range(6 + round(6 * stage.energy)):
        _sign(stage, street)
    if wish.people != "none":
        cast(stage, wish, stage.height * 0.94)


def _sign(stage: Stage, street: float) -> None:
    u = stage.unit
    x, y = (
        stage.width * stage.chance.choice((stage.between(0.04, 0.36), stage.between(0.64, 0.96))),
        stage.height * stage.between(0.1, 0.55),
    )
    color = stage.chance.choice(
        (stage.palette.accent, stage.palette.glow, mix(stage.palette.accent, stage.palette.low, 0.5))
    )
    wide, tall = stage.chance.choice(((3, 11), (11, 4), (6, 6)))
    half, high = wide * u / 2, tall * u / 2
    dim = mix(stage.palette.ink, color, 0.32)
    stage.piece(
        [(x - half, y - high), (x + half, y - high), (x + half, y + high), (x - half, y + high)],
        dim,
        stage.palette.near,
    )
    rows = max(1, round(tall / 3))
    for row in range(rows):
        top = y - high + (row + 0.3) * 2 * high / rows
        stage.polygon(
            [
                (x - half * 0.7, top),
                (x + half * 0.7, top),
                (x + half * 0.7, top + 0.8 * u),
                (x - half * 0.7, top + 0.8 * u),
            ],
            color,
        )
    stage.lamps.append(Lamp(x, y, 16 * u, color, 0.55))
    mirrored = street + (street - y) * 0.42
    for step in range(4):
        line = mirrored + step * 1.5 * u
        reach = half * stage.between(0.5, 1.3)
        stage.polygon(
            [
                (x - reach, line),
                (x + reach, line),
                (x + reach * 0.8, line + 0.6 * u),
                (x - reach * 0.8, line + 0.6 * u),
            ],
            dim,
        )


def movement(stage: Stage, wish: Wish) -> None:
    """Pure movement: rings, rays or bars that burst from one point."""
    stage.sky()
    x, y = stage.width * stage.between(0.3, 0.7), stage.height * stage.between(0.35, 0.65)
    far = math.hypot(stage.width, stage.height)
    if stage.chance.random() < 0.5:
        rays, turn = 10 + round(14 * stage.energy), stage.between(0, math.tau)
        for ray in range(rays):
            angle, half = turn + math.tau * ray / rays, math.pi / rays * stage.between(0.35, 0.8)
            points = [
                (x, y),
                *(
                    (x + far * math.cos(angle + side * half), y + far * math.sin(angle + side * half))
                    for side in (-1, 1)
                ),
            ]
            stage.polygon(
                points, mix(stage.palette.low, stage.palette.accent if ray % 3 == 0 else stage.palette.near, 0.75)
            )
    behind = stage.palette.low
    for step in range(7, 0, -1):
        radius = step**1.35 * stage.between(2.6, 3.4) * stage.unit
        color = (stage.palette.near, stage.palette.accent, stage.palette.far, stage.palette.glow)[step % 4]
        stage.piece(ring(x, y, radius), color, behind, lift=0.8)
        behind = color
    stage.lamps.append(Lamp(x, y, 50 * stage.unit, stage.palette.glow, 0.7))
    if wish.people not in {"none", "crowd"}:
        people(stage, wish.people, x, stage.height * 0.9, stage.height * 0.5, wish.pose, wish.garment)
