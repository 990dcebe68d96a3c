"""What else is known of a song beside beats and form: key, loudness, silence, onsets, certainty, as values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Engine:
    """Who heard the beats, and in which version."""

    name: str
    version: str


@dataclass(frozen=True, slots=True)
class BandOnsets:
    """The attacks in one band of the spectrum.

    Attributes:
        band: ``kick``, ``snare`` or ``hats``.
        samples: Where each begins, in samples of the song, rising.
        strengths: From 0 to 1, of each, among all attacks of that band.
    """

    band: str
    samples: tuple[int, ...]
    strengths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class KeyAlternative:
    """Another key that fits, with its fit relative to the chosen one."""

    tonic: str
    mode: str
    score: float


@dataclass(frozen=True, slots=True)
class Key:
    """A key.

    Attributes:
        tonic: ``C``, ``C#`` or ``Db`` as musicians spell it in that mode.
        mode: ``major`` or ``minor``.
        confidence: From 0 to 1; low where the harmony says little or two keys fit alike.
        alternatives: The next best, best first.
    """

    tonic: str
    mode: str
    confidence: float
    alternatives: tuple[KeyAlternative, ...] = ()


@dataclass(frozen=True, slots=True)
class Loudness:
    """Loudness after EBU R128 (ITU-R BS.1770-5, EBU Tech 3342).

    Attributes:
        integrated: Of the whole in LUFS; ``None`` where nothing is louder than -70 LUFS.
        range: Between soft and loud passages in LU; ``None`` likewise.
        true_peak: Highest reconstructed peak in dBTP; ``None`` for digital silence.
        curve: Name of the curve that holds the momentary loudness in LUFS.
    """

    integrated: float | None
    range: float | None
    true_peak: float | None
    curve: str = "loudness"


@dataclass(frozen=True, slots=True)
class Passage:
    """Samples from ``start`` up to ``end``: a silence, or the part of the song that was analysed."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """How sure the beats of one stretch are.

    Attributes:
        start: First sample.
        end: Sample after the last.
        octave: From 0 to 1, that the tempo is counted in the right octave.
        phase: From 0 to 1, that the beats lie on the beat and not between.
        meter: From 0 to 1, that the downbeats are the downbeats.
    """

    start: int
    end: int
    octave: float
    phase: float
    meter: float
