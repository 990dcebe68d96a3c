"""The parser of infotexts: what A1111 writes comes back, whatever is in prompts and values."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.media.readers.infotext import parse_fields, parse_infotext

LINE = "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512"
TYPED = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n,:\"'()<>[]{}"), max_size=120)
NAMES = st.sampled_from(
    ["Model", "VAE", "Hires upscaler", "ControlNet 0", "Dynamic thresholding", "X/Y type", "Lora-x"]
)


def quoted(value):
    """A1111's rule of what is quoted; what begins with a quotation mark or bracket would be misread, so it is too."""
    plain = not any(sign in value for sign in ',\n:"{[')
    return value if plain else json.dumps(value, ensure_ascii=False)


@given(prompt=TYPED, negative=TYPED, values=st.dictionaries(NAMES, TYPED.map(str.strip).filter(bool), max_size=5))
@settings(deadline=None, max_examples=40)
def test_what_is_written_comes_back(prompt, negative, values):
    if "Negative prompt:" in prompt:
        return
    fields = "".join(f", {name}: {quoted(value)}" for name, value in values.items())
    text = f"{prompt}\nNegative prompt: {negative}\n{LINE}{fields}"
    found = parse_infotext(text)
    assert found is not None
    assert found.prompt == prompt.strip()
    assert found.negative == negative.strip()
    assert found.fields["Seed"] == "1"
    assert {name: found.fields[name] for name in values} == values


def test_the_words_of_the_last_line_may_stand_in_a_prompt():
    prompt = "a poster that says\nSteps: 3, then jump\nSteps: 99, Seed: none"
    found = parse_infotext(f"{prompt}\nNegative prompt: Steps: 5, ugly\nlines\n{LINE}")
    assert found is not None
    assert (found.prompt, found.negative) == (prompt, "Steps: 5, ugly\nlines")
    assert found.fields["Steps"] == "20"


def test_a_text_without_negative_has_none_and_one_without_prompt_an_empty_one():
    assert parse_infotext(f"cat\n{LINE}").negative is None
    assert parse_infotext(LINE).prompt == ""
    assert parse_infotext(f"Negative prompt: dog\n{LINE}").prompt == ""


def test_lines_may_end_as_on_windows():
    found = parse_infotext(f"a\r\ncat\r\nNegative prompt: dog\r\n{LINE}")
    assert (found.prompt, found.negative, found.fields["Size"]) == ("a\ncat", "dog", "512x512")


def test_templates_behind_the_line_of_parameters_keep_their_lines():
    found = parse_infotext(
        f"cat\n{LINE}\nVersion: v1.6.0\nTemplate: a {{cat|dog}},\nSeed: of doubt\nNegative Template: x"
    )
    assert found.fields["Version"] == "v1.6.0"
    assert found.fields["Template"] == "a {cat|dog},\nSeed: of doubt"
    assert found.fields["Negative Template"] == "x"
    assert found.fields["Seed"] == "1"


def test_without_steps_three_known_parameters_make_the_last_line():
    found = parse_infotext("cat\nSampler: euler, CFG scale: 1.0, Seed: 4")
    assert (found.prompt, found.fields["Seed"]) == ("cat", "4")
    assert parse_infotext("cat\nSampler: euler, Seed: 4") is None


@pytest.mark.parametrize("text", ["", "a cat", "Steps: 5 ways to bake bread", "ASCII comment, with: a colon", "\0\0"])
def test_what_is_no_infotext_is_none(text):
    assert parse_infotext(text) is None


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ('A: "x, y: \\"z\\"", B: 2', {"A": 'x, y: "z"', "B": "2"}),
        ('A: "broken \\q", B: 2', {"A": "broken \\q", "B": "2"}),
        ('A: "open, B: 2', {"A": '"open', "B": "2"}),
        ('Hashes: {"model": "ab", "lora:x": "cd"}, B: 2', {"Hashes": '{"model": "ab", "lora:x": "cd"}', "B": "2"}),
        ('A: [{"b": [1, 2]}, {"c": "d, e"}], B: 2', {"A": '[{"b": [1, 2]}, {"c": "d, e"}]', "B": "2"}),
        ("A: {curly, B: 2", {"A": "{curly", "B": "2"}),
        ("A: one, two, B: 2", {"A": "one, two", "B": "2"}),
        ("A: 1, A: 2", {"A": "2"}),
        ("one, two", {}),
        ("A:, B: 2,", {"A": "", "B": "2"}),
        ('A: "5" x', {"A": '"5" x'}),
    ],
)
def test_values(line, fields):
    assert parse_fields(line) == fields


@given(st.text(st.sampled_from('Ab:, "{[\\\n1'), max_size=200))
@settings(deadline=None, max_examples=50)
def test_any_line_ends(line):
    assert all(isinstance(value, str) for value in parse_fields(line).values())


@pytest.mark.parametrize(
    "piece", [",", "a: ", 'a: "\\", ', "Steps: 1\n", "[", 'a: ["', "Template:\n", "(a [", "Steps: 1, Seed: 2\n"]
)
def test_long_hostile_texts_end(piece):
    text = piece * (400_000 // len(piece))
    parse_infotext(text)
    assert len(parse_fields(text)) <= 2000
