"""Loudness after EBU R128, measured block by block at any sample rate.

The weighting filter, the gates and the channel weights are those of ITU-R BS.1770-5, the loudness
range is that of EBU Tech 3342. The standard gives its filter at 48 kHz only; at other rates the
analogue filter behind it is mapped anew (Mansbridge, Finn and Reiss, AES 132, 2012). The true
peak is read from the sound oversampled four times by a windowed sinc, wherever two samples reach
half of the highest peak so far; a peak between lower samples is not looked for.
"""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from alice_core.music.features import Floats
from alice_core.music.filters import Filters
from alice_core.music.traits import Loudness

QUIETEST = -70.0
"""LUFS below which nothing counts, and the least value of the curve."""

STEPS = 10
"""Values a second of the momentary loudness."""

_MOMENTARY, _SHORT_TERM = 4, 30  # steps
_GATE, _RANGE_GATE = 10.0, 20.0  # LU below the mean of what is above QUIETEST
_LOW, _HIGH = 10.0, 95.0  # percentiles between which the range lies
_OFFSET = -0.691  # dB, so that 997 Hz at full scale reads -3.01
_SURROUND = 1.41
_WEIGHTS = {
    "2.1": (1, 1, 0),
    "4.0": (1, 1, 1, _SURROUND),
    "quad": (1, 1, _SURROUND, _SURROUND),
    "5.0": (1, 1, 1, _SURROUND, _SURROUND),
    "5.0(side)": (1, 1, 1, _SURROUND, _SURROUND),
    "5.1": (1, 1, 1, 0, _SURROUND, _SURROUND),
    "5.1(side)": (1, 1, 1, 0, _SURROUND, _SURROUND),
    "7.1": (1, 1, 1, 0, 1, 1, _SURROUND, _SURROUND),
}
_HALF, _PHASES = 12, 4  # samples to each side, values for each sample, of the sinc


class Meter:
    """Measures a stream; give it every block of the file as it is.

    Args:
        channels: Of the file.
        sample_rate: Samples a second.
        layout: FFmpeg's name of the channels' order; channels of an unknown one count alike.
    """

    def __init__(self, channels: int, sample_rate: int, layout: str = "") -> None:
        known = _WEIGHTS.get(layout, ())
        self._weights = np.array(known if len(known) == channels else (1.0,) * channels)
        self._filter = Filters([_weighting(sample_rate)], channels)
        self._rate, self._taken = sample_rate, 0
        self._sums = array("d")
        self._open = 0.0
        self._peak = _TruePeak(channels)

    def feed(self, block: NDArray[np.float32]) -> None:
        """Measure the next samples, of shape (n, channels)."""
        if not block.shape[0]:
            return
        sound = np.ascontiguousarray(np.nan_to_num(block, posinf=0.0, neginf=0.0).T, np.float32)
        self._peak.feed(sound)
        heard = self._filter.feed(sound)
        power = np.zeros(heard.shape[1])
        for weight, channel in zip(self._weights, heard, strict=True):
            power += weight * np.square(channel, dtype=np.float64)
        self._add(power)

    def finish(self) -> tuple[Loudness, Floats]:
        """The loudness of all that was fed, and the momentary loudness in LUFS, ten values a second.

        Value i is that of the 400 ms around i / 10 s, as far as they lie in the sound.
        """
        steps = np.array([*self._sums, self._open]) / (self._rate / STEPS)
        momentary = _moving(steps[:-1], _MOMENTARY)
        integrated = _gated_mean(momentary, _GATE)
        width = _range(_moving(steps[:-1], _SHORT_TERM))
        around = np.convolve(steps, np.ones(_MOMENTARY) / _MOMENTARY)[_MOMENTARY // 2 - 1 :]
        curve = np.maximum(_decibels(around[: steps.size]), QUIETEST)
        return Loudness(_told(integrated), _told(width), _told(self._peak.finish())), curve

    def _add(self, power: Floats) -> None:
        # The edge of step k lies at the sample nearest to k tenths of a second, so nothing drifts.
        at, size = 0, power.size
        while at < size:
            edge = ((len(self._sums) + 1) * self._rate + STEPS // 2) // STEPS
            until = min(size, edge - self._taken + at)
            self._open += float(power[at:until].sum())
            self._taken += until - at
            at = until
            if self._taken == edge:
                self._sums.append(self._open)
                self._open = 0.0


class _TruePeak:
    """The highest value of the sound between its samples too."""

    def __init__(self, channels: int) -> None:
        self._rest = np.zeros((channels, 2 * _HALF), np.float32)
        self._taps = _sinc()
        self._peak = 0.0

    def feed(self, sound: NDArray[np.float32]) -> None:
        stream = np.concatenate([self._rest, sound], axis=1)
        self._rest = stream[:, -2 * _HALF :]
        for channel in stream:
            self._look(channel)

    def finish(self) -> float | None:
        self.feed(np.zeros((self._rest.shape[0], 2 * _HALF), np.float32))
        return 20.0 * float(np.log10(self._peak)) if self._peak > 0.0 else None

    def _look(self, channel: NDArray[np.float32]) -> None:
        size = np.abs(channel)
        self._peak = max(self._peak, float(size.max()))
        inner = size[_HALF - 1 : -_HALF]
        places = np.flatnonzero(np.maximum(inner, size[_HALF : channel.size - _HALF + 1]) > 0.5 * self._peak)
        if not places.size:
            return
        for taps in self._taps:
            value = np.zeros(places.size, np.float64)
            for tap, weight in enumerate(taps):
                value += weight * channel[places + tap]
            self._peak = max(self._peak, float(np.abs(value).max()))


def _weighting(rate: int) -> Floats:
    """The K weighting as second-order sections: a shelf of 4 dB, then a high pass at 38 Hz."""
    k = np.tan(np.pi * 1681.974450955533 / rate)
    gain = 10.0 ** (3.999843853973347 / 20.0)
    q, middle = 0.7071752369554196, gain**0.4996667741545416
    a0 = 1.0 + k / q + k * k
    shelf = [gain + middle * k / q + k * k, 2 * (k * k - gain), gain - middle * k / q + k * k]
    shelf = [*(value / a0 for value in shelf), 1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]
    k, q = np.tan(np.pi * 38.13547087602444 / rate), 0.5003270373238773
    a0 = 1.0 + k / q + k * k
    return np.array([shelf, [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0]])


def _sinc() -> Floats:
    """(3, 24) taps that read a sound one, two and three quarters of a sample after the twelfth."""
    rows = []
    for phase in range(1, _PHASES):
        distance = np.arange(2 * _HALF) - (_HALF - 1) - phase / _PHASES
        window = np.i0(6.0 * np.sqrt(np.maximum(0.0, 1.0 - (distance / _HALF) ** 2))) / np.i0(6.0)
        taps = np.sinc(distance) * window
        rows.append(taps / taps.sum())
    return np.stack(rows)


def _moving(steps: Floats, width: int) -> Floats:
    if steps.size < width:
        return np.zeros(0)
    total = np.zeros(steps.size - width + 1)
    for shift in range(width):
        total += steps[shift : shift + total.size]
    return np.asarray(total / width)


def _gated(powers: Floats, gate: float) -> Floats:
    loud = powers[_decibels(powers) > QUIETEST]
    return loud[_decibels(loud) > float(_decibels(loud.mean())) - gate] if loud.size else loud


def _gated_mean(powers: Floats, gate: float) -> float | None:
    kept = _gated(powers, gate)
    return float(_decibels(kept.mean())) if kept.size else None


def _range(powers: Floats) -> float | None:
    kept = _gated(powers, _RANGE_GATE)
    if not kept.size:
        return None
    low, high = np.percentile(_decibels(kept), [_LOW, _HIGH])
    return float(high - low)


def _told(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _decibels(power: Floats) -> Floats:
    return np.asarray(_OFFSET + 10.0 * np.log10(np.maximum(power, 1e-15)))
