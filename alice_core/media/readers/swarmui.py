"""The reader of SwarmUI: ``sui_image_params`` in PNG ``parameters``, in the user's comment, or in a movie's comment.

Older versions wrote it into the Model tag of WebP.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from alice_core.media.generation import Generation, ModelUse
from alice_core.media.readers.base import Given
from alice_core.media.readers.exif import ExifTag, exif_text
from alice_core.media.readers.said import Said, json_object, objects, rest, under
from alice_core.media.readers.values import decimal, moment, name, whole, words

_MARK = "sui_image_params"
_ROLES = {"model": "checkpoint", "loras": "lora", "refinermodel": "refiner", "controlnetmodel": "controlnet"}
_SINGLE = ("model", "refinermodel", "vae", "controlnetmodel", "videomodel")


class SwarmUI:
    """Reads SwarmUI's parameters."""

    name = "swarmui"
    version = 1

    def read(self, given: Given) -> Generation | None:
        """The generation, where a text holds ``sui_image_params``."""
        for text in _texts(given):
            if text and _MARK in text:
                outer = json_object(text)
                said = under(outer, _MARK)
                if said:
                    return self._of(outer, said)
        return None

    def _of(self, outer: Said, said: Said) -> Generation:
        more = under(outer, "sui_extra_data")
        models = tuple(_models(said, outer.get("sui_models")))
        prompt, negative = words(said.get("prompt")), words(said.get("negativeprompt"))
        numbers: dict[str, Any] = {key: whole(said.get(key)) for key in ("seed", "steps", "width", "height")}
        cfg, made = decimal(said.get("cfgscale")), moment(more.get("date"))
        sampler = name(said.get("sampler")) or name(said.get("comfyuisampler"))
        scheduler = name(said.get("scheduler")) or name(said.get("comfyuischeduler"))
        used: dict[str, object] = {
            **numbers,
            "prompt": prompt,
            "negativeprompt": negative,
            "cfgscale": cfg,
            "date": made,
        }
        used |= dict.fromkeys(("sampler", "comfyuisampler"), sampler)
        used |= dict.fromkeys(("scheduler", "comfyuischeduler"), scheduler)
        used |= dict.fromkeys((*_SINGLE, "loras", "loraweights"), models or None)
        return Generation(
            "SwarmUI",
            self.name,
            self.version,
            prompt=prompt,
            negative=negative,
            models=models,
            cfg=cfg,
            sampler=sampler,
            scheduler=scheduler,
            made=made,
            extra=rest({**more, **said}, used),
            **numbers,
        )


def _texts(given: Given) -> Iterator[str | None]:
    yield given.text("parameters")
    yield exif_text(given, ExifTag.USER_COMMENT)
    yield exif_text(given, ExifTag.MODEL)
    yield given.text("comment", ":tag")


def _models(said: Said, told: Any) -> Iterator[ModelUse]:  # noqa: ANN401 - JSON is anything
    hashes = {(one.get("param"), _bare(name(one.get("name")) or "")): name(one.get("hash")) for one in objects(told)}

    def use(key: str, called: str, weight: str | None = None) -> ModelUse:
        return ModelUse(_ROLES.get(key, key), called, hashes.get((key, _bare(called))), weight)

    for key in _SINGLE:
        called = name(said.get(key))
        if called and called.lower() != "automatic":
            yield use(key, called)
    loras, weights = _list(said.get("loras")), _list(said.get("loraweights"))
    for number, one in enumerate(loras):
        if called := name(one):
            yield use("loras", called, decimal(weights[number]) if number < len(weights) else None)


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - JSON is anything
    """A list, or the parts of a text with commas."""
    return value if isinstance(value, list) else value.split(",") if isinstance(value, str) else []


def _bare(called: str) -> str:
    return called.removesuffix(".safetensors")
