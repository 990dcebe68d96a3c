"""What a song is like over time, ten values a second, each from 0 to 1 but the loudness in LUFS.

Energy follows loudness and how much happens, against the song's own loud level; brightness the
centre of the spectrum on a logarithmic scale; density the attacks a second; mode how much more
the harmony fits a major key than a minor one. Arousal and valence are estimates made of these.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, maximum_filter1d, uniform_filter1d

from alice_core.music.features import FRAMES, LEAD, SLOW_FRAMES, Features, Floats
from alice_core.music.key import majorness
from alice_core.music.model import Curve
from alice_core.music.mood import estimate_arousal, estimate_valence
from alice_core.music.tempogram import Onsets

CURVE_RATE = 10
"""Values a second."""

_RANGE_DB = 36.0  # between no energy and full energy
_DULL, _BRIGHT = 250.0, 6000.0  # Hz
_CROWD = 8.0  # attacks a second at which the density is 1 - 1/e
_ATTACK, _ATTACK_SPAN, _DENSITY_SPAN = 0.6, 7, 4.0  # strength of an attack; frames; seconds


def draw_curves(features: Features, onsets: Onsets, loudness: Floats | None = None) -> tuple[Curve, ...]:
    """The curves ``energy brightness density mode valence arousal loudness`` over the whole stream.

    Args:
        features: What was heard.
        onsets: Its attacks.
        loudness: (n,) momentary loudness in LUFS, ten values a second; without it there is no such curve.
    """
    count = max(1, int(np.ceil(features.seconds * CURVE_RATE)))
    energy = _energy(features, onsets, count)
    brightness, audible = _brightness(features, onsets.gate, count)
    density = _density(onsets, count)
    mode = audible * _sampled(majorness(features.harmony), SLOW_FRAMES, 0, count) + (1.0 - audible) * 0.5
    arousal = estimate_arousal(energy, density, brightness)
    valence = estimate_valence(mode, brightness, arousal, audible)
    named = [("energy", energy), ("brightness", brightness), ("density", density), ("mode", mode)]
    named += [("valence", valence), ("arousal", arousal)]
    curves = [Curve(name, CURVE_RATE, _told(values, 4)) for name, values in named]
    if loudness is not None:
        at = np.minimum(np.arange(count), max(loudness.size - 1, 0))
        curves.append(Curve("loudness", CURVE_RATE, _told(loudness[at], 2)))
    return tuple(curves)


def _told(values: Floats, digits: int) -> tuple[float, ...]:
    """Rounded, each number once in memory however often it comes: in hours of a curve that is most of them."""
    known: dict[float, float] = {}
    return tuple(known.setdefault(value, value) for value in np.round(values, digits).tolist())


def hearable(features: Features, gate: Floats) -> Floats:
    """(m,) 0 where a slow frame is silent or hiss against the song's loud level, 1 where it sounds."""
    at = np.arange(features.centroid.size) * (FRAMES // SLOW_FRAMES) + LEAD
    return np.asarray((features.centroid > 0) * gate[np.minimum(at, gate.size - 1)])


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


def _brightness(features: Features, gate: Floats, count: int) -> tuple[Floats, Floats]:
    heard = hearable(features, gate)
    octaves = np.log2(np.maximum(features.centroid, 1.0) / _DULL) / np.log2(_BRIGHT / _DULL)
    value = np.clip(octaves, 0.0, 1.0) * heard
    weight = gaussian_filter1d(heard, SLOW_FRAMES / 4, mode="nearest")
    smooth = gaussian_filter1d(value, SLOW_FRAMES / 4, mode="nearest") / np.maximum(weight, 1e-3)
    audible = np.clip(weight, 0.0, 1.0)
    return _sampled(np.clip(smooth, 0.0, 1.0), SLOW_FRAMES, 0, count), _sampled(audible, SLOW_FRAMES, 0, count)


def _density(onsets: Onsets, count: int) -> Floats:
    strength = onsets.total * onsets.gate
    highest = maximum_filter1d(strength, _ATTACK_SPAN)
    attacks = ((strength >= highest) & (strength > _ATTACK)).astype(np.float64)
    rate = gaussian_filter1d(attacks, _DENSITY_SPAN * FRAMES / 4, mode="nearest") * FRAMES
    return _sampled(1.0 - np.exp(-rate / _CROWD), FRAMES, LEAD, count)


def _sampled(series: Floats, rate: int, lead: int, count: int) -> Floats:
    """A series at ``rate`` (its first value ``lead`` places before 0) read at the curves' rate."""
    if not series.size:
        return np.zeros(count)
    at = np.arange(count) / CURVE_RATE * rate + lead
    return np.asarray(np.interp(at, np.arange(series.size), series))
