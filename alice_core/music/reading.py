"""Values of a JSON document, each held to its kind."""

from __future__ import annotations


def whole(value: object) -> int:
    """The value as an integer.

    Raises:
        TypeError: It is none.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong(value, "a whole number")
    return value


def number(value: object) -> float:
    """The value as a float.

    Raises:
        TypeError: It is no number.
    """
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise _wrong(value, "a number")
    return float(value)


def text(value: object) -> str:
    """The value as a text.

    Raises:
        TypeError: It is none.
    """
    if not isinstance(value, str):
        raise _wrong(value, "a text")
    return value


def truth(value: object) -> bool:
    """The value as true or false.

    Raises:
        TypeError: It is neither.
    """
    if not isinstance(value, bool):
        raise _wrong(value, "true or false")
    return value


def _wrong(value: object, wanted: str) -> TypeError:
    return TypeError(f"{value!r} is not {wanted}")
