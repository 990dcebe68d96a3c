"""The commands that look: look, duplicates, lineage and recreate, as people and as programs use them."""

from __future__ import annotations

import json
import os
import shlex
import shutil

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

import alice_core
from alice_core.cli.entry import run
from alice_core.library.descent.recreate import recreation_of
from alice_core.media.facts import Kind
from alice_core.store import Ingredient, Job, Recipe, Target, derive


def picture(path, seed=1, **texts):
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
    info = PngInfo()
    for key, value in texts.items():
        info.add_text(key, value)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(coarse).resize((160, 96), Image.Resampling.BICUBIC).save(path, pnginfo=info)
    return path


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def call(home, capsys):
    """Runs a command and says its exit status, output and messages."""

    def make(*words):
        capsys.readouterr()
        status = run(["--home", str(home), *map(str, words)])
        said = capsys.readouterr()
        return status, said.out, said.err

    return make


@pytest.fixture
def twice(call, tmp_path):
    """A folder with a picture, its copy, and one that only looks like it."""
    first = picture(tmp_path / "pics" / "a b.png")
    os.utime(first, (1, 1))
    shutil.copy(first, tmp_path / "pics" / "copy.png")
    with Image.open(first) as whole:
        whole.save(tmp_path / "pics" / "alike.jpg", quality=80)
    assert call("ingest", tmp_path / "pics")[0] == 0
    return tmp_path / "pics"


def test_look_says_what_it_did_and_what_it_would_do(call, twice):
    status, out, _ = call("look", "--dry-run")
    assert (status, out) == (0, "2 files would be looked at (dry run: nothing was written)\n")
    assert json.loads(call("look", "--dry-run", "--json")[1])["waiting"] == 2
    assert call("look")[1] == "2 files were looked at\n"
    assert json.loads(call("look", "--json")[1]) == {"looked": 0, "read_again": 0, "waiting": 0, "dry_run": False}
    assert call("look", "--all")[1].startswith("2 files were looked at")
    assert call("-q", "look")[1] == ""


def test_duplicates_are_listed_with_the_command_that_would_trash_them(call, twice):
    status, out, err = call("duplicates")
    assert status == 0
    assert "the same bytes: 2 files" in out
    assert f"alice trash {shlex.quote(str(twice / 'copy.png'))}" in out
    assert "pictures that look alike: 3 files" in out
    assert "2 groups" in err
    assert (twice / "copy.png").is_file()


def test_duplicates_as_json_with_a_picture(call, twice, tmp_path):
    sheet = tmp_path / "deep" / "sheet.png"
    status, out, _ = call("duplicates", "--kind", "exact", "--json", "--picture", sheet)
    told = json.loads(out)
    assert status == 0
    assert [one["kind"] for one in told["items"]] == ["exact"]
    assert told["items"][0]["keep"] == str(twice / "a b.png")
    assert told["picture"] == str(sheet)
    with Image.open(sheet) as drawn:
        assert drawn.width > 1000
    status, out, err = call("duplicates", "--kind", "alike", "--threshold", "0", "--no-look")
    assert (status, out) == (0, "")
    assert "2 pictures were not compared" in err
    assert call("duplicates", "kind:audio", "--json")[1].startswith('{"items": []')
    assert call("duplicates", "--threshold", "99")[0] == 2


@pytest.fixture
def derived(home, twice):
    """A text that Alice wrote after a picture."""
    with alice_core.open(home) as alice:
        source = recreation_of(alice.store, str(twice / "a b.png")).asset.digest
        recipe = Recipe("test.tell", 1, parameters={"how": "well"}, inputs=(Ingredient("still", source),), take=2)
        job = Job(recipe, (Target("text", twice / "told.txt"),), lambda paths: paths[0].write_text("told"))
        derive(alice.store, job)
    return twice / "told.txt"


def test_lineage_as_tree_json_dot_and_picture(call, derived, tmp_path):
    status, out, _ = call("lineage", derived)
    assert status == 0
    assert "<- test.tell" in out
    told = json.loads(call("lineage", derived, "--json", "--png", tmp_path / "l.png")[1])
    assert len(told["nodes"]) == 2
    assert told["picture"] == str(tmp_path / "l.png")
    with Image.open(tmp_path / "l.png") as drawn:
        assert drawn.width > 300
    assert call("lineage", derived, "--dot")[1].startswith("digraph lineage {")
    assert "test.tell" not in call("lineage", derived, "--depth", "0")[1]
    assert call("lineage", derived, "--png", tmp_path / "l.png")[1] == ""
    assert call("lineage", derived, "--json", "--dot")[0] == 2


def test_recreate_prints_the_recipe(call, derived, twice):
    status, out, _ = call("recreate", derived)
    assert status == 0
    assert "test.tell 1" in out
    assert "how" in out
    assert str(twice) in out
    assert "does not know how" in out
    told = json.loads(call("recreate", derived, "--json")[1])
    assert (told["can_run"], told["run"], told["made_by"]["take"]) == (False, None, 2)
    assert call("recreate", derived, "--run")[0] == 2
    assert call("recreate", derived, "--out", "x")[0] == 2
    assert "nobody knows" in call("recreate", twice / "copy.png")[1]


def test_recreate_of_what_other_programs_made(call, tmp_path):
    workflow = json.dumps({"nodes": []})
    graph = {"1": {"class_type": "SaveImage", "inputs": {"filename_prefix": "x", "images": ["2", 0]}},
             "2": {"class_type": "LoadImage", "inputs": {"image": "y.png"}}}  # fmt: skip
    comfy = picture(tmp_path / "x_00001_.png", 1, prompt=json.dumps(graph), workflow=workflow)
    web = picture(tmp_path / "web.png", 2, parameters="a fox\nSteps: 20, Sampler: Euler, Seed: 4, Size: 8x8, Model: m")
    call("ingest", comfy, web)
    status, out, err = call("recreate", comfy, "--workflow", tmp_path / "graph.json")
    assert status == 0
    assert "drag the file into ComfyUI" in out
    assert "graph.json" in err
    assert (tmp_path / "graph.json").read_text() == workflow
    assert call("recreate", comfy, "--workflow", tmp_path / "graph.json")[0] == 0
    (tmp_path / "graph.json").write_text("mine")
    assert call("recreate", comfy, "--workflow", tmp_path / "graph.json")[0] == 4
    assert call("recreate", web, "--workflow", tmp_path / "other.json")[0] == 3
    out = call("recreate", web)[1]
    assert "a fox" in out
    assert "give these to A1111" in out


def test_recreate_runs_what_alice_can_make(call, home, tmp_path):
    from alice_core.workflows.remaking import MAKERS

    parameters = {"version": "1", "prompt": "rain", "width": 64, "height": 64, "seed": 3, "options": {"energy": "0.5"}}
    recipe = Recipe("provider.storyboard.image", 1, parameters=parameters)
    out = tmp_path / "take.png"
    with alice_core.open(home) as alice:
        from alice_core.providers.registry import get_provider
        from alice_core.providers.task import ImageTask

        task = ImageTask("rain", 64, 64, 3, {"storyboard": {"energy": 0.5}})
        drawn = get_provider("storyboard").submit(task, "key", {}).answer.outputs[0].data
        make = lambda paths: paths[0].write_bytes(drawn)  # noqa: E731 - a job's work
        derive(alice.store, Job(recipe, (Target("take", out),), make))
        assert recreation_of(alice.store, str(out)).asset.kind is Kind.IMAGE
    assert "provider." in MAKERS
    assert "run it again: alice recreate" in call("recreate", out)[1]
    assert call("recreate", out, "--run")[1].endswith("made again: the same bytes\n")
    told = json.loads(call("recreate", out, "--run", "--json")[1])
    assert (told["run"]["same"], told["run"]["same_recipe"], told["can_run"]) == (True, True, True)
    out.rename(tmp_path / "gone")
    (tmp_path / "gone").write_text("lost")
    assert "--out FILE" in call("recreate", told["digest"])[1]
    said = call("recreate", told["digest"], "--run", "--out", tmp_path / "back.png")[1]
    assert said.endswith(f"made again: the same bytes; kept as {tmp_path / 'back.png'}\n")
