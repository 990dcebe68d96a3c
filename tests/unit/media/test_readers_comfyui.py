"""ComfyUI's API graphs, walked back from the saving node."""

from __future__ import annotations

import copy
import json
import struct
from pathlib import Path

import pytest

from alice_core.media.generation import Block, Certainty, ModelUse
from alice_core.media.readers.base import Given
from alice_core.media.readers.comfyui import ComfyUI
from alice_core.media.readers.comfyui_source import source_of, workflow_of

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"


def read(nodes, name="ComfyUI_00001_.png", **known):
    block = Block("png:tEXt", "prompt", json.dumps(nodes).encode())
    return ComfyUI().read(Given((block,), name=name, **known))


def node(kind, **inputs):
    return {"class_type": kind, "inputs": inputs}


def plain(**changes):
    """A stock graph: checkpoint, two texts, latent, sampler, decode, save."""
    nodes = {
        "4": node("CheckpointLoaderSimple", ckpt_name="base.safetensors"),
        "5": node("EmptyLatentImage", width=768, height=512, batch_size=1),
        "6": node("CLIPTextEncode", text="a red fox", clip=["4", 1]),
        "7": node("CLIPTextEncode", text="blurry", clip=["4", 1]),
        "3": node(
            "KSampler",
            seed=42,
            steps=20,
            cfg=7.5,
            sampler_name="euler",
            scheduler="karras",
            denoise=1.0,
            model=["4", 0],
            positive=["6", 0],
            negative=["7", 0],
            latent_image=["5", 0],
        ),
        "8": node("VAEDecode", samples=["3", 0], vae=["4", 2]),
        "9": node("SaveImage", filename_prefix="ComfyUI", images=["8", 0]),
    }
    for key, value in changes.items():
        nodes[key.removeprefix("n")] = value
    return nodes


def sampler(nodes, **inputs):
    nodes["3"]["inputs"].update(inputs)
    return nodes


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


def second_pass(denoise):
    nodes = plain(
        n20=node(
            "LatentUpscale", upscale_method="bilinear", width=1536, height=1024, crop="disabled", samples=["3", 0]
        ),
        n21=node("CLIPTextEncode", text="sharp fur", clip=["4", 1]),
    )
    nodes["22"] = copy.deepcopy(nodes["3"])
    nodes["22"]["inputs"].update(seed=99, steps=9, denoise=denoise, positive=["21", 0], latent_image=["20", 0])
    nodes["8"]["inputs"]["samples"] = ["22", 0]
    return nodes


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


def two_savers(prefix="other"):
    nodes = plain(
        n20=node("CLIPTextEncode", text="a blue bird", clip=["4", 1]),
        n22=node("VAEDecode", samples=["21", 0], vae=["4", 2]),
        n23=node("SaveImage", filename_prefix=prefix, images=["22", 0]),
    )
    nodes["21"] = copy.deepcopy(nodes["3"])
    nodes["21"]["inputs"].update(seed=43, positive=["20", 0])
    return nodes


@pytest.mark.parametrize(
    ("prefix", "name", "prompt"),
    [
        ("other", "other_00012_.png", "a blue bird"),
        ("other", "ComfyUI_00001_.png", "a red fox"),
        ("shots/%date:yyyy-MM-dd%/bird", "bird_00003_.png", "a blue bird"),
        ("bird_%date:yyyyMMdd%_x", "bird_20261124_x_00003_.png", "a blue bird"),
        ("ComfyUI-close", "ComfyUI-close_00001_.png", "a blue bird"),
        ("ComfyUI-close", "ComfyUI_00001_ (2).png", "a red fox"),
        ("%date%", "ComfyUI_00001_.png", "a red fox"),
        ("%date%", "2026-11-24_00001_.png", "a blue bird"),
    ],
)
def test_the_saving_node_is_the_one_whose_prefix_fits(prefix, name, prompt):
    found = read(two_savers(prefix), name)
    assert found.prompt == prompt
    assert found.certainty is Certainty.CERTAIN


@pytest.mark.parametrize("name", ["", "holiday.png"])
def test_several_saving_nodes_and_no_fitting_name(name):
    found = read(two_savers(), name)
    assert (found.prompt, found.seed, found.certainty) == (None, None, Certainty.UNCERTAIN)
    assert (found.negative, found.steps, found.model) == ("blurry", 20, "base.safetensors")
    assert {(one.field, one.value, one.where) for one in found.candidates} == {
        ("prompt", "a red fox", "node 9 SaveImage"),
        ("prompt", "a blue bird", "node 23 SaveImage"),
        ("seed", "42", "node 9 SaveImage"),
        ("seed", "43", "node 23 SaveImage"),
    }
    assert "saved by" not in found.extra


def test_two_saving_nodes_of_one_prefix_on_one_chain():
    nodes = second_pass(0.5)
    nodes["30"] = node("VAEDecode", samples=["3", 0], vae=["4", 2])
    nodes["31"] = node("SaveImage", filename_prefix="ComfyUI", images=["30", 0])
    found = read(nodes)
    assert (found.prompt, found.seed, found.certainty) == ("sharp fur", 42, Certainty.UNCERTAIN)
    assert {one.value for one in found.candidates} == {"sharp fur", "a red fox"}
    by_size = read(nodes, width=768, height=512)
    assert (by_size.prompt, by_size.certainty, by_size.candidates) == ("a red fox", Certainty.LIKELY, ())
    assert read(nodes, width=1536, height=1024).prompt == "sharp fur"


def test_two_saving_nodes_that_say_the_same_leave_no_doubt():
    found = read(plain(n30=node("SaveImage", filename_prefix="ComfyUI", images=["8", 0])))
    assert (found.prompt, found.certainty) == ("a red fox", Certainty.CERTAIN)
    assert "saved by" not in found.extra


def test_previews_count_only_for_previews():
    nodes = two_savers()
    nodes["23"] = node("PreviewImage", images=["22", 0])
    assert read(nodes, "x.png").prompt == "a red fox"
    assert read(nodes, "ComfyUI_temp_abcde_00001_.png").prompt == "a blue bird"


def test_sound_and_film_are_saved_by_nodes_for_them():
    nodes = plain(
        n20=node("SaveVideo", filename_prefix="ComfyUI", format="auto", codec="auto", video=["21", 0]),
        n21=node("CreateVideo", fps=24, images=["22", 0]),
        n22=node("VAEDecode", samples=["23", 0], vae=["4", 2]),
    )
    nodes["23"] = copy.deepcopy(nodes["3"])
    nodes["23"]["inputs"].update(seed=7, latent_image=["24", 0])
    nodes["24"] = node("EmptyHunyuanLatentVideo", width=848, height=480, length=73, batch_size=1)
    film = read(nodes, "ComfyUI_00001_.mp4", mime="video/mp4")
    assert (film.seed, film.width, film.extra["frames"], film.extra["fps"]) == (7, 848, "73", "24")
    assert read(nodes, mime="image/png").seed == 42
    nodes["20"] = node("SaveAudioMP3", filename_prefix="ComfyUI", quality="V0", audio=["22", 0])
    assert read(nodes, "ComfyUI_00001_.mp3", mime="audio/mpeg").seed == 7
    assert read(nodes, "ComfyUI_00001_.xyz", mime="model/gltf").certainty is Certainty.UNCERTAIN


def test_an_unknown_saving_node():
    nodes = plain(n9=node("Somebody Keeps It", filename="x/%date%_[seed]", images=["8", 0]))
    assert read(nodes, "anything.png").prompt == "a red fox"


def test_a_graph_without_an_output_that_saves():
    nodes = plain(n9=node("SomebodySink", images=["8", 0]))
    assert (read(nodes).prompt, read(nodes).certainty) == ("a red fox", Certainty.CERTAIN)


@pytest.mark.parametrize(
    ("nodes", "loras"),
    [
        (
            {
                "20": node(
                    "LoraLoader",
                    lora_name="a.safetensors",
                    strength_model=0.8,
                    strength_clip=1,
                    model=["4", 0],
                    clip=["4", 1],
                )
            },
            [("a.safetensors", "0.8")],
        ),
        (
            {
                "20": node("LoraLoaderModelOnly", lora_name="b.safetensors", strength_model=1, model=["21", 0]),
                "21": node("ModelSamplingSD3", shift=8, model=["22", 0]),
                "22": node("LoraLoaderModelOnly", lora_name="a.safetensors", strength_model=-0.5, model=["4", 0]),
            },
            [("a.safetensors", "-0.5"), ("b.safetensors", "1")],
        ),
        (
            {
                "20": node(
                    "Power Lora Loader (rgthree)",
                    PowerLoraLoaderHeaderWidget={"type": "PowerLoraLoaderHeaderWidget"},
                    lora_1={"on": True, "lora": "a.safetensors", "strength": 0.75},
                    lora_2={"on": False, "lora": "off.safetensors", "strength": 1},
                    lora_3={"on": True, "lora": "None", "strength": 1},
                    model=["4", 0],
                )
            },
            [("a.safetensors", "0.75")],
        ),
        (
            {
                "20": node("CR Apply LoRA Stack", model=["4", 0], clip=["4", 1], lora_stack=["21", 0]),
                "21": node(
                    "CR LoRA Stack",
                    switch_1="On",
                    lora_name_1="a.safetensors",
                    model_weight_1=0.4,
                    switch_2="Off",
                    lora_name_2="off.safetensors",
                    model_weight_2=1,
                    lora_name_3="None",
                ),
            },
            [("a.safetensors", "0.4")],
        ),
        (
            {
                "20": node("Apply", model=["4", 0], lora_stack=["21", 0]),
                "21": node(
                    "LoRA Stacker",
                    input_mode="simple",
                    lora_count=1,
                    lora_name_1="a.safetensors",
                    lora_wt_1=0.4,
                    lora_name_2="unused.safetensors",
                    lora_wt_2=1,
                ),
            },
            [("a.safetensors", "0.4")],
        ),
        (
            {
                "20": node(
                    "Lora Loader (LoraManager)",
                    text="<lora:a:0.5>",
                    loras={
                        "__value__": [
                            {"name": "a", "strength": "0.5", "active": True},
                            {"name": "b", "active": False},
                            3,
                        ]
                    },
                    model=["4", 0],
                )
            },
            [("a", None)],
        ),
    ],
)
def test_loras(nodes, loras):
    found = read({**sampler(plain(), model=["20", 0]), **nodes})
    assert found.model == "base.safetensors"
    assert [(one.name, one.weight) for one in found.models if one.role == "lora"] == loras
    assert found.certainty is Certainty.CERTAIN


def test_merged_models_are_all_told():
    nodes = sampler(plain(n20=node("ModelMergeSimple", ratio=0.5, model1=["4", 0], model2=["21", 0])), model=["20", 0])
    nodes["21"] = node("UnetLoaderGGUF", unet_name="other.gguf")
    found = read(nodes)
    assert found.extra["merged of"] == "base.safetensors, other.gguf"
    assert found.models == (ModelUse("checkpoint", "base.safetensors"), ModelUse("diffusion", "other.gguf"))


def test_other_models():
    nodes = plain(
        n8=node("VAEDecode", samples=["3", 0], vae=["20", 0]),
        n20=node("VAELoader", vae_name="ae.safetensors"),
        n9=node("SaveImage", filename_prefix="ComfyUI", images=["21", 0]),
        n21=node("ImageUpscaleWithModel", upscale_model=["22", 0], image=["8", 0]),
        n22=node("UpscaleModelLoader", model_name="4x.pth"),
        n6=node("CLIPTextEncode", text="a red fox", clip=["23", 0]),
        n23=node("DualCLIPLoader", clip_name1="clip_l.safetensors", clip_name2="t5.safetensors", type="flux"),
    )
    assert {(one.role, one.name) for one in read(nodes).models} == {
        ("checkpoint", "base.safetensors"),
        ("vae", "ae.safetensors"),
        ("upscaler", "4x.pth"),
        ("clip", "clip_l.safetensors"),
        ("clip", "t5.safetensors"),
    }


def test_a_loader_that_holds_everything():
    nodes = {
        "1": node(
            "Efficient Loader",
            ckpt_name="sd.safetensors",
            vae_name="Baked VAE",
            lora_name="None",
            positive="a cat",
            negative="a dog",
            empty_latent_width=512,
            empty_latent_height=640,
            batch_size=1,
        ),
        "2": node(
            "KSampler (Efficient)",
            seed=3,
            steps=11,
            cfg=7,
            sampler_name="euler",
            scheduler="normal",
            denoise=1,
            model=["1", 0],
            positive=["1", 1],
            negative=["1", 2],
            latent_image=["1", 3],
            optional_vae=["1", 4],
        ),
        "3": node("SaveImage", filename_prefix="ComfyUI", images=["2", 5]),
    }
    found = read(nodes)
    assert (found.prompt, found.negative, found.model, found.width, found.height) == (
        "a cat",
        "a dog",
        "sd.safetensors",
        512,
        640,
    )
    assert found.certainty is Certainty.CERTAIN


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


# where the graphs lie


def exif(*texts, order="<"):
    """A TIFF block with ASCII tags, as ComfyUI writes them."""
    entries, data = [], b""
    start = 8 + 2 + 12 * len(texts) + 4
    for tag, text in sorted(texts):
        raw = text.encode() + b"\0"
        entries.append(struct.pack(order + "HHLL", tag, 2, len(raw), start + len(data)))
        data += raw
    return (
        (b"II*\0" if order == "<" else b"MM\0*")
        + struct.pack(order + "LH", 8, len(texts))
        + b"".join(entries)
        + b"\0" * 4
        + data
    )


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("start", [b"", b"Exif\0\0"])
def test_the_tags_of_a_webp(order, start):
    tags = exif(
        (0x0110, "prompt:" + json.dumps(plain())),
        (0x010F, 'workflow:{"nodes": []}'),
        (0x010E, 'alice:{"shot": "s1"}'),
        order=order,
    )
    given = Given((Block("webp:exif", "", start + tags),), name="ComfyUI_00001_.webp", mime="image/webp")
    found = ComfyUI().read(given)
    assert (found.prompt, found.graph, found.extra["alice"]) == ("a red fox", "webp:exif/", '{"shot": "s1"}')
    assert workflow_of(given) == '{"nodes": []}'


@pytest.mark.parametrize(
    ("place", "key", "graph"),
    [
        ("png:comf", "prompt", "png:comf/prompt"),
        ("png:iTXt", "prompt", "png:iTXt/prompt"),
        ("av:tag", "PROMPT", "av:tag/PROMPT"),
        ("av:stream0:tag", "prompt", "av:stream0:tag/prompt"),
    ],
)
def test_other_places(place, key, graph):
    found = ComfyUI().read(Given((Block(place, key, json.dumps(plain()).encode()),)))
    assert (found.prompt, found.graph) == ("a red fox", graph)


def test_the_workflow_is_what_is_dragged_back():
    blocks = (
        Block("png:tEXt", "prompt", json.dumps(plain()).encode()),
        Block("png:tEXt", "workflow", b'{"nodes": [1]}'),
    )
    assert ComfyUI().read(Given(blocks)).graph == "png:tEXt/workflow"
    assert workflow_of(Given(blocks)) == '{"nodes": [1]}'
    assert json.loads(workflow_of(Given(blocks[:1])))["6"]["inputs"]["text"] == "a red fox"
    assert workflow_of(Given(())) is None


@pytest.mark.parametrize("as_text", [True, False])
def test_the_comment_of_an_old_film(as_text):
    prompt = json.dumps(plain()) if as_text else plain()
    flow = json.dumps({"nodes": []}) if as_text else {"nodes": []}
    comment = json.dumps({"prompt": prompt, "workflow": flow, "CreationTime": "2024-01-02 03:04:05", "n": 1})
    found = ComfyUI().read(Given((Block("av:tag", "comment", comment.encode()),)))
    assert (found.prompt, found.graph, found.extra["CreationTime"]) == (
        "a red fox",
        "av:tag/comment",
        "2024-01-02 03:04:05",
    )
    assert (found.extra["n"], found.made) == ("1", None)


def test_when_it_was_made():
    prompt = Block("av:tag", "prompt", json.dumps(plain()).encode())
    made = Block("av:tag", "creation_time", b"2026-11-24T10:11:12.000000Z")
    assert ComfyUI().read(Given((prompt, made))).made == "2026-11-24T10:11:12.000000Z"
    local = Block("png:tEXt", "CreationTime", b"2026-11-24 10:11:12")
    found = ComfyUI().read(Given((prompt, local)))
    assert (found.made, found.extra["CreationTime"]) == (None, "2026-11-24 10:11:12")


@pytest.mark.parametrize(
    "blocks",
    [
        (),
        (Block("png:tEXt", "parameters", b"a cat\nSteps: 20"),),
        (Block("png:tEXt", "prompt", b"a cat"),),
        (Block("png:tEXt", "prompt", b"{}"),),
        (Block("png:tEXt", "prompt", b'{"a": 1}'),),
        (Block("png:tEXt", "prompt", b'{"a": {"class_type": 1, "inputs": []}}'),),
        (Block("png:tEXt", "prompt", b"[" * 100_000),),
        (Block("png:tEXt", "workflow", b"{broken"),),
        (Block("png:tEXt", "workflow", b'{"nodes": "x"}'),),
        (Block("png:tEXt", "workflow", b"hello"),),
        (Block("av:tag", "comment", b"nice film"),),
        (Block("av:tag", "comment", b"{broken"),),
        (Block("av:tag", "comment", b'{"a": 1}'),),
        (Block("av:tag", "comment", b"{}"),),
        (Block("webp:exif", "", b"prompt:{}"),),
        (Block("webp:exif", "", exif((0x0110, "prompt:{broken"))),),
        (Block("jpeg:exif", "", exif((0x0110, "Canon"))),),
    ],
)
def test_what_is_not_of_comfyui(blocks):
    assert ComfyUI().read(Given(blocks)) is None
    assert blocks == () or source_of(Given(())) is None


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("text_to_video_wan-1.webp", (878361741413693, 30, "6", "uni_pc", "wan2.1_t2v_1.3B_bf16.safetensors", 832)),
        ("txt_to_image_to_video-1.webp", (698927863164185, 20, "2.5", "euler", "svd.safetensors", 1024)),
    ],
)
def test_real_webp_files(name, facts):
    path = SHARED / "metadata" / "comfy-templates" / name
    if not path.is_file():
        pytest.skip("the shared sample files are not here")
    data = path.read_bytes()
    at = data.index(b"EXIF")
    size = struct.unpack_from("<L", data, at + 4)[0]
    found = ComfyUI().read(Given((Block("webp:exif", "", data[at + 8 : at + 8 + size]),), name=name))
    assert (found.seed, found.steps, found.cfg, found.sampler, found.model, found.width) == facts
    assert found.certainty is Certainty.CERTAIN
