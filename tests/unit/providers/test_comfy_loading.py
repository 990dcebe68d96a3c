"""Reading workflows, and laying them out as the editor does."""

from __future__ import annotations

import json
import random

import pytest
from comfy_sheets import INSIDE, OUTSIDE, Sheet, painter
from comfy_types import node, object_info, still
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.errors import NotFound, ProviderBadAnswer, ProviderInvalidTask, UsageError
from alice_core.providers.comfy.convert import missing_types, to_api, worked_out
from alice_core.providers.comfy.files import options_of, read_workflow
from alice_core.providers.comfy.graph import Feed, api_graph_of, is_api_graph
from alice_core.providers.comfy.placing import EDITOR_2025, EDITOR_2026, laid_out, rules_for
from alice_core.providers.comfy.primitives import rounded
from alice_core.providers.comfy.resolving import fits
from alice_core.providers.comfy.schema import InputSpec, node_types
from alice_core.providers.comfy.workflow import is_workflow, workflow_of

TYPES = object_info()
KNOWN = node_types(TYPES)


def converted(saved, types=KNOWN, **more):
    return to_api(workflow_of(saved), types, **more)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ([], "list of nodes"),
        ({"nodes": 5}, "list of nodes"),
        ({"nodes": [{}]}, "KeyError"),
        ({"nodes": [{"id": 1, "type": "Note", "inputs": [3]}]}, "AttributeError"),
        ({"nodes": [], "links": [[1, 2]]}, "editor's form"),
        ({"nodes": [], "links": [[1, "a", "b", "c", "d"]]}, "ValueError"),
    ],
)
def test_what_is_no_workflow_is_told(data, word):
    with pytest.raises(UsageError, match=word) as caught:
        workflow_of(data, "w.json")
    assert (caught.value.code, "w.json" in caught.value.message) == ("ALICE-U06", True)


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"{", "no JSON"),
        (b"\xff\xfe\x00", "no JSON"),
        (b"[1]", "neither"),
        (b"[" * 100_000, "no JSON"),
        (b"{}", "neither"),
    ],
)
def test_what_is_no_workflow_file_is_told(tmp_path, content, word):
    path = tmp_path / "w.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=word) as caught:
        read_workflow(path)
    assert caught.value.code == "ALICE-U06"


def test_a_file_that_is_not_there_or_far_too_large_is_told(tmp_path):
    with pytest.raises(NotFound, match="there is no workflow"):
        read_workflow(tmp_path / "w.json")
    with (tmp_path / "big.json").open("wb") as big:
        big.truncate(2**26 + 1)
    with pytest.raises(UsageError, match="far too large"):
        read_workflow(tmp_path / "big.json")


def test_options_hold_the_workflow_itself_and_what_is_pinned_beside_it(tmp_path):
    path = tmp_path / "still.json"
    path.write_text("\ufeff" + json.dumps(still()), encoding="utf-8")
    assert options_of(path) == {"workflow": still()}
    (tmp_path / "still.alice.toml").write_text('[roles]\nprompt = "6.text"\n')
    assert options_of(path)["roles"] == {"prompt": "6.text"}


def test_a_graph_in_the_api_format_comes_back_as_it_was():
    graph = api_graph_of(still())
    assert graph.to_json() == still()
    assert graph.nodes["3"].inputs["model"] == Feed("4", 0)
    assert graph.label("3") == "'KSampler' (node 3)"
    assert graph.label("99") == "node 99"
    assert json.loads(graph.text()) == still()
    assert not is_workflow(still())
    assert not is_api_graph({"nodes": []})
    for wrong in ({}, {"1": {"class_type": 3}}, {"1": {"class_type": "A", "inputs": ["x"]}}):
        with pytest.raises(UsageError):
            api_graph_of(wrong)


def test_a_node_that_the_server_has_not_is_named_unless_nobody_needs_it():
    sheet = Sheet(TYPES)
    n = painter(sheet)
    sheet.free(50, "FancyUpscaler", inputs=1, outputs=1)
    sheet.link(n["decode"], 0, 50, 0)
    sheet.free(51, "Sticker", inputs=0, outputs=0)  # linked to nothing: decoration
    sheet.free(52, "OffSwitch", inputs=1, outputs=1, mode=2)
    sheet.link(n["decode"], 0, 52, 0)
    saved = sheet.saved()
    assert missing_types(workflow_of(saved), KNOWN) == ("FancyUpscaler",)
    with pytest.raises(ProviderInvalidTask, match="FancyUpscaler") as caught:
        converted(saved)
    assert "Install" in (caught.value.hint or "")


def test_named_ends_and_strange_reroutes_are_followed():
    sheet = Sheet(TYPES)
    n = painter(sheet)
    sheet.free(50, "SetNode", "the model", inputs=1, outputs=1)
    sheet.free(51, "GetNode", "the model", inputs=0, outputs=1)
    sheet.free(52, "Reroute (rgthree)")
    sheet.free(53, "GetNode", "nobody", inputs=0, outputs=1)
    sheet.link(n["model"], 0, 50, 0)
    sheet.nodes[n["sampler"]]["inputs"][0]["link"] = None
    sheet.link(51, 0, 52, 0)
    sheet.link(52, 0, n["sampler"], "model")
    sheet.nodes[n["sampler"]]["inputs"][2]["link"] = None
    sheet.link(53, 0, n["sampler"], "negative")
    made = converted(sheet.saved()).nodes[str(n["sampler"])].inputs
    assert made["model"] == Feed(str(n["model"]), 0)
    assert "negative" not in made


def test_a_subgraph_that_only_passes_something_on_is_seen_through():
    through = Sheet(TYPES, "through", (("in", "MODEL"),), (("out", "MODEL"), ("nothing", "CLIP")))
    through.link(INSIDE, 0, OUTSIDE, 0)
    sheet = Sheet(TYPES)
    n = painter(sheet)
    sheet.use(50, through)
    sheet.link(n["model"], 0, 50, "in")
    sheet.nodes[n["sampler"]]["inputs"][0]["link"] = None
    sheet.link(50, 0, n["sampler"], "model")
    sheet.nodes[n["words"]]["inputs"][0]["link"] = None
    sheet.link(50, 1, n["words"], "clip")
    made = converted(sheet.saved()).nodes
    assert made[str(n["sampler"])].inputs["model"] == Feed(str(n["model"]), 0)
    assert "clip" not in made[str(n["words"])].inputs


def test_links_in_a_circle_and_a_subgraph_in_itself_are_told():
    sheet = Sheet(TYPES)
    n = painter(sheet)
    for key in (50, 51):
        sheet.free(key, "Reroute")
    sheet.link(50, 0, 51, 0)
    sheet.link(51, 0, 50, 0)
    sheet.nodes[n["sampler"]]["inputs"][0]["link"] = None
    sheet.link(51, 0, n["sampler"], "model")
    with pytest.raises(UsageError, match="run in a circle"):
        converted(sheet.saved())
    inner = Sheet(TYPES, "self", (), ())
    inner.use(1, inner)
    outer = Sheet(TYPES)
    outer.use(1, inner)
    with pytest.raises(UsageError, match="contains itself"):
        converted(outer.saved())


def test_links_that_lead_nowhere_are_left_out():
    sheet = Sheet(TYPES)
    n = painter(sheet)
    saved = sheet.saved()
    saved["links"] = [link for link in saved["links"] if link[3] != n["words"]]
    saved["nodes"] = [one for one in saved["nodes"] if one["id"] != n["latent"]]
    made = converted(saved).nodes
    assert "clip" not in made[str(n["words"])].inputs
    assert "latent_image" not in made[str(n["sampler"])].inputs


def test_values_by_name_are_used_where_a_later_editor_wrote_them():
    sheet = Sheet(TYPES)
    n = painter(sheet)
    saved = sheet.saved()
    sampler = next(one for one in saved["nodes"] if one["id"] == n["sampler"])
    sampler["widgets_values_named"] = {"steps": 33, "gone": 1}
    key = str(n["sampler"])
    assert converted(saved, rules=EDITOR_2026).nodes[key].inputs["steps"] == 33
    assert converted(saved, rules=EDITOR_2025).nodes[key].inputs["steps"] == 20
    sampler["widgets_values"] = {"cfg": 2.5}  # as some packs write them
    del sampler["widgets_values_named"]
    assert converted(saved).nodes[key].inputs["cfg"] == 2.5


def test_an_instance_of_a_later_editor_has_a_place_for_how_its_seed_changes():
    inner = Sheet(TYPES, "paint", (("seed", "INT"), ("steps", "INT")), (("LATENT", "LATENT"),))
    inner.node(1, "KSampler", 1, "fixed", 9, 3.5, "euler", "karras", 0.9)
    inner.link(INSIDE, 0, 1, "seed")
    inner.link(INSIDE, 1, 1, "steps")
    inner.link(1, 0, OUTSIDE, 0)
    sheet = Sheet(TYPES)
    sheet.use(5, inner, 77, "randomize", 12)
    made = converted(sheet.saved(), rules=EDITOR_2026).nodes["5:1"].inputs
    assert (made["seed"], made["steps"]) == (77, 12)


def test_a_choice_that_brings_inputs_of_its_own():
    inputs = {"required": {"width": ["INT", {"default": 64}], "model": ["MODEL"]}, "optional": {"note": ["STRING"]}}
    spec = ["COMFY_DYNAMICCOMBO_V3", {"options": [{"key": "crop", "inputs": {}}, {"key": "scale", "inputs": inputs}]}]
    types = TYPES | {"Fit": node({"how": spec, "last": ["INT", {"default": 1}]}, ("IMAGE",))}
    known = node_types(types)
    assert rules_for(known) == EDITOR_2026
    assert rules_for(KNOWN) == EDITOR_2025
    saved = {
        "nodes": [
            {"id": 1, "type": "CheckpointLoaderSimple", "widgets_values": ["base.safetensors"], "outputs": []},
            {"id": 2, "type": "Fit", "widgets_values": ["scale", 128, "hello", 9],
             "inputs": [{"name": "how.model", "type": "MODEL", "link": 1}]},
            {"id": 3, "type": "Fit", "widgets_values": ["crop", 9], "inputs": []},
        ],
        "links": [[1, 1, 0, 2, 0, "MODEL"]],
    }  # fmt: skip
    made = converted(saved, known).nodes
    assert dict(made["2"].inputs) == {
        "how": "scale", "how.width": 128, "how.note": "hello", "last": 9, "how.model": Feed("1", 0),
    }  # fmt: skip
    assert dict(made["3"].inputs) == {"how": "crop", "last": 9}


def test_widgets_that_count_but_are_not_sent():
    types = {
        "Pick": node(
            {
                "file": ["COMBO", {"remote": {"refresh_button": True}}],
                "again": [["a", "b"], {"control_after_generate": True}],
                "many": ["COMBO", {"multi_select": True, "options": ["x", "y"]}],
                "view": ["LOAD_3D"],
                "said": ["AUDIO_RECORD"],
                "was_widget": ["INT", {"forceInput": True}],
                "flag": ["BOOLEAN"],
            },
            output=True,
        ),
        "WebcamCapture": node({"image": ["WEBCAM"], "width": ["INT"]}, ("IMAGE",)),
        "Preview3D": node({"model_file": ["STRING"]}, output=True),
    }
    values = ["f.png", False, "refresh", "b", "fixed", "", ["x"], "u", "e", "c", "", "", "", True]
    saved = {
        "nodes": [
            {"id": 1, "type": "Pick", "widgets_values": values},
            {"id": 2, "type": "WebcamCapture", "widgets_values": ["", 640]},
            {"id": 3, "type": "Preview3D", "widgets_values": ["m.glb", "kept"]},
        ]
    }
    made = converted(saved, node_types(types)).nodes
    one = dict(made["1"].inputs)
    assert (one["file"], one["again"], one["many"], one["flag"]) == ("f.png", "b", {"__value__": ["x"]}, True)
    assert {"control_after_generate", "control_filter_list", "Auto-refresh after generation"}.isdisjoint(one)
    assert dict(made["2"].inputs) == {"image": "", "width": 640}
    assert dict(made["3"].inputs) == {"model_file": "m.glb", "image": ""}


def test_a_saved_value_of_an_input_that_is_a_socket_now_is_skipped():
    types = {"Old": node({"a": ["INT"], "b": ["INT", {"forceInput": True}], "c": ["INT"]}, output=True)}
    saved = {"nodes": [{"id": 1, "type": "Old", "widgets_values": [1, 2, 3]}]}
    assert dict(converted(saved, node_types(types)).nodes["1"].inputs) == {"a": 1, "c": 3}


def test_titles_are_the_users_then_the_types():
    sheet = Sheet(TYPES)
    n = painter(sheet)
    room = laid_out(workflow_of(sheet.saved()), KNOWN)
    titles = {placed.key: placed.title for placed in room.everything()}
    assert (titles[str(n["not"])], titles[str(n["decode"])]) == ("What it is not", "VAE Decode")


@pytest.mark.parametrize("answer", [[], {"A": 3}, {"A": {"input": {"required": {"x": []}}}}])
def test_a_server_that_gives_no_list_of_node_types(answer):
    with pytest.raises(ProviderBadAnswer):
        node_types(answer)


def test_a_node_type_that_cannot_be_read_counts_as_not_there():
    assert set(node_types(TYPES | {"Odd": {"input": 5}})) == set(TYPES)


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ("IMAGE", "IMAGE", True),
        ("image", "IMAGE", True),
        ("IMAGE", "MASK", False),
        ("*", "MASK", True),
        ("", "MASK", True),
        ("IMAGE,MASK", "MASK", True),
        ("IMAGE,MASK", "AUDIO,VIDEO", False),
        ("IMAGE,*", "AUDIO", True),
    ],
)
def test_what_fits(one, other, wanted):
    assert fits(one, other) is wanted
    assert fits(other, one) is wanted


@pytest.mark.parametrize(
    ("kind", "options", "value", "wanted"),
    [
        ("INT", {"step": 8}, 333, 336),
        ("INT", {"step": 4, "min": 1}, 80, 81),
        ("INT", {}, 7.5, 8),
        ("INT", {}, 2**64 - 1, 2**64 - 1),
        ("FLOAT", {"step": 0.1}, 7.25, 7.3),
        ("FLOAT", {"step": 0.01, "max": 1}, 3, 1),
        ("FLOAT", {"step": 1.0}, 2.345, 2.345),
        ("FLOAT", {"step": 0.1, "round": 0.01}, 6.66, 6.7),
        ("STRING", {}, "as it is", "as it is"),
        ("BOOLEAN", {}, True, True),
    ],
)
def test_a_widget_rounds_what_it_is_handed(kind, options, value, wanted):
    assert rounded(value, InputSpec("x", kind, options=options)) == wanted
    assert rounded(value, None) == value


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a fox", {"a fox"}),
        ("a // b\nc", {"a \nc"}),
        ("a /* b\n */c", {"a c"}),
        ("see http://x.y/z", {"see http:"}),
        (r"\{a|b\}", {"{a|b}"}),
        ("{a|b}", {"a", "b"}),
        ("{a|{b|c}}!", {"a!", "b!", "c!"}),
        ("{a", {"a"}),
        ("a}", {"a}"}),
        ("{}", {""}),
        ("tail\\", {"tail\\"}),
    ],
)
def test_prompts_are_worked_out_as_the_editor_does(text, wanted):
    assert {worked_out(text, random.Random(seed)) for seed in range(40)} == wanted


@given(st.text(alphabet="ab{}|\\/*\n ", max_size=40), st.integers(0, 3))
@settings(max_examples=50, deadline=None)
def test_every_text_is_worked_out_and_the_same_for_the_same_seed(text, seed):
    once = worked_out(text, random.Random(seed))
    assert once == worked_out(text, random.Random(seed))


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_no_mutilated_file_ends_in_anything_but_a_graph_or_our_own_error(data):
    sheet = Sheet(TYPES)
    painter(sheet)
    saved = sheet.saved()
    places = [(saved, key) for key in saved] + [(one, key) for one in saved["nodes"] for key in one]
    for _ in range(3):
        holder, key = data.draw(st.sampled_from(places))
        holder[key] = data.draw(st.sampled_from([None, 3, -1, "x", [], {}, [[]], [None], {"a": 1}, 2.5]))
    try:
        graph = converted(saved)
    except (UsageError, ProviderInvalidTask):
        return
    json.dumps(graph.to_json())


def fed(value, *targets, kind="EmptyLatentImage", values=()):
    """What each of the inputs gets that one holder of a value feeds."""
    sheet = Sheet(TYPES)
    sheet.free(1, "PrimitiveNode", *([value, "fixed"] if value is not None else []), inputs=0)
    for number, name in enumerate(targets):
        sheet.node(10 + number, kind, *values)
        sheet.link(1, 0, 10 + number, name)
    made = converted(sheet.saved()).nodes
    return [made[str(10 + number)].inputs.get(name) for number, name in enumerate(targets)]


@pytest.mark.parametrize(
    ("value", "targets", "more", "wanted"),
    [
        (333, ("width", "height"), {}, [336, 336]),
        (5, ("width", "batch_size"), {}, [16, 16]),
        (99999, ("width",), {}, [16384]),
        ("words", ("text", "text"), {"kind": "CLIPTextEncode"}, ["words", "words"]),
        (None, ("width", "height"), {"values": (72, 80, 1)}, [72, 72]),
        (4.44, ("cfg", "denoise"), {"kind": "KSampler"}, [4.4, 1]),
        (3, ("clip",), {"kind": "CLIPTextEncode"}, [None]),
    ],
)
def test_a_value_that_feeds_widgets_is_inside_what_they_share(value, targets, more, wanted):
    assert fed(value, *targets, **more) == wanted


def test_a_value_that_feeds_nothing_or_whose_links_are_not_listed():
    sheet = Sheet(TYPES)
    sheet.free(1, "PrimitiveNode", 64, "fixed", inputs=0)
    sheet.free(2, "PrimitiveNode", 64, "fixed", inputs=0)
    sheet.node(3, "EmptyLatentImage", 8, 8, 1)
    sheet.link(1, 0, 3, "width")
    saved = sheet.saved()
    saved["nodes"][0]["outputs"][0]["links"] = []
    assert converted(saved).nodes["3"].inputs["width"] == 64
