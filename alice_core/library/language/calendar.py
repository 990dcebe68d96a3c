"""Days, weeks, months and years in one time zone, as spans between two instants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from alice_core.store.numbers import stamp
from alice_core.store.wanted import Range

UNITS = {one: f"{one}s" for one in ("second", "minute", "hour", "day", "week", "fortnight", "month", "year")}
"""Names of lengths of time, and their plurals."""

_DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Span:
    """From an instant up to another, both in UTC.

    Attributes:
        start: The first moment that belongs to it.
        end: The first moment after it. A span that ends where it starts is an instant; ``None`` has no end.
    """

    start: datetime
    end: datetime | None

    def within(self, field: str) -> Range:
        """The times of a field that lie in it; all later ones if it is an instant or has no end."""
        if self.end is None or self.end == self.start:
            return times(field, low=self.start)
        return times(field, low=self.start, high=self.end)

    @property
    def over(self) -> datetime:
        """From when on a time is after it."""
        return self.start if self.end is None else self.end


class Calendar:
    """The days around a moment, in its time zone.

    Args:
        now: The moment that ``today`` and ``last week`` are counted from; with a time zone.

    Raises:
        ValueError: It has no time zone.
    """

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None or now.utcoffset() is None:
            raise ValueError("the moment that dates are counted from needs a time zone")
        self.zone = now.tzinfo
        self.now = now.astimezone(UTC).replace(microsecond=0)
        self.today = now.date()

    def at(self, wall: datetime) -> datetime:
        """The instant, in UTC, at which clocks in the zone show a time."""
        return wall.replace(tzinfo=self.zone).astimezone(UTC)

    def midnight(self, day: date) -> datetime:
        """The first instant of a day, in UTC."""
        return self.at(datetime(day.year, day.month, day.day))  # noqa: DTZ001 - the zone is put on in ``at``

    def days(self, first: date, last: date) -> Span:
        """Some whole days, the last one with them."""
        return Span(self.midnight(first), self.midnight(last + timedelta(days=1)))

    def week(self, day: date) -> Span:
        """The week that a day is in, Monday to Sunday."""
        monday = day - timedelta(days=day.weekday())
        return self.days(monday, monday + timedelta(days=6))

    def month(self, year: int, month: int) -> Span:
        """A whole month."""
        return Span(self.midnight(date(year, month, 1)), self.midnight(months_later(date(year, month, 1), 1)))

    def year(self, year: int) -> Span:
        """A whole year."""
        return Span(self.midnight(date(year, 1, 1)), self.midnight(date(year + 1, 1, 1)))

    def unit(self, unit: str, back: int) -> Span:
        """The whole day, week, month or year so many of them before the present one.

        For hours, minutes and seconds: the time that rounds to so many ago.
        """
        if unit == "day":
            day = self.today - timedelta(days=back)
            return self.days(day, day)
        if unit in {"week", "fortnight"}:
            return self.week(self.today - timedelta(weeks=back * (2 if unit == "fortnight" else 1)))
        if unit == "month":
            first = months_later(self.today.replace(day=1), -back)
            return self.month(first.year, first.month)
        if unit == "year":
            return self.year(self.today.year - back)
        one = timedelta(**{UNITS[unit]: 1})
        return Span(self.now - one * back - one / 2, self.now - one * back + one / 2)

    def since(self, unit: str, count: int) -> datetime:
        """The start of the time of so many units up to now; of days and longer it is the start of a day."""
        if unit in {"second", "minute", "hour"}:
            return self.now - timedelta(**{UNITS[unit]: count})
        if unit in {"month", "year"}:
            return self.midnight(months_later(self.today, -count * (_DECEMBER if unit == "year" else 1)))
        days = {"day": 1, "week": 7, "fortnight": 14}[unit]
        return self.midnight(self.today - timedelta(days=days * count))


def months_later(day: date, count: int) -> date:
    """The same day of another month, or that month's last day if it is shorter."""
    year, month = divmod(day.year * _DECEMBER + day.month - 1 + count, _DECEMBER)
    after = date(year + (month + 1) // _DECEMBER, (month + 1) % _DECEMBER + 1, 1)
    return date(year, month + 1, min(day.day, (after - timedelta(days=1)).day))


def times(field: str, *, low: datetime | None = None, high: datetime | None = None) -> Range:
    """The times of a field from an instant on, and before another."""
    return Range(
        field, None if low is None else stamp(low), None if high is None else stamp(high), below=high is not None
    )
