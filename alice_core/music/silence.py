"""Where a song is silent, measured block by block to the millisecond."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from alice_core.music.traits import Passage

SHORTEST = 0.3
"""Seconds; a shorter hole is part of the music."""

_BELOW_PEAK, _LOWEST, _HIGHEST = 60.0, -80.0, -60.0  # dB: a silence is so far below the song's peak, held between


@dataclass(frozen=True, slots=True)
class _Hush:
    """Peaks of consecutive milliseconds that may be silence, from the one numbered ``first`` on."""

    first: int
    peaks: NDArray[np.float16]

    @property
    def end(self) -> int:
        return self.first + self.peaks.size


class Silence:
    """Collects the peaks of a stream, of what may be silence alone; gives its silences at the end.

    Args:
        sample_rate: Samples a second of the file.
    """

    def __init__(self, sample_rate: int) -> None:
        self._bucket = max(1, round(sample_rate / 1000))
        self._shortest = round(SHORTEST * sample_rate)
        self._rest = np.zeros(0, np.float32)
        self._hushes: list[_Hush] = []
        self._highest = 0.0
        self._samples, self._buckets = 0, 0

    def feed(self, block: NDArray[np.float32]) -> None:
        """Take the next samples, of shape (n, channels)."""
        self._samples += block.shape[0]
        highest = np.abs(block).max(axis=1) if block.shape[0] else np.zeros(0, np.float32)
        stream = np.concatenate([self._rest, np.nan_to_num(highest, posinf=0.0)])
        whole = stream.size // self._bucket * self._bucket
        self._rest = stream[whole:]
        self._take(stream[:whole].reshape(-1, self._bucket).max(axis=1, initial=0.0))

    def finish(self) -> tuple[Passage, ...]:
        """The passages of at least :data:`SHORTEST` seconds without sound, by rising sample."""
        self._take(self._rest.max(initial=0.0, keepdims=True)[: self._rest.size])
        self._rest = self._rest[:0]
        level = 10.0 ** (min(max(_decibels(self._highest) - _BELOW_PEAK, _LOWEST), _HIGHEST) / 20)
        spans = (
            ((hush.first + start) * self._bucket, min((hush.first + end) * self._bucket, self._samples))
            for hush in self._joined()
            for start, end in _runs(hush.peaks.astype(np.float32) < level)
        )
        return tuple(Passage(start, end) for start, end in spans if end - start >= self._shortest)

    def _take(self, loud: NDArray[np.float32]) -> None:
        peaks = np.minimum(loud, 1e4).astype(np.float16)
        self._highest = max(self._highest, float(peaks.max(initial=0.0)))
        for start, end in _runs(peaks.astype(np.float32) < 10.0 ** (_HIGHEST / 20)):
            inside = start > 0 and end < peaks.size
            if not inside or (end - start + 1) * self._bucket >= self._shortest:
                self._hushes.append(_Hush(self._buckets + start, peaks[start:end].copy()))
        self._buckets += peaks.size

    def _joined(self) -> Iterator[_Hush]:
        """Those that follow one another without a gap as one."""
        breaks = [place + 1 for place, (one, other) in enumerate(pairwise(self._hushes)) if one.end != other.first]
        for first, end in pairwise([0, *breaks, len(self._hushes)]):
            some = self._hushes[first:end]
            if some:
                yield _Hush(some[0].first, np.concatenate([one.peaks for one in some]))


def _runs(here: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """First and end of each stretch where it is true."""
    edges = np.diff(here.astype(np.int8), prepend=np.int8(0), append=np.int8(0))
    yield from zip(np.flatnonzero(edges > 0).tolist(), np.flatnonzero(edges < 0).tolist(), strict=True)


def _decibels(peak: float) -> float:
    return 20 * float(np.log10(max(peak, 1e-9)))
