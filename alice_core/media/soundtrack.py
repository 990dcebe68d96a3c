"""The sound of a movie: any file as AAC stereo at 48 kHz, in step with the picture."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Self, TypeAlias

import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet

from alice_core.media.sound import Samples, SoundReader, open_sound

SAMPLE_RATE = 48000
"""Samples a second of every movie's sound."""

Encoded: TypeAlias = "list[Packet[AudioStream]]"

_BITS = 192_000
_FRAME = 1024  # samples that AAC encodes at a time
_STRETCH = Fraction(1, 2)  # seconds encoded at a time: handing over more often costs more than it gives
_BEHIND = 4  # stretches that the sound may fall behind before the picture waits for it
_STEREO = 2
# The order of loudspeakers where the file does not say it, by number of channels (FFmpeg's defaults).
_USUAL = {3: "2.1", 4: "4.0", 5: "5.0", 6: "5.1", 7: "6.1", 8: "7.1"}


class Soundtrack:
    """A sound stream that keeps up with the picture, in constant memory.

    Decoding and encoding have a thread of their own: done between two pictures they would
    hold up the encoder of the picture, which waits for its next frame on the calling thread.
    The caller's thread alone writes to the container; which of both was faster does not show
    in the file, because the muxer sorts by time.
    """

    def __init__(self, reader: SoundReader, container: OutputContainer, worker: Executor) -> None:
        self._container = container
        self._worker = worker
        self._pending: deque[Future[Encoded]] = deque()
        self._stream: AudioStream = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
        self._stream.bit_rate = _BITS
        self._blocks = _stereo(reader)
        self._held = np.zeros((0, _STEREO), np.float32)
        self._done = 0
        self._end = self._asked = Fraction(0)

    @classmethod
    @contextmanager
    def opened(cls, path: Path, container: OutputContainer) -> Iterator[Self]:
        """A stream of the container with the sound of a file; its end is written when the block ends well.

        Raises:
            NotFound: There is no such file (``ALICE-N01``).
            MediaError: It holds no sound that can be read.
        """
        with open_sound(path) as reader, _one_thread() as worker:
            track = cls(reader, container, worker)
            yield track
            track._pending.append(worker.submit(track._rest, track._end))
            track._write(waiting=0)

    def write_until(self, end: Fraction) -> None:
        """Write what lies before a moment of the movie, in whole AAC frames, as far as it is encoded by now."""
        self._end = end
        if end - self._asked >= _STRETCH:
            self._asked = end
            self._pending.append(self._worker.submit(self._whole_frames, end))
        self._write(waiting=_BEHIND)

    def _write(self, *, waiting: int) -> None:
        while self._pending and (len(self._pending) > waiting or self._pending[0].done()):
            self._container.mux(self._pending.popleft().result())

    def _whole_frames(self, end: Fraction) -> Encoded:
        packets: Encoded = []
        while self._done + _FRAME <= _sample(end):
            packets += self._encode(_FRAME)
        return packets

    def _rest(self, end: Fraction) -> Encoded:
        packets = self._whole_frames(end)
        if self._done < _sample(end):
            packets += self._encode(_sample(end) - self._done)
        return packets + self._stream.encode(None)

    def _encode(self, count: int) -> Encoded:
        while len(self._held) < count:
            block = next(self._blocks, None)
            if block is None:
                block = np.zeros((count - len(self._held), _STEREO), np.float32)
            self._held = np.concatenate([self._held, block])
        samples, self._held = self._held[:count], self._held[count:]
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples.T), "fltp", "stereo")
        frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, self._done, Fraction(1, SAMPLE_RATE)
        self._done += count
        return self._stream.encode(frame)


def _sample(end: Fraction) -> int:
    return int(end * SAMPLE_RATE + Fraction(1, 2))


@contextmanager
def _one_thread() -> Iterator[Executor]:
    worker = ThreadPoolExecutor(1, "soundtrack")
    try:
        yield worker
    finally:
        worker.shutdown(cancel_futures=True)


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
