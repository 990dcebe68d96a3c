"""What inputs are for, what is pinned, what a server lacks, what its refusals mean."""

from __future__ import annotations

import pytest
from comfy_types import moving, node, object_info, still

from alice_core.errors import ProviderInvalidTask, UsageError
from alice_core.providers.comfy.graph import api_graph_of
from alice_core.providers.comfy.pins import pinned, read_pins, sidecar_of, with_pins
from alice_core.providers.comfy.preflight import demand_runnable, graph_for, lacks_of, preflight
from alice_core.providers.comfy.refusals import failure_line, lines_of
from alice_core.providers.comfy.roles import Site, find_roles
from alice_core.providers.comfy.schema import node_types

TYPES = object_info()
KNOWN = node_types(TYPES)


def said(graph, types=KNOWN):
    return {role: [str(site) for site in sites] for role, sites in find_roles(api_graph_of(graph), types).items()}


def sent(kind, **inputs):
    return {"class_type": kind, "inputs": inputs, "_meta": {"title": kind}}


def with_input(graph, key, **inputs):
    graph[key] = graph[key] | {"inputs": graph[key]["inputs"] | inputs}
    return graph


# Roles.


def test_the_roles_of_a_still():
    assert said(still()) == {
        "prompt": ["6.text"],
        "negative": ["7.text"],
        "seed": ["3.seed"],
        "width": ["5.width"],
        "height": ["5.height"],
        "batch": ["5.batch_size"],
        "save": ["9.filename_prefix"],
    }


def test_the_roles_of_a_clip_with_a_first_frame():
    found = said(moving(picture=True))
    assert found["length"] == ["10.length"]
    assert found["fps"] == ["11.fps"]
    assert found["image"] == ["12.image"]
    assert (found["prompt"], found["negative"]) == (["6.text"], ["7.text"])


def test_a_value_that_is_fed_from_elsewhere_is_found_where_it_is_held():
    graph = with_input(still(), "3", seed=["20", 0])
    graph["20"] = sent("PrimitiveInt", value=5)
    assert said(graph)["seed"] == ["20.value"]
    graph["20"]["inputs"]["value"] = ["21", 0]
    graph["21"] = sent("PrimitiveInt", value=5)
    assert said(graph)["seed"] == ["21.value"]
    graph["21"]["inputs"]["value"] = ["99", 0]
    assert "seed" not in said(graph)


def test_a_negative_that_is_only_zeroes_is_no_place_for_words():
    graph = with_input(still(), "3", negative=["20", 0])
    graph["20"] = sent("ConditioningZeroOut", conditioning=["6", 0])
    assert "negative" not in said(graph)


def test_pictures_by_what_they_are_used_for():
    types = TYPES | {
        "Flf": node(
            {"start_image": ["IMAGE"], "end_image": ["IMAGE"], "mask": ["MASK"], "style": ["IMAGE"]}, ("IMAGE",)
        ),
        "LoadVideo": node({"file": ["COMBO", {"video_upload": True, "options": []}]}, ("VIDEO",)),
        "Both": node(
            {"images": ["IMAGE"], "video": ["VIDEO"], "audio": ["AUDIO"], "filename_prefix": ["STRING"]}, output=True
        ),
    }
    graph = {
        "1": sent("LoadImage", image="a.png"),
        "2": sent("LoadImage", image="b.png"),
        "3": sent("LoadImage", image="c.png"),
        "4": sent("LoadImage", image="d.png"),
        "5": sent("ImageScale", image=["1", 0], upscale_method="area", width=8, height=8, crop="disabled"),
        "6": sent("Flf", start_image=["5", 0], end_image=["2", 0], mask=["3", 1], style=["4", 0]),
        "7": sent("LoadVideo", file="e.mp4"),
        "8": sent("LoadAudio", audio="f.flac"),
        "9": sent("Both", images=["6", 0], video=["7", 0], audio=["8", 0], filename_prefix="x"),
    }
    found = said(graph, node_types(types))
    assert {role: found[role] for role in ("image", "last-image", "mask", "reference", "video", "audio")} == {
        "image": ["1.image"], "last-image": ["2.image"], "mask": ["3.image"],
        "reference": ["4.image"], "video": ["7.file"], "audio": ["8.audio"],
    }  # fmt: skip
    assert "width" not in found  # it scales, and makes nothing new


def test_a_graph_of_a_remote_service_has_its_words_in_the_node_itself():
    service = node(
        {"prompt": ["STRING", {"multiline": True}], "negative_prompt": ["STRING", {"multiline": True}],
         "seed": ["INT", {"max": 9}]}, ("IMAGE",),
    )  # fmt: skip
    graph = {
        "1": sent("Service", prompt="a fox", negative_prompt="fog", seed=3),
        "2": sent("PreviewImage", images=["1", 0]),
    }
    found = said(graph, node_types(TYPES | {"Service": service}))
    assert found == {"prompt": ["1.prompt"], "negative": ["1.negative_prompt"], "seed": ["1.seed"]}


def test_sound_has_seconds():
    latent = node({"seconds": ["FLOAT", {"default": 10.0}]}, ("LATENT",))
    graph = with_input(still(), "3", latent_image=["5", 0]) | {"5": sent("EmptySound", seconds=12.0)}
    assert said(graph, node_types(TYPES | {"EmptySound": latent}))["seconds"] == ["5.seconds"]


# Pins.


def test_pinned_roles_come_before_found_ones(tmp_path):
    path = tmp_path / "still.json"
    sidecar_of(path).write_text('[roles]\nprompt = ["7.text", "6.text"]\nnegative = []\nseed = "57:3.noise.seed"\n')
    pins = pinned(read_pins(path))
    assert pins["seed"] == (Site("57:3", "noise.seed"),)
    graph = api_graph_of(still())
    del pins["seed"]
    roles = with_pins(find_roles(graph, KNOWN), pins, graph)
    assert roles["prompt"] == (Site("7", "text"), Site("6", "text"))
    assert "negative" not in roles
    assert roles["seed"] == (Site("3", "seed"),)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("[roles", "cannot be used"),
        ("[other]\na = 1", "other"),
        ("roles = 3", "something else"),
        ('[roles]\nsong = "1.a"', "no role 'song'"),
        ("[roles]\nprompt = 6", "prompt is 6"),
        ('[roles]\nprompt = "6"', "prompt is '6'"),
    ],
)
def test_a_sidecar_that_cannot_be_used_is_told(tmp_path, text, word):
    path = tmp_path / "still.json"
    sidecar_of(path).write_text(text)
    with pytest.raises(UsageError, match=word) as caught:
        read_pins(path)
    assert caught.value.code == "ALICE-U07"


@pytest.mark.parametrize(("site", "word"), [("99.text", "no node 99"), ("6.words", "no input 'words'")])
def test_a_pin_that_is_not_in_the_graph_is_told(site, word):
    graph = api_graph_of(still())
    with pytest.raises(UsageError, match=word):
        with_pins({}, pinned({"prompt": site}), graph)


# What a server lacks.


@pytest.mark.parametrize(
    ("change", "kind", "word"),
    [
        (lambda g: with_input(g, "4", ckpt_name="other.safetensors"), "model", "no model 'other.safetensors'"),
        (lambda g: with_input(g, "3", sampler_name="magic"), "value", "'magic' is not one of its choices"),
        (lambda g: with_input(g, "3", steps=0), "value", "0 is smaller than 1"),
        (lambda g: with_input(g, "3", cfg=101), "value", "101 is larger than 100"),
        (lambda g: with_input(g, "3", steps="many"), "value", "'many' is no number"),
        (lambda g: with_input(g, "3", model=["6", 0]), "link", "takes MODEL"),
        (lambda g: with_input(g, "3", model=["4", 7]), "link", "has no output 7"),
        (lambda g: with_input(g, "3", model=["44", 0]), "link", "node 44, which is not there"),
        (lambda g: g | {"6": sent("CLIPTextEncode", text="x")}, "input", "has nothing in clip"),
        (lambda g: g | {"20": sent("Magic")}, "node", "no node Magic"),
        (lambda g: {key: one for key, one in g.items() if key != "9"}, "output", "saves anything"),
    ],
)
def test_what_a_server_would_refuse_is_known_before(change, kind, word):
    (lack,) = preflight(api_graph_of(change(still())), KNOWN)
    assert lack.kind == kind
    assert word in lack.message
    with pytest.raises(ProviderInvalidTask, match="gpu cannot run"):
        demand_runnable((lack,), "gpu")


def test_nothing_is_wrong_with_a_good_graph_and_what_nobody_needs_is_not_looked_at():
    graph = still() | {"20": sent("VAEDecode", samples=["3", 0])}
    assert preflight(api_graph_of(graph), KNOWN) == ()
    demand_runnable((), "gpu")
    assert lacks_of(still(), KNOWN) == ()


def test_an_uploaded_file_is_there_and_another_is_not():
    graph = api_graph_of(moving(picture=True))
    (lack,) = preflight(graph, KNOWN)
    assert (lack.kind, lack.value) == ("file", "first.png")
    assert preflight(graph, KNOWN, ("first.png",)) == ()


def test_missing_node_types_of_a_saved_workflow_are_all_that_is_told():
    saved = {"nodes": [{"id": 1, "type": "Magic"}, {"id": 2, "type": "SaveImage"}], "links": [[1, 1, 0, 2, 0]]}
    assert [(one.kind, one.message) for one in lacks_of(saved, KNOWN)] == [("node", "the server has no node Magic")]


def test_a_file_of_a_later_editor_is_read_as_that_one_does_where_the_servers_own_makes_nonsense_of_it():
    saved = {
        "nodes": [
            {"id": 1, "type": "EmptyImage", "widgets_values": [64, 64, 999999, 0],
             "widgets_values_named": {"batch_size": 2}, "outputs": [{"name": "IMAGE", "type": "IMAGE", "links": [1]}]},
            {"id": 2, "type": "SaveImage", "widgets_values": ["x"],
             "inputs": [{"name": "images", "type": "IMAGE", "link": 1}]},
        ],
        "links": [[1, 1, 0, 2, 0, "IMAGE"]],
    }  # fmt: skip
    assert graph_for(saved, KNOWN).nodes["1"].inputs["batch_size"] == 2
    assert graph_for(saved, KNOWN, mended=False).nodes["1"].inputs["batch_size"] == 999999
    saved["nodes"][0]["widgets_values"][2] = 3
    assert graph_for(saved, KNOWN).nodes["1"].inputs["batch_size"] == 3


# Refusals.


def refusal(kind, **extra):
    error = {"type": kind, "message": "m", "details": extra.pop("details", "d"), "extra_info": extra}
    return {"error": {}, "node_errors": {"3": {"errors": [error], "class_type": "KSampler"}}}


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (
            refusal("required_input_missing", input_name="model"),
            "'KSampler' (node 3), model: nothing is connected or set",
        ),
        (
            refusal(
                "value_bigger_than_max", input_name="cfg", received_value=200, input_config=["FLOAT", {"max": 100}]
            ),
            "'KSampler' (node 3), cfg: 200 is larger than 100",
        ),
        (
            refusal("value_smaller_than_min", input_name="steps", received_value=0, input_config=["INT", {"min": 1}]),
            "'KSampler' (node 3), steps: 0 is smaller than 1",
        ),
        (
            refusal(
                "value_not_in_list", input_name="ckpt_name", received_value="x",
                details="ckpt_name: 'x' not in ['y']",
            ),
            "'KSampler' (node 3), ckpt_name: the server has no 'x'; it has ['y']",
        ),
        (refusal("value_not_in_list", received_value="x"), "'KSampler' (node 3): the server has no 'x'"),
        (
            refusal("invalid_input_type", input_name="seed", received_value="no"),
            "'KSampler' (node 3), seed: 'no' is of the wrong type",
        ),
        (
            refusal("return_type_mismatch", input_name="model", details="model, received_type(CLIP) mismatch"),
            "'KSampler' (node 3), model: the wrong kind of output is connected (model, received_type(CLIP) mismatch)",
        ),
        (refusal("custom_validation_failed", details="image - Invalid image file: a.png"), "Invalid image file: a.png"),
        (refusal("exception_during_validation", details="'99'"), "'KSampler' (node 3): '99'"),
        (refusal("", details=""), "'KSampler' (node 3): m"),
        ({"error": {"type": "prompt_no_outputs", "message": "Prompt has no outputs"}}, "saves anything"),
        ({"error": {"type": "prompt_outputs_failed_validation"}, "node_errors": {}}, "run in a circle"),
        (
            {"error": {"type": "invalid_prompt", "message": "Cannot execute because node X does not exist.",
                       "details": "Node ID '#2'"}},
            "Cannot execute because node X does not exist. (Node ID '#2')",
        ),
        ({"error": {"type": "invalid_prompt", "message": "bad"}}, "bad"),
        ({"error": "plain words"}, "plain words"),
        ({}, "the server gives no reason"),
        ([], "the server gives no reason"),
    ],
)  # fmt: skip
def test_every_refusal_is_one_readable_line(body, line):
    (found,) = lines_of(body, api_graph_of(still()))
    assert line in found
    assert "\n" not in found


def test_very_many_faults_are_counted_and_long_ones_cut():
    errors = {str(n): {"errors": [{"type": "x", "details": "y" * 999}]} for n in range(30)}
    lines = lines_of({"node_errors": errors}, api_graph_of(still()))
    assert (len(lines), lines[-1]) == (13, "and 18 more")
    assert max(map(len, lines)) < 400


@pytest.mark.parametrize(
    ("messages", "reason", "hint"),
    [
        ([["execution_interrupted", {}]], "somebody interrupted", "again"),
        (
            [["execution_start", {}], ["execution_error", {"node_id": "3", "exception_type": "a.b.ValueError",
                                                           "exception_message": "bad\nshape"}]],
            "'KSampler' (node 3): ValueError: bad shape", "log",
        ),
        (
            [["execution_error", {"node_id": "77", "node_type": "Odd", "exception_type": "torch.OutOfMemoryError"}]],
            "Odd (node 77): OutOfMemoryError: no message", "ran out of memory",
        ),
        ([], "not why", "log"),
        (None, "not why", "log"),
        ([["execution_error"], "x"], "not why", "log"),
    ],
)  # fmt: skip
def test_why_a_job_ended_badly(messages, reason, hint):
    found = failure_line(messages, api_graph_of(still()))
    assert reason in found[0]
    assert hint in found[1]
