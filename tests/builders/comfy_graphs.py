"""ComfyUI graphs in API form for the tests of the readers."""

from __future__ import annotations

import copy
import json

from alice_core.media.generation import Block
from alice_core.media.readers.base import Given
from alice_core.media.readers.comfyui import ComfyUI


def read(nodes, name="ComfyUI_00001_.png", **known):
    """What the reader makes of a graph in a PNG of that name."""
    block = Block("png:tEXt", "prompt", json.dumps(nodes).encode())
    return ComfyUI().read(Given((block,), name=name, **known))


def node(kind, **inputs):
    """One node."""
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
    """The graph with other inputs of its sampler."""
    nodes["3"]["inputs"].update(inputs)
    return nodes


def second_pass(denoise):
    """A graph with a second sampler that goes over the picture again."""
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


def two_savers(prefix="other"):
    """A graph with a second branch and saving node of another prefix."""
    nodes = plain(
        n20=node("CLIPTextEncode", text="a blue bird", clip=["4", 1]),
        n22=node("VAEDecode", samples=["21", 0], vae=["4", 2]),
        n23=node("SaveImage", filename_prefix=prefix, images=["22", 0]),
    )
    nodes["21"] = copy.deepcopy(nodes["3"])
    nodes["21"]["inputs"].update(seed=43, positive=["20", 0])
    return nodes
