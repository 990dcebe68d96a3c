"""Colours of a frame from the mood, chosen in OKLCH so that steps look as large as they are.

The conversion is Ottosson's OKLab (https://bottosson.github.io/posts/oklab/); a colour outside
of sRGB loses chroma, never hue or lightness.
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeAlias

RGB: TypeAlias = tuple[int, int, int]
Lab: TypeAlias = tuple[float, float, float]

_LOWEST, _HIGHEST = 9, 246
"""Bands stay clear of black and white, so that grain and light have room on both sides."""

_SECTION_TURN = {
    "intro": -22.0,
    "verse": -12.0,
    "pre-chorus": 8.0,
    "chorus": 20.0,
    "drop": 32.0,
    "solo": 46.0,
    "bridge": -58.0,
    "break": -44.0,
    "breakdown": -44.0,
    "outro": -30.0,
}
_NIGHT = 0.42
"""Lightness of the sky below which a picture is a night."""


@dataclass(frozen=True, slots=True)
class Tint:
    """What the words of a prompt ask of the colours: hues in degrees if any, and a factor of the chroma."""

    lead: float | None = None
    accent: float | None = None
    chroma: float = 1.0


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one frame.

    Attributes:
        top: Of the sky, above.
        low: Of the sky, at the horizon.
        far: Of the farthest layer.
        near: Of the nearest layer.
        ink: The darkest colour, of the slate and of silhouettes.
        paper: The lightest colour, of type.
        accent: The one strong colour.
        glow: Of lamps and of the moon.
        sun: Of the sun and of fire.
        night: Whether the picture is dark.
    """

    top: RGB
    low: RGB
    far: RGB
    near: RGB
    ink: RGB
    paper: RGB
    accent: RGB
    glow: RGB
    sun: RGB
    night: bool

    def tone(self, depth: float) -> RGB:
        """The colour of a layer: 0 is the farthest, 1 the nearest."""
        return mix(self.far, self.near, depth)


def mood_palette(energy: float, brightness: float, valence: float, section: str, tint: Tint, turn: float) -> Palette:
    """The palette of a shot: warm where the valence is high, bright as the sound, saturated with the energy.

    Args:
        energy: 0 to 1.
        brightness: 0 to 1.
        valence: 0 to 1.
        section: Label of the section; sections of one label share their hues.
        tint: What the prompt's words ask for.
        turn: A small turn of the hue that tells neighbouring shots apart, -1 to 1.
    """
    turned = section_turn(section) + 7 * turn
    hue = 262 + 155 * valence + turned if tint.lead is None else tint.lead + 0.45 * turned
    other = _contrast(hue + 150 + 20 * turn) if tint.accent is None else tint.accent
    sky = 0.24 + 0.58 * brightness + 0.04 * turn
    night = sky < _NIGHT
    chroma = (0.055 + 0.085 * energy) * tint.chroma
    top = oklch(sky - 0.07, chroma, hue)
    low = oklch(min(0.93, sky + 0.13), chroma * 0.95, hue + 26 + 12 * valence)
    far = oklch(sky + 0.015, chroma * 0.9, hue + 10)
    near = oklch(0.19 + 0.10 * brightness, 0.035 + 0.035 * energy, hue - 16)
    return Palette(
        top=top,
        low=low,
        far=far,
        near=near,
        ink=oklch(0.175, 0.022, hue - 12),
        paper=oklch(0.955, 0.014, other),
        accent=oklch(0.655 + 0.06 * brightness, 0.155 + 0.05 * energy, other),
        glow=oklch(0.925, 0.06, 92 - 26 * (1 - valence)),
        sun=oklch(0.80 + 0.07 * brightness, 0.13, 72 - 34 * (1 - valence) + 10 * brightness),
        night=night,
    )


def _contrast(hue: float) -> float:
    """A hue in degrees for the strong colour; greens between gold and teal look ill beside skies, so they give way."""
    hue %= 360
    return hue if not 92 < hue < 188 else 84.0 if hue < 140 else 194.0


def section_turn(section: str) -> float:
    """The turn of the hue, in degrees, that a section of this label has."""
    name = section.lower().strip()
    for label in sorted(_SECTION_TURN, key=len, reverse=True):
        if name.startswith(label):
            return _SECTION_TURN[label]
    return (sha256(name.encode()).digest()[0] / 255 - 0.5) * 90 if name else 0.0


@functools.lru_cache(maxsize=8192)
def mix(first: RGB, second: RGB, share: float) -> RGB:
    """The colour on the way from the first to the second, at a share of 0 to 1, as the eye sees it."""
    one, two = _lab(first), _lab(second)
    return _rgb(
        (
            one[0] + (two[0] - one[0]) * share,
            one[1] + (two[1] - one[1]) * share,
            one[2] + (two[2] - one[2]) * share,
        )
    )


@functools.lru_cache(maxsize=4096)
def oklch(lightness: float, chroma: float, hue: float) -> RGB:
    """The sRGB colour of a lightness (0 to 1), a chroma (0 to about 0.3) and a hue in degrees."""
    angle = math.radians(hue)
    low, high = 0.0, chroma
    if _inside((lightness, chroma * math.cos(angle), chroma * math.sin(angle))):
        low = chroma
    else:
        for _ in range(10):
            middle = (low + high) / 2
            if _inside((lightness, middle * math.cos(angle), middle * math.sin(angle))):
                low = middle
            else:
                high = middle
    return _rgb((lightness, low * math.cos(angle), low * math.sin(angle)))


def _linear(lab: Lab) -> Lab:
    lightness, a, b = lab
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _inside(lab: Lab) -> bool:
    return all(-1e-4 <= band <= 1 + 1e-4 for band in _linear(lab))


def _rgb(lab: Lab) -> RGB:
    red, green, blue = (_encoded(band) for band in _linear(lab))
    return red, green, blue


def _encoded(band: float) -> int:
    band = min(1.0, max(0.0, band))
    curve = 12.92 * band if band <= 0.0031308 else 1.055 * band ** (1 / 2.4) - 0.055
    return min(_HIGHEST, max(_LOWEST, round(curve * 255)))


def _lab(color: RGB) -> Lab:
    red, green, blue = (
        band / 255 / 12.92 if band / 255 <= 0.04045 else ((band / 255 + 0.055) / 1.055) ** 2.4 for band in color
    )
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )
