"""Push latest cut, as the person sees it and as the project holds it afterwards."""

from __future__ import annotations

import shutil
from collections import Counter

import pytest
from resolve_desk import cut_of, make_desk, push_answer, pushed_desk

from alice_core.resolve.fake import FREE
from alice_core.resolve.fake.clip import MediaPoolItem
from alice_core.resolve.fake.project import UNTITLED

NAMES = ("night-a.png", "sea-c.mp4", "rain-b.png", "sky-d.mp4")


def desk_with_cut(folder, rate="24", project_rate=None, **options):
    desk = make_desk(folder, project_rate or rate, media_rate=rate, **options)
    desk.answers["cut"] = push_answer(cut_of(folder / "films", NAMES, rate), folder)
    return desk


def bins(folder, above=""):
    found = {}
    for inner in folder.folders:
        path = f"{above}/{inner.name}" if above else inner.name
        found[path] = sorted(clip.name for clip in inner.clips)
        found |= bins(inner, path)
    return found


def test_a_push_lays_every_shot_on_its_frame_with_its_file(tmp_path, capsys):
    desk = pushed_desk(tmp_path)
    timeline = desk.project.current
    laid = [(item.place.start - timeline.start, item.place.end - timeline.start, item.clip.path.name, item.place.source)
            for item in timeline.tracks["video"][0].items]  # fmt: skip
    assert laid == [(0, 24, "night-a.png", 0), (24, 48, "sea-c.mp4", 10), (48, 72, "rain-b.png", 0),
                    (72, 96, "sky-d.mp4", 10)]  # fmt: skip
    assert timeline.tracks["audio"][0].items[0].clip.path.name == "song.wav"
    assert timeline.GetStartTimecode() == "01:00:00:00"
    assert "Song v1 is in Resolve: every cut is on its frame." in capsys.readouterr().out


def test_bins_are_song_section_shot(tmp_path):
    desk = pushed_desk(tmp_path)
    assert bins(desk.project.pool.root) == {
        "song": ["Song v1", "song.wav"],
        "song/verse": [], "song/verse/shot-0001": ["night-a.png"], "song/verse/shot-0002": ["sea-c.mp4"],
        "song/-": [], "song/-/shot-0003": ["rain-b.png"], "song/-/shot-0004": ["sky-d.mp4"],
    }  # fmt: skip


def test_origin_markers_and_colours_are_kept(tmp_path):
    desk = pushed_desk(tmp_path)
    timeline = desk.project.current
    item = timeline.tracks["video"][0].items[1]
    noted = item.clip.third_party
    assert noted["alice_digest"] == desk.answers["cut"]["clips"][1]["digest"]
    assert (noted["prompt"], noted["seed"], noted["alice_shot"], "model" in noted) == (
        "picture 1 \u00fc", "7", "shot-0002", False,
    )  # fmt: skip
    assert (item.colour, item.name) == ("Teal", "shot-0002")
    assert {frame: (facts["color"], facts["customData"]) for frame, facts in timeline.marks.items()} == {
        0: ("Purple", "alice:section:1"), 24: ("Blue", "alice:beat:2"), 48: ("Purple", "alice:section:3"),
        72: ("Blue", "alice:beat:4"),
    }  # fmt: skip


def test_alice_is_told_what_was_pushed(tmp_path):
    desk = pushed_desk(tmp_path)
    told = desk.told("record")
    assert (told["did"], told["project"], told["timeline"]) == ("push", "Film", "Song v1")
    assert told["plan"] == desk.answers["cut"]["plan"]["digest"]
    report = told["report"]
    assert report["resolve"] == {"product": "DaVinci Resolve Studio", "version": "21.0.0.7"}
    assert (report["shots"], report["right"], report["whole"], report["imported"], report["markers"]) == (
        4, 4, True, 5, 4,
    )  # fmt: skip


def test_a_second_push_is_a_new_timeline_and_no_second_file(tmp_path):
    desk = pushed_desk(tmp_path)
    before = bins(desk.project.pool.root)
    desk.choose("Push latest cut")
    assert [one.name for one in desk.project.timelines] == ["Song v1", "Song v1 2"]
    after = bins(desk.project.pool.root)
    assert after["song"] == ["Song v1", "Song v1 2", "song.wav"]
    assert {key: value for key, value in after.items() if key != "song"} == {
        key: value for key, value in before.items() if key != "song"
    }
    assert (desk.told("record")["report"]["imported"], desk.told("record")["report"]["reused"]) == (0, 5)
    assert desk.told("record")["report"]["whole"]


def test_no_bin_is_asked_for_its_bins_once_for_each_shot(tmp_path):
    desk = make_desk(tmp_path)
    desk.answers["cut"] = push_answer(cut_of(tmp_path / "films", NAMES[:1]), tmp_path)
    clip = desk.answers["cut"]["clips"][0]
    for number in range(60):
        path = tmp_path / "films" / f"still-{number}-x.png"
        shutil.copy(desk.files["night-a.png"], path)
        desk.answers["cut"]["clips"].append(clip | {"shot": f"more-{number}", "path": str(path)})
    desk.choose("Push latest cut")
    counts = Counter(desk.session.calls)
    assert counts["MediaPool.AddSubFolder"] == 63
    assert counts["Folder.GetSubFolderList"] < 210


def test_the_rate_is_looked_at_before_anything_is_imported(tmp_path, capsys):
    desk = desk_with_cut(tmp_path, "23.976", "25")
    desk.project.pool.take_in(desk.files["night-a.png"])  # not empty: its rate may not change
    desk.choose("Push latest cut")
    out = capsys.readouterr().out
    assert "This project counts 25.0 frames a second, the cut 23.976" in out
    assert not {"MediaPool.ImportMedia", "MediaPool.ImportTimelineFromFile"} & set(desk.session.calls)
    assert desk.project.settings["timelineFrameRate"] == "25"


@pytest.mark.parametrize("rate", ["23.976", "25", "29.97", "29.97ndf", "59.94", "60"])
def test_an_empty_project_is_set_when_the_person_agrees(tmp_path, rate):
    desk = desk_with_cut(tmp_path, rate, "24" if rate != "24" else "25")
    desk.session.answers = ["OK", "OK"]
    desk.choose("Push latest cut")
    report = desk.told("record")["report"]
    assert report["whole"], report
    assert desk.project.current.rate.ratio == desk.answers["cut"]["rate"]
    assert desk.project.current.rate.drop == desk.answers["cut"]["drop"]
    song = desk.project.current.tracks["audio"][0].items[0].clip
    assert song.GetClipProperty("FPS") == pytest.approx(float(desk.answers["cut"]["resolve_rate"]))
    assert "empty project" in desk.session.windows[0][1]


def test_nothing_is_imported_when_the_person_does_not_agree(tmp_path, capsys):
    desk = desk_with_cut(tmp_path, "25", "24")
    desk.session.answers = ["Cancel"]
    desk.choose("Push latest cut")
    assert "Nothing was imported." in capsys.readouterr().out
    assert desk.project.settings["timelineFrameRate"] == "24"
    assert desk.project.timelines == []


def test_without_windows_an_empty_project_is_set_and_told(tmp_path, capsys):
    desk = desk_with_cut(tmp_path, "25", "24", product=FREE)
    desk.choose("Push latest cut")
    assert "The empty project was set to 25 frames a second." in capsys.readouterr().out
    assert desk.told("record")["report"]["whole"]
    assert desk.session.modal is None


def test_another_size_is_only_told(tmp_path, capsys):
    desk = desk_with_cut(tmp_path)
    desk.project.settings["timelineResolutionWidth"] = "1920"
    desk.project.pool.take_in(desk.files["night-a.png"])
    desk.choose("Push latest cut")
    assert "The project is 1920 x 360" in capsys.readouterr().out
    assert desk.told("record")["report"]["whole"]


def test_a_project_that_counts_the_same_frames_otherwise_is_no_hindrance(tmp_path, capsys):
    desk = desk_with_cut(tmp_path, "29.97", "29.97")
    desk.project.pool.take_in(desk.files["night-a.png"])
    desk.choose("Push latest cut")
    out = capsys.readouterr().out
    assert "counts without drop-frames; the cut is 640 x 360 and counts with drop-frames" in out
    assert desk.told("record")["report"]["whole"], out
    assert desk.project.current.GetStartTimecode() == "01:00:00:00"


def test_a_version_without_third_party_metadata_is_told(tmp_path, capsys, monkeypatch):
    for name in ("GetThirdPartyMetadata", "SetThirdPartyMetadata"):
        monkeypatch.delattr(MediaPoolItem, name)
    desk = desk_with_cut(tmp_path)
    desk.choose("Push latest cut")
    assert "Shots whose origin Resolve did not keep: shot-0001" in capsys.readouterr().out
    assert desk.told("record")["report"]["whole"]


def test_a_project_without_a_name_is_left_alone(tmp_path, capsys):
    desk = desk_with_cut(tmp_path, name=UNTITLED)
    desk.choose("Push latest cut")
    assert "Save it under a name" in capsys.readouterr().out
    assert desk.calls == []


def test_the_second_format_is_taken_where_the_first_gives_nothing(tmp_path, capsys):
    desk = desk_with_cut(tmp_path)
    (tmp_path / "cut.fcpxml").write_text("this is no timeline")
    desk.choose("Push latest cut")
    assert "Resolve made no timeline of" in capsys.readouterr().out
    assert desk.told("record")["report"]["whole"]


def test_no_format_taken_is_an_error_and_no_push(tmp_path, capsys):
    desk = desk_with_cut(tmp_path)
    desk.session.refused = {"MediaPool.ImportTimelineFromFile"}
    desk.choose("Push latest cut")
    assert "Resolve imported none of the files of the cut." in capsys.readouterr().out
    assert [one["arguments"][1] for one in desk.calls] == ["cut"]


def test_a_missing_file_is_named(tmp_path, capsys):
    desk = desk_with_cut(tmp_path)
    desk.files["sea-c.mp4"].unlink()
    desk.choose("Push latest cut")
    out = capsys.readouterr().out
    assert "Resolve did not import 1 file, first " in out
    assert "sea-c.mp4" in out
    assert desk.project.timelines == []


def test_what_does_not_lie_right_is_reported_and_not_called_whole(tmp_path, capsys):
    desk = desk_with_cut(tmp_path)
    answer = desk.answers["cut"]
    answer["clips"][1]["record_out"] = 47
    answer["clips"][3]["record_in"] = 73
    answer["markers"].append(
        {"frame": 5000, "colour": "Blue", "name": "", "note": "", "duration": 1, "custom": "alice:x"}
    )
    desk.choose("Push latest cut")
    out = capsys.readouterr().out
    assert "Song v1 is in Resolve, but not whole" in out
    assert "Shots that are not where they should be: shot-0002, shot-0004." in out
    assert "The timeline has 1 item that the cut does not have." in out
    assert "Frames whose marker Resolve did not keep: 5000." in out
    report = desk.told("record")["report"]
    assert (report["whole"], report["right"], report["unmarked"]) == (False, 2, [5000])


def test_metadata_that_is_not_kept_is_reported(tmp_path, capsys):
    desk = desk_with_cut(tmp_path)
    desk.session.refused = {"MediaPoolItem.SetThirdPartyMetadata"}
    desk.choose("Push latest cut")
    assert "Shots whose origin Resolve did not keep: shot-0001" in capsys.readouterr().out


def test_a_save_that_fails_is_no_success(tmp_path, capsys):
    desk = desk_with_cut(tmp_path)
    desk.session.refused = {"Projects.SaveProject"}
    desk.choose("Push latest cut")
    out = capsys.readouterr().out
    assert "Resolve did not save the project." in out
    assert "every cut is on its frame" not in out
    assert [one["arguments"][1] for one in desk.calls] == ["cut"]


def test_a_waiting_window_is_told(tmp_path, capsys):
    desk = desk_with_cut(tmp_path)
    desk.session.modal = "Update available"
    desk.choose("Push latest cut")
    assert "Resolve does not answer. A window may be open" in capsys.readouterr().out
    assert desk.calls == []


def test_the_error_of_alice_is_shown_with_its_hint(tmp_path, capsys):
    desk = make_desk(tmp_path)
    wrong = {"code": "ALICE-N05", "message": "there is no plan yet", "hint": "Type: alice make SONG"}
    desk.answers["cut"] = {"error": wrong}
    desk.choose("Push latest cut")
    assert "there is no plan yet (ALICE-N05) Type: alice make SONG" in capsys.readouterr().out
    assert desk.session.windows[0][1].startswith("there is no plan yet")


def test_an_answer_that_is_none_is_told(tmp_path, capsys):
    desk = make_desk(tmp_path)
    desk.answers["cut"] = "Segmentation fault"
    desk.choose("Push latest cut")
    assert "Alice gave no answer (exit status 0)" in capsys.readouterr().out


@pytest.mark.parametrize("link", [None, "{", '{"command": []}', '{"command": ["/no/such/alice"]}'])
def test_a_link_that_leads_nowhere_names_the_installer(tmp_path, capsys, link):
    desk = make_desk(tmp_path)
    path = desk.scripts / "alice_resolve.json"
    path.unlink() if link is None else path.write_text(link)
    desk.choose("Push latest cut")
    assert "alice resolve install" in capsys.readouterr().out


def test_no_project_is_told(tmp_path, capsys):
    desk = make_desk(tmp_path)
    desk.resolve.projects.project = None
    desk.choose("Push latest cut")
    assert "No project is open in Resolve." in capsys.readouterr().out


def test_a_script_finds_its_folder_where_resolve_does_not_say_it(tmp_path):
    desk = desk_with_cut(tmp_path)
    desk.choose("Push latest cut", file=False)
    assert desk.told("record")["report"]["whole"]


def test_the_environment_of_resolve_does_not_reach_alice(tmp_path, monkeypatch):
    desk = desk_with_cut(tmp_path)
    monkeypatch.setenv("PYTHONHOME", "/opt/resolve/python")
    desk.choose("Push latest cut")
    assert desk.told("record")["report"]["whole"]
