"""The style sheet: what it reads, what it refuses, and what becomes of it in a prompt."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alice_core.directing.compiling import Reach, direct
from alice_core.directing.model import CutStyle, Mood, Move, Plan, Shot, SongReference
from alice_core.directing.prompt import without_colours
from alice_core.directing.style import Character, SeedPolicy, StyleSheet, read_style, style_of, to_document
from alice_core.errors import UsageError
from alice_core.timing import FrameRate

MIA, HAT = f"sha256:{'1' * 64}", f"sha256:{'2' * 64}"
SHEET = StyleSheet(
    look="hand-tinted 16 mm film",
    palette=("deep teal", "#ffcc00"),
    lens="35 mm",
    characters=(Character("Mia", "a woman with a red coat", MIA), Character("the fox", "a fox of paper")),
    references=(HAT,),
    negative=("text", "watermark"),
)
WORDS = "Wide shot: Mia runs. Clear bright light; slate blue and ember red. The story begins."


def shot(prompt=WORDS, number=0, section="verse"):
    return Shot(
        f"shot-{number:04}", number * 24, number * 24 + 24, Fraction(number), 1, 2, section, prompt, 1000 + number,
        Move.HOLD, Mood(0.5, 0.5, 0.5),
    )  # fmt: skip


def plan(*shots):
    song = SongReference(HAT, 44100, 44100 * len(shots))
    return Plan(FrameRate(Fraction(24)), "01:00:00:00", 640, 360, song, "", CutStyle.BAR, 7, shots, ())


def directed(sheet=SHEET, one=None, note="", **reach):
    one = one or shot()
    return direct(plan(one), one, sheet, Reach(**reach), note)


def test_every_word_of_a_prompt_says_where_it_is_from():
    made = directed(references=9, note="  darker,   please ")
    assert [(part.source, part.text) for part in made.parts] == [
        ("shot", "Wide shot: Mia runs. Clear bright light. The story begins."),
        ("character Mia", "Mia is a woman with a red coat."),
        ("note", "darker, please."),
        ("style.look", "hand-tinted 16 mm film."),
        ("style.palette", "Colours: deep teal, #ffcc00."),
        ("style.lens", "35 mm."),
    ]
    assert made.prompt == " ".join(part.text for part in made.parts)
    assert (made.negative, made.references, made.seed, made.notices) == ("text, watermark", (MIA, HAT), 1000, ())


def test_an_empty_sheet_changes_nothing():
    made = directed(StyleSheet())
    assert (made.prompt, made.negative, made.references, made.notices) == (WORDS, "", (), ())
    assert StyleSheet().empty
    assert not SHEET.empty


def test_who_is_not_named_does_not_appear():
    assert directed(one=shot("Close-up: Miami at night.")).prompt.startswith("Close-up: Miami at night. hand-tinted")
    assert "character the fox" in [part.source for part in directed(one=shot("Close-up: THE FOX.")).parts]
    assert "character Mia" in [part.source for part in directed(one=shot("A street."), note="with mia").parts]


def test_what_a_model_has_no_place_for_is_said_in_words():
    made = directed(negative=False, references=1, seeds=False)
    assert made.parts[-1].text == "Without text, watermark."
    assert (made.negative, made.references) == ("", (MIA,))
    assert made.notices == ("The model takes 1 reference pictures; 1 of the style sheet is left out.",)
    (said, more) = directed(replace(SHEET, seeds=SeedPolicy.FILM), seeds=False).notices
    assert "takes no reference pictures; 2 of the style sheet are" in said
    assert "no seeds" in more


def test_what_matters_least_gives_way_first():
    full = directed(StyleSheet(look="l" * 20, lens="x" * 20))
    assert directed(StyleSheet(look="l" * 20, lens="x" * 20), longest=len(full.prompt)).parts == full.parts
    short = directed(StyleSheet(look="l" * 20, lens="x" * 20), longest=len(full.prompt) - 1)
    assert [part.source for part in short.parts] == ["shot", "style.look"]
    assert "style.lens is left out" in short.notices[0]
    assert directed(longest=3).prompt == directed(StyleSheet(palette=("red",)), longest=3).prompt


def test_shots_share_seeds_as_the_sheet_says():
    shots = (shot(number=0), shot(number=1), shot(number=2, section="chorus"))
    film = plan(*shots)

    def seeds(policy):
        return [direct(film, one, StyleSheet(seeds=policy), Reach()).seed for one in shots]

    assert seeds(SeedPolicy.SHOT) == [1000, 1001, 1002]
    assert seeds(SeedPolicy.FILM) == [7, 7, 7]
    first, second, third = seeds(SeedPolicy.SECTION)
    assert first == second != third


def test_colours_of_the_planner_give_way_and_nothing_else_does():
    assert without_colours(WORDS) == "Wide shot: Mia runs. Clear bright light. The story begins."
    own = "My own words; slate blue. And more."
    assert without_colours(own) == own


texts = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=20)
people = st.builds(Character, texts, texts, st.sampled_from([None, MIA]))
sheets = st.builds(
    StyleSheet,
    look=texts,
    palette=st.lists(texts, max_size=4).map(tuple),
    lens=texts,
    characters=st.lists(people, max_size=3, unique_by=lambda one: one.name.casefold()).map(tuple),
    references=st.lists(st.sampled_from([MIA, HAT]), max_size=2, unique=True).map(tuple),
    negative=st.lists(texts, max_size=3).map(tuple),
    seeds=st.sampled_from(SeedPolicy),
    chain=st.booleans(),
)  # fmt: skip


@given(sheets)
def test_a_sheet_comes_back_from_its_document(sheet):
    assert read_style(to_document(sheet).decode(), "x") == sheet


def test_people_write_it_in_toml():
    text = """
    look = "  film,
      warm "
    palette = ["teal", " "]
    seeds = "section"
    chain = true
    [[characters]]
    name = "Mia"
    words = "red coat"
    """.replace('"  film,\n      warm "', '"""  film,\n      warm """')
    mia = Character("Mia", "red coat")
    assert read_style(text, "x") == StyleSheet(
        look="film, warm", palette=("teal",), seeds=SeedPolicy.SECTION, chain=True, characters=(mia,)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"loook": "x"}, "loook"),
        ({"look": 3}, "look is no text"),
        ({"look": "x" * 2001}, "2000"),
        ({"palette": "red"}, "palette is no list"),
        ({"palette": [1]}, "palette is no text"),
        ({"palette": ["x"] * 33}, "32"),
        ({"negative": None}, "negative"),
        ({"seeds": "random"}, "shot, section, film"),
        ({"chain": "yes"}, "true or false"),
        ({"references": ["picture.png"]}, "no digest"),
        ({"characters": {}}, "characters"),
        ({"characters": [3]}, "characters"),
        ({"characters": [{"name": "Mia"}]}, "characters[0]"),
        ({"characters": [{"name": "Mia", "words": "x", "age": "3"}]}, "age"),
        ({"characters": [{"name": "Mia", "words": "x", "reference": "sha256:12"}]}, "no digest"),
        ({"characters": [{"name": "Mia", "words": "x"}, {"name": "mia", "words": "y"}]}, "two characters"),
        ({"schema": "alice.style/2"}, "alice.style/2"),
    ],
)
def test_what_a_sheet_cannot_say_is_told(content, said):
    with pytest.raises(UsageError, match=r"style\.toml") as caught:
        style_of(content, "style.toml")
    assert said in caught.value.message


@pytest.mark.parametrize("text", ["look = ", "{", '{"look": }', "[" * 5000, "= 3"])
def test_what_is_no_sheet_is_told(text):
    with pytest.raises(UsageError, match=r"style\.toml cannot be read"):
        read_style(text, "style.toml")


def test_a_document_is_json():
    assert json.loads(to_document(SHEET))["characters"][1] == {"name": "the fox", "words": "a fox of paper"}
