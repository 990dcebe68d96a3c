"""Energy, brightness and valence over time, each from 0 to 1 at ten values a second.

Energy follows loudness and how much happens; brightness follows the centre of the spectrum on
a logarithmic scale. Valence (sad to happy) is only an estimate: it follows how much more the
harmony fits a major key than a minor one (key profiles of Krumhansl and Kessler 1982), lifted
a little by brightness and energy. No claim is made that listeners would agree.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, uniform_filter1d

from alice_core.music.features import FRAMES, LEAD, SLOW_FRAMES, Features, Floats
from alice_core.music.model import Curve
from alice_core.music.tempogram import Onsets

CURVE_RATE = 10
"""Values a second."""

_RANGE_DB = 36.0  # between no energy and full energy
_DULL, _BRIGHT = 250.0, 6000.0  # Hz
_HARMONY_SPAN = 8.0  # seconds of harmony that make a key
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)


def draw_curves(features: Features, onsets: Onsets) -> tuple[Curve, ...]:
    """The curves ``energy``, ``brightness`` and ``valence`` over the whole stream."""
    count = max(1, int(np.ceil(features.seconds * CURVE_RATE)))
    energy = _energy(features, onsets, count)
    brightness, audible = _brightness(features, onsets, count)
    valence = _valence(features, count, energy, brightness, audible)
    named = (("energy", energy), ("brightness", brightness), ("valence", valence))
    return tuple(Curve(name, CURVE_RATE, tuple(np.round(values, 4).tolist())) for name, values in named)


def _energy(features: Features, onsets: Onsets, count: int) -> Floats:
    power = uniform_filter1d(features.level.astype(np.float64), FRAMES // 2, mode="nearest")
    decibels = 10 * np.log10(np.maximum(power, 1e-12))
    loud = float(np.percentile(decibels, 95)) if decibels.size else -120.0
    if loud < -90.0:  # noqa: PLR2004 - silence
        return np.zeros(count)
    loudness = np.clip(1.0 + (decibels - loud) / _RANGE_DB, 0.0, 1.0)
    activity = uniform_filter1d(features.onsets.sum(axis=1) * onsets.gate, 2 * FRAMES, mode="nearest")
    activity = np.clip(activity / max(float(np.percentile(activity, 95)), 1e-9), 0.0, 1.0)
    return _sampled(loudness * (0.7 + 0.3 * activity), FRAMES, LEAD, count)


def _brightness(features: Features, onsets: Onsets, count: int) -> tuple[Floats, Floats]:
    at = np.arange(features.centroid.size) * (FRAMES // SLOW_FRAMES) + LEAD
    heard = (features.centroid > 0) * onsets.gate[np.minimum(at, onsets.gate.size - 1)]  # hiss has no brightness
    octaves = np.log2(np.maximum(features.centroid, 1.0) / _DULL) / np.log2(_BRIGHT / _DULL)
    value = np.clip(octaves, 0.0, 1.0) * heard
    weight = gaussian_filter1d(heard, SLOW_FRAMES / 4, mode="nearest")
    smooth = gaussian_filter1d(value, SLOW_FRAMES / 4, mode="nearest") / np.maximum(weight, 1e-3)
    audible = np.clip(weight, 0.0, 1.0)
    return _sampled(np.clip(smooth, 0.0, 1.0), SLOW_FRAMES, 0, count), _sampled(audible, SLOW_FRAMES, 0, count)


def _valence(features: Features, count: int, energy: Floats, brightness: Floats, audible: Floats) -> Floats:
    chroma = 0.5 * features.harmony[:, :12] + features.harmony[:, 12:]
    chroma = uniform_filter1d(chroma.astype(np.float64), int(_HARMONY_SPAN * SLOW_FRAMES), axis=0, mode="nearest")
    chroma = chroma - chroma.mean(axis=1, keepdims=True)
    chroma = chroma / np.maximum(np.linalg.norm(chroma, axis=1, keepdims=True), 1e-6)
    major, minor = (np.max(chroma @ _keys(profile), axis=1) for profile in (_MAJOR, _MINOR))
    mode = _sampled(np.clip(0.5 + 1.5 * (major - minor), 0.0, 1.0), SLOW_FRAMES, 0, count)
    estimate = 0.6 * mode + 0.2 * brightness + 0.2 * energy
    return np.clip(audible * estimate + (1.0 - audible) * 0.5, 0.0, 1.0)


def _keys(profile: tuple[float, ...]) -> Floats:
    """The profile in all twelve keys, as unit columns without their mean."""
    columns = np.stack([np.roll(profile, key) for key in range(12)], axis=1)
    columns = columns - columns.mean(axis=0)
    return np.asarray(columns / np.linalg.norm(columns, axis=0))


def _sampled(series: Floats, rate: int, lead: int, count: int) -> Floats:
    """A series at ``rate`` (its first value ``lead`` places before 0) read at the curves' rate."""
    if not series.size:
        return np.zeros(count)
    at = np.arange(count) / CURVE_RATE * rate + lead
    return np.asarray(np.interp(at, np.arange(series.size), series))
