"""The scripts run in the oldest Pythons that Resolve may have."""

from __future__ import annotations

import shutil

import pytest
from old_python_desk import VERSIONS, interpreter, run_old
from resolve_desk import cut_of, digest_of, make_desk, push_answer

from alice_core.resolve.fake import FREE, hands


@pytest.fixture(params=VERSIONS)
def python(request):
    """An old interpreter."""
    found = interpreter(request.param)
    if found is None:
        pytest.skip(f"there is no Python {request.param} here")
    return found


def test_push_edit_pull_take_and_relink_run_there(tmp_path, python):
    desk = make_desk(tmp_path, "25", product=FREE)
    desk.answers["cut"] = push_answer(cut_of(tmp_path / "films", ("night-a.png", "sea-c.mp4", "rain-b.png")), tmp_path)

    def choose(name):
        desk.write_answers()
        return run_old(python, desk.resolve, desk.scripts / f"{name}.py")

    out = choose("Push latest cut")
    assert "Song v1 is in Resolve: every cut is on its frame." in out
    assert desk.told("record")["report"]["whole"]
    item = desk.project.current.tracks["video"][0].items[1]
    assert (item.name, item.colour, item.clip.third_party["seed"]) == ("shot-0002", "Teal", "7")

    hands.trim(item, tail=3)
    trimmed = {"kind": "trimmed", "sentence": "shot-0002 is shorter"}
    desk.answers["pull"] = {"decisions": [trimmed], "counts": {"trimmed": 1}, "new": 1}
    assert "1 change read and recorded." in choose("Pull edit")
    assert desk.told("pull")["items"][1]["out"] == 45

    take = {"digest": digest_of(desk.files["sky-d.mp4"]), "path": str(desk.files["sky-d.mp4"]), "name": "sky"}
    desk.answers |= {"takes": {"shot": "shot-0002", "chosen": None, "takes": [take]}, "chose": {"event": "1"}}
    desk.project.current.playhead = item.place.start
    assert "shot-0002 shows sky now." in choose("Next take")
    assert "1 take; choose Next take" in choose("Choose take")

    moved = tmp_path / "moved-x.mp4"
    shutil.move(desk.files["sky-d.mp4"], moved)
    desk.answers["relink"] = {"items": [{"id": "0", "path": str(moved), "digest": None}]}
    assert "1 of 1 clips have their file again." in choose("Relink by content")

    desk.answers["marks"] = {"resolve_rate": "24", "markers": desk.answers["cut"]["markers"]}
    assert "3 markers are on Song v1." in choose("Mark beats and sections")

    desk.session.render = lambda path: path.write_bytes(b"a film")
    desk.answers |= {"status": {"version": "0.1.0", "renders": str(tmp_path / "out")}, "registered": {"items": []}}
    assert "Rendered and registered." in choose("Render and register")
    assert "Resolve and Alice understand each other." in choose("Status")
    assert desk.session.modal is None
