"""The small series that all later analysis reads, and how they are computed block by block.

Two short-time spectra run over the mono stream at 22 kHz: a fast one (46 ms windows, a frame
every 10 ms) for *when* something starts, and a slow one (186 ms, a frame every 50 ms) for
*what* sounds: harmony and timbre. Kept are 17 numbers a fast frame and 55 a slow one, about
27 MB for each hour, never the sound itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import scipy.fft
import scipy.sparse
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from alice_core.music.series import Series

Floats: TypeAlias = NDArray[Any]
"""Floating-point numbers of single or double precision."""

RATE = 22_000
"""Samples a second of the analysis; chosen so that 10 ms is a whole number of samples."""

FRAMES = 100
"""Fast frames a second."""

SLOW_FRAMES = 20
"""Slow frames a second."""

LEAD = 6
"""Fast frames before the first sample, so that an attack at 0 has a silence to rise from."""

BANDS = 4
"""Onset bands: below 160 Hz (kick), to 800 Hz, to 3.2 kHz (snare, voice), above (cymbals)."""

FINE_BANDS = 12
"""Finer onset bands, each of 5 mel bands, which the network reads."""

_FAST, _SLOW = 1024, 4096
_MEL_BANDS, _TIMBRE, _PITCHES = 60, 30, 24
_SERIES: dict[str, tuple[type[np.floating[Any]], tuple[int, ...]]] = {
    "onsets": (np.float32, (BANDS,)),
    "attacks": (np.float16, (FINE_BANDS,)),
    "level": (np.float32, ()),
    "harmony": (np.float32, (_PITCHES,)),
    "timbre": (np.float16, (_TIMBRE,)),
    "centroid": (np.float32, ()),
}
_EDGES = (160.0, 800.0, 3200.0)
_STEP = 2  # frames between the spectra whose difference is an onset
_COMPRESS = 100.0
_RELEASE = 0.5  # dB a second by which the reference level falls
_FLOOR = 1e-4  # of full scale: nothing below is amplified to music


@dataclass(frozen=True, slots=True)
class Features:
    """What was heard, as arrays over time.

    Attributes:
        onsets: (n, BANDS), rise of the compressed spectrum in each band; frame i lies at
            (i - LEAD) / FRAMES seconds.
        attacks: (n, FINE_BANDS) of half precision, the same rise in finer bands; none once the network has read them.
        level: (n,), power of the fast frames (1 = full-scale square).
        harmony: (m, 24), 12 pitch classes of the bass, then 12 above; slow frame j at j / SLOW_FRAMES s.
        timbre: (m, 30) of half precision, compressed mel spectrum.
        centroid: (m,), centre of the spectrum in Hz, 0 where it is silent.
        seconds: Length of the stream.
    """

    onsets: Floats
    attacks: Floats
    level: Floats
    harmony: Floats
    timbre: Floats
    centroid: Floats
    seconds: float

    def read(self) -> Features:
        """The same without the attacks, which nobody reads after the network."""
        return replace(self, attacks=self.attacks[:0].copy())


class Listener:
    """Takes the mono stream at RATE block by block; gives the features at the end."""

    def __init__(self) -> None:
        self._fast = _Framer(_FAST, RATE // FRAMES, LEAD)
        self._slow = _Framer(_SLOW, RATE // SLOW_FRAMES, 0)
        self._window = np.hanning(_FAST + 1)[:-1].astype(np.float32)
        self._slow_window = np.hanning(_SLOW + 1)[:-1].astype(np.float32)
        filters, centres = _mel_filters(_FAST, _MEL_BANDS)
        self._mel = _Bank(filters)
        self._groups = np.stack([np.searchsorted(_EDGES, centres) == band for band in range(BANDS)], 1)
        self._groups = (self._groups / self._groups.sum(0)).astype(np.float32)
        self._timbre = _Bank(_mel_filters(_SLOW, _TIMBRE)[0])
        self._pitches = _Bank(_pitch_filters(_SLOW))
        self._hertz = np.fft.rfftfreq(_SLOW, 1 / RATE).astype(np.float32)
        self._before = np.zeros((_STEP, _MEL_BANDS), np.float32)
        self._fast_reference, self._slow_reference = _Reference(FRAMES), _Reference(SLOW_FRAMES)
        self._rows = {name: Series(kind, *shape) for name, (kind, shape) in _SERIES.items()}
        self._samples = 0

    def feed(self, mono: NDArray[np.float32]) -> None:
        """Hear the next samples."""
        self._samples += mono.size
        self._hear_fast(self._fast.feed(mono))
        self._hear_slow(self._slow.feed(mono))

    def finish(self) -> Features:
        """The features of all that was heard."""
        self._hear_fast(self._fast.finish())
        self._hear_slow(self._slow.finish())
        return Features(**{name: rows.joined() for name, rows in self._rows.items()}, seconds=self._samples / RATE)

    def _hear_fast(self, frames: Floats) -> None:
        if not frames.shape[0]:
            return
        spectrum = np.abs(scipy.fft.rfft(frames * self._window, axis=1)) * (4.0 / _FAST)
        mel = np.concatenate([self._before, self._mel.read(spectrum)])
        reference = self._fast_reference.follow(mel[_STEP:].max(axis=1))[:, None]
        rise = np.log1p(mel[_STEP:] * (_COMPRESS / reference)) - np.log1p(mel[:-_STEP] * (_COMPRESS / reference))
        self._before = mel[-_STEP:]
        rise = np.maximum(rise, 0.0)
        self._rows["onsets"].add(rise @ self._groups)
        self._rows["attacks"].add(rise.reshape(-1, FINE_BANDS, _MEL_BANDS // FINE_BANDS).mean(axis=2))
        self._rows["level"].add(np.mean(np.square(frames), axis=1))

    def _hear_slow(self, frames: Floats) -> None:
        if not frames.shape[0]:
            return
        spectrum = np.abs(scipy.fft.rfft(frames * self._slow_window, axis=1)) * (4.0 / _SLOW)
        reference = self._slow_reference.follow(spectrum.max(axis=1))[:, None]
        loud = np.log1p(spectrum * (_COMPRESS / reference))
        tonal = np.maximum(loud - _smooth(loud, 20), 0.0)
        total = spectrum.sum(axis=1)
        centre = (spectrum @ self._hertz) / np.maximum(total, 1e-9)
        self._rows["harmony"].add(self._pitches.read(tonal))
        self._rows["timbre"].add(np.log1p(self._timbre.read(spectrum) * (_COMPRESS / reference)))
        self._rows["centroid"].add(np.where(total > _FLOOR, centre, 0.0))


class _Bank:
    """Filters that read a spectrum; almost all of their weights are 0, so they are kept sparse.

    That is much faster than a dense product, and gives the same bits on any number of cores.
    """

    def __init__(self, filters: NDArray[np.float32]) -> None:
        self._rows = scipy.sparse.csr_array(filters.T)

    def read(self, spectra: Floats) -> NDArray[np.float32]:
        """(n, filters) of spectra of shape (n, bins)."""
        return np.ascontiguousarray((self._rows @ spectra.T).T, np.float32)


class _Framer:
    """Overlapping windows of a stream; window i is centred on sample (i - lead) * hop."""

    def __init__(self, size: int, hop: int, lead: int) -> None:
        self._size, self._hop = size, hop
        self._rest = np.zeros(size // 2 + lead * hop, np.float32)

    def feed(self, mono: NDArray[np.float32]) -> NDArray[np.float32]:
        """The complete windows that these samples bring, of shape (n, size)."""
        stream = np.concatenate([self._rest, mono])
        count = max(0, (stream.size - self._size) // self._hop + 1)
        self._rest = stream[count * self._hop :]
        if not count:
            return np.zeros((0, self._size), np.float32)
        return sliding_window_view(stream, self._size)[:: self._hop][:count]

    def finish(self) -> NDArray[np.float32]:
        """The windows still centred inside the stream, padded with silence."""
        return self.feed(np.zeros(self._size // 2 + self._hop - 1, np.float32))


class _Reference:
    """A peak that falls slowly, so that quiet and loud masters are heard alike."""

    def __init__(self, rate: int) -> None:
        self._fall = _RELEASE / 20 * np.log(10) / rate
        self._last = float(np.log(_FLOOR))

    def follow(self, peaks: Floats) -> NDArray[np.float32]:
        """The reference at each frame, at least as high as that frame's own peak."""
        slope = self._fall * np.arange(1, peaks.size + 1)
        logs = np.log(np.maximum(peaks.astype(np.float64), _FLOOR)) + slope
        held = np.maximum(np.maximum.accumulate(logs), self._last) - slope
        self._last = float(held[-1])
        return np.asarray(np.exp(held), np.float32)


def _smooth(rows: Floats, half: int) -> Floats:
    """The moving mean along the last axis over 2 * half + 1 values, shorter at the ends."""
    width = rows.shape[1]
    total = np.concatenate([np.zeros((rows.shape[0], 1)), np.cumsum(rows, axis=1, dtype=np.float64)], axis=1)
    low, high = np.maximum(np.arange(width) - half, 0), np.minimum(np.arange(width) + half + 1, width)
    return np.asarray((total[:, high] - total[:, low]) / (high - low), np.float32)


def _mel_filters(size: int, bands: int) -> tuple[NDArray[np.float32], Floats]:
    """Triangles on the mel scale (O'Shaughnessy 1987) from 30 Hz to 10.5 kHz, and their centres in Hz."""
    low, high = (2595.0 * np.log10(1 + hertz / 700.0) for hertz in (30.0, 10_500.0))
    edges = 700.0 * (10 ** (np.linspace(low, high, bands + 2) / 2595.0) - 1)
    hertz = np.fft.rfftfreq(size, 1 / RATE)[:, None]
    width = RATE / size  # no triangle narrower than the spectrum can resolve
    left, centre, right = edges[:-2], edges[1:-1], edges[2:]
    rising = (hertz - left) / np.maximum(centre - left, width)
    falling = (right - hertz) / np.maximum(right - centre, width)
    weights = np.clip(np.minimum(rising, falling), 0.0, None)
    weights[np.argmin(np.abs(hertz - centre), axis=0), np.arange(bands)] += 1e-3
    return (weights / np.sqrt(weights.sum(0))).astype(np.float32), centre


def _pitch_filters(size: int) -> NDArray[np.float32]:
    """From a spectrum to 12 bass (41-165 Hz) and 12 higher (165-2100 Hz) pitch classes."""
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    pitch = 69 + 12 * np.log2(np.maximum(hertz, 1.0) / 440.0)
    distance = np.abs((pitch[:, None] - np.arange(12) + 6) % 12 - 6)
    near = np.exp(-0.5 * (distance / 0.35) ** 2)
    bass = near * ((pitch >= 28) & (pitch < 52))[:, None]  # noqa: PLR2004 - MIDI E1, E3
    above = near * ((pitch >= 52) & (pitch < 96))[:, None]  # noqa: PLR2004 - MIDI E3, C7
    return np.concatenate([bass, above], axis=1).astype(np.float32)
