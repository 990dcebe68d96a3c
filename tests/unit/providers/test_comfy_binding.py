"""A task put into a graph, and the files and names of its job."""

from __future__ import annotations

from fractions import Fraction

import pytest
from comfy_types import moving, object_info, still
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.errors import ProviderInvalidTask
from alice_core.providers.comfy.binding import bound, model_frames, own_rate, prefixed
from alice_core.providers.comfy.graph import api_graph_of
from alice_core.providers.comfy.jobs import media_type_of, of_kind, prompt_id_of
from alice_core.providers.comfy.pins import pinned
from alice_core.providers.comfy.roles import find_roles
from alice_core.providers.comfy.schema import InputSpec, node_types
from alice_core.providers.comfy.wire import Place
from alice_core.providers.task import AudioTask, ImageTask, Reference, VideoTask
from alice_core.timing import FrameRate

KNOWN = node_types(object_info())


def sent(kind, **inputs):
    return {"class_type": kind, "inputs": inputs, "_meta": {"title": kind}}


def with_input(graph, key, **inputs):
    graph[key] = graph[key] | {"inputs": graph[key]["inputs"] | inputs}
    return graph


RATE = FrameRate.parse("23.976")


def inputs_of(graph, task, **files):
    one = api_graph_of(graph)
    return bound(one, find_roles(one, KNOWN), task, files, KNOWN).to_json()


def test_a_still_takes_its_words_seed_and_size():
    made = inputs_of(still(), ImageTask("a blue bird", 130, 70, -1, negative="fog", count=3))
    assert made["6"]["inputs"]["text"] == "a blue bird"
    assert made["7"]["inputs"]["text"] == "fog"
    assert made["3"]["inputs"]["seed"] == 2**64 - 1
    assert made["5"]["inputs"] == {"width": 128, "height": 72, "batch_size": 3}
    assert inputs_of(still(), ImageTask("x", 1, 99999, 1))["5"]["inputs"] == {
        "width": 16,
        "height": 16384,
        "batch_size": 1,
    }
    assert inputs_of(still(), ImageTask("x", 64, 64, 2**64 + 5))["3"]["inputs"]["seed"] == 5


def test_a_clip_takes_the_next_length_that_its_model_makes_at_its_own_rate():
    task = VideoTask("a fox runs", 832, 480, 7, 48, RATE)  # 2.002 s; at 16 frames a second 33
    made = inputs_of(moving(), task)
    assert made["10"]["inputs"]["length"] == 33
    assert made["11"]["inputs"]["fps"] == 16
    held = with_input(moving(), "10", length=["20", 0]) | {"20": sent("PrimitiveInt", value=81)}
    assert inputs_of(held, task)["20"]["inputs"]["value"] == 33
    graph = with_input(moving(), "11", fps=["20", 0]) | {"20": sent("PrimitiveInt", value=0)}
    one = api_graph_of(graph)
    assert own_rate(one, find_roles(one, KNOWN), task) == Fraction(24000, 1001)


@given(
    st.integers(1, 2000),
    st.sampled_from([(4, 1, 81), (8, 9, 97), (6, 7, 25), (1, 1, 16)]),
    st.sampled_from(["23.976", "25"]),
)
@settings(max_examples=60, deadline=None)
def test_lengths_are_legal_and_long_enough(frames, rule, rate):
    step, least, default = rule
    spec = InputSpec("length", "INT", options={"step": step, "min": least, "default": default})
    task = VideoTask("x", 64, 64, 1, frames, FrameRate.parse(rate))
    got = model_frames(task, Fraction(16), spec)
    assert got % step == default % step
    assert got >= max(least, task.seconds * 16)
    assert got - step < max(least, task.seconds * 16)
    assert model_frames(task, Fraction(16), None) >= task.seconds * 16


def test_references_go_where_they_are_for():
    picture = Reference("sha256:1", "first-frame", "image/png")
    task = VideoTask("x", 64, 64, 1, 8, RATE, references=(picture,))
    assert (
        inputs_of(moving(picture=True), task, **{"sha256:1": "alice/1.png"})["12"]["inputs"]["image"] == "alice/1.png"
    )
    for wrong in (Reference("sha256:1", "last-frame", "image/png"), Reference("sha256:1", "reference", "audio/flac"),
                  Reference("sha256:1", "reference", "video/mp4")):  # fmt: skip
        with pytest.raises(ProviderInvalidTask, match="no input for a reference"):
            inputs_of(moving(picture=True), VideoTask("x", 64, 64, 1, 8, RATE, references=(wrong,)))


def test_sound_takes_seconds_and_a_graph_without_words_takes_none():
    one = api_graph_of({"1": sent("EmptySound", seconds=10.0, text="x")})
    roles = pinned({"prompt": "1.text", "seconds": "1.seconds"})
    made = bound(one, roles, AudioTask("music", "rain", Fraction(25, 2)), {}, {}).to_json()
    assert made["1"]["inputs"] == {"seconds": 12.5, "text": "rain"}
    with pytest.raises(ProviderInvalidTask, match="no input for the prompt"):
        bound(one, {}, AudioTask("music", "rain"), {}, {})


def test_every_node_that_saves_gets_a_prefix_of_its_own():
    graph = still() | {"10": sent("SaveImage", filename_prefix="b", images=["8", 0])}
    one = api_graph_of(graph)
    made = prefixed(one, find_roles(one, KNOWN), "alice/j/take").to_json()
    assert [made[key]["inputs"]["filename_prefix"] for key in ("9", "10")] == ["alice/j/take", "alice/j/take_2"]


def test_files_by_kind_and_names_by_key():
    places = tuple(Place(name) for name in ("a.PNG", "b.mp4", "c.webp", "d.flac", "e.latent"))
    assert [media_type_of(one) for one in places] == ["image/png", "video/mp4", "image/webp", "audio/flac", ""]
    assert of_kind(places, "video") == (places[1],)
    assert of_kind(places[2:], "video") == (places[2],)
    assert of_kind(places, "audio") == (places[3],)
    assert prompt_id_of("a") == prompt_id_of("a") != prompt_id_of("b")
