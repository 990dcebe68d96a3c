"""Text files of any origin: decoded, in lines, with numbers read exactly and faults named by their line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from alice_core.errors import MediaError
from alice_core.music.grid.document import MOST_BEATS

LARGEST = 64 * 1024 * 1024
"""Bytes of the largest file that is read."""

_MOST_LINES = 1_000_000
_LONGEST_LINE = 10_000
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{0,30})?(?:[eE][+-]?\d{1,2})?|[+-]?[.,]\d{1,30}")
_LONGEST_SECONDS = 7 * 24 * 3600


def refusal(name: str, why: str, *, line: int | None = None, hint: str = "") -> MediaError:
    """The error that says which file, where and why it cannot be read."""
    where = f"{name}, line {line}" if line is not None else name
    return MediaError(f"{where}: {why}", hint=hint or "Export the file again, or name its format with --format.")


def decoded(data: bytes, name: str) -> str:
    """The text of a file in UTF-8, UTF-16 with its mark, or Latin-1.

    Raises:
        MediaError: It is too large, or no text.
    """
    if len(data) > LARGEST:
        raise refusal(name, f"it is larger than {LARGEST // 2**20} MiB")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise refusal(name, f"it is no UTF-16 text ({error.reason})") from error
    if b"\0" in data[:4096]:
        raise refusal(name, "it is no text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def lines(data: bytes, name: str) -> Iterator[tuple[int, str]]:
    """The lines of a text file that are not empty, each with its number.

    Raises:
        MediaError: It is too large, has too many or too long lines, or is no text.
    """
    for number, line in enumerate(decoded(data, name).splitlines(), 1):
        if number > _MOST_LINES:
            raise refusal(name, f"it has more than {_MOST_LINES} lines")
        if len(line) > _LONGEST_LINE:
            raise refusal(name, f"the line is longer than {_LONGEST_LINE} characters", line=number)
        if line.strip():
            yield number, line


def exact(text: str, name: str, *, what: str = "a time", line: int | None = None) -> Fraction:
    """A number that somebody wrote, exactly; a comma may stand for the point.

    Raises:
        MediaError: It is no finite number.
    """
    plain = text.strip()
    if not _NUMBER.fullmatch(plain):
        raise refusal(name, f"{_short(text)!r} is not {what}", line=line)
    whole, _, rest = plain.replace(",", ".").partition(".")
    if "e" in plain or "E" in plain or not whole[-1:].isdigit():
        return Fraction(plain.replace(",", "."))
    return Fraction(int(whole + rest), 10 ** len(rest))  # five times as fast


def moment(text: str, name: str, *, per: Fraction | int = 1, line: int | None = None) -> Fraction:
    """A time in seconds, not before 0; the text counts ``per`` units a second.

    Raises:
        MediaError: It is no number, negative, or longer than any song.
    """
    seconds = exact(text, name, what="a time", line=line) / per
    if seconds < 0:
        raise refusal(name, f"the time {_short(text)!r} is before the song", line=line)
    if seconds > _LONGEST_SECONDS:
        raise refusal(name, f"the time {_short(text)!r} is longer than any song", line=line)
    return seconds


def plain_seconds(seconds: Fraction, places: int = 6) -> str:
    """Seconds as a decimal of so many places, rounded to the nearest."""
    scale = 10**places
    units = round(seconds * scale)
    sign, units = ("-", -units) if units < 0 else ("", units)
    return f"{sign}{units // scale}.{units % scale:0{places}}" if places else f"{sign}{units}"


def enough(count: int, name: str) -> None:
    """Refuse more beats than a song can have.

    Raises:
        MediaError: There are more than :data:`MOST_BEATS`.
    """
    if count > MOST_BEATS:
        raise refusal(name, f"it holds more than {MOST_BEATS} beats")


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."  # noqa: PLR2004 - part of a line
