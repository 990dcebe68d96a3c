"""The text that A1111's web UI writes below a picture, and half of the field after it.

::

    a cat, <lora:fluff:0.8>
    Negative prompt: blurry
    Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512, Lora hashes: "fluff: ab12", Version: v1.10.1

Values with a comma, a colon or a line break are quoted as JSON texts
(AUTOMATIC1111/stable-diffusion-webui, ``modules/infotext_utils.py``); some writers put JSON
objects and lists there as they are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

_NEGATIVE = re.compile(r"^Negative prompt:", re.MULTILINE)
_STEPS = re.compile(r"^[ \t]*Steps: ?\d", re.MULTILINE)
_TEMPLATE = re.compile(r"^[ \t]*(Negative Template|Template):", re.MULTILINE)
_NAME = re.compile(r"[ \t]*(\w[\w \-/.()]{0,99}?):[ \t]*")
_QUOTED = re.compile(r'"(?:\\.|[^\\"])*"')
_SIGNS = frozenset({"Seed", "Sampler", "CFG scale", "Size", "Model", "Model hash", "Steps"})
_FEW = 3
_MOST_TRIES = 8
_MOST_LINES = 64
_MOST_FIELDS = 2000
_LONGEST = 8 * 1024 * 1024
_LONGEST_LINE = 262144


@dataclass(frozen=True, slots=True)
class Infotext:
    """An infotext in its parts.

    Attributes:
        prompt: As it was typed.
        negative: ``None`` where the text has none.
        fields: What the last lines say, by name, in their order; quoted values unquoted.
    """

    prompt: str
    negative: str | None
    fields: Mapping[str, str]


def parse_infotext(text: str) -> Infotext | None:
    """The parts of an infotext; ``None`` where the text has no line of parameters or more than eight million signs.

    That line is the last that begins with ``Steps:`` and a number and names another known parameter,
    so that a prompt may contain such words; without one, the last line where it names three.
    """
    if len(text) > _LONGEST:
        return None
    text = text.replace("\r\n", "\n").strip("\n\0")
    found = _parameters(text)
    if found is None:
        return None
    start, fields = found
    parts = _NEGATIVE.split(text[:start].rstrip("\n"), maxsplit=1)
    return Infotext(parts[0].strip(), parts[1].strip() if len(parts) > 1 else None, fields)


def parse_fields(line: str) -> dict[str, str]:
    """The parameters of a line ``Name: value, Name: "quoted, value", Name: {"json": 1}``.

    A piece without a name belongs to the value before it. Of a name that comes twice the last value
    counts, as A1111 has it. Of a very long line only the beginning is read.
    """
    line = line[:_LONGEST_LINE]
    fields: dict[str, list[str]] = {}
    at, last = 0, None
    while at < len(line) and len(fields) < _MOST_FIELDS:
        named = _NAME.match(line, at)
        if named:
            last = named.group(1)
            value, at = _value(line, named.end())
            fields[last] = [value]
        else:
            piece, at = _until_comma(line, at)
            if last is not None and piece:
                fields[last].append(piece)
    return {called: ", ".join(pieces) for called, pieces in fields.items()}


def _parameters(text: str) -> tuple[int, dict[str, str]] | None:
    """Where the parameters begin, and what they are."""
    for start in [found.start() for found in _STEPS.finditer(text)][: -_MOST_TRIES - 1 : -1]:
        fields = _tail(text[start:])
        if len(_SIGNS & fields.keys()) > 1:
            return start, fields
    start = text.rfind("\n") + 1
    fields = parse_fields(text[start:])
    return (start, fields) if len(_SIGNS & fields.keys()) >= _FEW else None


def _tail(text: str) -> dict[str, str]:
    """The parameters of all lines to the end; templates, which may have several lines, come last."""
    parts = _TEMPLATE.split(text)
    fields: dict[str, str] = {}
    for line in parts[0].split("\n", _MOST_LINES):
        fields |= parse_fields(line)
    for key, value in zip(parts[1::2], parts[2::2], strict=True):
        fields[key] = value.strip()
    return fields


def _value(line: str, at: int) -> tuple[str, int]:
    """The value that begins there, and where the next name begins."""
    if line.startswith('"', at):
        quoted = _QUOTED.match(line, at)
        if quoted and line[quoted.end() : quoted.end() + 1] in {"", ","}:
            return _unquoted(quoted.group()), quoted.end() + 1
    if line.startswith(("{", "["), at):
        end = _json_end(line, at)
        if end is not None:
            return line[at:end], end + 1
    return _until_comma(line, at)


def _until_comma(line: str, at: int) -> tuple[str, int]:
    end = line.find(",", at)
    end = len(line) if end < 0 else end
    return line[at:end].strip(), end + 1


def _unquoted(text: str) -> str:
    try:
        value = json.loads(text)
    except ValueError:
        return text[1:-1]
    return value if isinstance(value, str) else text


def _json_end(line: str, at: int) -> int | None:
    """Where the JSON value that begins there ends, if it is one that a comma or nothing follows."""
    try:
        end = json.JSONDecoder().raw_decode(line, at)[1]
    except (ValueError, RecursionError):
        return None
    return end if line[end : end + 1] in {"", ","} else None
