"""The drums of the demo song, and the noise that they are made of."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from alice_core.music.instruments import SAMPLE_RATE, Wave


@cache
def drum(name: str) -> Wave:
    """One stroke of ``kick``, ``snare``, ``clap``, ``hat``, ``open`` or ``crash``."""
    if name == "kick":
        time = _time(0.34)
        body = np.sin(2 * np.pi * (46 * time + 105 * 0.028 * (1 - np.exp(-time / 0.028)))) * np.exp(-time / 0.13)
        return _wave(body + 0.25 * _bright(noise(len(time), 1)) * np.exp(-time / 0.004))
    if name == "snare":
        time = _time(0.26)
        tone = np.sin(2 * np.pi * 192 * time) * np.exp(-time / 0.05) + np.sin(2 * np.pi * 331 * time) * np.exp(
            -time / 0.03
        )
        return _wave(
            0.5 * tone + (0.35 * noise(len(time), 20) + 0.6 * _bright(noise(len(time), 2))) * np.exp(-time / 0.075)
        )
    if name == "clap":
        time = _time(0.25)
        bursts = sum(np.where(time >= late, np.exp(-(time - late) / 0.009), 0) for late in (0.0, 0.011, 0.023))
        tail = np.where(time >= 0.03, np.exp(-(time - 0.03) / 0.08), 0)  # noqa: PLR2004 - after the bursts
        return _wave((0.35 * noise(len(time), 30) + 0.5 * _bright(noise(len(time), 3))) * (0.6 * bursts + tail))
    length, decay, seed = {"hat": (0.07, 0.016, 4), "open": (0.3, 0.09, 5), "crash": (2.6, 0.75, 6)}[name]
    time = _time(length)
    return _wave(_bright(_bright(noise(len(time), seed))) * np.exp(-time / decay) * np.minimum(1, time / 0.001))


def riser(samples: int) -> Wave:
    """Noise that swells and brightens up to its last sample."""
    grow = np.linspace(0, 1, samples) ** 2.2
    hiss = noise(samples, 7)
    return _wave((_bright(hiss) * grow + 0.3 * hiss * grow * (1 - grow)) * 0.6)


def noise(samples: int, seed: int) -> NDArray[np.float64]:
    """White noise from -1 to 1, from the raw bits of PCG64, which numpy keeps the same for ever."""
    raw = np.random.PCG64(seed).random_raw(samples)
    return (raw >> np.uint64(11)).astype(np.float64) / 2**52 - 1


def _bright(sound: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sound without its lows: the difference of neighbours."""
    return np.diff(sound, prepend=0.0) * 0.7


def _time(seconds: float) -> NDArray[np.float64]:
    return np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def _wave(sound: NDArray[np.float64]) -> Wave:
    wave = sound.astype(np.float32)
    wave.flags.writeable = False
    return wave
