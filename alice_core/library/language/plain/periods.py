"""When: ``from last week``, ``since Monday``, ``between 3 and 9 March``, ``older than a month``."""

from __future__ import annotations

from alice_core.library.language.calendar import Calendar, Span, times
from alice_core.library.language.plain.dated import MONTHS, Moment
from alice_core.library.language.plain.hearing import Found, Hearing
from alice_core.library.language.plain.moments import duration_at, moment_at
from alice_core.library.language.plain.phrases import Phrases, alike
from alice_core.library.language.plain.sentence import Sentence
from alice_core.store.wanted import TIME_FIELDS, Range

_VERBS = {
    **alike(
        """made, created, generated, rendered, produced, taken, shot, dated, done, recorded, drawn, painted, saved,
        make, create, generate, render, did""",
        "made",
    ),
    **alike("added, imported, ingested, indexed, catalogued", "added"),
}
_RELATIONS = Phrases(
    {
        **alike("since, ever since, starting, starting from, as of, not before, no earlier than", "from"),
        **alike("from", "in or from"),
        **alike("after, later than, newer than, younger than, following, more recent than", "after"),
        **alike("before, prior to, earlier than, older than", "before"),
        **alike("until, till, up to, up until, by, no later than, not after", "to"),
        **alike("in, on, during, at, of, over, around, within, throughout, for, dated", "in"),
    }
)
_LONGER_AGO = Phrases(
    {
        **alike("older than, more than, over, longer than, at least, not newer than, not younger than", "old"),
        **alike("newer than, younger than, less than, under, within, not older than, no older than, at most", "young"),
    }
)
_SEPARATORS = frozenset({"to", "until", "till", "through", "thru", "-", "–"})
_ONWARDS = Phrases(
    {
        **alike("on, onwards, onward, and later, or later, and newer, or newer, and after", "on"),
        **alike("and earlier, or earlier, and before, or before, and older, or older", "back"),
    }
)


def period(hearing: Hearing, at: int) -> Found | None:
    """The times that words mean, with the verb before them (``made``, ``added``)."""
    sentence, calendar = hearing.sentence, hearing.calendar
    start, field = at, "made"
    while sentence.low(start) in _VERBS:
        field = _VERBS[sentence.low(start)]
        start += 1
    for reader in (_age, _between):
        if found := reader(sentence, start, calendar, field):
            return Found(found[1], (found[0],))
    listed = hearing.goes_on(at) in TIME_FIELDS
    needed = 0 if listed else 1 if start > at else 2
    related = _related(sentence, start, calendar, hearing.naming or field if listed else field, needed=needed)
    return related and Found(related[1], (related[0],))


def _age(sentence: Sentence, at: int, calendar: Calendar, field: str) -> tuple[Range, int] | None:
    """``older than a month``, ``more than two weeks ago``, ``less than 3 days old``, ``3 days old``."""
    found = _LONGER_AGO.at(sentence, at)
    if found is None:
        duration = duration_at(sentence, at)
        if duration and sentence.low(duration[2]) == "old":
            return calendar.unit(duration[1], duration[0]).within(field), duration[2] + 1
        return None
    age, start = found
    duration = duration_at(sentence, start)
    if duration is None:
        return None
    count, unit, end = duration
    ending = sentence.low(end) in {"ago", "old", "back"}
    words = sentence.lows(at, start)
    if not ending and words[-1] != "within" and not {"older", "newer", "younger"} & set(words):
        return None
    moment = calendar.since(unit, count)
    return times(field, low=moment) if age == "young" else times(field, high=moment), end + ending


def _between(sentence: Sentence, at: int, calendar: Calendar, field: str) -> tuple[Range, int] | None:
    """``between March and May``, ``from Monday to Wednesday``, ``March 3-9``, ``between 3 and 9 March``."""
    word = sentence.low(at)
    opened = word in {"between", "from"}
    start = at + (opened or word in {"in", "on", "during"})
    first = _end(sentence, start, calendar)
    if first is None:
        return None
    separators = {"and"} if word == "between" else _SEPARATORS
    if sentence.low(first[1]) not in separators:
        return None
    after = first[1] + 1
    second = _second(sentence, start, after, calendar)
    if second is None:
        return None
    low = _first(sentence, start, calendar, second)
    if low is None or second.span.end is None or low.start > second.span.end:
        return None
    return times(field, low=low.start, high=second.span.over), second.end


def _end(sentence: Sentence, at: int, calendar: Calendar) -> tuple[Moment | None, int] | None:
    """The first end of a range, which may be the mere number of a day."""
    if found := moment_at(sentence, at, calendar):
        return found, found.end
    number = at + (sentence.low(at) == "the")
    return (None, number + 1) if _is_day(sentence.low(number)) else None


def _is_day(word: str) -> bool:
    return word.isdecimal() and len(word) < 3 and 0 < int(word) < 32  # noqa: PLR2004 - days of a month


def _second(sentence: Sentence, first: int, at: int, calendar: Calendar) -> Moment | None:
    """The second end; a mere number is a day of the month that the first one names."""
    if found := moment_at(sentence, at, calendar):
        return found
    named = moment_at(sentence, first, calendar)
    if named is None or not _is_day(sentence.low(at)) or not set(sentence.lows(first, at)) & set(MONTHS):
        return None
    day = named.span.start.astimezone(calendar.zone).date().replace(day=int(sentence.low(at)))
    return Moment(calendar.days(day, day), at + 1)


def _first(sentence: Sentence, at: int, calendar: Calendar, second: Moment) -> Span | None:
    """The first end, the latest that is not after the second one."""
    last = (second.span.end or second.span.start).astimezone(calendar.zone).date()
    start = second.span.start.astimezone(calendar.zone).date()
    if found := moment_at(sentence, at, calendar, anchor=min(start, last)):
        return found.span
    number = at + (sentence.low(at) == "the")
    try:
        day = start.replace(day=int(sentence.low(number)))
    except ValueError:
        return None
    return calendar.days(day, day)


def _related(sentence: Sentence, at: int, calendar: Calendar, field: str, *, needed: int) -> tuple[Range, int] | None:
    """``since Monday``, ``before March``, ``in 2025``, or only ``yesterday``."""
    relation, start = "in", at
    found = _RELATIONS.at(sentence, at)
    if found is not None:
        relation, start = found
        needed = 0 if relation not in {"in", "in or from"} or sentence.low(at) in {"from", "on"} else 1
    if relation == "to" and sentence.low(at) == "by":
        needed = 1
    moment = _with_in(sentence, at, start, calendar)
    if moment is None or moment.strength < needed:
        return None
    onwards = _ONWARDS.at(sentence, moment.end)
    if onwards is not None and (relation == "in or from" or (relation == "in" and onwards[1] - moment.end > 1)):
        span, end = moment.span, onwards[1]
        return times(field, low=span.start) if onwards[0] == "on" else times(field, high=span.over), end
    return _times(field, relation, moment.span), moment.end


def _with_in(sentence: Sentence, at: int, start: int, calendar: Calendar) -> Moment | None:
    """``in the last week`` and ``within a week`` are up to now, ``from last week`` is a week of the calendar."""
    if sentence.low(at) == "within":
        duration = duration_at(sentence, start)
        if duration is not None:
            return Moment(Span(calendar.since(duration[1], duration[0]), None), duration[2])
    return moment_at(sentence, start, calendar)


def _times(field: str, relation: str, span: Span) -> Range:
    if relation == "from":
        return times(field, low=span.start)
    if relation == "after":
        return times(field, low=span.over)
    if relation == "before":
        return times(field, high=span.start)
    if relation == "to":
        return times(field, high=span.over)
    return span.within(field)
