"""Which of the tempi that fit the onsets is the one that people would count.

The same pulse can be counted at half, double or three times the tempo, and on or off the
beat. The network's own beats and their octaves are hypotheses, and so is every multiple
of the onsets' tempo path. Each is tracked and described by a few numbers that a musician would
name: how usual the tempo is, how strong the beats are against what lies between, whether kick
and snare take turns, and whether chords return after four beats rather than two. A linear rule
weighs them, with what the network hears. Its weights without the network were first fitted on
songs of known beat; with it they were fitted (softmax over the hypotheses, drawn with ridge 2
towards the first ones) on 54 composed songs that lack the regularities of those. Of four such fits the
one was kept that did best on both, so the songs of known beat had a say in it again.
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
_SAME, _NOTHING, _EVEN = 0.2, 0.1, 0.3  # of strokes that are all alike: log ratio, what is between, deviation
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
    "what the network hears, a second": 0.94,
}


@dataclass(frozen=True, slots=True)
class Count:
    """One way to count the song.

    Attributes:
        beats: Fast frames of the beats.
        period: (n,) beat period in frames at each fast frame.
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


def counts(
    features: Features, onsets: Onsets, period: Floats, evidence: Evidence, followed: NDArray[np.int64]
) -> list[Count]:
    """All hypotheses with at least a few beats, the most plausible first.

    Args:
        features: What was heard.
        onsets: Its onset strength.
        period: (n,) beat period in frames along the tempo path of the onsets.
        evidence: What the network says.
        followed: Fast frames of the beats that the network tells.
    """
    columns = np.concatenate([onsets.bands, onsets.total[:, None]], axis=1)
    peaks = maximum_filter1d(columns, 5, axis=0, mode="constant")
    peaks = peaks / np.maximum(peaks.mean(axis=0), 1e-9)
    harmony = _Harmony(features)
    weights = np.array(list(_WEIGHTS.values()))
    found = []
    for beats, own, factor, shifted in _hypotheses(onsets, period, evidence, followed):
        if beats.size >= FEWEST and _SHORTEST < np.median(np.diff(beats)) < _LONGEST:
            heard = grid_gain(evidence, (beats - LEAD) / FRAMES).sum() / max(features.seconds, 1.0)
            score = float(weights @ np.append(_traits(beats, peaks, harmony), heard))
            found.append(Count(beats, own, factor, score, shifted))
    found.sort(key=lambda count: -count.score)
    if found and _all_alike(found[0].beats, peaks):
        found.insert(0, _doubled(found[0]))
    return found


def _all_alike(beats: NDArray[np.int64], peaks: Floats) -> bool:
    """Whether strokes half way are like those on the beat and nothing is between: then each stroke counts."""
    gaps = np.diff(beats)
    on, half = peaks[beats[:-1]], peaks[beats[:-1] + gaps // 2]
    between = np.mean([peaks[(beats[:-1] + gaps * part).astype(np.int64), _ALL].mean() for part in (0.25, 0.75)])
    level = float(on[:, _ALL].mean())
    same = np.abs(np.log(np.maximum(half.mean(axis=0), _WEAK) / np.maximum(on.mean(axis=0), _WEAK))).max() < _SAME
    return bool(same and between < _NOTHING * level and on[:, _ALL].std() < _EVEN * level)


def _doubled(count: Count) -> Count:
    index = np.arange(count.beats.size)
    places = np.arange(0, count.beats.size - 1 + 1e-6, 0.5)
    beats = np.rint(np.interp(places, index, count.beats)).astype(np.int64)
    return Count(beats, count.period / 2, count.factor * 2, count.score, shifted=False)


def _hypotheses(
    onsets: Onsets, period: Floats, evidence: Evidence, followed: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.int64], Floats, float, bool]]:
    """Beats, period, factor and shift: what the network tells and its octaves, then the onsets' own tempi."""
    strength = softened(onsets.total)
    told = np.interp(
        (np.arange(period.size) - LEAD) / FRAMES * NETWORK_FRAMES, np.arange(evidence.beat.size), np.exp(evidence.beat)
    )
    strength = strength + _TOLD * told
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
    for factor in _FACTORS:
        own = period / factor
        if _SHORTEST < np.median(own) < _LONGEST:
            own = np.clip(own, _SHORTEST, _LONGEST)
            beats = track(strength, own, _TIGHTNESS)
            yield beats, own, factor, False
            yield (beats[:-1] + beats[1:]) // 2, own, factor, True


class _Harmony:
    """How much the harmony changes at any fast frame: 1 - cosine of before and after, 0 to 1."""

    def __init__(self, features: Features) -> None:
        rows = features.harmony
        self._steps = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0, dtype=np.float64)])
        usual = float(np.percentile(np.linalg.norm(rows, axis=1), 75)) if rows.size else 0.0
        self._audible = _AUDIBLE * max(usual, _NO_HARMONY) * _CHANGE_REACH * SLOW_FRAMES

    def change(self, frames: Floats) -> Floats:
        at = (frames - LEAD) / FRAMES * SLOW_FRAMES + 0.5
        reach = _CHANGE_REACH * SLOW_FRAMES
        now = _between(self._steps, at)
        before, after = now - _between(self._steps, at - reach), _between(self._steps, at + reach) - now
        sizes = np.stack([np.linalg.norm(before, axis=1), np.linalg.norm(after, axis=1)])
        sure = np.clip(sizes.min(axis=0) / self._audible, 0.0, 1.0)  # out of silence nothing changes
        cosine = np.sum(before * after, axis=1) / np.maximum(sizes[0] * sizes[1], _NO_HARMONY**2)
        return np.asarray(sure * (1.0 - np.clip(cosine, 0.0, 1.0)))


def _between(rows: Floats, at: Floats) -> Floats:
    """Rows read at fractional places, held at the ends."""
    where = np.clip(at, 0, rows.shape[0] - 1)
    low = np.minimum(where.astype(np.int64), rows.shape[0] - 2)
    return np.asarray(rows[low] + (rows[low + 1] - rows[low]) * (where - low)[:, None])


def _traits(beats: NDArray[np.int64], peaks: Floats, harmony: _Harmony) -> Floats:
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
        ]
    )


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
