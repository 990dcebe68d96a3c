"""Which assets are looked for, as values: what a query language or a question is parsed to.

The store turns them into SQL (:mod:`alice_core.store.search`); the library writes and reads
them as text. Text compares without regard to case; ``*`` and ``?`` in a pattern stand for any
signs and for one sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Text:
    """Words in names, places, prompts, models, tags and notes.

    Attributes:
        words: One word, or the words of a phrase in order.
        prefix: Whether the last word is only a beginning (``tig*``).
    """

    words: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """A text field that fits any of several patterns.

    Attributes:
        field: One of :data:`TEXT_FIELDS`.
        patterns: Globs, without regard to case; ``tag:style`` also fits ``style/neon``; ``digest`` and
            ``content`` take the start of one; ``in`` takes a folder and fits all below it.
    """

    field: str
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Range:
    """A number or time between two ends, either of which may be open.

    Attributes:
        field: One of :data:`NUMBER_FIELDS` (ends are Decimal) or :data:`TIME_FIELDS` (RFC 3339 text, UTC, ``Z``).
        low: The least value, ``None`` for no lower end.
        high: The greatest value, ``None`` for no upper end.
        below: Whether ``high`` itself is left out (times always leave it out).
        above: Whether ``low`` itself is left out.
    """

    field: str
    low: Decimal | str | None = None
    high: Decimal | str | None = None
    below: bool = False
    above: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """Something that an asset is or has; ``name`` is one of :data:`STATES`."""

    name: str


@dataclass(frozen=True, slots=True)
class Not:
    """Everything that does not fit."""

    term: Term


@dataclass(frozen=True, slots=True)
class All:
    """What fits every term."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """What fits at least one term."""

    terms: tuple[Term, ...]


Term: TypeAlias = Text | Match | Range | State | Not | All | AnyOf

TEXT_FIELDS = (
    "kind", "model", "lora", "project", "tag", "collection", "digest", "content", "name", "path", "in", "ext", "mime",
    "sampler", "scheduler", "generator", "mark", "note", "prompt", "negative", "codec", "operation", "camera", "artist",
)  # fmt: skip
"""Fields of :class:`Match`. ``operation`` is the derivation that gave the asset (``provider.storyboard.image``)."""

NUMBER_FIELDS = (
    "rating", "seed", "size", "width", "height", "seconds", "fps", "steps", "cfg", "copies", "cost",
)  # fmt: skip
"""Number fields of :class:`Range`. ``size`` is in bytes, ``copies`` counts known places, ``cost`` is in US dollars."""

TIME_FIELDS = ("made", "added")
"""Time fields of :class:`Range`: when the file was made, and when it became known."""

STATES = (
    "favourite", "liked", "rated", "tagged", "marked", "noted", "missing", "trashed", "duplicate", "generated",
    "prompted", "uncertain", "companion",
)  # fmt: skip
"""Names of :class:`State`. ``liked`` is a favourite, a hero mark or a rating of 4 and more; ``missing`` has no
known place; ``duplicate`` shares its content with another asset; ``generated`` carries generation facts;
``uncertain`` has generation facts that a reader was not sure of; ``companion`` belongs to a bigger result."""

SORTS = ("newest", "oldest", "best", "relevance", "biggest", "smallest", "longest", "shortest", "name")
"""Orders of a result. ``best`` is by rating, then newest; ``relevance`` ranks text hits (bm25)."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for, in which order, and how many at most.

    Attributes:
        term: What must hold; ``None`` for everything.
        sort: One of :data:`SORTS`.
        limit: At most so many; ``None`` for all.
    """

    term: Term | None = None
    sort: str = "newest"
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names that a store knows, for understanding questions; each in the order they were met.

    Attributes:
        models: Names of models as the files write them.
        loras: Names of LoRAs.
        tags: Full names of tags, ``style/neon``.
        synonyms: Synonym and the full name of its tag.
        projects: Names of projects.
        collections: Names of collections.
        generators: Such as ``ComfyUI``.
        samplers: Such as ``euler``.
        schedulers: Such as ``karras``.
    """

    models: tuple[str, ...] = ()
    loras: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, str], ...] = ()
    projects: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    generators: tuple[str, ...] = ()
    samplers: tuple[str, ...] = ()
    schedulers: tuple[str, ...] = ()
