"""Songs to plan: evenly played ones, made by hand."""

from __future__ import annotations

from functools import cache

import pytest

from alice_core.directing.plan import plan_shots
from alice_core.music.model import Analysis, Beat, Curve, Section, Song, Tempo, TempoPoint
from alice_core.timing import FrameRate

POP = (
    ("intro", 4, 0.2),
    ("verse", 8, 0.5),
    ("chorus", 8, 0.9),
    ("verse", 8, 0.55),
    ("chorus", 8, 0.95),
    ("break", 4, 0.15),
    ("chorus", 8, 1.0),
    ("outro", 4, 0.2),
)


@cache
def steady_song(*, bpm=112, form=POP, meter=4, sample_rate=44100, first=0.35, tail=3.0, confidence=0.9) -> Analysis:
    """A song with an even beat, its borders on downbeats."""
    period = 60 / bpm
    beats: list[Beat] = []
    sections: list[Section] = []
    for label, bars, energy in form:
        start = round((first + len(beats) * period) * sample_rate) if sections else 0
        for _ in range(bars * meter):
            index = len(beats)
            beats.append(
                Beat(round((first + index * period) * sample_rate), index // meter + 1, index % meter + 1, 0.9)
            )
        sections.append(Section(start, 0, label, energy, 0.8))
    samples = round((first + len(beats) * period + tail) * sample_rate)
    ends = [section.start for section in sections[1:]] + [samples]
    tiled = tuple(Section(one.start, end, one.label, one.energy, 0.8) for one, end in zip(sections, ends, strict=True))
    energies = [
        next(one.energy for one in reversed(tiled) if one.start <= index * sample_rate / 10)
        for index in range(samples * 10 // sample_rate + 1)
    ]
    curves = (
        Curve("energy", 10, tuple(energies)),
        Curve("brightness", 10, tuple((index % 500) / 500 for index in range(len(energies)))),
        Curve("valence", 10, tuple((index % 300) / 300 for index in range(len(energies)))),
    )
    return Analysis(
        Song(sample_rate, samples, "sha256:" + "ab" * 32),
        Tempo(bpm, confidence),
        (TempoPoint(0, bpm),),
        tuple(beats),
        tiled,
        curves,
    )


@pytest.fixture
def song_of():
    return steady_song


@pytest.fixture
def pop_song() -> Analysis:
    return steady_song()


@pytest.fixture
def pop_plan(pop_song):
    return plan_shots(pop_song, rate=FrameRate.parse("24"), width=1280, height=720, brief="A fox in the snow", seed=7)
