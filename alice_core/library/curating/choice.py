"""Naming assets: by path, by the start of a digest, or all that a query finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alice_core.errors import NotFound, UsageError
from alice_core.library.find import find
from alice_core.library.show import resolve
from alice_core.store import Store


@dataclass(frozen=True, slots=True)
class Choice:
    """Assets that somebody named.

    Attributes:
        digests: Each once, in the order named; what a query found comes last.
        query: The exact query that was understood.
    """

    digests: tuple[str, ...]
    query: str | None = None


def choose(store: Store, names: Sequence[str], *, query: str | None = None, now: datetime | None = None) -> Choice:
    """The assets that names and a query stand for.

    A query that is not understood to its last word, or was taken for another, chooses nothing: what it
    leaves out would make it find more than was meant.

    Args:
        store: The store.
        names: Paths, digests or the starts of digests.
        query: A query or a question.
        now: The moment that ``yesterday`` is counted from.

    Raises:
        UsageError: Nothing was named, a name fits several assets, or the query was not understood.
        NotFound: Nothing is known of a name.
    """
    if not names and query is None:
        raise UsageError("which assets?", hint='Name files or digests, or choose with --query "kind:image rain".')
    digests = [resolve(store, name) for name in names]
    with store.reading() as reader:
        known = reader.assets.known(digests)
    for name, digest in zip(names, digests, strict=True):
        if digest not in known:
            raise NotFound(f"nothing is known of {name!r}", hint=f'Take it in first: alice ingest "{name}"')
    exact = None
    if query is not None:
        exact, found = _found(store, query, now)
        digests += found
    return Choice(tuple(dict.fromkeys(digests)), exact)


def _found(store: Store, query: str, now: datetime | None) -> tuple[str, list[str]]:
    if not query.strip():
        raise UsageError("the query is empty", hint='Say what to choose, such as --query "kind:image rain".')
    answer = find(store, query, now=now, meaning=False)
    if answer.ignored:
        words = " ".join(answer.ignored)
        raise UsageError(f"not understood: {words}", hint=f"Without that it would be: {answer.query}")
    if answer.corrected:
        words = ", ".join(word for word, _ in answer.corrected)
        raise UsageError(f"found nowhere: {words}", hint=f"Did you mean: {answer.query}")
    return answer.query, [card.asset.digest for card in answer.cards]
