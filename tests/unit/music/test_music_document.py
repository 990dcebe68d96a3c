"""The document ``alice.analysis/2``: its shape, its exactness, and what is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.errors import MediaError
from alice_core.music.document import from_document, to_document
from alice_core.music.model import Analysis, Beat, Curve, Section, Song, Tempo, TempoAlternative, TempoPoint
from alice_core.music.traits import BandOnsets, Engine, Key, KeyAlternative, Loudness, Passage, Stretch

EXAMPLE = Analysis(
    Song(48000, 96000, "sha256:" + "a" * 64),
    Tempo(120.0, 0.9123, (TempoAlternative(60.0, 0.5, 0.5),)),
    (TempoPoint(0, 120.0),),
    (Beat(1, 0, 4, 0.5), Beat(24001, 1, 1, 1.0)),
    (Section(0, 24001, "intro", 0.25, 0.5), Section(24001, 96000, "Ärger", 1.0, 0.75)),
    (Curve("energy", 10, (0.0, 0.5, 1.0)),),
    ("Ein Hinweis: “Prüfe” es.",),
    Engine("alice", "2"),
    (BandOnsets("kick", (0, 24001), (0.5, 1.0)),),
    Key("F#", "minor", 0.75, (KeyAlternative("A", "major", 0.9),)),
    Loudness(-14.25, 5.5, None),
    (Passage(90000, 96000),),
    (Stretch(0, 96000, 0.9, 0.8, 0.7),),
    corrected=True,
    window=Passage(0, 96000),
)

part = st.integers(0, 10_000).map(lambda number: number / 10_000)
sample = st.integers(0, 192_000 * 3 * 3600)


@st.composite
def analyses(draw):
    rate = draw(st.sampled_from([8000, 22050, 44100, 48000, 192_000]))
    beats = draw(st.lists(st.builds(Beat, sample, st.integers(0, 999), st.integers(1, 7), part), max_size=5))
    sections = draw(st.lists(st.builds(Section, sample, sample, st.text(max_size=5), part, part), max_size=3))
    points = draw(st.lists(st.builds(TempoPoint, sample, part), max_size=3))
    curves = draw(st.lists(st.builds(Curve, st.just("energy"), st.just(10), st.lists(part).map(tuple)), max_size=1))
    song = Song(rate, draw(sample), draw(st.none() | st.just("sha256:0")))
    tempo = Tempo(draw(part) * 300, draw(part))
    return Analysis(song, Tempo(round(tempo.bpm, 3), tempo.confidence), *map(tuple, (points, beats, sections, curves)))


@settings(deadline=None, max_examples=25)
@given(analyses())
def test_what_is_written_is_read_exactly(analysis):
    document = to_document(analysis)
    assert from_document(document) == analysis
    assert to_document(from_document(document)) == document


def test_the_shape_is_the_promised_one():
    document = json.loads(to_document(EXAMPLE))
    first = ["schema", "engine", "song", "window", "corrected", "tempo", "tempo_map", "beats", "sections"]
    assert list(document) == [*first, "stretches", "onsets", "key", "loudness", "silences", "curves", "notices"]
    assert document["schema"] == "alice.analysis/2"
    assert document["engine"] == {"name": "alice", "version": "2"}
    assert document["onsets"] == {"kick": {"samples": [0, 24001], "strengths": [0.5, 1.0]}}
    assert document["loudness"] == {"integrated": -14.25, "range": 5.5, "true_peak": None, "curve": "loudness"}
    assert document["window"] == {"start": 0.0, "end": 2.0, "start_sample": 0, "end_sample": 96000}
    other = {"tonic": "A", "mode": "major", "score": 0.9}
    assert document["key"] == {"tonic": "F#", "mode": "minor", "confidence": 0.75, "alternatives": [other]}
    assert document["song"] == {"digest": "sha256:" + "a" * 64, "seconds": 2.0, "sample_rate": 48000, "samples": 96000}
    assert document["tempo"] == {
        "bpm": 120.0,
        "confidence": 0.9123,
        "alternatives": [{"bpm": 60.0, "score": 0.5, "factor": 0.5}],
    }
    assert document["tempo_map"] == [{"time": 0.0, "bpm": 120.0, "sample": 0}]
    assert document["beats"][1] == {"time": 0.500021, "sample": 24001, "bar": 1, "position": 1, "confidence": 1.0}
    assert document["sections"][0] == {
        "start": 0.0,
        "end": 0.500021,
        "start_sample": 0,
        "end_sample": 24001,
        "label": "intro",
        "energy": 0.25,
        "confidence": 0.5,
        "key": None,
    }
    assert document["curves"] == {
        "energy": {
            "rate": 10,
            "values": [0.0, 0.5, 1.0],
            "per_beat": [0.5, 1.0],
            "per_bar": [1.0],
            "per_section": [0.5, 1.0],
        }
    }
    assert document["notices"] == ["Ein Hinweis: “Prüfe” es."]


def test_the_first_version_is_still_read():
    old = json.loads(to_document(EXAMPLE))
    for name in ("engine", "window", "corrected", "stretches", "onsets", "key", "loudness", "silences"):
        del old[name]
    for part in (*old["sections"], *old["tempo"]["alternatives"]):
        part.pop("key", None)
        part.pop("factor", None)
    old["curves"] = {"energy": {"rate": 10, "values": [0.0, 0.5, 1.0]}}
    read = from_document(json.dumps({**old, "schema": "alice.analysis/1"}).encode())
    assert read.beats == EXAMPLE.beats
    assert read.sections == EXAMPLE.sections
    assert read.tempo == Tempo(120.0, 0.9123, (TempoAlternative(60.0, 0.5),))
    assert (read.engine, read.key, read.loudness, read.onsets, read.corrected) == (None, None, None, (), False)


def test_the_bytes_are_canonical():
    document = to_document(EXAMPLE)
    assert document.endswith(b"}\n")
    assert document.count(b"\n") == 1
    assert "Ärger".encode() in document


def changed(**parts):
    return json.dumps({**json.loads(to_document(EXAMPLE)), **parts}).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"schema": "alice.analysis/3"}',
        b'{"schema": "alice.analysis/2"}',
        changed(corrected=1),
        changed(key={"tonic": 4}),
        changed(onsets=[1]),
        changed(loudness=3),
        changed(engine="alice"),
        b'{"schema": "alice.analysis/1"}',
        changed(song=None),
        changed(song={"digest": 5, "sample_rate": 48000, "samples": 1}),
        changed(song={"digest": None, "sample_rate": 48000.5, "samples": 1}),
        changed(beats=[{"sample": True, "bar": 1, "position": 1, "confidence": 1}]),
        changed(beats={"sample": 1}),
        changed(tempo={"bpm": "fast", "confidence": 1, "alternatives": []}),
        changed(curves=[]),
        changed(curves={"energy": {"rate": 10, "values": 3}}),
        changed(notices=[1]),
        changed(sections=[[0, 1]]),
    ],
)
def test_malformed_documents_are_refused(data):
    with pytest.raises(MediaError, match="no song analysis") as refused:
        from_document(data)
    assert refused.value.hint


def test_a_number_that_is_none_is_never_written():
    broken = Analysis(EXAMPLE.song, Tempo(float("nan"), 0.0), (), (), (), ())
    with pytest.raises(ValueError, match="JSON"):
        to_document(broken)
