"""Values as a Lua table that Lua 5.1 and LuaJIT read, and the result that a script wrote."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from alice_core.errors import MediaError

_PART = 200
"""Items of a list in one function: a function of LuaJIT holds at most 65,536 constants."""

_RESULT = re.compile(rb"alice-result/1:([0-9a-f]+)")
_JOINED = (
    "(function() local all = {} for _, part in ipairs({%s}) do "
    "for _, one in ipairs(part()) do all[#all + 1] = one end end return all end)()"
)


def lua_table(value: Mapping[str, Any]) -> bytes:
    """The text ``return {...}`` of an object, in ASCII; ``None`` is ``nil``, so such a field is left out.

    Strings are the bytes of their UTF-8 with everything but plain letters as ``\\ddd``. Long
    lists come in parts, each in a function of its own.

    >>> lua_table({"name": "é", "frames": 3})
    b'return {["name"]="\\\\195\\\\169",["frames"]=3}\\n'
    """  # noqa: D301 - the backslashes are doubled for both readers
    return f"return {_text(value)}\n".encode("ascii")


def read_result(data: bytes) -> object:
    """What the script of the free edition reported, or plain JSON.

    Raises:
        MediaError: It is neither.
    """
    found = _RESULT.search(data)
    try:
        return json.loads(bytes.fromhex(found.group(1).decode("ascii")) if found else data)
    except (ValueError, RecursionError) as error:
        message = f"the result of the script cannot be read: {error}"
        raise MediaError(message, hint="Run the script in Resolve again.") from error


def _text(value: object) -> str:
    if value is None or isinstance(value, bool):
        return "nil" if value is None else str(value).lower()
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Mapping):
        fields = (f"[{_string(str(name))}]={_text(one)}" for name, one in value.items() if one is not None)
        return "{" + ",".join(fields) + "}"
    if isinstance(value, Sequence):
        return _list(value)
    raise TypeError(f"{type(value).__name__} has no form in Lua")


def _list(items: Sequence[object]) -> str:
    if len(items) <= _PART:
        return "{" + ",".join(_text(one) for one in items) + "}"
    parts = [items[start : start + _PART] for start in range(0, len(items), _PART)]
    return _JOINED % ",".join(f"function() return {_list(part)} end" for part in parts)


def _string(text: str) -> str:
    raw = text.encode("utf-8", "surrogateescape" if _decodable(text) else "replace")
    return '"' + "".join(_sign(byte) for byte in raw) + '"'


def _decodable(text: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" and not "\udc80" <= sign <= "\udcff" for sign in text)


def _sign(byte: int) -> str:
    sign = chr(byte)
    return sign if " " <= sign <= "~" and sign not in '"\\' else f"\\{byte:03}"
