"""Whether pictures that share a perceptual hash really look alike: by their colours in a coarse grid."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from PIL import Image

from alice_core.media.miniature import Pixels

Colours: TypeAlias = np.ndarray[Any, np.dtype[np.int16]]
"""16 x 16 x 3."""

APART = 13.0
"""How far apart the colours of two pictures may be, and they still look alike: a smaller copy of low quality is about
1 apart, drawings of the same place at least 6, and pictures that share a hash by chance 20 and more."""


_FINE = 16


def colours_of(pixels: Pixels) -> Colours:
    """A picture averaged to 16 x 16 colours, for :func:`apart`."""
    small = Image.fromarray(pixels).resize((_FINE, _FINE), Image.Resampling.BOX)
    return np.asarray(small.convert("RGB")).astype(np.int16)


def apart(one: Colours, other: Colours) -> float:
    """By how much the colours of two pictures differ on average, 0 to 255.

    Slower to come by than a hash and much surer: it tells pictures apart that share a hash by chance.
    """
    return float(np.abs(one - other).mean())
