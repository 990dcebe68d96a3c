"""The library as it was at a moment, as values: what the log of events says of it, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

_NONE: Mapping[Any, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PastAsset:
    """What was known and said of one asset.

    Attributes:
        digest: Its identity.
        kind: What sort of thing it is; empty where no event says how it became known.
        size: In bytes.
        content: Digest of the media without its metadata.
        leader: The asset whose companion it was.
        likeness: Its perceptual hash, 16 hex digits.
        trashed: When its last file was put into the trash.
        rating: 0 to 5, or ``None``.
        favourite: Whether it was one.
        mark: ``hero``, ``maybe`` or ``reject``.
        reason: Why it was marked so.
        note: What was noted on it.
        tags: Full names of its tags.
        collections: Names of the collections it was in.
        beats: Digest of the corrections of its beats, where somebody corrected them.
    """

    digest: str
    kind: str = ""
    size: int = 0
    content: str | None = None
    leader: str | None = None
    likeness: str | None = None
    trashed: str | None = None
    rating: int | None = None
    favourite: bool = False
    mark: str | None = None
    reason: str | None = None
    note: str | None = None
    tags: frozenset[str] = frozenset()
    collections: frozenset[str] = frozenset()
    beats: str | None = None


@dataclass(frozen=True, slots=True)
class PastRoot:
    """A folder in which files were known by their relative path, and whether it was watched."""

    path: str
    watched: bool = False


@dataclass(frozen=True, slots=True)
class PastFinding:
    """Why a file was not taken in."""

    state: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class PastItem:
    """A file in the trash: whose bytes, where it lay, where it was kept and until when."""

    digest: str
    path: str
    kept: str
    until: str


@dataclass(frozen=True, slots=True)
class PastProject:
    """A project: its name, its brief, and the part that each of its assets played."""

    name: str
    brief: str = ""
    style: str = ""
    archived: bool = False
    members: Mapping[str, str] = field(default_factory=lambda: _NONE)


@dataclass(frozen=True, slots=True)
class PastRecipe:
    """A derivation: what was done, what it read in order, and what it gave in order, each with its role."""

    operation: str
    version: int
    take: int
    inputs: tuple[str, ...]
    outputs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LibraryState:
    """The whole library at a moment.

    Attributes:
        assets: By digest.
        places: The digest that each path held, by path as people are told it.
        roots: By the number they have in the store.
        findings: By path.
        trash: By the identifier of the item.
        synonyms: Words and the tags that they meant.
        projects: By identifier.
        recipes: By key.
        unread: How many events could not be read: their payload was erased, or a newer version wrote them.
    """

    assets: Mapping[str, PastAsset] = field(default_factory=lambda: _NONE)
    places: Mapping[str, str] = field(default_factory=lambda: _NONE)
    roots: Mapping[int, PastRoot] = field(default_factory=lambda: _NONE)
    findings: Mapping[str, PastFinding] = field(default_factory=lambda: _NONE)
    trash: Mapping[str, PastItem] = field(default_factory=lambda: _NONE)
    synonyms: Mapping[str, str] = field(default_factory=lambda: _NONE)
    projects: Mapping[str, PastProject] = field(default_factory=lambda: _NONE)
    recipes: Mapping[str, PastRecipe] = field(default_factory=lambda: _NONE)
    unread: int = 0
