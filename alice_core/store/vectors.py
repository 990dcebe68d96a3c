"""Rows of what prompts mean: one vector for each distinct prompt, however many assets were made with it.

All of it is a cache: it can be worked out again from what the files say of themselves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, exists, func, literal, select

from alice_core.media.packed import clean
from alice_core.store import terms
from alice_core.store.library_tables import AssetPromptRow, PromptVectorRow
from alice_core.store.tables import AssetRow
from alice_core.store.upsert import insert_new
from alice_core.store.wanted import Term

CHUNK = 1 << 16
"""So many vectors make a chunk: what is fetched, and held in memory, at once."""

_MANY = 400


@dataclass(frozen=True, slots=True)
class Chunk:
    """Vectors whose rows follow each other, and how they are known from those that were there before.

    Attributes:
        place: The chunk's number.
        count: How many vectors it has.
        last: The number of the prompt of the last of them.
    """

    place: int
    count: int
    last: int


def prompt_number(prompt: str) -> int:
    """The number of a prompt: the first 64 bits of its SHA-256, signed."""
    return int.from_bytes(hashlib.sha256(clean(prompt).encode()).digest()[:8], "big", signed=True)


class Vectors:
    """The prompts and vectors of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def unread(self, limit: int, *, below: int | None = None) -> tuple[int, ...]:
        """Numbers of assets of which nobody has noted the prompt, newest first; only those below a number."""
        noted = exists(select(literal(1)).where(AssetPromptRow.number == AssetRow.number))
        query = select(AssetRow.number).where(~noted)
        query = query if below is None else query.where(AssetRow.number < below)
        return tuple(self._connection.scalars(query.order_by(AssetRow.number.desc()).limit(limit)))

    def note(self, prompts: Mapping[int, int | None]) -> None:
        """Note the prompts of assets, both by number; ``None`` where an asset has none."""
        if prompts:
            rows = [{"number": number, "prompt": prompt} for number, prompt in sorted(prompts.items())]
            insert_new(self._connection, AssetPromptRow, rows)

    def forget(self, numbers: Iterable[int]) -> None:
        """Forget which prompts assets were made with, as that may have changed; they are noted anew in time."""
        wanted = sorted(numbers)
        for start in range(0, len(wanted), _MANY):
            some = wanted[start : start + _MANY]
            self._connection.execute(delete(AssetPromptRow).where(AssetPromptRow.number.in_(some)))

    def lacking(self, model: str, limit: int, *, after: int | None = None) -> tuple[tuple[int, int], ...]:
        """Prompts without a vector of a model, each with an asset made with it, in order of the prompts' numbers."""
        kept = select(literal(1)).where(PromptVectorRow.model == model, PromptVectorRow.prompt == AssetPromptRow.prompt)
        query = select(AssetPromptRow.prompt, func.max(AssetPromptRow.number)).where(
            AssetPromptRow.prompt.is_not(None), ~kept.exists()
        )
        query = query if after is None else query.where(AssetPromptRow.prompt > after)
        query = query.group_by(AssetPromptRow.prompt).order_by(AssetPromptRow.prompt).limit(limit)
        return tuple((prompt or 0, number) for prompt, number in self._connection.execute(query))

    def keep(self, model: str, vectors: Mapping[int, bytes]) -> None:
        """Keep the vectors of prompts, by number; those that are there already stay as they are."""
        if vectors:
            rows = [{"model": model, "prompt": prompt, "vector": one} for prompt, one in sorted(vectors.items())]
            insert_new(self._connection, PromptVectorRow, rows)

    def kept(self, model: str, prompts: Iterable[int]) -> set[int]:
        """Those of the prompts, by number, that have a vector of a model."""
        wanted = sorted(prompts)
        found: set[int] = set()
        for start in range(0, len(wanted), _MANY):
            query = select(PromptVectorRow.prompt).where(PromptVectorRow.model == model)
            some = PromptVectorRow.prompt.in_(wanted[start : start + _MANY])
            found |= set(self._connection.scalars(query.where(some)))
        return found

    def any(self, model: str) -> bool:
        """Whether there is a vector of a model."""
        query = select(literal(1)).where(PromptVectorRow.model == model).limit(1)
        return self._connection.scalar(query) is not None

    def count(self, model: str) -> int:
        """How many vectors of a model there are."""
        query = select(func.count()).select_from(PromptVectorRow).where(PromptVectorRow.model == model)
        return self._connection.scalar(query) or 0

    def chunks(self, model: str) -> tuple[Chunk, ...]:
        """The chunks of a model's vectors, in order."""
        of = PromptVectorRow.model == model
        newest = self._connection.scalar(select(func.max(PromptVectorRow.id)).where(of))
        found: list[Chunk] = []
        for place in range(0 if newest is None else newest // CHUNK + 1):
            inside = (of, *_inside(place))
            count = self._connection.scalar(select(func.count()).select_from(PromptVectorRow).where(*inside)) or 0
            last = select(PromptVectorRow.prompt).where(*inside).order_by(PromptVectorRow.id.desc()).limit(1)
            if count:
                found.append(Chunk(place, count, self._connection.scalar(last) or 0))
        return tuple(found)

    def rows(self, model: str, place: int) -> Iterator[tuple[int, bytes]]:
        """The vectors of a chunk, each with its prompt's number before it."""
        query = select(PromptVectorRow.prompt, PromptVectorRow.vector)
        query = query.where(PromptVectorRow.model == model, *_inside(place))
        rows = self._connection.execute(query.order_by(PromptVectorRow.id))
        return ((prompt, vector) for prompt, vector in rows)

    def holders(self, prompts: Sequence[int], term: Term | None) -> dict[int, tuple[int, ...]]:
        """The numbers of the assets made with prompts that also fit a term, by prompt, newest first."""
        made: list[tuple[int, int]] = []
        for start in range(0, len(prompts), _MANY):
            query = select(AssetPromptRow.number, AssetPromptRow.prompt)
            some = AssetPromptRow.prompt.in_(prompts[start : start + _MANY])
            made += [(number, prompt or 0) for number, prompt in self._connection.execute(query.where(some))]
        fitting = self._fitting([number for number, _ in made], term)
        found: dict[int, list[int]] = {}
        for number, prompt in sorted(made, reverse=True):
            if number in fitting:
                found.setdefault(prompt, []).append(number)
        return {prompt: tuple(numbers) for prompt, numbers in found.items()}

    def _fitting(self, numbers: Sequence[int], term: Term | None) -> set[int]:
        """Those of the numbers whose assets fit; asked apart, as a join would walk all assets that fit."""
        if term is None:
            return set(numbers)
        fits = terms.fits(term, self._connection).test
        found: set[int] = set()
        for start in range(0, len(numbers), _MANY):
            some = AssetRow.number.in_(numbers[start : start + _MANY])
            found |= set(self._connection.scalars(select(AssetRow.number).where(some, fits)))
        return found


def _inside(place: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return PromptVectorRow.id >= place * CHUNK, PromptVectorRow.id < (place + 1) * CHUNK
