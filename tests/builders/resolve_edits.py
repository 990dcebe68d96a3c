"""A film that the store knows, and cuts of it as DaVinci Resolve exports them: in its shape, nothing of ours in it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from alice_core import projects
from alice_core.resolve.cuts import PlanFile, chosen_plan
from alice_core.store import Ingredient, Recipe, Store, catalogue, ingest
from alice_core.store.files import read_file
from alice_core.timeline.model import Timeline
from alice_core.timeline.otio import write_otio
from alice_core.workflows.handing import prepare
from alice_core.workflows.steps import CAST


@dataclass
class Piece:
    """One clip on the first picture track while it is being edited."""

    clip: dict[str, Any]
    start: int
    length: int
    source: int

    @property
    def name(self) -> str:
        return self.clip["name"]

    @property
    def reference(self) -> dict[str, Any]:
        return self.clip["media_references"][self.clip["active_media_reference_key"]]

    def show(self, path: Path) -> None:
        """Show another file, as ReplaceClip or another take does."""
        self.reference["target_url"] = str(path)
        self.reference["name"] = path.name


@dataclass
class Cut:
    """A cut that is open in an editor."""

    document: dict[str, Any]
    pieces: list[Piece]

    @classmethod
    def of(cls, timeline: Timeline) -> Cut:
        document = _without(json.loads(write_otio(timeline)), "alice")
        pieces, at = [], 0
        for clip in document["tracks"]["children"][0]["children"]:
            span = clip["source_range"]
            length = int(span["duration"]["value"])
            pieces.append(Piece(clip, at, length, int(span["start_time"]["value"])))
            at += length
        return cls(document, pieces)

    def piece(self, name: str) -> Piece:
        return next(one for one in self.pieces if one.name == name)

    def add(self, name: str, path: Path, start: int, length: int) -> Piece:
        piece = Piece(json.loads(json.dumps(self.pieces[0].clip)), start, length, 0)
        piece.clip["name"] = name
        piece.show(path)
        self.pieces.append(piece)
        return piece

    def save(self, path: Path) -> Path:
        """Write it, with gaps where nothing is."""
        children, at = [], 0
        for piece in sorted(self.pieces, key=lambda one: one.start):
            span = piece.clip["source_range"]
            span["start_time"]["value"], span["duration"]["value"] = float(piece.source), float(piece.length)
            if piece.start > at:
                children.append(_gap(piece.start - at, span["duration"]["rate"]))
            children.append(piece.clip)
            at = piece.start + piece.length
        self.document["tracks"]["children"][0]["children"] = children
        path.write_text(json.dumps(self.document))
        return path


@dataclass(frozen=True)
class KnownFilm:
    """A film whose plan, song and takes are in a store."""

    store: Store
    source: PlanFile
    folder: Path

    def cut(self, name: str = "Film v1") -> Cut:
        """The cut as it was pushed."""
        timeline = prepare(self.store, self.source.path).timeline
        return Cut.of(replace(timeline, name=name))

    def picture(self, name: str, colour: tuple[int, int, int] = (200, 10, 60)) -> Path:
        """Another picture, unlike all takes."""
        path = self.folder / "other" / name
        path.parent.mkdir(exist_ok=True)
        Image.new("RGB", (96, 54), colour).save(path)
        return path


def _gap(length: int, rate: float) -> dict[str, Any]:
    zero = {"OTIO_SCHEMA": "RationalTime.1", "rate": rate, "value": 0.0}
    span = {"OTIO_SCHEMA": "TimeRange.1", "start_time": zero, "duration": {**zero, "value": float(length)}}
    return {"OTIO_SCHEMA": "Gap.1", "name": "", "source_range": span, "effects": [], "markers": [], "metadata": {}}


def _without(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {name: _without(one, key) for name, one in value.items() if name != key}
    return [_without(one, key) for one in value] if isinstance(value, list) else value


@pytest.fixture
def known_film(store, film) -> Callable[..., KnownFilm]:
    """Makes a film and lets the store know it, as a cast plan of a project; see the fixture ``film``."""

    def make(project="Neon", **options) -> KnownFilm:
        made = film(**options)
        owner = projects.create_or_get(store, project, None)
        song = read_file(made.song)
        ingest(store, song, project=owner, role="song")
        takes = [read_file(made.folder / shot.take.path) for shot in made.plan.shots]
        for take in takes:
            ingest(store, take, project=owner, role="take")
        inputs = (Ingredient("song", song.digest), *(Ingredient("take", take.digest) for take in takes))
        catalogue.record(store, Recipe(*CAST, inputs=inputs), (("plan", read_file(made.plan_file)),), owner)
        return KnownFilm(store, chosen_plan(store, project=project), made.folder)

    return make
