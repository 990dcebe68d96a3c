"""Mood over time, as an estimate: arousal (calm to excited) and valence (sad to happy).

Both are plain sums of what is measured: arousal rises with energy, with how much happens and
with brightness; valence with a major key, and a little with brightness and arousal (directions
after Juslin and Laukka 2004, weights of our own). Nothing was learned from listeners and no
claim is made that they would agree.
"""

from __future__ import annotations

import numpy as np

from alice_core.music.features import Floats

_ENERGY, _DENSITY, _BRIGHTNESS = 0.4, 0.35, 0.25
_MODE, _LIGHT, _LIFT = 0.6, 0.2, 0.2


def estimate_arousal(energy: Floats, density: Floats, brightness: Floats) -> Floats:
    """(n,) from 0 to 1, of curves from 0 to 1; it never falls where one of them rises."""
    return np.asarray(_ENERGY * energy + _DENSITY * density + _BRIGHTNESS * brightness)


def estimate_valence(mode: Floats, brightness: Floats, arousal: Floats, audible: Floats) -> Floats:
    """(n,) from 0 to 1; 0.5 where nothing is heard, and it never falls where one of the others rises."""
    estimate = _MODE * mode + _LIGHT * brightness + _LIFT * arousal
    return np.asarray(np.clip(audible * estimate + (1.0 - audible) * 0.5, 0.0, 1.0))
