"""The query language over any input: what is written reads back, and nothing but a usage error is raised."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.errors import UsageError
from alice_core.library.language import ask, parse, understand, write
from alice_core.library.language.normal import normal
from alice_core.media.facts import Kind
from alice_core.store.wanted import (
    NUMBER_FIELDS,
    SORTS,
    STATES,
    TEXT_FIELDS,
    TIME_FIELDS,
    All,
    AnyOf,
    Match,
    Not,
    Range,
    State,
    Text,
    Vocabulary,
    Wanted,
)

ZONES = [
    UTC,
    ZoneInfo("Europe/Berlin"),
    ZoneInfo("America/Sao_Paulo"),
    ZoneInfo("Asia/Kathmandu"),
    timezone(-timedelta(hours=9.5)),
]
NAMES = Vocabulary(
    models=("flux1-dev", "sd_xl_base_1.0"),
    tags=("style/neon",),
    synonyms=(("kitty", "cat"),),
    projects=("Night Drive",),
    generators=("ComfyUI",),
    samplers=("euler",),
    schedulers=("karras",),
)

wall = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1))  # noqa: DTZ001 - hypothesis puts the zone on
moments = st.builds(lambda time, zone: time.replace(tzinfo=zone), wall, st.sampled_from(ZONES))
odd_words = [
    '"',
    '""',
    "a b",
    "-x",
    "OR",
    "NOT",
    "or",
    "is:liked",
    "last",
    "week",
    "videos",
    "5",
    "flux",
    "tig*",
    "(",
    "a|b",
    ",",
]
words = st.text(min_size=1, max_size=12) | st.sampled_from(odd_words)
numbers = st.one_of(
    st.integers(-5, 2**64).map(Decimal), st.decimals(-(10**12), 10**12, allow_nan=False, allow_infinity=False)
)


@st.composite
def instants(draw):
    """An instant as the store writes it; often a midnight somewhere, or the start of a month."""
    moment = draw(moments)
    if draw(st.booleans()):
        moment = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        moment = moment.replace(day=1) if draw(st.booleans()) else moment
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


@st.composite
def ranges(draw):
    if draw(st.booleans()):
        field, low, high = draw(st.sampled_from(TIME_FIELDS)), draw(instants()), draw(instants())
    else:
        field, low, high = draw(st.sampled_from(NUMBER_FIELDS)), *sorted((draw(numbers), draw(numbers)))
    open_low, open_high = draw(st.booleans()), draw(st.booleans())
    return Range(
        field,
        None if open_low else low,
        None if open_high else high,
        below=draw(st.booleans()),
        above=draw(st.booleans()),
    )


def matches():
    free = st.sampled_from([field for field in TEXT_FIELDS if field not in {"kind", "mark"}])
    closed = st.one_of(
        st.lists(st.sampled_from([kind.value for kind in Kind]), min_size=1, unique=True).map(
            lambda some: Match("kind", tuple(some))
        ),
        st.lists(st.sampled_from(["hero", "maybe", "reject"]), min_size=1, unique=True).map(
            lambda some: Match("mark", tuple(some))
        ),
    )
    return closed | st.builds(Match, free, st.lists(words, max_size=3).map(tuple))


terms = st.recursive(
    st.one_of(st.builds(Text, words, st.booleans()), matches(), ranges(), st.builds(State, st.sampled_from(STATES))),
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=6,
)
wanted = st.builds(Wanted, st.none() | terms, st.sampled_from(SORTS), st.none() | st.integers(1, 10**8))


@settings(max_examples=40, deadline=None)
@given(wanted, moments)
def test_what_is_written_reads_back_the_same(query, now):
    meant = normal(query)
    assert normal(meant) == meant
    assert parse(write(query), now=now).wanted == meant
    assert write(meant) == write(query)


@settings(max_examples=40, deadline=None)
@given(wanted, moments)
def test_what_is_written_with_names_of_days_reads_back_in_the_same_zone(query, now):
    text = write(query, zone=now.tzinfo)
    assert parse(text, now=now).wanted == normal(query)
    assert parse(text, now=now).text == text


@settings(max_examples=25, deadline=None)
@given(wanted, moments)
def test_quoted_words_are_never_taken_for_plain_language(query, now):
    text = write(query, zone=now.tzinfo, quoted=True)
    assert understand(text, NAMES, now=now).wanted == normal(query)


PIECES = """made:2026 rating>= 3 .. last week between in and or not without from the 5 10 MB seconds "neon tiger" ( ) |
    - : made:99d kind:video size:10MB..20MB march 2026 31 february flux kitty newest since before a of , :: limit:0
    rated stars cost $1 at least 1:30 4k 1920x1080 minutes half ago older than sort:best
    is:liked NOT OR 99999999999 days"""
typed = st.text(max_size=40) | st.lists(words | st.sampled_from(PIECES.split()), max_size=12).map(" ".join)


def unless_refused(reading):
    """What a reading gives in a list; an empty one where it is refused, which must be with a hint."""
    try:
        return [reading()]
    except UsageError as error:
        refused = error
    assert (bool(refused.hint), refused.code) == (True, "ALICE-U05")
    return []


@settings(max_examples=66, deadline=None)
@given(typed, moments)
def test_any_text_is_understood_or_refused_with_a_hint(text, now):
    for found in (
        *unless_refused(lambda: parse(text, now=now)),
        *unless_refused(lambda: understand(text, NAMES, now=now)),
    ):
        assert parse(found.text, now=now).wanted == found.wanted == normal(found.wanted)


@settings(max_examples=66, deadline=None)
@given(typed, moments)
def test_what_was_understood_is_understood_again_the_same(text, now):
    for found in unless_refused(lambda: understand(text, NAMES, now=now)):
        again = understand(found.text, NAMES, now=now)
        assert (again.wanted, again.text) == (found.wanted, found.text)


@settings(max_examples=50, deadline=None)
@given(typed, moments)
def test_a_question_is_never_refused(text, now):
    found = ask(text, NAMES, now=now)
    assert parse(found.text, now=now).wanted == found.wanted


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        parse("today", now=datetime(2026, 11, 18))  # noqa: DTZ001 - that is what is refused
