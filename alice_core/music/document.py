"""The analysis as the JSON document ``alice.analysis/1``, and back.

The bytes are canonical: keys in one order, numbers rounded once, a newline at the end. Every
moment stands there twice, as seconds to read and as the exact sample. The document says
nothing of where the song lies.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from alice_core.errors import MediaError
from alice_core.music.model import Analysis, Beat, Curve, Section, Song, Tempo, TempoAlternative, TempoPoint

SCHEMA = "alice.analysis/1"
"""The document's schema and its version."""


def to_document(analysis: Analysis) -> bytes:
    """The canonical JSON of an analysis, UTF-8, with a newline at the end."""
    rate = analysis.song.sample_rate

    def seconds(sample: int) -> float:
        return round(sample / rate, 6)

    document = {
        "schema": SCHEMA,
        "song": {
            "digest": analysis.song.digest,
            "seconds": seconds(analysis.song.samples),
            "sample_rate": rate,
            "samples": analysis.song.samples,
        },
        "tempo": {
            "bpm": round(analysis.tempo.bpm, 6),
            "confidence": round(analysis.tempo.confidence, 4),
            "alternatives": [
                {"bpm": round(other.bpm, 6), "score": round(other.score, 6)} for other in analysis.tempo.alternatives
            ],
        },
        "tempo_map": [
            {"time": seconds(point.sample), "bpm": round(point.bpm, 6), "sample": point.sample}
            for point in analysis.tempo_map
        ],
        "beats": [
            {
                "time": seconds(beat.sample),
                "sample": beat.sample,
                "bar": beat.bar,
                "position": beat.position,
                "confidence": round(beat.confidence, 4),
            }
            for beat in analysis.beats
        ],
        "sections": [
            {
                "start": seconds(section.start),
                "end": seconds(section.end),
                "start_sample": section.start,
                "end_sample": section.end,
                "label": section.label,
                "energy": round(section.energy, 6),
                "confidence": round(section.confidence, 4),
            }
            for section in analysis.sections
        ],
        "curves": {
            curve.name: {"rate": curve.rate, "values": [round(value, 6) for value in curve.values]}
            for curve in analysis.curves
        },
        "notices": list(analysis.notices),
    }
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n").encode()


def from_document(data: bytes) -> Analysis:
    """The analysis that :func:`to_document` wrote; every sample is exact.

    Raises:
        MediaError: The bytes are no such document.
    """
    try:
        document = json.loads(data)
    except ValueError as error:
        raise _malformed(f"it is not JSON ({error})") from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        schema = document.get("schema") if isinstance(document, dict) else None
        raise _malformed(f"its schema is {schema!r}, not {SCHEMA!r}")
    try:
        return _analysis(document)
    except KeyError as error:
        raise _malformed(f"{error} is missing") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise _malformed(str(error)) from error


def _analysis(document: Mapping[str, Any]) -> Analysis:
    song, tempo = document["song"], document["tempo"]
    digest = song["digest"]
    return Analysis(
        song=Song(_whole(song["sample_rate"]), _whole(song["samples"]), None if digest is None else _text(digest)),
        tempo=Tempo(
            _number(tempo["bpm"]),
            _number(tempo["confidence"]),
            tuple(TempoAlternative(_number(o["bpm"]), _number(o["score"])) for o in tempo["alternatives"]),
        ),
        tempo_map=tuple(TempoPoint(_whole(p["sample"]), _number(p["bpm"])) for p in document["tempo_map"]),
        beats=tuple(
            Beat(_whole(b["sample"]), _whole(b["bar"]), _whole(b["position"]), _number(b["confidence"]))
            for b in document["beats"]
        ),
        sections=tuple(_section(s) for s in document["sections"]),
        curves=tuple(
            Curve(_text(name), _whole(c["rate"]), tuple(_number(value) for value in c["values"]))
            for name, c in document["curves"].items()
        ),
        notices=tuple(_text(notice) for notice in document["notices"]),
    )


def _section(section: Mapping[str, Any]) -> Section:
    return Section(
        _whole(section["start_sample"]),
        _whole(section["end_sample"]),
        _text(section["label"]),
        _number(section["energy"]),
        _number(section["confidence"]),
    )


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong(value, "a whole number")
    return value


def _number(value: object) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise _wrong(value, "a number")
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise _wrong(value, "a text")
    return value


def _wrong(value: object, wanted: str) -> TypeError:
    return TypeError(f"{value!r} is not {wanted}")


def _malformed(why: str) -> MediaError:
    return MediaError(f"This is no song analysis: {why}.", hint="Analyse the song again.")
