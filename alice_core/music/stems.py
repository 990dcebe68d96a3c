"""Stems of a song that the user has: drums to find the beats in, vocals to tell its sections apart.

A stem must be of the same performance. Its attacks are compared with those of the song within
five seconds to each side; where it lies earlier or later it is moved, and that is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import scipy.fft
from scipy.ndimage import uniform_filter1d

from alice_core.errors import UsageError
from alice_core.media.sound import open_sound
from alice_core.music.curves import CURVE_RATE
from alice_core.music.downmix import Mono
from alice_core.music.features import FRAMES, LEAD, Features, Floats, Listener
from alice_core.music.model import Curve, Section
from alice_core.music.window import WHOLE, Window, blocks_within
from alice_core.progress import SILENT, Progress

STEMS = ("drums", "vocals")
"""The stems that are of use."""

_REACH = 5 * FRAMES  # frames that a stem may lie beside the song
_ALIKE = {"drums": 0.25, "vocals": 0.08}  # correlation of attacks below which a stem is of another song
_AS_GOOD = 0.9  # of the best correlation
_FAR, _LENGTH = 2, 0.1  # frames, seconds that are worth telling
_QUIET_DB, _SPAN = 40.0, 4  # below the stem's loud level nothing plays; seconds around it that decide
_SINGS_DB, _SUNG, _UNSUNG = 30.0, 0.3, 0.1  # likewise for a voice; shares of a section that is sung or is not
_NAMED = ("verse", "chorus")


@dataclass(frozen=True, slots=True)
class Stem:
    """A stem brought in line with its song: its features, and what the user should know."""

    features: Features
    notices: tuple[str, ...] = ()


def hear_stems(
    paths: Mapping[str, Path], song: Features, window: Window = WHOLE, progress: Progress = SILENT
) -> dict[str, Stem]:
    """Each stem, heard over the same stretch as the song.

    Raises:
        UsageError: A stem has an unknown name or is of another song.
        NotFound: There is no such file.
        MediaError: It cannot be read as sound.
    """
    unknown = sorted(set(paths) - set(STEMS))
    if unknown:
        raise UsageError(f"there is no use for a stem {unknown[0]!r}", hint=f"Give: {', '.join(STEMS)}.")
    return {name: _aligned(name, _hear(name, paths[name], window, progress), song) for name in sorted(paths)}


def with_drums(song: Features, drums: Features) -> Features:
    """The song with the attacks of its drums wherever they play; else with its own."""
    level = uniform_filter1d(drums.level.astype(np.float64), _SPAN * FRAMES, mode="nearest")
    plays = level > _loud(drums.level) * 10.0 ** (-_QUIET_DB / 10)
    return replace(
        song,
        onsets=np.where(plays[:, None], drums.onsets, song.onsets),
        attacks=np.where(plays[:, None], drums.attacks, song.attacks),
    )


def sung(vocals: Features) -> Curve:
    """The curve ``vocals``: from 0 to 1, the share of the second around it in which a voice sounds."""
    sounds = (vocals.level > max(_loud(vocals.level) * 10.0 ** (-_SINGS_DB / 10), 1e-9)).astype(np.float64)
    share = uniform_filter1d(sounds, FRAMES, mode="nearest")
    count = max(1, int(np.ceil(vocals.seconds * CURVE_RATE)))
    at = np.minimum(np.arange(count) * (FRAMES // CURVE_RATE) + LEAD, share.size - 1)
    return Curve("vocals", CURVE_RATE, tuple(np.round(np.clip(share[at], 0.0, 1.0), 4).tolist()))


def tell_apart(sections: tuple[Section, ...], voice: Curve, sample_rate: int) -> tuple[Section, ...]:
    """Sections with no verse or chorus that nobody sings, in a song that is sung."""
    shares = []
    for one in sections:
        first = min(one.start * voice.rate // sample_rate, len(voice.values) - 1)
        values = voice.values[first : max(first + 1, one.end * voice.rate // sample_rate)]
        shares.append(sum(values) / len(values))
    if max(shares, default=0.0) < _SUNG:
        return sections
    last = len(sections) - 1

    def renamed(place: int, section: Section) -> Section:
        if shares[place] >= _UNSUNG or section.label not in _NAMED:
            return section
        return replace(section, label="intro" if place == 0 else "outro" if place == last else "break")

    return tuple(renamed(place, section) for place, section in enumerate(sections))


def _hear(name: str, path: Path, window: Window, progress: Progress) -> Features:
    listener = Listener()
    with open_sound(path) as reader:
        total = None if reader.declared is None else float(reader.declared)
        mono = Mono(reader.channels, reader.sample_rate)
        with progress.stage(f"Listening to the {name}", total, "s") as stage:
            for block, size in blocks_within(reader, window):
                listener.feed(mono.feed(block))
                stage.advance(size / reader.sample_rate)
        listener.feed(mono.finish())
    return listener.finish()


def _aligned(name: str, stem: Features, song: Features) -> Stem:
    late, alike = _offset(song.onsets, stem.onsets)
    longer = stem.seconds - song.seconds
    if alike < _ALIKE[name]:
        raise UsageError(
            f"the {name} stem does not belong to the song: no offset within 5 s fits (it is {longer:+.2f} s longer)",
            hint="Give a stem of the same recording.",
        )
    told = []
    if abs(longer) > _LENGTH:
        told.append(f"The {name} stem is {abs(longer):.2f} s {'longer' if longer > 0 else 'shorter'} than the song.")
    if abs(late) > _FAR:
        side = "late" if late > 0 else "early"
        told.append(f"The {name} stem was {abs(late) * 10} ms too {side} and was moved.")
    return Stem(_moved(stem, late, song), tuple(told))


def _offset(song: Floats, stem: Floats) -> tuple[int, float]:
    """By how many frames a stem of shape (n, bands) is late, and how well its attacks then agree (-1 to 1)."""
    size = scipy.fft.next_fast_len(max(song.shape[0], stem.shape[0]) + _REACH)
    a, b = (series.astype(np.float64) - series.mean(axis=0) for series in (song, stem))
    # Band by band, for a kick must not be taken for a snare one beat later.
    both = scipy.fft.irfft(scipy.fft.rfft(b, size, axis=0).conj() * scipy.fft.rfft(a, size, axis=0), size, axis=0)
    lags = np.arange(-_REACH, _REACH + 1)
    norm = float(np.sqrt(np.square(a).sum() * np.square(b).sum()))
    values = both.sum(axis=1)[-lags % size] / max(norm, 1e-12)
    near = np.flatnonzero(values >= _AS_GOOD * values.max())  # a beat later fits a steady song nearly as well
    best = int(near[np.argmin(np.abs(lags[near]))])
    best = max(range(max(0, best - 3), min(lags.size, best + 4)), key=lambda place: float(values[place]))
    return int(lags[best]), float(values[best])


def _moved(stem: Features, late: int, song: Features) -> Features:
    """Those series of the stem that are read, moved to the song's time and cut or filled to its length."""

    def fitted(rows: Floats) -> Floats:
        at = np.arange(song.level.size) + late
        inside = (at >= 0) & (at < rows.shape[0])
        out = np.zeros((at.size, *rows.shape[1:]), rows.dtype)
        out[inside] = rows[at[inside]]
        return out

    return replace(
        stem,
        onsets=fitted(stem.onsets),
        attacks=fitted(stem.attacks),
        level=fitted(stem.level),
        seconds=song.seconds,
    )


def _loud(level: Floats) -> float:
    return float(np.percentile(level.astype(np.float64), 95)) if level.size else 0.0
