"""Files that do not fit are made anew or refused; a hand-over folder is whole, the same twice, and found again."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from planned_film import write_movie

from alice_core.cli.entry import run
from alice_core.media.digest import digest_of_file
from alice_core.media.footage import footage_of


@pytest.fixture
def told(capsys, tmp_path):
    """Calls a command that prints JSON; says its exit status and what it printed."""

    def call(*words: object) -> tuple[int, dict]:
        capsys.readouterr()
        status = run(["--home", str(tmp_path / "home"), "-q", *(str(word) for word in words), "--json"])
        return status, json.loads(capsys.readouterr().out)

    return call


def misfits(film):
    """A film whose first shots are stills, too slow, uneven, too short, and good."""
    shots = film.plan.shots
    rate = film.plan.rate.value
    enough = max(shot.frames for shot in shots) + 60
    takes = {
        shots[1].id: write_movie(film.folder / "shots" / "other rate.mp4", list(range(enough * 2)), Fraction(30)),
        shots[2].id: write_movie(
            film.folder / "shots" / "uneven.mp4",
            [k * 1000 + 400 * (k % 3 == 0) for k in range(enough)], rate, Fraction(1, 24000),
        ),
        shots[3].id: write_movie(film.folder / "shots" / "short.mp4", list(range(shots[3].frames - 5)), rate),
        shots[4].id: write_movie(film.folder / "shots" / "good.mp4", list(range(shots[4].frames)), rate),
    }  # fmt: skip
    film.cast(takes)
    return takes


def test_what_does_not_fit_is_made_anew_once(film, told):
    made = film()
    misfits(made)
    status, said = told("timeline", "export", made.plan_file, "--song", made.song, "--dry-run")
    assert status == 0
    assert [one["why"] for one in said["conformed"]] == ["another rate", "variable rate", "too short"]
    assert not (made.folder / "conformed").exists()
    assert not (made.folder / "timeline.edl").exists()
    status, said = told("timeline", "export", made.plan_file, "--song", made.song)
    assert status == 0
    assert [one["reused"] for one in said["conformed"]] == [False, False, False]
    for one in said["conformed"]:
        found = footage_of(Path(one["path"]))
        assert (found.rate, found.frames, found.steady) == (24, one["frames"], True)
    assert [one["held"] for one in said["conformed"]] == [0, 0, 5]
    assert any("last frame is held, 5 frames in all" in notice for notice in said["notices"])
    for ending in ("fcpxml", "xml", "otio", "aaf", "edl"):
        status, checked = told("timeline", "check", made.folder / f"timeline.{ending}", "--fps", "24")
        assert (status, checked["faults"]) == (0, [])
    before = {path: path.stat().st_mtime_ns for path in (made.folder / "conformed").iterdir()}
    status, said = told("timeline", "export", made.plan_file, "--song", made.song)
    assert [one["reused"] for one in said["conformed"]] == [True, True, True]
    assert {path: path.stat().st_mtime_ns for path in (made.folder / "conformed").iterdir()} == before


def test_or_refused_with_the_count(film, told):
    made = film()
    misfits(made)
    status, said = told("timeline", "export", made.plan_file, "--song", made.song, "--no-conform")
    assert status == 10
    assert said["error"]["code"] == "ALICE-E03"
    assert "3 files do not fit a timeline of 24 frames a second" in said["error"]["message"]
    assert "1 another rate, 1 variable rate, 1 too short" in said["error"]["message"]
    assert not (made.folder / "timeline.fcpxml").exists()


def test_a_conformed_file_descends_from_its_take(film, told):
    made = film()
    takes = misfits(made)
    _, said = told("timeline", "export", made.plan_file, "--song", made.song, "--to", "edl")
    source = str(digest_of_file(next(iter(takes.values()))))
    _, shown = told("show", said["conformed"][0]["path"])
    assert source in json.dumps(shown)


def test_a_folder_for_the_editor(film, told, tmp_path):
    made = film(name="Ünï #1 100%")
    takes = misfits(made)
    folder = tmp_path / "for the editor"
    words = ("timeline", "export", made.plan_file, "--song", made.song, "--collect", folder, "--proxy", "--click")
    status, said = told(*words, "--dry-run")
    assert status == 0
    assert not folder.exists()
    assert not (made.folder / "proxies").exists()
    planned = set(said["files"])
    status, said = told(*words)
    assert status == 0
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert there == set(said["files"]) == planned
    assert all(name.isascii() and " " not in name and "#" not in name for name in there)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert {one["path"] for one in manifest["files"]} == there - {"manifest.json"}
    for one in manifest["files"]:
        assert digest_of_file(folder / one["path"]) == one["digest"]
        assert (folder / one["path"]).stat().st_size == one["size"]
    assert len([name for name in there if name.startswith("proxies/")]) == len(takes)
    for ending in ("fcpxml", "xml", "otio", "aaf", "edl"):
        status, checked = told("timeline", "check", folder / f"timeline.{ending}", "--fps", "24")
        assert (status, [one for one in checked["faults"] if one["severity"] == "error"]) == (0, [])
        assert checked["sounds"] >= 2
    assert str(folder) in (folder / "README.txt").read_text()
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    status, said = told(*words)
    assert (status, said["written"]) == (0, 0)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def test_a_folder_is_brought_up_to_date_and_nothing_of_others_is_lost(film, told, tmp_path):
    made = film()
    folder = tmp_path / "hand-over"
    words = ("timeline", "export", made.plan_file, "--song", made.song, "--collect", folder, "--copy")
    assert told(*words)[0] == 0
    notes = folder / "notes of the editor.txt"
    notes.write_text("mine")
    first = made.plan.shots[0].id
    made.cast({first: write_movie(made.folder / "shots" / "new.mp4", list(range(200)), Fraction(24))})
    status, said = told(*words)
    assert status == 0
    assert 0 < said["written"] < len(said["files"])
    assert notes.read_text() == "mine"
    assert not (folder / "media" / f"{first}-take.png").exists()
    (folder / "timeline.otio").write_text("changed by hand")
    made.cast({first: made.folder / "shots" / f"{first}-take.png"})
    status, said = told(*words)
    assert (status, said["error"]["code"]) == (4, "ALICE-C00")
    assert (folder / "timeline.otio").read_text() == "changed by hand"


def test_a_folder_of_something_else_is_left_alone(film, told, tmp_path):
    made = film()
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    status, said = told("timeline", "export", made.plan_file, "--song", made.song, "--collect", tmp_path / "full")
    assert (status, said["error"]["code"]) == (4, "ALICE-C00")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["thesis.txt"]


def test_what_is_interrupted_leaves_nothing(film, told, tmp_path, monkeypatch):
    made = film()
    from alice_core.workflows import handing_folder

    put, count = handing_folder._put, []

    def stop_later(part, folder, *, copy):
        count.append(part)
        if len(count) == 5:
            raise KeyboardInterrupt
        put(part, folder, copy=copy)

    monkeypatch.setattr(handing_folder, "_put", stop_later)
    words = ["timeline", "export", str(made.plan_file), "--song", str(made.song), "--collect", str(tmp_path / "x")]
    assert run(["--home", str(tmp_path / "home"), "-q", *words]) == 130
    assert not (tmp_path / "x").exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


def test_copy_and_proxy_need_a_folder(film, told):
    made = film()
    status, said = told("timeline", "export", made.plan_file, "--song", made.song, "--proxy")
    assert (status, said["error"]["code"]) == (2, "ALICE-U00")


def test_a_take_that_moved_is_found_by_its_content(film, told, tmp_path):
    made = film()
    first = made.folder / "shots" / f"{made.plan.shots[0].id}-take.png"
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    moved = first.rename(elsewhere / "renamed.png")
    status, said = told("timeline", "export", made.plan_file, "--song", made.song)
    assert (status, said["error"]["code"]) == (3, "ALICE-N01")
    assert run(["--home", str(tmp_path / "home"), "-q", "ingest", str(moved)]) == 0
    status, said = told("timeline", "export", made.plan_file, "--song", made.song, "--to", "fcpxml")
    assert status == 0
    assert any("found by its content" in notice for notice in said["notices"])
    assert "renamed.png" in Path(said["files"][0]).read_text()


def test_a_killed_collection_leaves_no_folder_and_the_next_one_is_whole(film, tmp_path):
    made = film(seconds=40)
    folder = tmp_path / "hand-over"
    words = ["timeline", "export", str(made.plan_file), "--song", str(made.song), "--collect", str(folder), "--copy"]
    script = (
        "import os, signal, sys\n"
        "from alice_core.workflows import handing_folder\n"
        "put, done = handing_folder._put, []\n"
        "def deadly(part, place, *, copy):\n"
        "    put(part, place, copy=copy)\n"
        "    done.append(part)\n"
        "    if len(done) == 7:\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
        "handing_folder._put = deadly\n"
        "from alice_core.cli.entry import main\n"
        "main(sys.argv[1:])\n"
    )
    home = ["--home", str(tmp_path / "home"), "-q"]
    killed = subprocess.run([sys.executable, "-c", script, *home, *words], check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    assert not folder.exists()
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".hand-over")]
    assert run([*home, *words]) == 0
    assert (folder / "manifest.json").is_file()
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".hand-over")] == []
