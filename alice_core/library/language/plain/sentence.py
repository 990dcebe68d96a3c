"""A question as words that can be looked at one after the other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from alice_core.library.language.lexer import Piece
from alice_core.library.language.measures import LENGTHS, SIZES
from alice_core.library.language.plain.phrases import Spoken

_LONGEST_NAME = 6
"""A name in a question has so many words at most."""

_SIGNS = re.compile(r"[\W_]+")


def squeezed(text: str) -> str:
    """A name in small letters without its signs: ``DPM++ 2M`` is ``dpmpp2m``."""
    low = text.lower()
    return low if low.isalnum() else _SIGNS.sub("", low.replace("++", "pp"))


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a question.

    Attributes:
        text: As it was written.
        low: In small letters; empty for a quoted phrase, which nothing but a name can be.
        quoted: Whether it stood in quotes.
        prefix: Whether it is only the beginning of a word.
    """

    text: str
    low: str
    quoted: bool = False
    prefix: bool = False


class Sentence(Spoken):
    """The words of a question."""

    def __init__(self, words: Sequence[Word]) -> None:
        super().__init__(word.low for word in words)
        self.words = tuple(words)
        self._looks: dict[int, tuple[tuple[str, int], ...]] = {}

    def looks(self, at: int) -> tuple[tuple[str, int], ...]:
        """What the words from a place on look like as one name, and where it ends; the longest run first."""
        if at not in self._looks:
            self._looks[at] = tuple(self._look(at))[::-1]
        return self._looks[at]

    def _look(self, at: int) -> Iterator[tuple[str, int]]:
        if at >= len(self.words):
            return
        if self.words[at].quoted:
            yield squeezed(self.words[at].text), at + 1
            return
        look = ""
        for place in range(at, min(at + _LONGEST_NAME, len(self))):
            if self.low(place) in {"", ","}:
                return
            part = squeezed(self.low(place))
            look += part
            if part and look:
                yield look, place + 1


_UNITS = {*SIZES, *LENGTHS, "px", "p", "fps", "stars", "star", "steps", "cents"} - {"k", "m", "g", "t", "b"}
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_NEGATED = re.compile(r"(is|are|was|were|do|does|did|have|has|had|ca|wo|could|would|should)n'?t")
_PARTS = (
    (re.compile(r"\d{4}-\d{2}(?:-\d{2}(?:t\d{2}:\d{2}(?::\d{2})?z?)?)?"), None),
    (re.compile(r"(\d{3,5})[x×](\d{3,5})"), (1, "×", 2)),
    (re.compile(r"(\d(?:\.\d)?)/(5)"), (1, "out", "of", 2)),
    (re.compile(r"([$€£#])(\w.*)"), (1, 2)),
    (re.compile(r"([<>]=?|[≥≤=~])(\w.*)"), (1, 2)),
    (re.compile(r"(\d[\d.]*)([+%¢€])"), (1, 2)),
    (re.compile(r"(\d+)m(\d+)s?"), (1, "minutes", 2, "seconds")),
    (re.compile(r"(\d+)h(\d+)m?"), (1, "hours", 2, "minutes")),
    (re.compile(rf"(\d+(?:\.\d+)?)-?({_UNIT})(\+?)"), (1, 2, 3)),
    (re.compile(r"(\d+(?:\.\d+)?)(?:-|–|\.\.)(\d+(?:\.\d+)?)([^\W\d]*)"), (1, "-", 2, 3)),
    (re.compile(r"(\d+(?:\.\d+)?|[a-z]+)-((?:star|second|minute|hour|step|day|week|month|year)s?)"), (1, 2)),
    (re.compile(r"(top|best|highest|ai|most|last|this|full|favou?rite)-([a-z]+)"), (1, 2)),
)  # fmt: skip
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_SPELT = {"&": "and", "w/": "with", "w/o": "without", "and/or": "or", "≥": ">=", "≤": "<=", "cannot": "can not"}
_EDGES = "'\"[]{}.:;!?…‘’`´"


def sentence_of(pieces: Iterable[Piece]) -> Sentence:
    """The words of some pieces of a query; a phrase in quotes stays one word."""
    words: list[Word] = []
    for piece in pieces:
        if piece.quoted:
            words.append(Word(piece.text, "", quoted=True, prefix=piece.prefix))
            continue
        chunk = piece.text.replace("’", "'").replace("‘", "'")
        if _GROUPED.fullmatch(chunk.strip(_EDGES + ",")):
            words.append(_word(chunk.replace(",", "")))
            continue
        for number, part in enumerate(chunk.split(",")):
            if number:
                words.append(Word(",", ","))
            words += [_word(one) for one in _split(part.strip(_EDGES))]
    return Sentence([word for word in words if word.quoted or word.low])


def _word(text: str) -> Word:
    text = text.strip(_EDGES)
    prefix = text.endswith("*") and bool(text.rstrip("*"))
    text = text.rstrip("*") if prefix else text
    return Word(text, text.lower(), prefix=prefix)


def _split(chunk: str) -> list[str]:
    low = chunk.lower()
    if not low.isascii() or not low.isalpha():
        return _SPELT[low].split() if low in _SPELT else _parts(chunk, low)
    negated = _NEGATED.fullmatch(low)
    return [negated[1], "not"] if negated else _SPELT[low].split() if low in _SPELT else [chunk]


def _parts(chunk: str, low: str) -> list[str]:
    if negated := _NEGATED.fullmatch(low):
        return [negated[1], "not"]
    for pattern, order in _PARTS:
        if found := pattern.fullmatch(low):
            if order is None:
                return [chunk]
            parts = [one if isinstance(one, str) else found[one] for one in order]
            return [piece for part in parts if part for piece in (_split(part) if part != low else [part])]
    return [_without_ending(chunk)]


def _without_ending(chunk: str) -> str:
    """``yesterday's`` is yesterday; ``I've`` is I."""
    start, apostrophe, end = chunk.partition("'")
    return start if apostrophe and start and end.lower() in {"s", "ve", "m", "d", "ll", "re", ""} else chunk
