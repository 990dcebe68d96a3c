"""The tones of the demo song: bass, pad, pluck and lead, drawn in numpy.

Sounds are mono ``float32`` arrays at :data:`SAMPLE_RATE` and may not be written to, since
the same note is drawn only once.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 44_100
"""Samples a second of the demo song."""

Wave = NDArray[np.float32]

_TABLE = 8192
_A4 = 69


@cache
def bass(note: int, samples: int) -> Wave:
    """A round bass note with a little bite at its start."""
    time = np.arange(samples) / SAMPLE_RATE
    dark, full = _read(note, samples, 3, 1.6), _read(note, samples, 12, 1.0)
    bite = np.exp(-time / 0.09)
    return _wave((dark * (1 - 0.6 * bite) + full * 0.6 * bite) * _gate(samples, 0.004, 0.03))


@cache
def pad(notes: tuple[int, ...], samples: int, brightness: float) -> tuple[Wave, Wave]:
    """A chord of detuned saws behind a filter that opens with ``brightness``, left and right."""
    sides = []
    for detune in (0.9975, 1.0025):
        chord = np.zeros(samples)
        for index, note in enumerate(notes):
            ratio = detune if index % 2 else 2 - detune
            dark, full = _read(note, samples, 4, 1.7, ratio), _read(note, samples, 40, 1.0, 1 / ratio)
            swell = np.minimum(1, np.arange(samples) / (0.7 * samples)) * brightness
            chord += dark * (1 - 0.5 * swell) + full * swell
        sides.append(_wave(chord / len(notes) * _gate(samples, 0.06, 0.12)))
    return sides[0], sides[1]


@cache
def pluck(note: int) -> Wave:
    """A short bell-like pluck."""
    time = _time(0.7)
    tone = _read(note, len(time), 16, 1.1) * np.exp(-time / 0.07) + _read(note, len(time), 2, 1.5) * np.exp(-time / 0.2)
    return _wave(tone * np.minimum(1, time / 0.002))


@cache
def lead(note: int, samples: int) -> Wave:
    """A singing tone with late vibrato."""
    time = np.arange(samples) / SAMPLE_RATE
    depth = 0.0045 * np.clip((time - 0.18) / 0.3, 0, 1)
    phase = np.cumsum(_pitch(note) * (1 + depth * np.sin(2 * np.pi * 5.3 * time))) / SAMPLE_RATE
    turns = 2 * np.pi * phase
    tone = (
        np.sin(turns)
        + 0.4 * np.sin(2 * turns)
        + 0.28 * np.sin(3 * turns)
        + 0.16 * np.sin(5 * turns)
        + 0.1 * np.sin(7 * turns)
    )
    return _wave(tone * _gate(samples, 0.02, 0.09) * (0.75 + 0.25 * np.exp(-time / 0.2)))


def _pitch(note: int) -> float:
    """The frequency of a MIDI note in Hz, A4 = 440."""
    return float(440.0 * 2.0 ** ((note - _A4) / 12))


def _time(seconds: float) -> NDArray[np.float64]:
    return np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def _wave(sound: NDArray[np.float64]) -> Wave:
    wave = sound.astype(np.float32)
    wave.flags.writeable = False
    return wave


def _gate(samples: int, attack: float, release: float) -> NDArray[np.float64]:
    place = np.arange(samples) / SAMPLE_RATE
    return np.minimum(1, np.minimum(place / attack, (samples / SAMPLE_RATE - place) / release))


@cache
def _table(harmonics: int, slope: float) -> NDArray[np.float64]:
    """One turn of a saw of so many harmonics, the nth as strong as ``n ** -slope``."""
    turn = 2 * np.pi * np.arange(_TABLE) / _TABLE
    return np.asarray(sum(np.sin(n * turn) / n**slope for n in range(1, harmonics + 1)))


def _read(note: int, samples: int, harmonics: int, slope: float, ratio: float = 1.0) -> NDArray[np.float64]:
    """A steady tone from a table, with no harmonic above 16 kHz."""
    frequency = _pitch(note) * ratio
    table = _table(max(1, min(harmonics, int(16_000 / frequency))), slope)
    step = frequency * _TABLE / SAMPLE_RATE
    return table[(np.arange(samples) * step).astype(np.int64) % _TABLE]
