"""Amounts of money as whole numbers, and the rows of the ledger."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.store.money import amount_of, billionths, money_text

AMOUNTS = st.decimals(min_value=0, max_value=1_000_000, places=9)


@settings(deadline=None, max_examples=100)
@given(AMOUNTS, AMOUNTS)
def test_amounts_are_exact_and_add_up(first, second):
    assert amount_of(billionths(first)) == first
    assert amount_of(billionths(first) + billionths(second)) == first + second
    assert Decimal(money_text(first)) == first
    assert "E" not in money_text(first)


def test_what_is_smaller_than_a_billionth():
    tiny = Decimal("0.0000000001")
    assert (billionths(tiny), billionths(tiny, up=True)) == (0, 1)


@pytest.mark.parametrize(("amount", "text"), [("0.00", "0"), ("-0.0", "0"), ("10", "10"), ("1E+3", "1000")])
def test_text(amount, text):
    assert money_text(Decimal(amount)) == text


@pytest.mark.parametrize("amount", ["-1", "NaN", "Infinity", "1E+12"])
def test_no_amounts(amount):
    with pytest.raises(ValueError, match="no amount"):
        billionths(Decimal(amount))
