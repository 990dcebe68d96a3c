"""Timelines that no editor could open are refused before a byte is written."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import PurePosixPath

import pytest

from alice_core.errors import ExportError
from alice_core.timeline import FORMATS, documents
from alice_core.timeline.model import MediaKind, Timeline
from alice_core.timeline.sources import require_sources, song_frames


def refused(timeline: Timeline, code: str, words: str) -> None:
    for name in FORMATS:
        with pytest.raises(ExportError, match=words) as caught:
            documents(timeline, name, "cut")
        assert caught.value.code == code
        assert caught.value.hint


def with_first(timeline: Timeline, **changes: object) -> Timeline:
    first, *rest = timeline.clips
    return replace(timeline, clips=(replace(first, **changes), *rest))


def test_a_whole_timeline_is_accepted(build) -> None:
    require_sources(build.timeline())


def test_no_clips_a_gap_an_overlap_and_an_empty_clip(build) -> None:
    timeline = build.timeline()
    refused(replace(timeline, clips=()), "ALICE-E03", "no clips")
    refused(with_first(timeline, frames=23), "ALICE-E03", "gap")
    refused(with_first(timeline, frames=25), "ALICE-E03", "overlap")
    refused(with_first(timeline, frames=0), "ALICE-E03", "empty clip")


def test_a_movie_must_cover_its_shot_to_half_a_frame(build) -> None:
    exact = build.timeline((24,), medias=(build.movie(frames=24),))
    require_sources(exact)
    almost = replace(exact.clips[0].media, duration=Fraction(47, 48))
    require_sources(with_first(exact, media=almost))
    for short in (replace(almost, duration=Fraction(23, 24)), replace(almost, duration=None)):
        refused(with_first(exact, media=short), "ALICE-E03", "needs 1.000 s")
    refused(with_first(exact, source_start=1), "ALICE-E03", r"needs 1\.042 s")
    refused(with_first(exact, source_start=-1), "ALICE-E03", "needs")


def test_paths_kinds_and_sizes(build) -> None:
    timeline = build.timeline()
    refused(with_first(timeline, media=build.still(PurePosixPath("shot.png"))), "ALICE-E00", "relative")
    refused(replace(timeline, song=build.song(Fraction(3), PurePosixPath("song.wav"))), "ALICE-E00", "relative")
    refused(with_first(timeline, media=build.song(Fraction(3))), "ALICE-E00", "which is a sound")
    refused(replace(timeline, song=replace(timeline.song, duration=None)), "ALICE-E00", "length of the song")
    refused(replace(timeline, song=build.song(Fraction(-1))), "ALICE-E00", "length of the song")
    refused(replace(timeline, width=0), "ALICE-E00", "picture size")
    refused(replace(timeline, start=-1), "ALICE-E00", "starts before")


@pytest.mark.parametrize(
    ("seconds", "frames"),
    [(Fraction(2), 48), (Fraction(95, 48), 48), (Fraction(94, 48), 47), (Fraction(3), 48), (Fraction(1, 1000), 1)],
)
def test_the_song_fills_its_nearest_frame_within_the_picture(build, seconds: Fraction, frames: int) -> None:
    assert song_frames(build.timeline((24, 24), song=build.song(seconds))) == frames


def test_a_movie_may_give_the_song(build) -> None:
    film = build.movie("/films/concert.mov", frames=64, sample_rate=44100)
    timeline = build.timeline(song=film)
    assert film.kind is MediaKind.MOVIE
    (document,) = documents(timeline, "fcpxml", "cut")
    assert b'srcEnable="audio"' in document.data
