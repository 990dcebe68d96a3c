"""Queries as text that reads back as the same query."""

from __future__ import annotations

from datetime import tzinfo

from alice_core.library.language.dates import write_times
from alice_core.library.language.lexer import can_be_bare_value, can_stand_bare
from alice_core.library.language.measures import write_range
from alice_core.library.language.normal import normal
from alice_core.store.wanted import TIME_FIELDS, All, AnyOf, Match, Not, Range, State, Term, Text, Wanted


def write(wanted: Wanted, *, zone: tzinfo | None = None, quoted: bool = False) -> str:
    """The query as text, in normal form; parsing it gives an equal one.

    Args:
        wanted: The query.
        zone: The time zone in which days and months are written by their names; the text must then be
            parsed in the same one. Without it, times are written out in UTC and mean the same everywhere.
        quoted: Whether every word is put in quotes, so that none is taken for plain language.
    """
    wanted = normal(wanted)
    parts = [] if wanted.term is None else [_Writer(zone, quoted=quoted).group(wanted.term)]
    if wanted.sort != "newest":
        parts.append(f"sort:{wanted.sort}")
    if wanted.limit is not None:
        parts.append(f"limit:{wanted.limit}")
    return " ".join(parts)


class _Writer:
    def __init__(self, zone: tzinfo | None, *, quoted: bool) -> None:
        self._zone = zone
        self._quoted = quoted

    def group(self, term: Term) -> str:
        """A term where no parentheses are needed around it."""
        if isinstance(term, All):
            return " ".join(self.part(one) for one in term.terms) or "()"
        return " OR ".join(self.part(one) for one in term.terms) if isinstance(term, AnyOf) else self.part(term)

    def part(self, term: Term) -> str:
        """A term among others."""
        if isinstance(term, All | AnyOf):
            return f"({self.group(term)})" if term.terms else "()"
        if isinstance(term, Not):
            return f"-{self.part(term.term)}"
        if isinstance(term, Text):
            bare = not self._quoted and can_stand_bare(term.words)
            return (term.words if bare else _quote(term.words)) + "*" * term.prefix
        if isinstance(term, Match):
            return f"{term.field}:" + ",".join(one if can_be_bare_value(one) else _quote(one) for one in term.patterns)
        if isinstance(term, State):
            return f"is:{term.name}"
        return self._range(term)

    def _range(self, term: Range) -> str:
        return write_times(term, self._zone) if term.field in TIME_FIELDS else write_range(term)


def _quote(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
