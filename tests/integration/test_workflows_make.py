"""The main job inside one process, on a song of a few seconds and the smallest pictures."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import alice_core
from alice_core.cli.entry import run
from alice_core.directing.model import CutStyle
from alice_core.errors import MediaError, NotFound, UsageError
from alice_core.media.sound import write_wav
from alice_core.timing import FrameRate
from alice_core.workflows import MakeRequest
from alice_core.workflows.make import _picture


class Listener:
    """A progress that remembers."""

    def __init__(self):
        self.stages, self.notes = [], []

    def stage(self, name, total=None, unit=""):
        from alice_core.progress import SILENT

        self.stages.append((name, total, unit))
        return SILENT.stage(name, total, unit)

    def note(self, text):
        self.notes.append(text)


@pytest.fixture(scope="session")
def clicks(tmp_path_factory):
    """Six seconds of kicks at 120 beats a minute, at a low rate."""
    path = tmp_path_factory.mktemp("clicks") / "clicks.wav"
    t = np.arange(int(0.1 * 16000)) / 16000
    kick = np.sin(2 * np.pi * (60 * t + 6 * np.exp(-t * 50))) * np.exp(-t * 30)
    sound = np.zeros(6 * 16000, np.float32)
    for beat in range(12):
        sound[beat * 8000 : beat * 8000 + t.size] += kick * (0.9 if beat % 4 == 0 else 0.5)
    write_wav(path, sound[:, None], 16000)
    return path


@pytest.fixture
def request_of(clicks, tmp_path):
    """Gives a request for the clicks, changed as wanted."""
    base = MakeRequest(clicks, FrameRate.parse("24"), 96, 64, out=tmp_path / "out", project="Clicks")
    return lambda **changes: replace(base, **changes)


@pytest.fixture
def alice(tmp_path):
    with alice_core.open(tmp_path / "home") as opened:
        yield opened


def test_made_found_foreseen_and_cut_anew(alice, request_of, tmp_path):
    listener = Listener()
    foreseen = alice.make(request_of(), dry_run=True)
    assert not (tmp_path / "out").exists()
    first = alice.make(request_of(brief="rain"), progress=listener)
    assert [shot.shot.start for shot in first.shots] == [shot.shot.start for shot in foreseen.shots]
    assert first.plan.frames == 144
    assert {"making the shots", "reading the song"} <= {name for name, _, _ in listener.stages}
    again = alice.make(request_of())
    assert (again.ran, again.plan.brief) == ((), "rain")
    assert alice.make(request_of(), dry_run=True).ran == ()
    other = alice.make(request_of(cut=CutStyle.TWO_BARS))
    assert "music.analyse" in other.reused
    assert "timeline.preview" in other.ran
    assert alice.make(request_of(cut=CutStyle.TWO_BARS, seed=2), dry_run=True).shots[0].reused is False
    nothing = dict.fromkeys(("spent", "reserved", "in_doubt", "price"), "0")
    assert first.to_json()["cost"] == {"currency": "USD"} | nothing


def test_motion_makes_clips(alice, request_of):
    made = alice.make(request_of(motion=True, cut=CutStyle.SECTION))
    assert {shot.path.suffix for shot in made.shots} == {".mp4"}


def test_an_analysis_is_kept_and_found(alice, clicks, request_of):
    first = alice.analyze(clicks)
    assert abs(first.tempo.bpm - 120) < 2
    assert alice.analyze(clicks) == first
    assert "music.analyse" in alice.make(request_of()).reused


def test_the_face_finds_shows_and_walks(alice, request_of, clicks):
    made = alice.make(request_of())
    assert alice.find("kind:video project:Clicks").cards[0].asset.name == "preview.mp4"
    assert alice.show(str(made.preview)).made_by[0].recipe.operation == "timeline.preview"
    generation = alice.show(str(made.shots[0].path)).to_json()["generation"]
    assert generation["prompt"] == made.shots[0].shot.prompt
    assert generation["model"] == "storyboard"
    nodes = {node["name"] for node in alice.lineage(str(made.preview)).to_json()["nodes"]}
    assert {"clicks.wav", "analysis.json", "plan.json", "preview.mp4"} <= nodes
    assert alice.ingest([clicks], project="Clicks").unchanged == 1


def test_what_is_refused_before_anything_is_written(alice, request_of, tmp_path):
    (tmp_path / "letter.wav").write_text("Dear aunt")
    with pytest.raises(MediaError):
        alice.make(request_of(song=tmp_path / "letter.wav"))
    with pytest.raises(NotFound):
        alice.make(request_of(song=tmp_path / "none.wav"))
    with pytest.raises(UsageError):
        alice.make(request_of(provider="nobody"))
    assert not (tmp_path / "out").exists()
    assert alice.find("").cards == ()


def test_a_take_that_is_no_picture_is_refused(alice, request_of, clicks):
    made = alice.make(request_of())
    sound = alice.show(str(clicks)).asset.facts
    with pytest.raises(NotFound, match="no picture"):
        _picture(made.shots[0], sound, FrameRate.parse("24"))


def test_a_dry_run_on_a_home_that_is_not_there_makes_none(request_of, tmp_path):
    with alice_core.open(tmp_path / "nowhere", dry_run=True) as opened:
        assert opened.make(request_of(), dry_run=True).dry_run
    assert not (tmp_path / "nowhere").exists()


def test_the_command_tells_what_it_made(clicks, tmp_path, capsys):
    home = ["--home", str(tmp_path / "home")]
    words = ["make", str(clicks), "--size", "96x64", "--out", str(tmp_path / "out"), "--brief", "rain"]
    assert run([*home, *words, "--dry-run"]) == 0
    assert "would make" in capsys.readouterr().out
    assert run([*home, *words]) == 0
    text = capsys.readouterr().out
    assert "12 shots" in text or "shots over 0:06" in text
    assert str(tmp_path / "out" / "preview.mp4") in text
    assert run([*home, *words]) == 0
    assert "Nothing to do" in capsys.readouterr().out
    assert run([*home, *words, "--cut", "bar"]) == 0
    assert "reused: music.analyse" in capsys.readouterr().out
    assert run([*home, *words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["project"] == "clicks"
    assert run([*home, *words, "--project", " "]) == 2
    assert run([*home, "-q", *words]) == 0
    assert capsys.readouterr().out == ""
    assert run([*home, "analyze", str(clicks)]) == 0
    assert "bpm" in capsys.readouterr().out
    assert run([*home, "analyze", str(clicks), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["song"]["path"] == str(clicks)
    assert run([*home, "lineage", str(clicks)]) == 0
    assert "-> timeline.preview" in capsys.readouterr().out
    assert run([*home, "show", str(tmp_path / "out" / "preview.mp4")]) == 0
    assert "made by" in capsys.readouterr().out
    assert run([*home, "ingest", str(tmp_path / "none")]) == 3
    (tmp_path / "pipe").mkdir()
    assert run([*home, "ingest", str(tmp_path / "pipe")]) == 0


def test_silence_is_told_of(tmp_path, capsys):
    write_wav(tmp_path / "silence.wav", np.zeros((8000 * 9, 1), np.float32), 8000)
    home = ["--home", str(tmp_path / "home")]
    words = ["make", str(tmp_path / "silence.wav"), "--size", "96x64", "--out", str(tmp_path / "out")]
    assert run([*home, *words]) == 0
    assert "note:" in capsys.readouterr().err
    assert run([*home, "analyze", str(tmp_path / "silence.wav")]) == 0
    assert "no steady beat" in capsys.readouterr().out


def test_the_exported_names(tmp_path):
    assert alice_core.__all__ == ["Alice", "AliceError", "FrameRate", "MakeRequest", "MakeResult", "Progress", "open"]
    for name in alice_core.__all__:
        assert getattr(alice_core, name).__doc__
    with pytest.raises(AttributeError, match="no attribute"):
        _ = alice_core.nothing
    assert isinstance(alice_core.MakeRequest(Path("a.wav"), alice_core.FrameRate.parse("25"), 96, 64), MakeRequest)
