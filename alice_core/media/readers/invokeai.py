"""The reader of InvokeAI in its three generations.

``Dream`` (to 2.x: a command line), ``sd-metadata`` (2.x: JSON beside it), ``invokeai_metadata`` (from
3.0: JSON, with ``invokeai_graph`` or ``invokeai_workflow``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from alice_core.media.generation import Generation, ModelUse
from alice_core.media.readers.base import Given
from alice_core.media.readers.said import Said, json_object, objects, rest, under
from alice_core.media.readers.values import decimal, moment, name, whole, words

_GRAPHS = ("invokeai_graph", "invokeai_workflow")
_METADATA = ("core_metadata", "metadata_accumulator")
_NEGATIVE = re.compile(r"\[([^\[\]]*)\]")
_PROMPT = re.compile(r'\s*"((?:\\.|[^"\\])*)"|(.*?)(?=\s-{1,2}[A-Za-z]|$)', re.DOTALL)
_LONGEST_DREAM = 1024 * 1024
_LONG = {"-s": "steps", "-S": "seed", "-W": "width", "-H": "height", "-C": "cfg_scale", "-A": "sampler"}
_LONG |= {"--steps": "steps", "--seed": "seed", "--width": "width", "--height": "height", "--cfg_scale": "cfg_scale"}
_LONG |= {"--sampler": "sampler"}
_JOINED = re.compile(r"(-[sSWHC])(\d\S*)|(-A)([a-z]\w+)")
_UNITS = (
    ("controlnets", ("control_model",), "control_weight", "controlnet"),
    ("ipAdapters", ("ip_adapter_model",), "weight", "ipadapter"),
    ("t2iAdapters", ("t2i_adapter_model",), "weight", "t2iadapter"),
    ("loras", ("model", "lora"), "weight", "lora"),
)
_SINGLE = (("refiner_model", "refiner"), ("vae", "vae"), ("t5_encoder", "clip"), ("clip_embed_model", "clip"))


class InvokeAI:
    """Reads the newest of InvokeAI's blocks that a file has."""

    name = "invokeai"
    version = 1

    def read(self, given: Given) -> Generation | None:
        """The generation, where a file has one of InvokeAI's blocks."""
        graph = next((f"{one.place}/{key}" for key in _GRAPHS if (one := given.block(key))), None)
        said = json_object(given.text("invokeai_metadata"))
        if graph and not said:
            said = _of_graph(json_object(given.text(_GRAPHS[0])))
        if said or graph:
            return self._third(said, graph)
        said = json_object(given.text("sd-metadata"))
        if said:
            return self._second(said)
        dream = given.text("Dream")
        return self._first(dream) if dream else None

    def _first(self, dream: str) -> Generation | None:
        found = _PROMPT.match(dream[:_LONGEST_DREAM])
        if found is None:
            return None
        said = _switches(dream[found.end() : _LONGEST_DREAM])
        text = found.group(2) if found.group(1) is None else found.group(1).replace('\\"', '"')
        prompt, negative = _split(text)
        basics = _basics(said)
        extra = rest(said, {**basics, "cfg_scale": basics["cfg"]})
        return Generation("InvokeAI", self.name, self.version, prompt=prompt, negative=negative, extra=extra, **basics)

    def _second(self, said: Said) -> Generation:
        image = under(said, "image")
        text = _prompts(image.get("prompt"))
        prompt, negative = (None, None) if text is None else _split(text)
        weights = name(said.get("model_weights")) or name(said.get("model"))
        models = (ModelUse("checkpoint", weights, name(said.get("model_hash"))),) if weights else ()
        basics = _basics(image)
        used = {**basics, "cfg_scale": basics["cfg"], "image": image, "prompt": prompt}
        used |= dict.fromkeys(("model_hash", "model_weights"), models or None)
        return Generation(
            "InvokeAI",
            self.name,
            self.version,
            prompt=prompt,
            negative=negative,
            models=models,
            extra=rest({**said, **image}, used),
            **basics,
        )

    def _third(self, said: Said, graph: str | None) -> Generation:
        models = tuple(_models(said))
        prompt, negative = words(said.get("positive_prompt")), words(said.get("negative_prompt"))
        made = moment(said.get("created_at"))
        # One diffusers scheduler both samples and spaces the steps.
        scheduler = name(said.get("scheduler"))
        basics = _basics({"sampler": scheduler, **said})
        used = {**basics, "cfg_scale": basics["cfg"], "positive_prompt": prompt, "negative_prompt": negative}
        used |= {"scheduler": scheduler, "created_at": made}
        used |= dict.fromkeys(("model", "vae", "loras"), models or None)
        return Generation(
            "InvokeAI",
            self.name,
            self.version,
            prompt=prompt,
            negative=negative,
            models=models,
            scheduler=scheduler,
            made=made,
            graph=graph,
            extra=rest(said, used),
            **basics,
        )


def _basics(said: Said) -> dict[str, Any]:
    """Fields of a generation that all generations of the program name alike."""
    numbers = {key: whole(said.get(key)) for key in ("seed", "steps", "width", "height")}
    return {**numbers, "cfg": decimal(said.get("cfg_scale")), "sampler": name(said.get("sampler"))}


def _switches(text: str) -> dict[str, str]:
    """The switches of a command line by their long names; a switch without a value is ``true``."""
    found: dict[str, list[str]] = {}
    last: list[str] | None = None
    for token in text.split():
        joined = _JOINED.fullmatch(token)
        if joined:
            switch, value = (part for part in joined.groups() if part)
            found[_LONG[switch]] = [value]
            last = None
        elif token[0] == "-" and token.lstrip("-")[:1].isalpha():
            switch, _, value = token.partition("=")
            last = found[_LONG.get(switch, switch.lstrip("-"))] = [value] if value else []
        elif last is not None:
            last.append(token)
    return {key: " ".join(values) or "true" for key, values in found.items()}


def _split(text: str) -> tuple[str, str | None]:
    """A prompt without what stands in brackets, and that, which is not wanted."""
    unwanted = [found.strip() for found in _NEGATIVE.findall(text)]
    prompt = _NEGATIVE.sub("", text).strip()
    return prompt, ", ".join(unwanted) if unwanted else None


def _prompts(value: Any) -> str | None:  # noqa: ANN401 - JSON is anything
    """A prompt as text, or as a list of weighted prompts."""
    if isinstance(value, str):
        return value
    texts = [text for one in objects(value) if (text := words(one.get("prompt")))]
    return ", ".join(texts) if texts else None


def _models(said: Said) -> Iterator[ModelUse]:
    yield from _model(said, "model", "checkpoint")
    for key, role in _SINGLE:
        yield from _model(said, key, role)
    for key, keys, weight, role in _UNITS:
        for unit in objects(said.get(key)):
            for inner in keys:
                yield from _model(unit, inner, role, decimal(unit.get(weight)))


def _model(said: Said, key: str, role: str, weight: str | None = None) -> Iterator[ModelUse]:
    """The model under a key: a name, or an object whose names changed with the versions."""
    value = said.get(key)
    told = under(said, key)
    called = name(value) or name(told.get("model_name")) or name(told.get("name")) or name(told.get("key"))
    if called:
        yield ModelUse(role, called, name(told.get("hash")), weight)


def _of_graph(graph: Said) -> Said:
    """What the metadata node of a graph says; an empty object where there is none."""
    nodes = [node for node in under(graph, "nodes").values() if isinstance(node, Mapping)]
    return next((node for node in nodes if node.get("type") in _METADATA), {})
