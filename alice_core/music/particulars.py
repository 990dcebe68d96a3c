"""The traits of a song as the parts of its document, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from alice_core.music.model import Analysis
from alice_core.music.reading import number, text, whole
from alice_core.music.traits import BandOnsets, Engine, Key, KeyAlternative, Loudness, Passage, Stretch

Part = dict[str, Any]


def write_traits(analysis: Analysis, seconds: Callable[[int], float]) -> Part:
    """``stretches onsets key loudness silences`` of the document."""
    return {
        "stretches": [
            {
                "start": seconds(stretch.start),
                "end": seconds(stretch.end),
                "start_sample": stretch.start,
                "end_sample": stretch.end,
                "octave": round(stretch.octave, 4),
                "phase": round(stretch.phase, 4),
                "meter": round(stretch.meter, 4),
            }
            for stretch in analysis.stretches
        ],
        "onsets": {
            one.band: {"samples": list(one.samples), "strengths": [round(value, 4) for value in one.strengths]}
            for one in analysis.onsets
        },
        "key": write_key(analysis.key),
        "loudness": _write_loudness(analysis.loudness),
        "silences": [write_passage(silence, seconds) for silence in analysis.silences],
    }


def write_key(key: Key | None) -> Part | None:
    """A key as part of a document."""
    if key is None:
        return None
    return {
        "tonic": key.tonic,
        "mode": key.mode,
        "confidence": round(key.confidence, 4),
        "alternatives": [
            {"tonic": other.tonic, "mode": other.mode, "score": round(other.score, 4)} for other in key.alternatives
        ],
    }


def write_passage(passage: Passage, seconds: Callable[[int], float]) -> Part:
    """A passage as part of a document, in seconds to read and in exact samples."""
    return {
        "start": seconds(passage.start),
        "end": seconds(passage.end),
        "start_sample": passage.start,
        "end_sample": passage.end,
    }


def read_traits(document: Mapping[str, Any]) -> Part:
    """The traits that :func:`write_traits` wrote, by their names in an analysis.

    Raises:
        KeyError: A part is missing.
        TypeError: A part is of another kind.
    """
    engine, loudness = document["engine"], document["loudness"]
    return {
        "engine": None if engine is None else Engine(text(engine["name"]), text(engine["version"])),
        "onsets": tuple(
            BandOnsets(text(band), tuple(map(whole, one["samples"])), tuple(map(number, one["strengths"])))
            for band, one in document["onsets"].items()
        ),
        "key": read_key(document["key"]),
        "loudness": None if loudness is None else _read_loudness(loudness),
        "silences": tuple(read_passage(silence) for silence in document["silences"]),
        "stretches": tuple(
            Stretch(
                whole(one["start_sample"]),
                whole(one["end_sample"]),
                number(one["octave"]),
                number(one["phase"]),
                number(one["meter"]),
            )
            for one in document["stretches"]
        ),
    }


def read_key(key: Mapping[str, Any] | None) -> Key | None:
    """The key that :func:`write_key` wrote."""
    if key is None:
        return None
    others = (
        KeyAlternative(text(one["tonic"]), text(one["mode"]), number(one["score"])) for one in key["alternatives"]
    )
    return Key(text(key["tonic"]), text(key["mode"]), number(key["confidence"]), tuple(others))


def read_passage(passage: Mapping[str, Any]) -> Passage:
    """The passage that :func:`write_passage` wrote."""
    return Passage(whole(passage["start_sample"]), whole(passage["end_sample"]))


def _write_loudness(loudness: Loudness | None) -> Part | None:
    if loudness is None:
        return None
    named = {"integrated": loudness.integrated, "range": loudness.range, "true_peak": loudness.true_peak}
    values: Part = {name: None if value is None else round(value, 2) for name, value in named.items()}
    return values | {"curve": loudness.curve}


def _read_loudness(loudness: Mapping[str, Any]) -> Loudness:
    values = (loudness[name] for name in ("integrated", "range", "true_peak"))
    integrated, width, peak = (None if value is None else number(value) for value in values)
    return Loudness(integrated, width, peak, text(loudness["curve"]))
