"""ComfyUI's API graphs, walked back: pipes, services, odd values, doubts."""

from __future__ import annotations

from pathlib import Path

import pytest
from comfy_graphs import node, plain, read, sampler, two_savers

from alice_core.media.generation import Certainty

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"


def test_a_pipe_from_loader_to_sampler():
    nodes = {
        "1": node(
            "easy fullLoader",
            ckpt_name="sd.safetensors",
            positive=["5", 0],
            negative="a dog",
            empty_latent_width=512,
            empty_latent_height=640,
        ),
        "2": node(
            "easy preSampling",
            pipe=["1", 0],
            seed=3,
            steps=11,
            cfg=7,
            sampler_name="euler",
            scheduler="normal",
            denoise=1,
        ),
        "3": node("easy kSampler", pipe=["2", 0], image_output="Hide", link_id=0, save_prefix="x"),
        "4": node("SaveImage", filename_prefix="ComfyUI", images=["3", 1]),
        "5": node("easy positive", positive="a cat"),
    }
    found = read(nodes)
    assert (found.prompt, found.negative, found.seed, found.steps) == ("a cat", "a dog", 3, 11)
    assert (found.model, found.width, found.certainty) == ("sd.safetensors", 512, Certainty.CERTAIN)


def test_one_encoder_for_both_sides():
    nodes = {
        "1": node("WanVideoModelLoader", model="wan.safetensors", base_precision="bf16"),
        "2": node("WanVideoTextEncode", positive_prompt="a cat", negative_prompt="a dog", t5=["6", 0]),
        "3": node(
            "WanVideoSampler",
            steps=30,
            cfg=6,
            shift=5,
            seed=8,
            scheduler="unipc",
            model=["1", 0],
            text_embeds=["2", 0],
            image_embeds=["4", 0],
        ),
        "4": node("WanVideoEmptyEmbeds", width=832, height=480, num_frames=81),
        "5": node("VHS_VideoCombine", frame_rate=16, filename_prefix="wan", format="video/h264-mp4", images=["7", 0]),
        "6": node("LoadWanVideoT5TextEncoder", model_name="umt5.safetensors"),
        "7": node("WanVideoDecode", samples=["3", 0], vae=["8", 0]),
        "8": node("WanVideoVAELoader", model_name="wan_vae.safetensors"),
    }
    found = read(nodes, "wan_00001.mp4", mime="video/mp4")
    assert (found.prompt, found.negative, found.seed, found.model) == ("a cat", "a dog", 8, "wan.safetensors")
    assert (found.scheduler, found.extra["fps"], found.certainty) == ("unipc", "16", Certainty.CERTAIN)


def test_a_service_that_makes_pictures():
    nodes = {
        "1": node(
            "KlingTextToVideoNode",
            prompt=["3", 0],
            negative_prompt="dull",
            cfg_scale=0.8,
            model_name="kling-v2-master",
            aspect_ratio="16:9",
            duration="5",
        ),
        "2": node("SaveVideo", filename_prefix="video/ComfyUI", format="auto", codec="auto", video=["1", 0]),
        "3": node("PrimitiveString", value="a whale"),
    }
    found = read(nodes, "ComfyUI_00001_.mp4")
    assert (found.prompt, found.negative, found.cfg, found.certainty) == ("a whale", "dull", "0.8", Certainty.CERTAIN)
    assert "kling-v2-master" in [one.name for one in found.models]
    nodes["1"] = node("FluxProUltraImageNode", prompt="a whale", seed=5, aspect_ratio="16:9", raw=False)
    found = read(nodes)
    assert (found.model, found.seed) == ("FluxProUltraImageNode", 5)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (node("OllamaGenerateV2", prompt="describe a fox", system="be brief", model="llama3"), {"describe a fox"}),
        (node("Some LLM", text=["31", 0], temperature=0.7), {"from elsewhere"}),
        (node("DPRandomGenerator", text="a {red|blue} fox", seed=3), {"a {red|blue} fox"}),
        (node("WD14Tagger|pysssss", image=["32", 0], threshold=0.3), set()),
        (node("ImpactSwitch", select=["33", 0], input1="one", input2="two"), {"one", "two"}),
        (node("RegexReplace", string="a fox", regex_pattern="x", replace="y"), {"a fox"}),
        (node("SDXLPromptStyler", text_positive="a fox", text_negative="", style="anime"), {"a fox"}),
        (node("Mystery", weird=["31", 0]), {"from elsewhere"}),
    ],
)
def test_a_text_that_is_only_known_at_run_time_is_a_candidate(text, options):
    nodes = sampler(plain(n20=node("CLIPTextEncode", text=["30", 0], clip=["4", 1]), n30=text), positive=["20", 0])
    nodes["31"] = node("String Literal", string="from elsewhere")
    nodes["32"] = node("LoadImage", image="in.png")
    nodes["33"] = node("RandomInteger", low=1, high=2)
    found = read(nodes)
    assert found.certainty is Certainty.UNCERTAIN
    assert {one.value for one in found.candidates if one.field == "prompt" and one.value} == options
    assert found.prompt in {None, *options}


def test_a_seed_from_a_node_of_unknown_meaning():
    found = read(sampler(plain(n20=node("Dice", sides=6, throws=["5", 0], last=17)), seed=["20", 0]))
    assert (found.seed, found.certainty) == (None, Certainty.UNCERTAIN)
    assert {one.value for one in found.candidates} == {"6", "17"}


def test_numbers_from_other_nodes():
    nodes = sampler(
        plain(
            n20=node("INTConstant", value=33),
            n21=node("ImpactSwitch", select=1, input1=["22", 0]),
            n22=node("PrimitiveFloat", value=6.25),
        ),
        steps=["20", 0],
        cfg=["21", 0],
    )
    nodes["5"] = node("EmptyLatentImage", width=["20", 0], height=["23", 1], batch_size=4)
    nodes["23"] = node("GetImageSize", image=["24", 0])
    found = read(nodes)
    assert (found.steps, found.cfg, found.width, found.height, found.extra["batch size"]) == (33, "6.25", 33, None, "4")
    assert found.certainty is Certainty.CERTAIN


@pytest.mark.parametrize(
    ("seed", "told"),
    [
        (1e15, 10**15),
        ("55", 55),
        (1.5, None),
        (True, None),
        (float("nan"), None),
        (2**70, None),
        (-1, -1),
        ("x", None),
        (None, None),
        ({}, None),
    ],
)
def test_seeds_of_odd_kinds(seed, told):
    assert read(sampler(plain(), seed=seed)).seed == told


def test_picture_to_picture():
    nodes = sampler(
        plain(n20=node("VAEEncode", pixels=["21", 0], vae=["4", 2]), n21=node("LoadImage", image="in.png")),
        latent_image=["20", 0],
        denoise=0.6,
    )
    found = read(nodes)
    assert (found.seed, found.width, found.extra["denoise"], found.extra["made from"]) == (42, None, "0.6", "in.png")


def test_a_picture_that_no_sampler_made():
    nodes = {"1": node("LoadImage", image="in.png"), "2": node("SaveImage", filename_prefix="ComfyUI", images=["1", 0])}
    found = read(nodes)
    assert (found.prompt, found.seed, found.models, found.certainty) == (None, None, (), Certainty.CERTAIN)
    assert found.extra["made from"] == "in.png"


def test_content_through_nodes_of_unknown_names():
    nodes = plain(
        n9=node("SaveImage", filename_prefix="ComfyUI", images=["20", 0]), n20=node("Strange", thing=["8", 0])
    )
    found = read(nodes)
    assert (found.prompt, found.certainty) == ("a red fox", Certainty.LIKELY)


def test_only_what_is_upstream_counts():
    nodes = two_savers()
    del nodes["23"]
    found = read(nodes)
    assert (found.prompt, found.seed) == ("a red fox", 42)
    assert "node 21 KSampler" not in found.extra


def test_clip_skip_and_a_model_through_a_node_of_unknown_names():
    nodes = sampler(
        plain(n20=node("Patcher", thing=["4", 0]), n21=node("CLIPSetLastLayer", stop_at_clip_layer=-2, clip=["4", 1])),
        model=["20", 0],
    )
    nodes["6"]["inputs"]["clip"] = ["21", 0]
    found = read(nodes)
    assert (found.model, found.certainty, found.extra["clip skip"]) == ("base.safetensors", Certainty.LIKELY, "-2")


def test_a_model_that_is_not_named_is_a_doubt():
    found = read(plain(n4=node("CheckpointLoaderSimple", ckpt_name=0.6)))
    assert (found.model, found.certainty) == (None, Certainty.UNCERTAIN)
