"""Cuts on the beat, cuts from elsewhere, and timelines for other machines."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.errors import ExportError, NotFound, UsageError
from alice_core.timeline import documents, read_edit
from alice_core.timeline.handover import ascii_linked, foreign_names, parse_root, rerooted
from alice_core.timeline.looking import look_at, media_of_edit, song_of_edit, timeline_of_edit
from alice_core.timeline.reading import Edit, Item
from alice_core.timeline.snap import Outcome, snap
from alice_core.timing import FrameRate


def outcomes(report) -> list[Outcome]:
    return [cut.outcome for cut in report.cuts]


def test_cuts_go_to_their_nearest_beat_and_the_report_counts(build) -> None:
    timeline = build.timeline((23, 10, 16, 40))  # cuts at 23, 33, 49
    moved, report = snap(timeline, [0, 24, 48, 72])
    assert [clip.start for clip in moved.clips] == [0, 24, 33, 48]
    assert outcomes(report) == [Outcome.MOVED, Outcome.COLLISION, Outcome.MOVED]
    assert not report.whole
    again, second = snap(build.timeline((24, 24, 41)), [24, 48])
    assert outcomes(second) == [Outcome.ON, Outcome.ON]
    assert second.whole
    assert [clip.start for clip in again.clips] == [0, 24, 48]


def test_nothing_snapped_is_no_success(build) -> None:
    for timeline, beats, within in (
        (build.timeline((50,)), [10, 20], None),
        (build.timeline((20, 20)), [], None),
        (build.timeline((20, 20)), [0, 40, 99], None),
        (build.timeline((20, 20)), [30], 3),
    ):
        with pytest.raises(ExportError, match="nothing was snapped"):
            snap(timeline, beats, within=within)


def test_a_movie_without_handles_is_not_stretched(build) -> None:
    short = build.movie("/films/short.mov", "24", 20)
    timeline = build.timeline((20, 20, 20), medias=(short,))
    with pytest.raises(ExportError, match="nothing was snapped"):
        snap(timeline, [22])
    moved, report = snap(build.timeline((20, 20, 20), medias=(build.movie("/f/long.mov", "24", 90),)), [22, 40])
    assert report.whole
    assert [(clip.start, clip.source_start) for clip in moved.clips] == [(0, 0), (22, 2), (40, 0)]


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(1, 40), min_size=2, max_size=20), st.sets(st.integers(0, 400), min_size=1))
def test_a_snapped_cut_is_whole_and_as_long_as_before(build, lengths, beats) -> None:
    timeline = build.timeline(tuple(lengths))
    try:
        moved, report = snap(timeline, sorted(beats))
    except ExportError:
        return
    assert moved.frames == timeline.frames
    assert all(clip.frames >= 1 for clip in moved.clips)
    for clip, cut in zip(moved.clips[1:], report.cuts, strict=True):
        assert (clip.start == cut.beat) == (cut.outcome in (Outcome.MOVED, Outcome.ON)) or clip.start == cut.frame


def test_a_foreign_cut_becomes_a_timeline(build) -> None:
    timeline = build.timeline((24, 10, 30), medias=(build.still("/f/a.png"), build.movie("/f/b.mov")))
    edit = read_edit(documents(timeline, "fcpxml", "cut")[0].data)
    found, notices = timeline_of_edit(edit, song_of_edit(edit))
    assert notices == ()
    assert [(clip.start, clip.end, clip.source_start) for clip in found.clips] == [(0, 24, 0), (24, 34, 0), (34, 64, 0)]
    assert found.clips[1].media.digest == timeline.clips[1].media.digest
    half = tuple(Item(one.name, one.track, one.start + Fraction(1, 3), one.end, one.source) for one in edit.items[:1])
    _, said = timeline_of_edit(Edit("fcpxml", "", edit.rate, edit.start, half), timeline.song)
    assert "between frames" in said[0]


def test_black_and_retimed_stretches_are_refused(build) -> None:
    rate = FrameRate.parse("24")
    title = Item("title", "V1", Fraction(0), Fraction(10))
    with pytest.raises(ExportError, match="names no file"):
        timeline_of_edit(Edit("fcpxml", "", rate, Fraction(0), (title,)), build.song(Fraction(1)))
    edit = read_edit(documents(build.timeline(), "fcpxml", "cut")[0].data)
    late = Edit("fcpxml", "", rate, Fraction(0), edit.items[1:])
    with pytest.raises(ExportError, match="black"):
        timeline_of_edit(late, build.song(Fraction(1)))
    with pytest.raises(NotFound):
        song_of_edit(Edit("fcpxml", "", rate, Fraction(0), (title,)))


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    assert look_at("nothing.png", tmp_path) is None
    assert media_of_edit(Edit("edl", "", FrameRate.parse("25"), Fraction(0), ())) == {}


def test_paths_go_under_the_root_of_another_machine(build) -> None:
    timeline = build.timeline(medias=(build.still("/films/rain/a.png"), build.still("/other/b.png")))
    moved = rerooted(timeline, [parse_root("/films=D:\\work"), parse_root("/films/rain=\\\\nas\\share")])
    assert [clip.media.path for clip in moved.clips[:2]] == [
        PureWindowsPath("//nas/share/a.png"),
        PurePosixPath("/other/b.png"),
    ]
    text = documents(moved, "fcpxml", "cut")[0].data.decode()
    assert 'src="file://nas/share/a.png"' in text
    back = rerooted(moved, [parse_root("\\\\nas\\share=/Volumes/films")])
    assert back.clips[0].media.path == PurePosixPath("/Volumes/films/a.png")
    for text in ("/films", "films=D:/x", "/films=here"):
        with pytest.raises(UsageError):
            parse_root(text)


def test_links_give_plain_names(build, tmp_path: Path) -> None:
    odd = tmp_path / "夜 1.png"
    odd.write_bytes(b"picture")
    timeline = build.timeline(medias=(build.still(odd), build.still("/films/a.png")))
    assert foreign_names(timeline) == (str(odd),)
    linked, names = ascii_linked(timeline, tmp_path / "links")
    again, _ = ascii_linked(timeline, tmp_path / "links")
    assert again == linked
    assert len(names) == 1
    assert names[0].isascii()
    assert (tmp_path / "links" / names[0]).read_bytes() == b"picture"
    assert foreign_names(linked) == ()
    assert ascii_linked(linked, tmp_path / "links") == (linked, ())
    with pytest.raises(UsageError):
        ascii_linked(timeline, tmp_path / "夜")
