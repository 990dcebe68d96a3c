"""Which part of a song a cut-down shows, and where its cuts lie."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from grids import analysed, steady
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.directing import document
from alice_core.directing.plan import plan_shots
from alice_core.directing.variant import cut_down, excerpt_of, parse_aspect, size_for
from alice_core.errors import UsageError
from alice_core.music.model import Section
from alice_core.timing import RATES, FrameRate

DIGEST = "sha256:" + "a" * 64


def planned(heard, rate="24"):
    return plan_shots(heard, rate=FrameRate.parse(rate), width=1280, height=720)


def song(bars, gap=24_000, rate="24"):
    """Sections of so many bars at two beats a second, the last one a quarter of a bar longer than its bars."""
    beats = [gap * index for index in range(sum(bars) * 4)]
    edges = [0]
    for count in bars:
        edges.append(edges[-1] + count * 4 * gap)
    length = edges[-1] + gap
    starts = edges[:-1]
    labels = ("intro", "verse", "chorus", "bridge", "outro")
    sections = tuple(
        Section(start, end, labels[place % 5], 0.5, 0.9)
        for place, (start, end) in enumerate(zip(starts, [*starts[1:], length], strict=True))
    )
    return planned(analysed(beats, length=length, sections=sections), rate)


def test_whole_sections_are_taken_where_they_fit():
    plan = song((8, 7, 8, 16))
    found = excerpt_of(plan, Fraction(15))
    assert found.whole_sections
    assert found.seconds == 14
    assert found.start == 16
    assert found.words == "from the verse at 0:16.0 to the chorus, 14.0 s"


def test_of_two_that_fit_the_longer_is_taken():
    plan = song((8, 7, 8, 16))
    found = excerpt_of(plan, Fraction(16))
    assert (found.start, found.seconds) == (0, 16)


def test_where_none_fits_it_ends_on_a_bar_and_says_so():
    plan = song((40, 40))
    found = excerpt_of(plan, Fraction(15))
    assert not found.whole_sections
    assert found.seconds == 14
    assert "no sections fill 12.0 s to 15.0 s; it begins with the intro at 0:00.0 and ends on a bar line" in found.words


def test_without_bars_the_length_decides_and_it_is_said():
    heard = analysed([], length=48_000 * 100)
    found = excerpt_of(planned(heard), Fraction(15))
    assert found.seconds == 15
    assert "there is no bar line near" in found.words


def test_a_song_that_is_short_enough_stays_whole():
    plan = song((4, 4))
    found = excerpt_of(plan, Fraction(60))
    assert (found.first, found.end) == (0, plan.song.samples)
    assert found.words.startswith("the whole song")


@settings(max_examples=40, deadline=None)
@given(
    bars=st.lists(st.integers(1, 20), min_size=1, max_size=6),
    gap=st.integers(14_000, 40_000),
    rate=st.sampled_from(RATES),
    seconds=st.fractions(Fraction(1), Fraction(90), max_denominator=100),
)
def test_a_cut_down_is_a_whole_plan_whose_cuts_lie_on_its_beats(bars, gap, rate, seconds):
    plan = song(tuple(bars), gap, rate)
    found = excerpt_of(plan, seconds)
    assert found.seconds <= seconds + plan.rate.frame
    cut = cut_down(plan, found, DIGEST)
    assert document.from_document(document.to_document(cut)) == cut
    assert cut.shots[0].start == 0
    assert all(one.end == two.start for one, two in pairwise(cut.shots))
    assert abs(cut.frames - cut.song.seconds * cut.rate.value) <= Fraction(1, 2) or cut.frames == 1
    known = {shot.id: shot for shot in plan.shots}
    for shot in cut.shots[1:]:
        assert abs(shot.start - shot.beat * cut.rate.value) <= Fraction(1, 2)
        assert abs(known[shot.id].beat - found.start - shot.beat) == 0
    assert all(0 <= mark.frame < cut.frames for mark in cut.markers)
    assert [mark.frame for mark in cut.markers] == sorted(mark.frame for mark in cut.markers)


def test_the_markers_of_cuts_stay_on_them():
    plan = song((8, 8, 8), gap=23_456, rate="29.97")
    cut = cut_down(plan, excerpt_of(plan, Fraction(20)), DIGEST)
    marked = {mark.frame for mark in cut.markers}
    assert all(shot.start in marked for shot in cut.shots)
    assert cut.markers[0].kind == "section"


def test_a_length_must_be_one():
    with pytest.raises(UsageError):
        excerpt_of(planned(steady(16)), Fraction(0))


@pytest.mark.parametrize(
    ("size", "aspect", "wanted"),
    [
        ((1920, 1080), "9:16", (1080, 1920)),
        ((1920, 1080), "1:1", (1080, 1080)),
        ((1080, 1920), "16:9", (1920, 1080)),
        ((1080, 1080), "16:9", (1920, 1080)),
        ((1280, 720), "4:5", (720, 900)),
        ((1280, 720), "16:9", (1280, 720)),
    ],
)
def test_the_short_side_stays(size, aspect, wanted):
    assert size_for(*size, parse_aspect(aspect)) == wanted


@pytest.mark.parametrize("text", ["", "16", "16:", ":9", "a:b", "-1:2", "0:9", "9:0", "99999:1", "41:10", "٣:٢"])
def test_what_is_no_shape(text):
    with pytest.raises(UsageError):
        parse_aspect(text)
