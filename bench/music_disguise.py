"""The same song in another coat - padded, quieter, noisy, coded, resampled - and what comes before a song."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import soxr
from music_clicks import off, times

from alice_core.media.sound import open_sound, write_wav

if TYPE_CHECKING:
    from music import Bench

DISGUISES = ("padded", "quieter", "noisy", "mp3", "48 kHz")
FRONTS = ("silence", "hiss", "drone")
NOISE = 0.1  # of the song's root mean square: 20 dB below it
PAD = 10.0


def disguise(path: Path, kind: str, folder: Path) -> tuple[Path, float]:
    """The disguised file in a folder, and by how many seconds its music is later."""
    target = folder / f"{path.stem}_{kind.replace(' ', '')}{'.mp3' if kind == 'mp3' else '.wav'}"
    pad = PAD if kind == "padded" else 0.0
    if target.exists():
        return target, pad
    with open_sound(path) as reader:
        rate, sound = reader.sample_rate, np.concatenate(list(reader.blocks()))
    if kind == "padded":
        sound = np.concatenate([np.zeros((int(pad * rate), sound.shape[1]), np.float32), sound])
    elif kind == "quieter":
        sound = sound * 10 ** (-12 / 20)
    elif kind == "noisy":
        sound = sound + _hiss(sound.shape, NOISE * float(np.sqrt(np.mean(sound**2))))
    elif kind == "48 kHz":
        rate, sound = 48000, soxr.resample(soxr.resample(sound, rate, 44100), 44100, 48000)
    if kind == "mp3":
        _write_mp3(target, sound, rate)
    else:
        write_wav(target, sound, rate)
    return target, pad


def _write_mp3(target: Path, sound: np.ndarray, rate: int) -> None:
    with av.open(str(target), "w") as container:
        stream = container.add_stream("mp3", rate=rate, layout="mono")
        stream.bit_rate = 192_000
        mono = sound.mean(axis=1)[None].astype(np.float32)
        for first in range(0, mono.shape[1], 1152):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(mono[:, first : first + 1152]), "fltp", "mono")
            frame.rate, frame.pts = rate, first
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def robust(bench: Bench, items: list[tuple[dict, Path]], folder: Path) -> None:
    """How far the grid moves when the song is padded, quieter, coded or resampled."""
    for name in bench.names:
        for kind in DISGUISES:
            shifts, lost = [], 0
            for _, path in items:
                other, pad = disguise(path, kind, folder)
                before = times(bench.ask(name, [path])[str(path)]) + pad
                after = times(bench.ask(name, [other])[str(other)])
                errors, _ = off(after, before)
                lost += max(before.size, after.size) - int(np.sum(np.abs(errors) <= 0.010))
                shifts += list(np.abs(errors) * 1e3)
            total = len(shifts) + lost
            print(
                f"[robust] {name:12} {kind:8} beats moved by more than 10 ms, lost or new: {lost} "
                f"({lost / max(total, 1):.1%}); median move {np.median(shifts or [0]):.2f} ms"
            )


def early(bench: Bench, items: list[tuple[dict, Path]], folder: Path) -> None:
    """Beats before the music where ten seconds of something else come first, and in that alone."""
    for name in bench.names:
        for kind in FRONTS:
            count = 0
            for truth, path in items:
                answer = bench.ask(name, [front := _fronted(path, kind, folder)])[str(front)]
                count += int(np.sum(times(answer) < PAD + truth["beats"][0] - 0.5))
            alone = _alone(kind, folder)
            lonely = times(bench.ask(name, [alone])[str(alone)]).size
            print(
                f"[early] {name:12} {kind:8} in front of {len(items)} songs: {count} beats; 30 s alone: {lonely} beats"
            )


def _fronted(path: Path, kind: str, folder: Path) -> Path:
    target = folder / f"{path.stem}_after_{kind}.wav"
    if not target.exists():
        with open_sound(path) as reader:
            rate, sound = reader.sample_rate, np.concatenate(list(reader.blocks()))
        front = np.repeat(_ground(kind, PAD, rate)[:, None], sound.shape[1], axis=1)
        write_wav(target, np.concatenate([front, sound]), rate)
    return target


def _alone(kind: str, folder: Path) -> Path:
    target = folder / f"alone_{kind}.wav"
    if not target.exists():
        write_wav(target, _ground(kind, 30.0, 44100)[:, None], 44100)
    return target


def _ground(kind: str, seconds: float, rate: int) -> np.ndarray:
    time = np.arange(int(seconds * rate)) / rate
    if kind == "hiss":
        return _hiss(time.shape, 0.01)
    if kind == "drone":
        swell = np.minimum(1, time / 2)
        return (0.2 * swell * sum(np.sin(2 * np.pi * hertz * time) for hertz in (82.0, 123.5))).astype(np.float32)
    return np.zeros(time.size, np.float32)


def _hiss(shape: tuple[int, ...], level: float) -> np.ndarray:
    return (np.random.default_rng(0).standard_normal(shape) * level).astype(np.float32)
