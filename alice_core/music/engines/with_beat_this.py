"""The engine ``beat-this``: the network of Foscarin, Schlüter and Widmer 2024, where the user has its weights."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from pickle import UnpicklingError

from alice_core.errors import ConfigError, MissingExtra
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
        """The beats and bars that the network hears, on the processor.

        Raises:
            ConfigError: The weights are none of its networks.
        """
        beats, downbeats = self._network()(mono(song), RATE)
        return counted([float(beat) for beat in beats], [float(down) for down in downbeats])

    def _network(self) -> Callable[..., tuple[Iterable[float], Iterable[float]]]:
        try:
            network: Callable[..., tuple[Iterable[float], Iterable[float]]] = self._inference.Audio2Beats(
                checkpoint_path=str(self._weights), device="cpu", dbn=False
            )
        except (OSError, EOFError, KeyError, TypeError, ValueError, RuntimeError, UnpicklingError) as error:
            why = (str(error).splitlines() or [type(error).__name__])[0]
            raise ConfigError(
                f"{self._weights} cannot be read as weights of beat-this: {why}",
                hint=f"Set {WEIGHTS} to a checkpoint of beat_this {self.version}.",
            ) from error
        return network
