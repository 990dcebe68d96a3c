"""Timecode against itself and against OpenTimelineIO as somebody else's arithmetic."""

from __future__ import annotations

import opentimelineio as otio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.errors import UsageError
from alice_core.timing import RATES, FrameRate, frames_of, timecode_of

rates = st.sampled_from(RATES).map(FrameRate.parse)
day = st.floats(0, 1, exclude_max=True)


def _frames_a_day(rate: FrameRate) -> int:
    return 24 * (107_892 * rate.nominal // 30 if rate.drop else 3600 * rate.nominal)


@settings(deadline=None, max_examples=133)
@given(rates, day)
def test_a_label_is_read_back_to_its_frame(rate: FrameRate, part: float) -> None:
    frame = int(part * _frames_a_day(rate))
    assert frames_of(timecode_of(frame, rate), rate) == frame


@settings(deadline=None, max_examples=133)
@given(rates, day)
def test_labels_are_those_of_opentimelineio(rate: FrameRate, part: float) -> None:
    frame = int(part * _frames_a_day(rate) * 23 / 24)  # it ends a day of 29.97 NDF 86 s before the labels do
    theirs = otio.opentime.RationalTime(frame, float(rate.value)).to_timecode(float(rate.value), drop_frame=rate.drop)
    assert timecode_of(frame, rate) == theirs


@pytest.mark.parametrize("text", ["29.97", "59.94"])
def test_every_label_around_dropped_ones_is_that_of_opentimelineio(text: str) -> None:
    rate = FrameRate.parse(text)
    for minute in (1, 2, 9, 10, 11, 59, 60, 61, 119, 120):
        border = round(minute * 60 * rate.value)
        for frame in range(border - 12, border + 12):
            ours = timecode_of(frame, rate)
            theirs = otio.opentime.RationalTime(frame, float(rate.value)).to_timecode(float(rate.value), True)
            assert ours == theirs
            assert frames_of(ours, rate) == frame


@pytest.mark.parametrize("text", ["29.97", "59.94"])
def test_labels_rise_one_by_one_and_leave_out_only_the_dropped(text: str) -> None:
    rate = FrameRate.parse(text)
    seen = {timecode_of(frame, rate) for frame in range(_frames_a_day(rate) // 24 // 6)}
    dropped = rate.nominal // 15
    missing = {f"00:{m:02}:00;{f:02}" for m in range(1, 10) for f in range(dropped)}
    every = {f"00:{m:02}:{s:02};{f:02}" for m in range(10) for s in range(60) for f in range(rate.nominal)}
    assert every - seen == missing
    assert len(seen) == len(every) - len(missing)


def test_one_hour_of_drop_frame_is_a_little_under_an_hour() -> None:
    rate = FrameRate.parse("29.97")
    assert frames_of("01:00:00;00", rate) == 107_892
    assert frames_of("01:00:00:00", rate) == 107_892, "a colon is read too"
    assert timecode_of(_frames_a_day(rate), rate) == "00:00:00;00", "the day ends where it began"


def test_more_than_a_hundred_frames_take_three_digits() -> None:
    rate = FrameRate.parse("120")
    assert timecode_of(119, rate) == "00:00:00:119"
    assert frames_of("00:00:01:000", rate) == 120


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1:00:00:00",
        "01:00:00",
        "01:00:00:00:00",
        "24:00:00:00",
        "00:60:00:00",
        "00:00:60:00",
        "00:00:00:24",
        "-1:00:00:00",
        "aa:bb:cc:dd",
    ],
)
def test_what_is_no_timecode_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        frames_of(text, FrameRate.parse("24"))
    assert caught.value.code == "ALICE-U03"
    assert caught.value.hint


@pytest.mark.parametrize(("rate", "text", "first"), [("29.97", "00:01:00;01", ";02"), ("59.94", "10:09:00;03", ";04")])
def test_a_dropped_label_is_refused_and_the_first_real_one_named(rate: str, text: str, first: str) -> None:
    with pytest.raises(UsageError) as caught:
        frames_of(text, FrameRate.parse(rate))
    assert caught.value.code == "ALICE-U03"
    assert first in (caught.value.hint or "")
    assert frames_of(text, FrameRate.parse(rate, drop=False)) > 0
