"""What infotexts say beyond the common: schedules, hashes, Civitai's resources, upscaling afterwards."""

import json

from alice_core.media.generation import Block, ModelUse
from alice_core.media.readers.base import Given
from alice_core.media.readers.registry import read_embedded


def read(texts):
    blocks = tuple(Block("png:tEXt", key, text.encode()) for key, text in texts.items())
    return read_embedded(Given(blocks)).generation


def test_newer_schedule_and_only_a_hash():
    found = read({"parameters": "cat\nSteps: 4, Sampler: Euler, Schedule type: Beta, Seed: 3, Model hash: abcd1234"})
    assert (found.scheduler, found.model, found.width) == ("Beta", "abcd1234", None)


def test_hashes_of_the_main_models_and_what_cannot_be_understood():
    hashes = '{"model": "aa", "vae": "bb"}'
    text = f"cat\nSeed: 12.5, CFG scale: high, Size: big, Sampler: a, Model: m, Steps: 4, VAE: v, Hashes: {hashes}"
    found = read({"parameters": text})
    assert [use.hash for use in found.models] == ["aa", "bb"]
    assert (found.seed, found.cfg, found.steps) == (None, None, 4)
    assert found.extra == {"Seed": "12.5", "CFG scale": "high", "Size": "big"}


def test_civitai():
    resources = [
        {"type": "lora", "weight": 0.6, "modelVersionId": 7, "modelName": "Detail", "modelVersionName": "v1"},
        {"type": "checkpoint", "modelVersionId": 290640, "modelName": "Pony, XL"},
        {"type": "embed", "modelVersionId": 5},
    ]
    text = (
        "a horse\nNegative prompt: cow\nSteps: 25, Sampler: Euler a, CFG scale: 7, Seed: 12, Size: 64x32, "
        f"Created Date: 2024-05-01T10:11:12.1234567Z, Civitai resources: {json.dumps(resources)}, Civitai: {{}}"
    )
    found = read({"parameters": text})
    assert (found.generator, found.model, found.made) == ("Civitai", "Pony, XL", "2024-05-01T10:11:12.123456Z")
    assert found.models == (
        ModelUse("checkpoint", "Pony, XL"),
        ModelUse("lora", "Detail", None, "0.6"),
        ModelUse("embedding", "modelVersionId 5"),
    )


def test_extras():
    post = "Postprocess upscale by: 4, Postprocess upscaler: R-ESRGAN 4x+"
    alone = read({"postprocessing": post})
    assert (alone.generator, alone.prompt, alone.models) == ("A1111", None, (ModelUse("upscaler", "R-ESRGAN 4x+"),))
    assert alone.extra["Postprocess upscale by"] == "4"
    both = read({"parameters": "cat\nSteps: 4, Seed: 1, Sampler: x, Model: m", "postprocessing": post})
    assert (both.prompt, both.extra["postprocessing"]) == ("cat", post)
    assert both.models == (ModelUse("checkpoint", "m"), ModelUse("upscaler", "R-ESRGAN 4x+"))
    assert read({"postprocessing": "none"}) is None


def test_where_else_an_infotext_may_lie():
    text = b"cat\nSteps: 4, Seed: 1, Sampler: Euler"
    for place, key in (("jpeg:comment", ""), ("gif:comment", ""), ("av:tag", "comment"), ("png:stealth", "parameters")):
        assert read_embedded(Given((Block(place, key, text),))).generation.prompt == "cat"
