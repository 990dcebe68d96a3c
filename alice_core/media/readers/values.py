"""Values of any JSON or text as the exact values of a generation; what is no such value is ``None``."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from email.utils import parsedate_to_datetime
from typing import Any

_LONGEST_NUMBER = 40
_MOST = 2**64  # seeds are unsigned 64-bit numbers
_PAIR = re.compile(r"\(?\s*(\d{1,6})\s*[x×X*,]\s*(\d{1,6})\s*\)?")


def whole(value: Any) -> int | None:  # noqa: ANN401 - JSON is anything
    """A whole number of at most 64 bits, from a number or its text (``"42"``, ``42.0``)."""
    number = _number(value)
    if number is None or number != number.to_integral_value() or abs(number) >= _MOST:
        return None
    return int(number)


def decimal(value: Any) -> str | None:  # noqa: ANN401 - JSON is anything
    """A number as plain decimal text without needless zeros (``7.0`` gives ``"7"``)."""
    number = _number(value)
    if number is None or not (number == 0 or -_LONGEST_NUMBER < number.adjusted() < _LONGEST_NUMBER):
        return None
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def words(value: Any) -> str | None:  # noqa: ANN401 - JSON is anything
    """A text as it is; a number as its text; anything else is no words."""
    if isinstance(value, str):
        return value
    return decimal(value)


def name(value: Any) -> str | None:  # noqa: ANN401 - JSON is anything
    """A name: words that are not empty and do not say that there is none (``None``, ``null``)."""
    text = words(value)
    text = text.strip() if text else ""
    return None if text.lower() in {"", "none", "null"} else text


def pair(value: Any) -> tuple[int | None, int | None]:  # noqa: ANN401 - JSON is anything
    """Width and height of ``512x768``, ``(512, 768)`` or ``[512, 768]``; two ``None`` of anything else."""
    if isinstance(value, list) and len(value) == 2:  # noqa: PLR2004 - a pair
        return whole(value[0]), whole(value[1])
    found = _PAIR.fullmatch(value.strip()) if isinstance(value, str) else None
    return (int(found.group(1)), int(found.group(2))) if found else (None, None)


def moment(value: Any) -> str | None:  # noqa: ANN401 - JSON is anything
    """A time with its zone as RFC 3339 in UTC, from ISO 8601 or the date of an e-mail; ``None`` without a zone."""
    if not isinstance(value, str) or len(value) > _LONGEST_NUMBER:
        return None
    try:
        time = datetime.fromisoformat(value.strip())
    except ValueError:
        try:
            time = parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
    if time.tzinfo is None:
        return None
    try:
        return time.astimezone(UTC).isoformat().replace("+00:00", "Z")
    except OverflowError:
        return None  # the first or last hours of all that a calendar has


def _number(value: Any) -> Decimal | None:  # noqa: ANN401 - JSON is anything
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, int) and abs(value) >= 10**_LONGEST_NUMBER:
        return None
    text = value.strip() if isinstance(value, str) else repr(value)
    if len(text) > _LONGEST_NUMBER:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
