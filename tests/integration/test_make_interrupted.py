"""Stopped at any moment, by Ctrl-C or kill -9, the same command goes on; two at once both end right."""

from __future__ import annotations

import json
import random
import signal
import time
from pathlib import Path

import pytest

from alice_core.media.digest import digest_of_file


def wait_for(condition, process, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        if condition():
            return True
        time.sleep(0.02)
    return False


def whole(alice, result, tree):
    assert alice.json("db", "check")["findings"] == []
    folder = Path(result["plan"]).parent
    assert [path for path in folder.rglob("*") if ".part" in path.name] == []
    for shot in result["shots"]:
        shown = alice.json("show", shot["take"]["path"])
        assert shown["digest"] == shot["take"]["digest"]
    assert tree(folder)


def test_kill_9_at_ten_random_moments(alice, song, tree, tmp_path):
    """Every round asks for other pictures, so that there is work to be killed in each of them."""
    choose = random.Random(20261124)
    (tmp_path / "calm").mkdir()
    undisturbed = type(alice)(tmp_path / "calm home", tmp_path / "calm")
    begun = time.monotonic()
    calm = undisturbed.json("make", song, *alice.small, "--seed", "1")
    length = time.monotonic() - begun
    killed: list[int] = []
    for seed in range(1, 40):
        process = alice.start("make", song, *alice.small, "--seed", seed)
        time.sleep(choose.uniform(0.15, 0.8) * length)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if process.returncode == -signal.SIGKILL:
            killed.append(seed)
        assert alice.json("db", "check")["findings"] == []
        if len(killed) == 10:
            break
    assert len(killed) == 10
    for seed in (killed[-1], 1):
        result = alice.json("make", song, *alice.small, "--seed", seed)
        whole(alice, result, tree)
    assert [shot["take"]["digest"] for shot in result["shots"]] == [shot["take"]["digest"] for shot in calm["shots"]]
    for name in ("preview", "plan", "picture", "analysis"):
        assert digest_of_file(Path(result[name])) == digest_of_file(Path(calm[name])), name
    assert alice.json("make", song, *alice.small, "--seed", "1")["ran"] == []


def test_ctrl_c_leaves_a_state_from_which_it_goes_on(alice, song, tree, tmp_path):
    process = alice.start("make", song, *alice.small, "--cut", "beat")
    shots = tmp_path / "song-alice" / "shots"
    assert wait_for(lambda: len(list(shots.glob("shot-*"))) >= 3, process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "goes on from here" in err
    assert "Traceback" not in err
    assert [path for path in shots.parent.rglob("*") if path.name.startswith(".")] == []
    done = len(list(shots.glob("shot-*")))
    result = alice.json("make", song, *alice.small, "--cut", "beat")
    assert sum(shot["reused"] for shot in result["shots"]) >= min(done, len(result["shots"])) - 2
    whole(alice, result, tree)


def test_what_a_killed_make_left_is_swept(alice, song, tmp_path):
    process = alice.start("make", song, *alice.small, "--cut", "beat")
    folder = tmp_path / "song-alice"

    def begun():
        return [path for path in folder.iterdir() if "preview" in path.name] if folder.is_dir() else []

    caught = wait_for(begun, process)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    if not caught:
        pytest.fail("the film was never being written")
    assert all(path.name.startswith(".") for path in begun())
    alice.json("make", song, *alice.small, "--cut", "beat")
    assert [path.name for path in begun()] == ["preview.mp4"]


def test_two_at_once_on_one_project_both_end_right(alice, song, tree):
    both = [alice.start("make", song, *alice.small, "--json") for _ in range(2)]
    results = []
    for process in both:
        out, err = process.communicate(timeout=200)
        assert process.returncode == 0, err
        results.append(json.loads(out))
    assert results[0]["preview"] == results[1]["preview"]
    assert sorted(bool(one["ran"]) for one in results) == [False, True]
    whole(alice, results[0], tree)


def test_two_at_once_in_two_folders_share_one_store(alice, song, tree, tmp_path):
    both = [alice.start("make", song, *alice.small, "--out", tmp_path / name, "--json") for name in ("a", "b")]
    results = []
    for process in both:
        out, err = process.communicate(timeout=200)
        assert process.returncode == 0, err
        results.append(json.loads(out))
    assert Path(results[0]["preview"]).parent != Path(results[1]["preview"]).parent
    for one in results:
        whole(alice, one, tree)
    takes = [[shot["take"]["digest"] for shot in one["shots"]] for one in results]
    assert takes[0] == takes[1]
