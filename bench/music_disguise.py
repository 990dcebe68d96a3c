"""The same song in another coat: padded, quieter, through MP3, at another rate."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import soxr

from alice_core.media.sound import open_sound, write_wav

DISGUISES = ("padded", "quieter", "mp3", "48 kHz")
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
