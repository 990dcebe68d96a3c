"""The samplers behind a saved file: which there are, which one counts, and what it was told.

From the saving node the walk goes back along pictures, latents, sound and meshes. A sampler that
starts from full noise ends the walk: what went into it left no trace but its size. The first one
in the order of making, which is the last one met, is the *main* sampler; the one next to the
saving node is the *last*. With a refiner or a second pass at less than full noise the two differ.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from alice_core.media.readers.comfyui_graph import Graph, Link, Node, said_of
from alice_core.media.readers.comfyui_walk import Scalar, Walk, first_present, upstream

SEED = ("seed", "noise_seed", "seed_num", "rand_seed")

_MOST_FACETS = 40
_MOST_RIVALS = 12
_MOST_MET = 200
_FACETS = frozenset(
    {"noise", "guider", "sigmas", "sampler", "settings", "sampler_settings", "sampler_config", "scheduler", "options"}
)
_PIPE = re.compile(r"(^|_)(pipe|ctx|context|bus)(_|\d|$)", re.IGNORECASE)
_DRIVEN = frozenset(
    {
        "model",
        "positive",
        "guider",
        "text_embeds",
        "pipe",
        "basic_pipe",
        "sdxl_pipe",
        "detailer_pipe",
        "context",
        "conditioning",
    }
)
_MAKER_SIGNS = frozenset(
    {"seed", "aspect_ratio", "duration", "model_name", "quality", "resolution", "negative_prompt", "size", "ratio"}
)
_MAKER_TEXTS = ("prompt", "positive_prompt", "text_prompt", "tags", "instruction")
_SAVES = re.compile(r"save|preview|export|combine|show|display|write|output|compare", re.IGNORECASE)
_CONTENT = re.compile(
    r"image|latent|sample|pixel|frame|video|mesh|voxel|destination|source|svg|^input|^any|^value|media|batch|audio"
    r"|waveform|sound|^data",
    re.IGNORECASE,
)
_NO_CONTENT = re.compile(
    r"mask|vae|model|clip|control|positive|negative|conditioning|sampler|sigma|noise|guider|embed|encoder|lora|prompt"
    r"|^ref|reference|style|pipe|context|text|^start_|^end_|init_image|amount|_size|length|width|height|camera|^operation",
    re.IGNORECASE,
)
_SOUND = re.compile(r"audio|sound|waveform", re.IGNORECASE)
_is_content, _is_no_content = said_of(_CONTENT), said_of(_NO_CONTENT)
_is_sound, _is_pipe = said_of(_SOUND), said_of(_PIPE)
_CONTENT_NAMES = ("images", "image", "latent", "samples", "latent_image", "pixels", "video", "audio")
_INTO_SAMPLER = ("latent_image", "latent", "latents", "samples", "image", "images", "pixels", "video")
_BASES = ("destination", "samples_to", "base_image")
_FULL = 0.9999


@dataclass(frozen=True, slots=True)
class Sampler:
    """A node that makes content, with the nodes that tell it how.

    Attributes:
        node: The sampler itself, or a node that makes pictures at a remote service.
        facets: It and the nodes of its noise, guider, sigmas, sampler and pipe.
    """

    node: Node
    facets: tuple[Node, ...]

    def holder(self, names: Sequence[str]) -> tuple[Node, str] | None:
        """The nearest facet that has one of the inputs, and which."""
        for facet in self.facets:
            name = first_present(facet, names)
            if name is not None:
                return facet, name
        return None


@dataclass(frozen=True, slots=True)
class Made:
    """How the content of a saved file came to be.

    Attributes:
        met: The samplers on the way back, the one next to the saving node first.
        main: The one that counts; ``None`` where there is none.
        rivals: Other samplers that may count as much, with ``main`` itself; empty where it is sure.
        path: The nodes between the saving node and the samplers, the nearest first.
        sure: Whether it was found along inputs that are known to bring content.
    """

    met: tuple[Sampler, ...]
    main: Sampler | None
    rivals: tuple[Sampler, ...]
    path: tuple[Node, ...]
    sure: bool = True


def fact(walk: Walk, sampler: Sampler, names: Sequence[str]) -> Scalar | None:
    """The plain value of a setting of a sampler; ``None`` where it has none or it is not known."""
    held = sampler.holder(names)
    return None if held is None else walk.constant(held[0].inputs[held[1]], names)


def made_by(walk: Walk, saver: Node) -> Made:
    """The samplers that made what a node saves."""
    for makers, everything in ((False, False), (True, False), (False, True)):
        met, starters, path = _Trace(walk, makers=makers, everything=everything).back_from(saver)
        if met:
            rivals = _first_made(walk, starters or met[-1:])
            return Made(tuple(met), rivals[0], tuple(rivals) if len(rivals) > 1 else (), tuple(path), not everything)
    return Made((), None, (), tuple(path))


def content_links(graph: Graph, node: Node) -> list[tuple[str, Link]]:
    """The inputs that bring content, the base before what is laid over it, sound last."""
    found = [(name, link) for name, link in graph.links(node) if _is_content(name) and not _is_no_content(name)]
    if len(found) > 1:
        found.sort(key=lambda one: (_is_sound(one[0]), one[0] not in _BASES))
    return found


def sampler_of(walk: Walk, node: Node) -> Sampler:
    """A sampler with its facets."""
    facets = {node.id: node}
    for one in list(facets.values()):
        _add_facets(walk, one, facets)
    return Sampler(node, tuple(facets.values()))


def _add_facets(walk: Walk, start: Node, facets: dict[str, Node]) -> None:
    queue = [start]
    for node in queue:
        for name, _ in walk.graph.links(node):
            if len(facets) >= _MOST_FACETS:
                return
            if name in _FACETS or _is_pipe(name):
                found = walk.node(node.inputs[name])
                if found is not None and found[0].id not in facets:
                    facets[found[0].id] = found[0]
                    queue.append(found[0])


def is_sampler(graph: Graph, node: Node) -> bool:
    """Whether a node that content comes from is a sampler."""
    names = node.inputs.keys()
    if not names & _DRIVEN:
        return False
    if "guider" in names and names & {"noise", "sigmas"}:
        return True
    driven = any(graph.link(node.inputs[name]) is not None for name in names & _DRIVEN)
    return driven and (bool(names & set(SEED)) or "sampler" in node.kind.lower())


def starts_from_noise(walk: Walk, sampler: Sampler) -> bool:
    """Whether a sampler starts from full noise, so that nothing before it shows."""
    inputs = sampler.node.inputs
    if walk.constant(inputs.get("add_noise")) in ("disable", False):
        return False
    begin = walk.constant(inputs.get("start_at_step", inputs.get("start_step")))
    if isinstance(begin, (int, float)) and begin > 0:
        return False
    if any(facet.kind == "DisableNoise" for facet in sampler.facets):
        return False
    sigmas = walk.graph.link(inputs.get("sigmas"))
    if sigmas is not None and sigmas.slot == 1 and walk.graph.nodes[sigmas.node].kind.startswith("SplitSigmas"):
        return False
    denoise = fact(walk, sampler, ("denoise", "denoise_strength"))
    return not isinstance(denoise, (int, float)) or isinstance(denoise, bool) or denoise >= _FULL


def _is_maker(node: Node) -> bool:
    names = node.inputs.keys()
    return bool(names & _MAKER_SIGNS) and first_present(node, _MAKER_TEXTS) is not None


class _Trace:
    """One way back from a saving node.

    Args:
        walk: The walk.
        makers: Whether any node with a prompt counts as one that makes content.
        everything: Whether all links are followed.
    """

    def __init__(self, walk: Walk, *, makers: bool, everything: bool) -> None:
        self._walk = walk
        self._makers = makers
        self._everything = everything
        self._met: list[Sampler] = []
        self._starters: list[Sampler] = []
        self._path: list[Node] = []

    def back_from(self, saver: Node) -> tuple[list[Sampler], list[Sampler], list[Node]]:
        """The samplers met, those of them that start from noise, and the nodes between."""
        stack = [saver]
        seen = {saver.id}
        while stack and self._walk.budget.spend() and len(self._met) < _MOST_MET:
            node = stack.pop()
            links = self._visit(node, saver)
            for _, link in reversed(links):
                if link.node not in seen:
                    seen.add(link.node)
                    stack.append(self._walk.graph.nodes[link.node])
        return self._met, self._starters, self._path

    def _visit(self, node: Node, saver: Node) -> list[tuple[str, Link]]:
        """Notes a node and says where to go from it."""
        graph = self._walk.graph
        if node is not saver or not _SAVES.search(node.kind):
            if is_sampler(graph, node):
                return self._meet(sampler_of(self._walk, node))
            if _is_maker(node) or (self._makers and first_present(node, (*_MAKER_TEXTS, "text")) is not None):
                self._met.append(Sampler(node, (node,)))
                self._starters.append(self._met[-1])
                return []
        self._path.append(node)
        ways = self._walk.passed(node, _CONTENT_NAMES)
        if ways is not None:
            found = ((name, graph.link(value)) for name, value in ways.values)
            return [(name, link) for name, link in found if link is not None]
        return graph.links(node) if self._everything else content_links(graph, node)

    def _meet(self, sampler: Sampler) -> list[tuple[str, Link]]:
        self._met.append(sampler)
        if starts_from_noise(self._walk, sampler):
            self._starters.append(sampler)
            return []
        links = [one for one in self._walk.graph.links(sampler.node) if one[0] in _INTO_SAMPLER]
        return links or [one for one in self._walk.graph.links(sampler.node) if _is_pipe(one[0])]


def _first_made(walk: Walk, starters: Sequence[Sampler]) -> list[Sampler]:
    """The samplers that no other of them hangs on, in the order they were met."""
    if len(starters) == 1 or len(starters) > _MOST_RIVALS:
        return list(starters)
    ids = {one.node.id for one in starters}
    first = []
    for one in starters:
        before = {node.id for node in upstream(walk.graph, [one.node], walk.budget)} - {one.node.id}
        if not before & ids:
            first.append(one)
    return first or list(starters)


def size_of(walk: Walk, sampler: Sampler) -> tuple[int | None, int | None, Node | None]:
    """Width and height that a sampler was asked for, and the node that says so."""
    for facet in sampler.facets:
        found = _size(walk, facet)
        if found is not None:
            return (*found, facet)
    held = sampler.holder(_INTO_SAMPLER)
    queue = [] if held is None else [walk.node(held[0].inputs[held[1]])]
    seen: set[str] = set()
    for place in queue:
        if place is None or place[0].id in seen or not walk.budget.spend():
            continue
        seen.add(place[0].id)
        found = _size(walk, place[0])
        if found is not None:
            return (*found, place[0])
        queue += [walk.node(place[0].inputs[name]) for name, _ in content_links(walk.graph, place[0])]
    return None, None, None


_WIDTH = ("width", "empty_latent_width", "image_width", "base_width")
_HEIGHT = ("height", "empty_latent_height", "image_height", "base_height")
_SIZES = re.compile(r"^\D{0,40}?(\d{2,5})\s*[x×*]\s*(\d{2,5})(?!\d)")
_SIZED = frozenset({"resolution", "dimensions", "size"})
_MOST_PIXELS = 1_000_000


def _size(walk: Walk, node: Node) -> tuple[int | None, int | None] | None:
    wide, high = first_present(node, _WIDTH), first_present(node, _HEIGHT)
    if wide is not None and high is not None:
        width, height = (walk.constant(node.inputs[one], names) for one, names in ((wide, _WIDTH), (high, _HEIGHT)))
        return _pixels(width), _pixels(height)
    for name in ("resolution", "dimensions", "size") if node.inputs.keys() & _SIZED else ():
        text = node.inputs.get(name)
        match = _SIZES.search(text) if isinstance(text, str) else None
        if match:
            return int(match[1]), int(match[2])
    return None


def _pixels(value: Scalar | None) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= _MOST_PIXELS:
        return None
    return int(value)
