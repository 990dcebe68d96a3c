"""How sure the beats are, for the song and for each stretch, and which other grids were possible.

The chosen grid is weighed against the grids that trackers and people confuse it with: half,
double, a third, three times, 2/3 and 3/2 of the tempo, and the same tempo half a beat later.
Every grid is worth the sum of what its beats say (:func:`grid_gain`), so the margin over the
best rival says how much the music prefers ours. A logistic rule turns margins into
probabilities; it was fitted on composed songs (``bench/music_songs.py``, tuning seeds), and no
stretch is ever given more than 0.97, because records differ from composed songs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alice_core.music.features import Floats
from alice_core.music.following import Evidence
from alice_core.music.network import NETWORK_FRAMES

_SPAN, _STRIDE = 16, 8  # beats that are weighed together / after which a new stretch begins
_TOP = 0.97
_BESIDE = 2
# constant, margin of the stretch, margin of the song, mean activation on the beats
_OCTAVE = (-2.06, 0.14, 0.67, 4.32)
_PHASE = (-2.72, 0.05, 0.05, 6.44)


@dataclass(frozen=True, slots=True)
class Rival:
    """Another grid.

    Attributes:
        factor: Its tempo over the chosen one; 1 is the grid half a beat later.
        margin: By how much the chosen grid is worth more, a beat.
    """

    factor: float
    margin: float


@dataclass(frozen=True, slots=True)
class Certainty:
    """How sure a grid is.

    Attributes:
        rivals: Of the whole song, the closest first.
        starts: (m,) index of the first beat of each stretch; a stretch ends where the next begins.
        octave: (m,) probability that the stretch is counted at the right tempo.
        phase: (m,) probability that its beats lie on the beat.
    """

    rivals: tuple[Rival, ...]
    starts: NDArray[np.int64]
    octave: Floats
    phase: Floats


def grid_gain(evidence: Evidence, seconds: Floats) -> Floats:
    """What a beat at each of these seconds is worth over none, as a logarithm."""
    count = evidence.beat.size
    at = np.clip(np.rint(seconds * NETWORK_FRAMES).astype(np.int64), 0, count - 1)
    around = np.clip(at[:, None] + np.arange(-1, 2), 0, count - 1)
    low, high = np.clip(at - _BESIDE + 1, 0, count), np.clip(at + _BESIDE, 0, count)
    return np.asarray(evidence.beat[around].max(axis=1) - (evidence.rest[high] - evidence.rest[low]))


def judge(evidence: Evidence, beats: Floats) -> Certainty:
    """The certainty of beats at these seconds, at least two."""
    traits = describe(evidence, beats)
    octave, phase = (
        np.minimum(_TOP, 1.0 / (1.0 + np.exp(-(rows @ np.asarray(weights)))))
        for rows, weights in ((traits.octave, _OCTAVE), (traits.phase, _PHASE))
    )
    return Certainty(traits.rivals, traits.starts, octave, phase)


@dataclass(frozen=True, slots=True)
class Traits:
    """What the logistic rule reads: (m, 4) for octave and for phase, and the rivals of the song."""

    rivals: tuple[Rival, ...]
    starts: NDArray[np.int64]
    octave: Floats
    phase: Floats


def describe(evidence: Evidence, beats: Floats) -> Traits:
    """The traits of each stretch of beats at these seconds."""
    own = grid_gain(evidence, beats)
    index = np.arange(beats.size)
    starts = np.arange(0, max(1, beats.size - _STRIDE // 2), _STRIDE)
    low = np.clip(starts - (_SPAN - _STRIDE) // 2, 0, None)
    high = np.minimum(starts + (_SPAN + _STRIDE) // 2, beats.size)
    mine, rivals = _within(own, index, low, high), []
    best = {"octave": np.full(starts.size, np.inf), "phase": np.full(starts.size, np.inf)}
    for factor, places in _grids(beats.size):
        gain = grid_gain(evidence, np.interp(places, index, beats))
        margin = (mine - _within(gain, places, low, high)) / np.maximum(high - low, 1)
        kind = "phase" if factor == 1.0 else "octave"
        best[kind] = np.minimum(best[kind], margin)
        rivals.append(Rival(factor, float((own.sum() - gain.sum()) / beats.size)))
    rivals = _closest(rivals)
    level = np.exp(_within(np.log1p(np.exp(own)), index, low, high) / np.maximum(high - low, 1) / 4) / 4
    songs = {
        kind: min((rival.margin for rival in rivals if (rival.factor == 1.0) == (kind == "phase")), default=0.0)
        for kind in best
    }
    rows = {
        kind: np.stack(
            [np.ones(starts.size), _tame(best[kind]), _tame(np.full(starts.size, songs[kind])), level], axis=1
        )
        for kind in best
    }
    return Traits(tuple(rivals), starts, rows["octave"], rows["phase"])


def _grids(count: int) -> list[tuple[float, Floats]]:
    """Factor and places, in beats of the chosen grid, of every rival."""
    last = count - 1
    found = [
        (factor, np.arange(phase * (0.5 if factor > 1 else 1.0) * min(1.0 / factor, 1.0), last + 1e-6, 1.0 / factor))
        for factor, phases in ((2.0, 1), (0.5, 2), (3.0, 1), (1 / 3, 3), (1.5, 2), (2 / 3, 3))
        for phase in range(phases)
    ]
    return [*found, (1.0, np.arange(0.5, last + 1e-6, 1.0))]


def _within(gain: Floats, places: Floats, low: NDArray[np.int64], high: NDArray[np.int64]) -> Floats:
    """The sum of the gains whose place lies in each window."""
    total = np.concatenate([[0.0], np.cumsum(gain)])
    return np.asarray(total[np.searchsorted(places, high)] - total[np.searchsorted(places, low)])


def _closest(rivals: list[Rival]) -> list[Rival]:
    """One rival for each factor, the closest first."""
    kept: dict[float, Rival] = {}
    for rival in sorted(rivals, key=lambda rival: (rival.margin, rival.factor)):
        kept.setdefault(rival.factor, rival)
    return list(kept.values())


def _tame(margin: Floats) -> Floats:
    """A margin with both tails bent, so that none outweighs all else."""
    return np.asarray(np.tanh(margin / 3.0) * 3.0)
