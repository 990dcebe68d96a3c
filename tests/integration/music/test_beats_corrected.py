"""A corrected song: everything that is made of it afterwards follows the corrections."""

from __future__ import annotations

import json

import numpy as np
import pytest

from alice_core.cli.entry import run
from alice_core.media.sound import write_wav

RATE = 22050


@pytest.fixture
def song(tmp_path, studio):
    path = tmp_path / "song.wav"
    write_wav(path, studio.drums(RATE, np.arange(0.4, 15.5, 0.5), 16.0, chords=(0, 5, 7, 3)), RATE)
    return path


@pytest.fixture
def alice(capsys):
    def call(*words, status=0):
        assert run([str(word) for word in words]) == status, capsys.readouterr()
        seen = capsys.readouterr()
        return json.loads(seen.out) if "--json" in words else seen.out

    return call


def test_plans_follow_the_beats_and_go_back_with_them(alice, song, tmp_path):
    make = ("make", song, "--size", "128x72", "--cut", "bar", "--out", tmp_path / "out", "--json")
    first = alice(*make)
    heard = json.loads((tmp_path / "out" / "analysis.json").read_text())
    alice("beats", "shift", song, "100ms")
    assert alice(*make, "--dry-run")["ran"][0] == "music.draw"  # the correction itself was made with the command
    second = alice(*make)
    assert "music.analyse" in second["reused"]
    moved = json.loads((tmp_path / "out" / "analysis.json").read_text())
    assert moved["corrected"] is True
    assert {one["sample"] - other["sample"] for one, other in zip(moved["beats"], heard["beats"], strict=False)} == {
        2205
    }
    assert [one["start"] for one in first["shots"]] != [one["start"] for one in second["shots"]]
    again = alice(*make)
    assert again["ran"] == []
    assert [beat["sample"] for beat in alice("analyze", song, "--json")["beats"]] == [
        one["sample"] for one in moved["beats"]
    ]
    alice("undo")
    third = alice(*make)
    assert "music.correct" not in third["ran"] + third["reused"]
    assert json.loads((tmp_path / "out" / "analysis.json").read_text()) == heard
    assert [(one["start"], one["end"]) for one in third["shots"]] == [
        (one["start"], one["end"]) for one in first["shots"]
    ]


def test_a_correction_is_recreated_from_its_recipe(alice, song, tmp_path):
    made = alice("beats", "half", song, "--json")
    assert made["tempo"]["bpm"] < made["tempo"]["before"]
    told = alice("recreate", made["document"], "--run", "--json", "--out", tmp_path / "again")
    assert "music.edit" in json.dumps(told)
    assert any("beats corrected" in one["text"] for one in alice("history", song, "--json")["items"])
