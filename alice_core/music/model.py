"""What a song says: beats, tempo map, sections and curves, as values.

Every moment is a sample index over the song's own sample rate, so it is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from alice_core.music.traits import BandOnsets, Engine, Key, Loudness, Passage, Stretch

FEWEST_BEATS = 4
"""Beats below which a song has no pulse to cut on."""

LEAST_CONFIDENCE = 0.05
"""Confidence of the tempo below which its beats are guesses."""


@dataclass(frozen=True, slots=True)
class Song:
    """The sound that was analysed.

    Attributes:
        sample_rate: Samples a second of the file itself.
        samples: Samples of one channel that decode, so ``samples / sample_rate`` is the length.
        digest: ``sha256:...`` of the file, where the caller knows it.
    """

    sample_rate: int
    samples: int
    digest: str | None = None

    @property
    def seconds(self) -> Fraction:
        """The exact length in seconds."""
        return Fraction(self.samples, self.sample_rate)


@dataclass(frozen=True, slots=True)
class Beat:
    """One beat.

    Attributes:
        sample: Where it sounds, in samples of the song.
        bar: Number of its bar; the first whole bar is 1, a pickup lies in bar 0.
        position: Place in the bar; 1 is the downbeat.
        confidence: From 0 to 1, how sure the analysis is of this beat.
    """

    sample: int
    bar: int
    position: int
    confidence: float


@dataclass(frozen=True, slots=True)
class TempoAlternative:
    """Another tempo the song could be counted in.

    Attributes:
        bpm: In beats a minute.
        score: Relative to the chosen one, whose score is 1.
        factor: What the chosen tempo is multiplied by, such as 0.5; ``None`` where it is no simple ratio.
    """

    bpm: float
    score: float
    factor: float | None = None


@dataclass(frozen=True, slots=True)
class Tempo:
    """The song's main tempo in beats a minute; 0 where there is no beat."""

    bpm: float
    confidence: float
    alternatives: tuple[TempoAlternative, ...] = ()


@dataclass(frozen=True, slots=True)
class TempoPoint:
    """The tempo in beats a minute from this sample on."""

    sample: int
    bpm: float


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the form; sections tile the song from 0 to its last sample.

    Attributes:
        start: First sample.
        end: Sample after the last.
        label: ``intro verse chorus bridge drop break outro`` or a neutral letter.
        energy: From 0 to 1, the part's loudness and density among all parts of the song.
        confidence: From 0 to 1, of the label and the border.
        key: Of this part, where its harmony says one.
    """

    start: int
    end: int
    label: str
    energy: float
    confidence: float
    key: Key | None = None


@dataclass(frozen=True, slots=True)
class Curve:
    """One measure over time at ``rate`` values a second; value i lies at i/rate s of the song.

    All curves go from 0 to 1 but ``loudness``, which is in LUFS and at least -70.
    """

    name: str
    rate: int
    values: tuple[float, ...]

    def mean(self, start: Fraction, end: Fraction) -> float:
        """The mean of the curve from ``start`` to ``end`` seconds (the nearest value if none lies between)."""
        first = max(0, round(start * self.rate))
        last = min(len(self.values), max(first + 1, round(end * self.rate)))
        if not self.values:
            return 0.0
        stretch = self.values[min(first, len(self.values) - 1) : last] or self.values[-1:]
        return sum(stretch) / len(stretch)


@dataclass(frozen=True, slots=True)
class Analysis:
    """All that is known of a song; the document of it is ``alice.analysis/2``.

    Attributes:
        song: The sound.
        tempo: The main tempo.
        tempo_map: Tempo over time, by rising sample.
        beats: By rising sample; empty where the song has none.
        sections: Tiling the song, or the part of it that was analysed.
        curves: ``energy brightness density mode valence arousal loudness``, each over the whole song;
            ``valence`` and ``arousal`` are estimates.
        notices: Sentences that the user should read: silence, no steady beat, a damaged end.
        engine: Who heard the beats; ``None`` in documents of version 1.
        onsets: The attacks of each band.
        key: Of the song; ``None`` where its harmony says nothing.
        loudness: ``None`` where it was not measured.
        silences: Passages without sound, by rising sample.
        stretches: How sure the beats are over time, by rising sample.
        corrected: Whether a person changed the beats.
        window: The part of the song that was analysed; ``None`` for all of it.
    """

    song: Song
    tempo: Tempo
    tempo_map: tuple[TempoPoint, ...]
    beats: tuple[Beat, ...]
    sections: tuple[Section, ...]
    curves: tuple[Curve, ...]
    notices: tuple[str, ...] = ()
    engine: Engine | None = None
    onsets: tuple[BandOnsets, ...] = ()
    key: Key | None = None
    loudness: Loudness | None = None
    silences: tuple[Passage, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    corrected: bool = False
    window: Passage | None = None

    @property
    def has_beat(self) -> bool:
        """Whether a cut can trust the beats; if not, a plan uses even lengths."""
        return len(self.beats) >= FEWEST_BEATS and self.tempo.confidence >= LEAST_CONFIDENCE

    def curve(self, name: str) -> Curve:
        """The curve of that name; raises KeyError when the analysis has none."""
        for curve in self.curves:
            if curve.name == name:
                return curve
        raise KeyError(name)
