"""Graphs made to break the walk."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.media.generation import Block, Certainty
from alice_core.media.readers.base import Given
from alice_core.media.readers.comfyui import ComfyUI
from alice_core.media.readers.comfyui_graph import Budget, graph_of, natural

GOLDENS = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "comfyui" / "api_goldens"


# graphs made to break the walk


def read(nodes, key="prompt"):
    return ComfyUI().read(Given((Block("png:tEXt", key, json.dumps(nodes).encode()),), name="ComfyUI_00001_.png"))


def node(kind, **inputs):
    return {"class_type": kind, "inputs": inputs}


def saved(**more):
    nodes = {
        "s": node("SaveImage", filename_prefix="ComfyUI", images=["d", 0]),
        "d": node("VAEDecode", samples=["k", 0]),
        "k": node("KSampler", seed=1, model=["m", 0], positive=["t0", 0], latent_image=["l", 0], denoise=0.5),
        "m": node("CheckpointLoaderSimple", ckpt_name="x.ckpt"),
        "l": node("VAEEncode", pixels=["s2", 0]),
    }
    return {**nodes, **more}


def test_texts_that_double_do_not_explode():
    texts = {
        f"t{n}": node("StringConcatenate", string_a=[f"t{n + 1}", 0], string_b=[f"t{n + 1}", 0], delimiter="")
        for n in range(50)
    }
    found = read(saved(**texts, t50=node("PrimitiveString", value="0123456789" * 100)))
    assert found.certainty is Certainty.UNCERTAIN
    assert len(found.prompt) <= 1 << 20


def test_replacing_does_not_explode():
    texts = {"t0": node("StringReplace", string="a" * 50_000, find="a", replace="b" * 50_000)}
    assert read(saved(**texts)).certainty is Certainty.UNCERTAIN


@pytest.mark.parametrize(
    "loop",
    [
        {"t0": node("ConditioningCombine", conditioning_1=["t0", 0], conditioning_2=["t0", 0])},
        {"t0": node("Reroute", value=["t1", 0]), "t1": node("Reroute", value=["t0", 0])},
        {"t0": node("ImpactSwitch", select=["t0", 0], input1=["t0", 0], input2=["t0", 0])},
        {"t0": node("CLIPTextEncode", text=["t0", 0], clip=["t0", 1])},
        {"t0": node("FromPipe", pipe=["t0", 0])},
        {"m": node("ModelMergeSimple", model1=["m", 0], model2=["m", 0])},
        {"m": node("Reroute", x=["m", 0])},
        {"s2": node("ImageBatch", image1=["s2", 0], image2=["d", 0])},
        {
            "k": node(
                "SamplerCustomAdvanced",
                noise=["k", 0],
                guider=["k", 0],
                sampler=["k", 0],
                sigmas=["k", 0],
                latent_image=["k", 0],
            )
        },
        {"l": node("EmptyLatentImage", width=["l", 0], height=["l", 0])},
    ],
)
def test_links_in_a_circle_end(loop):
    found = read(saved(**loop))
    assert found is not None


def test_very_long_chains_end():
    chain = {
        f"t{n}": node("ConditioningCombine", conditioning_1=[f"t{n + 1}", 0], conditioning_2=[f"t{n + 1}", 1])
        for n in range(3000)
    }
    assert read(saved(**chain)).certainty is Certainty.UNCERTAIN
    pipes = {f"t{n}": node("Context (rgthree)", base_ctx=[f"t{n + 1}", 0]) for n in range(3000)}
    assert read(saved(**pipes)) is not None
    models = {
        "m": node("ModelSamplingSD3", model=["m0", 0]),
        **{f"m{n}": node("CFGNorm", model=[f"m{n + 1}", 0]) for n in range(3000)},
    }
    assert read(saved(**models)).model is None
    latents = {
        "l": node("LatentFlip", samples=["l0", 0]),
        **{f"l{n}": node("LatentFlip", samples=[f"l{n + 1}", 0]) for n in range(3000)},
    }
    assert read(saved(**latents)) is not None


def test_a_graph_larger_than_any_is_not_read():
    assert graph_of({str(n): node("A") for n in range(20_001)}) is None
    assert graph_of({}) is None
    assert graph_of([]) is None


def test_a_budget_ends():
    budget = Budget(2)
    assert [budget.spend() for _ in range(4)] == [True, True, False, False]


def test_names_in_their_natural_order():
    assert sorted(["input10", "input2", "a", "input"], key=natural) == ["a", "input", "input2", "input10"]


_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["a", "None", "randomize", "1.safetensors"]),
    st.lists(st.one_of(st.sampled_from(["0", "1", "2", "3", "4"]), st.integers(-1, 4), st.none()), max_size=3),
    st.dictionaries(
        st.sampled_from(["on", "lora", "strength", "__value__"]),
        st.one_of(st.none(), st.text(max_size=3), st.floats()),
        max_size=3,
    ),
)
_LINKS = st.tuples(st.sampled_from(["0", "1", "2", "3", "4", "9"]), st.integers(-1, 3)).map(list)
_NAME_LIST = """
positive negative conditioning conditioning_1 text prompt seed noise_seed steps cfg cond1 cond2 model model1 guider
noise sigmas sampler images samples samples_to latent_image pipe select input1 input2 switch on_true on_false lora_name
lora_1 lora_count ckpt_name width height filename_prefix denoise model.prompt string_a delimiter find value add_noise
start_at_step style text_positive lyrics guidance resolution
"""
_KIND_LIST = """
SaveImage PreviewImage KSampler SamplerCustomAdvanced CLIPTextEncode ConditioningCombine ControlNetApplyAdvanced
Reroute ImpactSwitch ComfySwitchNode Context StringConcatenate StringReplace StringTrim ShowText LoraLoader
VAEDecode Unknown LLM CheckpointLoaderSimple DualCFGGuider SplitSigmas ConditioningZeroOut SaveVideo
"""
_NAMES, _KINDS = st.sampled_from(_NAME_LIST.split()), st.sampled_from(_KIND_LIST.split())
_NODES = st.builds(
    lambda kind, inputs: {"class_type": kind, "inputs": inputs},
    _KINDS,
    st.dictionaries(_NAMES, st.one_of(_LINKS, _VALUES), max_size=8),
)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(["0", "1", "2", "3", "4"]), _NODES, min_size=1, max_size=5))
def test_no_graph_raises(nodes):
    found = read(nodes)
    assert found is not None
    assert found.certainty in Certainty
    assert found.seed is None or isinstance(found.seed, int)


_INPUTS = st.fixed_dictionaries(
    {
        "name": st.one_of(_NAMES, st.none()),
        "type": st.sampled_from(["MODEL", "IMAGE", 3]),
        "link": st.one_of(st.none(), st.integers(0, 6)),
    },
    optional={"widget": st.just({"name": "x"})},
)
_RAW = st.fixed_dictionaries(
    {
        "id": st.integers(0, 4),
        "type": st.one_of(
            _KINDS, st.sampled_from(["SUB", "GetNode", "SetNode", "PrimitiveNode", "Anything Everywhere", 5])
        ),
        "mode": st.sampled_from([0, 0, 0, 2, 4]),
        "inputs": st.lists(_INPUTS, max_size=4),
        "widgets_values": st.one_of(
            st.none(), st.lists(_VALUES, max_size=4), st.dictionaries(_NAMES, _VALUES, max_size=2)
        ),
    }
)
_EDGES = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.integers(-10, 4),
        st.integers(-1, 2),
        st.sampled_from([-20, 0, 1, 2, 3]),
        st.integers(0, 2),
        st.just("IMAGE"),
    ).map(list),
    max_size=8,
)


@settings(max_examples=26, deadline=None)
@given(st.lists(_RAW, min_size=1, max_size=5), _EDGES, st.lists(_RAW, max_size=3), _EDGES)
def test_no_workflow_raises(nodes, links, inner, edges):
    flow = {
        "nodes": nodes,
        "links": links,
        "definitions": {"subgraphs": [{"id": "SUB", "nodes": inner, "links": edges, "inputs": [{"name": "text"}]}]},
    }
    found = read(flow, "workflow")
    assert found is None or found.certainty is not Certainty.CERTAIN


def test_no_mutated_template_raises():
    if not GOLDENS.is_dir():
        pytest.skip("the shared graphs are not here")
    dice = random.Random(7)
    for path in sorted(GOLDENS.glob("*.json"))[::3]:
        raw = bytearray(json.dumps(json.loads(path.read_text("utf-8"))), "utf-8")
        for _ in range(12):
            changed = bytearray(raw)
            for _ in range(dice.randint(1, 6)):
                changed[dice.randrange(len(changed))] = dice.randrange(256)
            ComfyUI().read(Given((Block("png:tEXt", "prompt", bytes(changed)),)))
