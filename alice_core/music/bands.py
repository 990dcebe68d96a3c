"""Attacks by band - kick, snare, hats - each placed on its first sample, found block by block.

Each band is cut out by filters without look-ahead; an attack is where its energy over the next
milliseconds stands far above that before. A snare must rise in two neighbouring bands at once,
hats likewise, so a sung or bowed note counts as neither. The place is where the band's sound
first leaves what was there before, less the filters' own delay.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d

from alice_core.music.features import RATE, Floats
from alice_core.music.filters import Filters, band_pass
from alice_core.music.series import Series
from alice_core.music.traits import BandOnsets

_STEP = RATE // 1000  # samples of a millisecond
_CHUNK, _BEHIND, _AHEAD = 20_000, 200, 60  # milliseconds heard at once, known before, needed after
_QUIET = 1e-7  # mean square of a band below which nothing is an attack
_FAINT = 0.2  # of the loud attacks: softer ones spill over from other drums


@dataclass(frozen=True, slots=True)
class _Band:
    """How one kind of drum is heard: its bands in Hz, and in ms the span of an attack, of what is before, the gap."""

    name: str
    hertz: tuple[tuple[float, float], ...]
    span: int
    before: int
    gap: int
    rise: float  # natural logarithm of the energy after over that before
    delay: int  # samples that the filters take to answer


_BANDS = (
    _Band("kick", ((35.0, 110.0),), 30, 30, 90, 1.6, 40),
    _Band("snare", ((1200.0, 2600.0), (2600.0, 5200.0)), 24, 24, 70, 1.5, 6),
    _Band("hats", ((6500.0, 8400.0), (8400.0, 10500.0)), 8, 14, 45, 1.3, 6),
)


class Attacks:
    """Takes the mono stream at RATE; gives the attacks of each band at the end."""

    def __init__(self) -> None:
        self._filters = Filters([band_pass(*edges, RATE) for band in _BANDS for edges in band.hertz])
        self._ears = [_Ear(band) for band in _BANDS]

    def feed(self, mono: NDArray[np.float32]) -> None:
        """Hear the next samples."""
        if not mono.size:
            return
        rows = self._filters.feed(mono[None, :])
        for ear in self._ears:
            own, rows = np.split(rows, [len(ear.band.hertz)])
            ear.feed(own)

    def finish(self, sample_rate: int, samples: int) -> tuple[BandOnsets, ...]:
        """The attacks in samples of the file, which has so many samples a second and altogether."""
        self.feed(np.zeros(_AHEAD * _STEP, np.float32))
        return tuple(ear.finish(sample_rate, samples) for ear in self._ears)


class _Ear:
    def __init__(self, band: _Band) -> None:
        self.band = band
        self._held: list[Floats] = [np.zeros((len(band.hertz), _BEHIND * _STEP), np.float32)]
        self._size = _BEHIND * _STEP
        self._start = -_BEHIND * _STEP  # of what is held, in samples of the stream
        self._found = Series(np.float64, 2)  # samples of the stream, strengths

    def feed(self, rows: NDArray[np.float32]) -> None:
        self._held.append(rows)
        self._size += rows.shape[1]
        if self._size >= (_CHUNK + _BEHIND + _AHEAD) * _STEP:
            self._look(last=False)

    def finish(self, sample_rate: int, samples: int) -> BandOnsets:
        self._look(last=True)
        at, size = self._found.joined().T
        loudest = float(np.percentile(size, 95)) if size.size else 1.0
        kept = size >= _FAINT * loudest
        places = np.clip(np.rint(at[kept] * sample_rate / RATE), 0, samples - 1).astype(np.int64)
        strengths = np.minimum(1.0, size[kept] / loudest)
        return BandOnsets(self.band.name, tuple(places.tolist()), tuple(round(one, 4) for one in strengths.tolist()))

    def _look(self, *, last: bool) -> None:
        sound = np.concatenate(self._held, axis=1)
        whole = sound.shape[1] // _STEP
        energy = np.square(sound[:, : whole * _STEP]).reshape(sound.shape[0], whole, _STEP).mean(axis=2)
        found = [
            (self._start + self._place(sound, peak), np.sqrt(energy[:, peak : peak + self.band.span].mean()))
            for peak in self._peaks(energy, whole - (0 if last else _AHEAD))
        ]
        self._found.add(np.asarray(found, np.float64).reshape(-1, 2))
        keep = (_BEHIND + _AHEAD) * _STEP + sound.shape[1] - whole * _STEP
        self._start += sound.shape[1] - keep
        self._held, self._size = [sound[:, sound.shape[1] - keep :].copy()], keep

    def _peaks(self, energy: Floats, end: int) -> list[int]:
        """Milliseconds at which an attack begins."""
        band = self.band
        total = np.concatenate([np.zeros((energy.shape[0], 1)), np.cumsum(energy, axis=1, dtype=np.float64)], axis=1)
        at = np.arange(energy.shape[1])
        after = (total[:, np.minimum(at + band.span, at.size)] - total[:, at]) / band.span
        before = (total[:, at] - total[:, np.maximum(at - band.before, 0)]) / band.before
        rise = (np.log(after + _QUIET) - np.log(np.maximum(before, 0.0) + _QUIET)).min(axis=0)
        highest = maximum_filter1d(rise, 2 * (band.gap // 2) + 1)
        found = np.flatnonzero((rise >= highest) & (rise > band.rise))
        return [int(one) for one in found[(found >= _BEHIND) & (found < end)] if one + 1 < at.size]

    def _place(self, sound: Floats, peak: int) -> int:
        """The first sample around a rise where the sound leaves what was before it."""
        first = max(0, (peak - 6) * _STEP)
        size = np.abs(sound[:, first : (peak + self.band.span) * _STEP]).sum(axis=0)
        ground = np.abs(sound[:, max(0, first - 20 * _STEP) : max(first, 1)]).sum(axis=0).max(initial=0.0)
        crossed = np.flatnonzero(size > max(0.2 * float(size.max()), min(1.2 * float(ground), 0.7 * float(size.max()))))
        return first + int(crossed[0]) - self.band.delay
