"""Where exactly each beat sounds, and where the beats begin and end.

Dynamic programming gives beats on a grid of 10 ms. Here each is moved to the peak of the
onset beside it and, where that is weak, to the line through its neighbours; beats before
the music and after it are taken away, and the count goes on into an intro or an ending as
long as onsets answer it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, maximum_filter1d, uniform_filter1d

from alice_core.music.counting import Count
from alice_core.music.features import FRAMES, LEAD, Features, Floats
from alice_core.music.network import NETWORK_FRAMES, Activations
from alice_core.music.tempogram import Onsets

ATTACK = 0.003
"""Seconds from the peak of the onset strength to the attack, measured on clicks."""

_NEAR = 4  # frames within which an onset belongs to a beat
_NEIGHBOURS = 4  # beats on each side through which the line goes
_ANSWER = 0.8  # of the mean strength around: there is an onset
_CERTAIN = 0.4  # probability of a beat that needs no onset between others
_STRUCK = 0.7  # of it: an onset, where the network hears a beat
_PLAIN = 3.0  # of it: an attack that needs no network
_AROUND = 4 * FRAMES  # frames of the surroundings
_TOLD, _HINTED = 0.25, 0.08  # probability of a beat that is answer enough / that needs an onset beside it
_SOUNDS = 0.25  # of the gate: there is music
_REST = 2.0  # seconds that a beat goes on through silence
_LOOK = 4  # beats that decide together whether the music has begun


@dataclass(frozen=True, slots=True)
class Placed:
    """Beats at their exact places.

    Attributes:
        times: (n,) seconds, rising.
        strength: (n,) of the onset at each; 1 is usual.
        sounding: (n,) whether there is music; False in a silence of some seconds.
    """

    times: Floats
    strength: Floats
    sounding: NDArray[np.bool_]


def place(features: Features, onsets: Onsets, count: Count, heard: Activations) -> Placed:
    """The beats of a count where they sound, from the first that the music answers to the last."""
    peaks = maximum_filter1d(_prominence(features) * onsets.gate, 2 * _NEAR + 1, mode="constant")
    frames = _ends(count.beats, count.period, *_answers(peaks, onsets.gate, heard))
    if not frames.size:
        return Placed(np.zeros(0), np.zeros(0), np.zeros(0, bool))
    exact, own = _refined(frames, onsets.total)
    strength = peaks[np.clip(frames, 0, peaks.size - 1)]
    strength = strength / max(float(np.median(strength)), 1e-9)
    times = (_smoothed(exact, own) - LEAD) / FRAMES + ATTACK
    times = np.clip(times, 0.0, features.seconds)
    keep = np.concatenate([[True], np.diff(times) > 0.1])  # noqa: PLR2004 - seconds; no music has 600 bpm
    sounding = _sounding(times, onsets.gate[np.clip(frames, 0, onsets.gate.size - 1)] > _SOUNDS)
    return Placed(times[keep], strength[keep], sounding[keep])


def _sounding(times: Floats, heard: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """False for beats in a silence that is longer than a rest."""
    kept = np.ones(times.size, bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[True], heard, [True]]).astype(np.int8)))
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        kept[start:end] = times[end - 1] - times[start] < _REST
    return kept


def _prominence(features: Features) -> Floats:
    """Onset strength over its surroundings, not evened out, so that weak stretches stay weak."""
    total = features.onsets.sum(axis=1)
    return np.asarray(np.maximum(total - uniform_filter1d(total, FRAMES // 2, mode="nearest"), 0.0))


def _answers(peaks: Floats, gate: Floats, heard: Activations) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """At which frames a beat is answered, and at which it is at least likely.

    A beat is answered by the network, or by an onset that is strong for its surroundings.
    """
    told = np.interp((np.arange(peaks.size) - LEAD) / FRAMES * NETWORK_FRAMES, np.arange(heard.beat.size), heard.beat)
    told = maximum_filter1d(told, 2 * _NEAR + 1, mode="constant")
    usual = maximum_filter1d(uniform_filter1d(peaks, _AROUND, mode="nearest"), _AROUND)
    struck = (told >= _TOLD) & (peaks >= _STRUCK * usual)
    hinted = (told >= _HINTED) & (peaks >= _ANSWER * usual)
    answered = (gate >= _SOUNDS) & (struck | hinted | (peaks >= _PLAIN * usual))
    return answered, answered | ((gate >= _SOUNDS) & (told >= _CERTAIN))


def _ends(
    beats: NDArray[np.int64], period: Floats, answered: NDArray[np.bool_], likely: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Without the beats outside the music, and with those that its ends still answer."""
    at = np.clip(beats, 0, answered.size - 1)
    good, fair = answered[at], likely[at]
    if good.sum() < 2:  # noqa: PLR2004 - one beat is none
        return np.zeros(0, np.int64)
    first, last = _first_good(good, fair), good.size - 1 - _first_good(good[::-1], fair[::-1])
    if last < first:
        return np.zeros(0, np.int64)
    inner = beats[first : last + 1]
    head = _extension(int(inner[0]), -1, period, answered, likely)
    tail = _extension(int(inner[-1]), 1, period, answered, likely)
    return np.concatenate([head[::-1], inner, tail]).astype(np.int64)


def _first_good(good: NDArray[np.bool_], fair: NDArray[np.bool_]) -> int:
    """The first answered beat of which most of the next ones are likely beats too."""
    for index in np.flatnonzero(good):
        following = fair[index : index + _LOOK]
        if following.mean() > 0.5:  # noqa: PLR2004 - most
            return int(index)
    return int(np.flatnonzero(good)[0])


def _extension(
    start: int, sign: int, period: Floats, answered: NDArray[np.bool_], likely: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Beats that go on from ``start`` as long as most are likely, up to the last one answered."""
    found: list[int] = []
    kept, silent = 0, 0
    at = float(start)
    while silent < _LOOK:
        at += sign * float(period[min(max(int(at), 0), period.size - 1)])
        frame = round(at)
        if not 0 <= frame < answered.size:
            break
        found.append(frame)
        silent = 0 if likely[frame] else silent + 1
        if answered[frame] and np.mean(likely[found[kept:]]) > 0.5:  # noqa: PLR2004 - most
            kept = len(found)
    return np.asarray(found[:kept], np.int64)


def _refined(frames: NDArray[np.int64], total: Floats) -> tuple[Floats, Floats]:
    """The parabolic peak near each beat, in frames, and its height."""
    smooth = np.pad(gaussian_filter1d(total, 0.8, mode="constant"), _NEAR + 1)
    around = frames[:, None] + np.arange(-_NEAR, _NEAR + 1) + _NEAR + 1
    inside = np.clip(around, 1, smooth.size - 2)
    closeness = np.exp(-0.5 * (np.arange(-_NEAR, _NEAR + 1) / 3.0) ** 2)
    best = inside[np.arange(frames.size), np.argmax(smooth[inside] * closeness, axis=1)]
    left, centre, right = smooth[best - 1], smooth[best], smooth[best + 1]
    bend = left - 2 * centre + right
    shift = np.where(bend < -1e-9, 0.5 * (left - right) / np.where(bend < -1e-9, bend, -1.0), 0.0)  # noqa: PLR2004 - flat
    return best - _NEAR - 1 + np.clip(shift, -0.5, 0.5), centre


def _smoothed(exact: Floats, strength: Floats) -> Floats:
    """Strong beats where they are; weak ones on the line through their neighbours."""
    if exact.size < _NEIGHBOURS:
        return exact
    usual = max(float(np.median(strength)), 1e-9)
    weights = np.clip(strength / usual, 0.05, 2.0)
    reach = np.arange(-_NEIGHBOURS, _NEIGHBOURS + 1)
    where = np.arange(exact.size)[:, None] + reach
    inside = (where >= 0) & (where < exact.size)
    where = np.clip(where, 0, exact.size - 1)
    mass = weights[where] * inside * (1 - np.abs(reach) / (_NEIGHBOURS + 1))
    total = mass.sum(axis=1)
    mean_x, mean_y = (mass * reach).sum(axis=1) / total, (mass * exact[where]).sum(axis=1) / total
    spread_x = reach - mean_x[:, None]
    slope = (mass * spread_x * exact[where]).sum(axis=1) / np.maximum((mass * spread_x**2).sum(axis=1), 1e-9)
    line = mean_y - slope * mean_x
    own = weights * 4.0
    return np.asarray(exact + np.clip((own * exact + line) / (own + 1.0) - exact, -_NEAR, _NEAR))
