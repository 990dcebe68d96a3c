"""The close-ups at the sizes that films have: each fills its picture, the same for one seed, another for the next."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from alice_core.media.canvas import Canvas
from alice_core.providers.storyboard import words
from alice_core.providers.storyboard.details import DETAILS
from alice_core.providers.storyboard.palette import Tint, mood_palette
from alice_core.providers.storyboard.stage import Stage
from alice_core.providers.storyboard.words import read_prompt

SIZES = ((64, 64), (320, 180), (1280, 720), (720, 1280))
UNDRAWN = (255, 0, 255)
"""No palette of these moods has it: what a scene leaves of it in the picture was never drawn."""


def drawn(name, size, seed, *, energy=0.4, brightness=0.6, garment="", smooth=False):
    width, height = size
    chance = Random(seed)
    palette = mood_palette(energy, brightness, 0.5, "verse", Tint(), 0.0)
    canvas = Canvas(width, height, UNDRAWN, smooth=smooth)
    picture = round(height * 0.84)
    stage = Stage(canvas, palette, chance, width, picture, energy, 0.5)
    wish = replace(read_prompt("", chance, energy), detail=name, framing="close", garment=garment)
    DETAILS[name](stage, wish)
    assert all(lamp.reach > 0 for lamp in stage.lamps)
    assert stage.light_map().dtype == np.uint8
    return canvas.to_array()[:picture]


def clearly_changed(first, second):
    """Share of the pixels that clearly differ."""
    return float((np.abs(first.astype(int) - second).max(axis=2) > 16).mean())


def test_every_close_up_that_words_can_name_is_drawn():
    assert set(DETAILS) == set(words._CLOSE)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", sorted(DETAILS))
def test_a_close_up_fills_the_picture_by_its_seed(name, size):
    first, again, other = (drawn(name, size, seed) for seed in (1, 1, 2))
    assert not (first == UNDRAWN).all(axis=2).any()
    assert first.tobytes() == again.tobytes()
    assert clearly_changed(first, other) > 0.02


@pytest.mark.parametrize("name", sorted(DETAILS))
def test_no_two_of_a_dozen_seeds_look_alike(name):
    pictures = [drawn(name, (160, 90), seed) for seed in range(12)]
    pairs = [(one, two) for index, one in enumerate(pictures) for two in pictures[index + 1 :]]
    assert min(clearly_changed(one, two) for one, two in pairs) > 0.01
