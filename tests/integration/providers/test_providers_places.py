"""The places at the sizes that films have: each is drawn whole, the same for one seed and another for the next."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from alice_core.media.canvas import Canvas
from alice_core.providers.storyboard import words
from alice_core.providers.storyboard.palette import Tint, mood_palette
from alice_core.providers.storyboard.places import PLACES
from alice_core.providers.storyboard.stage import Stage
from alice_core.providers.storyboard.words import read_prompt

SIZES = ((64, 64), (320, 180), (1280, 720), (720, 1280))
UNDRAWN = (255, 0, 255)
"""No palette of these moods has it: what a scene leaves of it in the picture was never drawn."""


def drawn(name, size, seed, *, energy=0.4):
    width, height = size
    chance = Random(seed)
    palette = mood_palette(energy, 0.6, 0.5, "verse", Tint(), 0.0)
    canvas = Canvas(width, height, UNDRAWN, smooth=False)
    picture = round(height * 0.84)
    stage = Stage(canvas, palette, chance, width, picture, energy, 0.5)
    wish = replace(read_prompt("", chance, energy), place=name, framing="wide", people="one", pose="stand")
    PLACES[name](stage, wish)
    return canvas.to_array()[:picture]


def test_every_place_that_words_can_name_is_drawn():
    assert {*words._PLACES, "abstract"} <= set(PLACES)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", sorted(PLACES))
def test_a_place_fills_the_picture_by_its_seed(name, size):
    first, again, other = (drawn(name, size, seed) for seed in (1, 1, 2))
    assert not (first == UNDRAWN).all(axis=2).any()
    assert first.tobytes() == again.tobytes()
    assert (np.abs(first.astype(int) - other).max(axis=2) > 16).mean() > 0.01
