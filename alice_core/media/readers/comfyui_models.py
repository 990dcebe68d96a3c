"""The models behind a sampler: checkpoint or diffusion model, LoRAs, and the others that took part."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from alice_core.exact import exact_text
from alice_core.media.generation import ModelUse
from alice_core.media.readers.comfyui_graph import Link, Node, said_of
from alice_core.media.readers.comfyui_samplers import Sampler
from alice_core.media.readers.comfyui_walk import Walk

_CHECKPOINTS = ("ckpt_name", "base_ckpt_name", "checkpoint", "checkpoint_name", "ckpt", "refiner_ckpt_name")
_DIFFUSIONS = ("unet_name", "gguf_name", "diffusion_model", "diffusion_name", "transformer_name", "unet", "nf4_name")
_NAMED = ("model_name", "model", "model_path", "repo_id", "model_id", "path")
_MODEL_LINKS = re.compile(r"^(model|unet|transformer|base_model|model_opt|optional_model)", re.IGNORECASE)
_LORA_LINKS = re.compile(r"lora", re.IGNORECASE)
_ENTRIES = ("model", "model_opt", "unet", "transformer", "base_model", "optional_model", "models")
_NAMES = ("model", "MODEL", "model1", "unet")
_FILE = re.compile(r"\.(safetensors|ckpt|gguf|sft|pt|pth|bin|onnx)$", re.IGNORECASE)
_LORA_NAME = re.compile(r"^(lora_name|lora)(_?\d+)?$|^lora_(\d+)_name$|^(lora_name)_?(\d+)$", re.IGNORECASE)
_WEIGHTS = (
    *("strength_model", "model_strength", "strength", "lora_model_strength", "weight", "model_weight", "lora_wt"),
    *("model_str", "lora_weight", "lora_strength", "strength_01"),
)
_NOTHING = frozenset({"", "none", "null", "undefined"})
_OTHERS = {
    "vae_name": "vae",
    "control_net_name": "controlnet",
    "controlnet_name": "controlnet",
    "style_model_name": "style",
    "gligen_name": "gligen",
    "ipadapter_file": "ipadapter",
    "hypernetwork_name": "hypernetwork",
    "audio_encoder_name": "audio encoder",
    "photomaker_model_name": "photomaker",
    "instantid_file": "instantid",
    "pulid_file": "pulid",
    "upscale_model": "upscaler",
    "motion_model": "motion",
}
_CLIPS = re.compile(r"^(clip|text_encoder)_name\d?$|^t5_name$")
_is_model_link, _is_lora_link = said_of(_MODEL_LINKS), said_of(_LORA_LINKS)
_is_other = said_of(re.compile(rf"^({'|'.join(_OTHERS)}|model_name|name)$|{_CLIPS.pattern}"))
_is_lora, _is_clip = said_of(_LORA_NAME), said_of(_CLIPS)


def models_of(walk: Walk, sampler: Sampler) -> tuple[tuple[ModelUse, ...], bool]:
    """The main models and LoRAs of a sampler, main ones first, LoRAs in the order they are applied.

    Returns:
        The models, and whether the main model is sure: found, and by inputs of known meaning only.
    """
    mains: list[ModelUse] = []
    loras: list[ModelUse] = []
    sure = True
    for facet in sampler.facets:
        mains += _mains(walk, facet) if facet is not sampler.node or _is_remote(walk, facet) else []
        loras += _loras(walk, facet)
    held = sampler.holder(_ENTRIES)
    if held is not None and not mains:
        sure = _follow(walk, held[0].inputs[held[1]], mains, loras)
    return (*dict.fromkeys(mains), *reversed(dict.fromkeys(loras))), sure and bool(mains)


def others_of(walk: Walk, nodes: Iterable[Node]) -> Iterator[ModelUse]:
    """The models that other nodes load: VAE, text encoders, ControlNets, upscalers, LoRAs, ..."""
    for node in nodes:
        for name in filter(_is_other, node.inputs):
            role = _OTHERS.get(name) or _role(node, name)
            text = walk.constant(node.inputs[name]) if role is not None else None
            if role is not None and isinstance(text, str) and text.strip().lower() not in _NOTHING:
                yield ModelUse(role, text)
        yield from _loras(walk, node)


def _role(node: Node, name: str) -> str | None:
    if _is_clip(name):
        return "clip_vision" if "vision" in node.kind.lower() else "clip"
    kind = node.kind.lower()
    if name == "model_name" and "upscale" in kind:
        return "upscaler"
    if name == "name" and node.kind == "ModelPatchLoader":
        return "patch"
    if name == "model_name" and kind.startswith("ade_"):
        return "motion"
    return None


def _is_remote(walk: Walk, node: Node) -> bool:
    """Whether a node makes content by itself: no model is put into it."""
    return all(walk.graph.link(node.inputs.get(name)) is None for name in (*_ENTRIES, "guider", "positive"))


def _follow(walk: Walk, value: object, mains: list[ModelUse], loras: list[ModelUse]) -> bool:
    """Goes back from a model input; ``False`` where it passed a node of unknown meaning or found no loader."""
    sure = True
    stack = [walk.graph.link(value)]
    seen: set[str] = set()
    while stack and walk.budget.spend():
        link = stack.pop()
        if link is None or link.node in seen:
            continue
        seen.add(link.node)
        node = walk.graph.nodes[link.node]
        ways = walk.passed(node, _NAMES)
        if ways is not None:
            stack += [walk.graph.link(one) for _, one in reversed(ways.values)]
            sure = sure and ways.sure
            continue
        loras += _loras(walk, node)
        found = _mains(walk, node)
        mains += found
        if not found:
            links, known = _model_links(walk, node)
            sure = sure and known
            stack += reversed(links)
        stack += [one for name, one in walk.graph.links(node) if _is_lora_link(name)]
    return sure


def _model_links(walk: Walk, node: Node) -> tuple[list[Link], bool]:
    links = walk.graph.links(node)
    named = [link for name, link in links if _is_model_link(name) and name != "model_patch"]
    return (named, True) if named or not links else ([link for _, link in links], False)


def _mains(walk: Walk, node: Node) -> list[ModelUse]:
    """The main model that a node loads."""
    for names, role in ((_CHECKPOINTS, "checkpoint"), (_DIFFUSIONS, "diffusion"), (_NAMED, "diffusion")):
        for name in names:
            if name not in node.inputs:
                continue
            given = node.inputs[name]
            text = given if names is _NAMED and name == "model" else walk.constant(given)
            if not isinstance(text, str) or text.strip().lower() in _NOTHING:
                continue
            if names is not _NAMED or _FILE.search(text) or not walk.graph.links(node) or _is_remote(walk, node):
                return [ModelUse(role, text)]
    return []


def _loras(walk: Walk, node: Node) -> list[ModelUse]:
    """The LoRAs that a node loads and has switched on."""
    names = [name for name, value in node.inputs.items() if _is_lora(name) or isinstance(value, dict)]
    if not names:
        return []
    found: list[ModelUse] = []
    counted = node.inputs.get("lora_count", node.inputs.get("num_loras"))
    limit = None if counted is None else walk.constant(counted)
    for name in names:
        value = node.inputs[name]
        if isinstance(value, dict):
            found += _lora_values(value)
            continue
        match = _LORA_NAME.search(name)
        groups = match.groups()[1:] if match else ()
        number = next((part for part in groups if part and part.strip("_").isdigit()), "").strip("_")
        if (isinstance(limit, int) and number and int(number) > limit) or _is_off(node, number):
            continue
        text = walk.constant(value)
        if isinstance(text, str) and text.strip().lower() not in _NOTHING:
            found.append(ModelUse("lora", text, weight=_weight(walk, node, number)))
    return found


def _lora_values(value: dict[str, Any]) -> list[ModelUse]:
    """LoRAs written as objects: rgthree's Power Lora Loader, LoRA Manager's list."""
    inner = value.get("__value__", value.get("loras"))
    entries = inner if isinstance(inner, list) else [value]
    found = []
    for one in entries:
        if not isinstance(one, dict) or not one.get("on", one.get("active", True)):
            continue
        name = one.get("lora", one.get("name"))
        if isinstance(name, str) and name.strip().lower() not in _NOTHING:
            found.append(ModelUse("lora", name, weight=number_text(one.get("strength"))))
    return found


def _is_off(node: Node, number: str) -> bool:
    switch = node.inputs.get(f"switch_{number}", node.inputs.get(f"enabled_{number}", True)) if number else True
    return switch is False or (isinstance(switch, str) and switch.lower() in {"off", "false", "no"})


def _weight(walk: Walk, node: Node, number: str) -> str | None:
    for base in _WEIGHTS:
        for name in (f"{base}_{number}", f"{base}{number}", f"lora_{number}_{base}") if number else (base,):
            if name in node.inputs:
                return number_text(walk.constant(node.inputs[name]))
    return None


def number_text(value: object) -> str | None:
    """A number as exact decimal text, as short as it was written; ``None`` where it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if isinstance(value, int):
        return str(value)
    try:
        return exact_text(Fraction(repr(value)))
    except (ValueError, OverflowError):  # not a number, infinite
        return None
