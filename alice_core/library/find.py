"""Finding assets by a query or a question, forgiving what is misspelt, and saying what was understood."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from alice_core.library.language import Understood, understand, write
from alice_core.library.meaning import with_meaning
from alice_core.library.show import Card, cards
from alice_core.store import Reader, Store
from alice_core.store.wanted import All, AnyOf, Match, Not, State, Term, Text, Wanted

_PAGE = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found.

    Attributes:
        query: The exact query that was understood; typed as it stands it finds the same.
        ignored: Words that were not understood.
        corrected: Words that occur nowhere, each with those it was taken for.
        cards: What was found, in the order asked for.
    """

    query: str
    ignored: tuple[str, ...]
    corrected: tuple[tuple[str, tuple[str, ...]], ...]
    cards: tuple[Card, ...]


def find(
    store: Store, text: str, *, now: datetime | None = None, limit: int | None = None, meaning: bool = True
) -> Answer:
    """The assets that a query or a question means; newest first, unless it says otherwise.

    What is in the trash and the companions of bigger results are left out, unless it asks for them.

    Args:
        store: The store.
        text: A query such as ``kind:video rating>=4``, or a question in plain words.
        now: The moment that ``yesterday`` is counted from, with its time zone; by default this one.
        limit: At most so many, if the query does not say itself.
        meaning: Whether what means the same joins what has the words, where the extra ``vectors`` is
            there; not for choosing what is to be changed.

    Raises:
        UsageError: The query cannot be understood.
    """
    moment = now or datetime.now().astimezone()
    with store.reading() as reader:
        understood = understand(text, reader.search.vocabulary(), now=moment)
        wanted, corrected = _corrected(reader, understood.wanted)
        exact = _exact(understood, wanted)
        if wanted.limit is None and limit is not None:
            wanted = replace(wanted, limit=limit)
        elif wanted.limit is not None and limit is not None:
            wanted = replace(wanted, limit=min(limit, wanted.limit))
        # What was typed may have a meaning even where no file has the word, so that the uncorrected query counts.
        asked = _visible(replace(understood.wanted, limit=wanted.limit))
        searched = _visible(wanted)
        numbers = reader.search.numbers(searched)
        if meaning:
            cache = store.folder / "cache" / "meaning"
            numbers = with_meaning(reader, asked, searched, numbers, cache=cache)
        found = tuple(
            one
            for start in range(0, len(numbers), _PAGE)
            for one in cards(reader, reader.assets.numbered(numbers[start : start + _PAGE]))
        )
    return Answer(exact, understood.ignored, corrected, found)


def everything(store: Store) -> Iterator[Card]:
    """The whole catalogue, oldest first, trash and companions too, a page at a time."""
    last = -1
    while True:
        with store.reading() as reader:
            page = reader.assets.after(last, limit=_PAGE)
            found = cards(reader, page)
        if not page:
            return
        yield from found
        last = page[-1].number


def _exact(understood: Understood, wanted: Wanted) -> str:
    return understood.text if wanted == understood.wanted else write(wanted)


def _visible(wanted: Wanted) -> Wanted:
    asked = set(_asked(wanted.term))
    hidden = tuple(Not(State(name)) for name in ("trashed", "companion") if name not in asked)
    terms = (wanted.term,) if wanted.term is not None else ()
    return replace(wanted, term=All((*terms, *hidden)))


def _asked(term: Term | None) -> Iterator[str]:
    """What is asked for by itself, and is therefore not hidden: states, and one asset by its digest."""
    if isinstance(term, State):
        yield term.name
    elif isinstance(term, Match) and term.field in {"digest", "content"}:
        yield from ("trashed", "companion")
    elif isinstance(term, Not):
        yield from _asked(term.term)
    elif isinstance(term, All | AnyOf):
        for one in term.terms:
            yield from _asked(one)


def _corrected(reader: Reader, wanted: Wanted) -> tuple[Wanted, tuple[tuple[str, tuple[str, ...]], ...]]:
    """The same, with every word that occurs nowhere replaced by the words it is most like."""
    corrections: dict[str, tuple[str, ...]] = {}

    def mend(term: Term) -> Term:
        if isinstance(term, Text) and not term.prefix and " " not in term.words:
            if reader.search.occurs(term):
                return term
            longer = replace(term, prefix=True)
            if reader.search.occurs(longer):
                corrections[term.words] = (f"{term.words}*",)
                return longer
            likely = reader.search.alike(term.words)
            if not likely:
                return term
            corrections[term.words] = likely
            return AnyOf(tuple(Text(word) for word in likely)) if len(likely) > 1 else Text(likely[0])
        if isinstance(term, All | AnyOf):
            return replace(term, terms=tuple(mend(one) for one in term.terms))
        return term

    if wanted.term is None:
        return wanted, ()
    mended = mend(wanted.term)
    return replace(wanted, term=mended), tuple(corrections.items())
