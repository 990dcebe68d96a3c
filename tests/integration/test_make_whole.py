"""The main job from a song to timelines and a film, as a user does it."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from alice_core.directing import document as plans
from alice_core.media.digest import digest_of_file
from alice_core.timeline.reading import read_cuts

OPERATIONS = {
    "music.analyse",
    "music.draw",
    "directing.plan",
    "provider.storyboard.image",
    "directing.cast",
    "timeline.export.otio",
    "timeline.export.fcpxml",
    "timeline.export.edl",
    "timeline.export.xml",
    "timeline.export.aaf",
    "timeline.export.markers.edl",
    "timeline.preview",
}


def test_the_result_names_files_that_are_there(made_once):
    _, result = made_once
    for path in (
        result["analysis"],
        result["picture"],
        result["plan"],
        result["preview"],
        *result["timelines"].values(),
    ):
        assert Path(path).is_absolute()
        assert Path(path).stat().st_size > 100
    assert set(result["ran"]) == OPERATIONS
    assert result["reused"] == []
    assert result["cost"]["spent"] == "0"
    assert {"otio", "fcpxml", "edl"} <= set(result["timelines"])


def test_every_cut_is_on_the_frame_of_its_beat(made_once):
    _, result = made_once
    document = json.loads(Path(result["plan"]).read_text())
    assert document["schema"] == "alice.plan/1"
    plan = plans.from_document(Path(result["plan"]).read_bytes())
    analysis = json.loads(Path(result["analysis"]).read_text())
    beats = {Fraction(beat["sample"], analysis["song"]["sample_rate"]) for beat in analysis["beats"]}
    assert len(plan.shots) >= 4
    at = 0
    for shot in plan.shots:
        assert shot.start == at
        assert abs(shot.start - shot.beat * plan.rate.value) <= Fraction(1, 2)
        assert shot.start == 0 or shot.beat in beats
        assert 10 <= shot.frames <= 8 * 24
        at = shot.end
    assert at == 12 * 24
    steps = np.diff(sorted(float(beat) for beat in beats))
    assert abs(np.median(steps) - 0.5) < 0.005


def test_takes_lie_beside_the_plan_and_are_what_it_says(made_once):
    _, result = made_once
    folder = Path(result["plan"]).parent
    for shot, made in zip(json.loads(Path(result["plan"]).read_text())["shots"], result["shots"], strict=True):
        path = folder / shot["take"]["path"]
        assert digest_of_file(path) == shot["take"]["digest"] == made["take"]["digest"]
        assert path == Path(made["take"]["path"])
        assert shot["prompt"]


def test_all_timelines_hold_the_same_cut(made_once):
    _, result = made_once
    plan = plans.from_document(Path(result["plan"]).read_bytes())
    wanted = [(shot.start, shot.end) for shot in plan.shots]
    for name in ("otio", "fcpxml", "edl"):
        cuts = read_cuts(Path(result["timelines"][name]).read_bytes(), name, plan.rate)
        assert [(clip.start, clip.end) for clip in cuts.clips] == wanted, name
        assert list(cuts.faults()) == []


def test_the_film_is_as_long_as_the_plan_and_its_sound_is_in_time(made_once):
    _, result = made_once
    with av.open(result["preview"]) as film:
        picture, sound = film.streams.video[0], film.streams.audio[0]
        assert (picture.codec_context.name, sound.codec_context.name) == ("h264", "aac")
        assert picture.average_rate == 24
        frames = 0
        for frame in film.decode(video=0):
            assert frame.time == pytest.approx(frames / 24, abs=1e-6)
            frames += 1
    assert frames == 288
    with av.open(result["preview"]) as film:
        level = [(frame.time, np.abs(frame.to_ndarray()).mean(axis=0)) for frame in film.decode(audio=0)]
    start = level[0][0]
    sound = np.concatenate([one for _, one in level])
    # The first kick of the second half begins at exactly 6 s.
    window = sound[int((5.9 - start) * 48000) : int((6.1 - start) * 48000)]
    onset = 5.9 + np.argmax(window > 0.25 * window.max()) / 48000
    assert onset == pytest.approx(6.0, abs=1 / 48)


def test_made_again_it_does_nothing(made_once, tree):
    command, first = made_once
    before = tree(command.folder)
    again = command.json("make", *_same(first))
    assert again["ran"] == []
    assert set(again["reused"]) == OPERATIONS
    assert again["plan"] == first["plan"]
    after = tree(command.folder)
    changed = {name for name in after if before.get(name) != after[name] and "alice.db" not in name}
    assert changed <= {name for name in after if name.startswith("home/locks")}
    assert "Nothing to do" in command("make", *_same(first)).stdout
    tail = command.json("events", "tail", "-n", "1000")["items"]
    assert len({event["correlationid"] for event in tail if event["type"] == "alice.store.derived"}) == 1


def _same(first):
    song = json.loads(Path(first["timelines"]["otio"]).read_text())
    path = next(_paths(song))
    return (path, "--size", "320x180", "--brief", "rain over a neon city", "--project", "Neon")


def _paths(node):
    if isinstance(node, dict):
        if str(node.get("target_url", "")).endswith(".wav"):
            yield node["target_url"]
        for value in node.values():
            yield from _paths(value)
    elif isinstance(node, list):
        for value in node:
            yield from _paths(value)


def test_lineage_leads_from_the_film_to_the_song_and_back(made_once):
    command, result = made_once
    song = next(_paths(json.loads(Path(result["timelines"]["otio"]).read_text())))
    back = command.json("lineage", result["preview"])
    names = {node["digest"] for node in back["nodes"]}
    assert digest_of_file(Path(song)) in names
    forward = command.json("lineage", song)
    assert digest_of_file(Path(result["preview"])) in {node["digest"] for node in forward["nodes"]}
    text = command("lineage", result["preview"]).stdout
    assert "<- timeline.preview" in text
    assert "song.wav" in text
    shown = command.json("show", result["preview"])
    assert shown["made_by"][0]["operation"] == "timeline.preview"
    take = command.json("show", result["shots"][0]["take"]["path"])
    assert take["generation"]["prompt"] == result["shots"][0]["prompt"]
    assert command.json("find", "kind:image", "project:Neon", "neon")["items"]


def test_another_cut_reuses_what_it_can(song, alice):
    first = alice.json("make", song, *alice.small, "--cut", "bar")
    second = alice.json("make", song, *alice.small, "--cut", "2bar")
    assert {"music.analyse", "music.draw"} <= set(second["reused"])
    assert "directing.plan" in second["ran"]
    back = alice.json("make", song, *alice.small, "--cut", "bar")
    assert back["ran"] == []
    plan_of = [Path(one["plan"]) for one in (first, back)]
    assert plan_of[0] == plan_of[1]
    assert [shot["start"] for shot in back["shots"]] == [shot["start"] for shot in first["shots"]]


def test_the_same_song_and_seed_give_the_same_plan_everywhere(song, alice, tmp_path):
    first = alice.json("make", song, *alice.small, "--out", tmp_path / "one")
    renamed = tmp_path / "other name.wav"
    shutil.copy(song, renamed)
    other = type(alice)(tmp_path / "other home", tmp_path)
    second = other.json("make", renamed, *alice.small, "--out", tmp_path / "two", "--project", "song")
    seeded = other.json("make", renamed, *alice.small, "--out", tmp_path / "three", "--seed", "2", "--project", "song")
    bytes_of = [json.loads(Path(one["plan"]).read_text()) for one in (first, second, seeded)]
    for one in bytes_of:
        for shot in one["shots"]:
            shot["take"] = None
    assert bytes_of[0] == bytes_of[1]
    assert bytes_of[0]["shots"][0]["seed"] != bytes_of[2]["shots"][0]["seed"]


def test_moving_the_results_loses_nothing(song, alice, tmp_path):
    result = alice.json("make", song, *alice.small, "--out", tmp_path / "out")
    (tmp_path / "out").rename(tmp_path / "elsewhere")
    report = alice.json("ingest", tmp_path / "elsewhere")
    assert report["new"] == []
    # The folder is known again, with everything in it, by its inode: one row changes and nothing is read.
    assert report["unchanged"] == len(list((tmp_path / "elsewhere").rglob("*.*")))
    shown = alice.json("show", tmp_path / "elsewhere" / "preview.mp4")
    assert shown["locations"] == [str(tmp_path / "elsewhere" / "preview.mp4")]
    assert shown["missing"] == []
    again = alice.json("make", song, *alice.small, "--out", tmp_path / "elsewhere")
    # The timelines name their media by absolute paths, so they are written anew.
    assert {name for name in again["ran"] if not name.startswith("timeline.export")} == set()
    assert again["shots"][0]["take"]["digest"] == result["shots"][0]["take"]["digest"]


def test_clips_with_the_camera_move_applied(song, alice):
    result = alice.json("make", song, *alice.small, "--motion", "--cut", "4bar")
    for shot in result["shots"]:
        path = shot["take"]["path"]
        assert path.endswith(".mp4")
        with av.open(path) as clip:
            assert sum(1 for _ in clip.decode(video=0)) == shot["end"] - shot["start"]
    with av.open(result["preview"]) as film:
        assert sum(1 for _ in film.decode(video=0)) == 288


def test_a_dry_run_says_everything_and_writes_nothing(song, alice, tmp_path, tree):
    before = tree(tmp_path)
    seen = alice.json("make", song, *alice.small, "--dry-run")
    assert tree(tmp_path) == before
    assert not (tmp_path / "home").exists()
    assert set(seen["ran"]) == OPERATIONS
    assert seen["dry_run"] is True
    made = alice.json("make", song, *alice.small)
    assert [shot["start"] for shot in made["shots"]] == [shot["start"] for shot in seen["shots"]]
    assert [shot["take"]["path"] for shot in made["shots"]] == [shot["take"]["path"] for shot in seen["shots"]]
    before = {name: digest for name, digest in tree(tmp_path).items() if "-wal" not in name and "-shm" not in name}
    assert alice.json("make", song, *alice.small, "--dry-run")["ran"] == []
    other = alice.json("make", song, *alice.small, "--dry-run", "--cut", "2bar")
    assert "timeline.preview" in other["ran"]
    assert "dry run" in alice("make", song, *alice.small, "--dry-run", "--cut", "2bar").stdout
    after = {name: digest for name, digest in tree(tmp_path).items() if "-wal" not in name and "-shm" not in name}
    assert after == before


def test_an_analysis_alone(song, alice):
    first = alice.json("analyze", song)
    assert first["schema"] == "alice.analysis/2"
    assert first["song"]["path"] == str(song)
    assert abs(first["tempo"]["bpm"] - 120) < 1
    assert "bpm" in alice("analyze", song).stdout
    made = alice.json("make", song, *alice.small)
    assert "music.analyse" in made["reused"]
