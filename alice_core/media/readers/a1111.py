"""The reader of A1111's web UI and all that write its infotext: Forge, SD.Next, Civitai, ..."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from alice_core.media.generation import Generation, ModelUse
from alice_core.media.readers.base import Given, parsed
from alice_core.media.readers.exif import ExifTag, exif_text
from alice_core.media.readers.infotext import Infotext, parse_fields, parse_infotext
from alice_core.media.readers.said import objects, rest
from alice_core.media.readers.values import decimal, moment, name, pair, whole

_POST = ("postprocessing", "extras")
_FORGE = re.compile(r"f\d|neo\b", re.IGNORECASE)
_NETWORK = re.compile(r"<(lora|lyco|hypernet):([^:<>]{1,200}):?([^<>]{0,200})>", re.IGNORECASE)
_HASH = re.compile(r"[0-9a-fA-F]{4,64}\]")
_OF_MODELS = ("Model", "Model hash", "VAE", "VAE hash", "Lora hashes", "TI hashes", "Hashes", "Civitai resources")
_OLD_SCHEDULES = (" Karras", " Exponential", " Polyexponential")
_CONTROL = re.compile(r"ControlNet(?: \d+)?")
_ROLES = {"checkpoint": "checkpoint", "model": "checkpoint", "lora": "lora", "lyco": "lora", "embed": "embedding"}
_RESOURCES = {"checkpoint": "checkpoint", "lora": "lora", "lycoris": "lora", "embed": "embedding", "vae": "vae"}


class A1111:
    """Reads ``parameters``, the user's comment of JPEG and WebP, stealth pixels, and ``postprocessing``."""

    name = "a1111"
    version = 1

    def read(self, given: Given) -> Generation | None:
        """The generation, where a text of the file is an infotext or tells of upscaling."""
        info = next((info for text in _candidates(given) if (info := parse_infotext(text))), None)
        after = next((text for key in _POST if (text := given.text(key, "Xt", "stealth"))), None)
        if info is not None:
            return from_infotext(info, self.name, self.version, after)
        fields = parse_fields(after) if after else {}
        if not any(key.startswith("Postprocess") for key in fields):
            return None
        models = tuple(_upscalers(fields))
        return Generation("A1111", self.name, self.version, models=models, extra=rest(fields, {}))


def from_infotext(info: Infotext, reader: str, version: int, after: str | None = None) -> Generation:
    """The generation that an infotext tells of.

    Args:
        info: The infotext.
        reader: Name of the reader that says so.
        version: Version of that reader.
        after: The text of ``postprocessing``, where the file has one.
    """
    fields = info.fields
    models = tuple(_models(info, parse_fields(after) if after else {}))
    sampler = name(fields.get("Sampler"))
    schedule = name(fields.get("Schedule type"))
    width, height = pair(fields.get("Size"))
    seed, steps = whole(fields.get("Seed")), whole(fields.get("Steps"))
    cfg = decimal(fields.get("CFG scale"))
    made = moment(fields.get("Created Date"))
    used: dict[str, object] = {"Seed": seed, "Steps": steps, "CFG scale": cfg, "Sampler": sampler, "Size": height}
    used |= {"Schedule type": schedule, "Created Date": made} | dict.fromkeys(_OF_MODELS, models or None)
    return Generation(
        generator=_generator(fields),
        reader=reader,
        version=version,
        prompt=info.prompt,
        negative=info.negative,
        models=models,
        seed=seed,
        steps=steps,
        cfg=cfg,
        sampler=sampler,
        scheduler=schedule or _old_schedule(sampler),
        width=width,
        height=height,
        made=made,
        extra=rest(fields, used) | ({"postprocessing": after} if after else {}),
    )


def _old_schedule(sampler: str | None) -> str | None:
    """The schedule that versions before 1.9 wrote behind the sampler's name."""
    return next((old.strip() for old in _OLD_SCHEDULES if sampler and sampler.endswith(old)), None)


def _candidates(given: Given) -> Iterator[str]:
    for text in (
        given.text("parameters"),
        exif_text(given, ExifTag.USER_COMMENT),
        given.text("", "jpeg:comment", "gif:comment"),
        given.text("Comment", "stealth", "gif:comment"),
        given.text("comment", ":tag"),
    ):
        if text:
            yield text


def _generator(fields: Mapping[str, str]) -> str:
    version = fields.get("Version", "")
    known = ("ComfyUI", "Fooocus", "stable-diffusion.cpp")
    if fields.get("App", "").casefold().startswith(("sd.next", "sdnext")):
        return "SD.Next"
    if _FORGE.match(version):
        return "Forge"
    if "Civitai resources" in fields:
        return "Civitai"
    return next((one for one in known if version.casefold().startswith(one.casefold())), "A1111")


def _models(info: Infotext, after: Mapping[str, str]) -> Iterator[ModelUse]:
    fields = info.fields
    resources = list(_resources(fields))
    hashes = _hashes(fields)
    main = name(fields.get("Model"))
    if main or fields.get("Model hash"):
        code = name(fields.get("Model hash")) or hashes.get(("checkpoint", ""))
        yield ModelUse("checkpoint", main or code or "", code)
        resources = [one for one in resources if one.role != "checkpoint"]
    if vae := name(fields.get("VAE")):
        yield ModelUse("vae", vae, name(fields.get("VAE hash")) or hashes.get(("vae", "")))
    yield from _networks(info, hashes)
    yield from resources
    yield from _others(fields)
    yield from _upscalers({**fields, **after})


def _networks(info: Infotext, hashes: dict[tuple[str, str], str | None]) -> Iterator[ModelUse]:
    """LoRAs and their like named in the prompt, then those of which only the hash is told."""
    seen: set[tuple[str, str]] = set()
    for kind, called, weight in _NETWORK.findall(info.prompt):
        role = "hypernetwork" if kind.lower() == "hypernet" else "lora"
        if (role, called) not in seen:
            seen.add((role, called))
            # <lora:name:te:unet> has two weights, <lora:name> has the weight 1.
            yield ModelUse(role, called, hashes.get((role, called)), decimal(weight.split(":")[0]) or "1")
    for (role, called), code in hashes.items():
        if called and (role, called) not in seen:
            yield ModelUse(role, called, code)


def _hashes(fields: Mapping[str, str]) -> dict[tuple[str, str], str | None]:
    """Hashes by role and name: ``Lora hashes``, ``TI hashes`` and the object ``Hashes``."""
    found: dict[tuple[str, str], str | None] = {}
    for key, role in (("Lora hashes", "lora"), ("TI hashes", "embedding")):
        for part in fields.get(key, "").split(","):
            called, _, code = part.rpartition(":")
            if called.strip():
                found[role, called.strip()] = code.strip() or None
    told = parsed(fields.get("Hashes", ""))
    for key, code in told.items() if isinstance(told, dict) else ():
        kind, _, called = key.partition(":")
        role = _ROLES.get(kind.lower(), kind.lower())
        if isinstance(code, str) and not found.get((role, called)):
            found[role, called] = code
    return found


def _resources(fields: Mapping[str, str]) -> Iterator[ModelUse]:
    """Civitai's list; the main model first."""
    told: Any = parsed(fields.get("Civitai resources", ""))
    uses = [
        ModelUse(
            _RESOURCES.get(str(one.get("type", "model")).lower(), str(one.get("type", "model")).lower()),
            name(one.get("modelName")) or f"modelVersionId {json.dumps(one.get('modelVersionId'))}",
            name(one.get("hash")),
            decimal(one.get("weight")),
        )
        for one in objects(told)
    ]
    yield from sorted(uses, key=lambda use: use.role != "checkpoint")


def _others(fields: Mapping[str, str]) -> Iterator[ModelUse]:
    for key, value in fields.items():
        if _CONTROL.fullmatch(key):
            inner = parse_fields(value)
            yield from _hashed("controlnet", inner.get("Model") or inner.get("model"), decimal(inner.get("Weight")))
        elif key == "Refiner":
            yield from _hashed("refiner", value)
        elif key.startswith("Module ") and key[7:].isdigit():
            yield from _hashed("module", value)


def _upscalers(fields: Mapping[str, str]) -> Iterator[ModelUse]:
    for key in ("Hires upscaler", "Postprocess upscaler", "Postprocess upscaler 2"):
        yield from _hashed("upscaler", fields.get(key))


def _hashed(role: str, value: str | None, weight: str | None = None) -> Iterator[ModelUse]:
    """A model written as ``name [hash]``."""
    called = name(value)
    if called:
        before, bracket, behind = called.rpartition("[")
        hashed = bool(bracket and before.strip() and _HASH.fullmatch(behind))
        yield ModelUse(role, before.strip() if hashed else called, behind[:-1] if hashed else None, weight)
