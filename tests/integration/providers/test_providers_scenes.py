"""Every place and every close-up that a prompt can name is drawn, at every shape, by every mood."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest

from alice_core.errors import ProviderRefused
from alice_core.media.canvas import Canvas
from alice_core.providers.storyboard import words
from alice_core.providers.storyboard.details import DETAILS
from alice_core.providers.storyboard.options import ShotOptions, shot_options
from alice_core.providers.storyboard.palette import Tint, mix, mood_palette, oklch, section_turn
from alice_core.providers.storyboard.places import PLACES
from alice_core.providers.storyboard.stage import Stage, curve
from alice_core.providers.storyboard.words import read_prompt

SCENES = {**PLACES, **DETAILS}


def drawn(name, seed=1, size=(160, 90), energy=0.5, people="one", *, framing="wide", garment="", tilted=False, pose=""):
    chance = Random(seed)
    palette = mood_palette(energy, 0.5, 0.5, "verse", Tint(), 0.0)
    canvas = Canvas(*size, palette.top)
    stage = Stage(canvas, palette, chance, size[0], size[1], energy, seed / 40 % 1)
    wish = replace(read_prompt("", chance, energy), framing=framing, people=people, garment=garment, tilted=tilted)
    SCENES[name](stage, replace(wish, pose=pose or wish.pose))
    canvas.flatten()
    canvas.light(stage.light_map())
    return canvas.to_array().astype(int)


def test_every_name_of_the_lexicon_has_a_scene():
    assert set(PLACES) == {*words._PLACES, "abstract"}
    assert set(DETAILS) == set(words._CLOSE)


@pytest.mark.parametrize("name", sorted(SCENES))
def test_a_scene_differs_from_seed_to_seed_and_not_from_run_to_run(name):
    first = drawn(name)
    assert (first == drawn(name)).all()
    assert all((np.abs(first - drawn(name, seed)).max(axis=2) > 16).mean() > 0.02 for seed in (2, 3, 4))
    assert first.std() > 4, "a scene is more than one colour"


@pytest.mark.parametrize("name", sorted(SCENES))
@pytest.mark.parametrize("size", [(90, 160), (64, 64), (200, 50)])
def test_a_scene_fits_every_shape(name, size):
    for seed, energy in ((1, 0.05), (2, 0.95), (9, 0.6)):
        assert drawn(name, seed, size, energy, tilted=True).shape == (size[1], size[0], 3)


@pytest.mark.parametrize("people", ["one", "couple", "crowd", "band", "none"])
@pytest.mark.parametrize("name", ["plain", "stage", "window"])
def test_people_are_placed(name, people):
    alone = drawn(name, people="none")
    seen = drawn(name, people=people, framing="medium", garment="coat")
    assert people == "none" or name == "stage" or (alone != seen).any()


@pytest.mark.parametrize("garment", ["coat", "dress", "lantern", ""])
@pytest.mark.parametrize("pose", ["stand", "walk", "run", "leap", "arms", "sit", "point"])
def test_every_pose_and_garment(pose, garment):
    assert drawn("plain", garment=garment, pose=pose, framing="medium").std() > 4


def test_words_choose_what_is_drawn():
    found = [read_prompt("Wide shot: waves on a beach at the sea", Random(seed), 0.2) for seed in range(40)]
    assert sum(wish.place == "sea" for wish in found) > 25
    assert {wish.framing for wish in found} == {"wide"}
    close = read_prompt("Extreme close-up: hands in a red coat, handheld. Teal and amber", Random(1), 0.2)
    assert (close.framing, close.garment, close.tilted) == ("close", "coat", True)
    assert close.tint.lead == 195.0
    assert close.tint.accent == 27.0
    pale = read_prompt("a road. Pale grey light", Random(1), 0.9)
    assert pale.tint.chroma < 1
    assert pale.tint.lead is None
    assert read_prompt("", Random(1), 0.9).tint == Tint()
    assert read_prompt("two colours. Teal and amber light", Random(1), 0.1).tint == Tint(lead=195.0, accent=73.0)


def test_colours_of_the_mood():
    day, night = (mood_palette(0.5, brightness, 0.5, "verse", Tint(), 0) for brightness in (0.95, 0.05))
    assert night.night
    assert not day.night
    assert sum(day.top) > sum(night.top)
    cold, warm = (mood_palette(0.5, 0.5, valence, "verse", Tint(), 0).low for valence in (0.05, 0.95))
    assert warm[0] - warm[2] > cold[0] - cold[2]
    assert section_turn("Chorus 2") == section_turn("chorus") != section_turn("verse")
    assert section_turn("B") == section_turn("b")
    assert section_turn("") == 0
    assert mix((0, 0, 0), (255, 255, 255), 0.0) != mix((0, 0, 0), (255, 255, 255), 1.0)
    assert max(oklch(0.9, 0.4, 145)) <= 255


def test_curves_pass_through_their_points():
    points = [(0.0, 0.0), (10.0, 5.0), (20.0, 0.0)]
    smooth = curve(points)
    assert all(point in smooth for point in points)
    assert len(curve(points, closed=True)) == 24


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"guidance": 7}, "guidance"),
        ({"energy": 1.5}, "energy"),
        ({"energy": True}, "energy"),
        ({"move": "somersault"}, "move"),
        ({"shot": -1}, "shot"),
        ({"shot": "one"}, "shot"),
        ({"section": 3}, "section"),
    ],
)
def test_options_are_checked(options, named):
    with pytest.raises(ProviderRefused, match=named):
        shot_options(options)


def test_options_that_are_right():
    assert shot_options({}) == ShotOptions()
    assert shot_options({"energy": 1, "shot": 3}) == ShotOptions(energy=1.0, shot=3)
