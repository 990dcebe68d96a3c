"""The beats that the network's activations tell, at a tempo that moves slowly or rarely jumps.

A semi-Markov chain over beats, the bar-pointer model (Whiteley, Cemgil and Godsill 2006) with
one step a beat as in Krebs, Böck and Widmer 2015: a state is a beat at a frame with a tempo;
from beat to beat the tempo moves by a few percent at a price, or jumps at a high one. A beat is
worth the logarithm of its probability, what lies between two beats that of no beat. Octave,
phase and tempo are so decided together, and anew wherever the evidence is strong enough to
pay for a change. As a beat looks back at least a shortest period, many frames are solved at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alice_core.music.features import Floats

SLOWEST, FASTEST = 36.0, 250.0
"""Tempi that are followed, in beats a minute."""

_PER_OCTAVE = 32
_REACH = 4  # tempo bins that may be moved in one beat
_STEP = 0.9  # price of one bin
_JUMP = 9.0  # price of any other tempo
_ROUNDING = 0.4  # price of one frame beside the tempo's own distance
_USUAL, _SPREAD, _TASTE = 112.0, 0.9, 0.6  # tempo that people prefer, octaves of its spread, weight a song
_SURE = 0.98  # no activation is believed beyond
_BESIDE = 2  # frames around a beat that belong to it


@dataclass(frozen=True, slots=True)
class Evidence:
    """Activations as logarithms, with running sums.

    Attributes:
        beat: (n,) worth of a beat at each frame.
        rest: (n + 1,) running sum of the worth of no beat.
    """

    beat: Floats
    rest: Floats


def weigh(activation: Floats) -> Evidence:
    """The evidence of activations of shape (n,) between 0 and 1."""
    sure = np.clip(activation.astype(np.float64), 1 - _SURE, _SURE)
    return Evidence(np.log(sure), np.concatenate([[0.0], np.cumsum(np.log(1 - sure))]))


def follow(evidence: Evidence, rate: float) -> NDArray[np.int64]:
    """Frames of the likeliest beats over the whole song, ``rate`` frames a second."""
    count = evidence.beat.size
    tempi = SLOWEST * 2.0 ** (np.arange(int(np.log2(FASTEST / SLOWEST) * _PER_OCTAVE) + 1) / _PER_OCTAVE)
    gaps = 60.0 * rate / tempi
    lags = np.rint(gaps).astype(np.int64)[:, None] + np.array([-1, 0, 1])
    taxes = _ROUNDING * np.maximum(np.abs(lags - gaps[:, None]) - 0.5, 0.0)
    highest, lowest = int(lags.max()), int(lags.min())
    if count <= highest:
        return np.zeros(0, np.int64)
    taste = -_TASTE * 0.5 * (np.log2(tempi / _USUAL) / _SPREAD) ** 2
    # Of what came before, only as many frames matter as the slowest beat is long: the rest of a long song is not kept.
    score = np.full((highest + lowest, tempi.size + 2 * _REACH), -np.inf)
    best = np.full(highest + lowest, -np.inf)
    path = _Path(lags, np.empty((count, tempi.size), np.uint8), np.empty(count), np.empty(count, np.int16))
    moves = np.arange(-_REACH, _REACH + 1)
    prices = _STEP * np.abs(moves)
    own = np.arange(tempi.size)
    for first in range(0, count, lowest):
        at = np.arange(first, min(count, first + lowest))
        source = at[:, None, None] - lags  # (frames, tempi, 3)
        between = evidence.rest[np.maximum(at - _BESIDE + 1, 0)][:, None, None]
        between = between - evidence.rest[np.clip(source + _BESIDE, 0, count)] - taxes
        where = source - first + highest
        columns = own[:, None, None] + (moves + _REACH)
        near = score[where[..., None], columns[None]] - prices
        move = np.argmax(near, axis=-1)
        near = np.take_along_axis(near, move[..., None], axis=-1)[..., 0]
        leap = best[where] - _JUMP
        worth = np.maximum(near, leap) + between
        lag = np.argmax(worth, axis=-1)
        pick = lag[..., None]
        reached = np.take_along_axis(worth, pick, axis=-1)[..., 0]
        start = (evidence.rest[np.maximum(at - _BESIDE + 1, 0)])[:, None] + taste
        fresh = start >= reached
        value = np.where(fresh, start, reached) + evidence.beat[at][:, None]
        new = slice(highest, highest + at.size)
        score[new, _REACH : _REACH + tempi.size] = value
        best[new] = value.max(axis=1)
        path.best[at], path.top[at] = best[new], np.argmax(value, axis=1)
        jumped = np.take_along_axis(leap > near, pick, axis=-1)[..., 0]
        moved = np.where(jumped, _LEAPT, np.take_along_axis(move, pick, axis=-1)[..., 0])
        path.step[at] = np.where(fresh, _FRESH, 4 * moved + lag)
        score[:highest], best[:highest] = score[at.size : at.size + highest], best[at.size : at.size + highest]
    return path.back(evidence)


_FRESH, _LEAPT = 255, 2 * _REACH + 1


@dataclass(frozen=True, slots=True)
class _Path:
    """How each place was reached: for each frame and tempo one number.

    Attributes:
        lags: (tempi, 3) frames from one beat to the next.
        step: (frames, tempi) 255 where the song begins there, else 4 times the move in tempo and which lag.
        best: (frames,) the worth of the best tempo.
        top: (frames,) which tempo that is.
    """

    lags: NDArray[np.int64]
    step: NDArray[np.uint8]
    best: Floats
    top: NDArray[np.int16]

    def back(self, evidence: Evidence) -> NDArray[np.int64]:
        """The beats from the last one back; after it nothing but rest may come."""
        count = self.best.size
        ending = self.best + evidence.rest[-1] - evidence.rest[np.minimum(np.arange(count) + _BESIDE, count)]
        frame = int(np.argmax(ending))
        tempo = int(self.top[frame])
        beats = [frame]
        while (step := int(self.step[frame, tempo])) != _FRESH:
            frame -= int(self.lags[tempo, step % 4])
            tempo = int(self.top[frame]) if step // 4 == _LEAPT else tempo + step // 4 - _REACH
            beats.append(frame)
        return np.asarray(beats[::-1], np.int64)
