"""The other menu scripts: relink, takes, marks, pull, render, status."""

from __future__ import annotations

import json
import shutil

import pytest
from resolve_desk import digest_of, make_desk, pushed_desk

from alice_core.resolve.fake import FREE, hands
from alice_core.timeline import read_edit


def items(desk):
    return desk.project.current.tracks["video"][0].items


def place(item):
    return item.place.start, item.place.end


# Relink


def test_relink_finds_moved_and_renamed_files(tmp_path, capsys):
    desk = pushed_desk(tmp_path)
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    places = {}
    for name in ("night-a.png", "sea-c.mp4"):
        places[digest_of(desk.files[name])] = str(moved / name)
        shutil.move(desk.files[name], moved / name)
    for name in ("rain-b.png", "sky-d.mp4"):
        new = moved / f"renamed-{name}"
        places[digest_of(desk.files[name])] = str(new)
        shutil.move(desk.files[name], new)
    clips = [item.clip for item in items(desk)]
    digests = [clip.third_party["alice_digest"] for clip in clips]
    desk.answers["relink"] = {
        "items": [{"id": str(number), "path": places[one], "digest": one} for number, one in enumerate(digests)]
    }
    before = [dict(clip.third_party) for clip in clips]
    desk.choose("Relink by content")
    asked = desk.told("relink")["items"]
    assert sorted(one["digest"] for one in asked) == sorted(places)
    assert "4 of 4 clips have their file again." in capsys.readouterr().out
    assert [str(clip.path) for clip in clips] == [places[noted["alice_digest"]] for noted in before]
    assert [clip.third_party for clip in clips] == before
    assert [item.clip for item in items(desk)] == clips
    assert desk.told("record")["report"]["relinked"] == 4


def test_relink_says_what_it_did_not_find(tmp_path, capsys):
    desk = pushed_desk(tmp_path)
    desk.files["sea-c.mp4"].unlink()
    desk.answers["relink"] = {"items": [{"id": "0", "path": None, "digest": None, "why": "no file has these bytes"}]}
    desk.choose("Relink by content")
    out = capsys.readouterr().out
    assert "sea-c.mp4: no file has these bytes." in out
    assert "0 of 1 clips have their file again." in out


def test_relink_does_not_believe_a_path_that_resolve_did_not_take(tmp_path, capsys):
    desk = pushed_desk(tmp_path)
    desk.files["sea-c.mp4"].unlink()
    desk.answers["relink"] = {"items": [{"id": "0", "path": str(tmp_path / "not-there.mp4"), "digest": None}]}
    desk.choose("Relink by content")
    assert "Resolve did not take the file" in capsys.readouterr().out


def test_relink_with_nothing_lost_asks_nobody(tmp_path, capsys):
    desk = pushed_desk(tmp_path)
    desk.choose("Relink by content")
    assert "Every clip of the project has its file." in capsys.readouterr().out
    assert "relink" not in [one["arguments"][1] for one in desk.calls]


# Takes


def desk_with_takes(folder, shot=1, names=("sea-c.mp4", "sky-d.mp4")):
    desk = pushed_desk(folder, ("night-a.png", "sea-c.mp4", "rain-b.png"))
    item = items(desk)[shot]
    desk.project.current.playhead = item.place.start + 3
    desk.answers["takes"] = {"shot": item.name, "chosen": digest_of(desk.files[names[0]]), "takes": [
        {"digest": digest_of(desk.files[name]), "path": str(desk.files[name]), "name": name, "rating": None,
         "chosen": name == names[0]} for name in names
    ]}  # fmt: skip
    desk.answers["chose"] = {"event": "2"}
    return desk, item


@pytest.mark.parametrize("end_after", [False, True])
def test_next_take_swaps_in_place_and_keeps_the_grade(tmp_path, capsys, end_after):
    desk, item = desk_with_takes(tmp_path)
    desk.session.takes_end_after = end_after
    item.grade = "warm"
    before = place(item)
    desk.choose("Next take")
    assert "shot-0002 shows sky-d.mp4 now." in capsys.readouterr().out
    assert (item.clip.path.name, place(item), item.grade, item.place.source) == ("sky-d.mp4", before, "warm", 10)
    assert items(desk)[1] is item
    assert [take.clip.path.name for take in item.takes] == ["sea-c.mp4", "sky-d.mp4"]
    assert item.clip.third_party["alice_digest"] == digest_of(desk.files["sky-d.mp4"])
    (asked,) = [one["arguments"] for one in desk.calls if one["arguments"][1] == "chose"]
    assert asked[2:6] == ["--shot", "shot-0002", "--digest", digest_of(desk.files["sky-d.mp4"])]
    (takes,) = [one["arguments"] for one in desk.calls if one["arguments"][1] == "takes"]
    assert takes[2:6] == ["--digest", digest_of(desk.files["sea-c.mp4"]), "--shot", "shot-0002"]


def test_the_take_after_the_last_is_the_first_and_no_take_comes_twice(tmp_path):
    desk, item = desk_with_takes(tmp_path)
    for name in ("sky-d.mp4", "sea-c.mp4", "sky-d.mp4"):
        desk.choose("Next take")
        assert item.clip.path.name == name
    assert len(item.takes) == 2


def test_a_new_take_lands_in_the_bin_of_the_shot(tmp_path):
    desk, item = desk_with_takes(tmp_path)
    desk.choose("Next take")
    (folder,) = [one for one in desk.project.pool.root.walk() if item.clip in one.clips]
    assert folder.name == "shot-0002"


def test_a_take_that_is_too_short_changes_nothing(tmp_path, capsys):
    desk, item = desk_with_takes(tmp_path)
    item.place.frames = 72
    item.place.source = 0
    short = {"digest": "sha256:" + "1" * 64, "path": str(desk.files["sea-c.mp4"]), "name": "short", "chosen": False}
    desk.answers["takes"]["takes"][1:] = [short]
    before = place(item), item.clip
    desk.choose("Next take")
    assert "short cannot take the place of the shot" in capsys.readouterr().out
    assert (place(item), item.clip) == before


def test_a_swap_that_resolve_refuses_is_told(tmp_path, capsys):
    desk, item = desk_with_takes(tmp_path)
    desk.choose("Next take")
    desk.session.refused = {"TimelineItem.SelectTakeByIndex"}
    desk.choose("Next take")
    assert "Resolve did not swap the take of shot-0002." in capsys.readouterr().out
    assert item.clip.path.name == "sky-d.mp4"


def test_a_still_takes_the_place_of_a_film(tmp_path):
    desk, item = desk_with_takes(tmp_path, names=("sea-c.mp4", "night-a.png"))
    before = place(item)
    desk.choose("Next take")
    assert (item.clip.path.name, place(item)) == ("night-a.png", before)


def test_one_take_alone_is_told(tmp_path, capsys):
    desk, _ = desk_with_takes(tmp_path, names=("sea-c.mp4",))
    desk.choose("Next take")
    assert "shot-0002 has no other take." in capsys.readouterr().out


def test_no_takes_at_all_are_told(tmp_path, capsys):
    desk, _ = desk_with_takes(tmp_path, names=("sea-c.mp4",))
    desk.answers["takes"]["takes"] = []
    desk.choose("Next take")
    assert "Alice knows no takes of shot-0002." in capsys.readouterr().out


def test_a_take_is_chosen_from_a_list(tmp_path):
    desk, item = desk_with_takes(tmp_path)
    desk.answers["takes"]["takes"][1]["rating"] = 4
    desk.session.answers = [("OK", 1), "OK"]
    desk.choose("Choose take")
    assert item.clip.path.name == "sky-d.mp4"
    asked, _ = desk.session.windows[-2:]
    assert asked[-2:] == ("sea-c.mp4 - shown now", "sky-d.mp4 (rated 4)")


def test_choosing_nothing_changes_nothing(tmp_path, capsys):
    desk, item = desk_with_takes(tmp_path)
    desk.session.answers = ["Cancel"]
    desk.choose("Choose take")
    assert "Nothing was changed." in capsys.readouterr().out
    assert item.takes == []


def test_without_windows_the_takes_are_listed(tmp_path, capsys):
    desk, item = desk_with_takes(tmp_path)
    desk.session.product = FREE
    desk.choose("Choose take")
    assert "2 takes; choose Next take to go through them." in capsys.readouterr().out
    assert (item.takes, desk.session.modal) == ([], None)


def test_a_clip_of_somebody_else_is_left_alone(tmp_path, capsys):
    desk, item = desk_with_takes(tmp_path)
    item.clip.third_party = {}
    desk.choose("Next take")
    assert "The clip under the playhead is not one of Alice's." in capsys.readouterr().out


# Marks


def test_marks_replace_those_of_alice_and_leave_the_others(tmp_path, capsys):
    desk = pushed_desk(tmp_path)
    del desk.project.current.marks[24]
    desk.project.current.AddMarker(24, "Red", "mine", "", 1, "")
    desk.answers["marks"] = {"resolve_rate": "24", "markers": [
        {"frame": frame, "colour": "Green", "name": "", "note": "", "custom": f"alice:downbeat:{frame}"}
        for frame in (12, 24, 36)
    ]}  # fmt: skip
    desk.choose("Mark beats and sections")
    out = capsys.readouterr().out
    assert "2 markers are on Song v1." in out
    assert "No marker was set on 24" in out
    assert {frame: facts["customData"] for frame, facts in desk.project.current.marks.items()} == {
        12: "alice:downbeat:12", 24: "", 36: "alice:downbeat:36",
    }  # fmt: skip
    assert desk.told("record")["did"] == "markers"


def test_marks_of_another_rate_are_refused(tmp_path, capsys):
    desk = pushed_desk(tmp_path)
    before = dict(desk.project.current.marks)
    desk.answers["marks"] = {"resolve_rate": "25", "markers": []}
    desk.choose("Mark beats and sections")
    assert "The timeline counts 24.0 frames a second, the beats 25" in capsys.readouterr().out
    assert desk.project.current.marks == before


def test_marks_without_a_timeline_are_refused(tmp_path, capsys):
    desk = make_desk(tmp_path)
    desk.choose("Mark beats and sections")
    assert "No timeline is open in Resolve." in capsys.readouterr().out


# Pull


def test_pull_hands_over_the_export_and_what_no_file_says(tmp_path, capsys):
    desk = pushed_desk(tmp_path)
    kept = tmp_path / "kept.otio"
    stand_in = tmp_path / "stand_in.py"  # keeps the file that is thrown away afterwards
    keep = f"import shutil, sys\nif sys.argv[2] == 'pull': shutil.copy(sys.argv[3], {str(kept)!r})\n"
    stand_in.write_text(keep + stand_in.read_text())
    hands.trim(items(desk)[1], tail=4)
    shorter = {"kind": "trimmed", "sentence": "shot-0002 is 4 frames shorter"}
    desk.answers["pull"] = {"decisions": [{"kind": "kept"}, shorter], "counts": {"kept": 3, "trimmed": 1}}
    desk.choose("Pull edit")
    out = capsys.readouterr().out
    assert "shot-0002 is 4 frames shorter" in out
    assert "In all: 3 kept, 1 trimmed." in out
    assert "1 change read and recorded." in out
    told = desk.told("pull")
    assert [(one["track"], one["in"], one["out"], one["source_in"], one["shot"]) for one in told["items"]][:3] == [
        ("V1", 0, 24, 0, "shot-0001"), ("V1", 24, 44, 10, "shot-0002"), ("V1", 48, 72, 0, "shot-0003"),
    ]  # fmt: skip
    edit = read_edit(kept.read_bytes())
    assert [fault.code for fault in edit.faults] == []
    assert [(item.start, item.end) for item in edit.pictures] == [(0, 24), (24, 44), (48, 72), (72, 96)]
    assert [mark.frame for mark in edit.marks] == [0, 24, 48, 72]
    (path,) = [one["arguments"][2] for one in desk.calls if one["arguments"][1] == "pull"]
    assert not path.startswith(str(tmp_path / "films"))


def test_pull_with_nothing_changed_says_so(tmp_path, capsys):
    desk = pushed_desk(tmp_path)
    desk.answers["pull"] = {"decisions": [{"kind": "kept", "sentence": ""}], "counts": {"kept": 1}}
    desk.choose("Pull edit")
    assert "Nothing was changed since the push." in capsys.readouterr().out


def test_an_export_that_wrote_nothing_is_told(tmp_path, capsys):
    desk = pushed_desk(tmp_path)
    desk.session.refused = {"Timeline.Export"}
    desk.choose("Pull edit")
    assert "Resolve did not export the timeline." in capsys.readouterr().out
    assert "pull" not in [one["arguments"][1] for one in desk.calls]


# Render


def test_render_registers_the_film_with_its_timeline(tmp_path, capsys):
    desk = pushed_desk(tmp_path)
    desk.session.render = lambda path: path.write_bytes(b"a film")
    desk.session.answers = [("OK", 1), "OK"]
    desk.answers |= {"status": {"renders": str(tmp_path / "renders")}, "registered": {"items": []}}
    desk.choose("Render and register")
    film = tmp_path / "renders" / "Song v1.mp4"
    assert film.read_bytes() == b"a film"
    assert "Rendered and registered." in capsys.readouterr().out
    (asked,) = [one["arguments"] for one in desk.calls if one["arguments"][1] == "registered"]
    assert asked[2:5] == [str(film), "--timeline", "Song v1"]
    assert desk.project.render_settings["PresetName"] == "ProRes 422 HQ"
    desk.session.answers = [("OK", 1), "OK"]
    desk.choose("Render and register")
    assert (tmp_path / "renders" / "Song v1 2.mp4").exists(), "nothing is written over"


def test_a_render_that_fails_registers_nothing(tmp_path, capsys):
    desk = pushed_desk(tmp_path)
    desk.answers |= {"status": {"renders": str(tmp_path / "renders")}}
    desk.session.product = FREE
    desk.choose("Render and register")
    assert "The render was not finished: there is no renderer." in capsys.readouterr().out
    assert "registered" not in [one["arguments"][1] for one in desk.calls]


def test_a_render_that_does_not_start_is_told(tmp_path, capsys):
    desk = pushed_desk(tmp_path)
    desk.answers |= {"status": {"renders": str(tmp_path / "renders")}}
    desk.session.refused = {"Project.AddRenderJob"}
    desk.session.answers = [("OK", 0)]
    desk.choose("Render and register")
    assert "Resolve did not start to render." in capsys.readouterr().out


def test_no_preset_no_render(tmp_path, capsys):
    desk = pushed_desk(tmp_path)
    desk.answers |= {"status": {}}
    desk.session.answers = ["Cancel"]
    desk.folder.joinpath("home").mkdir()
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("HOME", str(tmp_path / "home"))
        desk.choose("Render and register")
    assert "Nothing was rendered." in capsys.readouterr().out
    assert desk.project.jobs == []


# Status


@pytest.mark.parametrize(("product", "words"), [(None, "Studio: every script"), (FREE, "Free edition: no windows")])
def test_status_tells_both_sides(tmp_path, capsys, product, words):
    desk = make_desk(tmp_path, product=product)
    desk.answers["status"] = {"version": "0.1.0", "home": "/films/store", "cut": {"path": "/films/plan.json"}}
    desk.choose("Status")
    out = capsys.readouterr().out
    for line in (words, "Project Film at 24.0 frames a second.", "Her store is /films/store.", "is /films/plan.json."):
        assert line in out
    assert "of version" not in out
    assert desk.calls[0]["arguments"][2:4] == ["--folder", str(desk.scripts.parent)]


def test_status_tells_what_does_not_fit(tmp_path, capsys):
    desk = make_desk(tmp_path)
    desk.answers["status"] = {"version": "0.2.0", "home": "/films/store", "cut": None, "hints": ["install again"]}
    desk.choose("Status")
    out = capsys.readouterr().out
    for line in (
        "These scripts are of version 0.1.0, Alice is 0.2.0.",
        "She knows no cut yet.",
        "Note: install again.",
    ):
        assert line in out


def test_the_parts_are_no_scripts_but_say_so(tmp_path, capsys):
    desk = make_desk(tmp_path)
    for name in ("alice_menu", "alice_pool", "alice_takes"):
        desk.choose(name)
        assert "This is a part of Alice's scripts." in capsys.readouterr().out
    assert json.loads((tmp_path / "answers.json").read_text()) == desk.answers
