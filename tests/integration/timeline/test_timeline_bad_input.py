"""Songs, names and timecodes that break timelines: the same whole cut in every format, or a sentence."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import PurePosixPath

import pytest
from grids import analysed
from timeline_builder import HARD_NAMES

from alice_core.directing.cut import timeline_of
from alice_core.directing.model import CutStyle
from alice_core.directing.plan import plan_shots
from alice_core.errors import ExportError, UsageError
from alice_core.timeline import documents, read_edit
from alice_core.timeline.check import check, failed
from alice_core.timeline.model import Marker
from alice_core.timeline.urls import path_of_url
from alice_core.timing import FrameRate, frames_of

FORMATS = ("fcpxml", "xml", "otio", "aaf", "edl")


def spans_of(cut, name):
    """The pictures of every part of a written format, in frames of the whole cut; nothing is wrong with any."""
    found = []
    for part in documents(cut, name, "cut"):
        edit = read_edit(part.data, name, cut.rate)
        assert not failed(tuple(one for one in check(edit) if one.code != "gap" or len(found) == 0))
        base = int(edit.start) - cut.start
        found += [(base + int(item.start), base + int(item.end)) for item in edit.pictures]
        assert (edit.rate.value, edit.rate.drop) == (cut.rate.value, cut.rate.drop)
    return found


def same_everywhere(cut):
    wanted = [(clip.start, clip.end) for clip in cut.clips]
    for name in FORMATS:
        assert spans_of(cut, name) == wanted, name


def planned(build, heard, rate="24", **options):
    plan = plan_shots(heard, rate=FrameRate.parse(rate), width=1280, height=720, **options)
    media = {shot.id: build.still(f"/films/{shot.id}.png") for shot in plan.shots}
    return plan, timeline_of(plan, media, build.song(plan.song.seconds), "Song")


@pytest.mark.parametrize("rate", ["24", "29.97", "60"])
def test_two_beats_inside_one_frame(build, rate) -> None:
    beats = sorted({at + off for at in range(24_000, 24_000 * 30, 24_000) for off in (0, 150, 300)})
    plan, cut = planned(build, analysed(beats, length=24_000 * 31), rate, cut=CutStyle.BEAT)
    assert all(shot.frames >= 1 for shot in plan.shots)
    assert all(one.end == two.start for one, two in pairwise(plan.shots))
    same_everywhere(cut)


def test_shots_of_one_frame(build) -> None:
    same_everywhere(build.timeline((1, 1, 24, 1), "29.97"))


@pytest.mark.parametrize("samples", [14_400, 1, 2001])
@pytest.mark.parametrize("rate", ["23.976", "59.94"])
def test_a_song_of_a_third_of_a_second_or_less(build, samples, rate) -> None:
    plan, cut = planned(build, analysed([], length=samples), rate)
    assert len(plan.shots) == 1
    same_everywhere(cut)


@pytest.mark.parametrize("seconds", [None, Fraction(0), Fraction(-3)])
def test_a_song_of_a_broken_length_is_refused(build, seconds) -> None:
    cut = build.timeline((24,))
    cut = replace(cut, song=replace(cut.song, duration=seconds))
    for name in FORMATS:
        with pytest.raises(ExportError, match="length of the song"):
            documents(cut, name, "cut")


@pytest.mark.parametrize("seconds", [Fraction(1, 3), Fraction(10**12 + 1, 10**12), Fraction(355, 113)])
def test_a_song_whose_length_is_no_number_of_samples(build, seconds) -> None:
    cut = build.timeline((24, 48))
    same_everywhere(replace(cut, song=replace(cut.song, duration=seconds)))


@pytest.mark.parametrize(
    ("rate", "start"), [("29.97", "00:59:59;20"), ("59.94", "00:59:59;50"), ("29.97", "23:59:59;20")]
)
def test_a_timecode_that_crosses_the_hour_in_drop_frame(build, rate, start) -> None:
    cut = build.timeline((5, 10, 2000, 3), rate, start)
    wanted = [(clip.start, clip.end) for clip in cut.clips]
    names = FORMATS if start < "23" else tuple(name for name in FORMATS if name != "edl")
    for name in names:
        assert spans_of(cut, name) == wanted, name
        assert documents(cut, name, "cut")


def test_a_dropped_label_is_no_start(build) -> None:
    with pytest.raises(UsageError):
        build.timeline((5,), "29.97", "00:01:00;00")
    assert frames_of("00:10:00;00", FrameRate.parse("29.97")) == 17_982


def test_a_thousand_events(build) -> None:
    cut = build.timeline((3,) * 1000, "25")
    cut = replace(cut, markers=tuple(Marker(clip.start, "beat", clip.name) for clip in cut.clips))
    same_everywhere(cut)
    assert [part.name for part in documents(cut, "edl", "cut")] == ["cut.1of2.edl", "cut.2of2.edl"]
    lists = documents(cut, "markers.edl", "cut")
    assert [part.name for part in lists] == ["cut.1of2.markers.edl", "cut.2of2.markers.edl"]
    assert all(part.data.isascii() for part in lists)


def test_names_of_all_kinds(build) -> None:
    medias = tuple(build.still(PurePosixPath("/films") / name) for name in HARD_NAMES)
    cut = build.timeline((12,) * len(medias), medias=medias, name="Ünï #1 100% \"x\" 'y' 🎬 夜" + "n" * 200)
    cut = replace(cut, song=replace(cut.song, path=PurePosixPath("/songs/夜 #1 100%.wav")))
    same_everywhere(cut)
    for name in ("fcpxml", "xml", "otio"):
        edit = read_edit(documents(cut, name, "cut")[0].data, name, cut.rate)
        assert [path_of_url(item.source.url) for item in edit.pictures] == [str(media.path) for media in medias]
