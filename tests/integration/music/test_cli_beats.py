"""The command ``alice beats`` on a song whose analysis is known already."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from grids import analysed

from alice_core.cli import beats_carry
from alice_core.cli.entry import run
from alice_core.face import open_alice
from alice_core.media.sound import open_sound, write_wav
from alice_core.music import document
from alice_core.progress import SILENT
from alice_core.store import derive, ingest
from alice_core.store.files import read_file
from alice_core.workflows import steps

RATE = 8000
GAP = 4000


@pytest.fixture
def song(tmp_path):
    """A song of 12 s with a beat each half second, in 4/4 from the first beat at 0.5 s on, heard before."""
    path = tmp_path / "song.wav"
    write_wav(path, 0.1 * np.sin(np.arange(12 * RATE) / 5), RATE)
    at = [GAP + GAP * index for index in range(22)]
    analysis = analysed(at, rate=RATE, length=12 * RATE, onsets=(("kick", at), ("hats", [one + 2000 for one in at])))
    with open_alice() as alice:
        found = read_file(path)
        ingest(alice.store, found, role="song")
        job = steps.analysis_job(path, found.digest, None, SILENT)

        def make(paths):
            paths[0].write_bytes(document.to_document(analysis))
            paths[1].write_bytes(b"outline")

        derive(alice.store, type(job)(job.recipe, job.targets, make))
    return path


@pytest.fixture
def beats(capsys, monkeypatch, song):
    def call(*words, status=0, answer=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(answer))
        command = [words[0], str(song), *map(str, words[1:])]
        assert run(["beats", *command]) == status
        seen = capsys.readouterr()
        return json.loads(seen.out) if "--json" in words else seen.out + seen.err

    return call


def times(content):
    return [beat["time"] for beat in content["beats"]]


def test_corrections_one_after_the_other(beats, capsys):
    assert times(beats("shift", "12ms", "--json"))[:2] == [0.512, 1.012]
    assert times(beats("shift", "-12", "--json"))[:2] == [0.5, 1.0]
    assert times(beats("shift", "1f", "--fps", "25", "--from", "1", "--to", "1.9", "--json"))[:4] == [
        0.5,
        1.04,
        1.54,
        2.0,
    ]
    assert "all at 1/2 times the tempo" in beats("half")
    assert beats("double", "--json")["tempo"]["bpm"] == 120.0
    assert beats("times", "3/2", "--dry-run", "--json")["dry_run"] is True
    done = beats("undo", "--all", "--json")
    assert (done["corrections"], len(done["beats"])) == ([], 22)
    assert run(["undo"]) == 0
    assert "beats corrected: taken back: all corrections" in capsys.readouterr().out
    assert len(beats("show", "--json")["corrections"]) == 5
    assert "taken back" not in beats("undo")


def test_bars(beats):
    bars = beats("bar1", "1.1", "--json")["beats"]
    assert [(one["bar"], one["position"]) for one in bars[:3]] == [(0, 4), (1, 1), (1, 2)]
    bars = beats("meter", "3", "--from", "0:01", "--json")["beats"]
    assert [one["position"] for one in bars[1:8]] == [1, 2, 3, 1, 2, 3, 1]
    assert beats("meter", "4", "--json")["corrections"][-1] == "4 beats a bar from 1.000 s"


def test_single_beats(beats):
    assert times(beats("insert", "0.75", "--downbeat", "--json"))[:3] == [0.5, 0.75, 1.0]
    assert times(beats("delete", "0.76", "--json"))[:3] == [0.5, 1.0, 1.5]
    assert beats("lock", "1.1", "--json")["corrections"][-1] == "beat at 1.000 s locked"
    assert times(beats("shift", "100ms", "--json"))[:3] == [0.6, 1.0, 1.6]
    assert "12 beats from 2.100 s to 7.600 s locked" in beats("lock", "--from", "2", "--to", "8")
    assert "unlocked" in beats("unlock")
    assert "no beat to lock" in beats("lock", "--from", "11.9", status=2)


def test_what_makes_no_sense(beats):
    assert "no amount of time" in beats("shift", "soon", status=2)
    assert "cannot be multiplied by '5'" in beats("times", "5", status=2)
    assert "no time" in beats("bar1", "soon", status=2)
    assert "holds nothing" in beats("half", "--from", "5", "--to", "4", status=2)
    assert "has no corrections" in beats("undo", status=4)
    assert beats("tap", "1", "2", "--json", status=2)["error"]["code"] == "ALICE-U00"


def test_tapping(beats, tmp_path, monkeypatch):
    told = beats("tap", *[f"{0.53 + 0.5 * index:.3f}" for index in range(8)])
    assert "came +30.0 ms after" in told
    assert times(beats("show", "--json"))[:3] == [0.5, 1.0, 1.5]
    told = beats("tap", "--offset", "20", "--extend", "--json", answer="1.1 1.6 2.1 2.6 3.1")
    assert times(told)[:3] == [0.58, 1.08, 1.58]
    (tmp_path / "taps.txt").write_text("1.0\n1.5\n2.0\n2.5\n")
    assert "4 taps from 1.000 s to 2.500 s" in beats("tap", "--times", tmp_path / "taps.txt")
    keys, clock = iter(["\r", " ", " ", " ", " ", "q"]), iter([5.0, 6.0, 6.5, 7.0, 7.5])
    found = beats_carry._by_hand(0, lambda: next(keys), lambda: next(clock))
    assert [float(one) for one in found] == [1.0, 1.5, 2.0, 2.5]


def test_there_and_back(beats, tmp_path):
    for name in (
        "a.json",
        "a.csv",
        "a.txt",
        "a.mid",
        "a.jams",
        "a.svl",
        "a.rpp",
        "a.edl",
        "a.xml",
        "a.nml",
        "a.beatgrid",
    ):
        assert "beats written" in beats("export", tmp_path / name)
        back = beats("import", tmp_path / name, "--json")
        found = times(back)
        assert max(min(abs(one - 0.5 * (index + 1)) for one in found) for index in range(22)) < 0.003, name
        assert len(found) <= 24  # programs for DJs go on to the ends of the song
    assert "rpp" in beats("import", "--list-formats")
    assert beats("export", tmp_path / "b.csv", "--format", "reaper-csv", "--json")["format"].startswith("REAPER list")


def test_sections_and_lyrics(beats, tmp_path):
    (tmp_path / "words.lrc").write_text("[00:01.02]rain\n[00:02.00]sun\n")
    assert "2 lines of lyrics from LRC lyrics" in beats("import", tmp_path / "words.lrc")
    assert "1.2   1.000    01:00:01:00  rain" in beats("show", "--from", "0", "--to", "3")
    beats("export", tmp_path / "labels.txt")
    assert "\u266a rain" in (tmp_path / "labels.txt").read_text()
    (tmp_path / "labels.txt").write_text("0\t4\tintro\n4\t12\tchorus\n0.5\t0.5\t1\n1\t1\t2\n1.5\t1.5\t3\n2\t2\t4\n")
    assert "It names 2 sections too" in beats("import", tmp_path / "labels.txt")
    assert "2 sections from Audacity labels" in beats("import", tmp_path / "labels.txt", "--take", "sections")
    (tmp_path / "more.lrc").write_text("[00:03.00]wind\n")
    beats("export", tmp_path / "c.csv", "--lyrics", tmp_path / "more.lrc")
    assert "wind" in (tmp_path / "c.csv").read_text()
    assert "holds no beats" in beats("import", tmp_path / "more.lrc", "--take", "beats", status=2)


def test_clicks(beats, tmp_path):
    assert "22 clicks" in beats("click", tmp_path / "c.wav")
    assert beats("click", tmp_path / "c.flac", "--json")["beats"] == 22
    with open_sound(tmp_path / "c.wav") as reader:
        assert (reader.sample_rate, reader.channels) == (RATE, 1)
