"""How much: ``rated 4 or more``, ``longer than 10 seconds``, ``under $1``, ``between 5 and 10 MB``, ``seed 42``."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal

from alice_core.library.language.plain.hearing import Found, Hearing
from alice_core.library.language.plain.measuring import (
    AFTERTHOUGHTS,
    COMPARISONS,
    COUNTED,
    NAMED_AMOUNTS,
    ONE,
    SUFFIXES,
    UNITS,
)
from alice_core.library.language.plain.numerals import number_at
from alice_core.library.language.plain.sentence import Sentence
from alice_core.store.wanted import NUMBER_FIELDS, Range

_ONLY_WITH_UNIT = frozenset({"for", "last", "running", "size", "worth"})
_FILLERS = frozenset({"of", "is", "was", "were", "at", "as", "number", "=", "with", "a", "me", "us"})
_CURRENCIES = frozenset({"€", "£", "eur", "euro", "euros", "gbp", "pounds", "yen"})
_CLOCK = re.compile(r"(\d{1,3}):(\d{2})")
_MOST_STARS = 5


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number with its unit.

    Attributes:
        value: In the field's own unit.
        field: The field that the unit belongs to; ``?`` for a unit of none, ``None`` without a unit.
        end: The place after it.
        factor: The unit.
        step: The last digit that was said, in the field's own unit.
        sign: ``>=`` for ``4+``.
        clock: Whether it was written like a time of day, ``1:30``.
    """

    value: Decimal
    field: str | None
    end: int
    factor: Decimal = ONE
    step: Decimal = ONE
    sign: str | None = None
    clock: bool = False


def quantity(hearing: Hearing, at: int) -> Found | None:
    """The numbers that words mean, or the words if their unit is one that nothing is counted in."""
    sentence = hearing.sentence
    if found := _named(sentence, at) or _resolution(sentence, at):
        return found
    field, start = _noun(sentence, at)
    if found := _between(sentence, start, field):
        return found
    compared = COMPARISONS.at(sentence, start)
    sign, hint = compared[0] if compared else (None, None)
    amount = _amount(sentence, compared[1] if compared else start)
    if amount is None:
        return None
    if amount.clock and sign is None and field is None:
        return None
    sign, end = _suffix(sentence, amount.end, sign or amount.sign)
    unit = None if amount.field == "px" and (field or hint) in {"width", "height"} else amount.field
    return _found(sentence, (at, end), amount, (sign, unit or field or hint or _listed(hearing, at)))


def _named(sentence: Sentence, at: int) -> Found | None:
    """``4k``, ``at least full HD``."""
    compared = COMPARISONS.at(sentence, at)
    if compared is None:
        named = NAMED_AMOUNTS.at(sentence, at)
        return named and Found(named[1], named[0])
    named = NAMED_AMOUNTS.at(sentence, compared[1])
    if named is None or compared[0][0] != ">=":
        return None
    terms = (replace(one, high=None) if isinstance(one, Range) else one for one in named[0])
    return Found(named[1], tuple(terms))


def _suffix(sentence: Sentence, at: int, sign: str | None) -> tuple[str | None, int]:
    """The sign that a suffix such as ``or more`` gives, unless another number follows (``or over 20 MB``)."""
    suffix = SUFFIXES.at(sentence, at)
    if suffix is None or _amount(sentence, suffix[1]) is not None:
        return sign, at
    return sign or suffix[0], suffix[1]


def _listed(hearing: Hearing, at: int) -> str | None:
    """The field of the number before, if this is one more: ``seeds 42 and 43``."""
    field = hearing.goes_on(at)
    return field if field in NUMBER_FIELDS else None


def _found(
    sentence: Sentence, place: tuple[int, int], amount: _Amount, meant: tuple[str | None, str | None]
) -> Found | None:
    at, end = place
    sign, field = meant
    if after := AFTERTHOUGHTS.at(sentence, end):
        end = after[1]
    impossible = field == "rating" and amount.value > _MOST_STARS and _noun(sentence, at)[0] is not None
    if field in {"?", "px"} or (field == "size" and amount.field is None) or impossible:
        return Found(end, ignored=" ".join(word.text for word in sentence.words[at:end]))
    if field is None or (field == "rating" and amount.value > _MOST_STARS):
        return None
    if _noun(sentence, at)[0] and sentence.low(at) in _ONLY_WITH_UNIT and amount.field is None:
        return None
    if field == "rating" and sentence.low(end) in {"rating", "rated", "reviews"}:
        end += 1
    return Found(end, (_range(field, sign, amount),))


def _noun(sentence: Sentence, at: int) -> tuple[str | None, int]:
    """The thing that is counted, where it is said first, and the place after it."""
    found = COUNTED.at(sentence, at)
    if found is None:
        return None, at
    field, end = found
    while sentence.low(end) in _FILLERS and COMPARISONS.at(sentence, end) is None and not _opens_number(sentence, end):
        end += 1
    return field, end


def _opens_number(sentence: Sentence, at: int) -> bool:
    return sentence.low(at) == "a" and _amount(sentence, at) is not None


def _amount(sentence: Sentence, at: int) -> _Amount | None:
    """A number with its unit: ``10 MB``, ``$1``, ``a minute and a half``, ``1 minute 30 seconds``."""
    if sentence.low(at) in {"$", "€", "£"}:
        number = number_at(sentence, at + 1)
        return number and _Amount(number[0], "cost" if sentence.low(at) == "$" else "?", number[1])
    one = _one(sentence, at)
    if one is None or one.field != "seconds":
        return one
    if sentence.lows(one.end, one.end + 3) == ("and", "a", "half"):
        return replace(one, value=one.value + one.factor / 2, step=one.factor / 2, end=one.end + 3)
    more = _one(sentence, one.end + (sentence.low(one.end) == "and"))
    if more is not None and more.field == "seconds" and more.factor < one.factor:
        return replace(more, value=one.value + more.value)
    return one


def _one(sentence: Sentence, at: int) -> _Amount | None:
    if found := _CLOCK.fullmatch(sentence.low(at)):
        return _Amount(Decimal(60 * int(found[1]) + int(found[2])), "seconds", at + 1, clock=True)
    number, end = _half_or_number(sentence, at)
    if number is None:
        return None
    if sentence.lows(end, end + 3) in {("out", "of", "5"), ("out", "of", "five")}:
        return _Amount(number, "rating", end + 3 + (sentence.low(end + 3) in {"stars", "star"}))
    plus = sentence.low(end) == "+" and UNITS.at(sentence, end + 1) is not None
    unit = UNITS.at(sentence, end + plus)
    if unit is not None:
        (field, factor), end = unit
        step = factor.scaleb(min(int(number.as_tuple().exponent), 0))
        return _Amount(number * factor, field, end, factor, step, ">=" if plus else None)
    if sentence.low(end) in _CURRENCIES:
        return _Amount(number, "?", end + 1)
    return None if sentence.low(at) in {"a", "an", "half"} else _Amount(number, None, end)


def _half_or_number(sentence: Sentence, at: int) -> tuple[Decimal | None, int]:
    """A number; ``a`` and ``half a`` count where a unit follows."""
    words = sentence.lows(at, at + 2)
    if words in {("half", "a"), ("half", "an")}:
        return Decimal("0.5"), at + 2
    number = number_at(sentence, at)
    if number is not None:
        after = number[1]
        if sentence.lows(after, after + 3) == ("and", "a", "half") and UNITS.at(sentence, after + 3):
            return number[0] + Decimal("0.5"), after + 3
        return number
    if sentence.low(at) in {"a", "an"} and UNITS.at(sentence, at + 1):
        return ONE, at + 1
    return None, at


def _between(sentence: Sentence, at: int, noun: str | None) -> Found | None:
    """``between 5 and 10 MB``, ``3 to 5 stars``, ``5-10 seconds``."""
    opened = sentence.low(at) in {"between", "from"}
    low = _amount(sentence, at + opened)
    if low is None or sentence.low(low.end) not in ({"and"} if sentence.low(at) == "between" else {"to", "-", "–"}):
        return None
    high = _amount(sentence, low.end + 1)
    if high is None:
        return None
    field = high.field or low.field or noun
    if field in {"?", "px"}:
        return Found(high.end, ignored=" ".join(word.text for word in sentence.words[at : high.end]))
    if field is None:
        return None
    if low.field is None:
        low = replace(low, value=low.value * high.factor)
    if low.value > high.value:
        return None
    end = high.end
    if after := AFTERTHOUGHTS.at(sentence, end):
        end = after[1]
    return Found(end, (Range(field, low.value, high.value),))


def _resolution(sentence: Sentence, at: int) -> Found | None:
    """``1920x1080``, ``at least 1024 by 1024``."""
    compared = COMPARISONS.at(sentence, at)
    sign, start = (compared[0][0], compared[1]) if compared else (None, at)
    width = number_at(sentence, start)
    if width is None or sentence.low(width[1]) not in {"×", "x", "by"}:
        return None
    height = number_at(sentence, width[1] + 1)
    if height is None or min(width[0], height[0]) < 16:  # noqa: PLR2004 - smaller ones are no pictures: 3 by 4
        return None
    end = height[1] + (sentence.low(height[1]) in {"px", "pixels"})
    sign, end = _suffix(sentence, end, sign)
    sides = (("width", width[0]), ("height", height[0]))
    return Found(end, tuple(_range(field, sign, _Amount(value, field, end)) for field, value in sides))


_ROUNDED = frozenset({"size", "seconds", "fps"})


def _range(field: str, sign: str | None, amount: _Amount) -> Range:
    """The numbers of a field; without a sign those that round to the amount, if it is one that was measured."""
    value = amount.value
    if sign in {">", ">="}:
        return Range(field, low=value, above=sign == ">")
    if sign in {"<", "<="}:
        return Range(field, high=value, below=sign == "<")
    if sign == "~":
        return Range(field, value * Decimal("0.8"), value * Decimal("1.2"))
    if sign is None and field in _ROUNDED:
        return Range(field, value - amount.step / 2, value + amount.step / 2, below=True)
    return Range(field, value, value)
