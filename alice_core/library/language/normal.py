"""The one form of queries that mean the same: no nesting without need, no empty parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from alice_core.store.numbers import stamp
from alice_core.store.wanted import TIME_FIELDS, All, AnyOf, Match, Not, Range, Term, Text, Wanted

EVERYTHING = All(())
"""The term that everything fits."""


def normal(wanted: Wanted) -> Wanted:
    """The same query in normal form.

    ``All`` holds two different terms or more and no ``All``, ``AnyOf`` likewise, ``Not`` no ``Not``; words have single
    spaces; a range of times leaves its end out; a query for everything has no term.
    """
    if wanted.term is None:
        return wanted
    term = normal_term(wanted.term)
    return replace(wanted, term=None if term == EVERYTHING else term)


def normal_term(term: Term) -> Term:
    """The same term in normal form; :data:`EVERYTHING` for one that everything fits."""
    if isinstance(term, Text):
        words = " ".join(term.words.split())
        return Text(words, term.prefix) if words else EVERYTHING
    if isinstance(term, Range):
        return _range(term)
    if isinstance(term, Not):
        inner = normal_term(term.term)
        return inner.term if isinstance(inner, Not) else Not(inner)
    if isinstance(term, All):
        return every(normal_term(one) for one in term.terms)
    if isinstance(term, AnyOf):
        return either(normal_term(one) for one in term.terms)
    return Not(EVERYTHING) if isinstance(term, Match) and not term.patterns else term


def every(terms: Iterable[Term]) -> Term:
    """What fits every one of some normal terms, in normal form."""
    flat = tuple(dict.fromkeys(one for term in terms for one in (term.terms if isinstance(term, All) else (term,))))
    return flat[0] if len(flat) == 1 else All(flat)


def either(terms: Iterable[Term]) -> Term:
    """What fits any one of some normal terms, in normal form; of none of them, nothing does."""
    flat = tuple(dict.fromkeys(one for term in terms for one in (term.terms if isinstance(term, AnyOf) else (term,))))
    if not flat:
        return Not(EVERYTHING)
    return flat[0] if len(flat) == 1 else AnyOf(flat)


def _range(term: Range) -> Range:
    if term.field in TIME_FIELDS:
        low, high = (None if end is None else stamp(datetime.fromisoformat(str(end))) for end in (term.low, term.high))
        return Range(term.field, low, high, below=high is not None)
    return replace(term, below=term.below and term.high is not None, above=term.above and term.low is not None)
