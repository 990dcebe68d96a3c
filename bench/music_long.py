"""How long a mix of hours takes to analyse, and in how much memory.

Usage: python bench/music_long.py [HOURS]. The mix is generated: drums and chords whose tempo, level
and density change every few minutes, with pauses between, as a 16-bit stereo WAV file.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

import numpy as np

RATE = 44_100
_SECONDS = 240  # of one piece of the mix
_ANALYSE = """
import sys, time
from pathlib import Path
from alice_core.music.analyse import listen
from alice_core.music.document import to_document
begun = time.perf_counter()
early = []
heard = listen(Path(sys.argv[1]), early=lambda first: early.append(time.perf_counter() - begun))
beats, size = len(heard.analysis.beats), len(to_document(heard.analysis))
print(f"first results after {early[0] if early else 0:.1f} s; {beats} beats, {len(heard.analysis.sections)} sections, ")
print(f"document {size / 1e6:.1f} MB")
"""


def piece(number: int) -> np.ndarray:
    """One piece of the mix, its last three seconds silent; float32 of shape (n, 2)."""
    rng = np.random.default_rng(number)
    sound = np.zeros((_SECONDS * RATE, 2), np.float32)
    gap = 60.0 / rng.uniform(86, 150)
    root = 110.0 * 2.0 ** (rng.integers(0, 12) / 12)
    moment = np.arange(int(0.15 * RATE)) / RATE
    kick = (np.sin(2 * np.pi * np.cumsum(50 + 120 * np.exp(-moment * 40)) / RATE) * np.exp(-moment * 20))[:, None]
    hat = (rng.normal(0, 0.2, (moment.size, 2)) * np.exp(-moment * 90)[:, None]).astype(np.float32)
    snare = (rng.normal(0, 0.3, (moment.size, 2)) * np.exp(-moment * 30)[:, None]).astype(np.float32)
    for beat in range(int((_SECONDS - 3) / gap)):
        at = int(beat * gap * RATE)
        sound[at : at + moment.size] += 0.6 * kick if beat % 2 == 0 else snare
        for part in (0.0, 0.5):
            late = at + int(part * gap * RATE)
            sound[late : late + moment.size] += hat
        if beat % 4 == 0:
            length = np.arange(int(4 * gap * RATE)) / RATE
            tones = root * 2.0 ** (np.array([0, 4, 7]) / 12) * 2.0 ** ([0, 5, 7, 3][beat // 4 % 4] / 12)
            chord = sum(np.sin(2 * np.pi * tone * length) for tone in tones) * 0.06 * np.exp(-length)
            sound[at : at + length.size] += np.asarray(chord, np.float32)[: sound.shape[0] - at, None]
    return sound * np.float32(0.7)


def main() -> None:
    hours = float(sys.argv[1]) if len(sys.argv) > 1 else 3.0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mix.wav"
        pieces = [piece(number) for number in range(6)]
        with wave.open(str(path), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(RATE)
            for number in range(round(hours * 3600 / _SECONDS)):
                file.writeframes((np.clip(pieces[number % 6], -1, 1) * 32767).astype("<i2").tobytes())
        del pieces
        begun = time.perf_counter()
        # A child started by fork counts the parent's memory as its own; a fresh one at least reports its own peak.
        watched = f"{_ANALYSE}\nimport resource\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        done = subprocess.run([sys.executable, "-c", watched, str(path)], capture_output=True, text=True, check=True)
        took = time.perf_counter() - begun
    *told, peak = done.stdout.split("\n")[:-1]
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print("".join(told))
    print(f"{hours:g} h in {took:.0f} s = {hours * 3600 / took:.0f} x real time; peak {int(peak) / 1024:.0f} MB")
    if int(peak) <= own:
        print(f"(the peak may be this program's own {own / 1024:.0f} MB)")


if __name__ == "__main__":
    main()
