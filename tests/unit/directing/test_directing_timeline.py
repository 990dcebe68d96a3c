"""Takes on the timeline."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from alice_core.directing.cut import timeline_of, with_takes
from alice_core.directing.model import Take
from alice_core.errors import ExportError, NotFound
from alice_core.timeline.model import Media, MediaKind
from alice_core.timing import FrameRate

SONG = Media(Path("/song.wav"), "sha256:aa", MediaKind.SOUND, duration=Fraction(113), sample_rate=44100, channels=2)


def stills(plan):
    return {
        shot.id: Media(Path(f"/{shot.id}.png"), f"sha256:{shot.seed}", MediaKind.STILL, plan.width, plan.height)
        for shot in plan.shots
    }


def test_every_shot_becomes_a_clip_on_its_frames(pop_plan):
    timeline = timeline_of(pop_plan, stills(pop_plan), SONG, "Snow")
    assert (timeline.name, timeline.rate, timeline.start) == ("Snow", pop_plan.rate, 86400)
    assert (timeline.width, timeline.height, timeline.frames) == (1280, 720, pop_plan.frames)
    assert [(clip.name, clip.start, clip.end) for clip in timeline.clips] == [
        (shot.id, shot.start, shot.end) for shot in pop_plan.shots
    ]
    assert [clip.move for clip in timeline.clips] == [shot.move.value for shot in pop_plan.shots]
    assert [clip.note for clip in timeline.clips] == [shot.prompt for shot in pop_plan.shots]
    assert all(
        clip.media.digest == f"sha256:{shot.seed}" for clip, shot in zip(timeline.clips, pop_plan.shots, strict=True)
    )
    assert [(mark.frame, mark.kind, mark.label) for mark in timeline.markers] == [
        (mark.frame, mark.kind, mark.label) for mark in pop_plan.markers
    ]
    assert timeline.song is SONG


def test_the_start_counts_dropped_labels(pop_plan):
    dropping = replace(pop_plan, rate=FrameRate.parse("29.97"), start="01:00:00;00")
    assert timeline_of(dropping, stills(pop_plan), SONG, "x").start == 107892


def test_a_shot_without_media_is_named(pop_plan):
    media = stills(pop_plan)
    del media["shot-0005"]
    with pytest.raises(NotFound, match="shot-0005"):
        timeline_of(pop_plan, media, SONG, "x")


def test_a_movie_must_be_as_long_as_its_shot(pop_plan):
    shot = pop_plan.shots[2]
    exact = shot.frames / pop_plan.rate.value
    movie = Media(Path("/a.mp4"), "sha256:b", MediaKind.MOVIE, 1280, 720, pop_plan.rate, exact)
    timeline = timeline_of(pop_plan, stills(pop_plan) | {shot.id: movie}, SONG, "x")
    assert timeline.clips[2].media is movie
    unknown = replace(movie, duration=None)
    assert timeline_of(pop_plan, stills(pop_plan) | {shot.id: unknown}, SONG, "x").clips[2].media is unknown
    short = replace(movie, duration=exact - pop_plan.rate.frame)
    with pytest.raises(ExportError, match=rf"{shot.id} has {shot.frames - 1} frames, the shot needs {shot.frames}"):
        timeline_of(pop_plan, stills(pop_plan) | {shot.id: short}, SONG, "x")


def test_a_sound_is_no_take(pop_plan):
    with pytest.raises(ExportError, match="is a sound"):
        timeline_of(pop_plan, stills(pop_plan) | {"shot-0001": SONG}, SONG, "x")


def test_a_plan_with_a_gap_makes_no_timeline(pop_plan):
    torn = replace(pop_plan, shots=(pop_plan.shots[0], *pop_plan.shots[2:]))
    with pytest.raises(ExportError, match="gap"):
        timeline_of(torn, stills(pop_plan), SONG, "x")


def test_takes_are_chosen_by_shot(pop_plan):
    one, two = Take("sha256:1", "a.png"), Take("sha256:2", "b.png")
    plan = with_takes(with_takes(pop_plan, {"shot-0001": one}), {"shot-0003": two})
    assert [shot.take for shot in plan.shots[:4]] == [one, None, two, None]
    with pytest.raises(NotFound, match="shot-9999"):
        with_takes(plan, {"shot-9999": one})
