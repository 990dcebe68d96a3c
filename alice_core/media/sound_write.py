"""Sound written block by block, as WAV or FLAC, at any rate and with any number of channels."""

from __future__ import annotations

import struct
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

import av
import numpy as np
from av.audio.frame import AudioFrame

from alice_core.errors import ExportError, UsageError
from alice_core.media.files import replacing
from alice_core.media.sound import Samples

SUFFIXES = (".wav", ".flac")
"""Endings of the files that can be written."""

_MOST = 8  # channels that FLAC holds
_LOUDEST = 32767
_LARGEST = 2**32 - 2**16  # bytes of sound in a WAV file

Write: TypeAlias = Callable[[Samples], None]


@contextmanager
def writing_sound(path: Path, sample_rate: int, channels: int, layout: str) -> Iterator[Write]:
    """A function that takes blocks of samples; the file appears whole when the block ends well, or not at all.

    Samples are floats of shape (n, channels), full scale 1, written with 16 bits; louder ones are clipped.

    Args:
        path: A name that ends in ``.wav`` or ``.flac``.
        sample_rate: Samples a second.
        channels: How many.
        layout: FFmpeg's name of their order.

    Raises:
        UsageError: The ending is another one, or FLAC cannot hold so many channels.
        ExportError: It cannot be written, or a WAV file cannot be that long.
    """
    form = path.suffix.lower()
    if form not in SUFFIXES:
        raise UsageError(f"{path.name} is neither a WAV nor a FLAC file", hint="End its name in .wav or .flac.")
    if form == ".flac" and channels > _MOST:
        raise UsageError(f"FLAC holds at most {_MOST} channels, not {channels}", hint="End its name in .wav.")
    with replacing(path) as part:
        writer = _wav(part, sample_rate, channels) if form == ".wav" else _flac(part, sample_rate, layout)
        with writer as write:
            yield write


@contextmanager
def _wav(part: Path, sample_rate: int, channels: int) -> Iterator[Write]:
    written = 0
    with part.open("wb") as file, wave.open(file, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(2)
        sound.setframerate(sample_rate)

        def write(samples: Samples) -> None:
            nonlocal written
            data = _whole(samples).astype("<i2").tobytes()
            written += len(data)
            if written > _LARGEST:
                raise ExportError("a WAV file cannot hold so much sound", hint="End the name in .flac.")
            try:
                sound.writeframesraw(data)
            except struct.error as error:
                raise ExportError("a WAV file cannot hold so much sound", hint="End the name in .flac.") from error

        yield write


@contextmanager
def _flac(part: Path, sample_rate: int, layout: str) -> Iterator[Write]:
    with av.open(str(part), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=sample_rate, layout=layout, format="s16")
        done = 0

        def write(samples: Samples) -> None:
            nonlocal done
            if not len(samples):
                return
            packed = np.ascontiguousarray(_whole(samples).astype(np.int16)).reshape(1, -1)
            frame = AudioFrame.from_ndarray(packed, format="s16", layout=layout)
            frame.sample_rate, frame.time_base, frame.pts = sample_rate, Fraction(1, sample_rate), done
            done += len(samples)
            container.mux(stream.encode(frame))

        yield write
        container.mux(stream.encode(None))


def _whole(samples: Samples) -> Samples:
    whole: Samples = np.rint(np.clip(samples, -1.0, 1.0) * _LOUDEST)
    return whole
