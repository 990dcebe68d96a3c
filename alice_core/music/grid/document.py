"""Corrections of a song as the JSON document ``alice.corrections/1``, and back; the bytes are canonical."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from alice_core.errors import MediaError, UsageError
from alice_core.music.grid.decisions import Correction, Lock, Named, Replace, SetBeat, Tap, Unlock
from alice_core.music.grid.edits import BarOne, Delete, Insert, Meter, Scale, Shift
from alice_core.music.grid.scaling import FACTORS

SCHEMA = "alice.corrections/1"
"""The document's schema and its version."""

MOST_BEATS = 200_000
"""Beats in one song, more than which is no song: ten hours at 330 bpm."""

LONGEST_METER = 32
"""Beats in the longest bar that can be counted."""

_FARTHEST = 10**12  # samples: months of sound
_LONGEST_TEXT = 1000


@dataclass(frozen=True, slots=True)
class Corrections:
    """All that people said of one song's beats, in the order they said it.

    Attributes:
        song: Digest of the song's file.
        sample_rate: Samples a second that all moments count.
        items: The corrections.
    """

    song: str
    sample_rate: int
    items: tuple[Correction, ...] = ()


def to_document(corrections: Corrections) -> bytes:
    """The canonical JSON of corrections, UTF-8, with a newline at the end."""
    document = {
        "schema": SCHEMA,
        "song": {"digest": corrections.song, "sample_rate": corrections.sample_rate},
        "corrections": [_plain(one) for one in corrections.items],
    }
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n").encode()


def from_document(data: bytes) -> Corrections:
    """The corrections that :func:`to_document` wrote.

    Raises:
        MediaError: The bytes are no such document.
    """
    try:
        document = json.loads(data)
        if not isinstance(document, dict) or document.get("schema") != SCHEMA:
            raise _wrong(document.get("schema") if isinstance(document, dict) else document, f"the schema {SCHEMA!r}")
        song = document["song"]
        items = tuple(_read(one) for one in _list(document["corrections"]))
        return Corrections(_text(song["digest"]), _rate(song["sample_rate"]), items)
    except KeyError as error:
        raise _malformed(f"{error} is missing") from error
    except (TypeError, ValueError, AttributeError, RecursionError) as error:
        raise _malformed(str(error)) from error


def check(one: Correction) -> Correction:
    """The correction itself, if it can be carried out.

    Raises:
        UsageError: A number in it is out of range.
    """
    try:
        return _read(_plain(one))
    except (TypeError, ValueError) as error:
        raise UsageError(f"this correction cannot be made: {error}", hint="Look at: alice beats --help") from error


def _plain(one: Correction) -> dict[str, Any]:
    name, fields = _KINDS[type(one)]
    values = {field: _value(getattr(one, field)) for field in fields}
    return {"kind": name, **{field: value for field, value in values.items() if value is not None}}


def _value(value: object) -> object:
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, SetBeat):
        return [value.sample, value.position]
    if isinstance(value, Named):
        return [value.sample, value.text] if value.end is None else [value.sample, value.text, value.end]
    if isinstance(value, tuple):
        return [_value(one) for one in value]
    return value


def _read(plain: Mapping[str, Any]) -> Correction:
    kind = next((kind for kind, (name, _) in _KINDS.items() if name == plain["kind"]), None)
    if kind is None:
        raise _wrong(plain["kind"], "a kind of correction")
    fields = _KINDS[kind][1]
    made: Correction = kind(**{name: read(plain[name]) for name, read in fields.items() if name in plain})
    return made


def _sample(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > _FARTHEST:
        raise _wrong(value, "a number of samples")
    return value


def _rate(value: object) -> int:
    if _sample(value) <= 0:
        raise _wrong(value, "a sample rate")
    return _sample(value)


def _meter(value: object) -> int:
    if not 1 <= _sample(value) <= LONGEST_METER:
        raise _wrong(value, f"a number of beats from 1 to {LONGEST_METER}")
    return _sample(value)


def _factor(value: object) -> Fraction:
    factor = next((one for one in FACTORS if str(one) == value), None)
    if factor is None:
        raise _wrong(value, f"one of {', '.join(str(one) for one in FACTORS)}")
    return factor


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(value, "true or false")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise _wrong(value, "a text of a line")
    return value


def _list(value: object) -> Sequence[Any]:
    if not isinstance(value, list) or len(value) > MOST_BEATS:
        raise _wrong(value if not isinstance(value, list) else len(value), f"a list of at most {MOST_BEATS}")
    return value


def _rising(samples: Sequence[int]) -> None:
    if any(after <= before for before, after in itertools.pairwise(samples)):
        raise _wrong("the list of moments", "strictly rising")


def _taps(value: object) -> tuple[int, ...]:
    taps = tuple(_sample(one) for one in _list(value))
    _rising(taps)
    return taps


def _beats(value: object) -> tuple[SetBeat, ...]:
    beats = tuple(SetBeat(_sample(one[0]), _sample(one[1])) for one in _list(value))
    _rising([beat.sample for beat in beats])
    if any(not 0 <= beat.position <= LONGEST_METER for beat in beats):
        raise _wrong("a position in a bar", f"from 1 to {LONGEST_METER}")
    return beats


def _named(value: object) -> tuple[Named, ...]:
    return tuple(
        Named(_sample(one[0]), _text(one[1]), _sample(one[2]) if len(one) > 2 else None)  # noqa: PLR2004 - an end
        for one in _list(value)
    )


def _wrong(value: object, wanted: str) -> ValueError:
    shown = repr(value)
    return ValueError(f"{shown if len(shown) < 80 else shown[:77] + '...'} is not {wanted}")  # noqa: PLR2004 - a line


def _malformed(why: str) -> MediaError:
    return MediaError(f"This is no document of corrections: {why}.", hint="Undo the last change: alice beats undo SONG")


_STRETCH: dict[str, Callable[[Any], Any]] = {"start": _sample, "end": _sample}
_KINDS: dict[type[Any], tuple[str, dict[str, Callable[[Any], Any]]]] = {
    Shift: ("shift", {"samples": _sample, **_STRETCH}),
    Scale: ("scale", {"factor": _factor, **_STRETCH}),
    BarOne: ("bar1", {"sample": _sample}),
    Meter: ("meter", {"beats": _meter, "sample": _sample, "end": _sample}),
    Insert: ("insert", {"sample": _sample, "downbeat": _flag}),
    Delete: ("delete", {"sample": _sample}),
    Tap: ("tap", {"taps": _taps, "offset": _sample, "extend": _flag}),
    Lock: ("lock", {"beats": _beats}),
    Unlock: ("unlock", _STRETCH),
    Replace: ("replace", {"source": _text, "beats": _beats, "sections": _named, "lyrics": _named}),
}
