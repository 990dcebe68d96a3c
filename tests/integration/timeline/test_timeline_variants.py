"""Variants of a plan: their own song to the sample, their own takes, and every other command takes them."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from planned_film import write_movie

from alice_core.cli.entry import run
from alice_core.directing import document as plans
from alice_core.media.footage import footage_of
from alice_core.media.sound import open_sound


@pytest.fixture
def told(capsys, tmp_path):
    def call(*words: object) -> tuple[int, dict]:
        capsys.readouterr()
        status = run(["--home", str(tmp_path / "home"), "-q", *(str(word) for word in words), "--json"])
        return status, json.loads(capsys.readouterr().out)

    return call


def samples_of(path):
    with open_sound(path) as reader:
        return np.concatenate(list(reader.blocks()))


def test_a_portrait_cut_down_is_a_film_of_its_own(film, told):
    made = film(seconds=40, bars=(4, 4, 4, 4), size=(128, 72), energies=(0.3, 0.9, 0.5, 0.4, 0.2))
    movie = write_movie(made.folder / "shots" / "clip.mp4", list(range(300)), Fraction(24), size=(128, 72))
    chorus = next(shot for shot in made.plan.shots if shot.section == "chorus")
    made.cast({chorus.id: movie})
    words = ("timeline", "variant", made.plan_file, "--aspect", "9:16", "--length", "9", "--song", made.song)
    status, said = told(*words, "--dry-run")
    assert status == 0
    folder = Path(said["items"][0]["plan"]).parent
    assert folder.name == "variant-9x16-9s"
    assert not folder.exists()
    status, again = told(*words)
    assert status == 0
    (item,) = again["items"]
    assert item["made"]
    assert {**item, "made": 0} == {**said["items"][0], "made": 0}
    assert item["whole_sections"]
    assert 7 < Fraction(item["seconds"]) <= 9 + Fraction(1, 48)
    plan = plans.from_document(Path(item["plan"]).read_bytes())
    assert (plan.width, plan.height) == (72, 128)
    assert plan.shots[0].section == "chorus"
    for shot in plan.shots:
        assert abs(shot.start - shot.beat * plan.rate.value) <= Fraction(1, 2)
        path = folder / shot.take.path
        found = footage_of(path)
        assert Fraction(found.width, found.height) == Fraction(72, 128)
    sound = next(folder.glob("*.wav"))
    cut, whole = samples_of(sound), samples_of(made.song)
    first = int(Fraction(item["from"]) * 48000)
    assert len(cut) == plan.song.samples
    middle = slice(4800, len(cut) - 4800 * 2)
    assert np.array_equal(cut[middle], whole[first : first + len(cut)][middle])
    assert np.abs(cut[-1]).max() == 0
    # every other command takes it, and finds its song in the library
    status, exported = told("timeline", "export", item["plan"])
    assert status == 0
    for file in exported["files"]:
        status, checked = told("timeline", "check", file, "--plan", item["plan"])
        assert (status, [one for one in checked["faults"] if one["severity"] == "error"]) == (0, [])
    status, third = told(*words)
    assert not third["items"][0]["made"]


def test_several_at_once_and_the_anchor(film, told):
    made = film(size=(128, 72))
    halves = np.zeros((72, 128, 3), np.uint8)
    halves[:, :80] = 255
    first = made.folder / "shots" / f"{made.plan.shots[0].id}-take.png"
    Image.fromarray(halves).save(first)
    made.cast({made.plan.shots[0].id: first})
    words = ("timeline", "variant", made.plan_file, "--song", made.song, "--aspect", "1:1", "--aspect", "9:16")
    status, said = told(*words, "--anchor", "left")
    assert status == 0
    assert [tuple(item["size"].values()) for item in said["items"]] == [(72, 72), (72, 128)]
    for item in said["items"]:
        folder = Path(item["plan"]).parent
        plan = plans.from_document(Path(item["plan"]).read_bytes())
        assert plan.song.digest == made.plan.song.digest
        assert [shot.start for shot in plan.shots] == [shot.start for shot in made.plan.shots]
        with Image.open(folder / plan.shots[0].take.path) as picture:
            assert np.asarray(picture).min() == 255
    status, said = told(*words, "-o", made.folder / "x")
    assert (status, said["error"]["code"]) == (2, "ALICE-U00")


def test_a_large_still_keeps_its_pixels(film, told):
    made = film(size=(128, 72))
    first = made.folder / "shots" / f"{made.plan.shots[0].id}-take.png"
    Image.new("RGB", (960, 540), (10, 200, 30)).save(first)
    made.cast({made.plan.shots[0].id: first})
    _, said = told("timeline", "variant", made.plan_file, "--song", made.song, "--aspect", "1:1")
    plan = plans.from_document(Path(said["items"][0]["plan"]).read_bytes())
    found = footage_of(Path(said["items"][0]["plan"]).parent / plan.shots[0].take.path)
    assert (found.width, found.height) == (540, 540)


@pytest.mark.parametrize(
    "words",
    [(), ("--aspect", "9/16"), ("--aspect", "90:1"), ("--aspect", "0:1"), ("--length", "1e9"), ("--length", "0"),
              ("--length", "ten")],
)  # fmt: skip
def test_wishes_that_make_no_sense(film, told, words):
    made = film(seconds=8, size=(128, 72))
    status, said = told("timeline", "variant", made.plan_file, "--song", made.song, *words)
    assert (status, said["error"]["code"]) == (2, "ALICE-U00")
    assert said["error"]["hint"]
