"""Which of the tempi that fit the onsets is the one that people would count.

The same pulse can be counted at half, double or three times the tempo, and on or off the
beat. The network's own beats and their octaves are hypotheses, and so is every multiple
of the onsets' tempo path. Each is tracked and described by a few numbers that a musician would
name: how usual the tempo is, how strong the beats are against what lies between, whether kick
and snare take turns, and whether chords return after four beats rather than two. A linear rule
weighs them, with what the network hears. Its weights without the network were first fitted on
songs of known beat; with it they were fitted (softmax over the hypotheses, drawn with ridge 2
towards the first ones) on 54 composed songs that lack the regularities of those. Of four such fits the
one was kept that did best on both, so the songs of known beat had a say in it again. The weight of the
leaps was set by hand; from -0.6 to -1.3 all of it counts alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, median_filter, uniform_filter1d

from alice_core.music.certainty import grid_gain
from alice_core.music.features import FRAMES, LEAD, SLOW_FRAMES, Features, Floats
from alice_core.music.following import Evidence
from alice_core.music.network import NETWORK_FRAMES
from alice_core.music.pulse import softened, track
from alice_core.music.strokes import plain_strokes
from alice_core.music.sums import Sums
from alice_core.music.tempogram import CENTRE, Onsets

FEWEST = 4
"""Beats below which there is nothing to count."""

_OCTAVES = ((1.0, 0.0, False), (2.0, 0.0, False), (0.5, 0.0, False), (0.5, 1.0, True), (1.0, 0.5, True))
_FACTORS = (1.0, 2.0, 0.5, 1.5, 2 / 3, 3.0, 1 / 3)
_TIGHTNESS = 100.0
_TOLD = 3.0  # weight of the network beside the onsets, of unit power, in tracking
_SHORTEST, _LONGEST = 60 * FRAMES / 330.0, 60 * FRAMES / 28.0  # frames from beat to beat
_PAIRS = 8  # pairs of beats over which kick and snare must take turns the same way
_CHANGE_REACH = 0.4  # seconds of harmony before and after a beat
_NO_HARMONY, _AUDIBLE = 1e-6, 0.2
_STATIC, _MOVING = 1e-3, 4e-3  # variance of the chord change where the harmony stands still / plainly moves
_LEAP, _MOST_LEAPS = 0.3, 4  # octaves from one beat to the next that no band plays / leaps that are worse than any
_AT_ONCE = 4096  # rows of harmony measured at once
_WEAK = 0.1  # onset strength that counts as none
_LOW, _SNARE, _ALL = 0, 2, 4  # columns of the onset peaks

_WEIGHTS = {
    "distance from 112 bpm, squared": -0.98,
    "octaves above 112 bpm": 0.13,
    "all bands on the beat": 0.75,
    "low band on the beat": 0.83,
    "snare band on the beat": 0.67,
    "all bands half way against the beat": 0.35,
    "low band half way against the beat": 0.54,
    "all bands at the quarters": -0.37,
    "all bands at the thirds": -0.78,
    "kick and snare take turns": 1.13,
    "chords return after 2 beats": -2.48,
    "chords return after 4 beats": 1.84,
    "leaps of the tempo": -0.7,
    "what the network hears, a second": 0.94,
}


@dataclass(frozen=True, slots=True)
class Count:
    """One way to count the song.

    Attributes:
        beats: Fast frames of the beats.
        period: (n,) beat period in frames at each fast frame, of single precision.
        factor: Its tempo over the tempo path that all hypotheses share.
        score: How plausible it is, as a logarithm.
        shifted: Whether the beats lie half way between the tracked ones.
    """

    beats: NDArray[np.int64]
    period: Floats
    factor: float
    score: float
    shifted: bool

    @property
    def bpm(self) -> float:
        """The median tempo."""
        return float(60.0 * FRAMES / np.median(np.diff(self.beats)))


def count_beats(
    features: Features, onsets: Onsets, period: Floats, evidence: Evidence, followed: NDArray[np.int64]
) -> Count | None:
    """The most plausible way to count the song (see :func:`counts`); None where there are too few attacks."""
    strokes = plain_strokes(onsets)
    if strokes is not None:
        return _each_stroke(strokes, period)
    return max(counts(features, onsets, period, evidence, followed), key=lambda count: count.score, default=None)


def counts(
    features: Features, onsets: Onsets, period: Floats, evidence: Evidence, followed: NDArray[np.int64]
) -> Iterator[Count]:
    """All hypotheses with at least a few beats, one after the other, so that not all are in memory at once.

    Args:
        features: What was heard.
        onsets: Its onset strength.
        period: (n,) beat period in frames along the tempo path of the onsets.
        evidence: What the network says.
        followed: Fast frames of the beats that the network tells.
    """
    peaks, harmony = _Peaks(onsets), _Harmony(features)
    weights = np.array(list(_WEIGHTS.values()))
    for beats, own, factor, shifted in _hypotheses(onsets, period, evidence, followed):
        if beats.size >= FEWEST and _SHORTEST < np.median(np.diff(beats)) < _LONGEST:
            heard = grid_gain(evidence, (beats - LEAD) / FRAMES).sum() / max(features.seconds, 1.0)
            score = float(weights @ np.append(_traits(beats, peaks, harmony), heard))
            yield Count(beats, own.astype(np.float32), factor, score, shifted)


def _each_stroke(strokes: NDArray[np.int64], period: Floats) -> Count:
    """Every stroke is a beat."""
    gaps = np.interp(np.arange(period.size), (strokes[:-1] + strokes[1:]) / 2, np.diff(strokes))
    return Count(strokes, gaps, float(np.median(period) / np.median(gaps)), 0.0, shifted=False)


def _hypotheses(
    onsets: Onsets, period: Floats, evidence: Evidence, followed: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.int64], Floats, float, bool]]:
    """Beats, period, factor and shift: what the network tells and its octaves, then the onsets' own tempi."""
    strength = softened(onsets.total)
    strength += _TOLD * np.interp(
        (np.arange(period.size) - LEAD) / FRAMES * NETWORK_FRAMES, np.arange(evidence.beat.size), np.exp(evidence.beat)
    )
    if followed.size >= FEWEST:
        middles = (followed[:-1] + followed[1:]) / 2
        gaps = np.interp(
            np.arange(period.size), middles, uniform_filter1d(median_filter(np.diff(followed).astype(float), 5), 5)
        )
        beats = track(strength, np.clip(gaps, _SHORTEST, _LONGEST), _TIGHTNESS)
        for heard in (followed, beats):
            index = np.arange(heard.size)
            for factor, phase, shifted in _OCTAVES:
                places = np.arange(phase, heard.size - 1 + 1e-6, 1.0 / factor)
                yield np.rint(np.interp(places, index, heard)).astype(np.int64), gaps / factor, factor, shifted
        del gaps  # large for a song of hours
    for factor in _FACTORS:
        own = period / factor
        if _SHORTEST < np.median(own) < _LONGEST:
            own = np.clip(own, _SHORTEST, _LONGEST)
            beats = track(strength, own, _TIGHTNESS)
            yield beats, own, factor, False
            yield (beats[:-1] + beats[1:]) // 2, own, factor, True


class _Peaks:
    """The highest onset of every band, and of all together, within two frames of any; 1 is the mean."""

    def __init__(self, onsets: Onsets) -> None:
        self._columns = (*onsets.bands.T, onsets.total)
        # Summed in order, so that the mean is that of a table of all columns.
        sums = [np.cumsum(maximum_filter1d(column, 5, mode="constant"))[-1] for column in self._columns]
        self._usual = np.maximum(np.asarray(sums) / onsets.total.size, 1e-9)

    def __getitem__(self, frames: NDArray[np.int64]) -> Floats:
        around = np.clip(frames[:, None] + np.arange(-2, 3), 0, self._columns[0].size - 1)
        return np.stack([column[around].max(axis=1) for column in self._columns], axis=1) / self._usual


class _Harmony:
    """How much the harmony changes at any fast frame: 1 - cosine of before and after, 0 to 1."""

    def __init__(self, features: Features) -> None:
        rows = features.harmony
        self._sums = Sums(rows)
        sizes = [np.linalg.norm(rows[at : at + _AT_ONCE], axis=1) for at in range(0, rows.shape[0], _AT_ONCE)]
        usual = float(np.percentile(np.concatenate(sizes), 75)) if sizes else 0.0
        self._audible = _AUDIBLE * max(usual, _NO_HARMONY) * _CHANGE_REACH * SLOW_FRAMES

    def change(self, frames: Floats) -> Floats:
        at = (frames - LEAD) / FRAMES * SLOW_FRAMES + 0.5
        reach = _CHANGE_REACH * SLOW_FRAMES
        now = self._sums.at(at)
        before, after = now - self._sums.at(at - reach), self._sums.at(at + reach) - now
        sizes = np.stack([np.linalg.norm(before, axis=1), np.linalg.norm(after, axis=1)])
        sure = np.clip(sizes.min(axis=0) / self._audible, 0.0, 1.0)  # out of silence nothing changes
        cosine = np.sum(before * after, axis=1) / np.maximum(sizes[0] * sizes[1], _NO_HARMONY**2)
        return np.asarray(sure * (1.0 - np.clip(cosine, 0.0, 1.0)))


def _traits(beats: NDArray[np.int64], peaks: _Peaks, harmony: _Harmony) -> Floats:
    """The numbers that :data:`_WEIGHTS` names, in its order."""
    gaps = np.diff(beats)
    tempo = float(np.log2(60 * FRAMES / np.median(gaps) / CENTRE))

    def after(*parts: float) -> Floats:
        places = [(beats[:-1] + gaps * part).astype(np.int64) for part in parts]
        return np.asarray(np.mean([peaks[place].mean(axis=0) for place in places], axis=0))

    on, half, quarter, third = after(0.0), after(0.5), after(0.25, 0.75), after(1 / 3, 2 / 3)
    on, half, quarter, third = (np.log(np.maximum(part, _WEAK)) for part in (on, half, quarter, third))
    return np.array(
        [
            tempo**2,
            tempo,
            on[_ALL],
            on[_LOW],
            on[_SNARE],
            half[_ALL] - on[_ALL],
            half[_LOW] - on[_LOW],
            quarter[_ALL],
            third[_ALL],
            _take_turns(peaks[beats]),
            *_returns(harmony.change(beats)),
            _leaps(gaps),
        ]
    )


def _leaps(gaps: NDArray[np.int64]) -> float:
    """How often the tempo leaps, as it does where a part of the song is counted at another octave than the rest."""
    turns = np.abs(np.diff(np.log2(median_filter(gaps.astype(np.float64), 3))))
    return float(min(np.sum(turns > _LEAP), _MOST_LEAPS))


def _take_turns(on: Floats) -> float:
    """How much the low band prefers the other beat of each pair than the snare band."""
    pairs = on.shape[0] // 2
    low, snare = (on[: 2 * pairs : 2, band] - on[1 : 2 * pairs : 2, band] for band in (_LOW, _SNARE))
    span = min(_PAIRS, pairs)
    window = np.ones(span) / span
    turns = -float(np.mean(np.convolve(low, window, mode="valid") * np.convolve(snare, window, mode="valid")))
    return turns / (1.0 + abs(turns))


def _returns(change: Floats) -> list[float]:
    """Autocorrelation of the chord change over 2 and 4 beats, less where the harmony hardly moves."""
    varied = change - change.mean()
    power = float(np.mean(varied**2))
    moves = min(1.0, power / _MOVING) / max(power, _STATIC)
    enough = [lag if varied.size > lag + 2 else 0 for lag in (2, 4)]
    return [float(np.mean(varied[lag:] * varied[:-lag])) * moves if lag else 0.0 for lag in enough]
