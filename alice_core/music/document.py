"""The analysis as the JSON document ``alice.analysis/2``, and back.

The bytes are canonical: keys in one order, numbers rounded once, a newline at the end. Every
moment stands there twice, as seconds to read and as the exact sample. The document says
nothing of where the song lies. Means of the curves over beats, bars and sections stand beside
them to be read by others; they are not read back. Documents of version 1 are still read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from alice_core.errors import MediaError
from alice_core.music.means import per_bar, per_beat, per_section
from alice_core.music.model import Analysis, Beat, Curve, Section, Song, Tempo, TempoAlternative, TempoPoint
from alice_core.music.particulars import read_key, read_passage, read_traits, write_key, write_passage, write_traits
from alice_core.music.reading import number, text, truth, whole
from alice_core.music.traits import Passage

SCHEMA = "alice.analysis/2"
"""The document's schema and its version."""

_FIRST = "alice.analysis/1"


def to_document(analysis: Analysis) -> bytes:
    """The canonical JSON of an analysis, UTF-8, with a newline at the end."""
    rate = analysis.song.sample_rate

    def seconds(sample: int) -> float:
        return round(sample / rate, 6)

    document = {
        "schema": SCHEMA,
        "engine": None if analysis.engine is None else asdict(analysis.engine),
        "song": {
            "digest": analysis.song.digest,
            "seconds": seconds(analysis.song.samples),
            "sample_rate": rate,
            "samples": analysis.song.samples,
        },
        "window": None if analysis.window is None else write_passage(analysis.window, seconds),
        "corrected": analysis.corrected,
        **_write_grid(analysis, seconds),
        "sections": [
            {
                **write_passage(Passage(section.start, section.end), seconds),
                "label": section.label,
                "energy": round(section.energy, 6),
                "confidence": round(section.confidence, 4),
                "key": write_key(section.key),
            }
            for section in analysis.sections
        ],
        **write_traits(analysis, seconds),
        "curves": {curve.name: _write_curve(analysis, curve) for curve in analysis.curves},
        "notices": list(analysis.notices),
    }
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n").encode()


def _write_grid(analysis: Analysis, seconds: Callable[[int], float]) -> dict[str, Any]:
    tempo = analysis.tempo
    return {
        "tempo": {
            "bpm": round(tempo.bpm, 6),
            "confidence": round(tempo.confidence, 4),
            "alternatives": [
                {
                    "bpm": round(other.bpm, 6),
                    "score": round(other.score, 6),
                    "factor": other.factor,
                }
                for other in tempo.alternatives
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
    }


def _write_curve(analysis: Analysis, curve: Curve) -> dict[str, Any]:
    return {
        "rate": curve.rate,
        "values": [round(value, 6) for value in curve.values],
        "per_beat": per_beat(analysis, curve),
        "per_bar": per_bar(analysis, curve),
        "per_section": per_section(analysis, curve),
    }


def from_document(data: bytes) -> Analysis:
    """The analysis that :func:`to_document` wrote, in this or the first version; every sample is exact.

    Raises:
        MediaError: The bytes are no such document.
    """
    try:
        document = json.loads(data)
    except ValueError as error:
        raise _malformed(f"it is not JSON ({error})") from error
    if not isinstance(document, dict) or document.get("schema") not in (SCHEMA, _FIRST):
        schema = document.get("schema") if isinstance(document, dict) else None
        raise _malformed(f"its schema is {schema!r}, not {SCHEMA!r}")
    try:
        return _analysis(document if document["schema"] == SCHEMA else _second(document))
    except KeyError as error:
        raise _malformed(f"{error} is missing") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise _malformed(str(error)) from error


def _second(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document of version 1 as one of version 2 that knows no more."""
    new: dict[str, Any] = {"engine": None, "window": None, "corrected": False, "key": None, "loudness": None}
    new |= {"stretches": [], "silences": [], "onsets": {}, **document}
    alternatives = [{**one, "factor": None} for one in document["tempo"]["alternatives"]]
    new["tempo"] = {**document["tempo"], "alternatives": alternatives}
    new["sections"] = [{**section, "key": None} for section in document["sections"]]
    return new


def _analysis(document: Mapping[str, Any]) -> Analysis:
    song, tempo = document["song"], document["tempo"]
    digest = song["digest"]
    return Analysis(
        song=Song(whole(song["sample_rate"]), whole(song["samples"]), None if digest is None else text(digest)),
        tempo=Tempo(
            number(tempo["bpm"]),
            number(tempo["confidence"]),
            tuple(_alternative(other) for other in tempo["alternatives"]),
        ),
        tempo_map=tuple(TempoPoint(whole(p["sample"]), number(p["bpm"])) for p in document["tempo_map"]),
        beats=tuple(
            Beat(whole(b["sample"]), whole(b["bar"]), whole(b["position"]), number(b["confidence"]))
            for b in document["beats"]
        ),
        sections=tuple(_section(s) for s in document["sections"]),
        curves=tuple(
            Curve(text(name), whole(c["rate"]), tuple(number(value) for value in c["values"]))
            for name, c in document["curves"].items()
        ),
        notices=tuple(text(notice) for notice in document["notices"]),
        corrected=truth(document["corrected"]),
        window=None if document["window"] is None else read_passage(document["window"]),
        **read_traits(document),
    )


def _alternative(other: Mapping[str, Any]) -> TempoAlternative:
    factor = other["factor"]
    return TempoAlternative(number(other["bpm"]), number(other["score"]), None if factor is None else number(factor))


def _section(section: Mapping[str, Any]) -> Section:
    return Section(
        whole(section["start_sample"]),
        whole(section["end_sample"]),
        text(section["label"]),
        number(section["energy"]),
        number(section["confidence"]),
        read_key(section["key"]),
    )


def _malformed(why: str) -> MediaError:
    return MediaError(f"This is no song analysis: {why}.", hint="Analyse the song again.")
