"""How strongly the song pulses at each tempo over time, and the most plausible tempo path.

The method is the classic one: onset strength, its autocorrelation in overlapping windows
(Grosche and Müller 2011), a log-normal preference for tempi near which people tap
(Parncutt 1994), and a Viterbi path through time that prefers to stay.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, maximum_filter1d, uniform_filter1d

from alice_core.music.features import BANDS, FRAMES, Features, Floats

PER_OCTAVE = 60
"""Tempo bins an octave."""

TEMPI = 30.0 * 2.0 ** (np.arange(int(3.4 * PER_OCTAVE)) / PER_OCTAVE)
"""The tempo of each bin in beats a minute, 30 to 316."""

CENTRE = 112.0
"""The tempo that people prefer, in beats a minute."""

_WINDOW, _HOP = 12 * FRAMES, FRAMES // 2
_SPREAD = 0.55  # octaves
_CHUNK = 256  # windows worked on at once, so that memory stays flat
_REACH = 6  # bins that the tempo may move in one hop
_USABLE = (45.0, 230.0)  # beats a minute; a path that unrolls out of it comes back by octaves
_CYCLIC_SPREAD = 1.0
_GAIN = 8.0
_OCTAVE_GAIN = 8.0
_STEP_COST = 0.06
_JUMP_COST = 12.0
_FAINT, _FAINT_TOTAL = 0.03, 0.5  # root mean square below which strength is not lifted to a beat's
_OPEN = 2 * (FRAMES // 10) + 1  # frames around a sound in which the gate is open
_QUIET_DB, _SOUND_DB = -52.0, -38.0  # below the song's loud level: not music / fully music


@dataclass(frozen=True, slots=True)
class Onsets:
    """Onset strength without the slow parts: each of unit root mean square over some seconds.

    Attributes:
        bands: (n, BANDS), of single precision.
        total: (n,), all bands together.
        gate: (n,), 0 where the song is silent against its own loud level, 1 where it sounds.
    """

    bands: Floats
    total: Floats
    gate: Floats

    def together(self) -> Onsets:
        """The same without the bands."""
        return replace(self, bands=self.bands[:0].copy())


def onset_strength(features: Features) -> Onsets:
    """The onsets with their local mean removed and their local strength evened out."""
    gate = gate_of(features.level)
    bands = np.empty((features.onsets.shape[0], BANDS), np.float32)
    total = np.zeros(gate.size)
    for band in range(BANDS):
        even = _even(features.onsets[:, band] * gate, _FAINT)
        total += even
        bands[:, band] = even
    return Onsets(bands, _even(total, _FAINT_TOTAL), gate)


def tempogram(strength: Floats) -> Floats:
    """Pulse strength of shape (windows, TEMPI.size), about 0 to 1, one window each half second."""
    padded = np.concatenate([np.zeros(_WINDOW // 2), strength, np.zeros(_WINDOW // 2 + _HOP)])
    count = strength.size // _HOP + 1
    taper = np.hanning(_WINDOW)
    size = scipy.fft.next_fast_len(2 * _WINDOW)
    ideal = scipy.fft.irfft(np.abs(scipy.fft.rfft(taper, size)) ** 2, size)[:_WINDOW]
    lags = 60.0 * FRAMES / TEMPI
    rows = np.empty((count, TEMPI.size), np.float32)
    for first in range(0, count, _CHUNK):
        starts = np.arange(first, min(count, first + _CHUNK)) * _HOP
        frames = padded[starts[:, None] + np.arange(_WINDOW)] * taper
        power = np.abs(scipy.fft.rfft(frames, size, axis=1)) ** 2
        own = scipy.fft.irfft(power, size, axis=1)[:, :_WINDOW]
        own = own / np.maximum(own[:, :1], 1e-9) / np.maximum(ideal / ideal[0], 0.05)
        rows[first : first + _CHUNK] = sum(_at(own, lags * k) for k in (1, 2, 3, 4)) / 4.0
    return rows


def tempo_path(pulses: Floats) -> Floats:
    """The tempo in beats a minute at each window of the tempogram.

    The path is found on the circle of one octave, where a tempo and its double are one point
    (the cyclic tempogram of Grosche, Müller and Kurth 2010), and then unrolled: so the octave
    stays the same through the song unless the music really speeds up or slows down to another.
    The octave itself is the one with the strongest pulse and the likeliest tempo.
    """
    prior = np.exp(-0.5 * (np.log2(TEMPI / CENTRE) / _CYCLIC_SPREAD) ** 2)
    folded = np.zeros((pulses.shape[0], PER_OCTAVE))
    for first in range(0, TEMPI.size, PER_OCTAVE):
        octave = slice(first, first + PER_OCTAVE)
        part = np.maximum(pulses[:, octave], 0.0) * prior[octave]
        folded[:, : part.shape[1]] += part
    steps = _circle(_GAIN * folded)
    turns = (np.diff(steps) + PER_OCTAVE // 2) % PER_OCTAVE - PER_OCTAVE // 2
    path = steps[0] + np.concatenate([[0], np.cumsum(turns)])
    likely = -0.5 * (np.log2(TEMPI / CENTRE) / _SPREAD) ** 2
    octaves = np.arange(-2, 5) * PER_OCTAVE
    where = np.clip(path[:, None] + octaves, 0, TEMPI.size - 1)
    worth = np.take_along_axis(pulses, where, axis=1) * _OCTAVE_GAIN + likely[where]
    chosen = path + octaves[int(np.argmax(worth.mean(axis=0)))]
    low, high = np.searchsorted(TEMPI, _USABLE)
    octaves_off = np.ceil((low - chosen) / PER_OCTAVE).clip(0) - np.ceil((chosen - high) / PER_OCTAVE).clip(0)
    smooth = gaussian_filter1d(chosen + PER_OCTAVE * octaves_off, 2.0, mode="nearest")
    return np.asarray(TEMPI[0] * 2.0 ** (smooth / PER_OCTAVE))


def _circle(gain: Floats) -> NDArray[np.int64]:
    """The best bin at each row (Viterbi); neighbours on the circle are cheap to reach, all others cost a jump."""
    bins = gain.shape[1]
    offsets = np.arange(-_REACH, _REACH + 1)
    step = (_STEP_COST * np.abs(offsets))[:, None]
    source = (np.arange(bins) + offsets[:, None]) % bins
    best = gain[0].copy()
    back = np.zeros(gain.shape, np.uint8)
    index = np.arange(bins)
    for row in range(1, gain.shape[0]):
        near = best[source] - step
        choice = np.argmax(near, axis=0)
        reached = near[choice, index]
        top = int(np.argmax(best))
        leap = best[top] - _JUMP_COST
        back[row] = np.where(reached >= leap, source[choice, index], top)
        best = np.maximum(reached, leap) + gain[row]
    path = np.empty(gain.shape[0], np.int64)
    path[-1] = int(np.argmax(best))
    for row in range(gain.shape[0] - 1, 0, -1):
        path[row - 1] = back[row, path[row]]
    return path


def periods(path: Floats, frames: int) -> Floats:
    """The beat period in frames at each of ``frames`` frames, from a tempo path."""
    at = np.arange(path.size) * _HOP
    return np.asarray(60.0 * FRAMES / np.interp(np.arange(frames), at, path))


def gate_of(level: Floats) -> Floats:
    """(n,) 0 where frames of this power are silent against the song's own loud level, 1 where it sounds."""
    if not level.size:
        return level
    decibels = 10 * np.log10(np.maximum(level.astype(np.float64), 1e-12))
    loud = float(np.percentile(decibels[decibels > -90], 95)) if (decibels > -90).any() else 0.0  # noqa: PLR2004 - dB of silence
    gate = np.clip((decibels - loud - _QUIET_DB) / (_SOUND_DB - _QUIET_DB), 0.0, 1.0)
    return np.asarray(maximum_filter1d(gate.astype(np.float32), _OPEN))  # an attack begins before it is loud


def _even(strength: Floats, faint: float) -> Floats:
    """Above the local mean, over the local root mean square (but never lifting near-silence)."""
    rise = uniform_filter1d(strength, FRAMES // 2, mode="constant")
    np.maximum(np.subtract(strength, rise, out=rise), 0.0, out=rise)  # in place: it is long for a song of hours
    power = uniform_filter1d(rise**2, 8 * FRAMES, mode="nearest")
    floor = max(0.05 * float(power.max(initial=0.0)), faint**2)
    rise /= np.sqrt(np.maximum(power, floor, out=power), out=power)
    return np.asarray(rise)


def _at(rows: Floats, lags: Floats) -> Floats:
    """Each row read at fractional lags."""
    low = np.minimum(lags.astype(np.int64), rows.shape[1] - 2)
    part = lags - low
    return np.asarray(rows[:, low] * (1 - part) + rows[:, low + 1] * part)
