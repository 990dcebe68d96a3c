"""InvokeAI's three generations of metadata."""

import json

from alice_core.media.generation import Block, ModelUse
from alice_core.media.readers.base import Given
from alice_core.media.readers.registry import read_embedded


def read(texts):
    blocks = tuple(Block("png:tEXt", key, text.encode()) for key, text in texts.items())
    return read_embedded(Given(blocks)).generation


def test_first():
    dream = (
        '"a \\"big\\" boat [storm] at sea [rain, fog]" -s 50 -S 123 -W 512 -H 768 -C 7.5 -A k_lms --seamless -U 4 0.95'
    )
    found = read({"Dream": dream})
    assert (found.generator, found.prompt, found.negative) == ("InvokeAI", 'a "big" boat  at sea', "storm, rain, fog")
    assert (found.steps, found.seed, found.width, found.height, found.cfg) == (50, 123, 512, 768, "7.5")
    assert (found.sampler, found.extra) == ("k_lms", {"seamless": "true", "U": "4 0.95"})
    older = read({"Dream": "a boat, 3-masted -s50 -S7 -W64 -H32 -C7.5 -Ak_euler --outdir=x"})
    assert (older.prompt, older.seed, older.steps, older.sampler) == ("a boat, 3-masted", 7, 50, "k_euler")
    assert older.extra == {"outdir": "x"}


def test_second():
    image = {"prompt": [{"prompt": "a boat [fog]", "weight": 1.0}, {"prompt": "sea", "weight": 0.5}], "steps": 30}
    image |= {"cfg_scale": 7.5, "height": 768, "width": 512, "seed": 9, "sampler": "ddim", "variations": []}
    outer = {"model": "stable diffusion", "model_weights": "sd-1.5", "model_hash": "cafe", "app_version": "2.2"}
    found = read({"Dream": '"other" -S 1', "sd-metadata": json.dumps({**outer, "image": image})})
    assert (found.prompt, found.negative, found.model) == ("a boat , sea", "fog", "sd-1.5")
    assert found.models[0].hash == "cafe"
    assert (found.seed, found.steps, found.cfg, found.sampler, found.width) == (9, 30, "7.5", "ddim", 512)
    assert found.extra == {"model": "stable diffusion", "app_version": "2.2"}
    plain = read({"sd-metadata": json.dumps({"image": {"prompt": "sea", "seed": 1}})})
    assert (plain.prompt, plain.negative, plain.models) == ("sea", None, ())
    assert read({"sd-metadata": json.dumps({"image": {"prompt": 3}})}).prompt is None


def test_third():
    told = {
        "positive_prompt": "lighthouse",
        "negative_prompt": "",
        "model": {"key": "k", "hash": "blake3:ab", "name": "Juggernaut", "base": "sdxl", "type": "main"},
        "loras": [{"model": {"name": "glow"}, "weight": 0.75}, {"lora": {"model_name": "old"}, "weight": 1}],
        "vae": {"model_name": "fix"},
        "controlnets": [{"control_model": {"name": "depth"}, "control_weight": 0.5}],
        "seed": 777,
        "steps": 30,
        "cfg_scale": 6.5,
        "scheduler": "dpmpp_2m_k",
        "width": 1024,
        "height": 768,
        "app_version": "5.4.0",
    }
    found = read({"invokeai_metadata": json.dumps(told), "invokeai_graph": '{"nodes": {}}'})
    assert (found.prompt, found.negative, found.seed, found.cfg) == ("lighthouse", "", 777, "6.5")
    assert (found.sampler, found.scheduler, found.graph) == ("dpmpp_2m_k", "dpmpp_2m_k", "png:tEXt/invokeai_graph")
    assert found.models == (
        ModelUse("checkpoint", "Juggernaut", "blake3:ab"),
        ModelUse("vae", "fix"),
        ModelUse("controlnet", "depth", None, "0.5"),
        ModelUse("lora", "glow", None, "0.75"),
        ModelUse("lora", "old", None, "1"),
    )
    assert found.extra["app_version"] == "5.4.0"
    graph = {"nodes": {"a": {"type": "noise"}, "b": {"type": "core_metadata", "positive_prompt": "boat", "seed": 5}}}
    alone = read({"invokeai_graph": json.dumps(graph)})
    assert (alone.prompt, alone.seed, alone.graph) == ("boat", 5, "png:tEXt/invokeai_graph")
    assert read({"invokeai_graph": "{}"}).prompt is None
