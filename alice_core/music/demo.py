"""The demo song: composed here, from nothing, so that a first try needs no file of anybody's.

A small synth-pop song in A minor at 112 beats a minute: intro, verse, chorus, break, chorus,
outro. The score says where its beats and sections truly are, so that an analysis can be
held against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from alice_core.media.sound import write_wav
from alice_core.music.arrangement import BEAT, BPM, LEAD_IN, RING, Form, mixed
from alice_core.music.instruments import SAMPLE_RATE

_FORM = (("intro", 4), ("verse", 8), ("chorus", 8), ("break", 4), ("chorus", 8), ("outro", 2))
_FEWEST_BARS = 2


@dataclass(frozen=True, slots=True)
class DemoSection:
    """One part of the demo song, in exact seconds."""

    start: Fraction
    end: Fraction
    label: str


@dataclass(frozen=True, slots=True)
class DemoScore:
    """The truth about the demo song.

    Attributes:
        bpm: Beats a minute.
        sample_rate: Of the file.
        samples: Of one channel.
        beats: The exact second of every beat; every fourth from the first is a downbeat.
        sections: Tiling the song.
    """

    bpm: int
    sample_rate: int
    samples: int
    beats: tuple[Fraction, ...]
    sections: tuple[DemoSection, ...]


def compose_demo(path: Path, *, seconds: int = 75) -> DemoScore:
    """Write the demo song as a 16-bit stereo WAV and return its score.

    Args:
        path: Of the file; it appears whole or not at all.
        seconds: About how long; the parts keep their proportions, each at least two bars.

    Raises:
        ExportError: The file cannot be written.
    """
    form = _form(seconds)
    sound = mixed(form)
    write_wav(path, sound, SAMPLE_RATE)
    return _score(form, len(sound))


def _form(seconds: int) -> Form:
    """The parts with their bars, an even number each."""
    wanted = (seconds * SAMPLE_RATE - LEAD_IN - RING) / (4 * BEAT)
    share = wanted / sum(bars for _, bars in _FORM)
    return tuple((label, max(_FEWEST_BARS, 2 * round(bars * share / 2))) for label, bars in _FORM)


def _score(form: Form, samples: int) -> DemoScore:
    borders = [0]
    for _, bars in form:
        borders.append(borders[-1] + bars)
    beats = tuple(Fraction(LEAD_IN + beat * BEAT, SAMPLE_RATE) for beat in range(4 * borders[-1] + 1))
    starts = [Fraction(0), *(beats[4 * bar] for bar in borders[1:-1]), Fraction(samples, SAMPLE_RATE)]
    sections = tuple(
        DemoSection(start, end, label) for (label, _), start, end in zip(form, starts, starts[1:], strict=False)
    )
    return DemoScore(BPM, SAMPLE_RATE, samples, beats, sections)
