"""How much pictures look as if they were of one film: by colour, light and texture, without any model.

Each picture becomes a :class:`Look`. Its colours are a soft histogram in Oklab (B. Ottosson, "A perceptual color space
for image processing", 2020), which distances compare as A. Bhattacharyya's coefficient does (Hellinger distance);
light, saturation, warmth and texture are single measures. What a picture shows, and where, does not count: shots of
one film show different things.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from alice_core.media.miniature import Pixels

Array: TypeAlias = np.ndarray[Any, np.dtype[np.float32]]

ODD = 0.16
"""A picture whose likeness to the others lies less than this below the usual is not named as odd. Of storyboard frames
put among six of another film 37 of 100 are named then, of the others 5."""

_SIDE = 96
_LIGHTS, _TINTS = 3, 9
_CHROMA = 0.22
"""Oklab chroma at the edge of the histogram; stronger colours count as at the edge."""

_COLOURS = 0.8
"""How much of the likeness is colour. Pairs of storyboard frames of one film are told from pairs of two films by colour
in 78 of 100 cases, by warmth in 67, by each of the rest in 52 to 57: the light of a film changes with its mood."""

_SPREADS = np.array([0.16, 0.06, 0.03, 0.06, 0.02], dtype=np.float32)
"""So far apart pictures are when a single measure says that they have little in common."""

_LINEAR = 0.04045
"""Up to here sRGB is linear (IEC 61966-2-1)."""

_TO_LMS = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
     [0.0883024619, 0.2817188376, 0.6299787005]], dtype=np.float32,
)  # fmt: skip
_TO_LAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
     [0.0259040371, 0.7827717662, -0.8086757660]], dtype=np.float32,
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What a picture looks like.

    Attributes:
        colours: Shares of colours, lightness x red-green x yellow-blue, summing to 1.
        measures: Lightness, its spread, chroma, warmth and fine texture.
    """

    colours: Array
    measures: Array


@dataclass(frozen=True, slots=True)
class Consistency:
    """How much pictures look as if they were of one film.

    Attributes:
        score: 0 to 1: how alike two of them are on the whole; 1 for fewer than two.
        each: How alike each is to the others, in the order given.
        odd: Places of those that stand out.
    """

    score: float
    each: tuple[float, ...]
    odd: tuple[int, ...]


def look_of(pixels: Pixels) -> Look:
    """What a picture looks like; its size hardly matters."""
    small = Image.fromarray(pixels).resize((_SIDE, _SIDE), Image.Resampling.BOX)
    lab = _oklab(np.asarray(small.convert("RGB")).astype(np.float32) / np.float32(255))
    light, tints = lab[..., 0], lab[..., 1:]
    chroma = np.hypot(tints[..., 0], tints[..., 1])
    fine = np.abs(np.diff(light, axis=0)).mean() + np.abs(np.diff(light, axis=1)).mean()
    measures = np.array([light.mean(), light.std(), chroma.mean(), tints[..., 1].mean(), fine], dtype=np.float32)
    return Look(_histogram(light.ravel(), tints.reshape(-1, 2)), measures)


def alike(one: Look, other: Look) -> float:
    """How alike two pictures look, from 0 to 1."""
    overlap = float(np.sqrt(one.colours * other.colours).sum())
    colours = 1 - np.sqrt(max(0.0, 1 - overlap))
    measures = float(np.exp(-(((one.measures - other.measures) / _SPREADS) ** 2).mean() / 2))
    return float(_COLOURS * colours + (1 - _COLOURS) * measures)


def consistency_of(looks: Sequence[Look]) -> Consistency:
    """How much pictures look as if they were of one film."""
    count = len(looks)
    if count < 2:  # noqa: PLR2004 - a pair
        return Consistency(1.0, (1.0,) * count, ())
    likeness = np.array([[alike(one, other) for other in looks] for one in looks])
    np.fill_diagonal(likeness, np.nan)
    each = np.nanmean(likeness, axis=1)
    odd = _odd(each) if count > 2 else ()  # noqa: PLR2004 - in a pair neither is the odd one
    return Consistency(float(np.nanmean(likeness)), tuple(float(value) for value in each), odd)  # fmt: skip


def _odd(each: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[int, ...]:
    """Those that are much less like the rest than is usual here: several times the usual difference, and noticeably."""
    usual = np.median(each)
    limit = max(ODD, 4.5 * 1.4826 * float(np.median(np.abs(each - usual))))
    return tuple(int(place) for place in np.flatnonzero(usual - each > limit))


def _oklab(rgb: Array) -> Array:
    """Colours in sRGB from 0 to 1 as lightness, red-green and yellow-blue."""
    linear = np.where(rgb <= _LINEAR, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T, dtype=np.float32)


def _histogram(light: Array, tints: Array) -> Array:
    """Shares of colours; each pixel is spread over the nearest cells, so that a small shift changes little."""
    places = np.empty((len(light), 3), dtype=np.float32)
    places[:, 0] = np.clip(light, 0, 1) * (_LIGHTS - 1)
    places[:, 1:] = (np.clip(tints / _CHROMA, -1, 1) + 1) / 2 * (_TINTS - 1)
    sizes = np.array([_LIGHTS, _TINTS, _TINTS])
    low = np.minimum(places.astype(np.int64), sizes - 2)
    share = places - low
    counts = np.zeros(int(sizes.prod()), dtype=np.float64)
    for corner in np.ndindex(2, 2, 2):
        weight = np.prod(np.where(corner, share, 1 - share), axis=1)
        index = np.ravel_multi_index(tuple((low + corner).T), tuple(sizes))
        counts += np.bincount(index, weight, minlength=len(counts))
    return np.asarray(counts / counts.sum(), dtype=np.float32)
