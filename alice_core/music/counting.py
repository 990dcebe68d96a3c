"""Which of the tempi that fit the onsets is the one that people would count.

The same pulse can be counted at half, double or three times the tempo, and on or off the
beat. Each such hypothesis is tracked and described by a few numbers that a musician would
name: how usual the tempo is, how strong the beats are against what lies between, whether kick
and snare take turns, and whether chords change on the beats and after two or four of them.
A linear rule weighs them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from alice_core.music.features import FRAMES, LEAD, SLOW_FRAMES, Features, Floats
from alice_core.music.pulse import softened, track
from alice_core.music.tempogram import CENTRE, Onsets

FACTORS = (1.0, 2.0, 0.5, 1.5, 2 / 3, 3.0, 1 / 3)
TIGHTNESS = 100.0
FEWEST = 4


@dataclass(frozen=True, slots=True)
class Count:
    """One way to count the song.

    Attributes:
        beats: Fast frames of the beats.
        period: (n,) beat period in frames at each fast frame.
        traits: What the linear rule weighs.
    """

    beats: NDArray[np.int64]
    period: Floats
    traits: Floats


def counts(features: Features, onsets: Onsets, period: Floats) -> list[Count]:
    """All hypotheses that have at least a few beats."""
    strength = softened(onsets.total)
    peaks = maximum_filter1d(np.concatenate([onsets.bands, onsets.total[:, None]], axis=1), 5, axis=0, mode="constant")
    peaks = peaks / np.maximum(peaks.mean(axis=0), 1e-9)
    change = chord_change(features)
    found = []
    for factor in FACTORS:
        own = period / factor
        if own.min() < 60 * FRAMES / 330 or own.max() > 60 * FRAMES / 28:
            continue
        beats = track(strength, own, TIGHTNESS)
        if beats.size < FEWEST:
            continue
        found.append(Count(beats, own, traits(beats, peaks, change)))
        middles = (beats[:-1] + beats[1:]) // 2
        found.append(Count(middles, own, traits(middles, peaks, change)))
    return found


def chord_change(features: Features, reach: float = 0.4) -> Floats:
    """How much the harmony changes at each fast frame: 1 - cosine of before and after, 0 to 1."""
    total = np.concatenate([np.zeros((1, 24)), np.cumsum(features.harmony, axis=0, dtype=np.float64)])
    at = (np.arange(features.onsets.shape[0]) - LEAD) / FRAMES * SLOW_FRAMES
    width = reach * SLOW_FRAMES

    def mean(start: Floats, end: Floats) -> Floats:
        grid = np.arange(total.shape[0])
        low, high = (np.clip(edge, 0, grid[-1]) for edge in (start, end))
        def read(where: Floats) -> Floats:
            left = np.minimum(where.astype(np.int64), grid[-1] - 1)
            return total[left] + (total[left + 1] - total[left]) * (where - left)[:, None]
        return read(high) - read(low)

    skip = 0.5
    before, after = mean(at - width + skip, at + skip), mean(at + skip, at + width + skip)
    size = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    return np.where(size > 1e-6, 1 - np.sum(before * after, axis=1) / np.maximum(size, 1e-6), 0.0)


def traits(beats: NDArray[np.int64], peaks: Floats, change: Floats) -> Floats:
    gaps = np.diff(beats)
    tempo = np.log2(60 * FRAMES / np.median(gaps) / CENTRE)
    on = peaks[beats]
    inner = beats[:-1]
    half = peaks[(inner + gaps / 2).astype(int)].mean(0)
    quarter = (peaks[(inner + gaps / 4).astype(int)] + peaks[(inner + gaps * 3 / 4).astype(int)]).mean(0) / 2
    third = (peaks[(inner + gaps / 3).astype(int)] + peaks[(inner + gaps * 2 / 3).astype(int)]).mean(0) / 2
    n = beats.size // 2 * 2
    even, odd = on[:n:2], on[1:n:2]
    k = 8  # pairs: alternation may swap sides through the song
    def alt(x):
        d = np.convolve(x, np.ones(k) / k, mode="valid") if x.size >= k else np.array([x.mean()])
        return d
    dl, ds, dt = (alt(even[:, b] - odd[:, b]) for b in (0, 2, 4))
    anti = -np.mean(dl * ds)
    h = change[beats]; hm = change[(inner + gaps / 2).astype(int)]
    hn = h - h.mean()
    v = max(float(np.mean(hn**2)), 1e-9)
    ac = [float(np.mean(hn[l:] * hn[:-l])) / v if hn.size > l + 2 else 0.0 for l in (1, 2, 3, 4, 6, 8)]
    lg = lambda x: np.log(np.maximum(x, 0.05))
    return np.array([tempo**2, tempo, *lg(on.mean(0)), *lg(half), *lg(quarter), *lg(third),
        np.mean(np.abs(dl)), np.mean(np.abs(ds)), np.mean(np.abs(dt)), anti, h.mean(), hm.mean(), *ac])
NAMES = ["tempo2","tempo",*[f"{k}{b}" for k in ("on","half","quarter","third") for b in range(5)],"altlow","altsn","alttot","anti","ch","chm","ac1","ac2","ac3","ac4","ac6","ac8"]
