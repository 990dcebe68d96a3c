"""A song file heard once, from its first block to its analysis.

Decoding, mixing down, resampling and the spectra run block by block, so memory grows only by
the small series of :class:`~alice_core.music.features.Features`. What follows reads those.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alice_core.media.sound import open_sound
from alice_core.music.beats import find_pulse
from alice_core.music.curves import draw_curves
from alice_core.music.downmix import Mono
from alice_core.music.features import Features, Listener
from alice_core.music.model import Analysis, Song
from alice_core.music.sections import find_sections
from alice_core.music.tempogram import onset_strength
from alice_core.music.waveform import Outline, Waveform
from alice_core.progress import SILENT, Progress


@dataclass(frozen=True, slots=True)
class Listening:
    """All that one pass over a song gives: its analysis, and its outline to draw."""

    analysis: Analysis
    waveform: Waveform


def analyse(path: Path, progress: Progress = SILENT, *, digest: str | None = None) -> Analysis:
    """What the song says: beats, bars, tempo, sections and curves.

    The same bytes give the same analysis. Silence, speech, noise, a damaged end and songs of
    a second are analysed too; what is missing then is said in ``notices``.

    Args:
        path: Any file with sound.
        progress: Told about every stage.
        digest: Of the file, where the caller knows it; noted in the song.

    Raises:
        NotFound: There is no such file.
        MediaError: It cannot be read as sound.
    """
    return listen(path, progress, digest=digest).analysis


def listen(path: Path, progress: Progress = SILENT, *, digest: str | None = None) -> Listening:
    """The analysis and the waveform from one pass over the file; see :func:`analyse`."""
    listener, outline, samples = Listener(), Outline(), 0
    with open_sound(path) as reader:
        total = None if reader.declared is None else float(reader.declared)
        mono = Mono(reader.channels, reader.sample_rate)
        with progress.stage("Listening", total, "s") as stage:
            for block in reader.blocks():
                samples += block.shape[0]
                heard = mono.feed(block)
                listener.feed(heard)
                outline.feed(heard)
                stage.advance(block.shape[0] / reader.sample_rate)
        rest = mono.finish()
        listener.feed(rest)
        outline.feed(rest)
        song, damage = Song(reader.sample_rate, samples, digest), reader.damage
    notices = (f"The file is damaged: {damage}. What decodes was analysed.",) if damage else ()
    return Listening(understand(listener.finish(), song, notices, progress), outline.finish())


def understand(features: Features, song: Song, notices: tuple[str, ...] = (), progress: Progress = SILENT) -> Analysis:
    """The analysis of a song whose features were heard; the notices so far come first."""
    with progress.stage("Finding the beat", 1) as stage:
        onsets = onset_strength(features)
        pulse = find_pulse(features, onsets, song)
        stage.advance()
    with progress.stage("Finding the form", 1) as stage:
        curves = draw_curves(features, onsets)
        sections = find_sections(features, onsets, song, pulse, curves[0])
        stage.advance()
    return Analysis(song, pulse.tempo, pulse.tempo_map, pulse.beats, sections, curves, notices + pulse.notices)
