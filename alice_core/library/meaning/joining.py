"""Meaning joins words: what a question's words do not find, their meaning may."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from alice_core.library.meaning.encoder import Encoder, installed_encoder, is_installed
from alice_core.library.meaning.fusion import fused
from alice_core.store import Reader
from alice_core.store.wanted import All, AnyOf, Term, Text, Wanted

FLOOR = 0.15
"""Below this cosine a prompt has nothing to do with a question; what has is mostly between 0.2 and 0.5."""

POOL = 200
"""So many assets join by their meaning at most."""

PAGE = 50
"""Up to so many results are filled up where no limit was given."""

_MOST_PROMPTS = 20_000
_FIRST = 400
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True, slots=True)
class Meant:
    """A query in two parts.

    Attributes:
        words: What is said in words whose meaning counts.
        rest: What must hold all the same.
    """

    words: str
    rest: Term | None


def meant(term: Term | None) -> Meant | None:
    """The words of a query whose meaning counts, and the rest; ``None`` where there are no such words.

    A phrase, the beginning of a word and a word with digits are looked for as they stand, for somebody who
    writes them knows what they look for.
    """
    parts = tuple(_conjuncts(term))
    loose = [one for one in parts if _is_loose(one)]
    if not loose:
        return None
    rest = tuple(one for one in parts if not _is_loose(one))
    return Meant(" ".join(word for one in loose for word in _words(one)), All(rest) if rest else None)


def with_meaning(
    reader: Reader,
    asked: Wanted,
    searched: Wanted,
    numbers: Sequence[int],
    *,
    cache: Path,
    encoder: Encoder | None = None,
) -> tuple[int, ...]:
    """What words found, joined by what has the same meaning; as it was, where meaning has no say.

    By relevance the two rankings are fused. Newest first, meaning only fills up what words do not find, and
    nothing that words found is left out; but where a word that people often write was taken for another one,
    the two rankings are fused as well, for perhaps it was right. In every other order meaning has no say.

    Args:
        reader: The store.
        asked: What was asked for, words as they were typed.
        searched: The same with its words corrected, as it was looked for.
        numbers: What words found, in order.
        cache: The folder for files that make the next question quick.
        encoder: By default the installed one; without one meaning has no say.
    """
    found = tuple(numbers)
    question = meant(asked.term)
    if question is None or searched.sort not in {"newest", "relevance"}:
        return found
    full = len(found) >= (searched.limit or PAGE)
    if full and searched.sort == "newest" and asked.term == searched.term:
        return found
    if encoder is None and not is_installed():
        return found
    encoder = encoder or installed_encoder()
    corrected = meant(searched.term) or question
    doubtful = any(encoder.knows(word) for word in set(question.words.split()) - set(corrected.words.split()))
    fills = searched.sort == "newest" and not doubtful
    if (fills and full) or not reader.vectors.any(encoder.name):
        return found
    near = _near(reader, encoder, question if doubtful else corrected, cache)
    return _filled(found, near, searched.limit or PAGE) if fills else fused(found, near)[: searched.limit]


def _filled(found: Sequence[int], near: Sequence[int], limit: int) -> tuple[int, ...]:
    """Everything that words found, and of the rest the nearest, ranked together."""
    known = set(found)
    fresh = [one for one in near if one not in known]
    chosen = {*found, *fresh[: max(0, limit - len(found))]}
    return tuple(one for one in fused(found, near) if one in chosen)


def _near(reader: Reader, encoder: Encoder, question: Meant, cache: Path) -> list[int]:
    """Assets that mean what is asked, nearest first; of one prompt the newest first."""
    from alice_core.library.meaning.nearest import nearest  # noqa: PLC0415 - NumPy, only when meaning has a say

    vector = encoder.encode([question.words])[0]
    prompts = [
        prompt for prompt, _ in nearest(reader, encoder.name, vector, folder=cache, floor=FLOOR, most=_MOST_PROMPTS)
    ]
    found: list[int] = []
    start, step = 0, _FIRST
    while start < len(prompts) and len(found) < POOL:
        some = prompts[start : start + step]
        holders = reader.vectors.holders(some, question.rest)
        found += [number for prompt in some for number in holders.get(prompt, ())]
        start, step = start + step, step * 4
    return found[:POOL]


def _conjuncts(term: Term | None) -> Iterator[Term]:
    if isinstance(term, All):
        for one in term.terms:
            yield from _conjuncts(one)
    elif term is not None:
        yield term


def _is_loose(term: Term) -> bool:
    if isinstance(term, Text):
        return not term.prefix and _WORD.fullmatch(term.words) is not None
    return isinstance(term, AnyOf) and bool(term.terms) and all(_is_loose(one) for one in term.terms)


def _words(term: Term) -> Iterator[str]:
    if isinstance(term, Text):
        yield term.words
    elif isinstance(term, AnyOf):
        for one in term.terms:
            yield from _words(one)
