"""Beats counted in bars: the meter of the song and which beats are downbeats.

Four signs of a downbeat are read at every beat: the harmony changes, the bass drum sounds,
the snare does not, and all bands together are strong. For each meter and phase the *effect*
of a sign is how many standard deviations it is higher on the supposed downbeats than on the
other beats, so a sign that says nothing weighs nothing. A meter also gains when the pattern
of the beats repeats after one bar. Phases may slip (an extra half bar) at a price (Viterbi).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from alice_core.music.features import FRAMES, LEAD, SLOW_FRAMES, Features, Floats
from alice_core.music.network import NETWORK_FRAMES, Activations
from alice_core.music.sums import Sums
from alice_core.music.tempogram import Onsets

_METERS = {4: 0.0, 3: -0.1, 5: -0.2, 7: -0.2}
"""Beats a bar that are tried, with what counts against the rarer ones; music in two is counted in bars of four."""

_FEWEST = 12  # beats below which bars of four are assumed
_SIGNS = (1.0, 0.5, 0.35, 0.15)  # weights: harmony, low band, no snare, all bands
_REPEAT = 1.0  # weight of the pattern's repetition after a bar
_SLIP = 12.0  # price of a changed phase, in standard deviations
_BEGIN = 2.0  # in favour of a first beat that is a downbeat, in standard deviations
_NETWORK = 1.0  # weight of the network's odds of a downbeat against the signs
_LIKELY = 1.0  # of the network's agreement with a meter against the effects
_BIAS = 0.0  # added to the network's odds
_TOP = 0.97  # no bar is surer
# constant, margin over another phase, odds on the downbeats, margin over another meter
_SURE = (-2.05, 0.05, 0.73, 1.12)
_LOUD = 16  # beats over which a sign's own level is removed


@dataclass(frozen=True, slots=True)
class Bars:
    """The beats in bars.

    Attributes:
        beats_per_bar: The meter's upper number.
        position: (n,) place of each beat in its bar, from 1.
        bar: (n,) number of the bar of each beat; 0 for a pickup, else from 1.
        confidence: From 0 to 1, of meter and phase.
        sure: (n,) probability that the bar around each beat is counted right.
    """

    beats_per_bar: int
    position: NDArray[np.int64]
    bar: NDArray[np.int64]
    confidence: float
    sure: Floats


def count_bars(features: Features, onsets: Onsets, beats: Floats, heard: Activations) -> Bars:
    """Meter, downbeats and bar numbers for beats at these seconds."""
    if beats.size < _FEWEST:
        return _bars(np.arange(beats.size) % 4, 4, np.zeros(beats.size))
    signs, told = _signs(features, onsets, beats), _told(heard, beats)
    pattern = _pattern(onsets, beats)
    gain = _NETWORK * told + signs @ np.array(_SIGNS)
    scored = []
    for meter, handicap in _METERS.items():
        if beats.size < 3 * meter:
            continue
        effect = max(_effect(signs, meter, phase) for phase in range(meter))
        place = _slipping(gain, meter)
        likely = (told[place == 0].sum() - told[place > 0].sum()) / beats.size
        scored.append((_LIKELY * likely + effect + handicap + _REPEAT * _repeats(pattern, meter), meter, place))
    scored.sort(key=lambda item: -item[0])
    score, meter, place = scored[0]
    margin = score - scored[1][0] if len(scored) > 1 else 1.0
    return _bars(place, meter, _sureness(gain, told, place, meter, margin))


def _told(heard: Activations, beats: Floats) -> Floats:
    """(n,) logarithm of the odds that each beat is a downbeat, as the network hears it, between -3 and 3."""
    at = np.rint(beats * NETWORK_FRAMES).astype(np.int64)[:, None] + np.arange(-2, 3)
    down = heard.downbeat[np.clip(at, 0, heard.downbeat.size - 1)].max(axis=1).astype(np.float64)
    odds = np.log(np.maximum(down, 1e-3) / np.maximum(1 - down, 1e-3))
    return np.asarray(np.clip(odds + _BIAS, -3.0, 3.0))


def _sureness(gain: Floats, told: Floats, place: NDArray[np.int64], meter: int, margin: float) -> Floats:
    """(n,) how sure the bars are around each beat: by the margin over the same bars begun on another beat."""
    traits = _bar_traits(gain, told, place, meter, margin)
    return np.asarray(np.minimum(_TOP, 1.0 / (1.0 + np.exp(-(np.asarray(_SURE) @ traits)))))


def _bar_traits(gain: Floats, told: Floats, place: NDArray[np.int64], meter: int, margin: float) -> Floats:
    """(4, n) what :data:`_SURE` weighs."""
    window = 6 * meter + 1

    def around(series: Floats, phase: int) -> Floats:
        return np.asarray(uniform_filter1d(np.where(place == phase, series, 0.0), window, mode="nearest") * meter)

    ahead = around(gain, 0) - np.max([around(gain, phase) for phase in range(1, meter)], axis=0)
    odds = around(told, 0)
    flat = np.ones(gain.size)
    return np.stack([flat, np.tanh(ahead / 4) * 4, np.tanh(odds / 3) * 3, np.full(gain.size, min(margin, 2.0))])


def bars_from(position: NDArray[np.int64]) -> Bars:
    """The bars of beats whose places in them another engine counted; it does not say how sure it is."""
    lasts = position[:-1][position[1:] == 1]
    meter = int(np.median(lasts)) if lasts.size else 4
    return Bars(meter, position, np.cumsum(position == 1), 0.5, np.full(position.size, 0.5))


def between_beats(rows: Floats, edges: Floats) -> Floats:
    """The mean of slow frames between consecutive edges in seconds, shape (edges - 1, columns)."""
    at = np.clip(edges * SLOW_FRAMES + 0.5, 0, rows.shape[0])
    return np.asarray(np.diff(Sums(rows).at(at), axis=0) / np.maximum(np.diff(at), 1e-3)[:, None])


def _signs(features: Features, onsets: Onsets, beats: Floats) -> Floats:
    """(beats, 4) signs of a downbeat, each of mean 0 and deviation 1 over its surroundings."""
    gap = float(np.median(np.diff(beats)))
    edges = np.concatenate([beats[0] - gap * np.array([2, 1]), beats, beats[-1] + gap * np.array([1, 2])])
    harmony = between_beats(features.harmony, edges)
    near = _distance(harmony[1:-2], harmony[2:-1])
    wide = _distance(harmony[:-3] + harmony[1:-2], harmony[2:-1] + harmony[3:])
    bands = _at_beats(onsets, beats)
    columns = np.stack([near + wide, bands[:, 0], -bands[:, 2], bands.sum(axis=1)], axis=1)
    level = uniform_filter1d(columns, _LOUD, axis=0, mode="nearest")
    columns = columns - level
    columns = columns / np.maximum(columns.std(axis=0), 1e-6)
    return np.asarray(np.clip(columns, -3.0, 3.0))


def _distance(before: Floats, after: Floats) -> Floats:
    size = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    cosine = np.sum(before * after, axis=1) / np.maximum(size, 1e-9)
    return np.asarray(np.where(size > 1e-6, 1.0 - cosine, 0.0))  # noqa: PLR2004 - silence


def _at_beats(onsets: Onsets, beats: Floats, part: float = 0.0) -> Floats:
    """Onset peaks of every band at each beat, or some part of a beat later."""
    gaps = np.append(np.diff(beats), np.median(np.diff(beats)))
    frames = np.rint((beats + part * gaps) * FRAMES).astype(np.int64) + LEAD
    frames = np.clip(frames, 0, onsets.bands.shape[0] - 1)
    return np.stack([maximum_filter1d(band, 7, mode="constant")[frames] for band in onsets.bands.T], axis=1)


def _pattern(onsets: Onsets, beats: Floats) -> Floats:
    """(beats, 16) what happens in each beat: the bands' onsets at its four quarters."""
    columns = np.sqrt(np.concatenate([_at_beats(onsets, beats, part) for part in (0.0, 0.25, 0.5, 0.75)], axis=1))
    return np.asarray(columns - uniform_filter1d(columns, _LOUD, axis=0, mode="nearest"))


def _effect(signs: Floats, meter: int, phase: int) -> float:
    on = np.zeros(signs.shape[0], bool)
    on[phase::meter] = True
    effects = signs[on].mean(axis=0) - signs[~on].mean(axis=0)
    chance = 2.0 * float(np.sqrt(meter / signs.shape[0]))
    return float(np.dot(np.maximum(effects, -1.0), _SIGNS)) - chance


def _repeats(pattern: Floats, meter: int) -> float:
    """How much more alike beats are a bar apart than at the distances beside it."""
    power = max(float(np.sum(pattern**2)), 1e-9)

    def alike(lag: int) -> float:
        return float(np.sum(pattern[lag:] * pattern[:-lag])) / power if lag < pattern.shape[0] - 1 else 0.0

    own = np.mean([alike(meter), alike(2 * meter)])
    others = np.mean([alike(lag) for lag in range(2, 2 * meter) if lag % meter])
    return float(own - others)


def _slipping(gain: Floats, meter: int) -> NDArray[np.int64]:
    """The place of each beat in its bar from 0, by Viterbi over phases, from what each downbeat gains."""
    where = np.arange(gain.size)[:, None]
    worth = np.where((where - np.arange(meter)) % meter == 0, gain[:, None], 0.0)
    best = worth[0].copy()
    best[0] += _BEGIN
    back = np.zeros(worth.shape, np.int64)
    for row in range(1, gain.size):
        top = int(np.argmax(best))
        leap = best[top] - _SLIP
        back[row] = np.where(best >= leap, np.arange(meter), top)
        best = np.maximum(best, leap) + worth[row]
    phase = np.empty(gain.size, np.int64)
    phase[-1] = int(np.argmax(best))
    for row in range(gain.size - 1, 0, -1):
        phase[row - 1] = back[row, phase[row]]
    return np.asarray((np.arange(gain.size) - phase) % meter)


def _bars(place: NDArray[np.int64], meter: int, sure: Floats) -> Bars:
    return Bars(meter, place + 1, np.cumsum(place == 0), float(np.median(sure)) if sure.size else 0.0, sure)
