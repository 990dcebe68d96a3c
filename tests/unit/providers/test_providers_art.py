"""What a frame owes to its prompt and its eye: the right subject, its colour, a sun that is never green."""

from __future__ import annotations

import io
from random import Random

import numpy as np
import pytest
from PIL import Image

from alice_core.providers.storyboard.frame import draw_frame
from alice_core.providers.storyboard.options import ShotOptions
from alice_core.providers.storyboard.palette import Tint, mood_palette
from alice_core.providers.storyboard.slate import picture_height
from alice_core.providers.storyboard.words import read_prompt


def pixels(prompt, width, height, shot):
    return np.asarray(Image.open(io.BytesIO(draw_frame(prompt, width, height, 3, shot))).convert("RGB")).astype(int)


@pytest.mark.parametrize("word", ["woman", "boy", "dancer", "driver", "girl"])
def test_one_person_in_the_prompt_is_one_person_in_the_picture(word):
    found = {read_prompt(f"Medium shot: a {word} walking. Soft light", Random(seed), 0.5).people for seed in range(30)}
    assert found == {"one"}


def test_the_colour_of_a_coat_is_not_that_of_the_sky_behind_it():
    prompt = "Wide shot: cliffs above the sea under a noon sky; a woman in a red coat. Cold glare; sea grey and rust"
    tint = read_prompt(prompt, Random(1), 0.5).tint
    assert tint.accent == 27.0
    assert tint.lead == 258.0
    assert tint.chroma < 1


@pytest.mark.parametrize("valence", [0.0, 0.25, 0.5, 0.75, 1.0])
@pytest.mark.parametrize("brightness", [0.1, 0.5, 0.9])
def test_suns_and_moons_are_warm_or_pale_whatever_the_sky(brightness, valence):
    for section in ("verse", "chorus", "bridge", "drop"):
        palette = mood_palette(0.7, brightness, valence, section, Tint(), 0.3)
        for red, green, blue in (palette.sun, palette.glow):
            assert red >= green >= blue
        red, green, blue = palette.accent
        assert not (green > red + 20 and green > blue + 50), "no grass green that nobody asked for"


def test_the_number_of_the_shot_is_there_on_a_small_frame():
    first, second = (pixels("", 320, 180, ShotOptions(shot=shot)) for shot in (11, 88))
    changed = np.abs(first - second).max(axis=2) > 60
    assert changed[picture_height(320, 180) :].sum() > 15
    assert not changed[: picture_height(320, 180)].any()


def test_frames_and_title_are_written_where_there_is_room():
    plain = pixels("rain", 1280, 720, ShotOptions(shot=1, timecode="01:00:00:00"))
    full = pixels("rain", 1280, 720, ShotOptions(shot=1, timecode="01:00:00:00", frames=48, title="Night Train"))
    changed = (np.abs(plain - full).max(axis=2) > 60).nonzero()
    assert changed[0].size > 300
    assert changed[0].min() >= picture_height(1280, 720)
