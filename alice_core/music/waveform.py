"""The outline of a sound over time, small enough to draw: lowest, highest and mean power."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from alice_core.media.sound import open_sound
from alice_core.music.downmix import Mono
from alice_core.music.features import RATE, Floats
from alice_core.music.filters import Filters, low_pass
from alice_core.music.series import Series
from alice_core.progress import SILENT, Progress

OUTLINE_RATE = 50
"""Values a second of a :class:`Waveform`."""

_BUCKET = RATE // OUTLINE_RATE
_EDGES = (200.0, 2000.0)  # Hz between the bands


@dataclass(frozen=True, slots=True)
class Waveform:
    """The outline of a sound at :data:`OUTLINE_RATE` values a second.

    Attributes:
        low: (n,) lowest sample of each stretch, full scale 1.
        high: (n,) highest.
        rms: (n,) root of the mean power.
        bands: (3, n) the same of the sound below 200 Hz, up to 2 kHz and above; ``None`` where it was not split.
    """

    low: Floats
    high: Floats
    rms: Floats
    bands: Floats | None = None


class Outline:
    """Collects a :class:`Waveform` from the mono stream at the analysis rate."""

    def __init__(self) -> None:
        self._rest = np.zeros((3, 0), np.float32)
        self._rows = Series(np.float32, 6)
        self._filters = Filters([low_pass(hertz, RATE) for hertz in _EDGES])

    def feed(self, mono: NDArray[np.float32]) -> None:
        """Take the next samples."""
        if not mono.size:
            return
        stream = np.concatenate([mono[None, :], self._filters.feed(mono[None, :])])
        stream = np.concatenate([self._rest, stream], axis=1)
        whole = stream.shape[1] // _BUCKET * _BUCKET
        self._take(stream[:, :whole].reshape(3, -1, _BUCKET))
        self._rest = stream[:, whole:]

    def finish(self) -> Waveform:
        """The outline of all samples; the last stretch may be shorter."""
        if self._rest.shape[1]:
            self._take(self._rest[:, None, :])
            self._rest = self._rest[:, :0]
        rows = np.ascontiguousarray(self._rows.joined().T)
        return Waveform(rows[0], rows[1], rows[2], rows[3:])

    def _take(self, stretches: Floats) -> None:
        if stretches.shape[1]:
            mono, bass, dull = stretches
            bands = [_power(part) for part in (bass, dull - bass, mono - dull)]
            self._rows.add(np.stack([mono.min(axis=1), mono.max(axis=1), _power(mono), *bands], axis=1))


def _power(stretches: Floats) -> Floats:
    return np.asarray(np.sqrt(np.mean(np.square(stretches), axis=1)))


def waveform_of(path: Path, progress: Progress = SILENT) -> Waveform:
    """The outline of a sound file, for drawing an analysis that was made earlier.

    Raises:
        NotFound: There is no such file.
        MediaError: It cannot be read as sound.
    """
    outline = Outline()
    with open_sound(path) as reader, progress.stage("Reading the waveform", None, "s") as stage:
        mono = Mono(reader.channels, reader.sample_rate)
        for block in reader.blocks():
            outline.feed(mono.feed(block))
            stage.advance(block.shape[0] / reader.sample_rate)
        outline.feed(mono.finish())
    return outline.finish()
