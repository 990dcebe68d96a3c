"""Every step of the main job is carried out again from its recipe alone, and gives the same bytes."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest

from alice_core.errors import NotFound, UsageError
from alice_core.library.descent.recreate import recreation_of
from alice_core.library.descent.remake import remake
from alice_core.media.sound import write_wav
from alice_core.providers import registry
from alice_core.providers.storyboard.provider import Storyboard
from alice_core.timing import FrameRate
from alice_core.workflows import MakeRequest
from alice_core.workflows.make import make
from alice_core.workflows.remaking import MAKERS


@pytest.fixture
def result(store, tmp_path):
    """The smallest music video there is, with drawings that move."""
    t = np.arange(int(0.1 * 16000)) / 16000
    kick = np.sin(2 * np.pi * (60 * t + 6 * np.exp(-t * 50))) * np.exp(-t * 30)
    sound = np.zeros(4 * 16000, np.float32)
    for beat in range(8):
        sound[beat * 8000 : beat * 8000 + t.size] += kick * (0.9 if beat % 4 == 0 else 0.5)
    song = tmp_path / "song.wav"
    write_wav(song, sound[:, None], 16000)
    request = MakeRequest(song, FrameRate.parse("29.97"), 96, 64, out=tmp_path / "out", brief="rain, and a lynx")
    return make(store, request), make(store, replace(request, motion=True, out=tmp_path / "moving"))


def test_every_step_gives_the_same_bytes_again(store, result, tmp_path):
    still, moving = result
    for made in (still, moving):
        files = [made.analysis, made.picture, made.plan_file, made.preview, *made.timelines.values()]
        for path in [*files, *(shot.path for shot in made.shots[:2])]:
            again = remake(store, recreation_of(store, str(path)), MAKERS)
            assert again.recipe, path.name
            # Of pictures this small the encoder of films does not give the same bytes twice.
            assert again.same or path.suffix == ".mp4", path.name
    with store.reading() as reader:
        (plan,) = reader.recipes.giving(recreation_of(store, str(still.plan_file)).inputs[0].digest)
    again = remake(store, recreation_of(store, plan.outputs[0].digest), MAKERS)
    assert (again.same, again.recipe) == (True, True)


def test_files_may_lie_elsewhere_meanwhile(store, result, tmp_path):
    still, _ = result
    from alice_core.library import ingest_paths

    shutil.move(tmp_path / "out", tmp_path / "moved")
    ingest_paths(store, [tmp_path / "moved"])
    assert remake(store, recreation_of(store, str(tmp_path / "moved" / "preview.mp4")), MAKERS).recipe
    for name in ("timeline.otio", "plan.json"):
        assert remake(store, recreation_of(store, str(tmp_path / "moved" / name)), MAKERS).same, name
    (tmp_path / "song.wav").unlink()
    with pytest.raises(NotFound, match="song"):
        remake(store, recreation_of(store, str(tmp_path / "moved" / "preview.mp4")), MAKERS)
    assert still.preview.name == "preview.mp4"


def test_a_provider_of_another_version_or_that_costs_money(store, result, monkeypatch):
    still, _ = result
    found = recreation_of(store, str(still.shots[0].path))

    class Newer(Storyboard):
        version = "2"

    monkeypatch.setitem(registry._BUILT_IN, "storyboard", Newer)
    again = remake(store, found, MAKERS)
    assert (again.same, again.recipe) == (True, False)

    class Dear(Storyboard):
        def quote(self, task, book):
            quote = super().quote(task, book)
            return replace(quote, lines=tuple(replace(line, high=line.high + 1) for line in quote.lines))

    monkeypatch.setitem(registry._BUILT_IN, "storyboard", Dear)
    with pytest.raises(UsageError, match="costs money"):
        remake(store, found, MAKERS)
