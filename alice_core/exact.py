"""Exact numbers as text, for JSON that others build on."""

from __future__ import annotations

from fractions import Fraction


def exact_text(value: Fraction | int) -> str:
    """The value as text that :class:`~fractions.Fraction` reads back exactly.

    A plain decimal where the decimal ends, else a ratio.

    >>> exact_text(Fraction(10247139, 48000))
    '213.4820625'
    >>> exact_text(Fraction(1001, 24000))
    '1001/24000'
    >>> exact_text(Fraction(3))
    '3'
    """
    value = Fraction(value)
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest //= 2
        twos += 1
    while rest % 5 == 0:
        rest //= 5
        fives += 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    places = max(twos, fives)
    digits = abs(value.numerator) * 10**places // value.denominator
    sign = "-" if value < 0 else ""
    if places == 0:
        return f"{sign}{digits}"
    text = str(digits).rjust(places + 1, "0")
    return f"{sign}{text[:-places]}.{text[-places:]}"


def parse_exact(text: str) -> Fraction:
    """The number that :func:`exact_text` wrote.

    Raises:
        ValueError: The text is neither a decimal nor a ratio.
    """
    return Fraction(text)
