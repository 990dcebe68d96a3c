"""What words ask for, the options of a shot, and the people that are cut from them."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.errors import ProviderRefused
from alice_core.media.canvas import Canvas
from alice_core.providers.storyboard import words
from alice_core.providers.storyboard.details import DETAILS
from alice_core.providers.storyboard.figures import POSES, crowd, figure, people
from alice_core.providers.storyboard.options import MOVES, ShotOptions, shot_options
from alice_core.providers.storyboard.palette import Tint, mood_palette
from alice_core.providers.storyboard.places import PLACES
from alice_core.providers.storyboard.stage import Stage
from alice_core.providers.storyboard.words import read_prompt

GROUND = (200, 200, 200)


def wishes(prompt, energy=0.3, count=60):
    return [read_prompt(prompt, Random(seed), energy) for seed in range(count)]


@settings(deadline=None, max_examples=33)
@given(st.text(max_size=200), st.integers(0, 2**31), st.floats(0, 1))
def test_any_text_asks_for_something_that_can_be_drawn(prompt, seed, energy):
    wish = read_prompt(prompt, Random(seed), energy)
    assert wish == read_prompt(prompt, Random(seed), energy)
    assert wish.framing in {"wide", "medium", "close"}
    assert wish.place in PLACES
    assert wish.detail in DETAILS
    assert wish.pose in POSES
    assert wish.people in {"one", "couple", "crowd", "band", "none"}
    assert wish.garment in {"", "coat", "dress", "lantern"}


@pytest.mark.parametrize(
    ("prompt", "framing"),
    [
        ("Macro of a moth", "close"),
        ("Close up of an eye", "close"),
        ("A detail: rope", "close"),
        ("WIDE shot", "wide"),
        ("aerial view", "wide"),
        ("medium shot", "medium"),
        ("half-length, a man", "medium"),
    ],
)
def test_framing_is_as_it_is_said(prompt, framing):
    assert {wish.framing for wish in wishes(prompt)} == {framing}


def test_a_framing_that_is_not_said_is_left_to_the_seed():
    assert {wish.framing for wish in wishes("a man")} == {"wide", "medium", "close"}


@pytest.mark.parametrize("name", sorted(words._CLOSE))
def test_its_own_words_bring_a_close_up_oftenest(name):
    prompt = " ".join(words._CLOSE[name].split())
    assert Counter(wish.detail for wish in wishes(prompt)).most_common(1)[0][0] == name


def test_only_the_first_sentence_says_what_is_seen():
    said, lit = "two strangers in a dress", "Red coat, a crowd"
    found = wishes(f"{said}. {lit}")
    assert {wish.people for wish in found} == {"couple"}
    assert {wish.garment for wish in found} == {"dress"}


def test_energy_chooses_the_pose_that_words_leave_open():
    assert {wish.pose for wish in wishes("a man", energy=0.9)} == {"run", "leap", "arms", "walk"}
    assert {wish.pose for wish in wishes("a man", energy=0.1)} == {"stand", "walk", "sit"}
    assert {wish.pose for wish in wishes("a man running", energy=0.1)} == {"run"}


@pytest.mark.parametrize(
    ("prompt", "tint"),
    [
        ("", Tint()),
        ("a road", Tint()),
        ("a road. Silver light", Tint(chroma=0.62)),
        ("a road. Teal light", Tint(lead=195.0)),
        ("a red road", Tint(lead=27.0)),
        ("a grey road. Teal light", Tint(lead=195.0)),
        ("a red coat. Teal light", Tint(lead=195.0, accent=27.0)),
        ("a red coat. White light", Tint(accent=27.0, chroma=0.62)),
        ("a road. Slate blue and amber", Tint(lead=258.0, accent=73.0, chroma=0.62)),
        ("a road. Red and rust", Tint(lead=27.0)),
    ],
)
def test_colours_that_words_name(prompt, tint):
    assert read_prompt(prompt, Random(1), 0.5).tint == tint


@pytest.mark.parametrize("field", fields(ShotOptions), ids=lambda field: field.name)
def test_an_option_takes_its_own_kind_and_no_other(field):
    right = {str: "hold", int: 3, float: 0.5}[type(field.default)]
    assert getattr(shot_options({field.name: right}), field.name) == right
    for wrong in ({str: 3, int: 1.5, float: "much"}[type(field.default)], True):
        with pytest.raises(ProviderRefused, match=field.name) as caught:
            shot_options({field.name: wrong})
        assert caught.value.hint


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan"), float("inf")])
@pytest.mark.parametrize("name", ["energy", "brightness", "valence", "arc"])
def test_a_share_lies_between_nothing_and_all(name, value):
    with pytest.raises(ProviderRefused, match=name):
        shot_options({name: value})


def test_whole_shares_become_numbers_and_every_move_is_known():
    assert isinstance(shot_options({"arc": 1}).arc, float)
    assert [shot_options({"move": move}).move for move in MOVES] == list(MOVES)
    for name, value in (("frames", -1), ("move", "somersault"), ("guidance", 7)):
        with pytest.raises(ProviderRefused, match=name):
            shot_options({name: value})


def stage_of(seed=1, energy=0.5):
    canvas = Canvas(200, 200, GROUND, smooth=False)
    return Stage(canvas, mood_palette(energy, 0.6, 0.5, "", Tint(), 0), Random(seed), 200, 200, energy, 0.5)


def covered(stage):
    """Which pixels were drawn on: rows x columns."""
    return (stage.canvas.to_array() != GROUND).any(axis=2)


@pytest.mark.parametrize("garment", ["", "coat", "dress", "lantern"])
@pytest.mark.parametrize("pose", sorted(POSES))
def test_a_person_stands_on_the_ground_as_tall_as_asked(pose, garment):
    stage = stage_of()
    figure(stage, 100, 180, 120, pose, garment=garment)
    rows = covered(stage).any(axis=1).nonzero()[0]
    assert 160 <= rows.max() <= 186
    assert 60 < rows.max() - rows.min() < 170
    assert len(stage.lamps) == (garment == "lantern")


def test_a_person_who_turns_is_the_mirror_image():
    right, left = stage_of(), stage_of()
    figure(right, 100, 180, 120, "point", facing=1)
    figure(left, 100, 180, 120, "point", facing=-1)
    assert (covered(right) != covered(left)[:, ::-1]).mean() < 0.02
    assert (covered(right) != covered(left)).mean() > 0.02


@pytest.mark.parametrize("pose", ["stand", "run"])
def test_more_people_cover_more_and_nobody_covers_nothing(pose):
    area = {}
    for kind in ("none", "one", "couple", "band", "crowd"):
        stage = stage_of()
        people(stage, kind, 100, 180, 90, pose, "")
        area[kind] = covered(stage).mean()
    assert area["none"] == 0
    assert 0 < area["one"] < area["couple"] < area["band"]
    assert area["crowd"] > area["one"]


def test_a_crowd_reaches_from_side_to_side_and_raises_hands_to_loud_music():
    calm, loud = stage_of(3, 0.0), stage_of(3, 1.0)
    for stage in (calm, loud):
        crowd(stage, 200, 120, (10, 10, 10))
        assert covered(stage)[190].all()
    highest = [covered(stage).any(axis=1).argmax() for stage in (calm, loud)]
    assert highest[1] <= highest[0]
    assert covered(loud).mean() > covered(calm).mean()
