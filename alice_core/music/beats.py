"""The beats of a song with their bars and tempo, or the sentence that says why there are none."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from alice_core.music.certainty import Certainty, judge
from alice_core.music.counting import count_beats
from alice_core.music.features import FRAMES, LEAD, Features, Floats
from alice_core.music.following import Evidence, follow, weigh
from alice_core.music.meter import Bars, count_bars
from alice_core.music.model import Beat, Song, Tempo, TempoPoint
from alice_core.music.network import NETWORK_FRAMES, Activations
from alice_core.music.placing import Placed, place
from alice_core.music.tempo import NO_BEAT, UNSURE, draw_tempo_map, name_tempo, repetition, steadiness, sureness
from alice_core.music.tempogram import onset_strength, periods, tempo_path, tempogram
from alice_core.music.traits import Stretch

_SILENT_POWER = 3e-8  # mean square of the loudest frame, -75 dB
_SHORT = 3.0  # seconds; less holds no beat worth the name
_FEWEST = 4  # beats
_EVEN = "cuts will follow even lengths instead of beats"


@dataclass(frozen=True, slots=True)
class Pulse:
    """The beats of a song, and all that is said of them.

    Attributes:
        times: (n,) beats in seconds, counted through silences too.
        beats: Those that sound, as values.
        bars: How they are counted.
        tempo: The main tempo.
        tempo_map: The tempo over time.
        notices: What the user should know of them.
        stretches: How sure they are over time.
    """

    times: Floats = field(default_factory=lambda: np.zeros(0))
    beats: tuple[Beat, ...] = ()
    bars: Bars | None = None
    tempo: Tempo = field(default_factory=lambda: Tempo(0.0, 0.0))
    tempo_map: tuple[TempoPoint, ...] = ()
    notices: tuple[str, ...] = ()
    stretches: tuple[Stretch, ...] = ()


def find_pulse(features: Features, heard: Activations, song: Song) -> Pulse:
    """Beats, bars and tempo of a song, of what the network heard in it; without beats there is a notice."""
    if float(features.level.max(initial=0.0)) < _SILENT_POWER:
        return Pulse(notices=(f"The song is silent; {_EVEN}.",))
    if features.seconds < _SHORT:
        return Pulse(notices=(f"no steady beat was found: {features.seconds:.1f} s are too short; {_EVEN}.",))
    evidence = weigh(heard.beat)
    followed = follow(evidence, NETWORK_FRAMES) * (FRAMES // NETWORK_FRAMES) + LEAD
    onsets = onset_strength(features)  # not earlier: following needs much memory for a song of hours
    pulses = tempogram(onsets.total)
    path = tempo_path(pulses)
    repeats = repetition(pulses, path)
    del pulses  # large for a song of hours
    count = count_beats(features, onsets, periods(path, onsets.total.size), evidence, followed)
    if count is None:
        return Pulse(notices=(f"no steady beat was found: there are too few attacks; {_EVEN}.",))
    steady = steadiness(features, onsets, count, repeats)
    if steady < NO_BEAT:
        return Pulse(notices=(f"no steady beat was found: attacks come at no regular distance; {_EVEN}.",))
    placed = place(features, onsets, count, heard)
    if placed.sounding.sum() < _FEWEST:
        return Pulse(notices=(f"no steady beat was found: only {placed.sounding.sum()} beats; {_EVEN}.",))
    bars = count_bars(features, onsets, placed.times, heard)
    notices = ("The beat is hard to hear, so some beats may be wrong; check the picture.",) if steady < UNSURE else ()
    return finished_pulse(placed, bars, song, evidence, sureness(steady), notices)


def finished_pulse(
    placed: Placed, bars: Bars, song: Song, evidence: Evidence, sure: float, notices: tuple[str, ...] = ()
) -> Pulse:
    """The pulse of beats at their places and in their bars.

    Args:
        placed: At least two beats.
        bars: How they are counted.
        song: Whose beats they are.
        evidence: What the network says, to judge them by.
        sure: From 0 to 1, how plainly the song has a beat at all.
        notices: What the user should know of them.
    """
    certainty = judge(evidence, placed.times)
    return Pulse(
        placed.times,
        _as_values(placed, bars, song, sure),
        bars,
        name_tempo(placed.times, certainty, sure),
        draw_tempo_map(placed.times, song.sample_rate),
        notices,
        _stretches(placed, certainty, bars, song, sure),
    )


def _stretches(placed: Placed, certainty: Certainty, bars: Bars, song: Song, sure: float) -> tuple[Stretch, ...]:
    """The certainty of every stretch, on samples; what is hard to hear is less sure."""
    doubt = min(1.0, 0.5 + sure)
    edges = [*certainty.starts.tolist(), placed.times.size - 1]
    at = [min(round(float(placed.times[edge]) * song.sample_rate), song.samples) for edge in edges]
    rows = zip(at, at[1:], certainty.octave, certainty.phase, bars.sure[certainty.starts], strict=False)
    return tuple(
        Stretch(start, end, *(round(float(value) * doubt, 4) for value in values))
        for start, end, *values in rows
        if end > start
    )


def _as_values(placed: Placed, bars: Bars, song: Song, sure: float) -> tuple[Beat, ...]:
    samples = np.minimum(np.rint(placed.times * song.sample_rate).astype(np.int64), song.samples - 1)
    confidence = np.clip(sure * (0.4 + 0.6 * np.minimum(placed.strength, 1.0)), 0.0, 1.0)
    rows = zip(samples, bars.bar, bars.position, confidence, placed.sounding, strict=True)
    return tuple(Beat(int(at), int(bar), int(of), round(float(how), 4)) for at, bar, of, how, heard in rows if heard)
