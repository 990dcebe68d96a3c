"""What one ``field:value`` of a query means."""

from __future__ import annotations

import re
from decimal import Decimal

from alice_core.errors import UsageError
from alice_core.library.language.calendar import Calendar, times
from alice_core.library.language.dates import span_of
from alice_core.library.language.fields import field_named, kinds_named, mark_named, no_such, state_named, unreadable
from alice_core.library.language.lexer import Piece
from alice_core.library.language.measures import exactly, number
from alice_core.library.language.normal import either
from alice_core.store.wanted import (
    NUMBER_FIELDS,
    STATES,
    TEXT_FIELDS,
    TIME_FIELDS,
    Match,
    Not,
    Range,
    State,
    Term,
    Text,
)

_RANGE = re.compile(r"(.*?)(<?)\.\.(<?)(.*)", re.DOTALL)


def field_term(field: str, piece: Piece, calendar: Calendar) -> Term:
    """The term of a field (by its own name) with the relation and values of a piece.

    Raises:
        UsageError: The field cannot have such a value or relation.
    """
    texts = [value.text for value in piece.values]
    if piece.relation != ":" and field not in NUMBER_FIELDS + TIME_FIELDS:
        raise unreadable(f"{field} is no number and no time", hint=f"Write {piece.text}:{texts[0]}.")
    if piece.relation != ":" and len(texts) > 1:
        raise unreadable(
            f"{piece.text}{piece.relation} takes one value", hint=f"Write {piece.text}:A,B for any of two."
        )
    if field == "text":
        return either(Text(text) for text in texts)
    if field == "is":
        return either(_is(text) for text in texts)
    if field == "has":
        return either(_has(text) for text in texts)
    if field in TIME_FIELDS:
        return either(_time(field, piece.relation, text, calendar) for text in texts)
    if field in NUMBER_FIELDS:
        return either(_number(field, piece.relation, text) for text in texts)
    return _match(field, texts)


def _match(field: str, texts: list[str]) -> Term:
    if field == "kind":
        return Match(field, tuple(dict.fromkeys(kind for text in texts for kind in kinds_named(text))))
    if field == "mark":
        return Match(field, tuple(dict.fromkeys(mark for text in texts for mark in mark_named(text))))
    return Match(field, tuple(texts))


def _is(text: str) -> Term:
    try:
        name, holds = state_named(text)
    except UsageError:
        try:
            return Match("kind", kinds_named(text))
        except UsageError:
            raise no_such("state", text, STATES) from None
    return State(name) if holds else Not(State(name))


def _has(text: str) -> Term:
    """``has:tag`` is ``is:tagged``; ``has:seed`` is any known seed, ``has:project`` any project."""
    try:
        name, holds = state_named(text)
    except UsageError:
        field = field_named(text)
        if field in TEXT_FIELDS:
            return Match(field, ("*",))
        if field in NUMBER_FIELDS + TIME_FIELDS:
            return Range(field)
        raise no_such("thing to have", text, ("tag", "rating", "prompt", "note", "mark", "project", "seed")) from None
    return State(name) if holds else Not(State(name))


def _number(field: str, relation: str, text: str) -> Term:
    if relation != ":":
        value = number(field, text)
        if relation[0] == ">":
            return Range(field, low=value, above=relation == ">")
        return Range(field, high=value, below=relation == "<")
    if found := _RANGE.fullmatch(text):
        low, high = (number(field, end) if end.strip() else None for end in (found[1], found[4]))
        return _ordered(Range(field, low, high, above=bool(found[2] and low is not None), below=bool(found[3])), text)
    if text.endswith("+"):
        return Range(field, low=number(field, text[:-1]))
    return Range(field) if text == "*" else exactly(field, text)


def _ordered(term: Range, text: str) -> Range:
    if isinstance(term.low, Decimal) and isinstance(term.high, Decimal) and term.low > term.high:
        raise unreadable(f"the range {text} ends before it begins", hint="Write the smaller number first.")
    return term


def _time(field: str, relation: str, text: str, calendar: Calendar) -> Range:
    if relation == ":" and (found := _RANGE.fullmatch(text)):
        low = span_of(found[1], calendar) if found[1].strip() else None
        high = span_of(found[4], calendar) if found[4].strip() else None
        return times(
            field,
            low=None if low is None else low.over if found[2] else low.start,
            high=None if high is None else high.start if found[3] else high.over,
        )
    span = span_of(text, calendar)
    if relation == ":":
        return span.within(field)
    if relation[0] == ">":
        return times(field, low=span.over if relation == ">" else span.start)
    return times(field, high=span.start if relation == "<" else span.over)
