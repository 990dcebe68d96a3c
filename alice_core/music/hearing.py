"""All that is heard in one pass over the blocks of a file."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from alice_core.music.bands import Attacks
from alice_core.music.downmix import Mono
from alice_core.music.features import Features, Floats, Listener
from alice_core.music.loudness import Meter
from alice_core.music.silence import Silence
from alice_core.music.traits import BandOnsets, Loudness, Passage
from alice_core.music.waveform import Outline, Waveform


@dataclass(frozen=True, slots=True)
class Heard:
    """What one pass gives; all places are counted from its first sample.

    Attributes:
        samples: Of one channel that were heard.
        features: The series that beats and form are found in.
        waveform: To draw.
        loudness: Of the whole.
        momentary: (n,) LUFS, ten values a second.
        silences: Passages without sound.
        onsets: Attacks of each band.
    """

    samples: int
    features: Features
    waveform: Waveform
    loudness: Loudness
    momentary: Floats
    silences: tuple[Passage, ...]
    onsets: tuple[BandOnsets, ...]


class Hearing:
    """Takes the blocks of a file; memory grows only by small series, about 75 MB an hour.

    Args:
        channels: Of the file.
        sample_rate: Samples a second.
        layout: FFmpeg's name of the channels' order.
    """

    def __init__(self, channels: int, sample_rate: int, layout: str = "") -> None:
        self.samples = 0
        self._rate = sample_rate
        self._mono = Mono(channels, sample_rate)
        self._listener, self._outline, self._attacks = Listener(), Outline(), Attacks()
        self._meter, self._silence = Meter(channels, sample_rate, layout), Silence(sample_rate)

    def feed(self, block: NDArray[np.float32]) -> None:
        """Hear the next samples, of shape (n, channels)."""
        self.samples += block.shape[0]
        self._meter.feed(block)
        self._silence.feed(block)
        self._hear(self._mono.feed(block))

    def so_far(self) -> Features:
        """The features of what was heard until now; hearing can go on."""
        return deepcopy(self._listener).finish()

    def finish(self) -> Heard:
        """All of it, once the last block was fed."""
        self._hear(self._mono.finish())
        loudness, momentary = self._meter.finish()
        return Heard(
            self.samples,
            self._listener.finish(),
            self._outline.finish(),
            loudness,
            momentary,
            self._silence.finish(),
            self._attacks.finish(self._rate, self.samples),
        )

    def _hear(self, mono: NDArray[np.float32]) -> None:
        self._listener.feed(mono)
        self._outline.feed(mono)
        self._attacks.feed(mono)
