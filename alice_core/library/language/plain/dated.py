"""Days, months, seasons and feasts by their names: ``last Friday``, ``the 5th of March``, ``spring 2026``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from alice_core.library.language.calendar import Calendar, Span, months_later
from alice_core.library.language.dates import WEEKDAYS
from alice_core.library.language.plain.phrases import Phrases, alike, listed
from alice_core.library.language.plain.sentence import Sentence

MONTHS = {
    name: number
    for number, name in enumerate(
        listed("""january, february, march, april, may, june, july, august, september, october, november, december"""),
        1,
    )
}
"""Names of months and their short forms, by number."""
MONTHS |= {name[:3]: number for name, number in MONTHS.items()} | {"sept": 9}

_DAYS = {name: number for number, day in enumerate(WEEKDAYS) for name in (day, f"{day}s")}
_DAYS |= {"mon": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4}
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_FEASTS = Phrases(
    {
        **alike("christmas, christmas day, xmas", (12, 25)),
        **alike("christmas eve", (12, 24)),
        **alike("boxing day", (12, 26)),
        **alike("new years eve, new year eve", (12, 31)),
        **alike("new year, new years, new years day, new year day", (1, 1)),
        **alike("halloween", (10, 31)),
        **alike("valentine, valentines, valentine day, valentines day", (2, 14)),
    }
)
LAST = frozenset({"last", "past", "previous"})
"""Words for the one before this one."""

_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
_ORDINALS = {
    word: number
    for number, word in enumerate(
        listed("first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth, eleventh, twelfth"), 1
    )
}
PARTS_OF_DAY = {"morning": (0, 12), "afternoon": (12, 18), "evening": (18, 24), "night": (18, 30), "tonight": (18, 30)}
"""The hours at which the parts of a day begin and end."""

_MODAL = frozenset({"may", "march", "mar", "april", "june", "jun", "august", "dec", "jan", "sun", "sat"})
_OLDEST_YEAR, _YEARS = 1990, re.compile(r"(?:19|20)\d{2}")


@dataclass(frozen=True, slots=True)
class Moment:
    """A time that was named.

    Attributes:
        span: The time.
        end: The place after its words.
        strength: 2 if its words can mean nothing else, 1 if they mean a time after ``in`` or ``from``, 0 if
            only after ``since`` and the like.
    """

    span: Span
    end: int
    strength: int = 2


def year_at(sentence: Sentence, at: int) -> int | None:
    """The year that stands at a place."""
    word = sentence.low(at)
    return int(word) if _YEARS.fullmatch(word) and int(word) >= _OLDEST_YEAR else None


def part_of_day(calendar: Calendar, day: date, part: str) -> Span:
    """The morning, afternoon, evening or night of a day."""
    midnight = datetime.combine(day, time())
    start, end = (calendar.at(midnight + timedelta(hours=hour)) for hour in PARTS_OF_DAY[part])
    return Span(start, end)


def _weekday(sentence: Sentence, at: int, calendar: Calendar, anchor: date) -> Moment | None:
    last = sentence.low(at) in LAST
    word = sentence.low(at + last)
    number = _DAYS.get(word)
    if number is None:
        return None
    end = at + last + 1
    day = anchor - timedelta(days=(anchor.weekday() - number) % 7)
    if last and day == calendar.today:
        day -= timedelta(days=7)
    if sentence.lows(end, end + 2) in {("last", "week"), ("this", "week")}:
        monday = calendar.today - timedelta(days=calendar.today.weekday() + 7 * (sentence.low(end) == "last"))
        day, end, last = monday + timedelta(days=number), end + 2, True
    if sentence.low(end) in PARTS_OF_DAY:
        return Moment(part_of_day(calendar, day, sentence.low(end)), end + 1)
    return Moment(calendar.days(day, day), end, 2 if last else 1)


_PART_OF_MONTH = Phrases(
    {
        **alike("early, the beginning of, the start of, beginning of, start of", (1, 10)),
        **alike("mid, the middle of, middle of", (11, 20)),
        **alike("late, the end of, end of", (21, 31)),
    }
)


def month_part_at(sentence: Sentence, at: int, calendar: Calendar) -> Moment | None:
    """``early this month``, ``the end of last month``."""
    part = _PART_OF_MONTH.at(sentence, at)
    if part is None or sentence.lows(part[1], part[1] + 2) not in {("last", "month"), ("this", "month")}:
        return None
    first = months_later(calendar.today.replace(day=1), -(sentence.low(part[1]) == "last"))
    return Moment(_part_of_month(calendar, first, part[0]), part[1] + 2)


def _month(sentence: Sentence, at: int, calendar: Calendar, anchor: date) -> Moment | None:
    """``March``, ``early March 2025``, ``last March``, ``March 5``, ``March 3-9``."""
    part = _PART_OF_MONTH.at(sentence, at)
    start = part[1] if part else at
    this = sentence.low(start - 1) == "this"
    last = sentence.low(start) in LAST
    word = sentence.low(start + last).removesuffix(".")
    if word not in MONTHS:
        return None
    month, end = MONTHS[word], start + last + 1
    day = None if part or last else _day_number(sentence, end)
    year, end = _year_after(sentence, end if day is None else day[1], calendar)
    strength = 2 if year or day or last or this or part or word not in _MODAL else 1
    if day is not None:
        one = _latest(month, day[0], year, anchor)
        return Moment(calendar.days(one, one), end, strength)
    first = _latest(month, 1, year, anchor)
    if last and year is None and (first.year, month) == (anchor.year, anchor.month):
        first = date(first.year - 1, month, 1)
    span = calendar.month(first.year, month)
    if part:
        span = _part_of_month(calendar, first, part[0])
    return Moment(span, end, strength)


def _part_of_month(calendar: Calendar, first: date, days: tuple[int, int]) -> Span:
    ending = months_later(first, 1) - timedelta(days=1)
    return calendar.days(first.replace(day=days[0]), ending.replace(day=min(days[1], ending.day)))


def _day_number(sentence: Sentence, at: int) -> tuple[int, int] | None:
    """A day of a month: ``5``, ``5th``, ``the fifth``."""
    at += sentence.low(at) == "the"
    word = sentence.low(at)
    found = _ORDINAL.fullmatch(word)
    number = int(found[1]) if found else _ORDINALS.get(word, int(word) if re.fullmatch(r"\d{1,2}", word) else 0)
    return (number, at + 1) if 1 <= number <= 31 else None  # noqa: PLR2004 - days of a month


def _year_after(sentence: Sentence, at: int, calendar: Calendar) -> tuple[int | None, int]:
    """A year that follows a month, and the place after it."""
    after = at + (sentence.low(at) in {",", "of", "in"})
    if (year := year_at(sentence, after)) is not None:
        return year, after + 1
    if sentence.lows(after, after + 2) in {("last", "year"), ("this", "year")}:
        return calendar.today.year - (sentence.low(after) == "last"), after + 2
    return None, at


def _latest(month: int, day: int, year: int | None, anchor: date) -> date:
    """A day of a month in a year; without a year the latest one that is not after the anchor."""
    if year is not None:
        return date(year, month, day)
    for back in range(5):
        try:
            one = date(anchor.year - back, month, day)
        except ValueError:
            continue
        if one <= anchor:
            return one
    raise ValueError(f"there is no day {day} of month {month}")


def _day_of_month(sentence: Sentence, at: int, calendar: Calendar, anchor: date) -> Moment | None:
    """``5 March``, ``the 5th of March 2025``, ``the 5th``."""
    day = _day_number(sentence, at)
    if day is None:
        return None
    after = day[1] + (sentence.low(day[1]) == "of")
    month = MONTHS.get(sentence.low(after).removesuffix("."))
    if month is not None:
        year, end = _year_after(sentence, after + 1, calendar)
        one = _latest(month, day[0], year, anchor)
        return Moment(calendar.days(one, one), end)
    if not _ORDINAL.fullmatch(sentence.low(day[1] - 1)):
        return None
    first = anchor.replace(day=1)
    for back in range(4):
        whole = months_later(first, -back)
        if months_later(whole, 1) - whole >= timedelta(days=day[0]) and whole.replace(day=day[0]) <= anchor:
            one = whole.replace(day=day[0])
            return Moment(calendar.days(one, one), day[1], 0)
    return None


def _season(sentence: Sentence, at: int, calendar: Calendar, anchor: date) -> Moment | None:
    """``spring 2026``, ``last summer``; of the northern half of the world, in whole months."""
    last = sentence.low(at) in LAST
    this = sentence.low(at - 1) == "this"
    month = _SEASONS.get(sentence.low(at + last))
    if month is None:
        return None
    year, end = _year_after(sentence, at + last + 1, calendar)
    first = _latest(month, 1, year, anchor)
    ending = months_later(first, 3) - timedelta(days=1)
    if last and year is None and ending >= calendar.today:
        first = months_later(first, -12)
        ending = months_later(first, 3) - timedelta(days=1)
    return Moment(calendar.days(first, ending), end, 2 if last or year or this else 0)


def _feast(sentence: Sentence, at: int, calendar: Calendar, anchor: date) -> Moment | None:
    last = sentence.low(at) in LAST
    found = _FEASTS.at(sentence, at + last)
    if found is None:
        return None
    year, end = _year_after(sentence, found[1], calendar)
    day = _latest(*found[0], year, anchor)
    return Moment(calendar.days(day, day), end, 2 if year or last else 0)


def dated_at(sentence: Sentence, at: int, calendar: Calendar, anchor: date) -> Moment | None:
    """The day, month, season or feast whose name begins at a place.

    Raises:
        ValueError: There is no such day.
        OverflowError: No calendar reaches so far.
    """
    for reader in (_weekday, _month, _day_of_month, _season, _feast):
        if found := reader(sentence, at, calendar, anchor):
            return found
    return None
