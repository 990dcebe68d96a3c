"""Beats of click tracks: their bias, spread, drift and octave."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from alice_core.media.sound import write_wav

if TYPE_CHECKING:
    from music import Bench


def clicks(bench: Bench, folder: Path) -> None:
    """Bias, spread and drift of beats on click tracks."""
    cases = []
    for rate in (44100, 48000, 96000):
        for bpm in (40, 52, 60, 75, 90, 105, 120, 140, 160, 180, 200, 240):
            for voice in ("tick", "kick"):
                path = folder / f"click_{voice}_{bpm}_{rate}.wav"
                true = np.arange(0.5, 30, 60 / bpm)
                if not path.exists():
                    write_wav(path, _clicks(true, 31, rate, voice), rate)
                cases.append((rate, voice, bpm, true, path))
    for name in bench.names:
        answers = bench.ask(name, [case[-1] for case in cases])
        for rate in (44100, 48000, 96000):
            print(
                f"[clicks] {name:12} {rate} Hz "
                + "; ".join(_clicked(cases, answers, rate, v) for v in ("tick", "kick"))
            )
    for bpm in (77, 131):
        path, true = folder / f"long_{bpm}.wav", np.arange(0.5, 600, 60 / bpm)
        if not path.exists():
            write_wav(path, _clicks(true, 601, 44100, "tick"), 44100)
        for name in bench.names:
            found = times(bench.ask(name, [path])[str(path)])
            errors, at = off(found, true)
            slope = np.polyfit(at, errors, 1)[0] * 600 * 1e3 if errors.size > 9 else float("nan")
            print(f"[clicks] {name:12} 10 minutes at {bpm}: drift {slope:+.2f} ms, {errors.size}/{true.size} clicks")


def _clicked(cases: list, answers: dict, rate: int, voice: str) -> str:
    biases, spreads, factors = [], [], []
    for at_rate, of, bpm, true, path in cases:
        if (at_rate, of) == (rate, voice):
            found = times(answers[str(path)])
            errors, _ = off(found, true)
            if errors.size:
                biases.append(np.median(errors) * 1e3)
                spreads.append(np.median(np.abs(errors)) * 1e3)
            heard = 60 / np.median(np.diff(found)) if found.size > 2 else 0
            factors.append(f"{bpm}->{heard:.0f}" if abs(heard / bpm - 1) > 0.04 else "")
    if not biases:
        return f"{voice}: nothing"
    worst = max(biases, key=abs)
    octaves = " ".join(filter(None, factors)) or "right"
    middle = f"bias {np.median(biases):+.1f} (worst {worst:+.1f}) abs {np.median(spreads):.1f} ms"
    return f"{voice}: {middle}, octaves {octaves}"


def off(found: np.ndarray, true: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Signed errors of the true clicks that have a beat within 100 ms, and where they lie."""
    if not found.size:
        return np.zeros(0), np.zeros(0)
    nearest = found[np.abs(found[None] - true[:, None]).argmin(axis=1)]
    near = np.abs(nearest - true) < 0.1
    return (nearest - true)[near], true[near]


def times(answer: dict) -> np.ndarray:
    """Seconds of the beats of an answer."""
    return np.array([beat["time"] if isinstance(beat, dict) else beat for beat in answer["beats"]], float)


def _clicks(true: np.ndarray, seconds: float, rate: int, voice: str) -> np.ndarray:
    t = np.arange(int(0.1 * rate)) / rate
    one = np.sin(2 * np.pi * 1500 * t) * np.exp(-t / 0.01)
    if voice == "kick":
        one = np.sin(2 * np.pi * (50 * t + 100 * 0.03 * (1 - np.exp(-t / 0.03)))) * np.exp(-t / 0.06) + 0.3 * one
    sound = np.zeros(int(seconds * rate), np.float32)
    for at in np.rint(true * rate).astype(int):
        sound[at : at + t.size] += 0.7 * one[: sound.size - at]
    return sound
