"""From a question in plain language to what it asks for, word by word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from alice_core.library.language.calendar import Calendar
from alice_core.library.language.grammar import Heard, Reading
from alice_core.library.language.lexer import Piece
from alice_core.library.language.normal import normal_term
from alice_core.library.language.plain.curation import said
from alice_core.library.language.plain.grouping import Part, together, topic_of
from alice_core.library.language.plain.hearing import Found, Hearing, Reader
from alice_core.library.language.plain.kinds import SUBJECTS, kind
from alice_core.library.language.plain.lexicon import lexicon_of
from alice_core.library.language.plain.names import name
from alice_core.library.language.plain.order import order
from alice_core.library.language.plain.periods import period
from alice_core.library.language.plain.quantities import quantity
from alice_core.library.language.plain.sentence import sentence_of
from alice_core.library.language.plain.stops import CONTENT, DETERMINERS, NEGATIONS, PASSED, REQUESTS, STOPS
from alice_core.library.language.plain.unsaid import unsaid
from alice_core.store.wanted import All, Not, Text, Vocabulary

_READERS: tuple[Reader, ...] = (period, order, name, quantity, said, kind, unsaid)


def plain_reading(vocabulary: Vocabulary, calendar: Calendar) -> Reading:
    """A reader of plain language that knows the names of a store."""
    lexicon = lexicon_of(vocabulary)

    def read(words: Sequence[Piece]) -> Heard:
        return _Listener(Hearing(sentence_of(words), calendar, lexicon)).listen()

    return read


def asks_for_all(text: str) -> bool:
    """Whether a text that names nothing to look for asks for everything: ``show me all``, ``newest``."""
    words = [word.strip(".,:;!?()") for word in text.lower().split()]
    known = any(word in SUBJECTS or word in {"all", "any", "newest", "latest", "recent", "recently"} for word in words)
    return known or all(word in REQUESTS or not any(map(str.isalnum, word)) for word in words)


class _Listener:
    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing
        self._sentence = hearing.sentence
        self._parts: list[Part] = []
        self._sort: str | None = None
        self._limit: int | None = None
        self._ignored: list[str] = []
        self._link = ""
        self._run = 0
        self._opened = False
        self._negation = ""
        self._reached = False
        self._again = False

    def listen(self) -> Heard:
        at = 0
        while at < len(self._sentence):
            at = self._step(at)
        return Heard(together(self._parts), self._sort, self._limit, tuple(self._ignored))

    def _step(self, at: int) -> int:
        """The place after the next words that mean something."""
        word = self._sentence.words[at]
        if word.low == ",":
            self._link, self._run = ",", self._run + 1
            self._hearing.link(at, at + 1)
            return at + 1
        if word.low in {"or", "and", "vs", "versus"}:
            if self._link != "or":
                self._link = "and" if word.low == "and" else "or"
            self._hearing.link(at, at + 1)
            self._run += 1
            return at + 1
        for reader in _READERS:
            if (found := reader(self._hearing, at)) is not None:
                return self._take(found)
        if (negation := NEGATIONS.at(self._sentence, at)) is not None and self._negates(at, negation[1]):
            self._negation, self._reached = negation[0], False
            self._again = self._link == "or"
            self._link = "or" if self._again else ""
            self._run += 1
            self._hearing.link(at, negation[1])
            return negation[1]
        if (passed := PASSED.at(self._sentence, at)) is not None:
            return passed[1]
        return self._pass(at) if word.low in STOPS else self._text(at)

    def _negates(self, at: int, end: int) -> bool:
        """``but`` negates only in ``all but``; else it is a little word."""
        return self._sentence.lows(at, end) != ("but",) or self._sentence.low(at - 1) in {
            "all",
            "everything",
            "any",
            "anything",
        }

    def _take(self, found: Found) -> int:
        self._sort = self._sort or found.sort
        self._limit = self._limit or found.limit
        if found.ignored:
            self._ignored.append(found.ignored)
        for term in found.terms:
            if isinstance(term, Not) and self._negation:
                term = term.term  # noqa: PLW2901 - not untagged is tagged
                self._negation = ""
            self._add(Part(term, self._link, self._run))
        if found.terms:
            self._hearing.content = False
            self._hearing.naming, self._hearing.named = topic_of(found.terms[0]), found.end
        self._run += 1
        self._opened = False
        if self._sentence.low(found.end) in CONTENT and not self._is_name(found.end):
            self._hearing.content = True
            return found.end + 1
        return found.end

    def _is_name(self, at: int) -> bool:
        return self._sentence.low(at) == "of" and self._sentence.low(at + 1) in {"them", "all", "these", "those", "my"}

    def _pass(self, at: int) -> int:
        """A little word."""
        low = self._sentence.low(at)
        if low in DETERMINERS:
            self._opened = True
        else:
            self._run += 1
            if self._link and low in {"with", "that", "which", "from", "made", "i"} and self._negation == "run":
                self._negation = ""
        if low in {"that", "which", "who", "whose"}:
            self._hearing.content = False
        return at + 1

    def _text(self, at: int) -> int:
        word = self._sentence.words[at]
        if word.quoted or any(sign.isalnum() for sign in word.text):
            self._add(Part(Text(word.text, word.prefix), self._link, self._run, self._opened))
            self._opened = False
        return at + 1

    def _add(self, part: Part) -> None:
        """Take a part in, negated if a negation reaches it."""
        before = self._parts[-1] if self._parts else None
        if self._negation and (not self._reached or (before is not None and self._goes_on(before, part))):
            part = replace(part, negated=True, again=self._again and not self._reached)
            if self._reached and not part.link and before is not None:
                part = replace(before, term=normal_term(All((before.term, part.term))))
                self._parts.pop()
            self._reached = True
        else:
            self._negation = ""
        self._parts.append(part)
        self._link = ""

    def _goes_on(self, before: Part, part: Part) -> bool:
        """Whether a negation goes on: ``without cats and dogs``, ``not red or blue``, ``no red cars``."""
        if part.link == "or" and part.topic != "kind":
            return before.negated
        if not before.negated or before.topic != part.topic:
            return False
        near = bool(part.link) or (part.topic == "text" and part.run == before.run)
        return part.link == "or" or (self._negation == "run" and near)
