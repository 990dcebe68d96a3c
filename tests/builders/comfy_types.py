"""A small ``/object_info``: two dozen stock node types as ComfyUI 0.3.64 describes them, written by hand.

A golden test holds them against the real list where that is at hand.
"""

from __future__ import annotations

from typing import Any

SEED = 2**64 - 1
SAMPLERS = ["euler", "euler_ancestral", "dpmpp_2m", "uni_pc"]
SCHEDULERS = ["simple", "karras", "normal"]


def whole(default: int | None = 0, low: int = 0, high: int = 2048, step: int | None = None, **more: Any) -> list[Any]:
    given = {"default": default} if default is not None else {}
    return ["INT", given | {"min": low, "max": high} | ({"step": step} if step else {}) | more]


def number(default: float, low: float, high: float, step: float, **more: Any) -> list[Any]:
    return ["FLOAT", {"default": default, "min": low, "max": high, "step": step} | more]


def text(*, multiline: bool = False, dynamic: bool = False, default: str | None = None) -> list[Any]:
    options: dict[str, Any] = {"multiline": True} if multiline else {}
    options |= {"dynamicPrompts": True} if dynamic else {}
    return ["STRING", options | ({"default": default} if default is not None else {})]


def side(default: int, step: int, low: int = 16) -> list[Any]:
    return whole(default, low, 16384, step)


def node(
    required: dict[str, Any],
    outputs: tuple[str, ...] = (),
    optional: dict[str, Any] | None = None,
    title: str | None = None,
    names: tuple[str, ...] | None = None,
    *,
    output: bool = False,
) -> dict[str, Any]:
    return {
        "input": {"required": required} | ({"optional": optional} if optional else {}),
        "input_order": {"required": list(required)} | ({"optional": list(optional)} if optional else {}),
        "output": list(outputs),
        "output_name": list(names or outputs),
        "output_is_list": [False] * len(outputs),
        "display_name": title,
        "category": "test",
        "python_module": "nodes",
        "description": "",
        "output_node": output,
    }


def object_info(*, models: tuple[str, ...] = ("base.safetensors",)) -> dict[str, Any]:
    """The node types of a server that has these checkpoints."""
    socket = {kind: [kind] for kind in ("MODEL", "CLIP", "VAE", "CONDITIONING", "LATENT", "IMAGE", "AUDIO", "VIDEO")}
    found = {
        "CheckpointLoaderSimple": node(
            {"ckpt_name": [list(models)]}, ("MODEL", "CLIP", "VAE"), title="Load Checkpoint"
        ),
        "CLIPTextEncode": node(
            {"text": text(multiline=True, dynamic=True), "clip": socket["CLIP"]},
            ("CONDITIONING",), title="CLIP Text Encode (Prompt)",
        ),
        "ConditioningZeroOut": node(
            {"conditioning": socket["CONDITIONING"]}, ("CONDITIONING",), title="ConditioningZeroOut"
        ),
        "EmptyLatentImage": node(
            {"width": side(512, 8), "height": side(512, 8), "batch_size": whole(1, 1, 4096)},
            ("LATENT",), title="Empty Latent Image",
        ),
        "KSampler": node(
            {
                "model": socket["MODEL"],
                "seed": whole(0, 0, SEED, control_after_generate=True),
                "steps": whole(20, 1, 10000),
                "cfg": number(8.0, 0.0, 100.0, 0.1, round=0.01),
                "sampler_name": [SAMPLERS],
                "scheduler": [SCHEDULERS],
                "positive": socket["CONDITIONING"],
                "negative": socket["CONDITIONING"],
                "latent_image": socket["LATENT"],
                "denoise": number(1.0, 0.0, 1.0, 0.01),
            },
            ("LATENT",), title="KSampler",
        ),
        "VAEDecode": node({"samples": socket["LATENT"], "vae": socket["VAE"]}, ("IMAGE",), title="VAE Decode"),
        "VAEEncode": node({"pixels": socket["IMAGE"], "vae": socket["VAE"]}, ("LATENT",), title="VAE Encode"),
        "LoraLoader": node(
            {
                "model": socket["MODEL"],
                "clip": socket["CLIP"],
                "lora_name": [[]],
                "strength_model": number(1.0, -100.0, 100.0, 0.01),
                "strength_clip": number(1.0, -100.0, 100.0, 0.01),
            },
            ("MODEL", "CLIP"), title="Load LoRA",
        ),
        "EmptyImage": node(
            {
                "width": side(512, 1, 1),
                "height": side(512, 1, 1),
                "batch_size": whole(1, 1, 4096),
                "color": whole(0, 0, 0xFFFFFF, 1, display="color"),
            },
            ("IMAGE",), title="EmptyImage",
        ),
        "ImageInvert": node({"image": socket["IMAGE"]}, ("IMAGE",), title="Invert Image"),
        "ImageBlur": node(
            {"image": socket["IMAGE"], "blur_radius": whole(1, 1, 31, 1), "sigma": number(1.0, 0.1, 10.0, 0.1)},
            ("IMAGE",),
        ),
        "ImageScale": node(
            {
                "image": socket["IMAGE"],
                "upscale_method": [["nearest-exact", "bilinear", "area", "bicubic", "lanczos"]],
                "width": side(512, 1, 0),
                "height": side(512, 1, 0),
                "crop": [["disabled", "center"]],
            },
            ("IMAGE",), title="Upscale Image",
        ),
        "LoadImage": node({"image": [[], {"image_upload": True}]}, ("IMAGE", "MASK"), title="Load Image"),
        "LoadAudio": node({"audio": [[], {"audio_upload": True}]}, ("AUDIO",), title="Load Audio"),
        "SaveImage": node(
            {"images": socket["IMAGE"], "filename_prefix": text(default="ComfyUI")}, title="Save Image", output=True
        ),
        "PreviewImage": node({"images": socket["IMAGE"]}, title="Preview Image", output=True),
        "SaveAudio": node(
            {"audio": socket["AUDIO"], "filename_prefix": text(default="audio/ComfyUI")},
            title="Save Audio (FLAC)", output=True,
        ),
        "PreviewAny": node({"source": ["*", {}]}, title="Preview Any", output=True),
        "PrimitiveInt": node(
            {"value": whole(None, -(2**63) + 1, 2**63 - 1, control_after_generate=True)}, ("INT",), title="Int"
        ),
        "WanImageToVideo": node(
            {
                "positive": socket["CONDITIONING"],
                "negative": socket["CONDITIONING"],
                "vae": socket["VAE"],
                "width": side(832, 16),
                "height": side(480, 16),
                "length": side(81, 4, 1),
                "batch_size": whole(1, 1, 4096),
            },
            ("CONDITIONING", "CONDITIONING", "LATENT"),
            {"clip_vision_output": ["CLIP_VISION_OUTPUT"], "start_image": socket["IMAGE"]},
            names=("positive", "negative", "latent"),
        ),
        "CreateVideo": node(
            {"images": socket["IMAGE"], "fps": number(30.0, 1.0, 120.0, 1.0)}, ("VIDEO",), {"audio": socket["AUDIO"]},
            title="Create Video",
        ),
        "SaveVideo": node(
            {
                "video": socket["VIDEO"],
                "filename_prefix": text(default="video/ComfyUI"),
                "format": ["COMBO", {"default": "auto", "options": ["auto", "mp4"]}],
                "codec": ["COMBO", {"default": "auto", "options": ["auto", "h264"]}],
            },
            title="Save Video", output=True,
        ),
    }  # fmt: skip
    return {name: about | {"name": name} for name, about in found.items()}


def still(**changes: Any) -> dict[str, Any]:
    """A stock graph for a still, in the API format."""
    return {
        "4": _sent("CheckpointLoaderSimple", ckpt_name="base.safetensors"),
        "5": _sent("EmptyLatentImage", width=64, height=64, batch_size=1),
        "6": _sent("CLIPTextEncode", text="a red fox", clip=["4", 1]),
        "7": _sent("CLIPTextEncode", text="blurry", clip=["4", 1]),
        "3": _sent(
            "KSampler", seed=1, steps=4, cfg=7.5, sampler_name="euler", scheduler="karras", denoise=1.0,
            model=["4", 0], positive=["6", 0], negative=["7", 0], latent_image=["5", 0],
        ),
        "8": _sent("VAEDecode", samples=["3", 0], vae=["4", 2]),
        "9": _sent("SaveImage", filename_prefix="ComfyUI", images=["8", 0]),
    } | changes  # fmt: skip


def moving(*, picture: bool = False) -> dict[str, Any]:
    """A stock graph for a clip of Wan, in the API format; with a first frame on demand."""
    graph = still()
    graph["10"] = _sent(
        "WanImageToVideo", width=64, height=64, length=81, batch_size=1,
        positive=["6", 0], negative=["7", 0], vae=["4", 2],
    )  # fmt: skip
    graph["3"]["inputs"] |= {"positive": ["10", 0], "negative": ["10", 1], "latent_image": ["10", 2]}
    graph["11"] = _sent("CreateVideo", fps=16, images=["8", 0])
    graph["9"] = _sent("SaveVideo", filename_prefix="video/ComfyUI", format="auto", codec="auto", video=["11", 0])
    if picture:
        graph["12"] = _sent("LoadImage", image="first.png")
        graph["10"]["inputs"]["start_image"] = ["12", 0]
    del graph["5"]
    return graph


def _sent(kind: str, **inputs: Any) -> dict[str, Any]:
    return {"inputs": inputs, "class_type": kind, "_meta": {"title": kind}}
