"""What every metadata reader is given, and what it must be.

A reader turns the raw blocks of one file into a :class:`~alice_core.media.generation.Generation`,
or says ``None`` where the blocks are not of its kind. It opens no file, never raises on any
content of a block, and its work is bounded by the size of the blocks.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Protocol

from alice_core.media.generation import Block, Generation

MOST_TEXT = 64 * 1024 * 1024
"""The most bytes of one text that are decoded; a longer text is not read at all."""

MOST_DEPTH = 400
"""The deepest nesting of JSON that is read."""


def decoded(block: Block) -> str | None:
    """The text of a block, or ``None`` where it is longer than :data:`MOST_TEXT`.

    UTF-8 where the bytes are that, else Latin-1, which is what the PNG specification says of
    ``tEXt`` and ``zTXt``: a Latin-1 text of more than ASCII is hardly ever UTF-8 by chance, and
    many writers put UTF-8 there against the specification. Zero bytes at the end do not count.
    """
    if len(block.data) > MOST_TEXT:
        return None
    data = block.data.rstrip(b"\0")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def parsed(text: str) -> Any | None:  # noqa: ANN401 - JSON is anything
    """What a JSON text says; ``None`` where it is no JSON, too long, or nested deeper than :data:`MOST_DEPTH`.

    ``NaN`` is read (ComfyUI writes it into ``is_changed``).
    """
    if len(text) > MOST_TEXT:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if text.count("[") + text.count("{") > MOST_DEPTH and _deeper(value, MOST_DEPTH):
        return None
    return value


def _deeper(value: Any, most: int) -> bool:  # noqa: ANN401 - JSON is anything
    """Whether lists and objects lie more than ``most`` deep in each other."""
    level = [value]
    for _ in range(most):
        level = [
            below
            for one in level
            for below in (one.values() if isinstance(one, dict) else one)
            if isinstance(below, (dict, list))
        ]
        if not level:
            return False
    return True


@dataclass(frozen=True, slots=True)
class Given:
    """The blocks of one file and what else is known of it.

    Attributes:
        blocks: In the order of the file.
        name: Its file name without folders; empty if unknown.
        mime: Its media type; empty if unknown.
        width: In pixels, if known.
        height: In pixels, if known.
    """

    blocks: tuple[Block, ...]
    name: str = ""
    mime: str = ""
    width: int | None = None
    height: int | None = None
    _texts: dict[tuple[str, str], str | None] = field(default_factory=dict, init=False, repr=False, compare=False)
    _values: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    _keys: set[str] = field(default_factory=set, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Note the keys: readers ask for dozens that most files do not have."""
        self._keys.update(one.key.casefold() for one in self.blocks)

    def block(self, key: str, *places: str) -> Block | None:
        """The first block with that key in any of the places, in the order of the file.

        Args:
            key: The keyword; tags of containers (``av:``) compare without regard to case.
            places: Ends of places: ``tEXt`` or ``png:tEXt``; ``:tag`` also fits ``av:stream0:tag``.
                None for any place.
        """
        folded = key.casefold()
        if folded not in self._keys:
            return None
        for one in self.blocks:
            same = one.key == key or (one.place.startswith("av:") and one.key.casefold() == folded)
            if same and (not places or one.place.endswith(places)):
                return one
        return None

    def text(self, key: str, *places: str) -> str | None:
        """The text of :meth:`block`, decoded once; ``None`` where there is no such block or it is too long."""
        block = self.block(key, *places)
        if block is None:
            return None
        known = (block.place, block.key)
        if known not in self._texts:
            self._texts[known] = decoded(block)
        return self._texts[known]

    def json(self, key: str, *places: str) -> Any | None:  # noqa: ANN401 - JSON is anything
        """The JSON value of :meth:`text`, parsed once; do not change it. ``None`` where :func:`parsed` says so."""
        text = self.text(key, *places)
        if text is None:
            return None
        if text not in self._values:
            self._values[text] = parsed(text)
        return self._values[text]


class Reader(Protocol):
    """Reads the blocks of one generator."""

    @property
    def name(self) -> str:
        """Its name, such as ``comfyui``."""
        ...

    @property
    def version(self) -> int:
        """Raised whenever it says something else of the same blocks."""
        ...

    def read(self, given: Given) -> Generation | None:
        """How the file was generated, or ``None`` where this is another generator's or nobody's."""
        ...
