"""A song file heard once, from its first block to its analysis.

Decoding, mixing down, resampling and the spectra run block by block, so memory grows only by
the small series of :class:`~alice_core.music.hearing.Heard`. What follows reads those.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from alice_core.errors import UsageError
from alice_core.media.sound import SoundReader, open_sound
from alice_core.music.beats import Pulse, find_pulse
from alice_core.music.curves import draw_curves, hearable
from alice_core.music.engines.adopting import adopt
from alice_core.music.engines.built_in import BuiltIn
from alice_core.music.engines.registry import DEFAULT, get_analyser
from alice_core.music.features import Features
from alice_core.music.hearing import Heard, Hearing
from alice_core.music.key import find_key, find_keys
from alice_core.music.model import Analysis, Song
from alice_core.music.network import Activations, hear
from alice_core.music.sections import find_sections
from alice_core.music.stems import Stem, hear_stems, sung, tell_apart, with_drums
from alice_core.music.tempogram import gate_of, onset_strength
from alice_core.music.traits import Engine
from alice_core.music.waveform import Waveform
from alice_core.music.window import WHOLE, Window, blocks_within, placed, placed_outline
from alice_core.progress import SILENT, Progress

EARLY = 120.0
"""Seconds after which the first results of a long song are given."""

_LONG = 600.0  # seconds that a song must promise to be worth early results

Early = Callable[[Analysis], None]
"""Is given the analysis of the first minutes while the rest is still being heard."""


@dataclass(frozen=True, slots=True)
class Listening:
    """All that one pass over a song gives: its analysis, and its outline to draw."""

    analysis: Analysis
    waveform: Waveform


@dataclass(frozen=True, slots=True)
class Ear:
    """Who hears the beats, and how the pulse comes of what was heard."""

    engine: Engine
    pulse: Callable[[Features, Activations, Song], Pulse]


@dataclass(frozen=True, slots=True)
class Struck:
    """What the beats are found in: the song with its drums' attacks, and what the network hears."""

    features: Features
    heard: Activations


@dataclass(frozen=True, slots=True)
class Wish:
    """How a song is to be heard.

    Attributes:
        window: The stretch to analyse.
        stems: ``drums`` and ``vocals`` of the song by name, where there are any.
        engine: Who hears the beats; see :mod:`alice_core.music.engines`.
    """

    window: Window = WHOLE
    stems: Mapping[str, Path] = field(default_factory=dict)
    engine: str = DEFAULT


ALL = Wish()
"""The whole song by itself."""

_OURS = Ear(Engine(BuiltIn.name, BuiltIn.version), find_pulse)


def analyse(
    path: Path, progress: Progress = SILENT, *, digest: str | None = None, wish: Wish = ALL, early: Early | None = None
) -> Analysis:
    """What the song says: beats, bars, tempo, sections, curves, key, loudness and onsets.

    The same bytes give the same analysis. Silence, speech, noise, a damaged end and songs of
    a second are analysed too; what is missing then is said in ``notices``.

    Args:
        path: Any file with sound.
        progress: Told about every stage.
        digest: Of the file, where the caller knows it; noted in the song.
        wish: What of it is heard, and with which stems.
        early: Given the analysis of the first two minutes, if the song promises to be longer than ten.

    Raises:
        NotFound: There is no such file.
        MediaError: It cannot be read as sound.
        UsageError: The window is empty, or a stem is of another song.
    """
    return listen(path, progress, digest=digest, wish=wish, early=early).analysis


def listen(
    path: Path, progress: Progress = SILENT, *, digest: str | None = None, wish: Wish = ALL, early: Early | None = None
) -> Listening:
    """The analysis and the waveform from one pass over the file; see :func:`analyse`."""
    ear = _ear(path, wish)
    with open_sound(path) as reader:
        heard, samples = _hear(reader, progress, wish.window, early)
        rate, damage = reader.sample_rate, reader.damage
    song = Song(rate, samples, digest)
    notices = (f"The file is damaged: {damage}. What decodes was analysed.",) if damage else ()
    stems = hear_stems(wish.stems, heard.features, wish.window, progress)
    struck, heard, stems = _strike(heard, stems, progress)
    if wish.window == WHOLE:
        return Listening(understand(heard, struck, song, notices, progress, stems, ear), heard.waveform)
    start, _ = wish.window.samples(rate)
    if start >= samples:
        raise UsageError(
            f"the stretch begins at {start / rate:g} s, but the song has {samples / rate:g} s",
            hint="Choose an earlier --from.",
        )
    part = understand(heard, struck, Song(rate, heard.samples, digest), notices, progress, stems, ear)
    return Listening(placed(part, song, start), placed_outline(heard.waveform, song, start))


def understand(
    heard: Heard,
    struck: Struck,
    song: Song,
    notices: tuple[str, ...] = (),
    progress: Progress = SILENT,
    stems: Mapping[str, Stem] | None = None,
    ear: Ear | None = None,
) -> Analysis:
    """The analysis of a song that was heard; the notices so far come first."""
    stems = stems or {}
    told = tuple(notice for stem in stems.values() for notice in stem.notices)
    analysis = _grid(heard.features, struck, song, progress, stems, heard, ear)
    spans = [(one.start / song.sample_rate, one.end / song.sample_rate) for one in analysis.sections]
    harmony, weight = heard.features.harmony, hearable(heard.features, gate_of(heard.features.level))
    keys = find_keys(harmony, weight, spans)
    return replace(
        analysis,
        sections=tuple(replace(one, key=key) for one, key in zip(analysis.sections, keys, strict=True)),
        notices=notices + told + analysis.notices,
        onsets=heard.onsets,
        key=find_key(harmony, weight),
        loudness=heard.loudness,
        silences=heard.silences,
    )


def _ear(path: Path, wish: Wish) -> Ear:
    """The engine that was wished for; another than ours hears the whole file first."""
    analyser = get_analyser(wish.engine)
    engine = Engine(analyser.name, analyser.version)
    told = analyser.hear(path)
    if told is None:
        return Ear(engine, find_pulse)
    return Ear(engine, partial(adopt, told=told, start=float(wish.window.start or 0)))


def _strike(heard: Heard, stems: Mapping[str, Stem], progress: Progress) -> tuple[Struck, Heard, dict[str, Stem]]:
    """What the beats are found in, and song and stems without what only the network reads."""
    struck = _struck(heard.features, stems, progress)
    read = {name: replace(stem, features=stem.features.read()) for name, stem in stems.items()}
    return struck, replace(heard, features=heard.features.read()), read


def _struck(features: Features, stems: Mapping[str, Stem], progress: Progress) -> Struck:
    beaten = with_drums(features, stems["drums"].features) if "drums" in stems else features
    with progress.stage("Hearing the beat", 1) as stage:
        heard = hear(beaten)
        stage.advance()
    return Struck(beaten.read(), heard)


def _grid(
    features: Features,
    struck: Struck,
    song: Song,
    progress: Progress,
    stems: Mapping[str, Stem],
    heard: Heard | None = None,
    ear: Ear | None = None,
) -> Analysis:
    """Beats, form and curves alone."""
    ear = ear or _OURS
    with progress.stage("Finding the beat", 1) as stage:
        pulse = ear.pulse(struck.features, struck.heard, song)
        stage.advance()
    with progress.stage("Finding the form", 1) as stage:
        onsets = onset_strength(features).together()
        curves = draw_curves(features, onsets, None if heard is None else heard.momentary)
        sections = find_sections(features, onsets, song, pulse, curves[0])
        if "vocals" in stems:
            voice = sung(stems["vocals"].features)
            curves, sections = (*curves, voice), tell_apart(sections, voice, song.sample_rate)
        stage.advance()
    return Analysis(
        song,
        pulse.tempo,
        pulse.tempo_map,
        pulse.beats,
        sections,
        curves,
        pulse.notices,
        ear.engine,
        stretches=pulse.stretches,
    )


def _first_look(features: Features, song: Song) -> Analysis:
    return _grid(features, _struck(features, {}, SILENT), song, SILENT, {})


def _hear(reader: SoundReader, progress: Progress, window: Window, early: Early | None) -> tuple[Heard, int]:
    """What is heard of the window, and how many samples the whole file has."""
    hearing, samples = Hearing(reader.channels, reader.sample_rate, reader.layout), 0
    total = None if reader.declared is None else float(reader.declared)
    waiting = early if total is not None and total > _LONG and window == WHOLE else None
    with progress.stage("Listening", total, "s") as stage:
        for block, size in blocks_within(reader, window):
            hearing.feed(block)
            samples += size
            stage.advance(size / reader.sample_rate)
            if waiting is not None and samples >= EARLY * reader.sample_rate:
                waiting(_first_look(hearing.so_far(), Song(reader.sample_rate, samples)))
                waiting = None
    return hearing.finish(), samples
