"""ComfyUI's API graphs, walked back: saving nodes and models."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from comfy_graphs import node, plain, read, sampler, second_pass, two_savers

from alice_core.media.generation import Certainty, ModelUse

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"


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
