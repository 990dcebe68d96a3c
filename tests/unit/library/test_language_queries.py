"""The exact language: what each form means, and what is refused with which hint."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from alice_core.errors import UsageError
from alice_core.library.language import parse, understand, write
from alice_core.store.wanted import All, AnyOf, Match, Not, Range, State, Text, Vocabulary, Wanted

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 18, 15, 30, tzinfo=BERLIN)


def term(query, now=NOW):
    return parse(query, now=now).wanted.term


def number(low, high=None, field="rating", **ends):
    low, high = (None if end is None else Decimal(end) for end in (low, high))
    return Range(field, low, high, **ends)


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("tiger", Text("tiger")),
        ("tig*", Text("tig", prefix=True)),
        ('"neon  tiger"', Text("neon tiger")),
        ('"neon tig"*', Text("neon tig", prefix=True)),
        ("“neon tiger”", Text("neon tiger")),
        ('"say ""hi"""', Text('say "hi"')),
        ("text:tiger,lion", AnyOf((Text("tiger"), Text("lion")))),
        ("a b", All((Text("a"), Text("b")))),
        ("a AND b", All((Text("a"), Text("b")))),
        ("a, b", All((Text("a"), Text("b")))),
        ("a a", Text("a")),
        ("a b OR c", AnyOf((All((Text("a"), Text("b"))), Text("c")))),
        ("a|b", AnyOf((Text("a"), Text("b")))),
        ("a (b OR c)", All((Text("a"), AnyOf((Text("b"), Text("c")))))),
        ("((a))", Text("a")),
        ("()", None),
        ("a OR ()", AnyOf((Text("a"), All(())))),
        ("-a", Not(Text("a"))),
        ("NOT a", Not(Text("a"))),
        ("--a", Text("a")),
        ("-(a b)", Not(All((Text("a"), Text("b"))))),
        ("- a", All((Text("-"), Text("a")))),
        ("foo(1).png", Text("foo(1).png")),
        ("10:30", Text("10:30")),
        ("C:\\x", Text("C:\\x")),
        ("kind:clips", Match("kind", ("video",))),
        ("type:picture,songs", Match("kind", ("image", "audio"))),
        ("kind:a*", Match("kind", ("audio", "analysis"))),
        ("kind:?ideo", Match("kind", ("video",))),
        ("is:video", Match("kind", ("video",))),
        ("mark:heroes", Match("mark", ("hero",))),
        ("mark:*", Match("mark", ("hero", "maybe", "reject"))),
        ("model:flux*", Match("model", ("flux*",))),
        ("MODEL=flux", Match("model", ("flux",))),
        ("tag:a|b", Match("tag", ("a", "b"))),
        ('tag:"a,b",c', Match("tag", ("a,b", "c"))),
        ("tag: neon", Match("tag", ("neon",))),
        ('album:"Best of"', Match("collection", ("Best of",))),
        ("folder:/home/me", Match("in", ("/home/me",))),
        ("name:foo(1).png", Match("name", ("foo(1).png",))),
        ("by:Midjourney", Match("generator", ("Midjourney",))),
        ("is:favorite", State("favourite")),
        ("is:liked,tagged", AnyOf((State("liked"), State("tagged")))),
        ("is:untagged", Not(State("tagged"))),
        ("-is:not-rated", State("rated")),
        ("has:prompt", State("prompted")),
        ("has:no-tag", Not(State("tagged"))),
        ("has:project", Match("project", ("*",))),
        ("has:seed", Range("seed")),
        ("is:liked or is:tagged", AnyOf((State("liked"), State("tagged")))),
    ],
)
def test_words_and_fields(query, meant):
    assert term(query) == meant
    assert term(parse(query, now=NOW).text) == meant


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("rating:4", number(4, 4)),
        ("rating=4", number(4, 4)),
        ("stars:4", number(4, 4)),
        ("rating>=4", number(4)),
        ("rating:>=4", number(4)),
        ("rating>4", number(4, above=True)),
        ("rating<4", number(None, 4, below=True)),
        ("rating<=4", number(None, 4)),
        ("rating:4+", number(4)),
        ("rating:3..5", number(3, 5)),
        ("rating:3<..<5", number(3, 5, above=True, below=True)),
        ("rating:3..", number(3)),
        ("rating:..5", number(None, 5)),
        ("rating:..", number(None)),
        ("rating:*", number(None)),
        ("rating:3,5", AnyOf((number(3, 3), number(5, 5)))),
        ("size:10MB", number(10**7, 10**7, "size")),
        ("size>=1.5MiB", number(3 * 2**19, None, "size")),
        ("size:512", number(512, 512, "size")),
        ("seconds>1m30s", number(90, None, "seconds", above=True)),
        ("length:1:30..1:01:30", number(90, 3690, "seconds")),
        ("seconds:250ms", number("0.25", "0.25", "seconds")),
        ("cost<$0.50", number(None, "0.5", "cost", below=True)),
        ("cost:50c", number("0.5", "0.5", "cost")),
        ("width>=1920px", number(1920, None, "width")),
        ("fps:24", number(24, 24, "fps")),
        ("fps:23.976", number("23.9755", "23.9765", "fps")),
        ("seed:18446744073709551615", number(2**64 - 1, 2**64 - 1, "seed")),
    ],
)
def test_numbers(query, meant):
    assert term(query) == meant
    assert term(write(Wanted(meant))) == meant


@pytest.mark.parametrize(
    ("query", "low", "high"),
    [
        ("made:2026", "2025-12-31T23:00", "2026-12-31T23:00"),
        ("made:2026-07", "2026-06-30T22:00", "2026-07-31T22:00"),
        ("date:2026-11-05", "2026-11-04T23:00", "2026-11-05T23:00"),
        ("made:2026-11-05T10:30", "2026-11-05T09:30", "2026-11-05T09:31"),
        ('made:"2026-11-05 10:30"', "2026-11-05T09:30", "2026-11-05T09:31"),
        ("made:2026-11-05T10:30Z..2026-11-05T10:30+02:00", "2026-11-05T10:30", "2026-11-05T08:31"),
        ("made:2026-01..2026-03", "2025-12-31T23:00", "2026-03-31T22:00"),
        ("made:2026-01<..<2026-03", "2026-01-31T23:00", "2026-02-28T23:00"),
        ("made>2026-11-05", "2026-11-05T23:00", None),
        ("made>=2026-11-05", "2026-11-04T23:00", None),
        ("made<2026-11-05", None, "2026-11-04T23:00"),
        ("made<=2026-11-05", None, "2026-11-05T23:00"),
        ("made:..2026", None, "2026-12-31T23:00"),
        ("made:2026..", "2025-12-31T23:00", None),
        ("added:today", "2026-11-17T23:00", "2026-11-18T23:00"),
        ("made:yesterday", "2026-11-16T23:00", "2026-11-17T23:00"),
        ("made:monday", "2026-11-15T23:00", "2026-11-16T23:00"),
        ("made:thursday", "2026-11-11T23:00", "2026-11-12T23:00"),
        ("made:last-week", "2026-11-08T23:00", "2026-11-15T23:00"),
        ("made:this-week", "2026-11-15T23:00", "2026-11-22T23:00"),
        ("made:last-month", "2026-09-30T22:00", "2026-10-31T23:00"),
        ("made:last-year", "2024-12-31T23:00", "2025-12-31T23:00"),
        ("made:last-7-days", "2026-11-10T23:00", None),
        ("made:3d", "2026-11-14T23:00", None),
        ("made:6h", "2026-11-18T08:30", None),
        ("made:30min", "2026-11-18T14:00", None),
        ("made:1mo", "2026-10-17T22:00", None),
        ("made:1y", "2025-11-17T23:00", None),
        ("made<2w", None, "2026-11-03T23:00"),
        ("made:2w..3d", "2026-11-03T23:00", "2026-11-14T23:00"),
        ("made<now", None, "2026-11-18T14:30"),
    ],
)
def test_times_are_understood_in_the_zone_and_kept_in_utc(query, low, high):
    meant = parse(query, now=NOW).wanted.term
    ends = (None if low is None else f"{low}:00.000Z", None if high is None else f"{high}:00.000Z")
    assert (meant.low, meant.high, meant.below) == (*ends, high is not None)
    assert term(parse(query, now=NOW).text) == meant
    assert term(write(Wanted(meant)), now=NOW.astimezone(timezone(timedelta(hours=-5)))) == meant


def test_a_short_month_ends_the_day_of_a_month_ago():
    assert term("made:1mo", now=datetime(2026, 3, 31, tzinfo=UTC)).low == "2026-02-28T00:00:00.000Z"


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [
        ("2026-01-01", "2027-01-01", "made:2026"),
        ("2025-01-01", "2027-01-01", "made:2025..2026"),
        ("2026-03-01", "2026-04-01", "made:2026-03"),
        ("2026-01-01", "2026-03-01", "made:2026-01..2026-02"),
        ("2026-01-05", "2026-01-06", "made:2026-01-05"),
        ("2026-01-05", "2026-03-01", "made:2026-01-05..2026-02-28"),
        ("2026-01-05", "2026-01-05", "made:2026-01-05..<2026-01-05"),
        ("2026-01-05", None, "made>=2026-01-05"),
        (None, "2026-01-05", "made<2026-01-05"),
        ("2026-01-05T10:30", "2026-01-05T10:30:15", "made:2026-01-05T10:30..<2026-01-05T10:30:15"),
        ("2026-01-05T10:30:15.250", None, "made>=2026-01-05T10:30:15.250Z"),
    ],
)
def test_whole_days_months_and_years_are_written_by_their_names(low, high, text):
    ends = (None if one is None else datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (low, high))
    one = Range("made", *(None if end is None else end.isoformat() for end in ends))
    assert write(Wanted(one), zone=UTC) == text


def test_without_a_zone_times_are_written_so_that_they_mean_the_same_everywhere():
    wanted = parse("made:2026-11", now=NOW).wanted
    assert write(wanted) == "made:2026-10-31T23:00:00Z..<2026-11-30T23:00:00Z"
    assert write(wanted, zone=BERLIN) == "made:2026-11"


def test_order_and_number_are_kept_wherever_they_stand():
    found = parse("sort:rating (kind:video limit:20) tiger", now=NOW)
    assert (found.wanted.sort, found.wanted.limit) == ("best", 20)
    assert found.text == "kind:video tiger sort:best limit:20"


def test_an_unknown_field_is_passed_over_and_told_of():
    found = parse("colour:red,blue tiger http://x find: -shape:round foo>3", now=NOW)
    assert found.ignored == ("colour:red,blue", "http://x", "find:", "shape:round")
    assert found.text == 'tiger "foo>3"'


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ('"neon', "twice"),
        ('tag:"neon', "twice"),
        ("(a", "Close it"),
        ("a)", "Leave it out"),
        ("a -", None),
        ("NOT", "-tag:test"),
        ("-)", "-tag:test"),
        ("(" * 80 + "a" + ")" * 80, "simpler"),
        ("kind:vidoe", "Did you mean video?"),
        ("kind:xyzzy", "What can be a kind: audio"),
        ("kind:z*", "What can be"),
        ("mark:herro", "Did you mean hero?"),
        ("is:favorit", "Did you mean favo"),
        ("has:wings", "What can be"),
        ("sort:best,oldst", "Did you mean oldest?"),
        ("-sort:best", "Write sort:best"),
        ("limit:0", "limit:20"),
        ("limit:many", "limit:20"),
        ("tag:", "tag:VALUE"),
        ("model>3", "model:3"),
        ("rating>=3,4", "rating:A,B"),
        ("rating:5..3", "smaller number first"),
        ("rating:high", "rating>=4"),
        ("rating:" + "9" * 500, "400 digits"),
        ("size:10XB", "10MB"),
        ("seconds:3q", "1m30s"),
        ("cost:5€", "US dollars"),
        ("made:2026-13", "2026-11-05"),
        ("made:2026-02-30", "2026-11-05"),
        ("made:soon", "last-week"),
        ("made:99999y", "3d"),
        ("made:0000", "2026"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_hint(query, hint):
    if hint is None:
        assert term(query) == All((Text("a"), Text("-")))
        return
    with pytest.raises(UsageError) as refused:
        parse(query, now=NOW)
    assert hint in refused.value.hint
    assert refused.value.code == "ALICE-U05"


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (Wanted(AnyOf(())), "-()"),
        (Wanted(Match("tag", ())), "-()"),
        (Wanted(Text(" ")), ""),
        (Wanted(All((Text("a"), All((Text("b"), Text("a")))))), "a b"),
        (Wanted(AnyOf((Text("a"), AnyOf((Text("b"),))))), "a OR b"),
        (Wanted(Not(Not(Text("a")))), "a"),
        (Wanted(Text("or")), '"or"'),
        (Wanted(Text("kind:video")), '"kind:video"'),
        (Wanted(Range("size", Decimal(1536), Decimal(10**9))), "size:1536..1GB"),
        (Wanted(Range("cost", Decimal("-0"), Decimal("1.50"), below=True)), "cost:0..<1.5"),
        (Wanted(Range("fps", Decimal("23.976"), Decimal("23.976"))), "fps:23.976..23.976"),
    ],
)
def test_the_normal_form(wanted, text):
    assert write(wanted) == text


def test_words_that_plain_language_would_take_are_put_in_quotes():
    names = Vocabulary(models=("flux1-dev",))
    found = understand('"flux" "last" "week" tiger', names, now=NOW)
    assert found.text == '"flux" "last" "week" "tiger"'
    assert understand(found.text, names, now=NOW) == found
