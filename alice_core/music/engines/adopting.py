"""The pulse of a song from beats that another engine heard."""

from __future__ import annotations

import numpy as np

from alice_core.music.beats import Pulse, finished_pulse
from alice_core.music.engines.heard import HeardBeats
from alice_core.music.features import Features
from alice_core.music.following import weigh
from alice_core.music.meter import bars_from, count_bars
from alice_core.music.model import Song
from alice_core.music.network import Activations
from alice_core.music.placing import Placed
from alice_core.music.tempogram import onset_strength

_FEWEST = 4


def adopt(features: Features, heard: Activations, song: Song, told: HeardBeats, start: float = 0.0) -> Pulse:
    """Beats, bars and tempo of an engine's beats; how sure they are is our own judgement.

    Args:
        features: What was heard of the song or of a part of it.
        heard: What our network hears in it.
        song: The song or the part.
        told: The engine's beats in the whole file.
        start: Second of the file at which the part begins.
    """
    seconds = np.asarray(told.seconds, float) - start
    inside = (seconds >= 0) & (seconds < features.seconds) & (np.diff(seconds, prepend=-np.inf) > 0)
    times = seconds[inside]
    if times.size < _FEWEST:
        return Pulse(notices=(f"no steady beat was found: the engine heard {times.size} beats.",))
    places = np.asarray(told.positions, np.int64)[inside] if told.positions else None
    bars = count_bars(features, onset_strength(features), times, heard) if places is None else bars_from(places)
    everywhere = np.ones(times.size, bool)
    return finished_pulse(Placed(times, np.ones(times.size), everywhere), bars, song, weigh(heard.beat), 1.0)
