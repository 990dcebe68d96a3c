"""The instruments of :mod:`music_songs`: drawn at random for each song, so that no two sound alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE = 44100

Sound = NDArray[np.float64]
Draw = Callable[[int], Sound]


def _time(seconds: float) -> Sound:
    return np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def _high(sound: Sound, times: int) -> Sound:
    for _ in range(times):
        sound = np.diff(sound, prepend=0.0)
    return sound / max(float(np.abs(sound).max()), 1e-9)


def _low(sound: Sound, hertz: float) -> Sound:
    """A one-pole low pass, as a convolution with its own short echo."""
    length = int(6 * SAMPLE_RATE / (2 * np.pi * hertz)) + 1
    kernel = np.exp(-2 * np.pi * hertz / SAMPLE_RATE * np.arange(length))
    size = 1 << (sound.size + length).bit_length()
    product = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(kernel / kernel.sum(), size), size)
    return product[: sound.size]


@dataclass
class Kit:
    """A drum kit and players: every stroke is one of a few takes of the same drum."""

    random: np.random.Generator
    strokes: dict[str, list[Sound]] = field(default_factory=dict)

    def stroke(self, name: str) -> Sound:
        """One take of ``kick snare hat open crash clave tom``."""
        if name not in self.strokes:
            draw = getattr(self, f"_{name}")()
            self.strokes[name] = [draw(take) for take in range(3)]
        return self.strokes[name][int(self.random.integers(3))]

    def _noise(self, time: Sound) -> Sound:
        return self.random.standard_normal(time.size)

    def _kick(self) -> Draw:
        base, sweep, decay = self.random.uniform(42, 65), self.random.uniform(40, 160), self.random.uniform(0.06, 0.2)
        click = self.random.uniform(0.0, 0.5)

        def draw(_take: int) -> Sound:
            t = _time(0.4)
            body = np.sin(2 * np.pi * (base * t + sweep * 0.03 * (1 - np.exp(-t / 0.03)))) * np.exp(-t / decay)
            return body + click * self._noise(t) * np.exp(-t / 0.004) * 0.4

        return draw

    def _snare(self) -> Draw:
        tone, decay = self.random.uniform(160, 240), self.random.uniform(0.04, 0.14)
        wires, bright = self.random.uniform(0.4, 1.2), int(self.random.integers(0, 2))

        def draw(_take: int) -> Sound:
            t = _time(0.35)
            shell = np.sin(2 * np.pi * tone * t) * np.exp(-t / 0.05)
            return 0.6 * shell + wires * _high(self._noise(t), bright) * np.exp(-t / decay) * 0.6

        return draw

    def _hat(self) -> Draw:
        decay = self.random.uniform(0.012, 0.04)

        def draw(_take: int) -> Sound:
            t = _time(0.12)
            return _high(self._noise(t), 2) * np.exp(-t / decay) * 0.5

        return draw

    def _open(self) -> Draw:
        def draw(_take: int) -> Sound:
            t = _time(0.5)
            return _high(self._noise(t), 2) * np.exp(-t / 0.14) * 0.5

        return draw

    def _crash(self) -> Draw:
        def draw(_take: int) -> Sound:
            t = _time(2.2)
            return _high(self._noise(t), 1) * np.exp(-t / 0.7) * np.minimum(1, t / 0.003) * 0.6

        return draw

    def _clave(self) -> Draw:
        tone = self.random.uniform(700, 2400)

        def draw(_take: int) -> Sound:
            t = _time(0.15)
            return np.sin(2 * np.pi * tone * t) * np.exp(-t / 0.025) * 0.7

        return draw

    def _tom(self) -> Draw:
        tone = self.random.uniform(80, 160)

        def draw(take: int) -> Sound:
            t = _time(0.4)
            return np.sin(2 * np.pi * tone * (1 + 0.2 * take) * t * (1 + 0.3 * np.exp(-t / 0.03))) * np.exp(-t / 0.12)

        return draw


@dataclass
class Band:
    """Bass, chords and a lead, each one of some kinds, with notes kept once drawn."""

    random: np.random.Generator
    kinds: dict[str, str]
    kept: dict[tuple[str, int, int], Sound] = field(default_factory=dict)

    def note(self, part: str, pitch: int, seconds: float) -> Sound:
        """A note of a part (``bass chords lead``) at a MIDI pitch."""
        length = max(1, round(seconds * 8))
        key = (part, pitch, length)
        if key not in self.kept:
            self.kept[key] = getattr(self, f"_{self.kinds[part]}")(440 * 2 ** ((pitch - 69) / 12), length / 8)
        return self.kept[key]

    def _pluck(self, hertz: float, seconds: float) -> Sound:
        t = _time(min(seconds + 0.3, 2.0))
        sound = sum(
            np.sin(2 * np.pi * hertz * k * (1 + 2e-4 * k * k) * t) / k * np.exp(-t * (1.2 + 0.9 * k))
            for k in range(1, 9)
            if hertz * k < 12000
        )
        return sound * np.minimum(1, t / 0.002) * np.minimum(1, (t[-1] - t) / 0.05) * 0.4

    def _saw(self, hertz: float, seconds: float) -> Sound:
        t = _time(seconds)
        sound = sum(np.sin(2 * np.pi * hertz * k * t) / k for k in range(1, max(2, min(24, int(9000 / hertz)))))
        return _fade(t, sound, 0.006) * 0.3

    def _fuzz(self, hertz: float, seconds: float) -> Sound:
        t = _time(seconds)
        sound = sum(np.sin(2 * np.pi * hertz * r * k * t) / k for r in (1, 1.4983) for k in range(1, 10))
        return _fade(t, np.tanh(4 * sound), 0.004) * 0.22

    def _organ(self, hertz: float, seconds: float) -> Sound:
        t = _time(seconds)
        sound = sum(np.sin(2 * np.pi * hertz * k * t) * a for k, a in ((1, 1), (2, 0.6), (3, 0.3), (4, 0.25)))
        return _fade(t, sound, 0.012) * 0.25

    def _pad(self, hertz: float, seconds: float) -> Sound:
        t = _time(seconds + 0.5)
        sound = sum(np.sin(2 * np.pi * hertz * d * k * t) / k**1.5 for d in (0.996, 1.004) for k in range(1, 6))
        return _fade(t, sound, 0.18) * 0.2

    def _voice(self, hertz: float, seconds: float) -> Sound:
        t = _time(seconds)
        phase = 2 * np.pi * np.cumsum(hertz * (1 + 0.012 * np.sin(2 * np.pi * 5.3 * t) - 0.05 * np.exp(-t / 0.05)))
        phase = phase / SAMPLE_RATE
        formant = self.random.uniform(500, 1100)
        sound, low, high = np.zeros(t.size), np.zeros(t.size), np.sin(phase)
        turn = 2 * np.cos(phase)
        for k in range(1, 14):  # sin(k x) from the two before it
            sound += high * (np.exp(-(((hertz * k - formant) / 600) ** 2)) + 0.15 / k)
            low, high = high, turn * high - low
        breath = _low(self.random.standard_normal(t.size), 4000) * np.exp(-t / 0.04) * 0.3
        return _fade(t, sound + breath, 0.035) * 0.35


def _fade(time: Sound, sound: Sound, attack: float) -> Sound:
    return sound * np.minimum(1, time / attack) * np.minimum(1, (time[-1] - time) / 0.04 + 1e-3)
