"""People as cut silhouettes: a pose is the angles of their joints."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alice_core.providers.storyboard.palette import RGB, mix
from alice_core.providers.storyboard.stage import Lamp, Stage, curve, ring

if TYPE_CHECKING:
    from alice_core.media.canvas import Point


@dataclass(frozen=True, slots=True)
class Pose:
    """Angles in degrees from straight down, forward positive: upper and lower limb of each arm and leg; the lean."""

    lean: float
    near_arm: tuple[float, float]
    far_arm: tuple[float, float]
    near_leg: tuple[float, float]
    far_leg: tuple[float, float]


POSES = {
    "stand": Pose(0, (6, 10), (-8, -2), (5, 1), (-5, -2)),
    "walk": Pose(4, (-26, -8), (24, 44), (24, 6), (-20, -34)),
    "run": Pose(17, (-52, 32), (48, 118), (62, -8), (-30, -98)),
    "leap": Pose(8, (-118, -140), (112, 138), (76, 52), (-58, -84)),
    "arms": Pose(-3, (-146, -164), (146, 168), (9, 3), (-10, -4)),
    "sit": Pose(12, (38, 62), (30, 58), (84, 4), (78, 12)),
    "point": Pose(2, (82, 90), (-12, -4), (10, 2), (-10, -6)),
}


_HAIRCUTS = {
    "short": ((0.05, -0.045), (0.03, -0.078), (-0.02, -0.084), (-0.062, -0.05), (-0.066, 0.0), (-0.045, 0.03)),
    "bob": (
        (0.052, -0.04),
        (0.03, -0.08),
        (-0.02, -0.086),
        (-0.068, -0.05),
        (-0.078, 0.02),
        (-0.08, 0.07),
        (-0.02, 0.06),
    ),
    "bun": (
        (0.05, -0.045),
        (0.03, -0.076),
        (-0.01, -0.084),
        (-0.04, -0.1),
        (-0.075, -0.095),
        (-0.08, -0.055),
        (-0.05, 0.02),
    ),
    "long": (
        (0.054, -0.04),
        (0.03, -0.08),
        (-0.02, -0.086),
        (-0.068, -0.05),
        (-0.08, 0.04),
        (-0.12, 0.15),
        (-0.06, 0.17),
        (-0.01, 0.05),
    ),
}
"""Outlines around the middle of a head that looks right, in heights of the person."""

_HAIR = {"coat": "long", "dress": "bun", "lantern": "bob"}
"""The cut that goes with a garment, so that one person looks alike through a film."""


def figure(
    stage: Stage,
    x: float,
    foot: float,
    height: float,
    pose: str,
    *,
    facing: int = 1,
    garment: str = "",
    lit: float = 0.5,
) -> None:
    """Cut out a person whose feet are at (x, foot).

    Args:
        stage: What to cut on.
        x: Of the feet.
        foot: Of the feet.
        height: Of the person in pixels.
        pose: A name in :data:`POSES`.
        facing: 1 looks right, -1 left.
        garment: ``coat`` or ``dress`` in the strong colour, ``lantern`` in the hand, or empty.
        lit: How bright the edge towards the light is.
    """
    body = _Body(POSES[pose], x, foot, height, facing)
    palette = stage.palette
    rim = max(0.8, height * 0.008)
    edge = mix(palette.ink, palette.glow, lit)
    for dx, dy, tone in ((-rim * facing, -rim, edge), (0, 0, palette.ink)):
        for shape in body.limbs(dx, dy, _HAIR.get(garment, "short")):
            stage.polygon(shape, tone)
    if garment in {"coat", "dress"}:
        cloth = body.cloth(flare=1.0 if garment == "coat" else 1.7)
        stage.polygon([(px - rim * facing, py - rim) for px, py in cloth], mix(palette.accent, palette.glow, 0.55))
        stage.polygon(cloth, palette.accent if garment == "coat" else mix(palette.paper, palette.accent, 0.18))
        stage.polygon(body.arm(body.pose.near_arm, 0, 0), mix(palette.accent, palette.ink, 0.3))
    if garment == "lantern":
        hand = body.hand(body.pose.far_arm)
        stage.lamps.append(Lamp(*hand, height * 0.9, palette.glow, 1.0))
        stage.polygon(ring(hand[0], hand[1] + height * 0.05, height * 0.055, 1.25), palette.accent)
        stage.polygon(ring(hand[0], hand[1] + height * 0.05, height * 0.034, 1.25), palette.glow)


class _Body:
    """The joints of a person, in pixels."""

    def __init__(self, pose: Pose, x: float, foot: float, height: float, facing: int) -> None:
        self.pose = pose
        self.size = height
        self.facing = facing
        drops = [self._drop(leg) for leg in (pose.near_leg, pose.far_leg)]
        self.hip: Point = (x, foot - max(drops) * height - 0.02 * height - (0.1 * height if pose.lean == 8 else 0))
        self.neck = self._step(self.hip, 180 - pose.lean, 0.315)
        self.head = self._step(self.neck, 180 - pose.lean * 0.6, 0.105)

    def limbs(self, dx: float, dy: float, hair: str) -> list[list[Point]]:
        """Every part of the body, moved by (dx, dy)."""
        parts = [self.arm(self.pose.far_arm, 0, 0), self.leg(self.pose.far_leg), self.leg(self.pose.near_leg)]
        parts += [self._torso(), self.arm(self.pose.near_arm, 0, 0)]
        parts.append(ring(*self.head, self.size * 0.056, 1.2))
        parts.append(self._hair(hair))
        return [[(px + dx, py + dy) for px, py in part] for part in parts]

    def arm(self, angles: tuple[float, float], dx: float, dy: float) -> list[Point]:
        """An arm from the shoulder to the hand."""
        shoulder = self._shoulder()
        elbow = self._step(shoulder, angles[0] + self.pose.lean * 0.4, 0.165)
        hand = self._step(elbow, angles[1], 0.16)
        thick = self.size
        limb = _limb((shoulder, elbow, hand), (0.033 * thick, 0.026 * thick, 0.02 * thick))
        return [(px + dx, py + dy) for px, py in limb]

    def hand(self, angles: tuple[float, float]) -> Point:
        """Where the hand is."""
        return self._step(self._step(self._shoulder(), angles[0] + self.pose.lean * 0.4, 0.165), angles[1], 0.17)

    def leg(self, angles: tuple[float, float]) -> list[Point]:
        """A leg from the hip to the toes."""
        knee = self._step(self.hip, angles[0], 0.25)
        ankle = self._step(knee, angles[1], 0.24)
        toes = (ankle[0] + self.facing * 0.055 * self.size, ankle[1] + 0.022 * self.size)
        thick = self.size
        return _limb((self.hip, knee, ankle, toes), (0.052 * thick, 0.038 * thick, 0.024 * thick, 0.016 * thick))

    def cloth(self, flare: float) -> list[Point]:
        """A coat or dress from the shoulders to the knees; it swings with the legs."""
        swing = (self.pose.near_leg[0] + self.pose.far_leg[0]) / 90 * 0.1
        wind = -0.05 * abs(self.pose.lean) / 10
        across, s = self.facing, self.size
        hem = self.hip[1] + 0.23 * s
        left = self.hip[0] + across * (wind - 0.115 * flare) * s
        right = self.hip[0] + across * (swing + 0.1 * flare) * s
        middle = (left + right) / 2
        nx, ny = self.neck
        hx, hy = self.hip
        return [
            (nx - across * 0.085 * s, ny + 0.03 * s),
            (nx, ny - 0.005 * s),
            (nx + across * 0.085 * s, ny + 0.035 * s),
            (hx + across * 0.066 * s, hy - 0.05 * s),
            (right, hem),
            (middle, hem + 0.022 * s),
            (left, hem - 0.012 * s),
            (hx - across * 0.07 * s, hy - 0.06 * s),
        ]

    def _hair(self, style: str) -> list[Point]:
        """Hair around the back of the head; it trails where the body leans."""
        trail = 0.4 + abs(self.pose.lean) / 9
        outline = curve(_HAIRCUTS[style], closed=True, fine=3)
        return [
            (
                self.head[0] + self.facing * x * self.size * (trail if y > 0 and x < 0 else 1),
                self.head[1] + y * self.size,
            )
            for x, y in outline
        ]

    def _torso(self) -> list[Point]:
        across, s = self.facing, self.size
        nx, ny = self.neck
        hx, hy = self.hip
        return [
            (nx - across * 0.025 * s, ny - 0.05 * s),
            (nx + across * 0.025 * s, ny - 0.05 * s),
            (nx + across * 0.085 * s, ny + 0.03 * s),
            (hx + across * 0.055 * s, hy - 0.1 * s),
            (hx + across * 0.062 * s, hy + 0.03 * s),
            (hx - across * 0.062 * s, hy + 0.03 * s),
            (hx - across * 0.055 * s, hy - 0.1 * s),
            (nx - across * 0.085 * s, ny + 0.03 * s),
        ]

    def _shoulder(self) -> Point:
        return self.neck[0], self.neck[1] + 0.04 * self.size

    def _step(self, start: Point, angle: float, length: float) -> Point:
        turn = math.radians(angle)
        reach = length * self.size
        return start[0] + self.facing * math.sin(turn) * reach, start[1] + math.cos(turn) * reach

    @staticmethod
    def _drop(leg: tuple[float, float]) -> float:
        return 0.25 * math.cos(math.radians(leg[0])) + 0.24 * math.cos(math.radians(leg[1])) + 0.02


def _limb(joints: tuple[Point, ...], radii: tuple[float, ...]) -> list[Point]:
    """The outline of a limb through its joints, as thick at each as its radius, with round ends."""
    left: list[Point] = []
    right: list[Point] = []
    for index, (x, y) in enumerate(joints):
        before = joints[max(0, index - 1)]
        after = joints[min(len(joints) - 1, index + 1)]
        angle = math.atan2(after[1] - before[1], after[0] - before[0])
        r = radii[index]
        left.append((x + r * math.sin(angle), y - r * math.cos(angle)))
        right.append((x - r * math.sin(angle), y + r * math.cos(angle)))
        if index == len(joints) - 1:
            left += [(x + r * math.cos(angle + turn), y + r * math.sin(angle + turn)) for turn in (-0.8, 0, 0.8)]
    return curve([*left, *reversed(right)], closed=True, fine=2)


def people(stage: Stage, kind: str, x: float, foot: float, height: float, pose: str, garment: str) -> None:
    """One person, two, a crowd or a band around (x, foot); ``none`` is nobody."""
    facing = stage.chance.choice((-1, 1))
    if kind == "one":
        figure(stage, x, foot, height, pose, facing=facing, garment=garment)
    elif kind == "couple":
        apart = height * stage.between(0.16, 0.42)
        other = "stand" if pose in {"stand", "sit"} else pose
        figure(stage, x + apart, foot, height * 0.94, other, facing=-1, garment=garment or "coat")
        figure(stage, x - apart, foot, height, pose, facing=1)
    elif kind == "crowd":
        crowd(stage, foot, height, stage.palette.ink)
    elif kind == "band":
        for place, role in ((-0.9, "arms"), (-0.3, "point"), (0.35, "walk"), (0.95, "stand")):
            figure(stage, x + place * height * 0.9, foot, height * 0.9, role, facing=-1 if place > 0 else 1)


def crowd(stage: Stage, foot: float, height: float, color: RGB) -> None:
    """Heads and raised hands along the bottom of the picture, in two rows."""
    for row, shade in ((1, mix(color, stage.palette.near, 0.7)), (0, color)):
        size = height * (0.34 - 0.06 * row)
        top = foot - height * (0.2 + 0.24 * row)
        x = -size * stage.between(0, 0.6)
        while x < stage.width + size:
            y = top + stage.between(-0.14, 0.14) * size
            stage.polygon(ring(x, y, size * 0.25, 1.15), shade)
            shoulders = [(x - size * 0.5, y + size * 0.6), (x - size * 0.26, y + size * 0.32)]
            shoulders += [(x + size * 0.26, y + size * 0.32), (x + size * 0.5, y + size * 0.6)]
            stage.polygon([*shoulders, (x + size * 0.55, foot + size), (x - size * 0.55, foot + size)], shade)
            if stage.chance.random() < 0.2 + 0.5 * stage.energy:
                side = stage.chance.choice((-1, 1))
                hand = (x + side * size * stage.between(0.3, 0.6), y - size * stage.between(0.5, 0.9))
                elbow = (x + side * size * 0.55, y + size * 0.05)
                arm = _limb(
                    ((x + side * size * 0.4, y + size * 0.5), elbow, hand), (size * 0.1, size * 0.08, size * 0.06)
                )
                stage.polygon(arm, shade)
            x += size * stage.between(0.75, 1.05)
