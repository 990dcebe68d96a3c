"""Timelines to write: one small fixed builder, and a strategy over all that may vary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from pathlib import Path, PurePath, PurePosixPath
from typing import cast

import pytest
from hypothesis import strategies as st

from alice_core.timeline.model import Clip, Marker, Media, MediaKind, Timeline
from alice_core.timing import RATES, FrameRate, frames_of

HARD_NAMES = (
    "plain.png",
    "with space & <tag>.png",
    "quote \" and ' .png",
    "100% #1?.png",
    "naïve café.png",
    "夜の街.png",
    "🎬 emoji.png",
    "Привет.png",
    "..hidden .png",
    "n" * 196 + ".png",
)


@dataclass(frozen=True, slots=True)
class Builder:
    """Makes timelines for the tests of this folder."""

    still: Callable[..., Media]
    movie: Callable[..., Media]
    song: Callable[..., Media]
    timeline: Callable[..., Timeline]
    strategy: Callable[..., st.SearchStrategy[Timeline]]


def _digest(text: str) -> str:
    return "sha256:" + sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _path(path: str | PurePath) -> Path:
    return cast("Path", PurePosixPath(path) if isinstance(path, str) else path)


def still(path: str | PurePath = "/films/shot.png", width: int = 1280, height: int = 720) -> Media:
    return Media(_path(path), _digest(str(path)), MediaKind.STILL, width, height)


def movie(
    path: str | PurePath = "/films/take.mp4",
    rate: str = "24",
    frames: int = 100,
    size: tuple[int, int] = (1280, 720),
    sample_rate: int = 0,
) -> Media:
    own = FrameRate.parse(rate)
    channels = 2 if sample_rate else 0
    return Media(
        _path(path), _digest(str(path)), MediaKind.MOVIE, *size, own, own.seconds(frames), sample_rate, channels
    )


def song(
    seconds: Fraction, path: str | PurePath = "/songs/song.wav", sample_rate: int = 48000, channels: int = 2
) -> Media:
    return Media(
        _path(path), _digest(str(path)), MediaKind.SOUND, duration=seconds, sample_rate=sample_rate, channels=channels
    )


def timeline(
    lengths: tuple[int, ...] = (24, 10, 30),
    rate: str = "24",
    start: str = "01:00:00:00",
    medias: tuple[Media, ...] = (),
    markers: tuple[Marker, ...] = (),
    **changes: object,
) -> Timeline:
    """Shots of the given lengths on stills, or on ``medias`` where there are any."""
    own = FrameRate.parse(rate)
    clips, at = [], 0
    for index, length in enumerate(lengths):
        media = medias[index % len(medias)] if medias else still(f"/films/shot-{index}.png")
        clips.append(Clip(f"shot-{index + 1:04}", at, length, media, 0, "push-in", f"picture {index}"))
        at += length
    whole: dict[str, object] = {
        "name": "Song",
        "rate": own,
        "start": frames_of(start, own),
        "width": 1280,
        "height": 720,
        "clips": tuple(clips),
        "song": song(own.seconds(at)),
        "markers": markers,
    }
    return Timeline(**(whole | changes))  # type: ignore[arg-type]


@st.composite
def timelines(draw: st.DrawFn, most: int = 12) -> Timeline:
    """Any mixture of stills and movies at any usual rate, with names that make trouble."""
    rate = draw(st.sampled_from(RATES))
    own = FrameRate.parse(rate)
    names = st.sampled_from(HARD_NAMES) | st.text(max_size=60).map(lambda text: text.replace("/", "-") + ".png")
    clips, at = [], 0
    for length in draw(st.lists(st.integers(1, 5000), min_size=1, max_size=most)):
        path = PurePosixPath("/films") / draw(names)
        skip = draw(st.integers(0, 50))
        if draw(st.booleans()):
            media, skip = still(path), 0
        else:
            media = movie(
                path, rate, skip + length + draw(st.integers(0, 3)), sample_rate=draw(st.sampled_from([0, 48000]))
            )
        note = draw(st.text(max_size=20))
        clips.append(Clip(draw(names), at, length, media, skip, "hold", note))
        at += length
    early = own.frame * draw(st.fractions(Fraction(-1, 2), Fraction(49, 100), max_denominator=1000))
    marks = draw(st.lists(st.integers(-5, at + 5), max_size=20))
    kinds = st.sampled_from(["beat", "downbeat", "section", "7th"])
    return Timeline(
        draw(names),
        own,
        frames_of(draw(st.sampled_from(["00:00:00:00", "01:00:00:00", "10:10:10:10"])), own),
        draw(st.sampled_from([1280, 1920, 640, 999])),
        draw(st.sampled_from([720, 1080, 2160])),
        tuple(clips),
        song(max(own.frame / 4, own.seconds(at) + early), PurePosixPath("/songs") / draw(names)),
        tuple(Marker(frame, draw(kinds), draw(st.text(max_size=8))) for frame in sorted(marks)),
    )


@pytest.fixture(scope="session")
def build() -> Builder:
    """Builders of media and timelines; the strategy draws any timeline that may be written."""
    return Builder(still, movie, song, timeline, timelines)
