"""From the pieces of a query to its term: alternatives, negation, parentheses, and fields.

::

    alternatives = group {("OR" | "|") group}
    group        = {["AND"] part}
    part         = {"-" | "NOT"} (word | phrase | field | "(" alternatives ")")

Neighbouring words are handed on together, so that a reader of plain language can understand them as one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alice_core.library.language.calendar import Calendar
from alice_core.library.language.fields import field_named, sort_named, unreadable
from alice_core.library.language.lexer import Piece, Sign, pieces_of
from alice_core.library.language.normal import EVERYTHING, either, every, normal
from alice_core.library.language.predicates import field_term
from alice_core.store.wanted import Not, Term, Text, Wanted

_DEEPEST = 60
"""Parentheses in parentheses; nobody needs so many, and a parser must not run out of stack."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was understood of some words.

    Attributes:
        terms: What must hold.
        sort: An order that was asked for.
        limit: A number that was asked for.
        ignored: Words that were not understood.
    """

    terms: tuple[Term, ...] = ()
    sort: str | None = None
    limit: int | None = None
    ignored: tuple[str, ...] = ()


Reading = Callable[[Sequence[Piece]], Heard]
"""Understands neighbouring words and phrases."""


def words_as_they_are(words: Sequence[Piece]) -> Heard:
    """Every word and phrase as a text to be found; ``tig*`` as the start of one."""
    terms: list[Term] = []
    for word in words:
        text, prefix = word.text, word.prefix
        if not word.quoted:
            text = text.strip(",")
            prefix = text.endswith("*") and len(text.rstrip("*")) > 0
            text = text.rstrip("*") if prefix else text
        terms.append(Text(text, prefix))
    return Heard(tuple(terms))


def read_query(text: str, calendar: Calendar, reading: Reading) -> tuple[Wanted, tuple[str, ...]]:
    """The query that a text means, in normal form, and the words that were not understood.

    Raises:
        UsageError: A parenthesis or quote is not closed, or a field cannot have a value that it was given.
    """
    parser = _Parser(pieces_of(text), calendar, reading)
    term = parser.alternatives(0)
    parser.end()
    wanted = Wanted(term, parser.sort or parser.heard_sort or "newest", parser.limit or parser.heard_limit)
    return normal(wanted), tuple(parser.ignored)


class _Parser:
    def __init__(self, pieces: Sequence[Piece], calendar: Calendar, reading: Reading) -> None:
        self._pieces = pieces
        self._at = 0
        self._calendar = calendar
        self._reading = reading
        self.sort: str | None = None
        self.limit: int | None = None
        self.heard_sort: str | None = None
        self.heard_limit: int | None = None
        self.ignored: list[str] = []

    def _sign(self) -> Sign | None:
        return self._pieces[self._at].sign if self._at < len(self._pieces) else None

    def end(self) -> None:
        """Nothing may be left."""
        if self._sign() is not None:
            raise unreadable("a closing parenthesis has no opening one", hint="Leave it out, or put it in quotes.")

    def alternatives(self, depth: int) -> Term:
        """Groups with OR between them."""
        if depth > _DEEPEST:
            raise unreadable("the query has too many parentheses in parentheses", hint="Write it simpler.")
        groups: list[Term] = []
        while True:
            group = self._group(depth)
            if group is not None:
                groups.append(group)
            if self._sign() is not Sign.OR:
                return either(groups) if groups else EVERYTHING
            self._at += 1

    def _group(self, depth: int) -> Term | None:
        """Parts that must all hold; ``None`` where there are none at all."""
        terms: list[Term] = []
        some = False
        while (sign := self._sign()) not in {None, Sign.OR, Sign.CLOSE}:
            if sign is Sign.AND:
                self._at += 1
                continue
            parts = self._run() if sign is Sign.WORD else self._part(depth)
            some = some or bool(parts)
            terms += parts
        return every(terms) if some else None

    def _run(self) -> list[Term]:
        start = self._at
        while self._sign() is Sign.WORD:
            self._at += 1
        return self._heard(self._pieces[start : self._at])

    def _heard(self, words: Sequence[Piece]) -> list[Term]:
        heard = self._reading(words)
        self.heard_sort = self.heard_sort or heard.sort
        self.heard_limit = self.heard_limit or heard.limit
        self.ignored += heard.ignored
        return list(heard.terms)

    def _part(self, depth: int) -> list[Term]:
        negated = False
        start = self._at
        while self._sign() is Sign.NOT:
            negated = not negated
            self._at += 1
        sign = self._sign()
        if sign is Sign.OPEN:
            terms = [self._parentheses(depth)]
        elif sign is Sign.WORD:
            self._at += 1
            terms = self._heard(self._pieces[self._at - 1 : self._at])
        elif sign is Sign.FIELD:
            self._at += 1
            terms = self._field(self._pieces[self._at - 1], alone=self._at - 1 == start)
        else:
            raise unreadable("there is nothing after NOT or -", hint="Write -tag:test, or put the sign in quotes.")
        return [Not(every(terms))] if negated and terms else terms

    def _parentheses(self, depth: int) -> Term:
        self._at += 1
        term = self.alternatives(depth + 1)
        if self._sign() is not Sign.CLOSE:
            raise unreadable("a parenthesis is not closed", hint="Close it, or put it in quotes.")
        self._at += 1
        return term

    def _field(self, piece: Piece, *, alone: bool) -> list[Term]:
        field = field_named(piece.text)
        if field is None:
            self.ignored.append(f"{piece.text}{piece.relation}{','.join(value.text for value in piece.values)}")
            return []
        if field in {"sort", "limit"}:
            if not alone:
                raise unreadable(f"{field} cannot be negated", hint=f"Write {field}:{piece.values[0].text}.")
            self._order(field, piece.values[-1].text)
            return []
        return [field_term(field, piece, self._calendar)]

    def _order(self, field: str, value: str) -> None:
        if field == "sort":
            self.sort = sort_named(value)
            return
        if not value.isdecimal() or not 0 < len(value.lstrip("0")) < 10:  # noqa: PLR2004 - a number that fits anywhere
            raise unreadable(f"the limit {value!r} is no number above 0", hint="Write limit:20.")
        self.limit = int(value)
