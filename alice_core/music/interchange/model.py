"""What the formats exchange: beats, sections and lyrics in exact seconds, and where they belong."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from alice_core.music.grid.decisions import Named
from alice_core.music.model import Analysis
from alice_core.timing import FrameRate

_HOUR = 3600


@dataclass(frozen=True, slots=True)
class TimedBeat:
    """A beat; position 1 is a downbeat, 0 is not known, ``bar`` is its number where known."""

    seconds: Fraction
    position: int = 0
    bar: int | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """Text at a moment: the name of a section, or a line of lyrics; ``end`` where the file says it."""

    seconds: Fraction
    text: str
    end: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Score:
    """All that a file says of a song's time, each part by rising seconds.

    Attributes:
        beats: The grid; empty where the file says nothing of it.
        sections: The form.
        lyrics: The words.
        notices: What the user should know of how the file was read.
    """

    beats: tuple[TimedBeat, ...] = ()
    sections: tuple[Words, ...] = ()
    lyrics: tuple[Words, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """What a format must know besides the score.

    Attributes:
        name: Of the file, for messages.
        seconds: Length of the song.
        sample_rate: Of the song.
        rate: Frames a second, for formats that count frames.
        start: Frame of the timeline at which the song begins.
        song: Path of the song, for formats that name it.
        analysis: The analysis, for formats that carry more of it.
    """

    name: str
    seconds: Fraction
    sample_rate: int
    rate: FrameRate = field(default_factory=lambda: FrameRate(Fraction(24)))
    start: int = 24 * _HOUR
    song: str = ""
    analysis: Analysis | None = None


def score_of(analysis: Analysis, lyrics: tuple[Named, ...] = ()) -> Score:
    """The beats and sections of an analysis, with lyrics, as formats write them."""
    rate = analysis.song.sample_rate
    return Score(
        beats=tuple(TimedBeat(Fraction(one.sample, rate), one.position, one.bar) for one in analysis.beats),
        sections=tuple(
            Words(Fraction(one.start, rate), one.label, Fraction(one.end, rate)) for one in analysis.sections
        ),
        lyrics=tuple(
            Words(Fraction(one.sample, rate), one.text, None if one.end is None else Fraction(one.end, rate))
            for one in lyrics
        ),
    )
