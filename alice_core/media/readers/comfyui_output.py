"""Which node of a ComfyUI graph saved a file, by the file's name and kind.

ComfyUI names a file ``<last part of filename_prefix>_00001_.png``, VideoHelperSuite
``<prefix>_00001.mp4`` and ``<prefix>_00001-audio.mp4``, a preview ``<prefix>_temp_abcde_00001_.png``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from alice_core.media.readers.comfyui_graph import Graph, Node, said_of
from alice_core.media.readers.comfyui_samplers import content_links
from alice_core.media.readers.comfyui_walk import Walk, first_present

_PREFIXES = (
    "filename_prefix",
    "filename",
    "file_name",
    "save_prefix",
    "prefix",
    "output_name",
    "file_path",
    "output_path",
)
_SAVES = re.compile(r"save|export|write|output|videocombine|video_combine|to_?disk", re.IGNORECASE)
_PREVIEWS = re.compile(r"preview|display|show|compare|websocket|\bview", re.IGNORECASE)
_NO_FILES = re.compile(r"^(load|clip|checkpoint|vae|model|imageonlycheckpoint)|lora|latent|tensorrt", re.IGNORECASE)
_is_saving, _is_preview, _is_no_file = said_of(_SAVES), said_of(_PREVIEWS), said_of(_NO_FILES)
_TOKEN = re.compile(r"%[^%]{1,80}%|\[[a-z_]{1,40}\]|%\w{1,40}|\{[^{}]{1,40}\}", re.IGNORECASE)
_TEMP = re.compile(r"_temp_[a-z]{5}_\d+_?\.\w+$")
_COUNTER = re.compile(r"[_.\- ]*\d[\d_]*(-audio)?( ?\(\d+\)| copy( \d+)?)?$")
_WILD = "*"
_SOUND_KINDS = re.compile(r"audio|sound|music|speech|wav|mp3|flac|opus", re.IGNORECASE)
_FILM_KINDS = re.compile(r"video|webm|gif|mp4|film|movie|anim", re.IGNORECASE)
_MOST_PREFIX = 1000


@dataclass(frozen=True, slots=True)
class Savers:
    """The nodes that may have saved a file.

    Attributes:
        nodes: In the order of the graph.
        named: Whether the file's name says that it was one of them, by the pattern of ComfyUI.
    """

    nodes: tuple[Node, ...]
    named: bool


def savers_of(walk: Walk, name: str, mime: str = "") -> Savers:
    """The nodes that may have saved a file of that name; empty where the graph has no output at all.

    Args:
        walk: A walk through the graph.
        name: The file's name, empty if unknown.
        mime: Its media type, empty if unknown.
    """
    graph = walk.graph
    consumed = graph.consumed()
    saving = [node for node in graph.nodes.values() if _is_saver(graph, node, consumed)]
    previews = [node for node in graph.nodes.values() if _is_preview(node.kind) and content_links(graph, node)]
    if _TEMP.search(name) and previews:
        return Savers(tuple(previews), named=len(previews) == 1)
    nodes = _of_kind(saving, mime) or previews or _ends(graph, consumed)
    if name:
        fitting = _fitting(walk, nodes, name)
        if fitting:
            return Savers(tuple(fitting), named=True)
    return Savers(tuple(nodes), named=False)


def _is_saver(graph: Graph, node: Node, consumed: set[str]) -> bool:
    if _is_no_file(node.kind) or _is_preview(node.kind) or not graph.links(node):
        return False
    if "filename_prefix" in node.inputs:
        return True
    named = first_present(node, _PREFIXES) is not None
    return (_is_saving(node.kind) or (named and node.id not in consumed)) and bool(content_links(graph, node))


def _ends(graph: Graph, consumed: set[str]) -> list[Node]:
    return [node for node in graph.nodes.values() if node.id not in consumed and graph.links(node)]


def _of_kind(nodes: Sequence[Node], mime: str) -> list[Node]:
    """Those of the nodes that can write files of that type; all of them where none seems to."""
    family = mime.partition("/")[0]
    if family == "audio":
        found = [node for node in nodes if _SOUND_KINDS.search(node.kind)]
    elif family == "video":
        found = [node for node in nodes if _FILM_KINDS.search(node.kind)]
    elif family == "image":
        still = [node for node in nodes if not _SOUND_KINDS.search(node.kind)]
        found = [node for node in still if not re.search(r"^SaveVideo|^SaveWEBM", node.kind)]
    else:
        found = []
    return found or list(nodes)


def _fitting(walk: Walk, nodes: Sequence[Node], name: str) -> list[Node]:
    """The nodes whose prefix fits the name, those with the longest plain part of it."""
    stem = name.rpartition(".")[0] or name
    ranked = [(rank, node) for node in nodes if (rank := _fit(_prefix(walk, node), stem)) is not None]
    best = max((rank for rank, _ in ranked), default=None)
    return [node for rank, node in ranked if rank == best]


def _prefix(walk: Walk, node: Node) -> str:
    """The last part of the prefix, with :data:`_WILD` for what is only known when the graph runs."""
    name = first_present(node, _PREFIXES)
    value = walk.constant(node.inputs[name], ("filename_prefix", "filename")) if name else None
    if not isinstance(value, str) or len(value) > _MOST_PREFIX:
        return _WILD
    return re.split(r"[/\\]", _TOKEN.sub(_WILD, value))[-1] or _WILD


def _fit(prefix: str, stem: str) -> int | None:
    """How many letters of a prefix stand in the name; ``None`` where it does not fit.

    The prefix must be followed by nothing but a counter.
    """
    parts = prefix.split(_WILD)
    at = 0
    for index, part in enumerate(parts):
        found = stem.find(part, at)
        if found < 0 or (index == 0 and found > 0):
            return None
        at = found + len(part)
    rest = stem[at:]
    if rest and parts[-1] and not _COUNTER.fullmatch(rest):
        return None
    return sum(map(len, parts))
