"""JAMS, the JSON of music annotations: beats, segments and lyrics.

Source: Humphrey et al., "JAMS: A JSON Annotated Music Specification for Reproducible MIR Research",
ISMIR 2014, and the namespaces ``beat``, ``beat_position``, ``segment_open`` and ``lyrics`` of version 0.3.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

from alice_core.music.interchange.labels import sorted_score
from alice_core.music.interchange.model import Place, Score, TimedBeat, Words
from alice_core.music.interchange.text import LARGEST, enough, exact, moment, plain_seconds, refusal

_SEGMENTS = ("segment_open", "segment_salami_function", "segment_salami_upper", "segment_isophonics", "segment_tut")
_POSITIONS, _BEATS = ("beat_position",), ("beat",)
_PLACES_AFTER_POINT = 9


def read(data: bytes, place: Place) -> Score:
    """The first annotation of each kind; others of the same kind are told in a notice.

    Raises:
        MediaError: It is no JAMS, or a time in it is none.
    """
    annotations = _annotations(data, place.name)
    rows = _first(annotations, _POSITIONS, place.name) or _first(annotations, _BEATS, place.name)
    beats = tuple(_beat(one, place.name) for one in rows)
    enough(len(beats), place.name)
    sections = tuple(_words(one, place.name) for one in _first(annotations, _SEGMENTS, place.name))
    lyrics = tuple(_words(one, place.name) for one in _first(annotations, ("lyrics",), place.name))
    if not beats and not sections and not lyrics:
        raise refusal(place.name, "it holds no annotation of beats, segments or lyrics")
    notices: tuple[str, ...] = ()
    many = sum(str(one.get("namespace")) in _BEATS for one in annotations)
    if many > 1:
        notices = (f"The file holds {many} annotations of beats; the first was read.",)
    return sorted_score(Score(beats, sections, lyrics, notices))


def write(score: Score, place: Place) -> bytes:
    """Annotations of beats with their places in the bar, of sections and of lyrics."""
    beats = [_observation(one.seconds, Fraction(0), one.position or None) for one in score.beats]
    positions = [
        _observation(
            one.seconds, Fraction(0), {"position": one.position, "measure": one.bar, "num_beats": 4, "beat_units": 4}
        )
        for one in score.beats
        if one.bar is not None and one.position
    ]
    groups = [("beat", beats), ("beat_position", positions)]
    for namespace, words in (("segment_open", score.sections), ("lyrics", score.lyrics)):
        ends = [*(one.seconds for one in words[1:]), place.seconds]
        rows = [
            _observation(one.seconds, (one.end or end) - one.seconds, one.text)
            for one, end in zip(words, ends, strict=False)
        ]
        groups.append((namespace, rows))
    document = {
        "annotations": [_annotation(namespace, rows, place) for namespace, rows in groups if rows],
        "file_metadata": {
            "title": "",
            "artist": "",
            "release": "",
            "duration": float(plain_seconds(place.seconds)),
            "identifiers": {},
            "jams_version": "0.3.4",
        },
        "sandbox": {},
    }
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()


def _annotations(data: bytes, name: str) -> list[Mapping[str, Any]]:
    if len(data) > LARGEST:
        raise refusal(name, f"it is larger than {LARGEST // 2**20} MiB")

    def constant(text: str) -> None:
        raise refusal(name, f"it holds the number {text}")

    number: Callable[[str], Fraction] = lambda text: exact(text, name)  # noqa: E731 - json wants a function
    try:
        document = json.loads(data, parse_float=number, parse_int=number, parse_constant=constant)
    except (ValueError, RecursionError) as error:
        raise refusal(name, f"it is not JSON ({error})") from error
    found = document.get("annotations") if isinstance(document, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise refusal(name, "it has no list of annotations")
    return found


def _first(annotations: Iterable[Mapping[str, Any]], namespaces: tuple[str, ...], name: str) -> list[Mapping[str, Any]]:
    """The observations of the first annotation that has any; both shapes of data are known."""
    for one in annotations:
        data = one.get("data")
        if one.get("namespace") not in namespaces or not data:
            continue
        if (
            isinstance(data, dict)
            and all(isinstance(data.get(key), list) for key in ("time", "value"))
            and isinstance(data.get("duration", []), list)
        ):
            times, values = data["time"], data["value"]
            lengths: list[Any] = data.get("duration") or [Fraction(0)] * len(times)
            return [
                {"time": time, "duration": length, "value": value}
                for time, length, value in zip(times, lengths, values, strict=False)
            ]
        if isinstance(data, list) and all(isinstance(row, dict) for row in data):
            return data
        raise refusal(name, f"the data of its {one['namespace']} annotation has no known shape")
    return []


def _beat(row: Mapping[str, Any], name: str) -> TimedBeat:
    value, seconds = row.get("value"), _seconds(row.get("time"), name)
    if isinstance(value, dict):
        return TimedBeat(seconds, _whole(value.get("position")) or 0, _whole(value.get("measure")))
    position = _whole(value)
    return TimedBeat(seconds, position if position and position > 0 else 0)


def _words(row: Mapping[str, Any], name: str) -> Words:
    seconds = _seconds(row.get("time"), name)
    value = row.get("value")
    text = value.get("label", "") if isinstance(value, dict) else value
    length = _seconds(row.get("duration") or Fraction(0), name)
    return Words(seconds, str(text or ""), seconds + length if length else None)


def _seconds(value: object, name: str) -> Fraction:
    if not isinstance(value, Fraction):
        raise refusal(name, f"{value!r} is not a time in seconds")
    return moment(plain_seconds(value, 12), name)


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, Fraction) and value.denominator == 1 and abs(value) < 10**6 else None


def _observation(seconds: Fraction, length: Fraction, value: object) -> dict[str, object]:
    return {
        "time": float(plain_seconds(seconds, _PLACES_AFTER_POINT)),
        "duration": float(plain_seconds(length, _PLACES_AFTER_POINT)),
        "value": value,
        "confidence": None,
    }


def _annotation(namespace: str, rows: list[dict[str, object]], place: Place) -> dict[str, object]:
    return {
        "annotation_metadata": {
            "curator": {"name": "", "email": ""},
            "annotator": {},
            "version": "",
            "corpus": "",
            "annotation_tools": "AliceMultiverse",
            "annotation_rules": "",
            "validation": "",
            "data_source": "program",
        },
        "namespace": namespace,
        "data": rows,
        "sandbox": {},
        "time": 0,
        "duration": float(plain_seconds(place.seconds)),
    }
