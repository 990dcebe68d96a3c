"""Beats through the onsets at a given tempo path, by dynamic programming.

Ellis 2007 ("Beat tracking by dynamic programming") with a period that changes over time:
a beat is worth its onset strength, and a pair of beats costs the squared logarithm of its
distance over the local period. Because a beat looks back at least most of a period, whole
stretches are solved at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from alice_core.music.features import Floats

_NEAREST, _FARTHEST = 0.7, 1.45  # of the period, between two beats


def track(strength: Floats, period: Floats, tightness: float) -> NDArray[np.int64]:
    """Frames of the beats that fit onsets and period best, over the whole song.

    Args:
        strength: (n,) onset strength of about unit root mean square.
        period: (n,) beat period in frames.
        tightness: Cost of a distance that is off by a factor e.
    """
    count = strength.size
    lowest = max(1, int(period.min() * _NEAREST)) if count else 1
    highest = int(np.ceil(period.max() * _FARTHEST)) if count else 1
    if count <= highest:
        return np.zeros(0, np.int64)
    lags = np.arange(lowest, highest + 1)
    logs = np.log(lags)
    # Of the scores only those are kept that a beat can look back to; before the song all are 0.
    score = np.zeros(highest + lowest)
    back = np.full(count, -1, np.int32)
    for first in range(0, count, lowest):
        at = np.arange(first, min(count, first + lowest))
        cost = tightness * (logs - np.log(period[at])[:, None]) ** 2
        worth = score[highest + at[:, None] - first - lags] - cost
        choice = np.argmax(worth, axis=1)
        best = worth[np.arange(at.size), choice]
        source = at - lags[choice]
        back[at] = np.where((best > 0) & (source >= 0), source, -1)
        score[highest : highest + at.size] = strength[at] + np.maximum(best, 0.0)
        score[:highest] = score[at.size : at.size + highest]
    tail = max(0, count - int(period[-1]) - 1)
    beat = tail + int(np.argmax(score[highest - (count - tail) : highest]))
    beats = []
    while beat >= 0:
        beats.append(beat)
        beat = int(back[beat])
    return np.asarray(beats[::-1], np.int64)


def softened(strength: Floats) -> Floats:
    """Onset strength widened to about 20 ms, so that players may be a little early or late."""
    wide = gaussian_filter1d(strength, 1.5, mode="constant")
    power = float(np.sqrt(np.mean(wide**2))) if wide.size else 0.0
    return np.asarray(wide / power if power > 0 else wide)
