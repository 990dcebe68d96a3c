"""The key of a song and of its parts, and how major or minor it is over time.

The pitch classes of a stretch are compared with how often each degree sounds in a key: the
profiles of Krumhansl and Kessler (1982) and of Temperley (2007, from the Kostka-Payne corpus)
vote together. What a listener would call the key can differ, by a fifth or to the relative key
above all; so the next best keys are told, and the confidence follows from the distance to them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.ndimage import uniform_filter1d

from alice_core.music.features import SLOW_FRAMES, Floats
from alice_core.music.traits import Key, KeyAlternative

HARMONY_SPAN = 8.0
"""Seconds of harmony that make major or minor."""

_NAMES = {
    "major": ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"),
    "minor": ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B"),
}
_KRUMHANSL = (
    (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
)
_TEMPERLEY = (
    (0.748, 0.060, 0.488, 0.082, 0.670, 0.460, 0.096, 0.715, 0.104, 0.366, 0.057, 0.400),
    (0.712, 0.084, 0.474, 0.618, 0.049, 0.460, 0.105, 0.747, 0.404, 0.067, 0.133, 0.330),
)
_BASS = 0.5  # weight of the bass against what sounds above
_TOLD, _NO_HARMONY = 4, 0.35  # keys named beside the best; fit below which there is no key
_AT_ONCE = 4096  # frames compared with the keys at once
_CLEAR = 0.12  # lead over the next key that is beyond doubt


def find_key(harmony: Floats, weight: Floats, first: int = 0, end: int | None = None) -> Key | None:
    """The key of the slow frames from ``first`` to ``end``; ``None`` where the harmony says none.

    Args:
        harmony: (m, 24) pitch classes of bass and above.
        weight: (m,) how much each frame counts; 0 where it is silent.
        first: First frame.
        end: Frame after the last.
    """
    rows = _chroma(harmony[first:end]) * weight[first:end, None]
    total = rows.sum(axis=0)
    if total.max(initial=0.0) <= 0.0:
        return None
    fits = _fits(total[None, :])[0]
    order = np.argsort(-fits, kind="stable")
    best = float(fits[order[0]])
    if best < _NO_HARMONY:
        return None
    lead = (best - float(fits[order[1]])) / _CLEAR
    confidence = min(1.0, lead) * min(1.0, (best - _NO_HARMONY) / (0.8 - _NO_HARMONY))
    others = tuple(
        KeyAlternative(*_name(int(one)), round(max(0.0, float(fits[one]) / best), 4)) for one in order[1 : _TOLD + 1]
    )
    return Key(*_name(int(order[0])), round(confidence, 4), others)


def find_keys(harmony: Floats, weight: Floats, spans: Sequence[tuple[float, float]]) -> list[Key | None]:
    """The key of each span of seconds."""
    return [
        find_key(harmony, weight, int(start * SLOW_FRAMES), max(int(start * SLOW_FRAMES) + 1, round(end * SLOW_FRAMES)))
        for start, end in spans
    ]


def majorness(harmony: Floats) -> Floats:
    """(m,) from 0 (minor) over 0.5 (cannot be said) to 1 (major), of the harmony around each slow frame."""
    smooth = np.empty((harmony.shape[0], 12))
    for column in range(12):
        chroma = (_BASS * harmony[:, column] + harmony[:, 12 + column]).astype(np.float64)
        smooth[:, column] = uniform_filter1d(chroma, int(HARMONY_SPAN * SLOW_FRAMES), mode="nearest")
    lead = np.empty(harmony.shape[0])
    for first in range(0, lead.size, _AT_ONCE):  # so that what is in between stays small for a song of hours
        fits = _fits(smooth[first : first + _AT_ONCE])
        lead[first : first + _AT_ONCE] = fits[:, :12].max(axis=1) - fits[:, 12:].max(axis=1)
    return np.asarray(np.clip(0.5 + 1.5 * lead, 0.0, 1.0))


def _chroma(harmony: Floats) -> Floats:
    return np.asarray(_BASS * harmony[:, :12] + harmony[:, 12:])


def _name(index: int) -> tuple[str, str]:
    mode = "major" if index < 12 else "minor"  # noqa: PLR2004 - twelve keys of each
    return _NAMES[mode][index % 12], mode


def _fits(chroma: Floats) -> Floats:
    """(m, 24) correlation of each row with the twelve major, then the twelve minor keys."""
    rows = chroma - chroma.mean(axis=1, keepdims=True)
    rows = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    return np.asarray(sum(np.einsum("ij,jk->ik", rows, _columns(p)) for p in (_KRUMHANSL, _TEMPERLEY)) / 2.0)


def _columns(profiles: tuple[tuple[float, ...], ...]) -> Floats:
    columns = np.stack([np.roll(profile, key) for profile in profiles for key in range(12)], axis=1)
    columns = columns - columns.mean(axis=0)
    return np.asarray(columns / np.linalg.norm(columns, axis=0))
