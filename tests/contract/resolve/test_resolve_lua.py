"""The script of the free edition, in real Lua 5.1 and LuaJIT, against the same fake as the Python scripts."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil

import pytest
from lua_desk import INSIDE, PROGRAMS, run_lua
from resolve_desk import cut_of, make_desk, push_answer

from alice_core.resolve.fake import FREE
from alice_core.resolve.fake.project import UNTITLED
from alice_core.resolve.lua import lua_table

NAMES = ("night-a.png", "sea-c.mp4", "rain-b.png", "sky-d.mp4")


@pytest.fixture(params=[*INSIDE, *PROGRAMS])
def lua(request):
    """Each Lua that is there."""
    if request.param in PROGRAMS and shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed (Debian package {request.param})")
    if request.param in INSIDE and importlib.util.find_spec("lupa") is None:
        pytest.skip("lupa is not installed")
    return request.param


def free_desk(folder, rate="24", project_rate=None, name="Film"):
    desk = make_desk(folder, project_rate or rate, product=FREE, media_rate=rate, name=name)
    answer = push_answer(cut_of(folder / "films", NAMES, rate), folder) | {"result": str(folder / "alice_result.json")}
    desk.answers["cut"] = answer
    (desk.scripts / "alice_push.table").write_bytes(lua_table(answer))
    return desk


def push(desk, lua, **options):
    printed = run_lua(lua, desk.resolve, desk.scripts / "Alice free edition.lua", **options)
    assert desk.session.modal is None, "nothing of Studio was called"
    return "\n".join(printed)


def result(desk):
    found = re.search("alice-result/1:([0-9a-f]+)", (desk.folder / "alice_result.json").read_text())
    return json.loads(bytes.fromhex(found[1]))


def test_the_lua_pushes_what_the_python_pushes(tmp_path, lua):
    desk = free_desk(tmp_path / "lua")
    out = push(desk, lua)
    assert "Song v1 is whole: every cut is on its frame." in out
    told = result(desk)
    twin = make_desk(tmp_path / "python")
    twin.answers["cut"] = push_answer(cut_of(tmp_path / "python" / "films", NAMES), tmp_path / "python")
    twin.choose("Push latest cut")
    other = twin.told("record")
    assert {key: told[key] for key in ("did", "project", "timeline", "plan")} == {
        key: other[key] for key in ("did", "project", "timeline", "plan")
    }
    assert {key: value for key, value in told["report"].items() if key != "resolve"} == {
        key: value for key, value in other["report"].items() if key not in ("resolve", "unnoted")
    }
    assert told["report"]["resolve"]["product"] == FREE
    here, there = desk.project.current, twin.project.current
    assert here.marks == there.marks
    assert [(item.place, item.colour, item.name, item.clip.third_party["alice_shot"]) for item in here.items[:4]] == [
        (item.place, item.colour, item.name, item.clip.third_party["alice_shot"]) for item in there.items[:4]
    ]
    assert here.items[0].clip.third_party["prompt"] == "picture 0 \u00fc"
    assert [folder.name for folder in desk.project.pool.root.walk()] == [
        folder.name for folder in twin.project.pool.root.walk()
    ]


def test_a_second_push_is_a_new_timeline_and_no_second_file(tmp_path, lua):
    desk = free_desk(tmp_path)
    push(desk, lua)
    out = push(desk, lua)
    assert "0 files imported, 5 were there already." in out
    assert [one.name for one in desk.project.timelines] == ["Song v1", "Song v1 2"]
    assert (result(desk)["report"]["imported"], result(desk)["report"]["reused"]) == (0, 5)


@pytest.mark.parametrize("rate", ["23.976", "29.97", "29.97ndf", "60"])
def test_an_empty_project_is_set_to_the_rate(tmp_path, lua, rate):
    desk = free_desk(tmp_path, rate, "25")
    out = push(desk, lua)
    assert "The empty project was set to" in out
    assert result(desk)["report"]["whole"]
    assert desk.project.current.rate.ratio == desk.answers["cut"]["rate"]
    assert desk.project.current.rate.drop == desk.answers["cut"]["drop"]


def test_a_project_of_another_rate_is_left_alone(tmp_path, lua):
    desk = free_desk(tmp_path, "24", "25")
    desk.project.pool.take_in(desk.files["night-a.png"])
    out = push(desk, lua)
    assert "This project counts 25" in out
    assert not {"MediaPool.ImportMedia", "MediaPool.ImportTimelineFromFile"} & set(desk.session.calls)


def test_it_finds_its_folder_without_debug(tmp_path, lua):
    desk = free_desk(tmp_path)
    assert "is whole" in push(desk, lua, debug=False)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda desk: (desk.scripts / "alice_push.table").unlink(), "There is no cut beside this script. Type"),
        (lambda desk: (desk.scripts / "alice_push.table").write_text("return 7"), "There is no cut beside"),
        (lambda desk: setattr(desk.project, "name", UNTITLED), "The project has no name yet"),
        (lambda desk: setattr(desk.resolve.projects, "project", None), "No project is open"),
        (lambda desk: desk.files["sea-c.mp4"].unlink(), "Resolve did not import"),
        (lambda desk: desk.session.refused.add("MediaPool.ImportTimelineFromFile"), "imported none of the files"),
        (lambda desk: desk.session.refused.add("Projects.SaveProject"), "Resolve did not save the project."),
        (lambda desk: desk.session.refused.add("MediaPool.AddSubFolder"), "Resolve did not make the bin"),
    ],
)
def test_what_stops_it_is_told_with_what_to_do(tmp_path, change, words):
    desk = free_desk(tmp_path)
    change(desk)
    lua = next(iter(INSIDE)) if importlib.util.find_spec("lupa") else "lua5.1"
    assert words in push(desk, lua)
    assert not (tmp_path / "alice_result.json").exists()


def test_what_is_not_whole_is_told(tmp_path, lua):
    desk = free_desk(tmp_path)
    answer = desk.answers["cut"]
    answer["clips"][1]["record_out"] = 47
    answer["markers"].append({"frame": 5000, "colour": "Blue", "name": "", "note": "", "duration": 1, "custom": "a"})
    (desk.scripts / "alice_push.table").write_bytes(lua_table(answer))
    out = push(desk, lua)
    assert "Shots that are not where they should be: shot-0002" in out
    assert "is not whole" in out
    assert (result(desk)["report"]["wrong"], result(desk)["report"]["unmarked"]) == (["shot-0002"], [5000])


def test_the_second_format_is_taken_where_the_first_gives_nothing(tmp_path, lua):
    desk = free_desk(tmp_path)
    (tmp_path / "cut.fcpxml").write_text("this is no timeline")
    assert "is whole" in push(desk, lua)


def test_a_result_that_cannot_be_written_is_told(tmp_path, lua):
    desk = free_desk(tmp_path)
    answer = desk.answers["cut"] | {"result": str(tmp_path / "no" / "where.json")}
    (desk.scripts / "alice_push.table").write_bytes(lua_table(answer))
    assert "The result could not be written" in push(desk, lua)
