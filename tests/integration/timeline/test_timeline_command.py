"""``alice timeline`` from a song to a cut that was made by hand and comes back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from alice_core.cli.entry import run
from alice_core.music.demo import compose_demo


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A home, and the folder of a music video made in it."""
    folder = tmp_path_factory.mktemp("film")
    compose_demo(folder / "song.wav", seconds=20)
    home = folder / "home"
    words = [
        "make",
        str(folder / "song.wav"),
        "--size",
        "160x90",
        "--fps",
        "29.97",
        "--out",
        str(folder / "song-alice"),
    ]
    assert run(["--home", str(home), "-q", *words]) == 0
    return home, folder / "song-alice"


def told(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, dict]:
    capsys.readouterr()
    status = run([*(str(word) for word in words), "--json"])
    return status, json.loads(capsys.readouterr().out)


def test_every_format_is_what_the_plan_says(made, capsys) -> None:
    _, folder = made
    for ending in ("fcpxml", "xml", "otio", "aaf", "edl", "markers.edl"):
        status, said = told(
            capsys, "timeline", "check", folder / f"timeline.{ending}", "--plan", folder / "plan.json", "--fps", "29.97"
        )
        assert (status, said["ok"], said["faults"]) == (0, True, [])
        assert (said["rate"], said["drop"], said["format"]) == ("30000/1001", True, ending)


def test_an_export_for_another_machine(made, capsys) -> None:
    home, folder = made
    words = ("--home", home, "timeline", "export", folder / "plan.json", "--to", "fcpxml,xmeml", "-o", folder / "out")
    status, said = told(capsys, *words, "--media-root", f"{folder.parent}=D:\\films", "--dry-run")
    assert status == 0
    assert not (folder / "out").exists()
    status, said = told(capsys, *words, "--media-root", f"{folder.parent}=D:\\films", "--fcpxml", "1.13")
    assert [Path(file).name for file in said["files"]] == ["timeline.fcpxml", "timeline.xml"]
    text = Path(said["files"][0]).read_text()
    assert '<fcpxml version="1.13">' in text
    assert 'src="file:///D:/films/song-alice/shots/' in text
    status, said = told(capsys, "timeline", "check", said["files"][0])
    assert status == 6
    assert {fault["code"] for fault in said["faults"]} == {"media-missing"}


def test_two_formats_are_the_same_cut_and_a_changed_one_is_not(made, capsys) -> None:
    _, folder = made
    first, second = folder / "timeline.aaf", folder / "timeline.edl"
    status, said = told(capsys, "timeline", "diff", second, first)
    assert (status, said["same"]) == (0, True)
    changed = folder / "changed.otio"
    document = json.loads((folder / "timeline.otio").read_text())
    del document["tracks"]["children"][0]["children"][-1]
    changed.write_text(json.dumps(document))
    status, said = told(capsys, "timeline", "diff", first, changed)
    assert (status, said["counts"]["deleted"]) == (6, 1)


def test_a_foreign_cut_becomes_a_plan_and_is_snapped(made, capsys) -> None:
    home, folder = made
    plan = folder / "again.json"
    status, said = told(capsys, "timeline", "import", folder / "timeline.xml", "-o", plan)
    assert status == 0
    assert said["shots"] == said["takes"] > 0
    assert told(capsys, "timeline", "check", folder / "timeline.fcpxml", "--plan", plan)[0] == 0
    words = ("--home", home, "timeline", "snap", folder / "timeline.fcpxml", "--beats", folder / "analysis.json")
    status, said = told(capsys, *words, "--to", "otio", "-o", folder / "snapped")
    assert status == 0
    assert sum(said["counts"].values()) == len(said["cuts"]) > 0
    assert told(capsys, "timeline", "check", said["files"][0])[0] == 0
    status, said = told(capsys, *words, "--every", "100", "--within", "0")
    assert (status, said["error"]["code"]) == (10, "ALICE-E03")


def test_people_are_told_in_sentences(made, capsys) -> None:
    _, folder = made
    assert run(["timeline", "check", str(folder / "timeline.otio")]) == 0
    assert "nothing is wrong" in capsys.readouterr().out
    assert run(["timeline", "diff", str(folder / "timeline.otio"), str(folder / "timeline.xml")]) == 0
    assert "kept" in capsys.readouterr().out
    assert run(["timeline", "check", str(folder / "timeline.edl")]) == 2
    assert "names no frame rate" in capsys.readouterr().err
