"""A task as a recipe and back."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from till_provider import Till

from alice_core.errors import ProviderInvalidTask
from alice_core.providers.registry import get_provider
from alice_core.providers.task import AudioTask, ImageTask, Reference, VideoTask, VisionTask
from alice_core.timing import FrameRate
from alice_core.workflows.tasks import demand_known, recipe_of, task_of

RATE = FrameRate.parse("23.976")
REFERENCES = (Reference("sha256:1", "first-frame"), Reference("sha256:2", "mask"))
TASKS = [
    ImageTask(
        "rain", 64, 32, 3, {"till": {"steps": 4, "mode": "fast"}}, negative="fog", count=2, references=REFERENCES
    ),
    ImageTask("rain", 64, 32, 3, quality="high", format="webp", background="opaque"),
    VideoTask("rain", 64, 32, 3, 20, RATE, audio=True, resolution="720p", quality="pro"),
    AudioTask("music", "drums", Fraction(1001, 240), 5, voice="low", format="mp3"),
    VisionTask("what?", REFERENCES, schema="{}", max_tokens=99),
]


@pytest.fixture
def till(tmp_path):
    return Till(tmp_path / "till")


@pytest.mark.parametrize("task", TASKS)
def test_every_task_comes_back_from_its_recipe(till, task):
    task = replace(task, model="instant")
    recipe = recipe_of(task, till)
    assert task_of(recipe, "till", task.kind) == task
    assert recipe.key == recipe_of(task, till).key
    assert recipe.key != recipe_of(task, till, take=1).key


def test_the_providers_own_choice_of_a_model_is_part_of_the_recipe(till):
    assert recipe_of(TASKS[0], till).parameters["model"] == "queue"
    assert recipe_of(TASKS[0], till).key == recipe_of(replace(TASKS[0], model="queue"), till).key


def test_recipes_of_older_takes_stay_what_they_were():
    """Keys that were stored before tasks had more fields."""
    task = ImageTask("rain", 64, 64, 3, {"storyboard": {"energy": 0.5}})
    recipe = recipe_of(task, get_provider("storyboard"))
    said = {"version": "1", "prompt": "rain", "width": 64, "height": 64, "seed": 3, "options": {"energy": "0.5"}}
    assert (recipe.operation, recipe.version, dict(recipe.parameters), recipe.inputs) == (
        "provider.storyboard.image", 1, said, (),
    )  # fmt: skip
    assert task_of(recipe, "storyboard", "image", frozenset({"energy"})) == task


def test_options_of_any_shape_have_one_text(till):
    task = ImageTask("rain", 8, 8, 1, {"till": {"loras": [{"path": "a", "scale": 0.1}], "none": None}})
    assert recipe_of(task, till).parameters["options"] == {"loras": ({"path": "a", "scale": "0.1"},), "none": None}
    with pytest.raises(TypeError):
        recipe_of(replace(task, negative=b"x"), till)


@settings(deadline=None, max_examples=40)
@given(st.text(), st.integers(0, 2**32), st.floats(allow_nan=False, allow_infinity=False))
def test_another_task_is_another_recipe(tmp_path_factory, words, seed, scale):
    till = Till(tmp_path_factory.getbasetemp() / "till")
    task = ImageTask(words, 8, 8, seed, {"till": {"scale": scale}})
    others = (replace(task, prompt=words + "!"), replace(task, seed=seed + 1), replace(task, model="instant"))
    assert recipe_of(task, till).key not in {recipe_of(one, till).key for one in others}


def test_options_of_a_provider_that_there_is_not():
    demand_known(ImageTask("rain", 8, 8, 1, {"till": {}, "storyboard": {"move": "hold"}}), "till")
    with pytest.raises(ProviderInvalidTask, match="fla"):
        demand_known(ImageTask("rain", 8, 8, 1, {"fla": {"steps": 4}}), "till")
