"""The page of documents names every key that the documents really have."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from alice_core.directing import document as plans
from alice_core.directing.model import CutStyle, Mood, Move, Plan, PlanMarker, Shot, SongReference, Take
from alice_core.music import document as analyses
from alice_core.music.model import Analysis, Beat, Curve, Section, Song, Tempo, TempoAlternative, TempoPoint
from alice_core.music.traits import BandOnsets, Engine, Key, KeyAlternative, Loudness, Passage, Stretch
from alice_core.timeline.formats import FORMATS
from alice_core.timing import FrameRate
from alice_core.workflows.result import MadeShot, MakeResult

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "documents.md").read_text(encoding="utf-8")
DIGEST = "sha256:" + "0" * 64
SHOT = Shot(
    "shot-0001", 0, 24, Fraction(0), 1, 2, "verse", "rain", 1, Move.HOLD, Mood(0.5, 0.5, 0.5), Take(DIGEST, "a.png")
)
PLAN = Plan(
    FrameRate.parse("24"), "01:00:00:00", 640, 360, SongReference(DIGEST, 48000, 48000), "", CutStyle.AUTO, 1,
    (SHOT,), (PlanMarker(0, "section", "verse"),),
)  # fmt: skip
ANALYSIS = Analysis(
    Song(48000, 48000, DIGEST), Tempo(120, 1, (TempoAlternative(60, 0.5),)), (TempoPoint(0, 120),), (Beat(0, 1, 1, 1),),
    (Section(0, 48000, "verse", 0.5, 1),), (Curve("energy", 1, (0.5,)),), (), Engine("alice", "2"),
    (BandOnsets("kick", (0,), (1.0,)),), Key("C", "major", 1.0, (KeyAlternative("A", "minor", 0.5),)),
    Loudness(-14.0, 5.0, -1.0), (Passage(0, 9),), (Stretch(0, 9, 1.0, 1.0, 1.0),), window=Passage(0, 9),
)  # fmt: skip
A = Path("a")
RESULT = MakeResult(
    A, "p", A, A, A, A, {"otio": A}, PLAN, (MadeShot(SHOT, A, DIGEST, reused=True),), (), (), Decimal(0), "USD", ()
)


def part(heading: str) -> str:
    """The text under one heading of the page."""
    return PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def keys(value: object) -> set[str]:
    """Every key at every depth."""
    if isinstance(value, dict):
        return set(value) | {key for below in value.values() for key in keys(below)}
    return {key for below in value for key in keys(below)} if isinstance(value, list) else set()


@pytest.mark.parametrize(
    ("heading", "document"),
    [
        ("The analysis: `alice.analysis/2`", json.loads(analyses.to_document(ANALYSIS))),
        ("The plan: `alice.plan/1`", json.loads(plans.to_document(PLAN))),
        ("What the commands print", RESULT.to_json()),
    ],
)
def test_every_key_is_documented(heading, document):
    said = set(re.findall(r"`([a-z_.]+)`", part(heading)))
    assert keys(document) - said == set()
    assert document.get("schema", "") in PAGE


def test_every_move_and_format_is_documented():
    assert {move.value for move in Move} <= set(re.findall(r"`([a-z-]+)`", PAGE))
    assert all(f"`NAME{form.suffix}`" in PAGE for form in FORMATS.values())
