"""The engine ``madmom``: the networks of Böck, Krebs and Widmer 2016, where the user has installed them."""

from __future__ import annotations

from pathlib import Path

from alice_core.music.engines.heard import HeardBeats
from alice_core.music.engines.packages import installed, mono

_RATE = 44100  # that its networks were trained on
_METERS = [3, 4]
_FPS = 100


class Madmom:
    """Beats and downbeats in bars of three or four, madmom's usual setting."""

    name = "madmom"
    licence = "BSD (madmom); its models are CC BY-NC-SA 4.0: not for commercial use"

    def __init__(self) -> None:
        hint = "Install madmom with its models, if their licence allows your use."
        self._downbeats, self.version = installed("madmom.features.downbeats", "madmom", hint)
        self._signal, _ = installed("madmom.audio.signal", "madmom", hint)

    def hear(self, song: Path) -> HeardBeats | None:
        """The beats and bars that madmom finds."""
        from soxr import resample  # noqa: PLC0415 - only with this engine

        from alice_core.music.features import RATE  # noqa: PLC0415 - likewise

        sound = self._signal.Signal(resample(mono(song), RATE, _RATE), sample_rate=_RATE)
        said = self._downbeats.RNNDownBeatProcessor()(sound)
        found = self._downbeats.DBNDownBeatTrackingProcessor(beats_per_bar=_METERS, fps=_FPS)(said)
        return HeardBeats(tuple(float(time) for time, _ in found), tuple(int(place) for _, place in found))
