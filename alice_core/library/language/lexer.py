"""The text of a query as pieces: words, quoted phrases, ``field:value`` and the signs between them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from alice_core.library.language.fields import field_named, unreadable


class Sign(Enum):
    """What a piece of a query is."""

    WORD = auto()
    FIELD = auto()
    OPEN = auto()
    CLOSE = auto()
    OR = auto()
    AND = auto()
    NOT = auto()


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a field.

    Attributes:
        text: What it says, without quotes.
        quoted: Whether it was in quotes.
    """

    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a query.

    Attributes:
        sign: What it is.
        text: A word, the words of a phrase, or the name of a field as it was written.
        quoted: Whether the words were in quotes.
        prefix: Whether a star follows the quotes.
        relation: The sign between a field and its values: ``:``, ``>``, ``>=``, ``<`` or ``<=``.
        values: The values of a field.
    """

    sign: Sign
    text: str = ""
    quoted: bool = False
    prefix: bool = False
    relation: str = ""
    values: tuple[Value, ...] = ()


QUOTES = '"“”„'
_PARTNERS = {'"': '"', "“": '”"“', "„": '“”"', "”": '”"'}
_FIELD = re.compile(r"([A-Za-z][A-Za-z-]+)(:>=|:<=|:>|:<|>=|<=|:=|[:<>=])")
_BLANK = re.compile(r"\s*")
_BARE = re.compile(rf"[^\s(){QUOTES}|,<>=]+")
_WORDS = {"OR": Sign.OR, "AND": Sign.AND, "NOT": Sign.NOT}


def pieces_of(text: str) -> list[Piece]:
    """The pieces of a query, in order.

    Raises:
        UsageError: A quote is not closed, or a field has no value.
    """
    return _Lexer(text).run()


def can_stand_bare(text: str) -> bool:
    """Whether words need no quotes to be read as the words that they are."""
    return (
        bool(_BARE.fullmatch(text))
        and text[0] != "-"
        and text[-1] != "*"
        and text not in _WORDS
        and text.lower() != "or"
        and ":" not in text
    )


def can_be_bare_value(text: str) -> bool:
    """Whether a value of a field needs no quotes."""
    return bool(_BARE.fullmatch(text))


def _is_or(piece: Piece) -> bool:
    return piece.sign is Sign.WORD and not piece.quoted and piece.text.lower() == "or"


def _is_exact(piece: Piece) -> bool:
    """Whether a piece is none of plain language, so that a small ``or`` beside it is meant like a big one."""
    return piece.sign not in {Sign.WORD, Sign.AND}


class _Lexer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def run(self) -> list[Piece]:
        pieces: list[Piece] = []
        while True:
            self._skip()
            if self._at >= len(self._text):
                return pieces
            piece = self._piece()
            if len(pieces) > 1 and _is_or(pieces[-1]) and (_is_exact(pieces[-2]) or _is_exact(piece)):
                pieces[-1] = Piece(Sign.OR)
            pieces.append(piece)

    def _skip(self) -> None:
        found = _BLANK.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _piece(self) -> Piece:
        sign = self._text[self._at]
        single = {"(": Sign.OPEN, ")": Sign.CLOSE, "|": Sign.OR}.get(sign)
        if single is None and sign == "-" and self._text[self._at + 1 : self._at + 2].strip():
            single = Sign.NOT
        if single is not None:
            self._at += 1
            return Piece(single)
        if sign in QUOTES:
            return self._phrase()
        return self._field() or self._word()

    def _phrase(self) -> Piece:
        text = self._quoted()
        star = self._text.startswith("*", self._at)
        self._at += star
        return Piece(Sign.WORD, text, quoted=True, prefix=star)

    def _quoted(self) -> str:
        """What stands between quotes; two quotes inside are one that is meant."""
        opening = self._text[self._at]
        partners = _PARTNERS[opening]
        start = self._at
        self._at += 1
        parts: list[str] = []
        while self._at < len(self._text):
            sign = self._text[self._at]
            if opening == '"' and self._text.startswith('""', self._at):
                parts.append('"')
                self._at += 2
            elif sign in partners:
                self._at += 1
                return "".join(parts)
            else:
                parts.append(sign)
                self._at += 1
        raise unreadable(
            f"the quote before {self._text[start + 1 : start + 21]!r} is not closed",
            hint="Close it; a quote inside quotes is written twice.",
        )

    def _bare(self, stops: str) -> str:
        """Signs up to a blank, a quote or a stop; parentheses belong to it if both are in it."""
        start, depth = self._at, 0
        while self._at < len(self._text):
            sign = self._text[self._at]
            if sign.isspace() or sign in stops or sign in QUOTES or (sign == ")" and depth == 0):
                break
            depth += (sign == "(") - (sign == ")")
            self._at += 1
        return self._text[start : self._at]

    def _word(self) -> Piece:
        text = self._bare("|")
        return Piece(_WORDS.get(text, Sign.WORD), text)

    def _field(self) -> Piece | None:
        found = _FIELD.match(self._text, self._at)
        if found is None:
            return None
        known = field_named(found[1]) is not None
        if not known and found[2] not in {":", "="}:
            return None
        self._at = found.end()
        if known:
            self._skip()
        relation = found[2].lstrip(":=") or ":"
        return Piece(Sign.FIELD, found[1], relation=relation, values=self._values(found[1], known=known))

    def _values(self, name: str, *, known: bool) -> tuple[Value, ...]:
        values: list[Value] = []
        while self._at < len(self._text):
            if self._text[self._at] in QUOTES:
                values.append(Value(self._quoted(), quoted=True))
            elif bare := self._bare(",|"):
                values.append(Value(bare))
            more = self._text[self._at : self._at + 1] in {",", "|"}
            if not more or not self._text[self._at + 1 : self._at + 2].strip("()|"):
                self._at += self._text.startswith(",", self._at)
                break
            self._at += 1
        if known and not any(one.text or one.quoted for one in values):
            raise unreadable(f"{name}: has no value", hint=f'Write {name}:VALUE or {name}:"SEVERAL WORDS".')
        return tuple(one for one in values if one.text or one.quoted)
