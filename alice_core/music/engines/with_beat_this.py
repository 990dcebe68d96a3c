"""The engine ``beat-this``: the network of Foscarin, Schlüter and Widmer 2024, where the user has its weights."""

from __future__ import annotations

import os
from pathlib import Path

from alice_core.errors import MissingExtra
from alice_core.music.engines.heard import HeardBeats, counted
from alice_core.music.engines.packages import installed, mono
from alice_core.music.features import RATE

WEIGHTS = "BEAT_THIS_CHECKPOINT"
"""The environment variable that names the file of weights."""


class BeatThis:
    """Beats and downbeats; nothing is ever downloaded."""

    name = "beat-this"
    licence = "MIT (beat_this); the weights are the user's own, see their licence"

    def __init__(self) -> None:
        hint = "Install beat_this and PyTorch."
        self._inference, self.version = installed("beat_this.inference", "beat_this", hint)
        self._weights = Path(os.environ.get(WEIGHTS, ""))
        if not self._weights.is_file():
            raise MissingExtra(
                "the engine beat-this has no weights", hint=f"Set {WEIGHTS} to a checkpoint file that you have."
            )

    def hear(self, song: Path) -> HeardBeats | None:
        """The beats and bars that the network hears, on the processor."""
        network = self._inference.Audio2Beats(checkpoint_path=str(self._weights), device="cpu", dbn=False)
        beats, downbeats = network(mono(song), RATE)
        return counted([float(beat) for beat in beats], [float(down) for down in downbeats])
