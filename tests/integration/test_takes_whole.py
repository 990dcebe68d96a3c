"""Takes of a plan: priced, made, looked at, chosen, made once more, in the style of their project."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from small_plan import write_plan

from alice_core.media.sound import write_wav


@pytest.fixture
def plan(tmp_path):
    return write_plan(tmp_path / "film")


def test_takes_are_priced_made_chosen_and_taken_back(alice, plan):
    priced = alice.json("generate", plan, "--takes", 2, "--only", "chorus", "--dry-run")
    assert (priced["missing"], len(priced["items"])) == (4, 4)
    assert priced["cost"]["USD"]["high"] == "0"
    assert not (plan.parent / "shots").exists()

    made = alice.json("generate", plan, "--takes", 2, "--only", "chorus")
    assert [(one["shot"], one["take"], one["state"]) for one in made["items"]] == [
        ("shot-0003", 1, "made"), ("shot-0003", 2, "made"), ("shot-0004", 1, "made"), ("shot-0004", 2, "made"),
    ]  # fmt: skip
    assert len({one["digest"] for one in made["items"]}) == 4, "each take has a seed of its own"
    with Image.open(made["contact_sheet"]) as sheet:
        assert sheet.width > 600
    assert 0 < made["consistency"] <= 1
    again = alice.json("generate", plan, "--takes", 2, "--only", "3-4")
    assert {one["state"] for one in again["items"]} == {"found"}

    second = made["items"][1]["digest"]
    alice("take", "choose", plan, 3, second[:20], "--reason", "the light")
    takes = alice.json("take", "list", plan, 3)["items"]
    assert {one["digest"]: one["state"] for one in takes}[second] == "chosen"
    other = next(one for one in takes if one["digest"] != second)
    alice("take", "choose", plan, "shot-0003", other["take"])
    states = {one["digest"]: one["state"] for one in alice.json("take", "list", plan, 3)["items"]}
    assert (states[second], states[other["digest"]]) == ("liked", "chosen")
    assert "the light" in alice("events", "tail", "-n", 50).stdout
    alice("undo")
    states = {one["digest"]: one["state"] for one in alice.json("take", "list", plan, 3)["items"]}
    assert (states[second], states[other["digest"]]) == ("chosen", "proposed")

    dry = alice.json("take", "reject", plan, 4, 1, "--dry-run")
    assert dry["dry_run"]
    assert "rejected" not in {one["state"] for one in alice.json("take", "list", plan)["items"]}


def test_the_next_timeline_shows_what_was_chosen(alice, plan):
    write_wav(alice.folder / "song.wav", np.zeros((88200, 2), np.float32), 44100)
    made = alice.json("generate", plan, "--takes", 2)["items"]
    chosen = {one["shot"]: one for one in made if one["take"] == (1 if one["shot"] == "shot-0002" else 2)}
    for shot, one in chosen.items():
        alice("take", "choose", plan, shot, one["digest"][:24])
    alice("timeline", "export", plan, "--song", "song.wav", "--out", "cut", "--to", "edl")
    text = "".join(path.read_text() for path in (alice.folder / "cut").glob("*.edl"))
    for one in made:
        named = Path(one["path"]).name in text
        assert named == (chosen[one["shot"]] is one), one["path"]


def test_a_further_take_says_what_was_asked(alice, plan):
    alice("generate", plan, "--only", 1)
    more = alice.json("regenerate", plan, 1, "--note", "darker")
    assert [one["take"] for one in more["items"]] == [2]
    assert [one["note"] for one in alice.json("take", "list", plan, 1)["items"]] == ["", "darker"]
    lineage = alice.json("show", more["items"][0]["digest"])
    assert "darker." in str(lineage)
    alice("take", "sheet", plan, "chorus.png", 1)
    assert (alice.folder / "chorus.png").is_file()


def test_the_style_of_the_project_is_followed(alice, plan):
    alice("project", "new", "Neon")
    Image.new("RGB", (64, 64), "teal").save(alice.folder / "mood.png")
    style = alice.folder / "style.toml"
    style.write_text('look = "woodcut"\npalette = ["teal"]\nreferences = ["mood.png"]\nseeds = "film"\n')
    dry = alice.json("project", "style", "Neon", style, "--dry-run")
    assert alice.json("project", "show", "Neon")["style"] is None
    assert alice.json("project", "style", "Neon", style) == dry
    told = alice.json("shots", "prompt", plan, 1, "--project", "Neon", "--note", "at night")
    assert [part["source"] for part in told["parts"]] == ["shot", "note", "style.look", "style.palette"]
    assert "indigo" not in told["prompt"]
    assert (told["seed"], told["references"]) == (7, dry["references"])
    assert "takes no reference pictures" in str(
        alice.json("shots", "prompt", plan, 1, "--project", "Neon", "--provider", "storyboard")["notices"]
    )
    made = alice.json("generate", plan, "--only", 1, "--project", "Neon")["items"][0]
    assert "woodcut. Colours: teal." in str(alice.json("show", made["digest"]))
    alice("undo", 20)
    assert "no style sheet" in alice("project", "style", "Neon").stderr


def test_nothing_is_made_in_a_project_that_was_put_away(alice, plan):
    alice("project", "new", "Neon")
    alice("project", "archive", "Neon")
    assert alice.json("project", "list")["items"] == []
    assert alice.json("project", "list", "--all")["items"][0]["archived"]
    assert "put away" in alice("generate", plan, "--project", "Neon", status=4).stderr
    assert "put away" in alice("project", "archive", "Neon", status=4).stderr
    alice("project", "reopen", "Neon")
    alice("project", "reopen", "Neon", status=4)
    alice("generate", plan, "--project", "Neon", "--only", 1)


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("generate", "PLAN", "--only", "bridge"), 3, "sections: verse, chorus"),
        (("generate", "PLAN", "--only", "9"), 3, "4 shots"),
        (("generate", "PLAN", "--provider", "nobody"), 2, "nobody"),
        (("generate", "nothing.json"), 3, "nothing.json"),
        (("generate", "PLAN", "--budget", "much"), 2, "much"),
        (("take", "choose", "PLAN", "1", "7"), 3, "no take '7'"),
        (("shots", "prompt", "PLAN", "chorus"), 3, "means 2 shots"),
        (("project", "style", "Nobody"), 3, "Nobody"),
    ],
)
def test_what_cannot_be_is_told(alice, plan, words, status, said):
    done = alice(*(plan if word == "PLAN" else word for word in words), status=status)
    assert said in done.stderr
    assert not (plan.parent / "shots").exists()


def test_stopped_it_goes_on(alice, tmp_path):
    plan = write_plan(tmp_path / "long", count=20)
    shots = plan.parent / "shots"
    with alice.start("generate", plan, "--takes", 3, "--json") as process:
        while process.poll() is None and (not shots.is_dir() or len(list(shots.iterdir())) < 3):
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=120)
    assert process.returncode in (0, 130)
    states = [one["state"] for one in alice.json("generate", plan, "--takes", 3)["items"]]
    assert len(states) == 60
    assert "found" in states
    assert len(alice.json("take", "list", plan)["items"]) == 60
