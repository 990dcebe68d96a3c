"""Numbers in digits and words: ``5``, ``twenty-five``, ``half a dozen``."""

from __future__ import annotations

import re
from decimal import Decimal

from alice_core.library.language.plain.phrases import Phrases, Spoken, listed

_NUMBERS = {
    word: number
    for number, word in enumerate(
        listed(
            """zero, one, two, three, four, five, six, seven, eight, nine, ten, eleven, twelve, thirteen, fourteen,
            fifteen, sixteen, seventeen, eighteen, nineteen"""
        )
    )
}
_TENS = {
    word: 10 * number
    for number, word in enumerate(listed("twenty, thirty, forty, fifty, sixty, seventy, eighty, ninety"), 2)
}
_COUNTS = Phrases(
    {
        "a dozen": 12,
        "half a dozen": 6,
        "a couple of": 2,
        "a couple": 2,
        "a pair of": 2,
        "a hundred": 100,
        "a thousand": 1000,
        "a single": 1,
    }
)
_MULTIPLES = {"hundred": 100, "thousand": 1000, "dozen": 12}
_DIGITS = re.compile(r"\d{1,20}(?:\.\d{1,6})?")


def number_at(sentence: Spoken, at: int) -> tuple[Decimal, int] | None:
    """The number that begins at a place, in digits or words, and the place after it."""
    number = _number(sentence, at)
    if number is not None and sentence.low(number[1]) in _MULTIPLES:
        return number[0] * _MULTIPLES[sentence.low(number[1])], number[1] + 1
    return number


def _number(sentence: Spoken, at: int) -> tuple[Decimal, int] | None:
    word = sentence.low(at)
    if _DIGITS.fullmatch(word):
        return Decimal(word), at + 1
    if counted := _COUNTS.at(sentence, at):
        return Decimal(counted[0]), counted[1]
    tens, _, ones = word.partition("-")
    if tens in _TENS:
        if not ones and 0 < _NUMBERS.get(sentence.low(at + 1), 0) < 10:  # noqa: PLR2004 - twenty five
            return Decimal(_TENS[tens] + _NUMBERS[sentence.low(at + 1)]), at + 2
        if not ones or ones in _NUMBERS:
            return Decimal(_TENS[tens] + _NUMBERS.get(ones, 0)), at + 1
    return (Decimal(_NUMBERS[word]), at + 1) if word in _NUMBERS else None
