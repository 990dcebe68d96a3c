"""The words and moves of a plan: one world, alternating framings, echoes, and an arc."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from alice_core.directing.arc import Function, roles_of
from alice_core.directing.grid import Passage
from alice_core.directing.model import CutStyle, Move
from alice_core.directing.plan import plan_shots
from alice_core.directing.prompt import LONGEST_BRIEF, read_brief
from alice_core.directing.worlds import WORLDS
from alice_core.timing import FrameRate

OPPOSITE = {
    Move.PUSH_IN: Move.PULL_OUT,
    Move.PULL_OUT: Move.PUSH_IN,
    Move.PAN_LEFT: Move.PAN_RIGHT,
    Move.PAN_RIGHT: Move.PAN_LEFT,
    Move.TILT_UP: Move.TILT_DOWN,
    Move.TILT_DOWN: Move.TILT_UP,
}


def planned(analysis, **more):
    return plan_shots(analysis, rate=FrameRate.parse("24"), width=1280, height=720, **more)


def framing(prompt):
    camera = prompt.partition(":")[0].lower()
    return "wide" if "wide" in camera else "close" if "close" in camera else "medium"


def picture(prompt):
    """What is to be seen, without light and arc."""
    return prompt.partition(". ")[0]


def by_section(plan):
    """The shots of each section in order, as lists."""
    runs = [[plan.shots[0]]]
    for before, shot in pairwise(plan.shots):
        if shot.section == before.section:
            runs[-1].append(shot)
        else:
            runs.append([shot])
    return runs


@pytest.mark.parametrize("seed", range(6))
def test_no_two_neighbours_are_framed_alike(pop_song, seed):
    framings = [framing(shot.prompt) for shot in planned(pop_song, seed=seed).shots]
    assert all(one != other for one, other in pairwise(framings))
    assert set(framings) == {"wide", "medium", "close"}


@pytest.mark.parametrize("seed", range(6))
def test_a_film_without_a_brief_keeps_to_one_world(pop_song, seed):
    prompts = [shot.prompt for shot in planned(pop_song, seed=seed).shots]
    homes = [world for world in WORLDS if any(world.subject in prompt for prompt in prompts)]
    assert len(homes) == 1
    world = homes[0]
    assert all(world.subject in prompt or any(d in prompt for d in world.details) for prompt in prompts)


def test_seeds_lead_to_different_worlds(pop_song):
    opened = [planned(pop_song, seed=seed, cut=CutStyle.SECTION).shots for seed in range(30)]
    subjects = {
        world.subject for shots in opened for world in WORLDS if any(world.subject in shot.prompt for shot in shots)
    }
    assert len(subjects) == len(WORLDS)


def test_every_prompt_carries_the_brief_and_its_style(pop_song):
    plan = planned(pop_song, brief="  A lonely astronaut\nin a neon city. 35mm film, melancholic. ")
    assert all("a lonely astronaut in a neon city" in shot.prompt for shot in plan.shots)
    assert all(shot.prompt.endswith(" 35mm film, melancholic.") for shot in plan.shots)
    assert plan.brief == "  A lonely astronaut\nin a neon city. 35mm film, melancholic. "


def test_repeated_sections_come_back_to_the_same_pictures(pop_song):
    choruses = [run for run in by_section(planned(pop_song)) if run[0].section == "chorus"]
    second, last = ([picture(shot.prompt) for shot in run] for run in choruses[1:])
    same = sum(one == other for one, other in zip(second, last, strict=True))
    hours = sum(framing(one) == "wide" for one in second)
    assert same >= len(second) - hours - 1, "only the hour of wide shots goes on"


def test_the_arc_begins_rises_and_lets_go(pop_song):
    runs = by_section(planned(pop_song))
    assert "A quiet beginning." in runs[0][0].prompt
    assert "On the edge of release." in runs[1][-1].prompt
    assert "The first release." in runs[2][0].prompt
    assert "The story deepens." in runs[3][0].prompt
    assert "The summit of the film." in runs[6][0].prompt
    assert "The last light." in runs[7][0].prompt


def test_light_follows_the_mood(pop_song):
    shots = planned(pop_song).shots
    dark = min(shots, key=lambda shot: shot.mood.brightness).prompt.lower()
    bright = max(shots, key=lambda shot: shot.mood.brightness).prompt.lower()
    assert any(word in dark for word in ("shadow", "dark", "dim"))
    assert any(word in bright for word in ("bright", "glare", "brilliant", "flooding", "hard pale", "contrast"))


def test_strong_sections_move_more_than_quiet_ones(pop_song):
    plan = planned(pop_song, brief="a fox")
    chorus = " ".join(shot.prompt for shot in plan.shots if shot.section == "chorus")
    intro = " ".join(shot.prompt for shot in plan.shots if shot.section == "intro")
    assert "motion" in chorus
    assert "motion" not in intro


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("style", CutStyle)
def test_moves_alternate_and_never_come_three_times(pop_song, style, seed):
    shots = planned(pop_song, seed=seed, cut=style).shots
    moves = [shot.move for shot in shots]
    assert all(one == Move.HOLD or one != other for one, other in pairwise(moves))
    assert all(len(set(moves[at : at + 3])) > 1 for at in range(len(moves) - 2))
    for move, opposite in OPPOSITE.items():
        axis = [one for one in moves if one in (move, opposite)]
        assert all(one != other for one, other in pairwise(axis))
    assert moves[-1] in (Move.PULL_OUT, Move.PUSH_IN, Move.HOLD)


def test_very_short_shots_do_not_move(song_of):
    plan = planned(song_of(bpm=140), cut=CutStyle.BEAT)
    assert Counter(shot.move for shot in plan.shots if shot.frames < 12).keys() == {Move.HOLD}


def test_seeds_of_shots_differ(pop_song):
    shots = planned(pop_song).shots
    assert len({shot.seed for shot in shots}) == len(shots)


@pytest.mark.parametrize(
    ("brief", "expected"),
    [
        ("", ("", "")),
        (" . ", ("", "")),
        ("The sea", ("the sea", "")),
        ("Berlin at night!", ("Berlin at night", "")),
        ("A cat? Yes; slow.", ("a cat", "Yes; slow")),
        ("version 2.0 of me", ("version 2.0 of me", "")),
    ],
)
def test_a_brief_is_a_subject_and_a_style(brief, expected):
    assert read_brief(brief) == expected


def test_a_long_brief_is_cut_between_words_and_said(pop_song):
    plan = planned(pop_song, brief="word " * 400)
    assert len(read_brief(plan.brief)[0]) <= LONGEST_BRIEF
    assert read_brief(plan.brief)[0].endswith("word")
    assert len(read_brief("x" * 5000)[0]) == LONGEST_BRIEF
    assert plan.notices == ("The brief is long: its first 600 characters go into the prompts.",)


def test_undecodable_bytes_of_a_brief_are_replaced(pop_song):
    assert "a?b" in planned(pop_song, brief="a\udc80b").shots[0].prompt


def test_neutral_labels_find_their_function_by_energy_and_place():
    def functions(*parts):
        passages = [Passage(index, index + 1, index, label, energy) for index, (label, energy) in enumerate(parts)]
        return [role.function for role in roles_of(passages)]

    assert functions(("A", 0.1), ("B", 0.5), ("C", 0.9), ("D", 0.4), ("E", 0.5), ("F", 0.1)) == [
        Function.ESTABLISH,
        Function.LIFT,
        Function.RELEASE,
        Function.BREATHE,
        Function.DEVELOP,
        Function.RESOLVE,
    ]
    assert functions(("bridge", 0.5), ("chorus", 0.9)) == [Function.LIFT, Function.RELEASE]
    assert functions(("A", 0.9)) == [Function.DEVELOP]
