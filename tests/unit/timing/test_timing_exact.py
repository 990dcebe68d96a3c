"""Exact numbers as text."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.timing import exact_text, parse_exact


@settings(deadline=None, max_examples=100)
@given(st.fractions())
def test_text_reads_back_exactly(value: Fraction) -> None:
    assert parse_exact(exact_text(value)) == value


@settings(deadline=None, max_examples=100)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**9), max_value=10**9))
def test_a_decimal_that_ends_is_written_as_one_without_spare_zeros(value: Decimal) -> None:
    text = exact_text(Fraction(value))
    assert "/" not in text
    assert Decimal(text) == value
    assert "." not in text or not text.endswith("0")


@settings(deadline=None, max_examples=33)
@given(st.integers(1, 10**9), st.sampled_from([3, 7, 9, 1001, 24000, 30000]))
def test_samples_and_frames_read_back(samples: int, over: int) -> None:
    assert parse_exact(exact_text(Fraction(samples, over))) == Fraction(samples, over)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(1001, 24000), "1001/24000"),
        (Fraction(-1, 8), "-0.125"),
        (Fraction(-5, 2), "-2.5"),
        (0, "0"),
        (-3, "-3"),
        (Fraction(1, 10**6), "0.000001"),
        (Fraction(-1, 3), "-1/3"),
    ],
)
def test_forms(value: Fraction | int, text: str) -> None:
    assert exact_text(value) == text


@pytest.mark.parametrize("text", ["", "x", "1/2/3", "1.2.3"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Invalid literal"):
        parse_exact(text)
