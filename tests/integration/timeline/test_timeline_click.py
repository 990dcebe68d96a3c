"""The click track lies beside the song in every format, and the pictures stay where they are."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from timeline_builder import song, timelines

from alice_core.timeline import documents, read_edit
from alice_core.timeline.check import check, failed
from alice_core.timeline.flat import nearest, song_of
from alice_core.timeline.urls import path_of_url


def with_click(cut):
    return replace(cut, click=song(cut.song.duration, "/songs/click.wav", cut.song.sample_rate, channels=1))


@pytest.mark.parametrize("name", ["fcpxml", "xml", "otio", "edl", "aaf"])
@pytest.mark.parametrize("rate", ["24", "29.97"])
def test_both_sounds_are_there_from_the_first_frame(build, name, rate) -> None:
    cut = with_click(build.timeline((24, 10, 30), rate))
    edit = read_edit(documents(cut, name, "cut")[0].data, name, cut.rate)
    spans = {(path_of_url(item.source.url), item.start, nearest(item.end)) for item in edit.sounds}
    assert spans == {("/songs/song.wav", 0, 64), ("/songs/click.wav", 0, 64)}
    assert path_of_url(song_of(edit).source.url) == "/songs/song.wav"
    assert not failed(check(edit))


@settings(deadline=None, max_examples=30)
@given(timelines())
def test_the_pictures_do_not_move(cut) -> None:
    for name in ("fcpxml", "xml", "edl"):
        plain, clicked = (
            [(item.start, item.end) for part in documents(one, name, "cut")
             for item in read_edit(part.data, name, cut.rate).pictures]
            for one in (cut, with_click(cut))
        )  # fmt: skip
        assert plain == clicked


def test_a_list_with_both_sounds_still_holds_999_events(build) -> None:
    cut = with_click(build.timeline((2,) * 998))
    parts = documents(cut, "edl", "cut")
    assert len(parts) == 2
    for part in parts:
        numbers = [line[:3] for line in part.data.decode().splitlines() if line[:3].isdigit()]
        assert int(numbers[-1]) == len(numbers) <= 999
