"""The fake behaves as Resolve was measured to: clips, items, markers, takes, projects and windows."""

from __future__ import annotations

import shutil

import pytest
from fake_pool import imported, pushed, spans

from alice_core.resolve.fake import FREE, Project, Resolve, Session, hands
from alice_core.resolve.fake.application import Fusion
from alice_core.resolve.fake.clip import CLIP_COLOURS
from alice_core.resolve.fake.marks import MARKER_COLOURS
from alice_core.resolve.fake.project import UNTITLED
from alice_core.resolve.fake.windows import UIDispatcher


def test_clips_have_sixteen_colours_and_markers_sixteen_others(pool, media, tmp_path):
    timeline = pushed(pool, media, tmp_path)
    item = timeline.GetItemListInTrack("video", 1)[0]
    for thing in (item, item.GetMediaPoolItem()):
        assert all(thing.SetClipColor(name) for name in CLIP_COLOURS)
        assert not any(thing.SetClipColor(name) for name in ("Cyan", "Red", "Fuchsia", "Mint", ""))
        assert thing.GetClipColor() in CLIP_COLOURS
    assert len(CLIP_COLOURS) == len(MARKER_COLOURS) == 16
    assert timeline.AddMarker(1, "Fuchsia", "n", "", 1, "x")
    assert not timeline.AddMarker(2, "Teal", "n", "", 1, "x")
    offline = hands.add(timeline, None or item.GetMediaPoolItem(), timeline.start, 5)
    offline.clip = None
    assert offline.SetClipColor("Teal")
    assert offline.GetClipColor() == "", "it says yes and does nothing"


def test_a_frame_holds_one_marker(pool, media, tmp_path):
    timeline = pushed(pool, media, tmp_path)
    assert timeline.AddMarker(5.0, "Blue", "a", "note", 1, "alice:beat:1")
    assert not timeline.AddMarker(5, "Green", "b", "", 1, "")
    assert not timeline.AddMarker(-1, "Green", "b", "", 1, "")
    assert not timeline.AddMarker(96, "Green", "b", "", 1, "")
    assert not timeline.AddMarker(6, "Green", "b", "", 0, "")
    assert timeline.AddMarker(6, "Green", "b", "", 1)
    assert timeline.GetMarkerByCustomData("alice:beat:1")["note"] == "note"
    assert timeline.GetMarkerByCustomData("nobody's") == {}
    assert timeline.UpdateMarkerCustomData(6, "mine")
    assert not timeline.UpdateMarkerCustomData(7, "mine")
    assert (timeline.GetMarkerCustomData(6), timeline.GetMarkerCustomData(7)) == ("mine", "")
    assert timeline.DeleteMarkerByCustomData("mine")
    assert not timeline.DeleteMarkerByCustomData("mine")
    assert timeline.GetMarkers() == {
        5.0: {"color": "Blue", "duration": 1.0, "note": "note", "name": "a", "customData": "alice:beat:1"}
    }
    assert timeline.DeleteMarkersByColor("Red")
    assert len(timeline.GetMarkers()) == 1
    assert timeline.DeleteMarkersByColor("All")
    assert not timeline.DeleteMarkerAtFrame(5)
    clip = timeline.GetItemListInTrack("video", 1)[1]
    assert clip.AddMarker(23, "Blue", "n", "", 1, "")
    assert not clip.AddMarker(24, "Blue", "n", "", 1, "")
    assert clip.GetMediaPoolItem().AddMarker(47, "Blue", "n", "", 1, "")
    assert not timeline.entry.AddMarker(0, "Blue", "n", "", 1, "")


def test_clips_are_deleted_on_the_edit_page_only(resolve, pool, media, tmp_path):
    timeline = pushed(pool, media, tmp_path)
    item = timeline.GetItemListInTrack("video", 1)[1]
    assert resolve.OpenPage("fairlight")
    assert not timeline.DeleteClips([item])
    assert len(spans(timeline)) == 4
    assert not resolve.OpenPage("kitchen")
    assert resolve.OpenPage("edit")
    assert timeline.DeleteClips([item], True)
    assert spans(timeline) == [(0, 24), (24, 48), (48, 72)]
    assert not timeline.DeleteClips([item])


def test_left_offset_is_exact_and_the_source_start_is_not(pool, media, tmp_path):
    timeline = pushed(pool, media, tmp_path)
    item = timeline.items[1]
    hands.slip(item, 1)
    assert (item.GetLeftOffset(), item.GetSourceStartFrame()) == (11, 12)
    hands.slip(item, 1)
    assert (item.GetLeftOffset(True), item.GetSourceStartFrame()) == (12.0, 12)
    assert (item.GetStart(True), item.GetEnd(True), item.GetDuration(True)) == (86424.0, 86448.0, 24.0)
    assert (item.GetStart(), item.GetEnd(), item.GetDuration()) == (86424, 86448, 24)


def test_takes_swap_in_place(pool, media, tmp_path):
    timeline = pushed(pool, media, tmp_path)
    item, other = timeline.items[1], timeline.items[3].clip
    assert (item.GetTakesCount(), item.GetSelectedTakeIndex(), item.GetTakeByIndex(1)) == (0, 0, None)
    assert not item.FinalizeTake()
    assert not item.AddTake(timeline.entry)
    assert not item.AddTake(other, 60, 90)
    assert not item.AddTake(other, -1, 4)
    assert item.AddTake(other, 5, 28)
    assert (item.clip.name, item.GetSelectedTakeIndex(), item.GetTakesCount()) == ("sea-c.mp4", 1, 2)
    assert item.SelectTakeByIndex(2)
    assert (item.clip.name, item.name, item.GetStart(), item.GetEnd(), item.GetLeftOffset()) == (
        "sky-d.mp4", "sky-d.mp4", 86424, 86448, 5,
    )  # fmt: skip
    assert item.GetTakeByIndex(2) == {"startFrame": 5, "endFrame": 28, "mediaPoolItem": other}
    assert not item.SelectTakeByIndex(3)
    assert not item.DeleteTakeByIndex(2), "it is shown"
    assert item.AddTake(other, 0, 9)
    assert item.SelectTakeByIndex(3)
    assert item.GetDuration() == 10, "a shorter take leaves a gap"
    assert item.SelectTakeByIndex(2)
    assert item.GetDuration() == 24
    assert item.DeleteTakeByIndex(1)
    assert item.GetSelectedTakeIndex() == 1
    assert item.FinalizeTake()
    assert (item.GetTakesCount(), item.clip) == (0, other)


def test_replacing_a_clip_forgets_what_was_noted_of_it(pool, media):
    (film,) = imported(pool, media, "sea-c.mp4")
    assert film.SetThirdPartyMetadata({"alice_digest": "x"})
    assert film.SetThirdPartyMetadata("k", "v")
    assert not film.SetThirdPartyMetadata({"seed": 7}), "every value is a text"
    assert film.GetThirdPartyMetadata("k") == "v"
    assert film.ReplaceClip(str(media["sky-d.mp4"]))
    assert (film.GetThirdPartyMetadata(), film.GetName(), film.GetClipProperty("Frames")) == ({}, "sky-d.mp4", "72")
    assert not film.ReplaceClip(str(media["sky-d.mp4"]) + ".none")
    assert film.ReplaceClipPreserveSubClip(str(media["sea-c.mp4"]))
    assert not imported(pool, media, "night-a.png")[0].ReplaceClipPreserveSubClip(str(media["rain-b.png"]))


def test_relinking_goes_by_name_and_keeps_what_is_noted(pool, media, tmp_path):
    (film,) = imported(pool, media, "sea-c.mp4")
    film.SetThirdPartyMetadata("k", "v")
    shutil.copy(media["sea-c.mp4"], tmp_path / "sea-c.mp4")
    assert pool.RelinkClips([film], str(tmp_path))
    assert (film.path, film.GetThirdPartyMetadata("k")) == (tmp_path / "sea-c.mp4", "v")
    assert not pool.RelinkClips([film], str(tmp_path / "none"))
    (tmp_path / "sea-c.mp4").unlink()
    assert film.GetClipProperty("Online Status") == "Offline"


def test_metadata_of_resolve_takes_no_foreign_keys(pool, media):
    (film,) = imported(pool, media, "sea-c.mp4")
    assert film.SetMetadata({"Comments": "good"})
    assert film.SetMetadata("Scene", "2")
    assert not film.SetMetadata("alice_digest", "x")
    assert (film.GetMetadata("Scene"), film.GetMetadata()) == ("2", {"Comments": "good", "Scene": "2"})
    assert film.SetName("other")
    assert (film.GetName(), film.GetMediaId()[-6:]) == ("other", "-media")
    assert film.GetClipProperty()["Type"] == "Video"
    assert film.GetClipProperty("No such") == ""


def test_deleting_a_clip_takes_its_items_offline(pool, media, tmp_path):
    timeline = pushed(pool, media, tmp_path)
    assert pool.DeleteClips([timeline.items[0].clip])
    assert timeline.items[0].GetMediaPoolItem() is None
    assert spans(timeline)[0] == (0, 24)


def test_timelines_can_be_opened_and_deleted(resolve, pool):
    project = resolve.projects.project
    one, two = pool.CreateEmptyTimeline("one"), pool.CreateEmptyTimeline("two")
    assert project.GetCurrentTimeline() is two
    assert project.SetCurrentTimeline(one)
    assert (project.GetTimelineByIndex(1), project.GetTimelineByIndex(3)) == (one, None)
    assert pool.DeleteTimelines([one])
    assert (project.GetCurrentTimeline(), project.SetCurrentTimeline(one)) == (two, False)
    assert [clip.GetClipProperty("Type") for clip in pool.root.GetClipList()] == ["Timeline"]
    assert two.SetName("three")
    assert two.GetMediaPoolItem().GetName() == "three"


def test_a_timeline_moves_with_its_start(pool, media, tmp_path):
    timeline = pushed(pool, media, tmp_path)
    assert timeline.SetStartTimecode("10:00:00:00")
    assert (timeline.GetStartFrame(), timeline.GetEndFrame(), spans(timeline)[0]) == (864000, 864096, (0, 24))
    assert not timeline.SetStartTimecode("noon")
    assert timeline.SetCurrentTimecode("10:00:01:00")
    assert timeline.GetCurrentVideoItem().clip.name == "sea-c.mp4"
    assert timeline.GetCurrentTimecode() == "10:00:01:00"
    assert not timeline.SetCurrentTimecode("noon")
    assert timeline.SetCurrentTimecode("11:00:00:00")
    assert timeline.GetCurrentVideoItem() is None


def test_tracks(pool):
    timeline = pool.CreateEmptyTimeline("a")
    assert timeline.AddTrack("video")
    assert not timeline.AddTrack("smell")
    assert (timeline.GetTrackCount("video"), timeline.GetTrackCount("smell")) == (2, 0)
    assert (timeline.GetTrackName("video", 2), timeline.GetTrackName("video", 3)) == ("Video 2", "")
    assert timeline.GetItemListInTrack("video", 3) is None
    assert (timeline.GetSetting("timelineFrameRate"), timeline.GetSetting("none")) == ("24", "")


def test_hands_edit_as_a_person_does(pool, media, tmp_path):
    timeline = pushed(pool, media, tmp_path)
    first, second, third, _ = timeline.GetItemListInTrack("video", 1)
    hands.trim(second, head=2, tail=3)
    assert (second.place.start - timeline.start, second.place.frames, second.place.source) == (26, 19, 12)
    hands.move(timeline, third, timeline.start + 200)
    assert spans(timeline)[-1] == (200, 224)
    hands.move(timeline, third, timeline.start + 200, track=2)
    assert (spans(timeline, track=2), third.GetTrackTypeAndIndex()) == ([(200, 224)], ["video", 2])
    hands.delete(timeline, first, ripple=True)
    assert spans(timeline)[0] == (2, 21)
    hands.replace(second, third.clip)
    assert (second.clip, second.place.source) == (third.clip, 0)
    added = hands.add(timeline, third.clip, timeline.start + 300, 10)
    assert added.SetClipEnabled(False)
    assert not added.GetClipEnabled()
    assert added.GetName() == third.clip.name


def test_projects(resolve):
    assert resolve.projects.CreateProject("Film") is None
    assert resolve.projects.CreateProject(UNTITLED).GetName() == UNTITLED
    assert resolve.projects.SaveProject() is False, "it cannot be saved by a script"
    resolve.projects.project = None
    assert resolve.projects.SaveProject() is False
    assert resolve.GetVersion()[0] == 21
    assert resolve.GetCurrentPage() == "edit"
    assert Resolve().GetProductName() == "DaVinci Resolve Studio"
    assert Resolve(None, Project(Session(FREE))).GetProductName() == FREE
    ids = {resolve.projects.CreateProject(name).GetUniqueId() for name in "ab"}
    assert len(ids) == 2


def test_rendering(resolve, pool, tmp_path):
    project = resolve.projects.project
    assert project.AddRenderJob() == "", "there is no timeline"
    pool.CreateEmptyTimeline("a")
    assert not project.LoadRenderPreset("none")
    assert project.LoadRenderPreset("Audio Only")
    assert project.SetRenderSettings({"TargetDir": str(tmp_path), "CustomName": "x"})
    assert project.render_settings["PresetName"] == "Audio Only", "settings are laid over those of the preset"
    job = project.AddRenderJob()
    assert project.GetRenderJobStatus(job)["JobStatus"] == "Ready"
    assert not project.StartRendering(["none"])
    assert project.StartRendering([job])
    assert project.GetRenderJobStatus(job)["JobStatus"] == "Failed"
    assert project.GetRenderJobStatus("none") == {}
    assert project.GetRenderJobList()[0]["OutputFilename"] == "x.mp4"


def test_windows_wait_for_somebody_to_end_them(resolve):
    dispatcher = UIDispatcher(resolve.session)
    dispatcher.RunLoop()
    ui = resolve.Fusion().UIManager
    window = dispatcher.AddWindow({"ID": "w"}, ui.VGroup([ui.Label({"Text": "hello"})]))
    with pytest.raises(AttributeError):
        ui._private  # noqa: B018 - the access is the test
    dispatcher.RunLoop()
    assert resolve.session.windows == [], "it is not shown"
    window.Show()
    with pytest.raises(RuntimeError, match="nothing in the window ends its loop on closing"):
        dispatcher.RunLoop()
    assert isinstance(resolve.fusion, Fusion)


def test_scripts_are_given_their_names(resolve, tmp_path):
    names = resolve.script_names()
    assert names["bmd"].scriptapp("Resolve") is resolve
    assert names["bmd"].scriptapp("Word") is None
    names["bmd"].writefile(str(tmp_path / "a"), 'say "x"')
    assert (tmp_path / "a").read_text() == '"say \\"x\\""'
