"""The reader of NovelAI: PNG texts, the user's comment of WebP, and stealth pixels (the same names)."""

from __future__ import annotations

import re
from typing import Any

from alice_core.media.generation import Generation, ModelUse
from alice_core.media.readers.base import Given
from alice_core.media.readers.exif import ExifTag, exif_json
from alice_core.media.readers.said import Said, json_object, objects, rest, under
from alice_core.media.readers.values import decimal, name, whole, words

_KEYS = ("Title", "Description", "Software", "Source", "Comment", "Generation time")
_PLACES = ("Xt", "stealth")
_SOURCE = re.compile(r"(.{1,200}) ([0-9A-F]{4,16})")


class NovelAI:
    """Reads what says of itself that its software is NovelAI."""

    name = "novelai"
    version = 1

    def read(self, given: Given) -> Generation | None:
        """The generation, where ``Software`` is NovelAI."""
        outer: Said = {key: text for key in _KEYS if (text := given.text(key, *_PLACES)) is not None}
        if outer.get("Software") != "NovelAI":
            outer = exif_json(given, ExifTag.USER_COMMENT, "NovelAI")
        if outer.get("Software") != "NovelAI":
            return None
        comment = outer.get("Comment")
        inner = json_object(comment) if isinstance(comment, str) else under(outer, "Comment")
        return self._of(outer, inner)

    def _of(self, outer: Said, inner: Said) -> Generation:
        base = _caption(inner, "v4_prompt")
        prompt = words(inner.get("prompt")) or base or words(outer.get("Description"))
        negative = words(inner.get("uc"))
        negative = _caption(inner, "v4_negative_prompt") if negative is None else negative
        sampler, scheduler = name(inner.get("sampler")), name(inner.get("noise_schedule"))
        numbers: dict[str, Any] = {key: whole(inner.get(key)) for key in ("seed", "steps", "width", "height")}
        cfg = decimal(inner.get("scale"))
        models = _models(outer, inner)
        used: dict[str, object] = {
            **numbers,
            "scale": cfg,
            "sampler": sampler,
            "noise_schedule": scheduler,
            "uc": negative,
        }
        used |= {"Source": models or None, "model": models or None, "Software": True, "Comment": inner or None}
        used |= {"prompt": prompt, "Description": True if words(outer.get("Description")) == prompt else None}
        return Generation(
            "NovelAI",
            self.name,
            self.version,
            prompt=prompt,
            negative=negative,
            models=models,
            cfg=cfg,
            sampler=sampler,
            scheduler=scheduler,
            extra=rest({**outer, **inner}, used) | _characters(inner),
            **numbers,
        )


def _models(outer: Said, inner: Said) -> tuple[ModelUse, ...]:
    """The model of ``Source``, whose last word is its hash, or of the comment of newer versions."""
    source = name(outer.get("Source")) or ""
    found = _SOURCE.fullmatch(source)
    called, code = found.groups() if found else (source, None)
    called = called or name(inner.get("model")) or ""
    return (ModelUse("checkpoint", called, code),) if called else ()


def _caption(inner: Said, key: str) -> str | None:
    return words(under(under(inner, key), "caption").get("base_caption"))


def _characters(inner: Said) -> dict[str, str]:
    """The prompts of single characters (from V4), by number."""
    captions: dict[str, str] = {}
    for key, kind in (("v4_prompt", "character"), ("v4_negative_prompt", "character negative")):
        told = objects(under(under(inner, key), "caption").get("char_captions"))
        texts = [words(one.get("char_caption")) for one in told]
        captions |= {f"{kind} {number}": text for number, text in enumerate(texts, 1) if text}
    return captions
