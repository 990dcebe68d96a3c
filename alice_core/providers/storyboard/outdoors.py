"""Places without walls: sea, mountains, forest, plain, sky and stars."""

from __future__ import annotations

import math

from alice_core.providers.storyboard.figures import people
from alice_core.providers.storyboard.palette import RGB, mix
from alice_core.providers.storyboard.stage import Stage, curve, ring
from alice_core.providers.storyboard.words import Wish


def cast(stage: Stage, wish: Wish, foot: float, *, size: float = 1.0) -> None:
    """Place the people of a shot: small in a wide one, half the picture high in a medium one."""
    share = {"wide": 0.26, "medium": 0.55}.get(wish.framing, 0.7) * size
    x = stage.width * stage.chance.choice((0.3, 0.36, 0.64, 0.7))
    height = share * stage.height
    drop = 0.0 if wish.framing == "wide" else 0.12 * stage.height
    people(stage, wish.people, x, min(foot + drop, stage.height * 1.08), height, wish.pose, wish.garment)


def lights(stage: Stage, low: float = 0.6) -> None:
    """The sun or the moon, which travels from left to right over the song."""
    x = stage.width * (0.16 + 0.68 * stage.arc) + stage.between(-4, 4) * stage.unit
    height = low - 0.34 * math.sin(math.pi * min(1.0, max(0.0, stage.arc)))
    stage.sun(x, stage.height * (height + stage.between(-0.05, 0.05)), stage.between(5, 9) * stage.unit)


def sea(stage: Stage, wish: Wish) -> None:
    """Waves in layers under a low sun, a boat or a lighthouse far out."""
    stage.sky()
    lights(stage, 0.52)
    horizon = stage.height * stage.between(0.46, 0.56)
    behind: RGB = stage.palette.low
    for step in range(6):
        depth = step / 5
        base = horizon + (stage.height - horizon) * depth**1.25 * 0.92
        swing = (0.6 + 6.5 * depth * (0.4 + stage.energy)) * stage.unit
        color = stage.palette.tone(0.12 + 0.88 * depth)
        stage.layer(_waves(stage, base, swing, 2 + 5 * (1 - depth)), color, behind, lift=0.4 + depth)
        if step == 1:
            _far_out(stage, base)
        behind = color
        if step == 4 and wish.people != "none":
            cast(stage, wish, stage.height * 0.9)


def _waves(stage: Stage, base: float, swing: float, count: float) -> list[tuple[float, float]]:
    turn = stage.between(0, math.tau)
    points = []
    for step in range(121):
        x = step / 120
        wave = math.sin(math.tau * count * x + turn)
        points.append((stage.width * (1.04 * x - 0.02), base - swing * (1 - math.sqrt(abs(wave))) * 1.4))
    return points


def _far_out(stage: Stage, base: float) -> None:
    x, u = stage.width * stage.between(0.2, 0.8), stage.unit
    dark = mix(stage.palette.ink, stage.palette.far, 0.25)
    if stage.chance.random() < 0.5:
        stage.polygon(
            [(x - 4 * u, base - u), (x + 4 * u, base - u), (x + 2.6 * u, base + u), (x - 2.8 * u, base + u)], dark
        )
        stage.polygon([(x, base - 8 * u), (x + 3.4 * u, base - 1.6 * u), (x, base - 1.6 * u)], stage.palette.paper)
        return
    stage.polygon(
        [(x - 1.2 * u, base + u), (x - 0.8 * u, base - 9 * u), (x + 0.8 * u, base - 9 * u), (x + 1.2 * u, base + u)],
        dark,
    )
    stage.halo(x, base - 9.6 * u, 1.1 * u, rings=3)
    stage.circle(x, base - 9.6 * u, u, stage.palette.glow)


def mountains(stage: Stage, wish: Wish) -> None:
    """Ranges of rock behind each other, paler the farther."""
    stage.sky()
    lights(stage)
    behind = stage.palette.low
    for step in range(5):
        depth = step / 4
        color = stage.palette.tone(depth)
        base = stage.height * (0.5 + 0.42 * depth)
        edge = stage.ridge(base, (16 - 9 * depth) * stage.unit, 0.95 - 0.5 * depth)
        stage.layer(_tilted(stage, edge, wish), color, behind)
        behind = color
    if wish.people != "none":
        cast(stage, wish, stage.height * 0.95)


def forest(stage: Stage, wish: Wish) -> None:
    """Trunks in three depths, with light between them."""
    stage.sky()
    stage.halo(stage.width * stage.between(0.35, 0.65), stage.height * 0.5, 9 * stage.unit)
    behind = stage.palette.low
    for step, count in enumerate((16, 9, 5)):
        depth = (step + 1) / 3
        color = stage.palette.tone(depth * 0.92)
        stage.layer(stage.ridge(stage.height * (0.66 + 0.12 * step), 3 * stage.unit, 0.3), color, behind)
        for place in range(count):
            x = stage.width * (place + stage.between(0.1, 0.9)) / count
            _trunk(stage, x, (1 + 2.2 * depth) * stage.unit * stage.between(0.7, 1.3), color)
        behind = color
        if step == 1 and wish.people != "none":
            cast(stage, wish, stage.height * 0.92)


def _trunk(stage: Stage, x: float, half: float, color: RGB) -> None:
    lean = stage.between(-2, 2) * stage.unit
    foot = stage.height * 1.05
    trunk = [(x - half * 1.5, foot), (x - half + lean, -5.0), (x + half + lean, -5.0), (x + half * 1.5, foot)]
    stage.piece(trunk, color, stage.palette.far, lift=0.5)
    for _ in range(2):
        y = stage.height * stage.between(0.05, 0.5)
        side = stage.chance.choice((-1, 1))
        reach = side * stage.between(5, 12) * stage.unit
        branch = [(x, y + half), (x + reach, y - abs(reach) * 0.7), (x, y - half)]
        stage.polygon(branch, color)


def plain(stage: Stage, wish: Wish) -> None:
    """Dunes or fields that roll to a far horizon, with one tree."""
    stage.sky()
    lights(stage, 0.58)
    behind = stage.palette.low
    for step in range(4):
        depth = step / 3
        color = stage.palette.tone(0.1 + 0.85 * depth)
        edge = stage.ridge(stage.height * (0.6 + 0.27 * depth), (2.5 + 4 * depth) * stage.unit, 0.12, points=60)
        stage.layer(_tilted(stage, edge, wish), color, behind)
        if step == 1:
            _tree(stage, stage.width * stage.between(0.15, 0.85), stage.height * 0.71)
        behind = color
    if wish.people != "none":
        cast(stage, wish, stage.height * 0.93)


def _tree(stage: Stage, x: float, foot: float) -> None:
    u = stage.unit * stage.between(0.8, 1.4)
    dark = mix(stage.palette.ink, stage.palette.near, 0.4)
    stage.polygon(
        [(x - 0.5 * u, foot), (x - 0.2 * u, foot - 8 * u), (x + 0.2 * u, foot - 8 * u), (x + 0.5 * u, foot)], dark
    )
    for dx, dy, r in ((-2.6, -8.5, 2.6), (2.4, -9, 2.8), (0, -11, 3.4)):
        stage.circle(x + dx * u, foot + dy * u, r * u, dark)


def sky(stage: Stage, wish: Wish) -> None:
    """Clouds as cut paper, birds or a kite before them."""
    stage.sky()
    lights(stage, 0.5)
    for step in range(6):
        tone = mix(stage.palette.low, stage.palette.paper, 0.18 + 0.1 * step)
        _cloud(stage, stage.width * stage.between(0, 1), stage.height * (0.2 + 0.13 * step), (8 + 3 * step), tone)
    for _ in range(round(4 + 14 * stage.energy)):
        _bird(stage, stage.width * stage.between(0.1, 0.9), stage.height * stage.between(0.08, 0.75))
    if wish.people != "none":
        edge = stage.ridge(stage.height * 0.93, 4 * stage.unit, 0.2)
        stage.layer(edge, stage.palette.near, stage.palette.low)
        cast(stage, wish, stage.height * 0.97)


def _cloud(stage: Stage, x: float, y: float, size: float, color: RGB) -> None:
    u = stage.unit * size / 5
    shade = mix(color, stage.palette.ink, 0.16)
    lumps = ((-5, 0.2, 2.2), (-2.2, -1.2, 3), (1.4, -1.8, 3.4), (4.6, -0.4, 2.6))
    for away, tone in ((0.4, shade), (0.0, color)):
        for dx, dy, r in lumps:
            stage.circle(x + (dx + away) * u, y + (dy + away * 1.5) * u, r * u, tone)
        bottom = y + (1.8 + away * 1.5) * u
        stage.polygon([(x - 7 * u, bottom), (x - 5 * u, y), (x + 5 * u, y), (x + 7.2 * u, bottom)], tone)


def _bird(stage: Stage, x: float, y: float) -> None:
    u, lift = stage.unit * stage.between(0.5, 1.3), stage.between(0.6, 1.6)
    wings = [(x - 3 * u, y - lift * u), (x - 1.2 * u, y - 0.5 * lift * u), (x, y), (x + 1.2 * u, y - 0.5 * lift * u)]
    wings += [(x + 3 * u, y - lift * u), (x + 1.1 * u, y + 0.1 * u), (x, y + 0.9 * u), (x - 1.1 * u, y + 0.1 * u)]
    stage.polygon(wings, stage.palette.ink)


def stars(stage: Stage, wish: Wish) -> None:
    """A night full of stars over hills, with a comet where the music is strong."""
    stage.sky()
    for _ in range(150):
        r = stage.unit * stage.between(0.08, 0.36) ** 1.1
        x, y = stage.between(0, stage.width), stage.height * stage.between(0, 0.85)
        stage.polygon(ring(x, y, r), mix(stage.palette.top, stage.palette.paper, stage.between(0.4, 1)))
    moon = (stage.width * (0.2 + 0.6 * stage.arc), stage.height * stage.between(0.2, 0.36))
    stage.sun(*moon, stage.between(5, 8) * stage.unit)
    if stage.energy > 0.5:
        x, y, u = stage.width * stage.between(0.3, 0.8), stage.height * 0.18, stage.unit
        stage.polygon([(x, y), (x - 30 * u, y - 10 * u), (x - 29 * u, y - 9 * u)], stage.palette.paper)
        stage.circle(x, y, 0.8 * u, stage.palette.paper)
    behind = stage.palette.low
    for depth in (0.5, 0.8, 1.0):
        color = stage.palette.tone(depth)
        edge = stage.ridge(stage.height * (0.62 + 0.3 * depth), 7 * stage.unit, 0.4)
        stage.layer(_tilted(stage, edge, wish), color, behind)
        behind = color
    if wish.people != "none":
        cast(stage, wish, stage.height * 0.96)


def _tilted(stage: Stage, edge: list[tuple[float, float]], wish: Wish) -> list[tuple[float, float]]:
    if not wish.tilted:
        return edge
    slope = 0.09
    return [(x, y + slope * (x - stage.width / 2)) for x, y in curve(edge, fine=1)]
