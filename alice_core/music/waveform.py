"""The outline of a sound over time, small enough to draw: lowest, highest and mean power."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from alice_core.media.sound import open_sound
from alice_core.music.downmix import Mono
from alice_core.music.features import RATE, Floats
from alice_core.progress import SILENT, Progress

OUTLINE_RATE = 50
"""Values a second of a :class:`Waveform`."""

_BUCKET = RATE // OUTLINE_RATE


@dataclass(frozen=True, slots=True)
class Waveform:
    """The outline of a sound at :data:`OUTLINE_RATE` values a second.

    Attributes:
        low: (n,) lowest sample of each stretch, full scale 1.
        high: (n,) highest.
        rms: (n,) root of the mean power.
    """

    low: Floats
    high: Floats
    rms: Floats


class Outline:
    """Collects a :class:`Waveform` from the mono stream at the analysis rate."""

    def __init__(self) -> None:
        self._rest = np.zeros(0, np.float32)
        self._rows: list[Floats] = [np.zeros((3, 0), np.float32)]

    def feed(self, mono: NDArray[np.float32]) -> None:
        """Take the next samples."""
        stream = np.concatenate([self._rest, mono])
        whole = stream.size // _BUCKET * _BUCKET
        self._take(stream[:whole].reshape(-1, _BUCKET))
        self._rest = stream[whole:]

    def finish(self) -> Waveform:
        """The outline of all samples; the last stretch may be shorter."""
        if self._rest.size:
            self._take(self._rest.reshape(1, -1))
            self._rest = self._rest[:0]
        low, high, rms = np.concatenate(self._rows, axis=1)
        return Waveform(low, high, rms)

    def _take(self, stretches: Floats) -> None:
        if stretches.shape[0]:
            power = np.sqrt(np.mean(np.square(stretches), axis=1))
            self._rows.append(np.stack([stretches.min(axis=1), stretches.max(axis=1), power]))


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
