"""Queries and questions as they were understood, with the exact query that means the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alice_core.library.language.calendar import Calendar
from alice_core.library.language.grammar import read_query, words_as_they_are
from alice_core.library.language.lexer import Piece, Sign
from alice_core.library.language.normal import normal
from alice_core.library.language.plain import asks_for_all, plain_reading
from alice_core.library.language.writing import write
from alice_core.store.wanted import All, Term, Vocabulary, Wanted


@dataclass(frozen=True, slots=True)
class Understood:
    """A query as it was understood.

    Attributes:
        wanted: What is looked for, in normal form.
        text: The exact query; parsing it at the same moment gives an equal ``wanted``.
        ignored: Words that were not understood.
    """

    wanted: Wanted
    text: str
    ignored: tuple[str, ...] = ()


def parse(text: str, *, now: datetime) -> Understood:
    """The query that a text in the exact language means; every bare word is a word to be found.

    Args:
        text: Such as ``kind:video rating>=4 "neon tiger"``.
        now: The moment that ``today`` is counted from, in the time zone that dates are meant in.

    Raises:
        UsageError: A quote or parenthesis is not closed, or a field cannot have a value that it was given.
        ValueError: The moment has no time zone.
    """
    calendar = Calendar(now)
    wanted, ignored = read_query(text, calendar, words_as_they_are)
    return Understood(wanted, write(wanted, zone=calendar.zone), ignored)


def ask(question: str, vocabulary: Vocabulary, *, now: datetime) -> Understood:
    """The query that a question in plain language means; only phrases in quotes are exact.

    Never an error: what cannot be understood is in ``ignored``, or is a word to be found.

    Args:
        question: Such as ``red portraits from last week made with flux that I liked``.
        vocabulary: The names that the store knows.
        now: The moment that ``last week`` is counted from, in the time zone that dates are meant in.

    Raises:
        ValueError: The moment has no time zone.
    """
    calendar = Calendar(now)
    heard = plain_reading(vocabulary, calendar)(_words(question))
    terms: tuple[Term, ...] = heard.terms
    wanted = normal(Wanted(All(terms), heard.sort or "newest", heard.limit))
    if _says_nothing(wanted, heard.ignored, question):
        wanted = normal(Wanted(All(words_as_they_are(_words(question)).terms)))
    return Understood(wanted, _settled(wanted, vocabulary, calendar), heard.ignored)


def understand(text: str, vocabulary: Vocabulary, *, now: datetime) -> Understood:
    """What a person who typed a text wants: its exact parts exactly, the rest as plain language.

    The text that comes back is understood as the same query again.

    Args:
        text: A query, a question, or a mixture: ``videos from last week rating>=4``.
        vocabulary: The names that the store knows.
        now: The moment that dates are counted from, in the time zone that they are meant in.

    Raises:
        UsageError: A quote or parenthesis is not closed, or a field cannot have a value that it was given.
        ValueError: The moment has no time zone.
    """
    calendar = Calendar(now)
    wanted, ignored = read_query(text, calendar, plain_reading(vocabulary, calendar))
    if _says_nothing(wanted, ignored, text):
        wanted, ignored = read_query(text, calendar, words_as_they_are)
    return Understood(wanted, _settled(wanted, vocabulary, calendar), ignored)


def _settled(wanted: Wanted, vocabulary: Vocabulary, calendar: Calendar) -> str:
    """The exact query, with words in quotes if some of them would else be taken for plain language."""
    text = write(wanted, zone=calendar.zone)
    again, _ = read_query(text, calendar, plain_reading(vocabulary, calendar))
    return text if again == wanted else write(wanted, zone=calendar.zone, quoted=True)


def _says_nothing(wanted: Wanted, ignored: tuple[str, ...], text: str) -> bool:
    """Whether only little words were said that do not ask for everything: ``up``, ``the who``."""
    return wanted == Wanted() and not ignored and not asks_for_all(text)


def _words(question: str) -> list[Piece]:
    """The words of a question; quotes that are not closed are none."""
    pieces: list[Piece] = []
    parts = question.replace("“", '"').replace("”", '"').replace("„", '"').split('"')
    for number, part in enumerate(parts):
        if number % 2 and number < len(parts) - 1:
            pieces.append(Piece(Sign.WORD, part, quoted=True))
        else:
            pieces += [Piece(Sign.WORD, word) for word in part.split()]
    return pieces
