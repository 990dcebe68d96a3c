"""The engine ``librosa``: the beat tracker that most people know, as the reference."""

from __future__ import annotations

from pathlib import Path

from alice_core.music.engines.heard import HeardBeats
from alice_core.music.engines.packages import installed, mono
from alice_core.music.features import RATE


class Librosa:
    """``librosa.beat.beat_track`` at its defaults (Ellis 2007); beats only, some 20 ms late on clicks."""

    name = "librosa"
    licence = "ISC (librosa)"

    def __init__(self) -> None:
        hint = "Install it with: pip install alicemultiverse[librosa]"
        self._librosa, self.version = installed("librosa", "librosa", hint)

    def hear(self, song: Path) -> HeardBeats | None:
        """The beats that librosa tracks."""
        _, seconds = self._librosa.beat.beat_track(y=mono(song), sr=RATE, units="time")
        return HeardBeats(tuple(float(time) for time in seconds))
