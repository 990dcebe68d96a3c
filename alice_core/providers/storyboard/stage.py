"""The table that frames are cut out on: layers of paper, discs, and lamps that light them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

import numpy as np

from alice_core.providers.storyboard.palette import RGB, Palette, mix

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from alice_core.media.canvas import Canvas, Point

_MAP = 48
"""Cells of the light map along the longer side."""


@dataclass(frozen=True, slots=True)
class Lamp:
    """A light over the picture: where, how far it reaches in pixels, its colour, its strength from 0 to 1."""

    x: float
    y: float
    reach: float
    color: RGB
    strength: float


@dataclass(slots=True)
class Stage:
    """One picture being cut out.

    Attributes:
        canvas: What is drawn on.
        palette: The colours.
        chance: The source of every choice.
        width: Of the picture in pixels.
        height: Of the part of it above the slate.
        energy: Of the music, 0 to 1.
        arc: Place in the song, 0 to 1.
        lamps: The lights set so far.
    """

    canvas: Canvas
    palette: Palette
    chance: Random
    width: float
    height: float
    energy: float
    arc: float
    lamps: list[Lamp] = field(default_factory=list)

    @property
    def unit(self) -> float:
        """A hundredth of the size of the picture (the mean of its sides), for things that keep their shape."""
        return math.sqrt(self.width * self.height) / 133

    def between(self, low: float, high: float) -> float:
        """A number from ``low`` to ``high``."""
        return self.chance.uniform(low, high)

    def polygon(self, points: Sequence[Point], color: RGB) -> None:
        """Lay a piece of paper without a shadow."""
        self.canvas.polygon(points, color)

    def piece(self, points: Sequence[Point], color: RGB, behind: RGB, lift: float = 0.6) -> None:
        """Lay a piece of paper ``lift`` units above the one behind: its shadow, its bright cut edge, itself."""
        away = lift * self.unit
        shadow = mix(behind, self.palette.ink, 0.34)
        self.canvas.polygon([(x + away * 0.7, y + away) for x, y in points], shadow)
        self.canvas.polygon(points, color)

    def layer(self, edge: Sequence[Point], color: RGB, behind: RGB, lift: float = 0.9) -> None:
        """Lay a sheet that covers everything below ``edge``, which runs from left to right."""
        away = lift * self.unit
        rim = max(1.0, self.unit * 0.16)
        for share, tone in ((1.0, mix(behind, self.palette.ink, 0.13)), (0.5, mix(behind, self.palette.ink, 0.27))):
            self._strip(edge, -away * share, tone)
        self._strip(edge, -rim, mix(color, self.palette.glow, 0.3))
        below = self.height * 1.4
        self.canvas.polygon([(edge[0][0], below), *edge, (edge[-1][0], below)], color)

    def _strip(self, edge: Sequence[Point], away: float, color: RGB) -> None:
        self.canvas.polygon([*edge, *((x, y + away) for x, y in reversed(edge))], color)

    def circle(self, x: float, y: float, radius: float, color: RGB) -> None:
        """Lay a round piece."""
        self.canvas.polygon(ring(x, y, radius), color)

    def sky(self) -> None:
        """Fill the picture with the sky's two colours."""
        self.canvas.vertical_gradient(((0, self.palette.top), (0.82, self.palette.low)))

    def halo(self, x: float, y: float, radius: float, rings: int = 4) -> None:
        """Cut the sky into rings around a light, each a little brighter: sun or moon without its disc."""
        for step in range(rings, 0, -1):
            reach = radius * (1 + 0.62 * step**1.25)
            around = mix(self.palette.top, self.palette.low, min(1.0, y / self.height))
            self.circle(x, y, reach, mix(around, self.palette.glow, 0.075 + 0.3 * (1 - step / (rings + 1)) ** 1.5))
        self.lamps.append(Lamp(x, y, radius * 5, self.palette.glow, 0.55))

    def sun(self, x: float, y: float, radius: float) -> None:
        """The disc of the sun, or at night of the moon, in its halo."""
        self.halo(x, y, radius)
        color = self.palette.glow if self.palette.night else self.palette.sun
        self.circle(x, y, radius, color)

    def ridge(self, base: float, swing: float, roughness: float = 0.5, points: int = 90) -> list[Point]:
        """A line from the left of the picture to the right that wanders around ``base`` by about ``swing``.

        Args:
            base: In pixels from the top.
            swing: In pixels.
            roughness: 0 rolls like hills, 1 breaks like rock.
            points: Of the line.
        """
        chance = np.random.default_rng(self.chance.getrandbits(32))
        across = np.linspace(0, 1, points)
        stretch = self.width / self.height
        heights = np.zeros(points)
        for octave in range(5):
            waves = (0.8 + 1.1 * 2**octave) * max(0.5, stretch / 1.8)
            share = (0.28 + 0.3 * roughness) ** octave
            heights += share * np.sin(math.tau * (waves * across + chance.random()) + chance.random())
        if roughness > 0.6:
            heights = 1.2 - 1.7 * np.abs(heights)
        margin = 0.02 * self.width
        xs = -margin + across * (self.width + 2 * margin)
        return list(zip(xs.tolist(), (base + swing * 0.62 * heights).tolist(), strict=True))

    def light_map(self) -> NDArray[np.uint8]:
        """The lamps and the darker corners as an array for :meth:`Canvas.light`."""
        total = self.canvas.height
        columns = max(4, round(_MAP * min(1, self.width / total)))
        rows = max(4, round(_MAP * min(1, total / self.width)))
        y, x = np.mgrid[0:rows, 0:columns].astype(float)
        x, y = (x + 0.5) / columns * self.width, (y + 0.5) / rows * total
        corner = ((x / self.width - 0.5) * 2) ** 2 * 0.5 + ((y / self.height - 0.46) * 1.9) ** 2 * 0.5
        cells = np.repeat((128 - 30 * np.clip(corner, 0, 1.4))[:, :, None], 3, axis=2)
        for lamp in self.lamps:
            near = np.clip(1 - np.hypot(x - lamp.x, y - lamp.y) / lamp.reach, 0, 1) ** 2
            cells += near[:, :, None] * np.array(lamp.color, float) * 0.36 * lamp.strength
        lit: NDArray[np.uint8] = np.clip(np.rint(cells), 0, 255).astype(np.uint8)
        return lit


def ring(x: float, y: float, radius: float, squash: float = 1.0) -> list[Point]:
    """The points of a circle, or of an ellipse whose height is ``squash`` of its width."""
    count = max(12, min(96, int(radius)))
    steps = [math.tau * step / count for step in range(count)]
    return [(x + radius * math.cos(step), y + radius * squash * math.sin(step)) for step in steps]


def curve(points: Sequence[Point], *, closed: bool = False, fine: int = 8) -> list[Point]:
    """A smooth line through ``points`` (Catmull and Rom 1974)."""
    count = len(points)
    pieces = count if closed else count - 1
    smooth: list[Point] = []
    for piece in range(pieces):
        around = [_at(points, piece + offset, closed=closed) for offset in (-1, 0, 1, 2)]
        for step in range(fine):
            t = step / fine
            smooth.append((_spline([p[0] for p in around], t), _spline([p[1] for p in around], t)))
    return smooth if closed else [*smooth, points[-1]]


def _at(points: Sequence[Point], index: int, *, closed: bool) -> Point:
    return points[index % len(points)] if closed else points[min(len(points) - 1, max(0, index))]


def _spline(p: Sequence[float], t: float) -> float:
    return 0.5 * (
        2 * p[1]
        + (p[2] - p[0]) * t
        + (2 * p[0] - 5 * p[1] + 4 * p[2] - p[3]) * t * t
        + (3 * p[1] - p[0] - 3 * p[2] + p[3]) * t**3
    )
