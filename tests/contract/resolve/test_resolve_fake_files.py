"""The fake behaves as Resolve was measured to: timelines from files and into files."""

from __future__ import annotations

import json
import shutil

import pytest
from fake_pool import NAMES, imported, pushed, spans
from resolve_desk import cut_of, make_media, push_answer

from alice_core.resolve.fake import Project, Session, hands
from alice_core.timeline import documents, read_edit
from alice_core.timeline.model import Timeline as Cut


def test_fcpxml_is_exported_as_a_folder_and_imported_from_inside_it(resolve, pool, media, tmp_path):
    timeline = pushed(pool, media, tmp_path)
    path = tmp_path / "x.fcpxmld"
    assert timeline.Export(str(path), resolve.EXPORT_FCPXML_1_10, resolve.EXPORT_NONE)
    assert path.is_dir()
    options = {"timelineName": "again", "importSourceClips": False, "sourceClipsFolders": [pool.root]}
    assert pool.ImportTimelineFromFile(str(path), options) is None
    again = pool.ImportTimelineFromFile(str(path / "Info.fcpxml"), options)
    assert (spans(again), again.marks) == (spans(timeline), {})


@pytest.mark.parametrize(("kind", "name"), [("EXPORT_EDL", "edl"), ("EXPORT_FCP_7_XML", "xml"), ("EXPORT_AAF", "aaf")])
def test_other_exports_say_the_same_cuts(resolve, pool, media, tmp_path, kind, name):
    timeline = pushed(pool, media, tmp_path)
    path = tmp_path / f"out.{name}"
    assert timeline.Export(str(path), getattr(resolve, kind), resolve.EXPORT_NONE)
    edit = read_edit(path.read_bytes(), None, timeline.rate)
    assert [(item.start, item.end) for item in edit.pictures] == spans(timeline)


def test_an_export_that_cannot_be_written_is_false(resolve, pool, media, tmp_path):
    timeline = pushed(pool, media, tmp_path)
    assert not timeline.Export(str(tmp_path / "a.otio"), "EXPORT_OTIO", resolve.EXPORT_NONE)
    assert not timeline.Export(str(tmp_path / "no" / "a.otio"), resolve.EXPORT_OTIO, resolve.EXPORT_NONE)
    hands.delete(timeline, timeline.items[1])
    assert not timeline.Export(str(tmp_path / "a.xml"), resolve.EXPORT_FCP_7_XML, resolve.EXPORT_NONE)
    timeline.items[0].clip = None
    assert not timeline.Export(str(tmp_path / "a.edl"), resolve.EXPORT_EDL, resolve.EXPORT_NONE)
    empty = pool.CreateEmptyTimeline("empty")
    assert not empty.Export(str(tmp_path / "a.edl"), resolve.EXPORT_EDL, resolve.EXPORT_NONE)
    assert list(tmp_path.glob("a.*")) == []


def test_otio_carries_markers_and_is_read_only_with_its_files(resolve, pool, media, tmp_path):
    timeline = pushed(pool, media, tmp_path)
    timeline.AddMarker(7, "Green", "bar", "downbeat 2", 1, "alice:downbeat:2")
    hands.delete(timeline, timeline.items[1])
    path = tmp_path / "x.otio"
    assert timeline.Export(str(path), resolve.EXPORT_OTIO, resolve.EXPORT_NONE)
    edit = read_edit(path.read_bytes())
    assert ([fault.text for fault in edit.faults], [mark.frame for mark in edit.marks]) == ([], [7])
    offline = pool.ImportTimelineFromFile(str(path), {"timelineName": "o", "importSourceClips": False})
    assert (spans(offline), {item.clip for item in offline.items}) == ([(0, 24), (48, 72), (72, 96)], {None})
    again = pool.ImportTimelineFromFile(str(path), {"timelineName": "p"})
    assert spans(again) == spans(offline)
    assert None not in {item.clip for item in again.items}
    assert [facts["name"] for facts in again.marks.values()] == ["bar"]


def test_otio_of_another_shape_makes_nothing(resolve, pool, media, tmp_path):
    timeline = pushed(pool, media, tmp_path)
    path = tmp_path / "x.otio"
    timeline.Export(str(path), resolve.EXPORT_OTIO, resolve.EXPORT_NONE)
    shape = json.loads(path.read_text())
    shape["tracks"]["children"][0]["name"] = "V1"
    path.write_text(json.dumps(shape))
    assert pool.ImportTimelineFromFile(str(path), {"timelineName": "o"}) is None


def test_third_party_metadata_leaves_by_otio_only_if_asked(resolve, pool, media, tmp_path):
    timeline = pushed(pool, media, tmp_path)
    timeline.items[0].clip.SetThirdPartyMetadata("alice_digest", "sha256:1")
    path = tmp_path / "x.otio"
    for wanted in (False, True):
        resolve.session.otio_metadata = wanted
        timeline.Export(str(path), resolve.EXPORT_OTIO, resolve.EXPORT_NONE)
        assert ("sha256:1" in path.read_text()) is wanted


def test_clips_are_found_in_the_folders_that_are_named_and_not_below(pool, media, tmp_path):
    inner = pool.AddSubFolder(pool.root, "inner")
    for name in (*NAMES, "song.wav"):
        imported(pool, media, name)
    pool.SetCurrentFolder(pool.root)
    path = push_answer(cut_of(media["song.wav"].parent, NAMES), tmp_path)["files"]["fcpxml"]
    options = {"importSourceClips": False, "sourceClipsFolders": [pool.root]}
    offline = pool.ImportTimelineFromFile(path, options | {"timelineName": "a"})
    assert {item.clip for item in offline.items} == {None}
    found = pool.ImportTimelineFromFile(path, options | {"timelineName": "b", "sourceClipsFolders": [inner]})
    assert None not in {item.clip for item in found.items}


def test_source_clips_are_imported_again_where_the_current_folder_has_none(pool, media, tmp_path):
    pushed(pool, media, tmp_path)
    pool.AddSubFolder(pool.root, "other")
    path = str(tmp_path / "cut.fcpxml")
    made = pool.ImportTimelineFromFile(path, {"timelineName": "twice"})
    assert len(pool.current.clips) == 6, "five files and the timeline"
    assert len({item.clip for item in made.items}) == 5
    assert pool.ImportTimelineFromFile(path, {}).GetName() == "Song v1"


def test_moved_media_is_sought_by_name_but_not_for_otio(resolve, media, tmp_path):
    there, here = tmp_path / "there", tmp_path / "here"
    files = make_media(there)
    pool = resolve.projects.project.pool
    timeline = pushed(pool, files, tmp_path)
    timeline.Export(str(tmp_path / "x.otio"), resolve.EXPORT_OTIO, resolve.EXPORT_NONE)
    timeline.Export(str(tmp_path / "x.edl"), resolve.EXPORT_EDL, resolve.EXPORT_NONE)
    shutil.move(there, here)
    fresh = Project(resolve.session, "Other", "24", (640, 360)).pool
    found = fresh.ImportTimelineFromFile(str(tmp_path / "cut.fcpxml"), {"sourceClipsPath": str(here)})
    assert {item.clip.path.parent for item in found.items} == {here}
    options = {"timelineName": "o", "sourceClipsPath": str(here)}
    assert fresh.ImportTimelineFromFile(str(tmp_path / "x.otio"), options) is None, "it fails outright"
    empty = Project(resolve.session, "Third", "24", (640, 360)).pool
    edl = empty.ImportTimelineFromFile(str(tmp_path / "x.edl"), options | {"timelineName": "e"})
    assert {item.clip for item in edl.items if item.track[0] == "video"} == {None}


def test_a_cut_of_another_rate_than_the_project_drifts(media, tmp_path):
    session = Session()
    pool = Project(session, "Film", "25").pool
    timeline = pushed(pool, media, tmp_path)
    assert spans(timeline) == [(0, 25), (25, 50), (50, 75), (75, 100)]
    assert timeline.GetStartTimecode() == "01:00:00:00"


def test_the_click_lies_below_the_song(pool, media, tmp_path):
    cut = cut_of(media["song.wav"].parent, NAMES)
    cut = Cut(cut.name, cut.rate, cut.start, 640, 360, cut.clips, cut.song, (), cut.song)
    (document,) = documents(cut, "fcpxml", "two")
    (tmp_path / "two.fcpxml").write_bytes(document.data)
    timeline = pool.ImportTimelineFromFile(str(tmp_path / "two.fcpxml"), {})
    assert timeline.GetTrackCount("audio") == 2


def test_an_unreadable_file_gives_none(pool, tmp_path):
    (tmp_path / "a.fcpxml").write_text("nothing")
    assert pool.ImportTimelineFromFile(str(tmp_path / "a.fcpxml"), {}) is None
    assert pool.ImportTimelineFromFile(str(tmp_path / "none.fcpxml"), {}) is None
