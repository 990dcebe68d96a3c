"""Text as the word pieces that a BERT model was taught (Devlin et al., 2018; Wu et al., 2016)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

_LONGEST_WORD = 100
"""Longer words have no pieces: that is the rule the model was taught by."""

_MOST_SIGNS = 8192
"""No prompt of so many signs has pieces left over; the rest is not looked at."""

_SPACE = re.compile(r"\s+")
_IDEOGRAPHS = re.compile(
    "([\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002a6df\U0002a700-\U0002ceaf\U0002f800-\U0002fa1f])"
)


class WordPieces:
    """The pieces of a vocabulary; a piece's number is its place in it.

    Args:
        vocabulary: Every piece, in order; ``##`` begins a piece that goes on a word.
        most: So many numbers a text has at most, with the two that begin and end it.
    """

    def __init__(self, vocabulary: Sequence[str], most: int) -> None:
        self._numbers = {piece: number for number, piece in enumerate(vocabulary)}
        self._unknown = self._numbers["[UNK]"]
        self._ends = self._numbers["[CLS]"], self._numbers["[SEP]"]
        self._most = most
        self._pieces = lru_cache(maxsize=50_000)(self._split)

    def numbers(self, text: str) -> list[int]:
        """The numbers of a text's pieces, from the mark of its beginning to that of its end."""
        first, last = self._ends
        found = [first]
        for word in _words(text[:_MOST_SIGNS]):
            found += self._pieces(word)
            if len(found) >= self._most:
                break
        return [*found[: self._most - 1], last]

    def knows(self, word: str) -> bool:
        """Whether a word is a piece by itself, as words that are often written are."""
        return word.lower() in self._numbers

    def _split(self, word: str) -> tuple[int, ...]:
        """The longest pieces from the left; a word that does not come out whole is unknown."""
        if len(word) > _LONGEST_WORD:
            return (self._unknown,)
        found: list[int] = []
        start = 0
        while start < len(word):
            begin = "##" if start else ""
            ends = range(len(word), start, -1)
            end = next((end for end in ends if begin + word[start:end] in self._numbers), None)
            if end is None:
                return (self._unknown,)
            found.append(self._numbers[begin + word[start:end]])
            start = end
        return tuple(found)


def _words(text: str) -> Iterator[str]:
    """Words and single signs, small and without accents."""
    kept = "".join(sign for sign in text if not _is_control(sign))
    parted = _IDEOGRAPHS.sub(r" \1 ", kept)
    bare = "".join(sign for sign in unicodedata.normalize("NFD", parted) if unicodedata.category(sign) != "Mn")
    for word in _SPACE.split(bare.lower()):
        start = 0
        for place, sign in enumerate(word):
            if _is_punctuation(sign):
                if start < place:
                    yield word[start:place]
                yield sign
                start = place + 1
        if start < len(word):
            yield word[start:]


@lru_cache(maxsize=4096)
def _is_control(sign: str) -> bool:
    if sign in "\t\n\r":
        return False
    return sign in "\0\N{REPLACEMENT CHARACTER}" or unicodedata.category(sign).startswith("C")


@lru_cache(maxsize=4096)
def _is_punctuation(sign: str) -> bool:
    """Also ``$`` and its like, which Unicode counts among the symbols."""
    visible = sign.isascii() and sign.isprintable() and sign != " "
    return (visible and not sign.isalnum()) or unicodedata.category(sign).startswith("P")
