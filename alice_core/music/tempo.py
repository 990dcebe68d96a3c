"""Tempo as people speak of it: one number, how sure it is, what else it could be, and its course.

Whether there is a beat at all is judged on four signs that a beat has and speech, noise,
rain and slow pads lack: the onsets repeat after one to four beats, little happens where the
beat is neither hit nor halved, the distances are even, and there are real attacks.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, maximum_filter1d

from alice_core.music.certainty import Certainty
from alice_core.music.counting import Count
from alice_core.music.features import Features, Floats
from alice_core.music.model import Tempo, TempoAlternative, TempoPoint
from alice_core.music.tempogram import TEMPI, Onsets

NO_BEAT = 0.11
"""Steadiness below which no beat is reported."""

UNSURE = 0.18
"""Steadiness below which the beat is reported with a notice."""

_FULL = 0.3  # steadiness of music with a plain beat
_UNEVEN, _GRID = 0.06, 0.02  # deviation of the log distances: too much / what the frame grid brings
_ATTACK = 0.03  # mean onset strength below which there are no real attacks
_ALTERNATIVES = 7
_SAME_TEMPO, _OTHER_TEMPO = 0.04, 0.02  # relative


def repetition(pulses: Floats, path: Floats) -> float:
    """How strongly the onsets repeat along the tempo path, of a tempogram; 0 not at all, 1 wholly."""
    bins = np.clip(np.rint(np.log2(path / TEMPI[0]) / np.log2(TEMPI[1] / TEMPI[0])).astype(int), 0, TEMPI.size - 1)
    return float(np.mean(pulses[np.arange(path.size), bins]))


def steadiness(features: Features, onsets: Onsets, count: Count, repeats: float) -> float:
    """How steady the beat is: 0 for none, about 0.1 where it is hard to hear, above 0.3 where it is plain.

    Args:
        features: What was heard.
        onsets: Its onset strength.
        count: The beats.
        repeats: See :func:`repetition`.
    """
    peaks = maximum_filter1d(onsets.total, 5, mode="constant")
    gaps = np.diff(count.beats)

    def after(*parts: float) -> float:
        return float(np.mean([peaks[(count.beats[:-1] + gaps * part).astype(np.int64)].mean() for part in parts]))

    between = min(after(0.25, 0.75), after(1 / 3, 2 / 3)) / max(after(0.0), 1e-9)
    steps = np.diff(np.log(gaps))
    low, high = np.percentile(steps, [5, 95])  # a few jumps are new songs in a mix, not an uneven beat
    uneven = max(0.0, float(np.std(np.clip(steps, low, high))) - _GRID)
    attacks = min(1.0, float(features.onsets.mean()) / _ATTACK) ** 2
    even = float(np.exp(-((uneven / _UNEVEN) ** 2)))
    return max(0.0, repeats) * max(0.0, 1.0 - 2.0 * between) * even * attacks


def sureness(steady: float) -> float:
    """Steadiness as a factor of confidence from 0 to 1."""
    return float(np.clip(steady / _FULL, 0.0, 1.0))


def name_tempo(beats: Floats, certainty: Certainty, sure: float) -> Tempo:
    """The main tempo of beats at these seconds, and the other ways to count them.

    The alternative of factor 1 is the same tempo with every beat half a beat later.

    Args:
        beats: At least two times in seconds.
        certainty: Of these beats.
        sure: See :func:`sureness`.
    """
    bpm = _usual_tempo(beats)
    found = tuple(
        TempoAlternative(round(bpm * rival.factor, 3), round(min(1.0, float(np.exp(-rival.margin))), 4), rival.factor)
        for rival in certainty.rivals
    )
    right = float(np.median(np.minimum(certainty.octave, certainty.phase)))
    return Tempo(round(bpm, 3), round(right * min(1.0, 0.5 + sure), 4), found[:_ALTERNATIVES])


def draw_tempo_map(beats: Floats, sample_rate: int) -> tuple[TempoPoint, ...]:
    """The tempo over time, a point wherever it has moved by more than 2 %."""
    gaps = np.diff(beats)
    if gaps.size > 4:  # noqa: PLR2004 - enough beats to smooth over
        padded = np.pad(gaps, 1, mode="edge")
        gaps = np.median(np.stack([padded[:-2], padded[1:-1], padded[2:]]), axis=0)
        gaps = gaussian_filter1d(gaps, 4.0, mode="nearest")
    starts = [0]
    for index, gap in enumerate(gaps):
        if abs(gaps[starts[-1]] / gap - 1) > _OTHER_TEMPO:
            starts.append(index)
    ends = [*starts[1:], gaps.size]
    bpms = [60.0 / float(np.median(gaps[start:end])) for start, end in zip(starts, ends, strict=True)]
    return tuple(
        TempoPoint(round(float(beats[start]) * sample_rate), round(bpm, 3))
        for start, bpm in zip(starts, bpms, strict=True)
    )


def _usual_tempo(beats: Floats) -> float:
    """From the mean of the distances near their median, so that no grid shows in it."""
    gaps = np.diff(beats)
    usual = gaps[np.abs(gaps / np.median(gaps) - 1) < _SAME_TEMPO]
    return float(60.0 / (usual.mean() if usual.size else np.median(gaps)))
