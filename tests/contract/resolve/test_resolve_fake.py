"""The fake behaves as Resolve was measured to: the traps of the pool and of every call."""

from __future__ import annotations

import pytest
from fake_pool import imported, pushed, spans
from resolve_desk import make_media

from alice_core.resolve.fake import FREE, Project
from alice_core.resolve.fake.session import Handle


def test_hasattr_says_yes_to_anything_and_dir_does_not(resolve):
    assert hasattr(resolve, "TotallyMadeUp")
    assert resolve.TotallyMadeUp is None
    assert "TotallyMadeUp" not in dir(resolve)
    assert "GetProductName" in dir(resolve)
    with pytest.raises(AttributeError):
        resolve._private  # noqa: B018 - the access is the test
    with pytest.raises(AttributeError):
        Handle.__new__(Handle).session  # noqa: B018 - the access is the test


def test_a_used_name_gives_none(pool, media, tmp_path):
    assert pushed(pool, media, tmp_path) is not None
    assert pushed(pool, media, tmp_path) is None
    assert pool.CreateEmptyTimeline("Cut") is None
    assert pool.project.GetTimelineCount() == 1


def test_the_earlier_of_two_overlapping_items_wins(pool, media):
    still, film = imported(pool, media, "night-a.png", "sea-c.mp4")
    timeline = pool.CreateEmptyTimeline("a")
    made = pool.AppendToTimeline([
        {"mediaPoolItem": still, "startFrame": 0, "endFrame": 23, "recordFrame": timeline.start},
        {"mediaPoolItem": film, "startFrame": 0, "endFrame": 23, "recordFrame": timeline.start + 12},
    ])  # fmt: skip
    assert len(made) == 2, "what comes back looks like two items"
    assert (spans(timeline), made[1].GetUniqueId()) == ([(0, 24)], "")


def test_an_append_that_erred_is_seen_and_lost_at_the_save(resolve, pool, media):
    (film,) = imported(pool, media, "sea-c.mp4")
    timeline = pool.CreateEmptyTimeline("a")
    resolve.session.append_errors = 1
    info = {"mediaPoolItem": film, "startFrame": 0, "endFrame": 23}
    assert pool.AppendToTimeline([info]) == []
    assert len(pool.AppendToTimeline([info])) == 1
    assert spans(timeline) == [(0, 24), (24, 48)]
    assert resolve.projects.SaveProject()
    assert spans(timeline) == [(24, 48)]


def test_another_rate_is_floored_and_leaves_a_gap(pool, tmp_path):
    film = make_media(tmp_path / "other", "30")["sky-d.mp4"]
    (clip,) = pool.ImportMedia([str(film)])
    timeline = pool.CreateEmptyTimeline("a")
    pool.AppendToTimeline([{"mediaPoolItem": clip, "startFrame": 0, "endFrame": 30}])
    assert spans(timeline) == [(0, 24)], "31 frames of 30 are 24.8 of 24"
    assert pool.AppendToTimeline([{"mediaPoolItem": clip, "startFrame": 0, "endFrame": 0}]) == []


def test_append_needs_a_timeline(pool, media):
    assert pool.AppendToTimeline([{"mediaPoolItem": imported(pool, media, "sea-c.mp4")[0]}]) == []


def test_sound_goes_to_a_sound_track(pool, media):
    timeline = pool.CreateEmptyTimeline("a")
    pool.AppendToTimeline([{"mediaPoolItem": imported(pool, media, "song.wav")[0], "trackIndex": 2}])
    assert (spans(timeline, "audio", 2), timeline.GetTrackName("audio", 2)) == ([(0, 240)], "Audio 2")


def test_a_sound_keeps_the_rate_of_its_import(resolve, pool, media):
    (song,) = imported(pool, media, "song.wav")
    assert resolve.projects.project.SetSetting("timelineFrameRate", "29.97 DF")
    (later,) = imported(pool, media, "song.wav")
    assert (song.GetClipProperty("FPS"), song.GetClipProperty("Frames")) == (24.0, "240")
    assert (later.GetClipProperty("FPS"), later.GetClipProperty("Frames")) == (29.97, "300")


def test_the_rate_is_fixed_once_there_is_a_timeline(resolve, pool):
    project = resolve.projects.project
    assert not project.SetSetting("timelineFrameRate", "23")
    assert not project.SetSetting("noSuchSetting", "1")
    assert not project.SetSetting("timelineResolutionWidth", "wide")
    pool.CreateEmptyTimeline("a")
    assert not project.SetSetting("timelineFrameRate", "25")
    assert project.GetSetting("timelineFrameRate") == 24.0
    assert project.GetSetting()["timelineFrameRate"] == "24"


def test_imports_land_in_the_current_folder_only(pool, media):
    first = pool.AddSubFolder(pool.root, "a")
    second = pool.AddSubFolder(pool.root, "a")
    assert [folder.GetName() for folder in pool.root.GetSubFolderList()] == ["a", "a"], "no name is refused"
    assert pool.GetCurrentFolder() is second, "a new folder becomes the current one"
    assert pool.SetCurrentFolder(first)
    imported(pool, media, "night-a.png")
    assert [len(folder.GetClipList()) for folder in (pool.root, first, second)] == [0, 1, 0]
    assert not pool.SetCurrentFolder(Project(pool.session).pool.root)
    assert pool.MoveClips(first.GetClipList(), second)
    assert [len(folder.GetClipList()) for folder in (first, second)] == [0, 1]


def test_what_is_not_there_or_no_media_is_left_out_silently(pool, tmp_path):
    (tmp_path / "notes.txt").write_text("hello")
    assert pool.ImportMedia([str(tmp_path / "none.png"), str(tmp_path / "notes.txt")]) == []


@pytest.mark.parametrize("how", ["call", "window"])
def test_a_studio_call_in_the_free_edition_blocks_every_later_call(resolve, pool, how):
    resolve.session.product = FREE
    timeline = pool.CreateEmptyTimeline("a")
    assert timeline.GetName() == "a"
    if how == "call":
        assert timeline.CreateSubtitlesFromAudio() is False
    else:
        assert resolve.Fusion().UIManager is None
    assert timeline.GetName() is False
    assert resolve.projects.SaveProject() is False
    assert resolve.GetProductName() is False
    resolve.session.person_closes_window()
    assert timeline.GetName() == "a"


def test_studio_does_what_only_studio_does(pool, media):
    timeline = pool.CreateEmptyTimeline("a")
    assert timeline.CreateSubtitlesFromAudio()
    assert imported(pool, media, "song.wav")[0].TranscribeAudio()
    assert pool.session.modal is None
