"""The reader of Easy Diffusion: a PNG text a parameter, or the same as JSON in the user's comment.

Names are those of its requests (``num_inference_steps``) or of its screen (``Steps``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from alice_core.media.generation import Generation, ModelUse
from alice_core.media.readers.base import Given, decoded, parsed
from alice_core.media.readers.exif import ExifTag, exif_json
from alice_core.media.readers.said import LONGEST_EXTRA, Said, rest
from alice_core.media.readers.values import decimal, name, whole, words

_MOST_TEXTS = 256
_MARKS = ("use_stable_diffusion_model", "Stable Diffusion model")
_SCREEN = {
    "Prompt": "prompt",
    "Negative Prompt": "negative_prompt",
    "Seed": "seed",
    "Steps": "num_inference_steps",
    "Guidance Scale": "guidance_scale",
    "Sampler": "sampler_name",
    "Scheduler": "scheduler_name",
    "Width": "width",
    "Height": "height",
    "Stable Diffusion model": "use_stable_diffusion_model",
    "VAE model": "use_vae_model",
    "LoRA model": "use_lora_model",
    "LoRA Strength": "lora_alpha",
    "ControlNet model": "use_controlnet_model",
    "ControlNet Strength": "control_alpha",
    "Hypernetwork model": "use_hypernetwork_model",
    "Hypernetwork Strength": "hypernetwork_strength",
    "Use Upscaling": "use_upscale",
}
_MODELS = (
    ("use_stable_diffusion_model", "checkpoint", None),
    ("use_vae_model", "vae", None),
    ("use_lora_model", "lora", "lora_alpha"),
    ("use_controlnet_model", "controlnet", "control_alpha"),
    ("use_hypernetwork_model", "hypernetwork", "hypernetwork_strength"),
    ("use_upscale", "upscaler", None),
)
_FOLDER = re.compile(r"^(?:[A-Za-z]:[\\/]|/|\\\\).*[\\/]", re.DOTALL)


class EasyDiffusion:
    """Reads what names its model as Easy Diffusion does."""

    name = "easydiffusion"
    version = 1

    def read(self, given: Given) -> Generation | None:
        """The generation, where a text is named after Easy Diffusion's model."""
        mark = next((mark for mark in _MARKS if given.block(mark, "Xt")), None)
        if mark:
            blocks = islice((one for one in given.blocks if one.place.endswith("Xt")), _MOST_TEXTS)
            return self._of({one.key: decoded(one) for one in blocks})
        said = next((said for mark in _MARKS if (said := exif_json(given, ExifTag.USER_COMMENT, mark))), None)
        return self._of(said) if said else None

    def _of(self, told: Said) -> Generation:
        said: Said = {_SCREEN.get(key, key): value for key, value in told.items()}
        models = tuple(_models(said))
        numbers: dict[str, Any] = {"seed": whole(said.get("seed")), "steps": whole(said.get("num_inference_steps"))}
        numbers |= {"width": whole(said.get("width")), "height": whole(said.get("height"))}
        values: dict[str, Any] = {
            "prompt": words(said.get("prompt")),
            "negative": words(said.get("negative_prompt")),
            "cfg": decimal(said.get("guidance_scale")),
            "sampler": name(said.get("sampler_name")),
            "scheduler": name(said.get("scheduler_name")),
        }
        used: dict[str, object] = {**numbers, "num_inference_steps": numbers["steps"], "prompt": values["prompt"]}
        used |= {"negative_prompt": values["negative"], "guidance_scale": values["cfg"]}
        used |= {"sampler_name": values["sampler"], "scheduler_name": values["scheduler"]}
        used |= {key: models or None for row in _MODELS for key in row[::2] if key}
        return Generation(
            "EasyDiffusion", self.name, self.version, models=models, extra=rest(said, used), **values, **numbers
        )


def _models(said: Said) -> Iterator[ModelUse]:
    for key, role, strength in _MODELS:
        weights = _several(said.get(strength)) if strength else []
        for number, one in enumerate(_several(said.get(key))):
            called = name(one)
            if called and called != "False":
                yield ModelUse(role, _bare(called), None, decimal(weights[number]) if number < len(weights) else None)


def _several(value: Any) -> list[Any]:  # noqa: ANN401 - JSON is anything
    """One value, or several as a list or as the text of one."""
    if isinstance(value, str) and value.startswith("[") and len(value) <= LONGEST_EXTRA:
        told = parsed(value.replace("'", '"'))
        return told if isinstance(told, list) else [value]
    return value if isinstance(value, list) else [value]


def _bare(called: str) -> str:
    """A name without the folders of a whole path; folders within the models' folder stay."""
    return _FOLDER.sub("", called, count=1) or called
