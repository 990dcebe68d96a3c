"""Every n-th beat, counted as musicians count."""

from __future__ import annotations

import pytest
from grids import analysed, steady

from alice_core.timeline import read_edit
from alice_core.timeline.formats import documents
from alice_core.workflows.cutting import beat_frames, counted


def places(beats):
    return [(beat.bar, beat.position) for beat in beats]


def test_every_fourth_beat_is_every_bar_even_after_a_pickup() -> None:
    beats = steady(13, pickup=3).beats
    assert places(counted(beats, every=4)) == [(1, 1), (2, 1), (3, 1)]
    assert places(counted(beats, every=2))[:3] == [(0, 3), (1, 1), (1, 3)]
    assert places(counted(beats, every=1)) == places(beats)


def test_downbeats_alone_and_every_second_of_them() -> None:
    beats = steady(20).beats
    assert places(counted(beats, downbeats=True)) == [(bar, 1) for bar in range(1, 6)]
    assert places(counted(beats, every=2, downbeats=True)) == [(1, 1), (3, 1), (5, 1)]


@pytest.mark.parametrize("every", [1, 3, 7])
def test_beats_without_a_downbeat_are_counted_from_the_first(every) -> None:
    beats = steady(10, meter=30, pickup=20).beats
    assert places(counted(beats, every=every)) == places(beats[::every])


def test_the_frames_of_beats_lie_where_the_song_does(build) -> None:
    cut = build.timeline((48, 48))
    edit = read_edit(documents(cut, "fcpxml", "cut")[0].data, "fcpxml")
    heard = analysed([24_000, 48_000, 72_000, 96_000, 120_000], pickup=1, length=192_000)
    assert beat_frames(heard, cut.rate, edit) == [12, 24, 36, 48, 60]
    assert beat_frames(heard, cut.rate, edit, every=4) == [24]
    assert beat_frames(heard, cut.rate, edit, downbeats=True) == [24]
