"""The form of a song on its bars: where a part ends, and which parts are the same.

A border is where the bars after differ from the bars before (the checkerboard novelty of
Foote 2000 over 1, 4 and 8 bars: the long spans say that something begins, the short one on which
bar) and where what repeats changes (structure features, Serra et al. 2012); of all borders those
are kept whose parts have usual lengths, by dynamic programming. Music in parts of 8 and 16 bars
and music whose parts have any length are two explanations, and the better one is taken: so a song
of regular parts is held to them, and a part of 5 or 7 bars is not pulled to 4 or 8.
Parts are the same when their bars, one after the other, are alike. Only a band of the
self-similarity is ever computed, so three hours cost little more memory than three minutes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import uniform_filter1d

from alice_core.music.features import FRAMES, LEAD, Features, Floats
from alice_core.music.meter import between_beats
from alice_core.music.sums import Sums
from alice_core.music.tempogram import Onsets

_SPANS = {1: 0.23, 4: 0.385, 8: 0.385}  # bars compared before and after a border, and the weight of each
_LAG_SPANS = {2: 0.2, 4: 0.7}  # the same of what repeats, against what sounds
_FEWEST = 8  # bars of a song that can have parts
_VARIED, _STILL = 0.8, 0.2  # mean contrast of a song with a form; deviation below which nothing stands out
_END_COST = 1.4  # the most that a short intro or ending costs, against 3 and more of another short part
_SHORT_END = 2  # bars; an echo after the last chord is no part
_BAND = 256  # bars over which repetition is looked for
_LEAST = 0.0  # novelty, in deviations, below which nothing new begins ...
_NO_BORDER = 2.0  # ... and what then speaks against a border
_LONGEST = 64  # bars of a part
_BORDER_COST = 0.1  # in deviations of the novelty
_USUAL = {8: 0.0, 16: 0.2, 4: 0.5, 12: 0.3, 6: 0.7, 24: 0.7, 10: 0.7, 32: 0.9, 20: 0.8}  # cost of a part by its bars
_RARE = 4  # bars below which a part is rare
_ANY, _SOME = 0.4, 0.2  # cost of every part where parts have any length / share of the usual lengths' cost in it
_AT_ONCE = 256  # bars compared at once
_SAME = 0.45  # likeness from which two parts are the same


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the form.

    Attributes:
        first: Its first bar.
        end: The bar after its last.
        group: Parts of one group are repetitions of each other; numbered by first appearance.
        strength: Of the border at its start, from 0 to 1.
    """

    first: int
    end: int
    group: int
    strength: float


def describe_bars(features: Features, onsets: Onsets, edges: Floats) -> Floats:
    """(bars, d) what each bar sounds like: harmony, timbre, rhythm and level, each of equal total weight."""
    harmony = between_beats(features.harmony, edges)
    folded = harmony[:, :12] * 0.5 + harmony[:, 12:]
    folded = folded / np.maximum(np.linalg.norm(folded, axis=1, keepdims=True), 1e-6)
    timbre = between_beats(features.timbre, edges)
    frames = np.clip(np.rint(edges * FRAMES).astype(np.int64) + LEAD, 0, features.onsets.shape[0])
    rhythm = np.diff(Sums(features.onsets, onsets.gate).at(frames), axis=0) / np.maximum(np.diff(frames), 1)[:, None]
    power = np.concatenate([[0.0], np.cumsum(features.level, dtype=np.float64)])
    level = np.diff(power[frames]) / np.maximum(np.diff(frames), 1)
    decibels = np.maximum(10 * np.log10(np.maximum(level, 1e-12)), -90.0)[:, None]
    blocks = [(folded, 1.0, 0.2), (timbre, 1.0, 0.6), (rhythm, 0.8, 0.012), (decibels, 0.6, 0.5)]
    return np.concatenate([_unit(block, least) * weight for block, weight, least in blocks], axis=1)


def find_parts(bars: Floats) -> list[Part]:
    """The parts that tile all bars (a table of :func:`describe_bars`)."""
    count = bars.shape[0]
    if count < _FEWEST:
        return [Part(0, count, 0, 0.0)]
    novelty = _novelty(bars)
    starts = _best_borders(novelty)
    if len(starts) > 1 and count - starts[-1] < _SHORT_END:
        starts.pop()
    ends = [*starts[1:], count]
    groups = _groups(bars, starts, ends)
    top = max(float(np.percentile(novelty, 95)), 1e-9)
    return [
        Part(start, end, group, float(np.clip(novelty[start] / top, 0.0, 1.0)) if start else 1.0)
        for start, end, group in zip(starts, ends, groups, strict=True)
    ]


def _unit(block: Floats, least: float) -> Floats:
    """Columns around their median, scaled so that a usual row has length 1.

    An odd row (the last echo) has at most 2, and rows that differ by less than ``least`` are not blown up to 1.
    """
    varied = block - np.median(block, axis=0)
    lengths = np.linalg.norm(varied, axis=1)
    usual = max(float(np.sqrt(np.mean(np.minimum(lengths, 2 * np.median(lengths)) ** 2))), least)
    return np.asarray(varied / np.maximum(usual, lengths / 2.0)[:, None])


def _novelty(bars: Floats) -> Floats:
    """(bars,) how much the song changes at the start of each bar, in deviations.

    In a song that never changes much (noise, one pattern all through) every border loses worth.
    """
    near = {span: _contrast(bars, span) for span in _SPANS}
    varied = min(1.0, float((near[4] + near[8]).mean()) / 2 / _VARIED) ** 2
    weighed = np.sum([near[span] * weight for span, weight in _SPANS.items()], axis=0)
    change = _deviations(weighed, _STILL)
    repetition = _repetition(bars)
    for span, weight in _LAG_SPANS.items():
        change = change + weight * _deviations(_contrast(repetition, span), _STILL)
    return (varied - 1.0) * _NO_BORDER + varied * change


def _contrast(rows: Floats, span: int) -> Floats:
    """Distance of the mean of the next ``span`` rows from that of the last, 0 at both ends."""
    count = rows.shape[0]
    steps = np.concatenate([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0)])
    out = np.empty(count)
    for first in range(0, count, _AT_ONCE):  # so that what is in between stays small for a song of hours
        at = np.arange(first, min(count, first + _AT_ONCE))
        low, high = np.maximum(at - span, 0), np.minimum(at + span, count)
        before = (steps[at] - steps[low]) / np.maximum(at - low, 1)[:, None]
        after = (steps[high] - steps[at]) / np.maximum(high - at, 1)[:, None]
        sure = np.minimum(at - low, high - at) / span
        out[at] = np.linalg.norm(after - before, axis=1) * np.sqrt(sure)
    return out


def _repetition(bars: Floats) -> Floats:
    """(bars, lags) how alike each bar and the bar ``lag`` away are, smoothed along the song."""
    count = bars.shape[0]
    reach = min(_BAND, count - 1)
    unit = bars / np.maximum(np.linalg.norm(bars, axis=1, keepdims=True), 1e-6)
    alike = np.zeros((count, 2 * reach), np.float32)
    for lag in range(1, reach + 1):
        same = np.maximum(np.sum(unit[lag:] * unit[:-lag], axis=1), 0.0) ** 2
        alike[lag:, reach - lag] = same
        alike[:-lag, reach + lag - 1] = same
    return np.asarray(uniform_filter1d(alike, 3, axis=0, mode="nearest"))


def _deviations(series: Floats, least: float) -> Floats:
    return np.asarray((series - series.mean()) / max(float(series.std()), least))


def _length_costs() -> tuple[Floats, Floats]:
    """What speaks against a part of 1, 2, ... bars in music of regular parts, and in music of any parts.

    In regular music parts of 8, 16, 4 and 12 bars are usual; parts of 1 to 3 are rare in both.
    """
    lengths = np.arange(1, _LONGEST + 1)
    rare = 2.0 * np.maximum(_RARE - lengths, 0)
    regular = np.array([_USUAL.get(int(length), 1.0) for length in lengths]) + rare
    return regular, np.where(lengths < _RARE, rare + _ANY, _ANY + _SOME * regular)


def _best_borders(novelty: Floats) -> list[int]:
    """First bars of the parts, from 0, by the explanation that the song bears out better."""
    found = [_borders(novelty, costs) for costs in _length_costs()]
    return max(found, key=lambda explained: explained[0])[1]


def _borders(novelty: Floats, costs: Floats) -> tuple[float, list[int]]:
    """The best parts by what they cost at each length: their worth, and their first bars."""
    count = novelty.size
    best = np.full(count + 1, -np.inf)
    best[0] = 0.0
    back = np.zeros(count + 1, np.int64)
    worth = np.where(novelty > _LEAST, novelty, novelty - _NO_BORDER)
    for end in range(1, count + 1):
        lengths = np.arange(1, min(_LONGEST, end) + 1)
        own = costs[lengths - 1].copy()
        at_end = (lengths >= _SHORT_END) & ((lengths == end) | (end == count))
        own[at_end] = np.minimum(own[at_end], _END_COST)  # intros and outros have any length
        reached = best[end - lengths] - own - _BORDER_COST
        choice = int(np.argmax(reached))
        best[end] = reached[choice] + (worth[end] if end < count else 0.0)
        back[end] = end - lengths[choice]
    starts, end = [], count
    while end > 0:
        end = int(back[end])
        starts.append(end)
    return float(best[count]), starts[::-1]


def _groups(bars: Floats, starts: list[int], ends: list[int]) -> list[int]:
    """A group for each part: that of the most alike earlier part, else a new one."""
    shape = 8
    prints = np.stack([_fingerprint(bars[a:b], shape) for a, b in zip(starts, ends, strict=True)])
    prints = prints / np.maximum(np.linalg.norm(prints, axis=1, keepdims=True), 1e-6)
    alike = prints @ prints.T
    groups: list[int] = []
    for part in range(len(starts)):
        best = int(np.argmax(alike[part, :part])) if part else 0
        known = part > 0 and alike[part, best] >= _SAME
        groups.append(groups[best] if known else max(groups, default=-1) + 1)
    return groups


def _fingerprint(bars: Floats, shape: int) -> Floats:
    """The bars of a part stretched or repeated to ``shape`` bars, as one vector."""
    length = bars.shape[0]
    if length % 4 == 0 and shape % 4 == 0 and length <= shape:
        rows = bars[np.arange(shape) % length]
    elif length % shape == 0:
        rows = bars.reshape(-1, shape, bars.shape[1]).mean(axis=0)
    else:
        rows = bars[np.minimum((np.arange(shape) + 0.5) * length / shape, length - 1).astype(np.int64)]
    return np.asarray(rows.ravel())
