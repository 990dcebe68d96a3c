"""Frame rates: what people write, what is refused, and the nearest frame."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.errors import UsageError
from alice_core.timing import RATES, FrameRate

moments = st.fractions(min_value=0, max_value=4 * 3600, max_denominator=192_000)


@pytest.mark.parametrize(
    ("text", "value", "drop", "nominal"),
    [
        ("23.976", Fraction(24000, 1001), False, 24),
        ("23.98", Fraction(24000, 1001), False, 24),
        ("24", Fraction(24), False, 24),
        ("25", Fraction(25), False, 25),
        ("29.97", Fraction(30000, 1001), True, 30),
        ("29.97ndf", Fraction(30000, 1001), False, 30),
        ("29.97 NDF", Fraction(30000, 1001), False, 30),
        ("29.97-df", Fraction(30000, 1001), True, 30),
        ("30000/1001", Fraction(30000, 1001), True, 30),
        ("30", Fraction(30), False, 30),
        ("50", Fraction(50), False, 50),
        ("59.94", Fraction(60000, 1001), True, 60),
        ("59.94ndf", Fraction(60000, 1001), False, 60),
        (" 60 fps ", Fraction(60), False, 60),
        ("60.0", Fraction(60), False, 60),
        ("119.88", Fraction(120000, 1001), False, 120),
    ],
)
def test_what_people_write_is_an_exact_ratio(text: str, value: Fraction, drop: bool, nominal: int) -> None:
    rate = FrameRate.parse(text)
    assert (rate.value, rate.drop, rate.nominal) == (value, drop, nominal)
    assert rate.ntsc == (value.denominator == 1001)
    assert rate.frame * rate.value == 1


@pytest.mark.parametrize("text", RATES)
def test_name_and_ratio_read_back(text: str) -> None:
    rate = FrameRate.parse(text)
    assert FrameRate.parse(rate.name, drop=rate.drop) == rate
    assert FrameRate.parse(rate.ratio, drop=rate.drop) == rate


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fps",
        "fast",
        "0",
        "-24",
        "241",
        "1/0",
        "23.9",
        "29.976",
        "12.5",
        "nan",
        "inf",
        "24 25",
        "１e3",
        "1e999999999",
    ],
)
def test_what_is_no_rate_is_refused_with_the_list(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        FrameRate.parse(text)
    assert caught.value.code == "ALICE-U01"
    assert "23.976" in (caught.value.hint or "")


@pytest.mark.parametrize("text", ["24df", "25df", "30df", "60 df", "23.976df"])
def test_drop_frame_exists_only_where_the_standard_has_it(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        FrameRate.parse(text)
    assert caught.value.code == "ALICE-U01"


@settings(deadline=None, max_examples=100)
@given(st.sampled_from(RATES), moments)
def test_nearest_frame_is_at_most_half_a_frame_off(text: str, moment: Fraction) -> None:
    rate = FrameRate.parse(text)
    frame = rate.nearest_frame(moment)
    error = rate.seconds(frame) - moment
    assert -rate.frame / 2 < error <= rate.frame / 2, "a tie goes up"


@settings(deadline=None, max_examples=66)
@given(st.sampled_from(RATES), st.integers(0, 10**7))
def test_frames_keep_their_number_and_ties_go_up(text: str, frame: int) -> None:
    rate = FrameRate.parse(text)
    assert rate.nearest_frame(rate.seconds(frame)) == frame
    assert rate.nearest_frame(rate.seconds(frame) + rate.frame / 2) == frame + 1


def test_boundaries_do_not_drift_over_four_hours() -> None:
    rate = FrameRate.parse("23.976")
    beat = Fraction(60, 127)
    worst = max(abs(rate.seconds(rate.nearest_frame(i * beat)) - i * beat) for i in range(4 * 3600 * 127 // 60))
    assert worst <= rate.frame / 2
