"""JSON of others, read strictly: what one reader takes and the next does not is refused with its reason."""

from __future__ import annotations

import json
import math
import re

DEEPEST = 100
"""So many levels of arrays and objects at most; Python's own reader gives up somewhere below a thousand."""

LONGEST = 4000
"""So many digits a whole number may have; Python's own reader takes 4300."""

_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"')
_BRACKETS = bytes.maketrans(b"{}", b"[]")
_REST = bytes(one for one in range(256) if one not in b"[]{}")
_SPACE = re.compile(r"[ \t\n\r]*")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def parted(text: str, name: str) -> tuple[dict[str, object], str | None]:
    """A JSON object without one of its members, and that member's text to the letter, if it is there.

    Raises:
        ValueError: As :func:`members`.
    """
    if not shallow(text):
        raise ValueError(f"it is nested more than {DEEPEST} levels deep")
    found = _last_parted(text, name)
    if found is not None:
        return found
    whole = members(text)
    own = next((of_it for one, _, of_it in whole if one == name), None)
    return {one: value for one, value, _ in whole if one != name}, own


def _last_parted(text: str, name: str) -> tuple[dict[str, object], str] | None:
    """The same where the member is the last one, which is how most write it: two calls of Python's fast reader.

    What stands before it is an object if a bare member in its place makes it one; what follows it is its end.
    """
    before, mark, after = text.partition(f'"{name}":')
    start = _skip(after, 0)
    try:
        head = _DECODER.decode(f"{before}{mark}0}}")
        end = _DECODER.raw_decode(after, start)[1] if mark else 0
    except (ValueError, RecursionError):
        return None  # the long way finds out why, if there is a reason
    if not mark or after[end:].strip(" \t\n\r") != "}" or head.get(name) != 0:
        return None
    del head[name]
    return head, after[start:end]


def members(text: str) -> list[tuple[str, object, str]]:
    """The members of a JSON object in their order: name, value, and the value's text as it stands there.

    Raises:
        ValueError: The text is not one JSON object, says a name twice, holds a number that is none, or is nested
            too deeply; the message says which.
    """
    at = _skip(text, 0)
    if text[at : at + 1] != "{":
        json.loads(text, parse_constant=_no_number)  # says where it is no JSON at all
        raise ValueError("it is JSON, but not an object")
    found: list[tuple[str, object, str]] = []
    at = _skip(text, at + 1)
    if text[at : at + 1] == "}":
        return _ended(text, at + 1, found)
    while True:
        name, at = _DECODER.raw_decode(text, at)
        if not isinstance(name, str):
            raise json.JSONDecodeError("Expecting the name of a member", text, at)
        start = _skip(text, _expect(text, at, ":"))
        value, at = _DECODER.raw_decode(text, start)
        found.append((name, value, text[start:at]))
        at = _skip(text, at)
        if text[at : at + 1] == "}":
            _unique([(name, value) for name, value, _ in found])
            return _ended(text, at + 1, found)
        at = _skip(text, _expect(text, at, ","))


def elements(text: str) -> list[str]:
    """The elements of a JSON array, each to the letter; whether one is good JSON is not looked at, only where it ends.

    Raises:
        ValueError: The text is no JSON array, or is nested too deeply.
    """
    if not shallow(text):
        raise ValueError(f"it is nested more than {DEEPEST} levels deep")
    at = _skip(text, _expect(text, 0, "["))
    found: list[str] = []
    if text[at : at + 1] != "]":
        while True:
            end = _LENIENT.raw_decode(text, at)[1]
            found.append(text[at:end])
            at = _skip(text, end)
            if text[at : at + 1] == "]":
                break
            at = _skip(text, _expect(text, at, ","))
    if text[at + 1 :].strip(" \t\n\r"):
        raise json.JSONDecodeError("Extra data", text, at + 1)
    return found


def whole(text: str) -> bool:
    """Whether a JSON text, which may write them as escapes, holds no half of a surrogate pair."""
    if not _SURROGATE.search(text):
        return True
    try:
        json.dumps(json.loads(text), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def shallow(text: str) -> bool:
    """Whether a JSON text is nested no deeper than :data:`DEEPEST`."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return True
    brackets = _STRING.sub(b"", text.encode("utf-8", "surrogatepass")).translate(_BRACKETS, _REST)
    for _ in range(DEEPEST):
        brackets = brackets.replace(b"[]", b"")  # takes the innermost level away
    return b"[]" not in brackets


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return at if found is None else found.end()


def _expect(text: str, at: int, mark: str) -> int:
    at = _skip(text, at)
    if text[at : at + 1] != mark:
        raise json.JSONDecodeError(f"Expecting {mark!r}", text, at)
    return at + 1


def _ended(text: str, at: int, found: list[tuple[str, object, str]]) -> list[tuple[str, object, str]]:
    at = _skip(text, at)
    if at != len(text):
        raise json.JSONDecodeError("Extra data", text, at)
    return found


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"it says {twice[:80]!r} twice in one object")
    return found


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is not a JSON number")


def _finite(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise ValueError(f"the number {text[:40]} is too large")
    return value


def _whole_number(text: str) -> int:
    if len(text) > LONGEST:
        raise ValueError(f"a number has {len(text):,} digits; {LONGEST:,} are the most")
    return int(text)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_constant=_no_number, parse_float=_finite, parse_int=_whole_number
)
_LENIENT = json.JSONDecoder(parse_int=str)
