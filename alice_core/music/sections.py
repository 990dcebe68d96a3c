"""The sections of a song: the parts of its form on exact samples, named and weighed."""

from __future__ import annotations

from collections import Counter

import numpy as np

from alice_core.music.beats import Pulse
from alice_core.music.features import Features, Floats
from alice_core.music.form import Part, describe_bars, find_parts
from alice_core.music.model import Curve, Section, Song
from alice_core.music.naming import Draft, letter_parts, name_parts, relative_energy
from alice_core.music.tempogram import Onsets

_EVEN_BAR = 2.0  # seconds of a stretch where no bars are known
_SILENCE, _SOME = 0.1, 0.5  # energy of silence; share of a section that must sound to stand for all of it
_ONCE, _AGAIN = 0.5, 0.9  # how sure a label is of a part that comes once, or returns
_BEATLESS = 0.5  # factor of the confidence where borders lie on no downbeat


def find_sections(features: Features, onsets: Onsets, song: Song, pulse: Pulse, energy: Curve) -> tuple[Section, ...]:
    """Sections that tile the song from 0 to its last sample; none only where it has no sample."""
    if song.samples == 0:
        return ()
    edges = _bar_edges(pulse, float(song.seconds))
    parts = find_parts(describe_bars(features, onsets, edges))
    samples = np.rint(edges * song.sample_rate).astype(np.int64)
    samples[0], samples[-1] = 0, song.samples
    borders = [(int(samples[part.first]), int(samples[part.end])) for part in parts]
    means = [_energy(energy, start / song.sample_rate, end / song.sample_rate) for start, end in borders]
    levels = relative_energy(means) if max(means) > _SILENCE else [0.0] * len(means)
    drafts = [
        Draft(part.group, part.end - part.first, level, mean)
        for part, level, mean in zip(parts, levels, means, strict=True)
    ]
    labels = name_parts(drafts) if pulse.beats else letter_parts(drafts)
    trust = 1.0 if pulse.beats else _BEATLESS
    times = Counter(part.group for part in parts)
    return tuple(
        Section(start, end, label, round(level, 4), round(trust * _sure(part, times[part.group]), 4))
        for (start, end), label, level, part in zip(borders, labels, levels, parts, strict=True)
    )


def _energy(curve: Curve, start: float, end: float) -> float:
    """The mean of the energy in a stretch; an echo's silence does not count where there is music beside it."""
    first = min(int(start * curve.rate), len(curve.values) - 1)
    values = np.asarray(curve.values[first : max(first + 1, round(end * curve.rate))])
    heard = values[values > _SILENCE]
    return float((heard if _SOME * values.size <= heard.size else values).mean())


def _sure(part: Part, times: int) -> float:
    return 0.5 * part.strength + 0.5 * (_AGAIN if times > 1 else _ONCE)


def _bar_edges(pulse: Pulse, seconds: float) -> Floats:
    """Edges of the bars in seconds from 0 to the end; where no beats are, bars go on at the same length."""
    downbeats = pulse.times[pulse.bars.position == 1] if pulse.bars is not None else np.zeros(0)
    if downbeats.size < 2:  # noqa: PLR2004 - no bar
        count = max(1, round(seconds / _EVEN_BAR))
        return np.linspace(0.0, seconds, count + 1)
    gap = float(np.median(np.diff(downbeats)))
    before = downbeats[0] - gap * np.arange(1, int(downbeats[0] / gap + 0.5) + 1)[::-1]
    after = downbeats[-1] + gap * np.arange(1, int((seconds - downbeats[-1]) / gap + 0.5) + 1)
    inner = np.concatenate([before, downbeats, after])
    inner = inner[(inner > gap / 2) & (inner < seconds - gap / 2)]
    return np.concatenate([[0.0], inner, [seconds]])
