"""Everything that was made for a cut is made again from its recipe alone, byte for byte."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from planned_film import write_movie

from alice_core.cli.entry import run


@pytest.fixture
def told(capsys, tmp_path):
    def call(*words: object) -> tuple[int, dict]:
        capsys.readouterr()
        status = run(["--home", str(tmp_path / "home"), "-q", *(str(word) for word in words), "--json"])
        return status, json.loads(capsys.readouterr().out)

    return call


def test_all_of_it(film, told):
    made = film(seconds=30, bars=(4, 4, 4), size=(128, 72))
    first = made.plan.shots[0]
    clip = write_movie(made.folder / "shots" / "clip.mp4", list(range(900)), Fraction(30), size=(128, 72))
    made.cast({first.id: clip})
    status, varied = told(
        "timeline", "variant", made.plan_file, "--song", made.song, "--aspect", "9:16", "--length", "9"
    )
    assert status == 0
    variant = Path(varied["items"][0]["plan"])
    words = ("timeline", "export", made.plan_file, "--song", made.song, "--collect", made.folder / "out")
    status, _ = told(*words, "--proxy", "--click")
    assert status == 0
    status, shown = told("preview", variant, "--timecode", "--flash", "--encoder", "software", "--size", "72x128")
    assert status == 0
    files = [
        variant,
        *variant.parent.glob("*.wav"),
        *sorted((variant.parent / "shots").iterdir())[:2],
        *(made.folder / "conformed").iterdir(),
        *(made.folder / "proxies").iterdir(),
        *made.folder.glob("*click*.wav"),
        Path(shown["preview"]),
    ]
    assert len(files) >= 8
    for file in files:
        status, said = told("recreate", file, "--run")
        assert (status, said["run"]["same"]) == (0, True), file
