"""Times as people name them: ``last week``, ``two days ago``, ``in the last 10 days``, ``this morning``."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal

from alice_core.errors import UsageError
from alice_core.library.language.calendar import UNITS, Calendar, Span, months_later
from alice_core.library.language.dates import span_of
from alice_core.library.language.plain.dated import (
    LAST,
    PARTS_OF_DAY,
    Moment,
    dated_at,
    month_part_at,
    part_of_day,
    year_at,
)
from alice_core.library.language.plain.numerals import number_at
from alice_core.library.language.plain.phrases import alike
from alice_core.library.language.plain.sentence import Sentence

_UNIT_NAMES = {name: unit for unit, plural in UNITS.items() for name in (unit, plural)}
_UNIT_NAMES |= alike("min, mins", "minute") | alike("hr, hrs, h", "hour") | {"secs": "second", "d": "day", "w": "week"}
_FEW = {"few": 3, "couple": 2, "several": 4}
_ISO = re.compile(r"\d{4}-\d{2}(-\d{2}(t\d{2}:\d{2}(:\d{2})?z?)?)?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_LIKELY_YEAR = 2015
"""From this year on a number alone is a year."""

_WEEKEND = frozenset({"weekend", "weekends"})


def moment_at(sentence: Sentence, at: int, calendar: Calendar, anchor: date | None = None) -> Moment | None:
    """The time whose words begin at a place.

    Args:
        sentence: The question.
        at: The place.
        calendar: What ``last week`` is counted from.
        anchor: Days and months without a year are the last ones up to this day; today if ``None``.
    """
    start = at + (sentence.low(at) in {"the", "my", "this"} and sentence.low(at + 1) not in {"", "the"})
    anchor = anchor or calendar.today
    try:
        for reader in (_absolute, _day_words, _rolling, _calendar_unit, month_part_at, _ago):
            if found := reader(sentence, at, calendar):
                return found
        return dated_at(sentence, start, calendar, anchor)
    except (ValueError, OverflowError, UsageError):
        return None


def duration_at(sentence: Sentence, at: int) -> tuple[int, str, int] | None:
    """A length of time such as ``a month`` or ``10 days``: count, unit, and the place after it."""
    at += sentence.low(at) in {"the", "about", "around"}
    if sentence.low(at) in {"a", "an"} and sentence.low(at + 1) in _UNIT_NAMES:
        return 1, _UNIT_NAMES[sentence.low(at + 1)], at + 2
    if sentence.low(at) == "half" and sentence.lows(at + 1, at + 3) in {("a", "year"), ("an", "hour")}:
        return (6, "month", at + 3) if sentence.low(at + 2) == "year" else (30, "minute", at + 3)
    few = at + (sentence.low(at) == "a")
    if sentence.low(few) in _FEW:
        after = few + 1 + (sentence.low(few + 1) == "of")
        unit = _UNIT_NAMES.get(sentence.low(after))
        return (_FEW[sentence.low(few)], unit, after + 1) if unit else None
    number = number_at(sentence, at)
    unit = _UNIT_NAMES.get(sentence.low(number[1])) if number else None
    if number is None or unit is None or number[0] != int(number[0]):
        return None
    return int(min(number[0], Decimal(10**6))), unit, number[1] + 1


def _absolute(sentence: Sentence, at: int, calendar: Calendar) -> Moment | None:
    word = sentence.low(at)
    if _ISO.fullmatch(word):
        return Moment(span_of(word, calendar), at + 1)
    if found := _DOTTED.fullmatch(word):
        day = date(int(found[3]), int(found[2]), int(found[1]))
        return Moment(calendar.days(day, day), at + 1)
    if word in {"q1", "q2", "q3", "q4"}:
        year = year_at(sentence, at + 1)
        first = date(year or calendar.today.year, 3 * int(word[1]) - 2, 1)
        return Moment(calendar.days(first, months_later(first, 3) - timedelta(days=1)), at + 1 + (year is not None))
    year = year_at(sentence, at)
    if year is None:
        return None
    return Moment(calendar.year(year), at + 1, 2 if _LIKELY_YEAR <= year <= calendar.today.year else 1)


def _day_words(sentence: Sentence, at: int, calendar: Calendar) -> Moment | None:
    one, two = sentence.low(at), sentence.low(at + 1)
    before = at + (one == "the")
    if sentence.lows(before, before + 3) == ("day", "before", "yesterday"):
        return Moment(calendar.unit("day", 2), before + 3)
    if one == "tonight":
        return Moment(part_of_day(calendar, calendar.today, one), at + 1)
    last = one == "yesterday" or (one == "last" and two in {"night", "evening"})
    day = calendar.today - timedelta(days=last)
    if (last or one in {"today", "this"}) and two in PARTS_OF_DAY:
        return Moment(part_of_day(calendar, day, two), at + 2)
    return Moment(calendar.days(day, day), at + 1) if one in {"today", "yesterday"} else None


def _rolling(sentence: Sentence, at: int, calendar: Calendar) -> Moment | None:
    """``last 10 days``, ``the past week``, ``the last month``: up to now."""
    the = at
    while sentence.low(the) in {"the", "this", "these"}:
        the += 1
    word = sentence.low(the)
    if word not in {"last", "past"}:
        return None
    unit = _UNIT_NAMES.get(sentence.low(the + 1))
    if unit is not None and sentence.low(the + 1) == unit and (word == "past" or the > at):
        return Moment(Span(calendar.since(unit, 1), None), the + 2)
    if found := duration_at(sentence, the + 1):
        return Moment(Span(calendar.since(found[1], found[0]), None), found[2])
    return None


def _calendar_unit(sentence: Sentence, at: int, calendar: Calendar) -> Moment | None:
    """``this week``, ``last month``, ``last weekend``."""
    start = at + (sentence.low(at) in {"the", "over"})
    if sentence.lows(start + 1, start + 3) == ("before", "last") and sentence.low(start) in {"week", "month", "year"}:
        return Moment(calendar.unit(sentence.low(start), 2), start + 3)
    word = sentence.low(start)
    unit = sentence.low(start + 1)
    if word in _WEEKEND and start > at:
        return Moment(_weekend(calendar, 0), start + 1)
    if word not in {"this", "current", *LAST}:
        return None
    back = int(word in LAST)
    if unit in _WEEKEND:
        return Moment(_weekend(calendar, back), start + 2)
    if unit not in UNITS or unit in {"second", "minute", "fortnight"}:
        return None
    return Moment(calendar.unit(unit, back), start + 2)


def _weekend(calendar: Calendar, back: int) -> Span:
    """Saturday and Sunday: the latest that have begun, or with ``back`` the latest that are over."""
    saturday = calendar.today - timedelta(days=(calendar.today.weekday() - 5) % 7)
    if back and calendar.today - saturday < timedelta(days=2):
        saturday -= timedelta(days=7)
    return calendar.days(saturday, saturday + timedelta(days=1))


def _ago(sentence: Sentence, at: int, calendar: Calendar) -> Moment | None:
    found = duration_at(sentence, at)
    if found is None or sentence.low(found[2]) not in {"ago", "back"}:
        return None
    return Moment(calendar.unit(found[1], found[0]), found[2] + 1)
