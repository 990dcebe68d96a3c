"""Amounts of money as the store keeps them: whole numbers of a billionth, so that any database adds them exactly."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Decimal

_SCALE = Decimal(1_000_000_000)
_MOST = 9_000_000_000
"""Of any currency; a billionth of it still fits a signed 64-bit integer."""


def billionths(amount: Decimal, *, up: bool = False) -> int:
    """An amount as billionths; what is smaller is rounded, upwards where money is set aside.

    Raises:
        ValueError: It is no number, below 0, or more than anybody has.
    """
    if not amount.is_finite() or not 0 <= amount <= _MOST:
        raise ValueError(f"{amount} is no amount of money")
    return int((amount * _SCALE).to_integral_value(ROUND_CEILING if up else ROUND_HALF_EVEN))


def amount_of(count: int) -> Decimal:
    """The amount of so many billionths, without needless zeros."""
    return Decimal(money_text(Decimal(count) / _SCALE))


def money_text(amount: Decimal) -> str:
    """An amount as plain decimal text, without needless zeros and never with an exponent.

    >>> money_text(Decimal("4.7100"))
    '4.71'
    >>> money_text(Decimal("1E+1"))
    '10'
    """
    text = f"{amount:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text if text not in {"", "-0"} else "0"
