"""What a card says against a task, and the values that travel between Alice and a provider."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from alice_core.errors import ProviderInvalidTask, ProviderModelRetired
from alice_core.providers.card import Limits, ModelCard, OptionRule
from alice_core.providers.checking import demand, problems_of
from alice_core.providers.operation import Operation
from alice_core.providers.task import AudioTask, ImageTask, Reference, VideoTask, VisionTask, options_for
from alice_core.timing import FrameRate

LIMITS = Limits(
    prompt=20,
    side_step=16,
    least_side=64,
    most_side=2048,
    most_pixels=2048 * 1024,
    most_ratio=3,
    count=2,
    references=1,
    reference_bytes=100,
    seconds=(5, 10),
    qualities=("low", "high"),
    resolutions=("720p",),
    formats=("png", "mp4"),
    roles=("reference",),
    ignores=("negative", "seed"),
)
OPTIONS = {
    "steps": OptionRule("whole", least=1, most=50),
    "scale": OptionRule("number", least=0),
    "safe": OptionRule("flag"),
    "style": OptionRule("text"),
    "mode": OptionRule("text", choices=("fast", "slow")),
    "raw": OptionRule("any"),
}
CARD = ModelCard("till", "one", ("image", "video"), ("image",), limits=LIMITS, options=OPTIONS)
IMAGE = ImageTask("rain", 512, 512, 0)
VIDEO = VideoTask("rain", 512, 512, 0, 120, FrameRate.parse("24"))


def fields(task, card=CARD):
    return [one.field for one in problems_of(task, card) if not one.warning]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"prompt": "x" * 21}, "prompt"),
        ({"format": "gif"}, "format"),
        ({"width": 520}, "size"),
        ({"width": 32, "height": 32}, "size"),
        ({"width": 2064, "height": 1008}, "size"),
        ({"width": 2048, "height": 1040}, "size"),
        ({"width": 512, "height": 128}, "size"),
        ({"quality": "best"}, "quality"),
        ({"count": 3}, "count"),
        ({"count": 0}, "count"),
        ({"references": (Reference("sha256:1"), Reference("sha256:2"))}, "references"),
        ({"references": (Reference("sha256:1", "mask"),)}, "references"),
        ({"references": (Reference("sha256:1", size=101),)}, "references"),
    ],
)
def test_a_picture_beyond_the_limits(changes, field):
    assert fields(IMAGE) == []
    assert fields(replace(IMAGE, **changes)) == [field]


def test_clips_and_sounds_beyond_the_limits():
    assert fields(VIDEO) == []
    assert fields(replace(VIDEO, frames=241)) == ["seconds"]
    assert fields(replace(VIDEO, resolution="4k")) == ["resolution"]
    speech = AudioTask("speech", "hello", Fraction(11), format="png")
    assert fields(speech) == ["model", "seconds"]
    assert fields(replace(speech, seconds=None)) == ["model"]
    assert fields(VisionTask("what?"), replace(CARD, tasks=("vision",), limits=Limits())) == []
    sizes = replace(CARD, limits=Limits(sizes=((64, 64),)))
    assert fields(IMAGE, sizes) == ["size"]


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("steps", 4, True),
        ("steps", 4.5, False),
        ("steps", 51, False),
        ("steps", True, False),
        ("scale", 1, True),
        ("scale", -0.5, False),
        ("safe", True, True),
        ("safe", 1, False),
        ("style", "film", True),
        ("style", 3, False),
        ("mode", "fast", True),
        ("mode", "odd", False),
        ("raw", {"a": [1, None]}, True),
        ("speed", 1, False),
    ],
)
def test_options(name, value, right):
    task = replace(IMAGE, options={"till": {name: value}, "other": {"anything": 1}})
    assert fields(task) == ([] if right else [f"options.till.{name}"])
    assert options_for(task, "till") == {name: value}


def test_any_option_where_the_card_says_so():
    assert fields(replace(IMAGE, options={"till": {"new": 1}}), replace(CARD, options={"*": OptionRule("any")})) == []


def test_what_is_ignored_is_a_warning_and_only_where_it_was_said():
    assert demand(IMAGE, CARD, problems_of(IMAGE, CARD)) == ()
    task = replace(IMAGE, negative="fog", seed=7)
    assert [one.partition(":")[0] for one in demand(task, CARD, problems_of(task, CARD))] == ["negative", "seed"]


def test_a_retired_model_is_refused_with_what_to_use():
    gone = replace(CARD, status="retired", retired_on="2026-05-12", use_instead="two")
    with pytest.raises(ProviderModelRetired, match="2026-05-12") as caught:
        demand(IMAGE, gone, problems_of(IMAGE, gone))
    assert caught.value.hint == "Use two."
    bad = replace(IMAGE, count=9)
    with pytest.raises(ProviderInvalidTask, match="count: 9"):
        demand(bad, CARD, problems_of(bad, CARD))


def test_an_operation_survives_its_text():
    operation = Operation("till", "one", "image", "key", "req-é", {"poll": "https://x/y"})
    assert Operation.from_json(operation.to_json()) == operation


def test_tasks_say_their_words_and_formats():
    assert VIDEO.seconds == 5
    speech = AudioTask("speech", "hello")
    assert (speech.prompt, VisionTask("why?").prompt, VisionTask("why?").format) == ("hello", "why?", "txt")
    assert (VisionTask("why?", schema="{}").format, VisionTask("why?").seed) == ("json", 0)
