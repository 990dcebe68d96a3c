"""The reader of Fooocus, its older fork MRE, and RuinedFooocus.

Fooocus writes ``parameters`` (JSON, or A1111's infotext) beside ``fooocus_scheme``; in JPEG and WebP
the user's comment, with the scheme as maker note. MRE wrote JSON into ``Comment``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from alice_core.media.generation import Generation, ModelUse
from alice_core.media.readers.a1111 import from_infotext
from alice_core.media.readers.base import Given
from alice_core.media.readers.exif import ExifTag, exif_text
from alice_core.media.readers.infotext import parse_infotext
from alice_core.media.readers.said import Said, json_object, rest
from alice_core.media.readers.values import decimal, name, pair, whole, words

_SCHEMES = ("fooocus", "a1111")
_NAMES = {
    "prompt": ("prompt", "Prompt"),
    "negative": ("negative_prompt", "Negative", "Negative Prompt"),
    "seed": ("seed", "Seed"),
    "steps": ("steps", "Steps"),
    "width": ("width",),
    "height": ("height",),
    "size": ("resolution", "Resolution"),
    "cfg": ("guidance_scale", "cfg", "Guidance Scale"),
    "sampler": ("sampler", "sampler_name", "Sampler"),
    "scheduler": ("scheduler", "Scheduler"),
    "model": ("base_model", "base_model_name", "Base Model"),
}


class Fooocus:
    """Reads the JSON of Fooocus by its base model, and its infotext by the scheme beside it."""

    name = "fooocus"
    version = 1

    def read(self, given: Given) -> Generation | None:
        """The generation, where Fooocus or a fork wrote the file."""
        scheme = given.text("fooocus_scheme") or exif_text(given, ExifTag.MAKER_NOTE) or ""
        marked = scheme.strip("\0 ") in _SCHEMES or (exif_text(given, ExifTag.SOFTWARE) or "").startswith("Fooocus")
        text = given.text("parameters") or exif_text(given, ExifTag.USER_COMMENT) or ""
        for one in (text, given.text("Comment") or given.text("", "jpeg:comment") or ""):
            said = json_object(one) if _marked(one) else {}
            if _first(said, "model")[1] and _first(said, "prompt")[0]:
                return self._of(said)
        info = parse_infotext(text) if marked else None
        if info is None:
            return None
        return replace(from_infotext(info, self.name, self.version), generator="Fooocus")

    def _of(self, said: Said) -> Generation:
        values = {field: _first(said, field) for field in _NAMES}
        width, height = pair(values["size"][1])
        models = tuple(_models(said, name(values["model"][1])))
        read: dict[str, Any] = {
            "prompt": words(values["prompt"][1]),
            "negative": words(values["negative"][1]),
            "seed": whole(values["seed"][1]),
            "steps": whole(values["steps"][1]),
            "cfg": decimal(values["cfg"][1]),
            "sampler": name(values["sampler"][1]),
            "scheduler": name(values["scheduler"][1]),
            "width": width or whole(values["width"][1]),
            "height": height or whole(values["height"][1]),
        }
        used: dict[str, object] = {values[field][0]: value for field, value in read.items() if values[field][0]}
        used |= {values["size"][0]: height, values["model"][0]: models or None}
        used |= dict.fromkeys(("base_model_hash", "refiner_model", "refiner_model_hash", "loras"), models or None)
        generator = "RuinedFooocus" if said.get("software") == "RuinedFooocus" else "Fooocus"
        return Generation(generator, self.name, self.version, models=models, extra=rest(said, used), **read)


def _marked(text: str) -> bool:
    return any(f'"{one}"' in text for one in _NAMES["model"])


def _first(said: Said, field: str) -> tuple[str, Any]:
    """The first of a field's names that was used, and its value."""
    return next(((key, said[key]) for key in _NAMES[field] if said.get(key) is not None), ("", None))


def _models(said: Said, main: str | None) -> Iterator[ModelUse]:
    if main:
        yield ModelUse("checkpoint", main, name(said.get("base_model_hash")))
    refiner = name(said.get("refiner_model"))
    if refiner:
        yield ModelUse("refiner", refiner, name(said.get("refiner_model_hash")))
    yield from _loras(said)
    vae = name(said.get("vae"))
    if vae and not vae.startswith("Default"):
        yield ModelUse("vae", vae)


def _loras(said: Said) -> Iterator[ModelUse]:
    """LoRAs as a list of lists or objects, and as numbered keys of older versions (``name : weight``)."""
    told = said.get("loras")
    for one in told if isinstance(told, list) else ():
        if isinstance(one, Mapping):
            called, weight, code = one.get("name"), one.get("weight"), one.get("hash")
        elif isinstance(one, list):
            called, weight, code = [*one, None, None, None][:3]
        else:
            called, weight, code = one, None, None
        if text := name(called):
            yield ModelUse("lora", text, name(code), decimal(weight))
    for key, value in said.items():
        if key.startswith(("lora_combined_", "LoRA ")) and isinstance(value, str) and name(value):
            called, _, weight = value.rpartition(" : ")
            yield ModelUse("lora", (called or weight).strip(), None, decimal(weight) if called else None)
