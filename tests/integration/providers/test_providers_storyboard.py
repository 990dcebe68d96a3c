"""Animatic frames: the same for the same task, different for different shots, readable, unharmed by camera moves."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest
from PIL import Image

from alice_core.providers.registry import get_provider
from alice_core.providers.storyboard.frame import draw_frame
from alice_core.providers.storyboard.options import MOVES, ShotOptions
from alice_core.providers.storyboard.slate import picture_height
from alice_core.providers.task import ImageTask, VideoTask
from alice_core.timing import FrameRate

PROMPT = "Wide shot: a woman in a red coat walks through rain over a neon city. Teal and magenta light"
SHOT = ShotOptions(
    shot=12,
    shots=158,
    section="chorus",
    section_index=2,
    bar=33,
    beats=4,
    timecode="01:00:48;12",
    frames=46,
    seconds="1.92 s",
    move="push-in",
    energy=0.8,
)


def pixels(prompt=PROMPT, width=320, height=180, seed=7, shot=SHOT):
    return np.asarray(Image.open(io.BytesIO(draw_frame(prompt, width, height, seed, shot))).convert("RGB")).astype(int)


def changed(first, second):
    """Share of pixels that clearly differ."""
    return float((np.abs(first - second).max(axis=2) > 24).mean())


def test_the_same_task_is_the_same_bytes():
    assert draw_frame(PROMPT, 320, 180, 7, SHOT) == draw_frame(PROMPT, 320, 180, 7, SHOT)


def test_other_seeds_and_prompts_are_other_pictures():
    base = pixels()
    assert all(changed(base, pixels(seed=seed)) > 0.05 for seed in range(8, 14))
    assert changed(base, pixels("Close-up of hands holding a lantern. Amber")) > 0.2


def test_the_mood_colours_the_picture():
    from dataclasses import replace

    dark, light = (pixels(shot=replace(SHOT, brightness=value)).mean() for value in (0.05, 0.95))
    assert light > dark + 15


@pytest.mark.parametrize("size", [(1280, 720), (320, 180), (720, 1280), (512, 512), (64, 64), (256, 64)])
@pytest.mark.parametrize("move", ["hold", "pull-out"])
def test_every_shape_of_frame(size, move):
    from dataclasses import replace

    assert pixels(width=size[0], height=size[1], shot=replace(SHOT, move=move)).shape == (size[1], size[0], 3)


@pytest.mark.parametrize("move", MOVES)
def test_each_move_has_its_own_sign_and_hold_has_none(move):
    from dataclasses import replace

    still = pixels(width=640, height=360, shot=replace(SHOT, move="hold"))
    moving = pixels(width=640, height=360, shot=replace(SHOT, move=move))
    picture = slice(0, picture_height(640, 360))
    difference = changed(still[picture], moving[picture])
    assert difference == 0 if move == "hold" else difference > 0.003


def test_what_must_be_read_lies_inside_the_safe_frame():
    """A camera move crops up to 8 % of a side: type that touches it would be cut in the film."""
    empty = pixels("", 1280, 720, shot=ShotOptions())
    full = pixels("word " * 90, 1280, 720, shot=SHOT)
    top = picture_height(1280, 720) + 4
    written = np.abs(full - empty)[top:].max(axis=2) > 90
    rows, columns = np.nonzero(written)
    assert rows.size > 2000
    assert columns.min() >= 0.08 * 1280
    assert columns.max() <= 0.92 * 1280
    assert rows.max() + top <= 0.925 * 720


@pytest.mark.parametrize(
    "text", ["", "夜のネオン街 雨", "Дождь над городом", "مطر", "🎬🌧️", "a" * 4000, "\x00\n\t", "e\u0301" * 50]
)
def test_any_prompt_is_drawn(text):
    assert pixels(text).shape == (180, 320, 3)


def test_the_provider_gives_stills_and_clips():
    provider = get_provider("storyboard")
    options = {"storyboard": {"move": "pan-left", "shot": 3}}
    still = given(provider, ImageTask(PROMPT, 320, 180, 7, options))
    assert still.media_type == "image/png"
    with Image.open(io.BytesIO(still.data)) as picture:
        assert picture.size == (320, 180)
    clip = given(provider, VideoTask(PROMPT, 320, 180, 7, 20, FrameRate.parse("23.976"), options))
    assert clip.media_type == "video/mp4"
    with av.open(io.BytesIO(clip.data)) as movie:
        frames = [frame.to_ndarray(format="rgb24").astype(int) for frame in movie.decode(video=0)]
        assert movie.streams.video[0].average_rate == FrameRate.parse("23.976").value
    assert len(frames) == 20
    assert changed(frames[0], frames[-1]) > 0.02


def given(provider, task):
    (output,) = provider.submit(task, "key", {}).answer.outputs
    return output
