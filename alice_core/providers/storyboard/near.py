"""Close-ups: a profile, an eye, hands, a flame, ripples, a record, petals."""

from __future__ import annotations

import math

from alice_core.providers.storyboard.palette import mix
from alice_core.providers.storyboard.stage import Lamp, Stage, curve, ring
from alice_core.providers.storyboard.words import Wish

_FACE = (
    (0.02, 1.12), (0.05, 0.86), (0.15, 0.79), (0.28, 0.76), (0.34, 0.71), (0.33, 0.65),
    (0.36, 0.62), (0.345, 0.585), (0.38, 0.56), (0.37, 0.52), (0.45, 0.475), (0.445, 0.45),
    (0.37, 0.36), (0.385, 0.30), (0.37, 0.20), (0.28, 0.09), (0.10, 0.03), (-0.10, 0.05),
    (-0.26, 0.16), (-0.33, 0.34), (-0.30, 0.52), (-0.20, 0.68), (-0.19, 0.86), (-0.34, 1.12),
)  # fmt: skip
"""A head in profile that looks right: x in heads from its middle, y in heads from its top."""


def profile(stage: Stage, wish: Wish) -> None:
    """A head in profile before a large light, with hair in the strong colour."""
    stage.sky()
    side = stage.chance.choice((-1, 1))
    size = stage.height * stage.between(0.86, 1.0)
    x, top = stage.width * (0.5 - 0.1 * side), stage.height * stage.between(0.08, 0.16)
    stage.halo(x + side * 0.18 * size, top + 0.45 * size, 0.26 * size)
    stage.circle(
        x + side * 0.18 * size, top + 0.45 * size, 0.26 * size, mix(stage.palette.glow, stage.palette.low, 0.2)
    )
    face = [(x + side * px * size, top + py * size) for px, py in curve(_FACE, fine=4)]
    rim = [(px + side * 0.008 * size, py) for px, py in face]
    stage.polygon(rim, stage.palette.glow)
    stage.piece(face, mix(stage.palette.near, stage.palette.ink, 0.35), stage.palette.low, lift=0.2)
    flow = 0.1 + 0.3 * stage.energy
    hair = [
        (0.37, 0.2),
        (0.22, 0.02),
        (-0.06, -0.04),
        (-0.3, 0.08),
        (-0.42, 0.34),
        (-0.44 - flow, 0.74),
        (-0.3 - flow, 1.1),
    ]
    hair += [(-0.14, 1.1), (-0.1, 0.66), (-0.04, 0.44), (0.1, 0.3), (0.26, 0.22)]
    color = stage.palette.accent if wish.garment != "dress" else stage.palette.ink
    stage.piece(
        [(x + side * px * size, top + py * size) for px, py in curve(hair, closed=True, fine=6)],
        color,
        stage.palette.near,
    )
    for strand in range(4):
        shift = strand * 0.06
        line = [
            (0.18 - shift, 0.06),
            (-0.12 - shift, 0.16),
            (-0.27 - shift * 0.6, 0.42),
            (-0.3 - flow * 0.7 - shift * 0.4, 0.86),
        ]
        points = [(x + side * px * size, top + py * size) for px, py in curve(line)]
        stage.canvas.line(points, mix(color, stage.palette.ink, 0.4), max(1.0, 0.4 * stage.unit))


def eye(stage: Stage, wish: Wish) -> None:
    """One open eye; in it a light and, small, what it sees."""
    del wish
    stage.canvas.vertical_gradient(((0, stage.palette.tone(0.75)), (1, stage.palette.tone(0.95))))
    x, y = stage.width * stage.between(0.44, 0.56), stage.height * 0.5
    wide, tall = min(stage.width * 0.42, stage.height * 0.9), stage.height * (0.24 + 0.08 * stage.energy)
    for step, share in enumerate((1.5, 1.28, 1.12)):
        stage.piece(_almond(x, y, wide * share, tall * share), stage.palette.tone(0.7 - 0.2 * step), stage.palette.near)
    stage.piece(_almond(x, y, wide, tall), mix(stage.palette.paper, stage.palette.low, 0.15), stage.palette.tone(0.3))
    iris = tall * 0.86
    for share, color in (
        (1.0, stage.palette.ink),
        (0.93, stage.palette.accent),
        (0.66, mix(stage.palette.accent, stage.palette.ink, 0.35)),
        (0.44, stage.palette.ink),
    ):
        stage.circle(x, y, iris * share, color)
    for ray in range(22):
        angle = math.tau * ray / 22
        ends = [(x + iris * r * math.cos(angle), y + iris * r * math.sin(angle)) for r in (0.48, 0.88)]
        stage.canvas.line(ends, mix(stage.palette.accent, stage.palette.glow, 0.4), max(1.0, 0.3 * stage.unit))
    stage.circle(x - iris * 0.28, y - iris * 0.3, iris * 0.2, stage.palette.glow)
    lid = [(px, py) for px, py in _almond(x, y, wide, tall) if py <= y]
    shade = [*lid, *((px, y + (py - y) * 0.7) for px, py in reversed(lid))]
    stage.polygon(shade, mix(stage.palette.ink, stage.palette.near, 0.3))
    for lash in range(11):
        share = -0.85 + 1.7 * lash / 10
        px, py = x + wide * share, y - tall * (1 - share * share)
        tip = (px + wide * 0.1 * share, py - tall * 0.34)
        stage.polygon(
            [(px - 0.5 * stage.unit, py), tip, (px + 0.7 * stage.unit, py + 0.4 * stage.unit)], stage.palette.ink
        )


def _almond(x: float, y: float, wide: float, tall: float) -> list[tuple[float, float]]:
    steps = [step / 24 for step in range(-24, 25)]
    upper = [(x + wide * s, y - tall * (1 - s * s)) for s in steps]
    return upper + [(x + wide * s, y + tall * 0.8 * (1 - s * s)) for s in reversed(steps)]


def hands(stage: Stage, wish: Wish) -> None:
    """Two hands that reach for each other, or for a light between them."""
    del wish
    stage.sky()
    x, y = stage.width / 2, stage.height * stage.between(0.42, 0.52)
    stage.halo(x, y, 6 * stage.unit, rings=5)
    stage.circle(x, y, 4.5 * stage.unit, stage.palette.glow)
    apart = stage.between(7, 11) * stage.unit
    for side, color in ((-1, stage.palette.near), (1, mix(stage.palette.near, stage.palette.accent, 0.45))):
        tilt = stage.between(-5, 5) * stage.unit
        _hand(stage, x + side * apart, y + tilt, side, color)


def _hand(stage: Stage, x: float, y: float, side: int, color: tuple[int, int, int]) -> None:
    u = stage.unit * 1.7
    arm = [(x + side * 60 * u, y - 12 * u), (x + side * 16 * u, y - 5.5 * u), (x + side * 11 * u, y - 4.5 * u)]
    arm += [(x + side * 11 * u, y + 5 * u), (x + side * 17 * u, y + 6.5 * u), (x + side * 60 * u, y + 16 * u)]
    stage.piece(arm, color, stage.palette.low)
    for finger, (lift, long) in enumerate(((-4.6, 9.5), (-1.8, 11), (1.0, 10.4), (3.6, 8.4))):
        bend = stage.between(-1.2, 1.2) * u
        line = [(x + side * 14 * u, y + lift * 0.9 * u), (x + side * (12 - long * 0.5) * u, y + lift * u + bend)]
        line.append((x + side * (12 - long) * u, y + (lift + 0.8) * u + 1.6 * bend))
        stage.canvas.line(curve(line), mix(color, stage.palette.ink, 0.07 * finger), 2.3 * u)
        stage.circle(*line[-1], 1.15 * u, mix(color, stage.palette.ink, 0.07 * finger))
    thumb = curve([(x + side * 15 * u, y + 4 * u), (x + side * 9 * u, y + 8 * u), (x + side * 4.5 * u, y + 7 * u)])
    stage.canvas.line(thumb, mix(color, stage.palette.ink, 0.22), 2.7 * u)
    stage.circle(*thumb[-1], 1.35 * u, mix(color, stage.palette.ink, 0.22))


def flame(stage: Stage, wish: Wish) -> None:
    """A candle's flame in the dark, in rings of light."""
    del wish
    stage.canvas.vertical_gradient(((0, stage.palette.ink), (1, stage.palette.tone(0.9))))
    x, y, u = stage.width * stage.between(0.38, 0.62), stage.height * 0.46, stage.unit
    for step in range(6, 0, -1):
        stage.circle(x, y, step**1.3 * 5.2 * u, mix(stage.palette.ink, stage.palette.accent, 0.62 - 0.09 * step))
    lean = stage.between(-3, 3) * u * (0.5 + stage.energy)
    for share, color in (
        (1.0, stage.palette.accent),
        (0.7, mix(stage.palette.accent, stage.palette.glow, 0.6)),
        (0.42, stage.palette.glow),
    ):
        tall, half = 19 * u * share, 5.6 * u * share
        shape = [
            (x, y + 9 * u),
            (x - half, y + 3 * u),
            (x - half * 0.62 + lean * 0.3, y - tall * 0.34),
            (x + lean, y - tall),
        ]
        shape += [(x + half * 0.7 + lean * 0.3, y - tall * 0.28), (x + half, y + 3.4 * u)]
        stage.polygon(curve(shape, closed=True), color)
    stage.canvas.line([(x, y + 13 * u), (x, y + 6 * u)], stage.palette.ink, 0.9 * u)
    wax = [
        (x - 8 * u, stage.height * 1.1),
        (x - 8 * u, y + 14 * u),
        (x, y + 12.4 * u),
        (x + 8 * u, y + 14 * u),
        (x + 8 * u, stage.height * 1.1),
    ]
    stage.piece(wax, mix(stage.palette.paper, stage.palette.low, 0.4), stage.palette.near)
    stage.lamps.append(Lamp(x, y, 75 * u, stage.palette.glow, 0.9))


def ripples(stage: Stage, wish: Wish) -> None:
    """Rings on dark water around falling drops, with broken light."""
    del wish
    stage.canvas.vertical_gradient(((0, stage.palette.tone(0.55)), (1, stage.palette.tone(1.0))))
    for _ in range(24):
        x, y = stage.between(0, stage.width), stage.height * stage.between(0.02, 0.98)
        wide = stage.between(3, 12) * stage.unit * (0.5 + y / stage.height)
        stage.polygon(ring(x, y, wide, 0.1), mix(stage.palette.tone(0.6), stage.palette.glow, stage.between(0.1, 0.45)))
    for drop in range(3 + round(3 * stage.energy)):
        x, y = stage.width * stage.between(0.1, 0.9), stage.height * stage.between(0.25, 0.9)
        if drop == 0:
            x, y = stage.width * stage.between(0.4, 0.6), stage.height * 0.58
        size = stage.between(4, 8) * stage.unit * (1.8 if drop == 0 else 0.7)
        behind = stage.palette.tone(0.8)
        for step in range(5, 0, -1):
            color = mix(stage.palette.tone(0.75), stage.palette.low if step % 2 else stage.palette.ink, 0.5)
            stage.piece(ring(x, y, size * step * 0.6, 0.36), color, behind, lift=0.3)
            behind = color
        stage.polygon(ring(x, y, size * 0.26, 0.5), stage.palette.glow)
        stage.polygon(
            [(x, y - size * 1.6), (x + size * 0.13, y - size), (x, y - size * 0.86), (x - size * 0.13, y - size)],
            stage.palette.paper,
        )


def record(stage: Stage, wish: Wish) -> None:
    """A record on its turntable with the needle in the groove."""
    del wish
    stage.canvas.vertical_gradient(((0, stage.palette.tone(0.25)), (1, stage.palette.tone(0.7))))
    x, y = stage.width * stage.between(0.38, 0.48), stage.height * stage.between(0.55, 0.75)
    size = stage.height * 0.66
    stage.piece(ring(x, y, size * 1.06), mix(stage.palette.near, stage.palette.ink, 0.3), stage.palette.far, lift=1.5)
    for step in range(14):
        share = 1 - step * 0.045
        stage.circle(x, y, size * share, mix(stage.palette.ink, stage.palette.near, 0.12 if step % 2 else 0.45))
    shine = [(x, y), (x - size * 0.9, y - size * 0.42), (x - size * 0.72, y - size * 0.7)]
    stage.polygon(shine, mix(stage.palette.ink, stage.palette.low, 0.4))
    for share, color in (
        (0.36, stage.palette.accent),
        (0.29, mix(stage.palette.accent, stage.palette.paper, 0.6)),
        (0.045, stage.palette.ink),
    ):
        stage.circle(x, y, size * share, color)
    base, tip = (stage.width * 0.9, stage.height * 0.1), (x + size * 0.5, y - size * 0.36)
    elbow = (base[0] - 4 * stage.unit, y - size * 0.5)
    stage.canvas.line(curve([base, elbow, tip]), stage.palette.ink, 2.8 * stage.unit)
    stage.canvas.line(curve([base, elbow, tip]), stage.palette.paper, 1.7 * stage.unit)
    stage.piece(ring(*base, 5 * stage.unit), stage.palette.paper, stage.palette.far)
    stage.piece(ring(*tip, 2.2 * stage.unit), stage.palette.accent, stage.palette.ink)


def petals(stage: Stage, wish: Wish) -> None:
    """Petals or leaves in the wind before a soft light."""
    del wish
    stage.sky()
    stage.halo(stage.width * stage.between(0.3, 0.7), stage.height * stage.between(0.3, 0.6), 9 * stage.unit, rings=5)
    wind = stage.between(-0.6, 0.6)
    for row in range(3):
        count, size = (16, 9, 4)[row], (2.6, 5.5, 11)[row] * stage.unit
        for _ in range(count):
            x, y = stage.between(0, stage.width), stage.between(0, stage.height)
            color = stage.chance.choice(
                (stage.palette.accent, mix(stage.palette.accent, stage.palette.paper, 0.5), stage.palette.tone(0.8))
            )
            _petal(stage, x, y, size * stage.between(0.7, 1.2), wind + stage.between(-1.1, 1.1), color)


def _petal(stage: Stage, x: float, y: float, size: float, turn: float, color: tuple[int, int, int]) -> None:
    cos, sin = math.cos(turn), math.sin(turn)

    def placed(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(x + (px * cos - py * sin) * size, y + (px * sin + py * cos) * size) for px, py in points]

    outline = placed([(-1, 0), (-0.3, -0.46), (0.5, -0.4), (1, 0), (0.45, 0.36), (-0.35, 0.4)])
    stage.piece(curve(outline, closed=True, fine=5), color, stage.palette.low, lift=0.5)
    stage.canvas.line(placed([(-0.9, 0), (0.85, 0)]), mix(color, stage.palette.ink, 0.35), max(1.0, size * 0.05))
