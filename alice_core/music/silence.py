"""Where a song is silent, measured block by block to the millisecond."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from alice_core.music.traits import Passage

SHORTEST = 0.3
"""Seconds; a shorter hole is part of the music."""

_BELOW_PEAK, _LOWEST, _HIGHEST = 60.0, -80.0, -60.0  # dB: a silence is so far below the song's peak, held between


class Silence:
    """Collects the peaks of a stream; gives its silences at the end.

    Args:
        sample_rate: Samples a second of the file.
    """

    def __init__(self, sample_rate: int) -> None:
        self._bucket = max(1, round(sample_rate / 1000))
        self._shortest = round(SHORTEST * sample_rate)
        self._rest = np.zeros(0, np.float32)
        self._peaks: list[NDArray[np.float16]] = []
        self._samples = 0

    def feed(self, block: NDArray[np.float32]) -> None:
        """Take the next samples, of shape (n, channels)."""
        self._samples += block.shape[0]
        highest = np.abs(block).max(axis=1) if block.shape[0] else np.zeros(0, np.float32)
        stream = np.concatenate([self._rest, np.nan_to_num(highest, posinf=0.0)])
        whole = stream.size // self._bucket * self._bucket
        self._rest = stream[whole:]
        peaks = stream[:whole].reshape(-1, self._bucket).max(axis=1, initial=0.0)
        self._peaks.append(np.minimum(peaks, 1e4).astype(np.float16))

    def finish(self) -> tuple[Passage, ...]:
        """The passages of at least :data:`SHORTEST` seconds without sound, by rising sample."""
        last = self._rest.max(initial=0.0, keepdims=True)[: self._rest.size]
        peaks = np.concatenate([*self._peaks, last.astype(np.float16)]).astype(np.float32)
        highest = 20 * float(np.log10(max(float(peaks.max(initial=0.0)), 1e-9)))
        level = 10.0 ** (min(max(highest - _BELOW_PEAK, _LOWEST), _HIGHEST) / 20)
        edges = np.diff(np.concatenate([[0], (peaks < level).astype(np.int8), [0]]))
        pairs = zip(np.flatnonzero(edges > 0), np.flatnonzero(edges < 0), strict=True)
        spans = ((int(a) * self._bucket, min(int(b) * self._bucket, self._samples)) for a, b in pairs)
        return tuple(Passage(start, end) for start, end in spans if end - start >= self._shortest)
