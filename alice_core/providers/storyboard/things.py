"""Close-ups of things: a flame, ripples, a dial or a record, petals."""

from __future__ import annotations

import math

from alice_core.providers.storyboard.near import backdrop
from alice_core.providers.storyboard.outdoors import Line
from alice_core.providers.storyboard.palette import RGB, mix
from alice_core.providers.storyboard.stage import Lamp, Stage, curve, ring
from alice_core.providers.storyboard.words import Wish


def flame(stage: Stage, wish: Wish) -> None:
    """A flame in rings of light: on a candle, or in a paper lantern."""
    p, u = stage.palette, stage.unit
    dark = mix(p.near, p.ink, 0.55)
    stage.canvas.vertical_gradient(((0, p.ink), (1, dark)))
    x, y = stage.width * stage.between(0.34, 0.66), stage.height * stage.between(0.46, 0.56)
    for step in range(7, 0, -1):
        stage.circle(x, y - 3 * u, (6 + 7 * step) * u, mix(p.ink, p.sun, 0.5 - 0.062 * step))
    lantern = wish.garment == "lantern" or stage.chance.random() < 0.4
    if lantern:
        _lantern(stage, x, y)
    _fire(stage, x, y, 0.62 if lantern else 1.0)
    if not lantern:
        wax = [(x - 8 * u, stage.height * 1.1), (x - 8 * u, y + 14 * u), (x, y + 12.6 * u), (x + 8 * u, y + 14 * u)]
        stage.piece([*wax, (x + 8 * u, stage.height * 1.1)], mix(p.paper, p.low, 0.35), p.near)
        stage.canvas.line([(x, y + 14 * u), (x, y + 7 * u)], p.ink, 0.9 * u)
    for _ in range(10 + round(26 * stage.energy)):
        at = (x + stage.chance.gauss(0, 18) * u, y - stage.between(-6, 44) * u)
        stage.circle(*at, u * stage.between(0.15, 0.5), mix(dark, p.glow, stage.between(0.4, 1)))
    stage.lamps.append(Lamp(x, y, 66 * u, p.sun, 0.75))


def _fire(stage: Stage, x: float, y: float, size: float) -> None:
    p, u = stage.palette, stage.unit * size
    lean = stage.between(-5, 5) * (0.4 + stage.energy)
    for share, color in ((1.0, mix(p.sun, p.accent, 0.25)), (0.7, mix(p.sun, p.glow, 0.45)), (0.42, p.glow)):
        tall, half = 24 * u * share, 7 * u * share
        shape = [(x, y + 11 * u), (x - half, y + 4 * u), (x - half * 0.72 + lean * 0.2 * u, y - tall * 0.38)]
        shape += [(x + lean * u, y - tall), (x + half * 0.7 + lean * 0.2 * u, y - tall * 0.26), (x + half, y + 4 * u)]
        stage.polygon(curve(shape, closed=True), color)


def _lantern(stage: Stage, x: float, y: float) -> None:
    """A paper lantern of ribs, hanging from above."""
    p, u = stage.palette, stage.unit
    stage.canvas.line([(x, 0), (x, y - 24 * u)], p.ink, 0.6 * u)
    stage.piece(ring(x, y - u, 21 * u, 1.12), mix(p.accent, p.ink, 0.25), p.ink)
    for rib in range(5):
        stage.polygon(
            ring(x, y - u, (19 - 4.2 * rib) * u, 23 / (19 - 4.2 * rib)), mix(p.accent, p.sun, 0.2 + 0.16 * rib)
        )
    for foot in (y - 22 * u, y + 24 * u):
        cap = [
            (x - 8 * u, foot - 2 * u),
            (x + 8 * u, foot - 2 * u),
            (x + 8 * u, foot + 1.5 * u),
            (x - 8 * u, foot + 1.5 * u),
        ]
        stage.polygon(cap, p.ink)


def ripples(stage: Stage, wish: Wish) -> None:
    """Rings on dark water around one large drop or several small ones."""
    del wish
    p, u = stage.palette, stage.unit
    stage.canvas.vertical_gradient(((0, p.low), (0.35, p.tone(0.5)), (1, p.tone(1.0))))
    for _ in range(26):
        x, y = stage.between(0, stage.width), stage.height * stage.between(0.02, 0.98)
        wide = stage.between(3, 12) * u * (0.5 + y / stage.height)
        stage.polygon(ring(x, y, wide, 0.1), mix(p.tone(0.6), p.glow, stage.between(0.06, 0.4)))
    if stage.chance.random() < 0.5:
        _rings(stage, stage.width * stage.between(0.36, 0.64), stage.height * stage.between(0.54, 0.66), 12, 5.0 * u)
        return
    for drop in range(3 + round(3 * stage.energy)):
        x, y = stage.width * stage.between(0.08, 0.92), stage.height * stage.between(0.25, 0.9)
        if drop == 0:
            x, y = stage.width * stage.between(0.38, 0.62), stage.height * 0.58
        _rings(stage, x, y, 5, stage.between(2.4, 4.4) * u * (1.7 if drop == 0 else 0.8))


def _rings(stage: Stage, x: float, y: float, count: int, step_wide: float) -> None:
    p, u = stage.palette, stage.unit
    for step in range(count, 0, -1):
        calm = step / count
        color = mix(p.low if step % 2 else mix(p.tone(0.8), p.ink, 0.3), p.tone(0.7), 0.25 + 0.6 * calm)
        radius = step_wide * step**1.08
        stage.polygon(ring(x, y + 0.7 * u, radius, 0.36), mix(color, p.ink, 0.3))
        stage.polygon(ring(x, y, radius, 0.36), color)
    stage.polygon(ring(x, y, step_wide * 0.6, 0.36), p.glow)
    stage.lamps.append(Lamp(x, y, step_wide * 9, p.glow, 0.5))
    size, high = step_wide * 0.8, y - step_wide * stage.between(3.6, 5.4)
    drop = [(0.0, -2.2), (0.6, -0.5), (0.9, 0.5), (0.0, 1.35), (-0.9, 0.5), (-0.6, -0.5)]
    stage.piece(curve([(x + dx * size, high + dy * size) for dx, dy in drop], closed=True), p.accent, p.low)
    stage.circle(x - 0.3 * size, high + 0.3 * size, 0.22 * size, p.paper)


def gauge(stage: Stage, wish: Wish) -> None:
    """A dial whose needle shows the energy of the music, or a record with the needle in its groove."""
    del wish
    if stage.chance.random() < 0.5:
        _dial(stage)
    else:
        _record(stage)


def _dial(stage: Stage) -> None:
    p, u = stage.palette, stage.unit
    backdrop(stage)
    x, y, radius = stage.width * stage.between(0.4, 0.6), stage.height * 0.6, min(stage.height, stage.width) * 0.5
    for share, color in (
        (1.0, mix(p.low, p.ink, 0.5)),
        (0.965, p.tone(0.95)),
        (0.88, p.tone(0.75)),
        (0.6, p.tone(0.9)),
    ):
        stage.circle(x + (1 - share) * 4 * u, y + (1 - share) * 4 * u, radius * share, color)
    for mark in range(31):
        turn, long = math.radians(150 + 8 * mark), mark % 5 == 0
        ends = [
            (x + math.cos(turn) * radius * r, y + math.sin(turn) * radius * r) for r in (0.7 if long else 0.78, 0.85)
        ]
        stage.canvas.line(ends, p.accent if mark > 22 else p.paper, (0.8 if long else 0.35) * u)
    turn = math.radians(150 + 240 * min(1.0, 0.2 + 0.75 * stage.energy + stage.between(-0.08, 0.05)))
    tip = (x + math.cos(turn) * radius * 0.8, y + math.sin(turn) * radius * 0.8)
    tail = (x - math.cos(turn) * radius * 0.16, y - math.sin(turn) * radius * 0.16)
    across = (-math.sin(turn) * 1.5 * u, math.cos(turn) * 1.5 * u)
    needle = [tip, (tail[0] + across[0], tail[1] + across[1]), (tail[0] - across[0], tail[1] - across[1])]
    stage.piece(needle, p.accent, p.tone(0.8))
    stage.circle(x, y, 4 * u, p.ink)
    stage.circle(x, y, 2.2 * u, p.glow)
    stage.lamps.append(Lamp(*tip, 24 * u, p.accent, 0.8))


def _record(stage: Stage) -> None:
    p, u = stage.palette, stage.unit
    stage.canvas.vertical_gradient(((0, p.low), (1, p.tone(0.6))))
    side = stage.chance.choice((-1, 1))
    x, y = stage.width * (0.5 - side * stage.between(0.04, 0.12)), stage.height * stage.between(0.52, 0.75)
    size = stage.height * stage.between(0.56, 0.68)
    stage.piece(ring(x, y, size * 1.06), mix(p.near, p.ink, 0.3), p.far, lift=1.5)
    for step in range(14):
        stage.circle(x, y, size * (1 - step * 0.045), mix(p.ink, p.near, 0.12 if step % 2 else 0.45))
    turn = stage.between(0, math.tau)
    for opposite in (0, math.pi):
        edges = [
            (x + size * 0.93 * math.cos(turn + opposite + a), y + size * 0.93 * math.sin(turn + opposite + a))
            for a in (-0.17, -0.06, 0.06, 0.17)
        ]
        stage.polygon([(x, y), *edges], mix(p.ink, p.low, 0.34))
    for share, color in ((0.36, p.accent), (0.29, mix(p.accent, p.paper, 0.6)), (0.27, p.accent), (0.045, p.ink)):
        stage.circle(x, y, size * share, color)
    base, tip = (x + side * size * 1.28, stage.height * 0.12), (x + side * size * 0.6, y - size * 0.34)
    elbow = (base[0] - side * 2 * u, y - size * 0.52)
    for tone, pen in ((p.ink, 3.0), (p.paper, 1.8)):
        stage.canvas.line(curve([base, elbow, tip]), tone, pen * u)
    stage.piece(ring(*base, 5 * u), p.paper, p.far)
    stage.piece(ring(*tip, 2.4 * u), p.accent, p.ink)


def petals(stage: Stage, wish: Wish) -> None:
    """Petals or leaves in the wind, from far to so near that they are large."""
    del wish
    p = stage.palette
    backdrop(stage)
    wind = stage.between(-0.7, 0.7)
    round_ = stage.chance.random() < 0.5
    for row, (count, size) in enumerate(((16, 2.6), (9, 5.5), (5, 12.0))):
        for _ in range(count):
            color = stage.chance.choice((p.accent, mix(p.accent, p.paper, 0.5), p.tone(0.35 + 0.25 * row), p.sun))
            at = (stage.between(-0.02, 1.02) * stage.width, stage.between(-0.02, 1) * stage.height)
            _petal(
                stage,
                at,
                size * stage.unit * stage.between(0.7, 1.25),
                wind + stage.chance.gauss(0, 0.6),
                color,
                1.5 if round_ else 1,
            )


def _petal(stage: Stage, at: tuple[float, float], size: float, turn: float, color: RGB, fat: float) -> None:
    cos, sin = math.cos(turn), math.sin(turn)

    def placed(points: Line) -> Line:
        return [(at[0] + (x * cos - y * fat * sin) * size, at[1] + (x * sin + y * fat * cos) * size) for x, y in points]

    outline = placed([(-1.0, 0.0), (-0.3, -0.46), (0.5, -0.4), (1.0, 0.0), (0.45, 0.36), (-0.35, 0.4)])
    stage.piece(curve(outline, closed=True, fine=5), color, stage.palette.low, lift=0.5)
    vein = placed([(-0.9, 0.0), (0.0, -0.04), (0.85, 0.0)])
    stage.canvas.line(vein, mix(color, stage.palette.ink, 0.35), max(0.6, size * 0.04))
