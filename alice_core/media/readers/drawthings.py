"""The reader of Draw Things: a JSON object in XMP ``exif:UserComment``, with short names."""

from __future__ import annotations

from typing import Any

from alice_core.media.generation import Generation, ModelUse
from alice_core.media.readers.base import Given
from alice_core.media.readers.said import Said, json_object, objects, rest
from alice_core.media.readers.values import decimal, name, pair, whole, words
from alice_core.media.readers.xmp import xmp_of


class DrawThings:
    """Reads the comment by its short names ``c`` and ``uc``."""

    name = "drawthings"
    version = 1

    def read(self, given: Given) -> Generation | None:
        """The generation, where the packet's user comment is Draw Things' object."""
        said = json_object(xmp_of(given).user_comment)
        if "c" not in said or not said.keys() & {"model", "sampler", "seed"}:
            return None
        return self._of(said)

    def _of(self, said: Said) -> Generation:
        width, height = pair(said.get("size"))
        model = name(said.get("model"))
        models: tuple[ModelUse, ...] = (ModelUse("checkpoint", model),) if model else ()
        for role, key, called in (("lora", "lora", "model"), ("controlnet", "control", "model")):
            models += tuple(
                ModelUse(role, one_name, None, decimal(one.get("weight")))
                for one in objects(said.get(key))
                if (one_name := name(one.get(called)) or name(one.get("file")))
            )
        values: dict[str, Any] = {"prompt": words(said.get("c")), "negative": words(said.get("uc"))}
        numbers: dict[str, Any] = {"seed": whole(said.get("seed")), "steps": whole(said.get("steps"))}
        cfg, sampler = decimal(said.get("scale")), name(said.get("sampler"))
        used: dict[str, object] = {
            **numbers,
            "c": values["prompt"],
            "uc": values["negative"],
            "scale": cfg,
            "sampler": sampler,
        }
        used |= {"size": height} | dict.fromkeys(("model", "lora"), models or None)
        return Generation(
            "DrawThings",
            self.name,
            self.version,
            models=models,
            cfg=cfg,
            sampler=sampler,
            width=width,
            height=height,
            extra=rest(said, used),
            **values,
            **numbers,
        )
