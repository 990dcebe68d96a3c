"""ComfyUI's API graphs, walked back: texts and samplers."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from comfy_graphs import node, plain, read, sampler, second_pass

from alice_core.media.generation import Certainty, ModelUse

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"


def test_the_stock_graph():
    found = read(plain())
    assert (found.generator, found.reader, found.version) == ("ComfyUI", "comfyui", 1)
    assert (found.prompt, found.negative, found.seed, found.steps) == ("a red fox", "blurry", 42, 20)
    assert (found.cfg, found.sampler, found.scheduler) == ("7.5", "euler", "karras")
    assert (found.width, found.height, found.model) == (768, 512, "base.safetensors")
    assert found.models == (ModelUse("checkpoint", "base.safetensors"),)
    assert found.certainty is Certainty.CERTAIN
    assert not found.candidates
    assert found.graph == "png:tEXt/prompt"
    assert found.extra == {"saved by": "node 9 SaveImage"}


@pytest.mark.parametrize(
    "extra",
    [
        {"20": node("Reroute", **{"": ["6", 0]})},
        {"20": node("Reroute (rgthree)", value=["6", 0])},
        {"20": node("ImpactSwitch", select=2, input1=["7", 0], input2=["6", 0], sel_mode=False)},
        {"20": node("CR Conditioning Input Switch", Input=1, conditioning1=["6", 0], conditioning2=["7", 0])},
        {
            "20": node("ComfySwitchNode", switch=["21", 0], on_true=["6", 0], on_false=["7", 0]),
            "21": node("PrimitiveBoolean", value=True),
        },
        {"20": node("easy anythingIndexSwitch", index=0, value0=["6", 0], value1=["7", 0])},
        {"20": node("Any Switch (rgthree)", any_02=["6", 0], any_03=["7", 0])},
        {"20": node("Conditioning Input Switch", boolean="true", conditioning_a=["6", 0], conditioning_b=["7", 0])},
        {"20": node("ControlNetApply", strength=0.5, conditioning=["6", 0], control_net=["22", 0], image=["23", 0])},
        {
            "20": node("Context (rgthree)", base_ctx=["21", 0]),
            "21": node("Context (rgthree)", positive=["6", 0], negative=["7", 0]),
        },
        {
            "20": node("FromBasicPipe", basic_pipe=["21", 0]),
            "21": node("ToBasicPipe", model=["4", 0], positive=["6", 0], negative=["7", 0]),
        },
        {"20": node("ConditioningSetTimestepRange", start=0, end=1, conditioning=["6", 0])},
        {"20": node("SomebodysOwnThing", strength=3, conditioning=["6", 0])},
        {
            "20": node("CLIPTextEncode", text=["21", 0], clip=["4", 1]),
            "21": node("PrimitiveStringMultiline", value="a red fox"),
        },
        {
            "20": node("CLIPTextEncode", text=["21", 0], clip=["4", 1]),
            "21": node("StringConcatenate", string_a="a red", string_b="fox", delimiter=" "),
        },
        {
            "20": node("CLIPTextEncode", text=["21", 0], clip=["4", 1]),
            "21": node(
                "Text Concatenate", delimiter=" ", clean_whitespace="true", text_a="a red", text_b=["22", 0], text_c=""
            ),
            "22": node("ShowText|pysssss", text=["23", 0], text_0="old"),
            "23": node("String Literal", string="fox"),
        },
        {
            "20": node("CLIPTextEncode", text=["21", 0], clip=["4", 1]),
            "21": node("StringReplace", string="a red dog", find="dog", replace="fox"),
        },
        {
            "20": node("CLIPTextEncode", text=["21", 0], clip=["4", 1]),
            "21": node(
                "ImpactWildcardProcessor",
                wildcard_text="a {red|blue} fox",
                populated_text="a red fox",
                mode=True,
                seed=5,
            ),
        },
    ],
)
def test_the_prompt_behind_what_only_passes_it_on(extra):
    found = read({**sampler(plain(), positive=["20", 0]), **extra})
    assert found.prompt == "a red fox"
    assert found.certainty is Certainty.CERTAIN


def test_a_node_with_both_sides_gives_the_side_of_its_output():
    nodes = plain(
        n20=node(
            "ControlNetApplyAdvanced", positive=["6", 0], negative=["7", 0], control_net=["21", 0], image=["22", 0]
        )
    )
    nodes["21"] = node("ControlNetLoader", control_net_name="depth.safetensors")
    nodes["22"] = node("LoadImage", image="depth.png")
    found = read(sampler(nodes, positive=["20", 0], negative=["20", 1]))
    assert (found.prompt, found.negative) == ("a red fox", "blurry")
    assert ModelUse("controlnet", "depth.safetensors") in found.models
    assert found.extra["made from"] == "depth.png"
    swapped = read(sampler(nodes, positive=["20", 1], negative=["20", 0]))
    assert (swapped.prompt, swapped.negative) == ("blurry", "a red fox")


def test_combined_conditionings_are_joined_and_it_says_so():
    nodes = plain(n20=node("ConditioningCombine", conditioning_1=["6", 0], conditioning_2=["21", 0]))
    nodes["21"] = node("CLIPTextEncode", text="at night", clip=["4", 1])
    found = read(sampler(nodes, positive=["20", 0]))
    assert found.prompt == "a red fox\nat night"
    assert found.extra["prompt joined of"] == "node 6 CLIPTextEncode, node 21 CLIPTextEncode"
    assert found.certainty is Certainty.CERTAIN


def test_a_zeroed_negative_is_no_negative():
    found = read(sampler(plain(n20=node("ConditioningZeroOut", conditioning=["6", 0])), negative=["20", 0]))
    assert found.negative is None
    assert found.certainty is Certainty.CERTAIN


@pytest.mark.parametrize(
    ("kind", "inputs", "prompt", "extra"),
    [
        ("CLIPTextEncodeSDXL", {"text_g": "fox", "text_l": "fox"}, "fox", {}),
        ("CLIPTextEncodeSDXL", {"text_g": "fox", "text_l": "fur"}, "fox", {"prompt text_l": "fur"}),
        (
            "CLIPTextEncodeFlux",
            {"clip_l": "short", "t5xxl": "long", "guidance": 3.5},
            "long",
            {"prompt clip_l": "short", "guidance": "3.5"},
        ),
        ("CLIPTextEncodeSD3", {"clip_l": "fox", "clip_g": "fox", "t5xxl": "", "empty_padding": "none"}, "fox", {}),
        ("CLIPTextEncodeLumina2", {"system_prompt": "superior", "user_prompt": "fox"}, "fox", {}),
        ("TextEncodeQwenImageEdit", {"prompt": "fox"}, "fox", {}),
        (
            "TextEncodeAceStepAudio",
            {"tags": "funk, 120 bpm", "lyrics": "[verse]\nla", "lyrics_strength": 1},
            "funk, 120 bpm",
            {"lyrics": "[verse]\nla"},
        ),
    ],
)
def test_encoders_of_several_texts(kind, inputs, prompt, extra):
    found = read(sampler(plain(n20=node(kind, clip=["4", 1], **inputs)), positive=["20", 0]))
    assert found.prompt == prompt
    assert found.certainty is Certainty.CERTAIN
    assert extra.items() <= found.extra.items()


def custom_sampling(guider, **more):
    nodes = plain(
        n3=node(
            "SamplerCustomAdvanced",
            noise=["10", 0],
            guider=["11", 0],
            sampler=["12", 0],
            sigmas=["13", 0],
            latent_image=["5", 0],
        ),
        n10=node("RandomNoise", noise_seed=["14", 0]),
        n11=guider,
        n12=node("KSamplerSelect", sampler_name="dpmpp_2m"),
        n13=node("BasicScheduler", scheduler="beta", steps=28, denoise=1, model=["15", 0]),
        n14=node("Seed (rgthree)", seed=77),
        n15=node("UNETLoader", unet_name="flux1-dev.safetensors", weight_dtype="default"),
        n16=node("FluxGuidance", guidance=3.5, conditioning=["6", 0]),
    )
    return {**nodes, **more}


def test_custom_sampling_is_read_from_its_parts():
    found = read(custom_sampling(node("BasicGuider", model=["15", 0], conditioning=["16", 0])))
    assert (found.prompt, found.negative, found.seed, found.steps) == ("a red fox", None, 77, 28)
    assert (found.sampler, found.scheduler, found.cfg, found.model) == (
        "dpmpp_2m",
        "beta",
        "3.5",
        "flux1-dev.safetensors",
    )
    assert found.extra["guidance"] == "3.5"
    assert found.certainty is Certainty.CERTAIN


def test_a_guider_with_cfg_wins_over_distilled_guidance():
    found = read(custom_sampling(node("CFGGuider", model=["15", 0], positive=["16", 0], negative=["7", 0], cfg=4)))
    assert (found.cfg, found.negative, found.extra["guidance"]) == ("4", "blurry", "3.5")


def test_a_guider_of_two_guidances():
    same = node("DualCFGGuider", cfg_conds=3, model=["15", 0], cond1=["6", 0], cond2=["7", 0], negative=["7", 0])
    found = read(custom_sampling(same))
    assert (found.prompt, found.negative, found.cfg, found.certainty) == ("a red fox", "blurry", "3", Certainty.CERTAIN)
    other = node("DualCFGGuider", cfg_conds=3, model=["15", 0], cond1=["6", 0], cond2=["7", 0], negative=["6", 0])
    found = read(custom_sampling(other))
    assert (found.negative, found.certainty) == ("blurry", Certainty.UNCERTAIN)
    assert {one.value for one in found.candidates} == {"a red fox", "blurry"}


def test_a_scheduler_without_a_name_is_called_by_its_class():
    nodes = custom_sampling(node("BasicGuider", model=["15", 0], conditioning=["6", 0]))
    nodes["13"] = node("LTXVScheduler", steps=30, max_shift=2.05, base_shift=0.95, latent=["5", 0])
    nodes["12"] = node("SamplerEulerAncestral", eta=1, s_noise=1)
    found = read(nodes)
    assert (found.scheduler, found.sampler, found.steps) == ("LTXVScheduler", "SamplerEulerAncestral", 30)


def test_a_second_pass_gives_the_prompt_and_the_first_one_the_rest():
    found = read(second_pass(0.5))
    assert (found.prompt, found.seed, found.steps, found.width, found.height) == ("sharp fur", 42, 20, 768, 512)
    assert found.extra["node 22 KSampler"] == "seed 99, steps 9, cfg 7.5, sampler euler, scheduler karras"
    assert found.certainty is Certainty.CERTAIN


def test_what_went_into_full_noise_does_not_count():
    found = read(second_pass(1))
    assert (found.prompt, found.seed, found.steps, found.width) == ("sharp fur", 99, 9, 1536)


def test_a_refiner_that_adds_no_noise():
    nodes = plain(
        n3=node(
            "KSamplerAdvanced",
            add_noise="enable",
            noise_seed=5,
            steps=25,
            cfg=8,
            sampler_name="euler",
            scheduler="normal",
            start_at_step=0,
            end_at_step=20,
            model=["4", 0],
            positive=["6", 0],
            negative=["7", 0],
            latent_image=["5", 0],
        ),
        n20=node(
            "KSamplerAdvanced",
            add_noise="disable",
            noise_seed=0,
            steps=25,
            cfg=8,
            sampler_name="euler",
            scheduler="normal",
            start_at_step=20,
            end_at_step=10000,
            model=["21", 0],
            positive=["6", 0],
            negative=["7", 0],
            latent_image=["3", 0],
        ),
        n21=node("CheckpointLoaderSimple", ckpt_name="refiner.safetensors"),
        n8=node("VAEDecode", samples=["20", 0], vae=["4", 2]),
    )
    found = read(nodes)
    assert (found.seed, found.steps, found.model) == (5, 25, "base.safetensors")
    assert [one.name for one in found.models] == ["base.safetensors", "refiner.safetensors"]


def test_parallel_samplers_are_candidates():
    nodes = plain(n20=node("LatentComposite", x=0, y=0, feather=0, samples_from=["21", 0], samples_to=["3", 0]))
    nodes["21"] = copy.deepcopy(nodes["3"])
    nodes["21"]["inputs"]["seed"] = 1234
    nodes["8"]["inputs"]["samples"] = ["20", 0]
    found = read(nodes)
    assert (found.seed, found.steps, found.certainty) == (42, 20, Certainty.UNCERTAIN)
    assert [(one.field, one.value, one.where) for one in found.candidates] == [
        ("seed", "42", "node 3 KSampler"),
        ("seed", "1234", "node 21 KSampler"),
    ]
