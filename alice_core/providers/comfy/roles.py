"""What the inputs of a graph are for: the words, the seed, the size, the length, the files, the saving.

Found by walking back from the nodes that save, along the names that ComfyUI's authors keep alike (``positive``,
``seed``, ``length``, ``fps``) and by what the server says of each input (a text of several lines, an upload).
What is found wrongly or not at all is pinned in a sidecar, see :mod:`.pins`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from alice_core.providers.comfy.graph import ApiGraph, ApiNode, Feed
from alice_core.providers.comfy.schema import InputSpec, NodeType

Role: TypeAlias = Literal[
    "prompt", "negative", "seed", "width", "height", "length", "fps", "batch", "image", "last-image", "reference",
    "mask", "audio", "video", "seconds", "save",
]  # fmt: skip
ROLES: Final[tuple[Role, ...]] = (
    "prompt", "negative", "seed", "width", "height", "length", "fps", "batch", "image", "last-image", "reference",
    "mask", "audio", "video", "seconds", "save",
)  # fmt: skip

_NAMES: Final[dict[Role, tuple[str, ...]]] = {
    "seed": ("seed", "noise_seed"),
    "length": ("length", "num_frames", "video_frames", "frames_number", "video_length"),
    "fps": ("fps", "frame_rate"),
    "batch": ("batch_size",),
}
_VALUES: Final = ("value", "text", "string", "int", "float", "number")
_WORDS: Final = ("text", "prompt", "tags", "lyrics")
_NOT_WORDS: Final = ("lyrics", "negative")
_FIRST: Final = ("start_image", "first_frame", "first_image", "image", "start", "pixels", "init_image")
_LAST: Final = ("end_image", "last_frame", "last_image", "end")
_FAR: Final = 200


@dataclass(frozen=True, slots=True, order=True)
class Site:
    """One input of one node: where a value goes."""

    node: str
    input: str

    def __str__(self) -> str:
        return f"{self.node}.{self.input}"


Roles: TypeAlias = Mapping[Role, tuple[Site, ...]]
"""The inputs that each role is given to; a role that a graph has no input for is left out."""


def find_roles(graph: ApiGraph, types: Mapping[str, NodeType]) -> dict[Role, tuple[Site, ...]]:
    """The roles of the inputs of a graph, as far as they can be told."""
    look = _Look(graph, types)
    negative = tuple(look.words("negative"))
    found: dict[Role, Iterable[Site]] = {
        "prompt": tuple(look.words("positive")) or [one for one in look.asked("positive") if one not in negative],
        "negative": negative or look.asked("negative"),
        **{role: look.named(names) for role, names in _NAMES.items()},
        "width": look.sizes("width"),
        "height": look.sizes("height"),
        "seconds": look.seconds(),
        **look.files(),
        "save": look.saves(),
    }
    sites = {role: tuple(dict.fromkeys(one)) for role, one in found.items()}
    sites["negative"] = tuple(one for one in sites["negative"] if one not in sites["prompt"])
    return {role: sites[role] for role in ROLES if sites.get(role)}


class _Look:
    """One look at a graph, from the nodes that save backwards."""

    def __init__(self, graph: ApiGraph, types: Mapping[str, NodeType]) -> None:
        self._nodes = graph.nodes
        self._types = types
        self._saving = [key for key, node in graph.nodes.items() if self._saves(node)] or [
            key for key, node in graph.nodes.items() if self._ends(node)
        ]
        self._behind = self._upstream(self._saving) if self._saving else list(graph.nodes)

    def saves(self) -> Iterator[Site]:
        """Where the name of what is saved goes."""
        for key in self._saving:
            if "filename_prefix" in self._nodes[key].inputs:
                yield Site(key, "filename_prefix")

    def named(self, names: tuple[str, ...]) -> Iterator[Site]:
        """The inputs of these names, or the values that are fed into them."""
        for key in self._behind:
            for name in names:
                if name in self._nodes[key].inputs and (names == _NAMES["seed"] or not self._trims(self._nodes[key])):
                    yield from self._value(Site(key, name))

    def sizes(self, name: str) -> Iterator[Site]:
        """One side of the picture, where something is made of a width and a height."""
        for key in self._behind:
            node = self._nodes[key]
            if {"width", "height"} <= node.inputs.keys() and self._makes(node):
                yield from self._value(Site(key, name))

    def seconds(self) -> Iterator[Site]:
        """The length of sound that is made."""
        for key in self._behind:
            node = self._nodes[key]
            for name in ("seconds", "duration"):
                if name in node.inputs and "LATENT" in self._gives(node):
                    yield from self._value(Site(key, name))

    def words(self, side: str) -> Iterator[Site]:
        """The texts behind what the samplers are told."""
        told = [key for key in self._behind if isinstance(self._nodes[key].inputs.get(side), Feed)]
        guided = [key for key in self._behind if isinstance(self._nodes[key].inputs.get("conditioning"), Feed)]
        starts = [self._nodes[key].inputs[side] for key in told]
        if not starts and side == "positive":
            starts = [self._nodes[key].inputs["conditioning"] for key in guided]
        for start in starts:
            yield from self._said(start, side, set())

    def asked(self, side: str) -> Iterator[Site]:
        """The words of a graph without samplers, whose nodes make something by themselves as remote services do."""
        for key in self._behind:
            for site in self._texts(key):
                if ("negative" in site.input) == (side == "negative"):
                    yield site

    def files(self) -> dict[Role, list[Site]]:
        """The inputs that name a file, by what their node's outputs are used for."""
        found: dict[Role, list[Site]] = {}
        for key in self._behind:
            node = self._nodes[key]
            for spec in self._specs(node):
                role = self._file_role(key, spec)
                if role and spec.name in node.inputs and not isinstance(node.inputs[spec.name], Feed):
                    found.setdefault(role, []).append(Site(key, spec.name))
        return found

    def _file_role(self, key: str, spec: InputSpec) -> Role | None:
        if spec.options.get("audio_upload"):
            return "audio"
        if spec.options.get("video_upload"):
            return "video"
        if not (spec.options.get("image_upload") or spec.options.get("animated_image_upload")):
            return None
        used = set(self._uses(key))
        if used & set(_LAST):
            return "last-image"
        if used & set(_FIRST):
            return "image"
        return "mask" if used and all("mask" in name for name in used) else "reference"

    def _uses(self, key: str) -> Iterator[str]:
        """The names of the inputs that a node's outputs reach, through nodes that only change a picture."""
        waiting, seen = [key], {key}
        while waiting:
            here = waiting.pop()
            for other, node in self._nodes.items():
                for name, value in node.inputs.items():
                    if not isinstance(value, Feed) or value.node != here:
                        continue
                    yield name
                    if name in ("image", "images", "pixels") and "IMAGE" in self._gives(node) and other not in seen:
                        seen.add(other)
                        waiting.append(other)

    def _said(self, value: object, side: str, seen: set[str]) -> Iterator[Site]:
        """The texts behind a conditioning, a guider or a text."""
        if not isinstance(value, Feed) or value.node not in self._nodes or value.node in seen:
            return
        seen = seen | {value.node}
        node = self._nodes[value.node]
        sides = [name for name in ("positive", "negative") if isinstance(node.inputs.get(name), Feed)]
        if sides:
            named = self._output_name(node, value.slot)
            which = named if named in sides else side if side in sides else sides[0]
            yield from self._said(node.inputs[which], side, seen)
            return
        texts = list(self._texts(value.node))
        if texts:
            yield from texts
            return
        for name, one in node.inputs.items():
            if self._kind(node, name) in ("CONDITIONING", "GUIDER", "STRING", "*"):
                yield from self._said(one, side, seen)

    def _texts(self, key: str) -> Iterator[Site]:
        """The inputs of a node that hold words, or the values that are fed into them."""
        node = self._nodes[key]
        for name, value in node.inputs.items():
            spec = self._spec(node, name)
            wordy = name in _WORDS or (spec is not None and bool(spec.options.get("multiline")))
            if not wordy or name in _NOT_WORDS or (spec is not None and spec.kind != "STRING"):
                continue
            if isinstance(value, str):
                yield Site(key, name)
            elif isinstance(value, Feed):
                yield from self._value(Site(key, name), (str,))

    def _value(self, site: Site, kinds: tuple[type, ...] = (int, float)) -> Iterator[Site]:
        """The input itself where it holds a plain value, else the one value of the node that feeds it."""
        for _ in range(_FAR):
            value = self._nodes[site.node].inputs.get(site.input)
            if isinstance(value, kinds) and not isinstance(value, bool):
                yield site
                return
            if not isinstance(value, Feed) or value.node not in self._nodes:
                return
            held = [
                name
                for name, one in self._nodes[value.node].inputs.items()
                if name.lower() in _VALUES and isinstance(one, (Feed, *kinds))
            ]
            if len(held) != 1:
                return
            site = Site(value.node, held[0])

    def _upstream(self, starts: list[str]) -> list[str]:
        found = dict.fromkeys(starts)
        waiting = list(found)
        for key in waiting:
            for value in self._nodes[key].inputs.values():
                if isinstance(value, Feed) and value.node in self._nodes and value.node not in found:
                    found[value.node] = None
                    waiting.append(value.node)
        return list(found)

    def _saves(self, node: ApiNode) -> bool:
        return self._ends(node) and "filename_prefix" in node.inputs

    def _ends(self, node: ApiNode) -> bool:
        return node.kind in self._types and self._types[node.kind].is_output

    def _makes(self, node: ApiNode) -> bool:
        """Whether a node makes something new of its size: it takes no picture, or it says a length too."""
        gives = self._gives(node)
        takes = any(self._kind(node, name) == "IMAGE" for name, one in node.inputs.items() if isinstance(one, Feed))
        return "LATENT" in gives or ("IMAGE" in gives and not takes)

    def _trims(self, node: ApiNode) -> bool:
        """Whether a node gives nothing but what it takes: its length says what to keep, not what to make."""
        takes = {self._kind(node, name) for name, one in node.inputs.items() if isinstance(one, Feed)}
        gives = self._gives(node)
        return bool(gives) and gives <= takes & {"IMAGE", "LATENT", "AUDIO", "MASK"}

    def _gives(self, node: ApiNode) -> set[str]:
        kind = self._types.get(node.kind)
        return {slot.kind for slot in kind.outputs} if kind else set()

    def _output_name(self, node: ApiNode, slot: int) -> str:
        kind = self._types.get(node.kind)
        return kind.outputs[slot].name if kind and slot < len(kind.outputs) else ""

    def _specs(self, node: ApiNode) -> tuple[InputSpec, ...]:
        kind = self._types.get(node.kind)
        return kind.inputs if kind else ()

    def _spec(self, node: ApiNode, name: str) -> InputSpec | None:
        kind = self._types.get(node.kind)
        return kind.input(name) if kind else None

    def _kind(self, node: ApiNode, name: str) -> str:
        spec = self._spec(node, name)
        return spec.kind if spec else "*"
