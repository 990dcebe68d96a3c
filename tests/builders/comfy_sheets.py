"""Workflows of the editor's form, put together by hand: nodes, links, subgraphs inside subgraphs.

:data:`SHEETS` holds what people do: chains of bypassed nodes, primitives that feed several widgets, subgraphs in
subgraphs. The results beside the golden test are what the editor itself (1.27.10) makes of the very same files.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

MUTED, BYPASSED = 2, 4
INSIDE, OUTSIDE = -10, -20


class Sheet:
    """One graph being drawn: the workflow itself, or the inside of a subgraph.

    Args:
        types: The JSON of ``/object_info``.
        name: Of a subgraph; it is also its id.
        inputs: Of a subgraph: name and type.
        outputs: Likewise.
    """

    def __init__(
        self,
        types: dict[str, Any],
        name: str = "",
        inputs: tuple[tuple[str, str], ...] = (),
        outputs: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.types, self.name = types, name
        self.nodes: dict[int, dict[str, Any]] = {}
        self.links: list[list[Any]] = []
        self.subgraphs: list[Sheet] = []
        self.ports = [{"id": f"{name}-in-{one}", "name": one, "type": kind, "linkIds": []} for one, kind in inputs]
        self.ends = [{"id": f"{name}-out-{one}", "name": one, "type": kind, "linkIds": []} for one, kind in outputs]

    def node(self, key: int, kind: str, *values: Any, mode: int = 0, title: str = "", **widgets: Any) -> int:
        """A node of a type of the server, with its saved widget values in their order."""
        about = self.types[kind]
        inputs = []
        for section in ("required", "optional"):
            for name, spec in about["input"].get(section, {}).items():
                one = {"name": name, "type": "COMBO" if isinstance(spec[0], list) else spec[0], "link": None}
                if one["type"] in ("INT", "FLOAT", "STRING", "BOOLEAN", "COMBO"):
                    one["widget"] = {"name": name}
                inputs.append(one)
        inputs.sort(key=lambda one: "widget" in one)
        outputs = [
            {"name": name, "type": "COMBO" if isinstance(of, list) else of, "links": []}
            for name, of in zip(about["output_name"], about["output"], strict=True)
        ]
        return self._add(key, kind, inputs, outputs, list(values), mode, title)

    def free(self, key: int, kind: str, *values: Any, inputs: int = 1, outputs: int = 1, mode: int = 0) -> int:
        """A node that only the editor has: a reroute, a note, a holder of a value."""
        entries = [{"name": "", "type": "*", "link": None} for _ in range(inputs)]
        ends = [{"name": "", "type": "*", "links": []} for _ in range(outputs)]
        return self._add(key, kind, entries, ends, list(values), mode, "")

    def use(self, key: int, sheet: Sheet, *values: Any, mode: int = 0, title: str = "") -> int:
        """An instance of a subgraph."""
        if sheet not in self.subgraphs:
            self.subgraphs.append(sheet)
        inputs = [{"name": one["name"], "type": one["type"], "link": None} for one in sheet.ports]
        for one, port in zip(inputs, sheet.ports, strict=True):
            if port["type"] in ("INT", "FLOAT", "STRING", "BOOLEAN", "COMBO"):
                one["widget"] = {"name": one["name"]}
        outputs = [{"name": one["name"], "type": one["type"], "links": []} for one in sheet.ends]
        return self._add(key, sheet.name, inputs, outputs, list(values), mode, title or sheet.name)

    def link(self, origin: int, slot: int, target: int, into: str | int) -> int:
        """A connection from an output to an input by its name or number."""
        number = len(self.links) + 1
        inputs = self.nodes[target]["inputs"] if target > 0 else self.ends
        place = into if isinstance(into, int) else next(i for i, one in enumerate(inputs) if one["name"] == into)
        kind = inputs[place]["type"]
        if origin == INSIDE:
            self.ports[slot]["linkIds"].append(number)
        else:
            self.nodes[origin]["outputs"][slot]["links"].append(number)
        if target == OUTSIDE:
            self.ends[place]["linkIds"].append(number)
        else:
            inputs[place]["link"] = number
        self.links.append([number, origin, slot, target, place, kind])
        return number

    def saved(self, *, outer_first: bool = True) -> dict[str, Any]:
        """The workflow as the editor saves it."""
        every: list[Sheet] = []
        self._collect(every)
        if not outer_first:
            every.reverse()
        return {
            "version": 0.4,
            "last_node_id": max(self.nodes),
            "last_link_id": len(self.links),
            "nodes": list(self.nodes.values()),
            "links": self.links,
            "groups": [],
            "config": {},
            "extra": {},
            "definitions": {"subgraphs": [one._definition() for one in every]},
        }

    def _add(self, key: int, kind: str, inputs: Any, outputs: Any, values: list[Any], mode: int, title: str) -> int:
        node = {
            "id": key, "type": kind, "pos": [key * 10, 0], "size": [200, 100], "flags": {}, "order": len(self.nodes),
            "mode": mode, "inputs": inputs, "outputs": outputs, "properties": {}, "widgets_values": values,
        }  # fmt: skip
        self.nodes[key] = node | ({"title": title} if title else {})
        return key

    def _collect(self, every: list[Sheet]) -> None:
        for one in self.subgraphs:
            if one not in every:
                every.append(one)
                one._collect(every)

    def _definition(self) -> dict[str, Any]:
        names = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
        return {
            "id": self.name, "version": 1, "revision": 0, "name": self.name, "config": {},
            "state": {"lastGroupId": 0, "lastNodeId": 99, "lastLinkId": 99, "lastRerouteId": 0},
            "inputNode": {"id": INSIDE, "bounding": [0, 0, 100, 100]},
            "outputNode": {"id": OUTSIDE, "bounding": [900, 0, 100, 100]},
            "inputs": self.ports, "outputs": self.ends, "widgets": [], "nodes": list(self.nodes.values()),
            "groups": [], "links": [dict(zip(names, one, strict=True)) for one in self.links], "extra": {},
        }  # fmt: skip


def compressed(saved: dict[str, Any]) -> dict[str, Any]:
    """The file as the editor really writes it: inputs that only stand for a widget and have no link are left out."""
    data = json.loads(json.dumps(saved))
    graphs = [data, *data["definitions"]["subgraphs"]]
    for graph in graphs:
        by_id = {one[0] if isinstance(one, list) else one["id"]: one for one in graph["links"]}
        for node in graph["nodes"]:
            node["inputs"] = [one for one in node["inputs"] if one["link"] is not None or "widget" not in one]
            for place, one in enumerate(node["inputs"]):
                link = by_id.get(one["link"])
                if isinstance(link, list):
                    link[4] = place
                elif link is not None:
                    link["target_slot"] = place
    return data


def painter(sheet: Sheet, at: int = 0, *, words: str = "a fox", seed: int = 5, mode: int = 0) -> dict[str, int]:
    """Checkpoint, texts, latent, sampler, decode, save: ids from ``at`` + 1."""
    n = {name: at + i + 1 for i, name in enumerate(("model", "words", "not", "latent", "sampler", "decode", "save"))}
    sheet.node(n["model"], "CheckpointLoaderSimple", "base.safetensors")
    sheet.node(n["words"], "CLIPTextEncode", words)
    sheet.node(n["not"], "CLIPTextEncode", "blurry", title="What it is not")
    sheet.node(n["latent"], "EmptyLatentImage", 512, 384, 1)
    sheet.node(n["sampler"], "KSampler", seed, "randomize", 20, 7.5, "euler", "normal", 1, mode=mode)
    sheet.node(n["decode"], "VAEDecode")
    sheet.node(n["save"], "SaveImage", "fox")
    sheet.link(n["model"], 0, n["sampler"], "model")
    sheet.link(n["model"], 1, n["words"], "clip")
    sheet.link(n["model"], 1, n["not"], "clip")
    sheet.link(n["words"], 0, n["sampler"], "positive")
    sheet.link(n["not"], 0, n["sampler"], "negative")
    sheet.link(n["latent"], 0, n["sampler"], "latent_image")
    sheet.link(n["sampler"], 0, n["decode"], "samples")
    sheet.link(n["model"], 2, n["decode"], "vae")
    sheet.link(n["decode"], 0, n["save"], "images")
    return n


def rewire(sheet: Sheet, target: int, into: str, origin: int, slot: int = 0) -> None:
    """Another source for an input that has one."""
    one = next(one for one in sheet.nodes[target]["inputs"] if one["name"] == into)
    old = next(link for link in sheet.links if link[0] == one["link"])
    sheet.nodes[old[1]]["outputs"][old[2]]["links"].remove(old[0])
    old[1], old[2] = origin, slot
    sheet.nodes[origin]["outputs"][slot]["links"].append(old[0])


def bypass_chain(types: dict[str, Any]) -> dict[str, Any]:
    """Three LoRA loaders in a row, two of them bypassed, then a bypassed upscaler and a muted branch."""
    sheet = Sheet(types)
    n = painter(sheet)
    for key in (20, 21, 22):
        sheet.node(key, "LoraLoader", f"{key}.safetensors", 0.8, 1, mode=0 if key == 21 else BYPASSED)
    sheet.link(n["model"], 0, 20, "model")
    sheet.link(n["model"], 1, 20, "clip")
    for key in (20, 21):
        sheet.link(key, 0, key + 1, "model")
        sheet.link(key, 1, key + 1, "clip")
    rewire(sheet, n["sampler"], "model", 22)
    rewire(sheet, n["words"], "clip", 22, 1)
    sheet.node(23, "ImageScale", "lanczos", 1024, 768, "disabled", mode=BYPASSED)
    sheet.link(n["decode"], 0, 23, "image")
    rewire(sheet, n["save"], "images", 23)
    sheet.node(24, "ImageInvert", mode=MUTED)
    sheet.link(n["decode"], 0, 24, "image")
    sheet.node(25, "PreviewImage")
    sheet.link(24, 0, 25, "images")
    sheet.node(26, "VAEEncode", mode=BYPASSED)  # no input fits its output
    sheet.link(n["decode"], 0, 26, "pixels")
    sheet.link(n["model"], 2, 26, "vae")
    sheet.node(27, "VAEDecode")
    sheet.link(26, 0, 27, "samples")
    sheet.link(n["model"], 2, 27, "vae")
    sheet.node(28, "PreviewImage")
    sheet.link(27, 0, 28, "images")
    return sheet.saved()


def primitives(types: dict[str, Any]) -> dict[str, Any]:
    """Values that feed two widgets each: whole numbers on a step, a text, a choice, a seed; and reroutes."""
    sheet = Sheet(types)
    n = painter(sheet)
    m = painter(sheet, 30, words="a bird")
    for key, value, name in ((50, 333, "width"), (51, 12, "steps"), (52, 991, "seed"), (53, 6.66, "cfg")):
        sheet.free(key, "PrimitiveNode", value, "fixed", inputs=0)
        where = "latent" if name == "width" else "sampler"
        sheet.link(key, 0, n[where], name)
        sheet.link(key, 0, m[where], name)
    sheet.link(50, 0, m["latent"], "height")
    sheet.free(54, "PrimitiveNode", "a cat\non a mat", inputs=0)
    sheet.link(54, 0, n["words"], "text")
    sheet.link(54, 0, m["words"], "text")
    sheet.free(55, "PrimitiveNode", "dpmpp_2m", "fixed", "", inputs=0)
    sheet.link(55, 0, n["sampler"], "sampler_name")
    sheet.link(55, 0, m["sampler"], "sampler_name")
    for key in (60, 61):
        sheet.free(key, "Reroute")
    sheet.link(n["model"], 0, 60, 0)
    sheet.link(60, 0, 61, 0)
    rewire(sheet, m["sampler"], "model", 61)
    sheet.free(62, "Note", "nothing to see", inputs=0, outputs=0)
    sheet.free(63, "MarkdownNote", "# nothing", inputs=0, outputs=0)
    return sheet.saved()


def instances(types: dict[str, Any]) -> dict[str, Any]:
    """One subgraph used three times with values of its own, once muted, once with its seed fed from outside."""
    ports = (("model", "MODEL"), ("positive", "CONDITIONING"), ("negative", "CONDITIONING"))
    ports += (("seed", "INT"), ("steps", "INT"), ("cfg", "FLOAT"))
    inner = Sheet(types, "paint", ports, (("LATENT", "LATENT"),))
    inner.node(1, "EmptyLatentImage", 256, 256, 1)
    inner.node(2, "KSampler", 1, "fixed", 9, 3.5, "euler", "karras", 0.9)
    inner.link(1, 0, 2, "latent_image")
    for place, port in enumerate(inner.ports):
        inner.link(INSIDE, place, 2, port["name"])
    inner.link(2, 0, OUTSIDE, 0)
    sheet = Sheet(types)
    n = painter(sheet)
    for key, values, mode in ((40, (11, 21, 1.5), 0), (41, (12, 22, 2.5), 0), (42, (13,), MUTED)):
        sheet.use(key, inner, *values, mode=mode)
        sheet.link(n["model"], 0, key, "model")
        sheet.link(n["words"], 0, key, "positive")
        sheet.link(n["not"], 0, key, "negative")
        sheet.node(key + 10, "VAEDecode")
        sheet.link(key, 0, key + 10, "samples")
        sheet.link(n["model"], 2, key + 10, "vae")
        sheet.node(key + 20, "SaveImage", f"part{key}")
        sheet.link(key + 10, 0, key + 20, "images")
    sheet.node(70, "PrimitiveInt", 4242, "fixed")
    sheet.link(70, 0, 41, "seed")
    return sheet.saved()


def nested(types: dict[str, Any], *, outer_first: bool = True) -> dict[str, Any]:
    """A subgraph in a subgraph, its widget shown at both levels, and a bypassed instance in between."""
    core = Sheet(types, "core", (("model", "MODEL"), ("clip", "CLIP"), ("steps", "INT")), (("LATENT", "LATENT"),))
    core.node(1, "CLIPTextEncode", "deep inside")
    core.node(2, "CLIPTextEncode", "nothing")
    core.node(3, "EmptyLatentImage", 64, 64, 1)
    core.node(4, "KSampler", 77, "fixed", 8, 2, "euler", "simple", 1)
    core.link(INSIDE, 0, 4, "model")
    core.link(INSIDE, 1, 1, "clip")
    core.link(INSIDE, 1, 2, "clip")
    core.link(INSIDE, 2, 4, "steps")
    for origin, into in ((1, "positive"), (2, "negative"), (3, "latent_image")):
        core.link(origin, 0, 4, into)
    core.link(4, 0, OUTSIDE, 0)
    soften = Sheet(types, "soften", (("image", "IMAGE"), ("blur_radius", "INT")), (("IMAGE", "IMAGE"),))
    soften.node(1, "ImageBlur", 3, 1.0)
    soften.link(INSIDE, 0, 1, "image")
    soften.link(INSIDE, 1, 1, "blur_radius")
    soften.link(1, 0, OUTSIDE, 0)
    middle = Sheet(types, "middle", (("model", "MODEL"), ("clip", "CLIP"), ("vae", "VAE"), ("steps", "INT")),
                   (("IMAGE", "IMAGE"), ("raw", "IMAGE")))  # fmt: skip
    middle.use(1, core, 15)
    middle.node(2, "VAEDecode")
    middle.use(3, soften, 5, mode=BYPASSED)
    middle.use(4, soften, 6)
    middle.free(5, "Reroute")
    for place, into in enumerate(("model", "clip")):
        middle.link(INSIDE, place, 1, into)
    middle.link(INSIDE, 3, 1, "steps")
    middle.link(INSIDE, 2, 5, 0)
    middle.link(5, 0, 2, "vae")
    middle.link(1, 0, 2, "samples")
    middle.link(2, 0, 3, "image")
    middle.link(3, 0, 4, "image")
    middle.link(4, 0, OUTSIDE, 0)
    middle.link(2, 0, OUTSIDE, 1)
    sheet = Sheet(types)
    sheet.node(1, "CheckpointLoaderSimple", "base.safetensors")
    sheet.use(2, middle, 33, title="The middle")
    for place, into in enumerate(("model", "clip", "vae")):
        sheet.link(1, place, 2, into)
    sheet.node(3, "SaveImage", "soft")
    sheet.node(4, "SaveImage", "raw")
    sheet.link(2, 0, 3, "images")
    sheet.link(2, 1, 4, "images")
    return sheet.saved(outer_first=outer_first)


def texts(types: dict[str, Any]) -> dict[str, Any]:
    """Comments and brackets in prompts, texts of odd kinds, values that are lists or missing, sound, an old sampler."""
    sheet = Sheet(types)
    n = painter(sheet, words="a fox // no bear\n/* nor\n a wolf */ in \\{snow\\}, {alone}\r\nat night")
    sheet.nodes[n["not"]]["widgets_values"] = [17]
    sheet.nodes[n["sampler"]]["widgets_values"] = [3, True, 20, 8.0, "sample_euler", "normal"]
    sheet.node(20, "LoadAudio", "song.flac", None, "")
    sheet.node(21, "SaveAudio", "audio/song")
    sheet.link(20, 0, 21, "audio")
    sheet.node(22, "LoadImage", "face.png", "image")
    sheet.node(23, "PreviewImage")
    sheet.link(22, 0, 23, "images")
    sheet.node(24, "PreviewAny")
    sheet.link(22, 1, 24, "source")
    sheet.node(25, "SaveImage")  # nothing was ever saved of it
    sheet.link(22, 0, 25, "images")
    return sheet.saved()


def old_file(types: dict[str, Any]) -> dict[str, Any]:
    """A file of 2023: inputs only where there is a socket, a widget turned into an input, an input that is gone."""
    sheet = Sheet(types)
    n = painter(sheet)
    sheet.free(30, "PrimitiveNode", 8, "fixed", inputs=0)
    sheet.link(30, 0, n["sampler"], "steps")
    data = compressed(sheet.saved())
    data["nodes"][0]["inputs"].append({"name": "gone", "type": "INT", "link": None, "widget": {"name": "gone"}})
    data["definitions"] = {}
    return data


SHEETS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "bypass-chain": bypass_chain,
    "bypass-chain-compressed": lambda types: compressed(bypass_chain(types)),
    "primitives": primitives,
    "instances": instances,
    "instances-compressed": lambda types: compressed(instances(types)),
    "nested": lambda types: nested(types, outer_first=False),
    "nested-outer-first": nested,
    "texts": texts,
    "old-file": old_file,
}


def write_all(folder: Path, types: dict[str, Any]) -> None:
    """Every workflow as a file, for the editor to open."""
    for name, make in SHEETS.items():
        (folder / f"{name}.json").write_text(json.dumps(make(types), indent=1), encoding="utf-8")
