"""What a reader of plain language is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from alice_core.library.language.calendar import Calendar
from alice_core.library.language.plain.lexicon import Lexicon
from alice_core.library.language.plain.sentence import Sentence
from alice_core.store.wanted import Term


@dataclass(frozen=True, slots=True)
class Found:
    """What some words mean.

    Attributes:
        end: The place after them.
        terms: What they ask for; several must all hold.
        sort: The order that they ask for.
        limit: The number that they ask for.
        ignored: The words, if they ask for what cannot be said.
    """

    end: int
    terms: tuple[Term, ...] = ()
    sort: str | None = None
    limit: int | None = None
    ignored: str | None = None


_LINKS = frozenset({"or", "and", ",", "not", "no", "nor", "without", "except", "never"})


@dataclass(slots=True)
class Hearing:
    """A question while it is being understood.

    Attributes:
        sentence: Its words.
        calendar: What dates are counted from.
        lexicon: The names that the store knows.
        content: Whether the words tell of what is to be seen (``pictures of ...``).
        naming: The field whose names or values were just given, so that more may follow after ``or``.
        named: The place after them.
    """

    sentence: Sentence
    calendar: Calendar
    lexicon: Lexicon
    content: bool = False
    naming: str | None = None
    named: int = -1

    def link(self, at: int, end: int) -> None:
        """A link or a negation: more values of the same field may follow it."""
        if at in {self.named, self.named + 1}:
            self.named = end - 1

    def goes_on(self, at: int) -> str | None:
        """The field whose values were just given, if ``or``, ``and``, ``not`` or a comma says that more follow."""
        return self.naming if at == self.named + 1 and self.sentence.low(at - 1) in _LINKS else None


Reader = Callable[[Hearing, int], Found | None]
"""What the words from a place on mean, if the reader knows."""
