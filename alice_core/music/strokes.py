"""Strokes that are all alike and stand alone: a metronome, where each of them is a beat.

Where nothing sounds between even strokes of one kind, nothing says that another level is
counted: a click every one and a half seconds is 40 beats a minute and four a second are 240,
though people and networks that know songs would rather hear 80 and 120.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from alice_core.music.features import FRAMES, Floats
from alice_core.music.following import FASTEST, SLOWEST
from alice_core.music.tempogram import Onsets

_FEWEST = 6  # strokes that can be called even
_APART = 11  # frames on each side within which there is one stroke
_LEAST, _STROKE = 1.0, 0.5  # strength of a stroke, and its part of the loud strokes
_BESIDE = 12  # frames around a stroke that belong to it, its ringing too
_ALIKE, _ALIKE_IN_A_BAND = 0.3, 0.4  # deviation of the strengths over their mean; one band alone is less even
_EVEN = 0.03  # deviation of the log distances from one stroke to the next
_BARS = (3, 7)  # strokes from one accent to the next
_ALONE = 0.1  # of a stroke: the strongest that may sound between


def plain_strokes(onsets: Onsets) -> NDArray[np.int64] | None:
    """Fast frames of the strokes where the sound is a metronome, with or without accented first beats, else None."""
    total = onsets.total
    highest = maximum_filter1d(total, 2 * _APART + 1, mode="constant")
    peaks = np.flatnonzero((total >= highest) & (total > _LEAST))
    if peaks.size < _FEWEST:
        return None
    strokes = peaks[total[peaks] >= _STROKE * np.percentile(total[peaks], 75)]
    if strokes.size < _FEWEST or not _even(strokes):
        return None
    inner = strokes[1:-1]  # the first and the last are evened out against silence
    kinds = _accented(total[inner])
    if _between(total, strokes) > _ALONE * float(total[strokes].mean()):
        return None
    bands = maximum_filter1d(onsets.bands, 2 * _BESIDE + 1, axis=0, mode="constant")[inner]
    heard = bands.mean(axis=0) > _STROKE * bands.mean(axis=0).max()
    measured = ((total[inner], _ALIKE), *((band, _ALIKE_IN_A_BAND) for band in bands.T[heard]))
    alike = all(_varied(one[kinds == kind]) <= most for one, most in measured for kind in np.unique(kinds))
    return strokes if alike else None


def _accented(strengths: Floats) -> NDArray[np.bool_]:
    """Which strokes are accents, where each third to seventh is one, as a metronome marks the first of a bar."""
    plain = np.zeros(strengths.size, bool)
    if _varied(strengths) <= _ALIKE:
        return plain
    strong = strengths > (strengths.min() + strengths.max()) / 2
    gaps = np.diff(np.flatnonzero(strong))
    regular = gaps.size and gaps.min() == gaps.max() and _BARS[0] <= gaps[0] <= _BARS[1]
    return strong if regular else plain


def _even(strokes: NDArray[np.int64]) -> bool:
    gaps = np.diff(strokes)
    usual = float(np.median(gaps)) / FRAMES * 60
    slowest, fastest = 60.0 / SLOWEST * 60, 60.0 / FASTEST * 60
    return fastest <= usual <= slowest and bool(np.abs(np.diff(np.log(gaps))).max() <= 2 * _EVEN + 2.0 / gaps.min())


def _varied(strengths: Floats) -> float:
    return float(strengths.std() / max(float(strengths.mean()), 1e-9))


def _between(total: Floats, strokes: NDArray[np.int64]) -> float:
    """The strongest onset from the first stroke to the last that belongs to none."""
    free = np.ones(total.size, bool)
    for shift in range(-_BESIDE, _BESIDE + 1):
        free[np.clip(strokes + shift, 0, total.size - 1)] = False
    free[: strokes[0]] = free[strokes[-1] :] = False
    return float(total[free].max(initial=0.0))
