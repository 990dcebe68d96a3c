"""Numbers with their units, as the query language and people write them: ``10MB``, ``1m30s``, ``$0.50``."""

from __future__ import annotations

import re
from decimal import Context, Decimal
from functools import reduce

from alice_core.library.language.fields import unreadable
from alice_core.store.wanted import Range

SIZES = {
    "b": 1, "byte": 1, "bytes": 1,
    "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12,
    "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40,
    "kilobyte": 10**3, "megabyte": 10**6, "gigabyte": 10**9, "terabyte": 10**12, "meg": 10**6, "gig": 10**9,
    "kilobytes": 10**3, "megabytes": 10**6, "gigabytes": 10**9, "terabytes": 10**12, "megs": 10**6, "gigs": 10**9,
}  # fmt: skip
"""Bytes of a unit of size; ``MB`` is a million, ``MiB`` is 2 to the 20."""

LENGTHS = {
    "ms": Decimal("0.001"), "s": Decimal(1), "sec": Decimal(1), "secs": Decimal(1),
    "second": Decimal(1), "seconds": Decimal(1),
    "m": Decimal(60), "min": Decimal(60), "mins": Decimal(60), "minute": Decimal(60), "minutes": Decimal(60),
    "h": Decimal(3600), "hr": Decimal(3600), "hrs": Decimal(3600), "hour": Decimal(3600), "hours": Decimal(3600),
}  # fmt: skip
"""Seconds of a unit of time."""

MONEY = {
    "$": Decimal(1), "usd": Decimal(1), "dollar": Decimal(1), "dollars": Decimal(1), "buck": Decimal(1),
    "bucks": Decimal(1), "c": Decimal("0.01"), "¢": Decimal("0.01"), "cent": Decimal("0.01"), "cents": Decimal("0.01"),
}  # fmt: skip
"""US dollars of a unit of money."""

_LONGEST = 400
_EXACT = Context(prec=2 * _LONGEST)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
_MEASURE = re.compile(r"([+-]?(?:\d+(?:\.\d*)?|\.\d+))\s*([^\W\d_]+|¢)")
_CLOCK = re.compile(r"(?:(\d+):)?(\d+):(\d{2}(?:\.\d+)?)")
_LENGTH = re.compile(r"(?:\d+(?:\.\d+)?[a-z]+\s*)+")
_BY_FIELD: dict[str, dict[str, Decimal]] = {
    "size": {unit: Decimal(factor) for unit, factor in SIZES.items()},
    "seconds": LENGTHS,
    "cost": MONEY,
    "width": {"px": Decimal(1)},
    "height": {"px": Decimal(1)},
    "fps": {"fps": Decimal(1)},
    "rating": {"star": Decimal(1), "stars": Decimal(1)},
}
_HINTS = {
    "size": "A size is a number of bytes, or 10MB, 2.5GB, 512KiB.",
    "seconds": "A length is a number of seconds, or 1m30s, 1:30, 2h.",
    "cost": "A cost is in US dollars, such as 0.50, or 50c.",
}


def number(field: str, text: str) -> Decimal:
    """The number that a value of a field means, in the field's own unit.

    Raises:
        UsageError: It is no number, or has a unit that the field does not know.
    """
    low = text.strip().lower().removeprefix("$") if field == "cost" else text.strip().lower()
    if len(low) > _LONGEST:
        raise unreadable(f"the number {low[:20]}... is too long", hint=f"It may have {_LONGEST} digits.")
    if _NUMBER.fullmatch(low):
        return Decimal(low)
    if field == "seconds" and (found := _CLOCK.fullmatch(low)):
        hours, minutes, seconds = (Decimal(part or 0) for part in found.groups())
        return _EXACT.add(
            _EXACT.multiply(hours, Decimal(3600)), _EXACT.add(_EXACT.multiply(minutes, Decimal(60)), seconds)
        )
    units = _BY_FIELD.get(field, {})
    if field == "seconds" and _LENGTH.fullmatch(low):
        parts = _MEASURE.findall(low)
        if all(unit in units for _, unit in parts):
            return reduce(_EXACT.add, (_EXACT.multiply(Decimal(value), units[unit]) for value, unit in parts))
    found = _MEASURE.fullmatch(low)
    if found and found[2] in units:
        return _EXACT.multiply(Decimal(found[1]), units[found[2]])
    raise unreadable(
        f"{text!r} is no number for {field}", hint=_HINTS.get(field, f"Such as {field}>=4 or {field}:3..5.")
    )


def exactly(field: str, text: str) -> Range:
    """The numbers that are meant by one: itself, or for a frame rate what rounds to it (``23.976``)."""
    value = number(field, text)
    exponent = value.as_tuple().exponent
    if field != "fps" or not isinstance(exponent, int) or exponent >= 0:
        return Range(field, value, value)
    half = Decimal(5).scaleb(exponent - 1)
    return Range(field, _EXACT.subtract(value, half), _EXACT.add(value, half))


def write_number(field: str, value: Decimal) -> str:
    """A number as :func:`number` reads it back, sizes in the biggest unit that stays whole."""
    if value == 0:
        return "0"
    if field == "size" and value == (whole := int(value)):
        for unit in ("TB", "GB", "MB", "kB"):
            if whole % SIZES[unit.lower()] == 0:
                return f"{whole // SIZES[unit.lower()]}{unit}"
    return _plain(value)


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def write_range(term: Range) -> str:
    """A range of numbers as text: ``rating>=4``, ``rating:3..5``, ``width:1000..<2000``."""
    low = None if term.low is None else write_number(term.field, Decimal(term.low))
    high = None if term.high is None else write_number(term.field, Decimal(term.high))
    if low is None and high is None:
        return f"{term.field}:.."
    if low is None:
        return f"{term.field}{'<' if term.below else '<='}{high}"
    if high is None:
        return f"{term.field}{'>' if term.above else '>='}{low}"
    alone = term.low == term.high and not term.above and not term.below
    if alone and not (term.field == "fps" and "." in low):
        return f"{term.field}:{low}"
    return f"{term.field}:{low}{'<' if term.above else ''}..{'<' if term.below else ''}{high}"
