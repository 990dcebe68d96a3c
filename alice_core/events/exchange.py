"""Events of others: read from bytes that may be anything, in the JSON format of CloudEvents 1.0.

Nothing here raises for what it reads: whatever is not an event comes back as an :class:`Unreadable` that says
what is wrong and carries the bytes. Unknown types and newer versions are events, their payload kept to the letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import BinaryIO

from alice_core.errors import IntegrityError
from alice_core.events import wire_json
from alice_core.events.envelope import Event, decode

LARGEST = 16 * 1024 * 1024
"""So many bytes an event may have at most."""

MEDIA_TYPE = "application/cloudevents+json"
BATCH_MEDIA_TYPE = "application/cloudevents-batch+json"

_SHOWN = 200
"""So many bytes are kept of a line that is too long."""

_BLOCK = 1 << 16
_WHOLE = 2**31 - 1
_NAME = re.compile(r"[a-z0-9]+\Z")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)\Z", re.ASCII)
_DIGITS = re.compile(r"\d{1,18}\Z", re.ASCII)
_ERASED = re.compile(r"[0-9a-f]{64}\Z")
_OURS = frozenset(
    {
        *("specversion", "id", "source", "type", "data", "subject", "time", "schemaversion"),
        *("actor", "project", "correlationid", "causationid"),
    }
)
"""The members that have a field of their own."""

Attribute = str | int | bool


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Bytes that are not an event.

    Attributes:
        reason: What is wrong, and where.
        code: ``ALICE-I06`` where they are no event at all, ``ALICE-I05`` where its payload is not of its shape.
        raw: The bytes; of more than :data:`LARGEST` only the first few.
        id: The event's identifier, where that could still be read.
    """

    reason: str
    code: str
    raw: bytes
    id: str | None = None


def read_event(raw: bytes, *, lift: bool = True) -> Event | Unreadable:
    """The event that some bytes are, in the JSON format of CloudEvents 1.0.

    Args:
        raw: One JSON object in UTF-8.
        lift: False to leave an old payload in its version, for who stores or passes it on as it is.
    """
    if len(raw) > LARGEST:
        return Unreadable(f"it has {len(raw):,} bytes; {LARGEST:,} are the most", "ALICE-I06", raw[:_SHOWN])
    try:
        event = _event(*_members(raw))
    except ValueError as error:
        return Unreadable(str(error), "ALICE-I06", raw)
    lifted = decode(event)
    problem = lifted.problem or _misfit(lifted)
    if problem is not None:
        return Unreadable(problem, "ALICE-I05", raw, event.id)
    return lifted if lift else event


def read_batch(raw: bytes, *, lift: bool = True) -> list[Event | Unreadable]:
    """The events of a batch in the JSON format of CloudEvents 1.0, in their order; one unreadable one spoils no other.

    Args:
        raw: One JSON array in UTF-8. Where it is none, all of it comes back as one :class:`Unreadable`.
        lift: As in :func:`read_event`.
    """
    try:
        parts = wire_json.elements(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return [Unreadable(f"the batch is not UTF-8: byte {error.start} is {raw[error.start]:#04x}", "ALICE-I06", raw)]
    except ValueError as error:
        return [Unreadable(f"the batch cannot be read as a JSON array: {error}", "ALICE-I06", raw)]
    return [read_event(part.encode("utf-8", "surrogatepass"), lift=lift) for part in parts]


def read_lines(file: BinaryIO, *, lift: bool = True) -> Iterator[tuple[int, Event | Unreadable]]:
    """The events of a file with one a line, each with the number of its line; empty lines are passed over.

    However long a line is, no more than :data:`LARGEST` bytes of it are held.
    """
    number = 0
    while line := file.readline(LARGEST + 2):
        number += 1
        if len(line) > LARGEST and not line.endswith(b"\n"):
            size = len(line) + _pass_over(file)
            reason = f"the line has {size:,} bytes; {LARGEST:,} are the most"
            yield number, Unreadable(reason, "ALICE-I06", line[:_SHOWN])
        elif line.strip():
            yield number, read_event(line.rstrip(b"\r\n"), lift=lift)


def _pass_over(file: BinaryIO) -> int:
    """Read to the end of the line, and say how much that was."""
    size = 0
    while block := file.readline(_BLOCK):
        size += len(block)
        if block.endswith(b"\n"):
            break
    return size


def _members(raw: bytes) -> tuple[dict[str, object], str]:
    """The attributes and the payload's text of an event in JSON; ``null`` stands for no payload.

    Raises:
        ValueError: The bytes are not one JSON object; the message says why.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not UTF-8: byte {error.start} is {raw[error.start]:#04x}") from error
    try:
        attributes, payload = wire_json.parted(text, "data")
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it cannot be read as JSON: {error}") from error
    if not wire_json.whole(text):
        raise ValueError("it holds half of a surrogate pair, which is no character")
    return attributes, "null" if payload is None else payload


def _misfit(event: Event) -> str | None:
    """Why a payload of a version known here is not of its shape, if it is not."""
    try:
        event.payload  # noqa: B018 - looked at, so that it says what is wrong with it
    except IntegrityError as error:
        return error.message
    return None


def _event(said: dict[str, object], text: str) -> Event:
    """The event of its attributes and its payload's text.

    Raises:
        ValueError: An attribute is missing or wrong.
    """
    attributes = {name: _attribute(name, value) for name, value in said.items() if value is not None}
    if "data_base64" in attributes and text != "null":
        raise ValueError("it holds both data and data_base64")
    if attributes.get("specversion") != "1.0":
        raise ValueError(f"specversion is {attributes.get('specversion', 'missing')!r}, and only '1.0' is known")
    kind = _text(attributes, "type", needed=True)
    ours = kind.startswith("alice.")
    event = Event(
        id=_text(attributes, "id", needed=True),
        type=kind,
        schema=_version(attributes, needed=ours),
        subject=_text(attributes, "subject", needed=ours),
        time=_time(_text(attributes, "time", needed=ours)),
        actor=_text(attributes, "actor", needed=ours),
        data={},
        project=_text(attributes, "project") or None,
        correlation=_text(attributes, "correlationid") or None,
        causation=_text(attributes, "causationid") or None,
        source=_text(attributes, "source", needed=True),
        text=text,
        erased=_matching(attributes, "erased", _ERASED),
        extensions=_extensions(attributes),
    )
    position = _matching(attributes, "sequence", _DIGITS)
    return event if position is None else replace(event, position=int(position))


def _attribute(name: str, value: object) -> Attribute:
    """The value of an attribute, if it may be one.

    Raises:
        ValueError: The name or the value is none that CloudEvents allows.
    """
    if not _NAME.match(name) and name != "data_base64":
        raise ValueError(f"{name[:80]!r} is not the name of an attribute: those are of a to z and 0 to 9")
    if not isinstance(value, str | int):
        what = f"{name} is a JSON {_kind(value)}, and attributes are text, whole numbers or truth values"
        raise ValueError(what)  # noqa: TRY004 - all of these are one kind of failure
    if isinstance(value, str) and "\0" in value:
        raise ValueError(f"{name} holds a null character")
    if isinstance(value, int) and not -_WHOLE <= value <= _WHOLE:
        raise ValueError(f"{name} is a number of more than 32 bits")
    return value


def _kind(value: object) -> str:
    return {dict: "object", list: "array", float: "fraction"}.get(type(value), "value")


def _text(attributes: dict[str, Attribute], name: str, *, needed: bool = False) -> str:
    value = attributes.get(name, "")
    if not isinstance(value, str):
        raise ValueError(f"{name} is {value!r} and should be text")  # noqa: TRY004 - one kind of failure
    if needed and not value:
        raise ValueError(f"{name} is missing")
    return value


def _version(attributes: dict[str, Attribute], *, needed: bool) -> int:
    value = attributes.get("schemaversion", 0)
    number = int(value) if isinstance(value, str) and _DIGITS.match(value) else value
    if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number <= _WHOLE:
        raise ValueError(f"schemaversion is {str(value)[:40]!r} and should be a whole number from 1")
    if needed and not number:
        raise ValueError("schemaversion is missing")
    return number


def _time(text: str) -> str:
    """The same moment in UTC, with milliseconds and what digits it has beyond, so that times compare as text."""
    if not text:
        return ""
    parts = _TIME.match(text)
    if parts is None:
        raise ValueError(f"time is {text[:60]!r}, which is not of RFC 3339")
    day, clock, fraction, zone = parts.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}{'+00:00' if zone in 'Zz' else zone}").astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"time is {text[:60]!r}, and there is no such moment") from error
    digits = (fraction or ".").rstrip("0")
    return f"{moment.isoformat()[:19]}{digits:0<4}Z"


def _matching(attributes: dict[str, Attribute], name: str, pattern: re.Pattern[str]) -> str | None:
    """The text of an attribute if it is ours; one of the same name that is not ours stays an extension."""
    value = attributes.get(name)
    return value if isinstance(value, str) and pattern.match(value) else None


def _extensions(attributes: dict[str, Attribute]) -> tuple[tuple[str, Attribute], ...]:
    found = []
    for name, value in attributes.items():
        known = name in _OURS
        if name == "datacontenttype":
            known = isinstance(value, str) and value.lower() == "application/json"
        elif name in {"sequence", "erased"}:
            known = _matching(attributes, name, _DIGITS if name == "sequence" else _ERASED) is not None
        if not known:
            found.append((name, value))
    return tuple(found)
