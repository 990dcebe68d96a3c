"""Places without walls: sea, mountains, forest, plain, sky and stars."""

from __future__ import annotations

import math
from itertools import pairwise

from alice_core.providers.storyboard.figures import people
from alice_core.providers.storyboard.palette import RGB, mix
from alice_core.providers.storyboard.stage import Lamp, Stage, curve, ring
from alice_core.providers.storyboard.words import Wish

Line = list[tuple[float, float]]


def cast(stage: Stage, wish: Wish, foot: float, *, size: float = 1.0) -> None:
    """Place the people of a shot: small in a wide one, most of the picture high in a medium one."""
    share = {"wide": stage.between(0.19, 0.29), "medium": stage.between(0.56, 0.7)}.get(wish.framing, 0.7) * size
    x = stage.width * stage.chance.choice((0.24, 0.3, 0.36, 0.64, 0.7, 0.76))
    height = share * stage.height
    drop = 0.0 if wish.framing == "wide" else 0.14 * stage.height
    people(stage, wish.people, x, min(foot + drop, stage.height * 1.1), height, wish.pose, wish.garment)


def lights(stage: Stage, low: float = 0.6) -> tuple[float, float]:
    """The sun or the moon, which travels from left to right over the song; says where it is."""
    x = stage.width * (0.16 + 0.68 * stage.arc) + stage.between(-7, 7) * stage.unit
    height = low - 0.34 * math.sin(math.pi * min(1.0, max(0.0, stage.arc)))
    y = stage.height * (height + stage.between(-0.07, 0.07))
    stage.sun(x, y, stage.between(5.5, 11) * stage.unit)
    return x, y


def sea(stage: Stage, wish: Wish) -> None:
    """Waves under a low sun and its path on the water, a boat or a lighthouse far out, a shore to stand on."""
    stage.sky()
    if stage.palette.night:
        twinkle(stage, 50, 0.45)
    x, _ = lights(stage, 0.5)
    horizon = stage.height * stage.between(0.44, 0.58)
    water = mix(stage.palette.far, stage.palette.top, 0.5)
    below = stage.height * 1.1
    stage.polygon([(0, horizon), (stage.width, horizon), (stage.width, below), (0, below)], water)
    _path_of_light(stage, x, horizon, water)
    _far_out(stage, horizon)
    behind: RGB = water
    for step in range(4):
        depth = 0.44 + 0.56 * step / 3
        base = horizon + (stage.height * 0.99 - horizon) * depth**1.1
        color = stage.palette.tone(0.28 + 0.6 * step / 3)
        stage.layer(_swell(stage, base, 0.9 + 0.8 * step + 2.4 * stage.energy), color, behind, lift=0.4 + depth)
        behind = color
    if wish.people != "none":
        shore = stage.ridge(stage.height * stage.between(0.9, 0.95), 4 * stage.unit, 0.3)
        stage.layer(_tilted(stage, shore, wish), mix(stage.palette.near, stage.palette.ink, 0.4), behind)
        cast(stage, wish, stage.height * 0.95)


def _path_of_light(stage: Stage, x: float, horizon: float, water: RGB) -> None:
    for step in range(9):
        y = horizon + (stage.height - horizon) * (0.03 + 0.075 * step)
        half = stage.unit * (2.4 + step * 1.2) * stage.between(0.5, 1.3)
        thick = stage.unit * (0.24 + 0.07 * step)
        at = x + stage.between(-1, 1) * stage.unit * (1 + step * 0.6)
        stage.polygon(ring(at, y, half, thick / half), mix(water, stage.palette.glow, 0.78 - 0.06 * step))


def _swell(stage: Stage, base: float, height: float) -> Line:
    """A line of waves with crests sharper than troughs, as a trochoid has."""
    long, shift = stage.unit * stage.between(13, 22), stage.between(0, math.tau)
    lean = stage.unit * height * 0.8
    steps = max(60, int(stage.width / stage.unit))
    line = []
    for step in range(-6, steps + 7):
        at = stage.width * step / steps
        phase = math.tau * at / long + shift
        swell = 0.75 + 0.25 * math.sin(at / long * 0.9 + shift * 2)
        line.append((at - lean * math.sin(phase), base - stage.unit * height * swell * math.cos(phase)))
    return line


def _far_out(stage: Stage, horizon: float) -> None:
    """A sail, a lighthouse, an island or nothing on the horizon."""
    kind = stage.chance.randrange(4)
    x, u = stage.width * stage.chance.choice((stage.between(0.1, 0.34), stage.between(0.66, 0.9))), stage.unit
    dark = mix(stage.palette.near, stage.palette.far, 0.3)
    if kind == 0:
        y = horizon + 2 * u
        stage.polygon([(x - 4 * u, y - u), (x + 4 * u, y - u), (x + 2.6 * u, y + u), (x - 2.8 * u, y + u)], dark)
        stage.polygon([(x, y - 11 * u), (x + 4.4 * u, y - 1.6 * u), (x, y - 1.6 * u)], stage.palette.paper)
        stage.polygon(
            [(x - 0.5 * u, y - 9 * u), (x - 0.5 * u, y - 1.6 * u), (x - 3 * u, y - 1.6 * u)], stage.palette.sun
        )
    elif kind == 1:
        _lighthouse(stage, x, horizon, dark)
    elif kind == 2:
        island = [(x - 16 * u, horizon), (x - 8 * u, horizon - 5 * u), (x - 2 * u, horizon - 3.4 * u)]
        island += [(x + 4 * u, horizon - 8 * u), (x + 17 * u, horizon)]
        stage.polygon(curve(island), mix(stage.palette.far, stage.palette.near, 0.4))


def _lighthouse(stage: Stage, x: float, horizon: float, dark: RGB) -> None:
    u, top = stage.unit, horizon - 17 * stage.unit
    side = 1 if x < stage.width / 2 else -1
    beam = mix(mix(stage.palette.top, stage.palette.low, 0.5), stage.palette.glow, 0.3)
    far = x + side * 240 * u
    stage.polygon([(x, top), (far, top - 26 * u), (far, top + 12 * u)], beam)
    stage.polygon([(x - 1.1 * u, top), (x + 1.1 * u, top), (x + 2 * u, horizon + u), (x - 2 * u, horizon + u)], dark)
    for share in (0.28, 0.6):
        y = top + (horizon - top) * share
        band = [(x - 1.75 * u, y + 2.4 * u), (x + 1.75 * u, y + 2.4 * u), (x + 1.5 * u, y), (x - 1.5 * u, y)]
        stage.polygon(band, stage.palette.accent)
    stage.polygon([(x - 1.6 * u, top), (x + 1.6 * u, top), (x, top - 3 * u)], dark)
    stage.circle(x, top, 1.1 * u, stage.palette.glow)
    stage.polygon(ring(x, horizon + 1.4 * u, 11 * u, 0.26), dark)
    stage.lamps.append(Lamp(x, top, 16 * u, stage.palette.glow, 1.0))


def mountains(stage: Stage, wish: Wish) -> None:
    """Ranges of rock behind each other, paler the farther, with snow on the highest."""
    stage.sky()
    if stage.palette.night:
        twinkle(stage, 70, 0.5)
    lights(stage, 0.52)
    behind = mix(stage.palette.top, stage.palette.low, 0.45)
    high = stage.between(0.42, 0.52)
    for step in range(5):
        depth = step / 4
        color = stage.palette.tone(0.12 + 0.85 * depth**1.15)
        base = stage.height * (high + (0.93 - high) * depth)
        swing = stage.height * (0.26 - 0.16 * depth) * stage.between(0.8, 1.15)
        edge = _tilted(stage, stage.ridge(base, swing, 0.95 if step < 3 else 0.45, points=110), wish)
        stage.layer(edge, color, behind)
        if step == 1:
            _snow(stage, edge, base - swing * 0.16, mix(color, stage.palette.paper, 0.55))
        behind = color
    if wish.people != "none":
        cast(stage, wish, stage.height * 0.95)


def _snow(stage: Stage, edge: Line, line: float, color: RGB) -> None:
    """White caps with a jagged hem on what rises above a line."""
    cap: Line = []
    for x, y in [*edge, (edge[-1][0], line + 1)]:
        if y < line:
            cap.append((x, y))
            continue
        if len(cap) > 2:
            left, right = cap[0][0], cap[-1][0]
            teeth = max(3, int((right - left) / stage.unit / 2.4))
            hem = []
            for tooth in range(teeth * 2, -1, -1):
                inner = min(tooth, teeth * 2 - tooth) / teeth
                at = left + (right - left) * tooth / (teeth * 2)
                hem.append((at, line - stage.unit * inner * (2.4 if tooth % 2 else -0.5)))
            stage.polygon([*cap, *hem], color)
        cap = []


def forest(stage: Stage, wish: Wish) -> None:
    """Trunks in four depths, and a clearing with the light in it."""
    stage.canvas.vertical_gradient(((0, mix(stage.palette.top, stage.palette.near, 0.25)), (0.75, stage.palette.low)))
    clear = stage.width * stage.between(0.3, 0.7)
    stage.sun(clear, stage.height * stage.between(0.3, 0.5), stage.unit * stage.between(6, 11))
    behind = stage.palette.low
    for step in range(4):
        depth = step / 3
        color = stage.palette.tone(0.12 + 0.86 * depth)
        ground = stage.height * (0.7 + 0.24 * depth)
        wide = stage.unit * (1.1 + 4.4 * depth**1.6)
        x = stage.between(-1, 2) * wide
        while x < stage.width:
            if abs(x - clear) > stage.width * (0.08 + 0.09 * depth):
                _trunk(stage, x, ground, wide * stage.between(0.75, 1.2), color, behind)
            x += wide * stage.between(2.2, 5.2)
        stage.layer(stage.ridge(ground, stage.unit * (2 + 2 * depth), 0.4), color, behind)
        behind = color
        if step == 2 and wish.people != "none":
            cast(stage, wish, stage.height * 0.92)


def _trunk(stage: Stage, x: float, ground: float, wide: float, color: RGB, behind: RGB) -> None:
    lean, half = stage.between(-0.7, 0.7) * wide, wide / 2
    trunk = [(x + lean - half * 0.75, -9.0), (x + lean + half * 0.75, -9.0), (x + half, ground * 0.92)]
    trunk += [(x + half * 1.9, ground + wide), (x - half * 1.9, ground + wide), (x - half, ground * 0.92)]
    stage.piece(trunk, color, behind, 0.7)
    for _ in range(stage.chance.randrange(1, 4)):
        y = ground * stage.between(0.1, 0.62)
        reach = wide * stage.between(1.6, 3.4)
        base = x + lean * (1 - y / ground)
        tip = (base + stage.chance.choice((-1, 1)) * reach, y - reach * stage.between(0.3, 0.9))
        stage.polygon([(base, y - half * 0.34), tip, (base, y + half * 0.34)], color)


def plain(stage: Stage, wish: Wish) -> None:
    """Dunes or fields that roll to a far horizon, with a tree or a line of posts, under a large sun."""
    stage.sky()
    horizon = stage.height * stage.between(0.5, 0.64)
    x = stage.width * (0.2 + 0.6 * stage.arc) + stage.between(-6, 6) * stage.unit
    stage.sun(x, horizon - stage.unit * stage.between(1, 24), stage.unit * stage.between(9, 16))
    behind = stage.palette.low
    posts = stage.chance.random() < 0.5
    for step in range(5):
        depth = step / 4
        base = horizon + (stage.height * 0.95 - horizon) * depth
        color = stage.palette.tone(0.1 + 0.85 * depth)
        edge = stage.ridge(base, stage.unit * (2.2 + 6 * depth), 0.12, points=60)
        stage.layer(_tilted(stage, edge, wish), color, behind)
        if step == 1 and posts:
            _posts(stage, base, mix(color, stage.palette.ink, 0.6))
        if step == 2 and not posts:
            _tree(stage, stage.width * stage.between(0.12, 0.88), base)
        behind = color
    if wish.people != "none":
        cast(stage, wish, stage.height * 0.94)


def _posts(stage: Stage, base: float, color: RGB) -> None:
    """A line of telegraph posts that walks into the distance."""
    x, size, wires = stage.width * stage.between(-0.02, 0.14), stage.unit * 15, []
    while size > stage.unit * 2 and x < stage.width:
        foot, thick = base + size * 0.12, size * 0.028
        stage.polygon([(x - thick, foot), (x - thick, foot - size), (x + thick, foot - size), (x + thick, foot)], color)
        high, low, reach = foot - size * 0.93, foot - size * 0.89, size * 0.16
        stage.polygon([(x - reach, high), (x + reach, high), (x + reach, low), (x - reach, low)], color)
        wires.append((x, low))
        x += size * 0.95
        size *= 0.8
    for (x0, y0), (x1, y1) in pairwise(wires):
        stage.canvas.line(
            [(x0, y0), ((x0 + x1) / 2, (y0 + y1) / 2 + (x1 - x0) * 0.09), (x1, y1)], color, stage.unit * 0.1
        )


def _tree(stage: Stage, x: float, foot: float) -> None:
    u = stage.unit * stage.between(1.0, 1.9)
    dark, bright = mix(stage.palette.ink, stage.palette.near, 0.4), mix(stage.palette.near, stage.palette.accent, 0.3)
    trunk = [
        (x - 0.6 * u, foot + u),
        (x - 0.25 * u, foot - 8 * u),
        (x + 0.25 * u, foot - 8 * u),
        (x + 0.6 * u, foot + u),
    ]
    stage.polygon(trunk, dark)
    lean = stage.between(-1.5, 1.5)
    crown = [(dx + lean, dy, r) for dx, dy, r in ((-2.6, -8.5, 2.6), (2.4, -9, 2.8), (0, -11, 3.4))]
    for away, color in ((0.0, dark), (-0.5, bright)):
        for dx, dy, r in crown:
            stage.circle(x + (dx + away) * u, foot + (dy + away) * u, r * u * (1 + 0.36 * away), color)


def sky(stage: Stage, wish: Wish) -> None:
    """Clouds as cut paper, a flock of birds before them."""
    stage.sky()
    if stage.palette.night:
        twinkle(stage, 40, 0.6)
    lights(stage, 0.5)
    for step in range(6):
        tone = mix(
            stage.palette.low, stage.palette.far if stage.palette.night else stage.palette.paper, 0.18 + 0.1 * step
        )
        _cloud(stage, stage.width * stage.between(0, 1), stage.height * (0.2 + 0.13 * step), (8 + 3 * step), tone)
    middle = (stage.width * stage.between(0.3, 0.7), stage.height * stage.between(0.22, 0.42))
    for place in range(round(5 + 12 * stage.energy)):
        x, y = stage.chance.gauss(0, 0.17) * stage.width, stage.chance.gauss(0, 0.11) * stage.height
        _bird(stage, middle[0] + x, middle[1] + y, 2.2 if place == 0 else stage.between(0.5, 1.3))
    if wish.people != "none":
        edge = stage.ridge(stage.height * 0.93, 4 * stage.unit, 0.2)
        stage.layer(_tilted(stage, edge, wish), mix(stage.palette.near, stage.palette.ink, 0.3), stage.palette.low)
        cast(stage, wish, stage.height * 0.97)


def _cloud(stage: Stage, x: float, y: float, size: float, color: RGB) -> None:
    u = stage.unit * size / 5
    shade = mix(color, stage.palette.ink, 0.16)
    lumps = [(dx, dy * stage.between(0.7, 1.2), r * stage.between(0.8, 1.2)) for dx, dy, r in _LUMPS]
    for away, tone in ((0.4, shade), (0.0, color)):
        for dx, dy, r in lumps:
            stage.circle(x + (dx + away) * u, y + (dy + away * 1.5) * u, r * u, tone)
        bottom = y + (1.8 + away * 1.5) * u
        stage.polygon([(x - 7 * u, bottom), (x - 5 * u, y), (x + 5 * u, y), (x + 7.2 * u, bottom)], tone)


_LUMPS = ((-5.0, 0.2, 2.0), (-2.2, -1.2, 3.0), (1.4, -1.8, 3.4), (4.6, -0.4, 2.4))


def _bird(stage: Stage, x: float, y: float, size: float) -> None:
    u, lift = stage.unit * size, stage.between(-0.4, 1.6)
    wings = [(x - 3 * u, y - lift * u), (x - 1.2 * u, y - (0.5 * lift + 0.3) * u), (x, y)]
    wings += [(x + 1.2 * u, y - (0.5 * lift + 0.3) * u), (x + 3 * u, y - lift * u), (x + 1.1 * u, y + 0.1 * u)]
    wings += [(x, y + 0.9 * u), (x - 1.1 * u, y + 0.1 * u)]
    stage.polygon(wings, stage.palette.ink)


def twinkle(stage: Stage, count: int, share: float) -> None:
    """Stars over the upper ``share`` of the picture, more towards its top."""
    for _ in range(count):
        x, y = stage.between(0, stage.width), share * stage.height * stage.chance.random() ** 1.3
        size = stage.unit * stage.chance.choice((0.16, 0.16, 0.24, 0.38))
        color = mix(stage.palette.top, stage.palette.glow, stage.between(0.45, 1))
        stage.polygon([(x - size, y), (x, y - size), (x + size, y), (x, y + size)], color)


def stars(stage: Stage, wish: Wish) -> None:
    """A deep night, the band of the galaxy across it, a moon over hills, and where the music is strong a comet."""
    p, u = stage.palette, stage.unit
    deep, edge_of_night = mix(p.top, p.ink, 0.6), mix(p.low, p.ink, 0.22)
    stage.canvas.vertical_gradient(((0, mix(deep, p.ink, 0.45)), (0.5, deep), (0.82, edge_of_night)))
    slope = stage.between(-0.6, 0.6)
    for step in range(110):
        along, aside = stage.between(-0.65, 0.65), stage.chance.gauss(0, 0.06)
        x, y = stage.width * (0.5 + along), stage.height * (0.36 + slope * along + aside)
        stage.circle(x, y, u * stage.between(0.1, 0.28), mix(deep, p.glow, stage.between(0.3, 0.9)))
        if step % 14 == 0:
            stage.lamps.append(Lamp(x, y, u * 26, mix(p.accent, p.glow, 0.3), 0.36))
    twinkle(stage, 60, 0.8)
    x = stage.width * (0.2 + 0.6 * stage.arc)
    size = u * stage.between(4, 7)
    for reach, share in ((2.6, 0.07), (1.9, 0.15), (1.4, 0.26), (1.0, 1.0)):
        stage.circle(x, stage.height * 0.28, size * reach, mix(deep, p.glow, share))
    if stage.energy > 0.5:
        x, y, long = stage.width * stage.between(0.1, 0.7), stage.height * stage.between(0.08, 0.24), 26 * u
        stage.polygon([(x, y), (x + long, y + long * 0.3), (x + long - 0.2 * u, y + long * 0.3 + 0.6 * u)], p.glow)
        stage.circle(x + long, y + long * 0.3 + 0.3 * u, 0.7 * u, p.paper)
    behind = mix(deep, edge_of_night, 0.4)
    for depth in (0.45, 0.75, 1.0):
        color = mix(p.tone(depth), p.ink, 0.3 + 0.3 * depth)
        edge = stage.ridge(stage.height * (0.62 + 0.3 * depth), 7 * u, 0.4)
        stage.layer(_tilted(stage, edge, wish), color, behind)
        behind = color
    if wish.people != "none":
        cast(stage, wish, stage.height * 0.96)


def _tilted(stage: Stage, edge: Line, wish: Wish) -> Line:
    if not wish.tilted:
        return edge
    slope = 0.09
    return [(x, y + slope * (x - stage.width / 2)) for x, y in edge]
