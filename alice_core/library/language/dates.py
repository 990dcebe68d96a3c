"""Times as the query language writes them: ``2026-11``, ``last-week``, ``3d``."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo

from alice_core.errors import UsageError
from alice_core.library.language.calendar import Calendar, Span
from alice_core.library.language.fields import unreadable
from alice_core.store.wanted import Range

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""From the first day of the week on."""

_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_TIME = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[t ](\d{2}):(\d{2})(?::(\d{2})(?:[.](\d{1,6}))?)?(z|[+-]\d{2}:?\d{2})?", re.IGNORECASE
)
_AGO = re.compile(r"(\d{1,5})(min|h|d|w|mo|y)")
_LAST = re.compile(r"(?:last|past)-(\d{1,5})-(hour|day|week|month|year)s?")
_UNIT = re.compile(r"(this|last)-(day|week|month|year)")
_SHORT = {"min": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year"}


def span_of(text: str, calendar: Calendar) -> Span:
    """The span of time that a value means: a year, a month, a day, a minute, or the instant some time ago.

    Raises:
        UsageError: It is no time, or none that exists.
    """
    low = text.strip().lower()
    try:
        found = _fixed(low, calendar) or _relative(low, calendar)
    except (ValueError, OverflowError) as error:
        raise _no_time(text) from error
    if found is None:
        raise _no_time(text)
    return found


def _no_time(text: str) -> UsageError:
    return unreadable(
        f"{text!r} is no time",
        hint="Times are 2026, 2026-11, 2026-11-05, 2026-11-05T10:30, today, yesterday, monday, this-month, last-week, "
        "last-7-days, and so long ago: 6h, 3d, 2w, 1mo, 1y.",
    )


def _fixed(low: str, calendar: Calendar) -> Span | None:
    if found := _DATE.fullmatch(low):
        year, month, day = (int(part) if part else None for part in found.groups())
        if year is not None and month and day:
            one = date(year, month, day)
            return calendar.days(one, one)
        return calendar.month(int(year or 0), month) if month else calendar.year(int(year or 0))
    return _clock(found, calendar) if (found := _TIME.fullmatch(low)) else None


def _clock(found: re.Match[str], calendar: Calendar) -> Span:
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    wall = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0))  # noqa: DTZ001 - put on below
    wall += timedelta(microseconds=int((fraction or "0").ljust(6, "0")) // 1000 * 1000)
    if offset:
        zone = UTC if offset == "z" else datetime.strptime(offset.replace(":", ""), "%z").tzinfo
        start = wall.replace(tzinfo=zone).astimezone(UTC)
    else:
        start = calendar.at(wall)
    length = timedelta(milliseconds=1) if fraction else timedelta(seconds=1) if second else timedelta(minutes=1)
    return Span(start, start + length)


def _relative(low: str, calendar: Calendar) -> Span | None:
    if low in {"now", "today", "yesterday"}:
        return Span(calendar.now, calendar.now) if low == "now" else calendar.unit("day", int(low == "yesterday"))
    if low in WEEKDAYS:
        back = (calendar.today.weekday() - WEEKDAYS.index(low)) % 7
        return calendar.unit("day", back)
    if found := _UNIT.fullmatch(low):
        return calendar.unit(found[2], int(found[1] == "last"))
    if found := _AGO.fullmatch(low):
        start = calendar.since(_SHORT[found[2]], int(found[1]))
        return Span(start, start)
    if found := _LAST.fullmatch(low):
        start = calendar.since(found[2], int(found[1]))
        return Span(start, start)
    return None


def write_times(term: Range, zone: tzinfo | None) -> str:
    """A range of times as text; whole days, months and years by their names where a zone is given."""
    low = None if term.low is None else datetime.fromisoformat(str(term.low))
    high = None if term.high is None else datetime.fromisoformat(str(term.high))
    if low is None:
        return f"{term.field}:.." if high is None else f"{term.field}<{_moment(high, zone)}"
    if high is None:
        return f"{term.field}>={_moment(low, zone)}"
    named = None if zone is None or low >= high else _named(low, high, Calendar(low.astimezone(zone)))
    return f"{term.field}:" + (named or f"{_moment(low, zone)}..<{_moment(high, zone)}")


def _named(low: datetime, high: datetime, calendar: Calendar) -> str | None:
    """The name of a span of whole days: ``2026``, ``2026-11``, ``2026-11-02..2026-11-08``."""
    first = low.astimezone(calendar.zone).date()
    try:
        last = (high - timedelta(milliseconds=1)).astimezone(calendar.zone).date()
        if calendar.days(first, last) != Span(low.astimezone(UTC), high.astimezone(UTC)):
            return None
        month = (
            calendar.month(first.year, first.month).start == low and calendar.month(last.year, last.month).end == high
        )
        year = calendar.year(first.year).start == low and calendar.year(last.year).end == high
    except (ValueError, OverflowError):
        return None
    letters = 4 if year else 7 if month else 10
    ends = (first.isoformat()[:letters], last.isoformat()[:letters])
    return ends[0] if ends[0] == ends[1] else "..".join(ends)


def _moment(moment: datetime, zone: tzinfo | None) -> str:
    """An instant, as short as it stays exact."""
    whole = moment.astimezone(UTC)
    text = whole.isoformat(timespec="milliseconds" if whole.microsecond else "seconds").replace("+00:00", "Z")
    if zone is None:
        return text
    try:
        calendar = Calendar(moment.astimezone(zone))
        wall = moment.astimezone(zone).replace(tzinfo=None)
        for short in (wall.date().isoformat(), wall.isoformat(timespec="minutes"), wall.isoformat(timespec="seconds")):
            found = _fixed(short.lower(), calendar)
            if found is not None and found.start == whole:
                return short
    except OverflowError:
        return text
    return text
