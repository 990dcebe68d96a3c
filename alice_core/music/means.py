"""The means of a curve over each beat, bar or section of its song."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from alice_core.music.model import Analysis, Curve

_DIGITS = 4


def per_beat(analysis: Analysis, curve: Curve) -> tuple[float, ...]:
    """The mean of the curve from each beat to the next; the last beat is as long as the one before."""
    return _means(analysis, curve, [beat.sample for beat in analysis.beats])


def per_bar(analysis: Analysis, curve: Curve) -> tuple[float, ...]:
    """The mean of the curve over each bar that begins with a downbeat; the last is as long as the one before."""
    return _means(analysis, curve, [beat.sample for beat in analysis.beats if beat.position == 1])


def per_section(analysis: Analysis, curve: Curve) -> tuple[float, ...]:
    """The mean of the curve over each section."""
    spans = [(section.start, section.end) for section in analysis.sections]
    return _over(curve, spans, analysis.song.sample_rate)


def _means(analysis: Analysis, curve: Curve, starts: list[int]) -> tuple[float, ...]:
    if not starts:
        return ()
    last = starts[-1] + (starts[-1] - starts[-2] if len(starts) > 1 else analysis.song.sample_rate)
    ends = [*starts[1:], min(last, max(analysis.song.samples, starts[-1] + 1))]
    return _over(curve, list(zip(starts, ends, strict=True)), analysis.song.sample_rate)


def _over(curve: Curve, spans: Sequence[tuple[int, int]], sample_rate: int) -> tuple[float, ...]:
    if not curve.values:
        return (0.0,) * len(spans)
    sums = [0.0, *accumulate(curve.values)]
    count = len(curve.values)
    means = []
    for start, end in spans:
        first = min(round(start * curve.rate / sample_rate), count - 1)
        after = min(max(first + 1, round(end * curve.rate / sample_rate)), count)
        means.append(round((sums[after] - sums[first]) / (after - first), _DIGITS) + 0.0)
    return tuple(means)
