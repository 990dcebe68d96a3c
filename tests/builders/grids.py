"""Analyses with beats where a test wants them."""

from __future__ import annotations

from alice_core.music.model import Analysis, Beat, Curve, Section, Song, Tempo, TempoPoint
from alice_core.music.traits import BandOnsets

RATE = 48000
DIGEST = "sha256:" + "5" * 64


def analysed(samples, *, meter=4, pickup=0, length=None, rate=RATE, sections=(), onsets=()):
    """An analysis with beats on these samples, counted in one meter, after a pickup of so many beats."""
    beats = []
    for index, sample in enumerate(samples):
        place = index - pickup
        beats.append(Beat(sample, place // meter + 1, place % meter + 1, 0.5))
    whole = length or (samples[-1] + rate if samples else rate)
    gap = (samples[-1] - samples[0]) / (len(samples) - 1) if len(samples) > 1 else rate
    parts = sections or (Section(0, whole, "verse", 0.5, 0.5),)
    return Analysis(
        Song(rate, whole, DIGEST),
        Tempo(round(60 * rate / gap, 3), 0.5),
        (TempoPoint(samples[0], 60 * rate / gap),) if samples else (),
        tuple(beats),
        tuple(parts),
        (Curve("energy", 1, tuple([0.5] * (whole // rate + 1))),),
        onsets=tuple(BandOnsets(name, tuple(at), tuple([1.0] * len(at))) for name, at in onsets),
    )


def steady(count, *, first=24000, gap=24000, **more):
    """The same with even beats."""
    return analysed([first + gap * index for index in range(count)], **more)
