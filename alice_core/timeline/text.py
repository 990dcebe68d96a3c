"""Text as the formats can carry it."""

from __future__ import annotations

import re
import unicodedata

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_LIKENESS = {"Pd": "-", "Pi": "'", "Pf": "'", "Zs": " ", "Zl": " ", "Zp": " "}


def legal_text(text: str) -> str:
    """The text with every character that XML 1.0 (section 2.2) has no place for as U+FFFD.

    Control characters and lone surrogates go; OTIO gets the same text, since its library
    ends a string at the first null.
    """
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)


def ascii_line(text: str) -> str:
    """The text as one line of printable ASCII: accents dropped, dashes plain, anything else a ``_``.

    >>> ascii_line("Café №1 – 夜.png")
    'Cafe No1 - _.png'
    """
    plain = _CONTROL.sub(" ", unicodedata.normalize("NFKD", text))
    letters = (char for char in plain if not unicodedata.combining(char))
    line = "".join(char if char <= "~" else _LIKENESS.get(unicodedata.category(char), "_") for char in letters)
    return " ".join(line.split())


def escaped_line(text: str) -> str:
    """The text as one line of printable ASCII that can be read back: other bytes as ``%XX``.

    >>> escaped_line("/films/Café 100%.png")
    '/films/Caf%C3%A9 100%25.png'
    """
    raw = text.encode("utf-8", "surrogateescape" if _decodable(text) else "replace")
    return "".join(char if " " <= (char := chr(byte)) <= "~" and char != "%" else f"%{byte:02X}" for byte in raw)


def _decodable(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" and not "\udc80" <= char <= "\udcff" for char in text)
