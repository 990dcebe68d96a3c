"""One channel at the analysis rate out of the blocks of any file, while they are decoded.

The mean of the channels is what a listener of a mono speaker hears. Where the channels cancel
(one side phase-inverted, as some stereo wideners and wrong cables do) the loudest channel is
taken instead; the switch is faded over the block in which it happens, so it makes no click.
Nothing is kept but a few numbers, so an hour costs no more memory than a second.
"""

from __future__ import annotations

import numpy as np
import soxr
from numpy.typing import NDArray

from alice_core.music.features import RATE

_MEMORY = 5.0  # seconds after which older power weighs 1/e in the decision
_SILENT = 1e-10  # mean square below which a block says nothing about the channels


class Downmix:
    """The running choice between the mean of the channels and the loudest one.

    Args:
        channels: Channels of the file.
        sample_rate: Samples a second of the file.
    """

    def __init__(self, channels: int, sample_rate: int) -> None:
        self._rate = sample_rate
        self._each = np.zeros(channels)
        self._mean = 0.0
        self._weights = np.full(channels, 1.0 / channels)

    def mix(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """Mono float32 of shape (n,) out of a block of shape (n, channels)."""
        if block.shape[1] == 1:
            return np.ascontiguousarray(block[:, 0])
        if not block.shape[0]:
            return np.zeros(0, np.float32)
        first = not self._each.any()
        before = self._weights
        self._learn(block)
        before = self._weights if first else before
        if np.array_equal(before, self._weights):
            return np.asarray(block @ before.astype(np.float32), np.float32)
        rise = np.linspace(0.0, 1.0, block.shape[0], dtype=np.float32)
        old, new = block @ before.astype(np.float32), block @ self._weights.astype(np.float32)
        return np.asarray(old * (1.0 - rise) + new * rise, np.float32)

    def _learn(self, block: NDArray[np.float32]) -> None:
        channels = block.shape[1]
        each = np.mean(np.square(block, dtype=np.float64), axis=0)
        if each.max() < _SILENT:
            return
        first = not self._each.any()
        keep = 0.0 if first else float(np.exp(-block.shape[0] / (_MEMORY * self._rate)))
        self._each = keep * self._each + (1.0 - keep) * each
        self._mean = keep * self._mean + (1.0 - keep) * float(np.mean(np.square(block.mean(axis=1), dtype=np.float64)))
        if self._mean < self._each.mean() / (4.0 * channels):
            wanted = np.zeros(channels)
            wanted[int(np.argmax(self._each))] = 1.0
        else:
            wanted = np.full(channels, 1.0 / channels)
        if first or not np.array_equal(wanted > 0, self._weights > 0):
            self._weights = wanted


class Mono:
    """The stream of a file, mixed down and brought to the analysis rate (soxr, without delay)."""

    def __init__(self, channels: int, sample_rate: int) -> None:
        self._mix = Downmix(channels, sample_rate)
        self._stream = None if sample_rate == RATE else soxr.ResampleStream(sample_rate, RATE, 1, dtype="float32")

    def feed(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        """What is ready of the mono stream after a block of shape (n, channels)."""
        return self._resample(self._mix.mix(np.nan_to_num(block, posinf=0.0, neginf=0.0)), last=False)

    def finish(self) -> NDArray[np.float32]:
        """The rest of the stream."""
        return self._resample(np.zeros(0, np.float32), last=True)

    def _resample(self, mono: NDArray[np.float32], *, last: bool) -> NDArray[np.float32]:
        if self._stream is None:
            return mono
        return np.asarray(self._stream.resample_chunk(np.ascontiguousarray(mono), last=last), np.float32)
