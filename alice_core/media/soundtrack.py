"""The sound of a movie: any file as AAC stereo at 48 kHz, in step with the picture."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Self

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer

from alice_core.media.sound import Samples, SoundReader, open_sound

SAMPLE_RATE = 48000
"""Samples a second of every movie's sound."""

_BITS = 192_000
_FRAME = 1024  # samples that AAC encodes at a time
_STEREO = 2
# The order of loudspeakers where the file does not say it, by number of channels (FFmpeg's defaults).
_USUAL = {3: "2.1", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}


class Soundtrack:
    """A sound stream that is encoded just ahead of the picture, in constant memory."""

    def __init__(self, reader: SoundReader, container: OutputContainer) -> None:
        self._container = container
        self._stream: AudioStream = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
        self._stream.bit_rate = _BITS
        self._blocks = _stereo(reader)
        self._held = np.zeros((0, _STEREO), np.float32)
        self._done = self._end = 0

    @classmethod
    @contextmanager
    def opened(cls, path: Path, container: OutputContainer) -> Iterator[Self]:
        """A stream of the container with the sound of a file; its end is written when the block ends well.

        Raises:
            NotFound: There is no such file (``ALICE-N01``).
            MediaError: It holds no sound that can be read.
        """
        with open_sound(path) as reader:
            track = cls(reader, container)
            yield track
            track._finish()

    def write_until(self, end: Fraction) -> None:
        """Encode what lies before a moment of the movie, in whole AAC frames."""
        self._end = int(end * SAMPLE_RATE + Fraction(1, 2))
        while self._done + _FRAME <= self._end:
            self._encode(_FRAME)

    def _finish(self) -> None:
        if self._done < self._end:
            self._encode(self._end - self._done)
        self._container.mux(self._stream.encode(None))

    def _encode(self, count: int) -> None:
        while len(self._held) < count:
            block = next(self._blocks, None)
            if block is None:
                block = np.zeros((count - len(self._held), _STEREO), np.float32)
            self._held = np.concatenate([self._held, block])
        samples, self._held = self._held[:count], self._held[count:]
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), "fltp", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, self._done, Fraction(1, SAMPLE_RATE)
        self._done += count
        self._container.mux(self._stream.encode(frame))


def _stereo(reader: SoundReader) -> Iterator[Samples]:
    """The sound as blocks of two channels at 48 kHz, mixed down as FFmpeg does but never louder than full scale."""
    convert: AudioResampler | None = None
    layout = "stereo"
    if reader.channels > _STEREO:
        named = "channels" not in reader.layout and "ambisonic" not in reader.layout
        layout = reader.layout if named else _USUAL.get(reader.channels, "stereo")
    if layout != "stereo" or reader.sample_rate != SAMPLE_RATE:
        # Coefficients that add up to 1 at most: a mix of loud channels would clip.
        convert = AudioResampler(format="fltp", layout="stereo", rate=SAMPLE_RATE, options={"rematrix_maxval": "1.0"})
    for block in reader.blocks(16384):
        if layout == "stereo" and reader.channels != _STEREO:
            # One channel goes to both sides; an unknown many is averaged.
            plain = np.repeat(block.mean(axis=1, keepdims=True, dtype=np.float32), _STEREO, axis=1)
        else:
            plain = block
        if convert is None:
            yield plain
            continue
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(plain).reshape(1, -1), "flt", layout)
        frame.sample_rate = reader.sample_rate
        yield from map(_samples, convert.resample(frame))
    if convert is not None:
        yield from map(_samples, convert.resample(None))


def _samples(frame: AudioFrame) -> Samples:
    return frame.to_ndarray().astype(np.float32, copy=False).T
