"""Sounds with a known beat, made of numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from alice_core.media.sound import write_wav
from alice_core.music.analyse import listen

MAJOR, MINOR = (220.0, 277.2, 329.6), (220.0, 261.6, 329.6)


class Studio:
    """Builds sounds and has them analysed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def hear(self, sound, rate):
        path = self.folder / "song.wav"
        write_wav(path, sound, rate)
        return listen(path)

    def analyse(self, sound, rate):
        return self.hear(sound, rate).analysis

    @staticmethod
    def kick(rate):
        time = np.arange(int(0.15 * rate)) / rate
        return np.sin(2 * np.pi * np.cumsum(50 + 120 * np.exp(-time * 40)) / rate) * np.exp(-time * 20)

    @staticmethod
    def noise(rate, seconds, fall, seed=1):
        time = np.arange(int(seconds * rate)) / rate
        return np.random.default_rng(seed).normal(0, 0.35, time.size) * np.exp(-time * fall)

    @staticmethod
    def tick(rate):
        time = np.arange(int(0.03 * rate)) / rate
        return 0.8 * np.sin(2 * np.pi * 1500 * time) * np.exp(-time * 200)

    @staticmethod
    def put(sound, rate, second, what):
        at = round(second * rate)
        sound[at : at + what.size] += what[: max(0, sound.size - at)]

    def clicks(self, rate, times, seconds, what=None):
        sound = np.zeros(int(seconds * rate))
        for time in times:
            self.put(sound, rate, time, self.tick(rate) if what is None else what)
        return sound

    def drums(self, rate, beats, seconds, *, meter=4, chords=None):
        """Kick on the first beat (and softer on the third of four), snare after, hats on halves."""
        sound = np.zeros(int(seconds * rate))
        kick, snare, hat = self.kick(rate), self.noise(rate, 0.12, 30), 0.3 * self.noise(rate, 0.04, 120, 2)
        gaps = np.append(np.diff(beats), beats[-1] - beats[-2])
        for number, (beat, gap) in enumerate(zip(beats, gaps, strict=True)):
            place = number % meter
            if place == 0 or (meter == 4 and place == 2):
                self.put(sound, rate, beat, kick * (1.0 if place == 0 else 0.7))
            else:
                self.put(sound, rate, beat, snare)
            self.put(sound, rate, beat, hat)
            self.put(sound, rate, beat + gap / 2, hat)
            if chords and place == 0:
                root = chords[number // meter % len(chords)]
                length = np.arange(min(int(meter * gap * rate), sound.size - round(beat * rate))) / rate
                chord = sum(np.sin(2 * np.pi * tone * 2 ** (root / 12) * length) for tone in MAJOR)
                self.put(sound, rate, beat, 0.06 * chord * np.exp(-length))
        return 0.6 * sound


@pytest.fixture
def studio(tmp_path):
    return Studio(tmp_path)
