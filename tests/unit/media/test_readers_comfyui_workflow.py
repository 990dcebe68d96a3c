"""Workflows as the user sees them, made into API graphs."""

from __future__ import annotations

import json

import pytest

from alice_core.media.generation import Block, Certainty
from alice_core.media.readers.base import Given, parsed
from alice_core.media.readers.comfyui import ComfyUI
from alice_core.media.readers.comfyui_workflow import graph_of_workflow


class Flow:
    """Builds a workflow as the front end saves it."""

    def __init__(self, as_objects=False):
        self.nodes, self.links, self.subgraphs, self.as_objects = [], [], [], as_objects

    def add(self, number, kind, values=None, inputs=(), outputs=(), mode=0, **more):
        """A node; inputs are (name, type, origin, slot), without origin an open one."""
        listed = []
        for place, (name, type_, *source) in enumerate(inputs):
            one = {"name": name, "type": type_, "link": None}
            if source and source[0] is not None:
                one["link"] = self.link(source[0], source[1] if len(source) > 1 else 0, number, place, type_)
            if len(source) > 2:
                one["widget"] = {"name": name}
            listed.append(one)
        self.nodes.append(
            {
                "id": number,
                "type": kind,
                "mode": mode,
                "inputs": listed,
                "outputs": list(outputs),
                "widgets_values": values,
                **more,
            }
        )
        return self

    def link(self, origin, slot, target, target_slot, type_):
        number = len(self.links) + 1
        if self.as_objects:
            names = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
            self.links.append(dict(zip(names, (number, origin, slot, target, target_slot, type_), strict=True)))
        else:
            self.links.append([number, origin, slot, target, target_slot, type_])
        return number

    def subgraph(self, number, inner, inputs, outputs=("IMAGE",)):
        listed = [{"name": name, "type": type_} for name, type_ in inputs]
        self.subgraphs.append(
            {
                "id": number,
                "nodes": inner.nodes,
                "links": inner.links,
                "inputs": listed,
                "outputs": [{"name": one} for one in outputs],
            }
        )
        return self

    def json(self):
        return {"nodes": self.nodes, "links": self.links, "definitions": {"subgraphs": self.subgraphs}, "version": 0.4}


def read(flow, name="ComfyUI_00001_.png"):
    text = json.dumps(flow.json() if isinstance(flow, Flow) else flow)
    return ComfyUI().read(Given((Block("png:tEXt", "workflow", text.encode()),), name=name))


def body(flow, positive=("6", 0), model=("4", 0), latent=("5", 0), control="randomize", sampler_mode=0):
    """The stock nodes, from loader to saver."""
    ids = {
        one: int(one) if isinstance(one, str) and one.isdigit() else one for one in (positive[0], model[0], latent[0])
    }
    flow.add(4, "CheckpointLoaderSimple", ["base.safetensors"])
    flow.add(5, "EmptyLatentImage", [768, 512, 1])
    flow.add(6, "CLIPTextEncode", ["a red fox"], [("clip", "CLIP", 4, 1)])
    flow.add(7, "CLIPTextEncode", ["blurry"], [("clip", "CLIP", 4, 1)])
    inputs = [
        ("model", "MODEL", ids[model[0]], model[1]),
        ("positive", "CONDITIONING", ids[positive[0]], positive[1]),
        ("negative", "CONDITIONING", 7, 0),
        ("latent_image", "LATENT", ids[latent[0]], latent[1]),
    ]
    flow.add(3, "KSampler", [42, control, 20, 7.5, "euler", "karras", 1], inputs, mode=sampler_mode)
    flow.add(8, "VAEDecode", None, [("samples", "LATENT", 3, 0), ("vae", "VAE", 4, 2)])
    flow.add(9, "SaveImage", ["ComfyUI"], [("images", "IMAGE", 8, 0)])
    return flow


def facts(found):
    return (
        found.prompt,
        found.negative,
        found.seed,
        found.steps,
        found.cfg,
        found.sampler,
        found.scheduler,
        found.width,
        found.model,
    )


STOCK = ("a red fox", "blurry", 42, 20, "7.5", "euler", "karras", 768, "base.safetensors")


@pytest.mark.parametrize("as_objects", [True, False])
@pytest.mark.parametrize("control", ["randomize", "fixed", True, False])
def test_the_stock_workflow_with_every_kind_of_control(control, as_objects):
    found = read(body(Flow(as_objects), control=control))
    assert facts(found) == STOCK
    assert (found.certainty, found.graph) == (Certainty.LIKELY, "png:tEXt/workflow")


def test_notes_muted_nodes_and_reroutes_vanish():
    flow = body(Flow(), positive=(30, 0))
    flow.add(30, "Reroute", None, [("", "*", 31, 0)]).add(31, "Reroute", None, [("", "*", 6, 0)])
    flow.add(32, "Note", ["the prompt is: a blue bird"]).add(33, "MarkdownNote", ["# x"])
    flow.add(34, "SaveImage", ["ComfyUI"], [("images", "IMAGE", 4, 0)], mode=2)
    assert facts(read(flow)) == STOCK
    graph = graph_of_workflow(flow.json())
    assert set(graph.nodes) == {"3", "4", "5", "6", "7", "8", "9"}


def test_a_bypassed_node_passes_on_its_input_of_the_type():
    flow = body(Flow(), model=(30, 0), positive=(31, 0))
    flow.add(30, "LoraLoader", ["off.safetensors", 1, 1], [("clip", "CLIP", 4, 1), ("model", "MODEL", 4, 0)], mode=4)
    flow.add(31, "ControlNetApply", [1], [("conditioning", "CONDITIONING", 6, 0), ("image", "IMAGE", None)], mode=4)
    found = read(flow)
    assert facts(found) == STOCK
    assert [one.role for one in found.models] == ["checkpoint"]


def test_behind_a_muted_node_there_is_nothing():
    flow = body(Flow(), positive=(30, 0))
    flow.add(30, "CLIPTextEncode", ["a blue bird"], [("clip", "CLIP", 4, 1)], mode=2)
    assert read(flow).prompt is None


def test_primitives_and_converted_widgets():
    flow = body(Flow())
    sampler = next(one for one in flow.nodes if one["id"] == 3)
    for place, (name, origin) in enumerate((("seed", 30), ("steps", 31)), start=4):
        number = flow.link(origin, 0, 3, place, "INT")
        sampler["inputs"].append({"name": name, "type": "INT", "link": number, "widget": {"name": name}})
    flow.add(30, "PrimitiveNode", [1234, "fixed"]).add(31, "PrimitiveInt", [33, "fixed"])
    found = read(flow)
    assert (found.seed, found.steps, found.cfg) == (1234, 33, "7.5")


@pytest.mark.parametrize(("get", "put"), [("GetNode", "SetNode"), ("easy getNode", "easy setNode")])
def test_set_and_get(get, put):
    flow = body(Flow(), positive=(30, 0))
    flow.add(30, get, ["POS"]).add(31, put, ["POS"], [("CONDITIONING", "CONDITIONING", 6, 0)])
    flow.add(32, put, ["OTHER"], [("CONDITIONING", "CONDITIONING", 7, 0)])
    assert facts(read(flow)) == STOCK
    lost = body(Flow(), positive=(30, 0)).add(30, get, ["NOWHERE"])
    assert read(lost).prompt is None


def sub(values=None, text_link=None, **more):
    """The stock nodes inside a subgraph whose text is set outside."""
    inner = body(Flow(as_objects=True))
    encoder = next(one for one in inner.nodes if one["id"] == 6)
    encoder["inputs"].append(
        {"name": "text", "type": "STRING", "link": inner.link(-10, 1, 6, 1, "STRING"), "widget": {"name": "text"}}
    )
    inner.nodes = [one for one in inner.nodes if one["type"] != "SaveImage"]
    inner.link(8, 0, -20, 0, "IMAGE")
    outer = Flow()
    outer.subgraph("abc-1", inner, [("start", "IMAGE"), ("text", "STRING")])
    inputs = [("start", "IMAGE", None), ("text", "STRING", text_link, 0, "widget")]
    outer.add(76, "abc-1", values, inputs, **more)
    return outer.add(9, "SaveImage", ["ComfyUI"], [("images", "IMAGE", 76, 0)])


@pytest.mark.parametrize(
    ("flow", "prompt"),
    [
        (sub(), "a red fox"),
        (sub([]), "a red fox"),
        (sub(["set outside"]), "set outside"),
        (sub(["x", "y", "z"]), "a red fox"),
        (sub(["set outside", 5], properties={"proxyWidgets": [["-1", "text"], ["3", "seed"]]}), "set outside"),
        (sub(["odd"], properties={"proxyWidgets": [["-1", "text"], ["3", "seed"]]}), "a red fox"),
        (sub(["x"], widgets_values_named={"text": "by name"}), "by name"),
        (sub(text_link=30).add(30, "PrimitiveStringMultiline", ["from a node"]), "from a node"),
    ],
)
def test_a_subgraph(flow, prompt):
    found = read(flow)
    assert facts(found) == (prompt, *STOCK[1:])
    assert "76:3" in graph_of_workflow(flow.json()).nodes


def test_subgraphs_in_subgraphs_and_set_nodes_around_them():
    inner = Flow(as_objects=True)
    inner.add(1, "CLIPTextEncode", ["deep"], [("clip", "CLIP", 2, 0)]).add(2, "GetNode", ["CLIP"])
    inner.link(1, 0, -20, 0, "CONDITIONING")
    middle = Flow(as_objects=True).add(5, "inner", None)
    middle.link(5, 0, -20, 0, "CONDITIONING")
    flow = body(Flow(), positive=(30, 0)).add(30, "middle", None).add(31, "SetNode", ["CLIP"], [("CLIP", "CLIP", 4, 1)])
    flow.subgraph("inner", inner, []).subgraph("middle", middle, [])
    assert read(flow).prompt == "deep"
    graph = graph_of_workflow(flow.json())
    assert graph.nodes["30:5:1"].inputs["clip"] == ["4", 1]


def test_a_bypassed_or_muted_subgraph():
    assert read(sub(mode=2)).prompt is None
    flow = sub(mode=4)
    flow.add(50, "LoadImage", ["in.png", "image"])
    flow.nodes[0]["inputs"][0]["link"] = flow.link(50, 0, 76, 0, "IMAGE")
    assert read(flow).extra["made from"] == "in.png"


def test_a_subgraph_that_holds_itself_ends():
    inner = Flow(as_objects=True).add(1, "self", None).add(2, "self", None)
    inner.link(1, 0, -20, 0, "IMAGE")
    flow = (
        Flow()
        .subgraph("self", inner, [])
        .add(1, "self", None)
        .add(9, "SaveImage", ["ComfyUI"], [("images", "IMAGE", 1, 0)])
    )
    assert read(flow).certainty in {Certainty.LIKELY, Certainty.UNCERTAIN}


def test_anything_everywhere_is_a_guess():
    flow = body(Flow())
    for one in flow.nodes:
        for given in one["inputs"]:
            if given["name"] in {"model", "positive", "negative"}:
                given["link"] = None
    flow.add(40, "Anything Everywhere", [], [("anything", "*", None)])
    flow.nodes[-1]["inputs"][0]["link"] = flow.link(4, 0, 40, 0, "MODEL")
    flow.add(41, "Prompts Everywhere", [], [("+ve", "*", None), ("-ve", "*", None)])
    for place, origin in enumerate((6, 7)):
        flow.nodes[-1]["inputs"][place]["link"] = flow.link(origin, 0, 41, place, "CONDITIONING")
    found = read(flow)
    assert facts(found) == STOCK
    assert found.certainty is Certainty.UNCERTAIN
    assert {(one.field, one.value) for one in found.candidates} == {
        ("prompt", "a red fox"),
        ("negative", "blurry"),
        ("models", "base.safetensors"),
    }


@pytest.mark.parametrize(
    ("kind", "values", "inputs", "named"),
    [
        ("VHS_VideoCombine", {"frame_rate": 16, "videopreview": {}}, [], {"frame_rate": 16}),
        ("Mine", [7, "a"], [("seed", "INT", None, 0, "w"), ("mode", "COMBO", None, 0, "w")], {"seed": 7, "mode": "a"}),
        (
            "Mine",
            [7, "fixed", "a"],
            [("seed", "INT", None, 0, "w"), ("mode", "COMBO", None, 0, "w")],
            {"seed": 7, "mode": "a"},
        ),
        ("Mine", [1, 2, 3], [("seed", "INT", None, 0, "w")], {"seed": 1}),
        ("My Text", ["fox"], [], {"text": "fox"}),
        ("Mine", ["auto"], [], {}),
        ("Mine", [5], [], {"value": 5}),
        ("Mine", ["a fox in snow", 5, "randomize", "auto"], [], {"text": "a fox in snow", "seed": 5}),
        ("Mine", ["a fox in snow", "a dog in rain"], [], {"text": "a fox in snow", "text_2": "a dog in rain"}),
        ("EmptyLatentImage", [512, 640], [], {"width": 512, "height": 640}),
        ("Mine", None, [], {}),
    ],
)
def test_names_of_widgets(kind, values, inputs, named):
    found = graph_of_workflow(Flow().add(1, kind, values, inputs).json()).nodes["1"].inputs
    assert {name: value for name, value in found.items() if not name.startswith("widget_")} == named


def test_a_text_found_by_its_looks_is_a_candidate():
    flow = (
        Flow()
        .add(1, "KlingNode", ["a fox in the snow", "not a dog there", "16:9"])
        .add(9, "SaveVideo", ["ComfyUI"], [("video", "VIDEO", 1, 0)])
    )
    found = read(flow, "ComfyUI_00001_.mp4")
    assert (found.prompt, found.certainty) == ("a fox in the snow", Certainty.UNCERTAIN)
    assert {one.value for one in found.candidates} == {"a fox in the snow", "not a dog there"}


def test_nodes_of_unknown_widgets_and_no_text_are_a_doubt():
    flow = Flow().add(1, "Upscaler", ["fast", 2]).add(9, "SaveImage", ["ComfyUI"], [("images", "IMAGE", 1, 0)])
    assert read(flow).certainty is Certainty.UNCERTAIN


def test_short_names_of_choices():
    flow = Flow().add(
        1,
        "Kling4",
        ["kling-4", "a fox"],
        widgets_values_named={"model": "kling-4", "model.prompt": "a fox", "model.seed": 3},
    )
    flow.add(9, "SaveVideo", ["ComfyUI"], [("video", "VIDEO", 1, 0)])
    found = read(flow)
    assert (found.prompt, found.seed, found.model) == ("a fox", 3, "kling-4")


@pytest.mark.parametrize(
    "flow",
    [
        {"nodes": []},
        {"nodes": [1, None, "x"]},
        {"nodes": [{"id": [], "type": {}}], "links": [[1, 2], {}, None, [[], {}, [], {}, None, []]]},
        {
            "nodes": [{"id": 1, "type": "A", "mode": [], "inputs": [{"name": 3, "link": {}}, 4]}],
            "links": {"a": 1},
            "definitions": [],
        },
        {"nodes": [{"id": 1, "type": "S", "inputs": {}}], "definitions": {"subgraphs": [{"id": "S"}, 3]}},
    ],
)
def test_broken_workflows_do_not_raise(flow):
    text = json.dumps(flow)
    graph_of_workflow(parsed(text))
    ComfyUI().read(Given((Block("png:tEXt", "workflow", text.encode()),)))


def test_links_in_a_circle_end():
    flow = Flow()
    flow.add(1, "Reroute", None, [("", "*", 2, 0)]).add(2, "Reroute", None, [("", "*", 1, 0)])
    flow.add(9, "SaveImage", ["ComfyUI"], [("images", "IMAGE", 1, 0)])
    assert read(flow).prompt is None
