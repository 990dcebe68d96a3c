"""Places that people built: city, road, stage, corridor, window."""

from __future__ import annotations

import math

from alice_core.providers.storyboard.figures import crowd, people
from alice_core.providers.storyboard.outdoors import Line, cast, lights, twinkle
from alice_core.providers.storyboard.palette import RGB, mix
from alice_core.providers.storyboard.stage import Lamp, Stage, ring
from alice_core.providers.storyboard.words import Wish


def city(stage: Stage, wish: Wish) -> None:
    """Rows of towers with lit windows, taller and darker towards us, seen from the street or from a roof."""
    stage.sky()
    if stage.palette.night:
        twinkle(stage, 40, 0.4)
    lights(stage, 0.42)
    behind = mix(stage.palette.top, stage.palette.low, 0.6)
    for row in range(3):
        depth = (row + 1) / 3
        color = stage.palette.tone(depth * 0.9)
        _towers(stage, depth, color, behind)
        behind = color
    ground = mix(stage.palette.near, stage.palette.low, 0.16)
    if stage.chance.random() < 0.5:
        foot = _roof(stage, ground, behind)
    else:
        foot = stage.height * 0.97
        stage.layer([(0, stage.height * 0.92), (stage.width, stage.height * 0.92)], ground, behind)
    if wish.people != "none":
        cast(stage, wish, foot)


def _towers(stage: Stage, depth: float, color: RGB, behind: RGB) -> None:
    x, u = -2 * stage.unit, stage.unit
    while x < stage.width:
        wide = stage.between(7, 15) * u * (0.6 + 0.7 * depth)
        top = stage.height * (0.72 - stage.between(0.1, 0.5) * (1.15 - 0.45 * depth))
        foot = stage.height * 1.02
        stage.piece([(x, top), (x + wide, top), (x + wide, foot), (x, foot)], color, behind, lift=0.4)
        _crown(stage, x, top, wide, color)
        _windows(stage, x, top, wide, color, 0.55 + 0.45 * depth)
        x += wide + stage.between(-1, 2.5) * u


def _crown(stage: Stage, x: float, top: float, wide: float, color: RGB) -> None:
    """A mast, a set-back, a slope, a water tank or nothing on a roof."""
    u, middle, kind = stage.unit, x + wide / 2, stage.chance.randrange(7)
    if kind == 0:
        stage.polygon([(middle - 0.22 * u, top), (middle, top - 7 * u), (middle + 0.22 * u, top)], color)
    elif kind == 1:
        for share, high in ((0.3, 1.8), (0.16, 3.4)):
            stage.polygon(_box(middle, top + u, wide * share, high * u + u), color)
    elif kind == 2:
        stage.polygon([(x, top + 1), (x + wide, top - wide * 0.32), (x + wide, top + 1)], color)
    elif kind == 3:
        at = x + wide * 0.3
        for leg in (-1.0, 0.9):
            stage.polygon(_box(at + leg * u, top, 0.14 * u, 1.6 * u), color)
        stage.polygon(_box(at, top - 1.4 * u, 1.5 * u, 2.2 * u), color)
        stage.polygon([(at - 1.8 * u, top - 3.5 * u), (at, top - 4.8 * u), (at + 1.8 * u, top - 3.5 * u)], color)


def _box(middle: float, foot: float, half: float, high: float) -> Line:
    return [(middle - half, foot), (middle - half, foot - high), (middle + half, foot - high), (middle + half, foot)]


def _windows(stage: Stage, x: float, top: float, wide: float, color: RGB, scale: float) -> None:
    size = 1.05 * stage.unit * scale
    if size * stage.canvas.width / stage.width < 1:
        return  # smaller than a pixel it is only noise
    columns, rows = max(1, int(wide / (2.1 * size))), int((stage.height * 0.95 - top) / (2.7 * size))
    gap, lit = wide / columns, 0.16 + 0.3 * stage.energy
    tones = [mix(color, stage.palette.glow, share) for share in (0.14, 0.35, 0.7, 0.95)]
    warm = mix(tones[3], stage.palette.sun, 0.6)
    for row in range(rows):
        for column in range(columns):
            draw = stage.chance.random()
            if draw < lit + 0.2:
                light = warm if draw < lit * 0.4 else tones[1 + int(draw * 97) % 3] if draw < lit else tones[0]
                left, high = x + (column + 0.5) * gap - size / 2, top + (row + 0.6) * 2.7 * size
                stage.canvas.rectangle((left, high, left + size, high + 1.45 * size), light)


def _roof(stage: Stage, color: RGB, behind: RGB) -> float:
    """The roof that we stand on, with its parapet, a tank and an aerial; says where to stand."""
    u, top = stage.unit, stage.height * stage.between(0.84, 0.9)
    stage.layer([(0, top), (stage.width, top)], color, behind, lift=1.2)
    dark = mix(color, stage.palette.ink, 0.5)
    stage.polygon([(0, top + 2 * u), (stage.width, top + 2 * u), (stage.width, top + 3 * u), (0, top + 3 * u)], dark)
    x = stage.width * stage.chance.choice((0.12, 0.88))
    stage.piece(_box(x, top, 5 * u, 9 * u), dark, behind)
    stage.polygon([(x - 6 * u, top - 9 * u), (x, top - 13 * u), (x + 6 * u, top - 9 * u)], dark)
    x = stage.width * stage.between(0.42, 0.58)
    stage.polygon(_box(x, top, 0.22 * u, 14 * u), dark)
    for row, reach in ((13, 3.4), (11.4, 2.6), (9.8, 1.8)):
        stage.polygon(_box(x, top - row * u, reach * u, 0.35 * u), dark)
    return top + 0.8 * u


def road(stage: Stage, wish: Wish) -> None:
    """A road to the vanishing point, lamps or posts beside it, the sun at its end."""
    stage.sky()
    p, u = stage.palette, stage.unit
    eye, far = stage.width * stage.between(0.34, 0.66), stage.height * stage.between(0.46, 0.6)
    stage.sun(eye + stage.between(-14, 14) * u, far - stage.between(-2, 12) * u, stage.between(7, 13) * u)
    stage.layer(stage.ridge(far - u, stage.between(2, 7) * u, stage.between(0.2, 0.9)), p.tone(0.22), p.low)
    ground = p.tone(0.5)
    stage.layer([(0, far + 2 * u), (stage.width, far + 2 * u)], ground, p.tone(0.22))
    foot, half = stage.height * 1.25, stage.width * stage.between(0.42, 0.6)
    surface = p.tone(0.86)
    for wide, color in ((1.16, mix(ground, p.ink, 0.18)), (1.06, mix(ground, p.glow, 0.4)), (1.0, surface)):
        start, end = 0.5 * u, half * wide
        lane = [(eye - start, far + u), (eye + start, far + u), (eye + end, foot), (eye - end, foot)]
        stage.polygon(lane, color)
    for step in range(14):
        near, end = 1 / (1 + step * 0.8), 1 / (1.42 + step * 0.8)
        y0, y1 = far + (foot - far) * near, far + (foot - far) * end
        w0, w1 = half * 0.026 * near, half * 0.026 * end
        stage.polygon([(eye - w0, y0), (eye + w0, y0), (eye + w1, y1), (eye - w1, y1)], mix(surface, p.glow, 0.85))
    _posts(stage, (eye, far), foot, half)
    if wish.people != "none":
        cast(stage, wish, stage.height * 0.95)


def _posts(stage: Stage, vanishing: tuple[float, float], foot: float, half: float) -> None:
    """Street lamps on one side, or poles on both, that come nearer."""
    p, (eye, far) = stage.palette, vanishing
    lamps = stage.chance.random() < 0.6
    for side in (stage.chance.choice((-1, 1)),) if lamps else (-1, 1):
        for step in range(9, -1, -1):
            near = 1 / (1.25 + step * 0.75)
            y, x = far + (foot - far) * near, eye + side * half * 1.35 * near
            tall = stage.unit * (60 if lamps else 34) * near
            color = mix(p.tone(0.3 + 0.65 * near), p.ink, 0.3)
            stage.polygon(_box(x, y, tall * 0.016, tall), color)
            if lamps:
                arm = [
                    (x, y - tall),
                    (x - side * tall * 0.22, y - tall * 1.03),
                    (x - side * tall * 0.22, y - tall * 0.99),
                ]
                stage.polygon(arm, color)
                stage.circle(x - side * tall * 0.2, y - tall * 0.985, tall * 0.026, p.glow)
            else:
                stage.polygon(_box(x, y - tall * 0.86, tall * 0.13, tall * 0.035), color)


def theatre(stage: Stage, wish: Wish) -> None:
    """A stage with beams of light and the performers in them, curtains when it is quiet, hands when it is loud."""
    p, u = stage.palette, stage.unit
    dark = mix(p.near, p.ink, 0.5)
    stage.canvas.vertical_gradient(((0, dark), (0.8, mix(dark, p.top, 0.5))))
    floor = stage.height * stage.between(0.74, 0.8)
    beams = 2 + round(5 * stage.energy)
    aims = []
    for place in range(beams):
        top, aim = (
            stage.width * (place + 0.5 + stage.between(-0.2, 0.2)) / beams,
            stage.width * stage.between(0.24, 0.76),
        )
        color = (p.glow, p.accent, p.low)[place % 3]
        for wide, share in ((12, 0.14), (8, 0.27), (3.5, 0.46)):
            w = wide * u
            beam = [(top - 0.5 * u, 0.0), (top + 0.5 * u, 0.0), (aim + w, floor + 3 * u), (aim - w, floor + 3 * u)]
            stage.polygon(beam, mix(dark, color, share))
        aims.append((aim, color))
        stage.lamps.append(Lamp(aim, floor - 8 * u, 28 * u, color, 0.4))
    boards = mix(p.ink, p.near, 0.75)
    stage.layer([(0, floor), (stage.width, floor)], boards, dark)
    for aim, color in aims:
        stage.polygon(ring(aim, floor + 4 * u, 12 * u, 0.2), mix(boards, color, 0.4))
    kind = wish.people if wish.people in {"band", "couple", "one"} else "one"
    size = stage.height * (0.62 if wish.framing == "medium" else 0.4)
    people(stage, kind, stage.width * stage.between(0.42, 0.58), floor + 5 * u, size, wish.pose, wish.garment)
    if stage.energy < 0.45:
        _curtains(stage)
    else:
        crowd(stage, stage.height * 1.04, stage.height * 0.34, p.ink)


def _curtains(stage: Stage) -> None:
    p, folds = stage.palette, 5
    cloth = mix(p.accent, p.ink, 0.5)
    for side in (0, 1):
        reach = stage.width * stage.between(0.1, 0.17)
        for fold in range(folds):
            inner, outer = reach * (1 - fold / folds), reach * (1 - (fold + 1) / folds)
            drape = [(inner * 0.82, 0.0), (inner, stage.height * 0.55), (inner * 0.72, stage.height * 1.1)]
            drape += [(outer - 1, stage.height * 1.1), (outer * 0.82 - 1, 0.0)]
            placed = [(stage.width - x, y) for x, y in drape] if side else drape
            stage.polygon(placed, mix(cloth, p.ink if fold % 2 else p.accent, 0.26))


def corridor(stage: Stage, wish: Wish) -> None:
    """Doorways or arches inside each other, or stairs, towards a light."""
    p = stage.palette
    x, y = stage.width * stage.between(0.4, 0.6), stage.height * stage.between(0.42, 0.5)
    stage.canvas.rectangle((0, 0, stage.width, stage.canvas.height), p.ink)
    arched = stage.chance.random() < 0.5
    turn = stage.between(-0.07, 0.07) if wish.tilted or stage.energy > 0.75 else 0.0
    half, tall, steps = stage.width * 0.64, stage.height * 0.72, 8
    for step in range(steps):
        scale = 0.77**step
        color = mix(mix(p.near, p.ink, 0.35), p.low, ((step + 1) / (steps + 1)) ** 1.25)
        door = _door(x, y, half * scale, tall * scale, turn * step, arched=arched)
        stage.piece(door, color, mix(color, p.ink, 0.2), lift=1.2 * scale)
    light = _door(x, y, half * 0.77**steps, tall * 0.77**steps, turn * steps, arched=arched)
    stage.polygon(light, p.glow)
    stage.lamps.append(Lamp(x, y, 46 * stage.unit, p.glow, 0.75))
    _way(stage, x, y + tall * 0.86 * 0.77**steps, half * 0.77**steps, half * 0.52)
    if wish.people != "none":
        size = 0.62 if wish.framing == "medium" else 0.3
        people(stage, wish.people, x, stage.height * 0.94, stage.height * size, wish.pose, wish.garment)


def _door(x: float, y: float, half: float, tall: float, turn: float, *, arched: bool) -> Line:
    """An opening around (x, y); its foot lies a little under the middle."""
    foot, shoulder = tall * 0.86, -tall * (0.35 if arched else 0.8)
    shape = [(-half, foot), (-half, shoulder)]
    if arched:
        steps = [step * math.pi / 16 for step in range(1, 16)]
        shape += [(-half * math.cos(step), shoulder - tall * 0.62 * math.sin(step)) for step in steps]
    shape += [(half, shoulder), (half, foot)]
    cos, sin = math.cos(turn), math.sin(turn)
    return [(x + px * cos - py * sin, y + px * sin + py * cos) for px, py in shape]


def _way(stage: Stage, x: float, far: float, narrow: float, wide: float) -> None:
    """The floor to the light, in planks or steps."""
    p, foot = stage.palette, stage.height * 1.12
    path = mix(p.tone(0.6), p.low, 0.25)
    stage.polygon([(x - narrow, far), (x + narrow, far), (x + wide, foot), (x - wide, foot)], path)
    for step in range(10):
        near = 0.72**step
        y, half = far + (foot - far) * near, narrow + (wide - narrow) * near
        rise = stage.unit * 2.6 * near
        shade = mix(path, p.ink, 0.26)
        stage.polygon([(x - half, y), (x + half, y), (x + half * 0.96, y - rise), (x - half * 0.96, y - rise)], shade)


def window(stage: Stage, wish: Wish) -> None:
    """A room's window: outside the blurred lights of a town, drops on the glass, somebody who looks out."""
    p, u = stage.palette, stage.unit
    stage.canvas.vertical_gradient(((0, p.top), (0.5, mix(p.low, p.top, 0.4)), (0.9, p.tone(0.5))))
    stage.layer(stage.ridge(stage.height * 0.62, 7 * u, 0.3), p.tone(0.42), p.low)
    for _ in range(28):
        x, y = stage.between(0, stage.width), stage.height * (0.42 + 0.46 * stage.chance.random())
        tone = stage.chance.choice((p.accent, p.glow, p.sun, p.low))
        stage.circle(x, y, u * stage.between(1.6, 5.5), mix(p.tone(0.4), tone, stage.between(0.25, 0.62)))
    for _ in range(44 + round(30 * stage.energy)):
        _drop(stage, stage.between(0, stage.width), stage.between(0, stage.height), u * stage.between(0.4, 1.4))
    bar, dark = 2.4 * u, mix(p.near, p.ink, 0.7)
    for x in (-bar, stage.width * stage.between(0.3, 0.7), stage.width - bar):
        stage.piece([(x, 0), (x + bar, 0), (x + bar, stage.height), (x, stage.height)], dark, p.low)
    if stage.chance.random() < 0.6:
        y = stage.height * stage.between(0.26, 0.42)
        stage.piece([(0, y), (stage.width, y), (stage.width, y + bar), (0, y + bar)], dark, p.low)
    sill = stage.height * 0.9
    stage.layer([(0, sill), (stage.width, sill)], mix(dark, p.near, 0.4), p.low)
    if wish.people != "none":
        kind = "couple" if wish.people == "couple" else "one"
        x = stage.width * stage.chance.choice((0.24, 0.3, 0.7, 0.76))
        people(stage, kind, x, stage.height * stage.between(1.2, 1.4), stage.height * 1.05, "stand", wish.garment)


def _drop(stage: Stage, x: float, y: float, size: float) -> None:
    p = stage.palette
    here = mix(p.top, p.tone(0.45), min(1.0, y / stage.height))
    if stage.chance.random() < 0.4:
        trail = size * stage.between(5, 14)
        streak = [(x - size * 0.22, y - trail), (x + size * 0.22, y - trail), (x + size * 0.5, y), (x - size * 0.5, y)]
        stage.polygon(streak, mix(here, p.paper, 0.17))
    stage.polygon(ring(x, y, size, 1.25), mix(here, p.ink, 0.4))
    stage.polygon(ring(x, y + size * 0.14, size * 0.82, 1.2), mix(here, p.paper, 0.42))
    stage.circle(x - size * 0.25, y - size * 0.4, size * 0.24, p.paper)
