"""A small network of our own that hears where beats and downbeats are.

A temporal convolutional network (Bai, Kolter and Koltun 2018; for beats Davies and Böck 2019):
residual layers of width 5 whose dilation doubles, over onsets in bands and the change of
harmony, 50 times a second. It was trained on music composed for it alone
(``bench/music_training.py``), its weights are a few tens of kilobytes beside this file, and it
runs in NumPy stretch by stretch, so that memory stays flat.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from alice_core.music.features import FINE_BANDS, LEAD, SLOW_FRAMES, Features, Floats
from alice_core.music.sums import Sums

NETWORK_FRAMES = 50
"""Frames a second that the network reads."""

INPUTS = FINE_BANDS + 4
"""Numbers a frame: the fine onset bands, the change of harmony at three spans, the level."""

_STRETCH, _CONTEXT = 6000, 2048  # frames given at once, and those heard on each side of them
_SPANS = ((0, 12, 0.3), (12, 24, 0.3), (0, 24, 0.9))  # pitch classes from, to, and seconds before and after
_QUIET = 0.2  # of the usual harmony: out of silence nothing changes
_STEPS = 4096.0  # places to which what the network says is rounded, so that no last bit decides a beat


@dataclass(frozen=True, slots=True)
class Activations:
    """How probable a beat and a downbeat are: (n,) from 0 to 1, value k at k / NETWORK_FRAMES seconds."""

    beat: Floats
    downbeat: Floats


def hear(features: Features) -> Activations:
    """What the network hears."""
    whole, layers = _whole(features), _weights()
    count = whole.shape[0]
    said = np.empty((count, 2), np.float32)
    for first in range(0, count, _STRETCH):
        start, last = max(0, first - _CONTEXT), min(count, first + _STRETCH)
        heard = _run(_stretch(features, whole, start, min(count, last + _CONTEXT)), layers)
        said[first:last] = np.rint(heard[first - start : last - start] * _STEPS) / _STEPS
    return Activations(said[:, 0], said[:, 1])


def inputs(features: Features) -> NDArray[np.float32]:
    """(n, INPUTS) what the network reads, NETWORK_FRAMES a second from 0 s on."""
    whole = _whole(features)
    return _stretch(features, whole, 0, whole.shape[0])


def _stretch(features: Features, whole: Floats, first: int, end: int) -> NDArray[np.float32]:
    """The rows from ``first`` to ``end``; made anew for each stretch, so that they stay small for a song of hours."""
    pairs = features.attacks[LEAD + 2 * first : LEAD + 2 * end]
    attacks = np.sqrt(pairs.reshape(-1, 2, FINE_BANDS).max(axis=1).astype(np.float32))
    return np.concatenate([attacks, whole[first:end]], axis=1)


def _whole(features: Features) -> NDArray[np.float32]:
    """(n, INPUTS - FINE_BANDS) the columns that are measured against the whole song."""
    count = features.attacks[LEAD:].shape[0] // 2
    rows = np.empty((count, INPUTS - FINE_BANDS), np.float32)
    at = (np.arange(count) + 0.25) / NETWORK_FRAMES * SLOW_FRAMES + 0.5
    for column, (low, high, span) in enumerate(_SPANS):
        rows[:, column] = _change(features.harmony[:, low:high], at, span * SLOW_FRAMES)
    level = features.level[LEAD : LEAD + 2 * count : 2].astype(np.float64)
    loud = max(float(np.percentile(level, 95)), 1e-9) if count else 1.0
    rows[:, -1] = np.clip(1.0 + np.log10(np.maximum(level / loud, 1e-6)) / 3.0, 0.0, 1.5)
    return rows


def _change(harmony: Floats, at: Floats, reach: float) -> Floats:
    """1 - cosine of the harmony before and after each place, 0 where either is nearly silent."""
    if harmony.shape[0] < 2:  # noqa: PLR2004 - nothing to compare
        return np.zeros(at.size)
    sums = Sums(harmony)
    cosine, least, most = (np.empty(at.size) for _ in range(3))
    for first in range(0, at.size, _STRETCH):
        some = slice(first, first + _STRETCH)
        now, before, after = (sums.at(at[some] + shift) for shift in (0.0, -reach, reach))
        before, after = now - before, after - now
        sizes = np.stack([np.linalg.norm(before, axis=1), np.linalg.norm(after, axis=1)])
        cosine[some] = np.sum(before * after, axis=1) / np.maximum(sizes[0] * sizes[1], 1e-12)
        least[some], most[some] = sizes.min(axis=0), sizes.max(axis=0)
    both = np.concatenate([least, most])
    del most
    usual = _QUIET * max(float(np.percentile(both, 75, overwrite_input=True)), 1e-6)
    return np.asarray(np.clip(least / usual, 0.0, 1.0) * (1.0 - np.clip(cosine, 0.0, 1.0)))


def _run(rows: NDArray[np.float32], layers: dict[str, NDArray[np.float32]]) -> Floats:
    """(n, 2) probabilities of beat and downbeat at each row."""
    state = _elu(_convolve(rows, layers["first_weight"], layers["first_bias"], 1))
    for layer, (weight, bias) in enumerate(zip(layers["weights"], layers["biases"], strict=True)):
        state = state + _elu(_convolve(state, weight, bias, 2**layer))
    out = state @ layers["last_weight"] + layers["last_bias"]
    return np.asarray(1.0 / (1.0 + np.exp(-out.astype(np.float64))))


def _convolve(rows: Floats, weight: Floats, bias: Floats, dilation: int) -> Floats:
    """Rows (n, a) with taps (k, a, b) around each place, silence beyond the ends; shape (n, b)."""
    taps, count = weight.shape[0], rows.shape[0]
    out = np.tile(bias, (count, 1))
    for tap in range(taps):
        shift = (tap - taps // 2) * dilation
        low, high = max(0, -shift), min(count, count - shift)
        if low < high:
            out[low:high] += rows[low + shift : high + shift] @ weight[tap]
    return out


def _elu(rows: Floats) -> Floats:
    return np.asarray(np.where(rows > 0, rows, np.expm1(np.minimum(rows, 0))))


@cache
def _weights() -> dict[str, NDArray[np.float32]]:
    data = files("alice_core.music").joinpath("network.npz").read_bytes()
    with np.load(BytesIO(data), allow_pickle=False) as kept:
        return {name: kept[name].astype(np.float32) for name in kept.files}
