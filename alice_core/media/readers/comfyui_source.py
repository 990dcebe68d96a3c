"""Where ComfyUI and VideoHelperSuite put their graphs in a file, and taking them out.

PNG text chunks ``prompt`` and ``workflow`` (and one more for each extra key), the private chunk
``comf`` of an APNG, the EXIF tags Model (``prompt:{...}``) and downwards from Make
(``workflow:{...}``) of a WebP, tags of a film or song, and in older films of VideoHelperSuite one
tag ``comment`` that holds both.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from alice_core.media.generation import Block
from alice_core.media.readers.base import Given, decoded, parsed
from alice_core.media.readers.comfyui_graph import Graph, graph_of
from alice_core.media.readers.tiff import ifd_tags

PROMPT = "prompt"
WORKFLOW = "workflow"

_PLACES = ("tEXt", "zTXt", "iTXt", "comf", ":tag", "av:tag")
_TAGS = range(0x0110, 0x00F0, -1)
_TAGGED = re.compile(r"^\s{0,8}([A-Za-z_][\w\-. ]{0,63}):(?=\s{0,8}[{\[\"\d])")


@dataclass(frozen=True, slots=True)
class Source:
    """The graphs that a file carries.

    Attributes:
        prompt: The API graph, if there is one that can be read.
        workflow: The text of the graph as the user sees it, if there is one.
        graph: ``place/key`` of the block that can be dragged back into ComfyUI.
        extra: The other keys that were saved along (name, text).
        text: The text of the API graph, if there is one.
    """

    prompt: Graph | None
    workflow: str | None
    graph: str | None
    extra: tuple[tuple[str, str], ...] = ()
    text: str | None = None


def source_of(given: Given) -> Source | None:
    """The graphs of a file, or ``None`` where it carries none."""
    for find in (_in_keys, _in_exif, _in_comment):
        source = find(given)
        if source is not None:
            return source
    return None


def graph_block(blocks: Sequence[Block], key: str) -> Block | None:
    """The ``workflow`` (as the user saw it) or ``prompt`` (API graph) that a file carries.

    Byte for byte where it is a block of its own. Where it lies inside another one, as in WebP and in
    old films, the text that was in there, under the place and key of that block.
    """
    own = next((block for block in blocks if block.key == key), None)
    if own is not None:
        return own
    source = source_of(Given(tuple(blocks)))
    text = None if source is None else source.workflow if key == WORKFLOW else source.text
    if source is None or source.graph is None or text is None:
        return None
    place, _, name = source.graph.partition("/")
    return Block(place, name, text.encode("utf-8", "surrogatepass"))


def _in_keys(given: Given) -> Source | None:
    prompt_block, workflow_block = given.block(PROMPT, *_PLACES), given.block(WORKFLOW, *_PLACES)
    prompt = graph_of(_object(given.json(PROMPT, *_PLACES))) if prompt_block else None
    workflow = given.text(WORKFLOW, *_PLACES) if workflow_block else None
    if workflow is not None and not workflow.lstrip().startswith("{"):
        workflow = None
    if prompt is None and (workflow is None or '"nodes"' not in workflow):
        return None
    holder = workflow_block if workflow is not None else prompt_block
    return Source(prompt, workflow, None if holder is None else _key(holder), (), given.text(PROMPT, *_PLACES))


def _in_exif(given: Given) -> Source | None:
    for block in given.blocks:
        if not block.place.endswith("exif") or (b"prompt:" not in block.data and b"workflow:" not in block.data):
            continue
        tags = ifd_tags(block.data)
        texts = {}
        for number in _TAGS:
            value = tags.get(number)
            match = _TAGGED.match(value) if isinstance(value, str) else None
            if match and isinstance(value, str):
                texts[match[1].lower()] = value[match.end() :]
        text = texts.pop(PROMPT, None)
        prompt = None if text is None else graph_of(parsed(text))
        workflow = texts.pop(WORKFLOW, None)
        if prompt is not None or workflow is not None:
            return Source(prompt, workflow, _key(block), tuple(texts.items()), text)
    return None


def _in_comment(given: Given) -> Source | None:
    """VideoHelperSuite before 2024-03: ``{"prompt": "{...}" or {...}, "workflow": ...}``."""
    block = given.block("comment", ":tag") or given.block("comment", "av:tag")
    text = decoded(block) if block else None
    if block is None or text is None or not text.lstrip().startswith("{"):
        return None
    whole = parsed(text)
    if not isinstance(whole, dict):
        return None
    prompt = graph_of(_object(whole.get(PROMPT)))
    told, workflow = _text(whole.get(PROMPT)), _text(whole.get(WORKFLOW))
    if prompt is None and workflow is None:
        return None
    extra = tuple(
        (name, text)
        for name, value in whole.items()
        if name not in {PROMPT, WORKFLOW} and (text := _text(value)) is not None
    )
    return Source(prompt, workflow, _key(block), extra, told)


def _object(value: Any) -> Any:  # noqa: ANN401 - JSON is anything
    """The value, parsed once more where it is JSON in a JSON text."""
    return parsed(value) if isinstance(value, str) else value


def _text(value: Any) -> str | None:  # noqa: ANN401 - JSON is anything
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _key(block: Block) -> str:
    return f"{block.place}/{block.key}"
