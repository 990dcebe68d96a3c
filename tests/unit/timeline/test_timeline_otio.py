"""OTIO: the shape that Resolve asks for, looked at as plain JSON."""

from __future__ import annotations

import json
from pathlib import PureWindowsPath
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.errors import ExportError
from alice_core.timeline.model import Marker, Timeline
from alice_core.timeline.otio import write_otio
from alice_core.timing import RATES


def document_of(timeline: Timeline) -> dict[str, Any]:
    return json.loads(write_otio(timeline))


def every(value: object, schema: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if isinstance(value, dict):
        if str(value.get("OTIO_SCHEMA", "")).split(".")[0] == schema:
            found.append(value)
        for inner in value.values():
            found += every(inner, schema)
    elif isinstance(value, list):
        for inner in value:
            found += every(inner, schema)
    return found


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_the_shape_resolve_needs(build, data) -> None:
    timeline = data.draw(build.strategy())
    document = document_of(timeline)
    rate = float(timeline.rate.value)
    assert document["OTIO_SCHEMA"] == "Timeline.1"
    assert document["global_start_time"] == {"OTIO_SCHEMA": "RationalTime.1", "rate": rate, "value": timeline.start}
    tracks = document["tracks"]["children"]
    assert [(track["name"], track["kind"]) for track in tracks] == [("Video 1", "Video"), ("Audio 1", "Audio")]
    clips = every(document, "Clip")
    assert {clip["OTIO_SCHEMA"] for clip in clips} == {"Clip.2"}
    medias = [*(clip.media for clip in timeline.clips), timeline.song]
    for clip, media in zip(clips, medias, strict=True):
        reference = clip["media_references"][clip["active_media_reference_key"]]
        assert reference["OTIO_SCHEMA"] == "ExternalReference.1"
        assert reference["target_url"].startswith("/"), "a bare path"
        assert reference["available_range"]["start_time"]["value"] == 0, "files of ours have no timecode of their own"
        assert reference["name"]
        assert reference["metadata"]["alice"]["digest"] == media.digest
        assert clip["enabled"] is True
        assert clip["metadata"]["alice"]
    for item in [document["tracks"], *tracks]:
        assert item["enabled"] is True
        assert isinstance(item["metadata"], dict)
    for time in every(document, "RationalTime"):
        assert time["value"] == int(time["value"])
        assert time["rate"] == rate


@pytest.mark.parametrize("rate", RATES)
def test_the_exact_rate_stands_beside_the_float(build, rate: str) -> None:
    timeline = build.timeline(rate=rate)
    facts = document_of(timeline)["metadata"]["alice"]
    assert (facts["rate"], facts["drop"]) == (timeline.rate.ratio, timeline.rate.drop)
    assert facts["schema"] == "alice.timeline/1"


def test_shot_digest_prompt_and_move_go_along(build) -> None:
    timeline = build.timeline()
    clips = every(document_of(timeline), "Clip")
    for clip, ours in zip(clips, timeline.clips, strict=False):
        assert clip["name"] == ours.name
        assert clip["metadata"]["alice"] == {
            "shot": ours.name,
            "digest": ours.media.digest,
            "prompt": ours.note,
            "move": "push-in",
        }
    assert clips[-1]["metadata"]["alice"] == {"digest": timeline.song.digest}


def test_a_still_used_twice_has_one_range_that_holds_both(build) -> None:
    picture = build.still()
    clips = every(document_of(build.timeline((24, 10, 30), medias=(picture,))), "Clip")
    ranges = [clip["media_references"]["DEFAULT_MEDIA"]["available_range"]["duration"]["value"] for clip in clips[:3]]
    assert ranges == [30, 30, 30]


def test_a_movie_has_its_own_length_and_rate(build) -> None:
    clips = every(document_of(build.timeline(medias=(build.movie(rate="25", frames=100),))), "Clip")
    duration = clips[0]["media_references"]["DEFAULT_MEDIA"]["available_range"]["duration"]
    assert (duration["value"], duration["rate"]) == (100, 25)
    assert clips[0]["source_range"]["duration"]["rate"] == 24


@pytest.mark.parametrize(("channels", "kind"), [(1, "Mono"), (2, "Stereo"), (6, None), (0, None)])
def test_the_song_names_its_channels(build, channels: int, kind: str | None) -> None:
    timeline = build.timeline()
    song = build.song(timeline.song.duration, channels=channels)
    track = document_of(build.timeline(song=song))["tracks"]["children"][1]
    assert track["metadata"]["Resolve_OTIO"].get("Audio Type") == kind
    listed = track["children"][0]["metadata"].get("Resolve_OTIO", {}).get("Channels", [])
    assert [item["Source Channel ID"] for item in listed] == list(range(channels))


def test_markers_have_kind_colour_and_place(build) -> None:
    marks = (
        Marker(-1, "beat", "early"),
        Marker(0, "section", "intro"),
        Marker(5, "beat", ""),
        Marker(9, "cue", "x"),
        Marker(64, "beat", "late"),
    )
    found = document_of(build.timeline(markers=marks))["tracks"]["markers"]
    places = [
        (
            mark["marked_range"]["start_time"]["value"],
            mark["marked_range"]["duration"]["value"],
            mark["color"],
            mark["name"],
        )
        for mark in found
    ]
    assert places == [(0, 1, "PURPLE", "intro"), (5, 1, "BLUE", "beat"), (9, 1, "WHITE", "x")]
    assert [mark["metadata"]["alice"]["kind"] for mark in found] == ["section", "beat", "cue"]


def test_windows_paths_stay_bare(build) -> None:
    clips = every(document_of(build.timeline(medias=(build.still(PureWindowsPath(r"C:\films\a b.png")),))), "Clip")
    assert clips[0]["media_references"]["DEFAULT_MEDIA"]["target_url"] == r"C:\films\a b.png"


def test_a_path_goes_in_as_it_is_or_not_at_all(build) -> None:
    odd = build.still("/films/tab\tnew\nline \x01.png")
    clips = every(document_of(build.timeline(medias=(odd,))), "Clip")
    assert clips[0]["media_references"]["DEFAULT_MEDIA"]["target_url"] == str(odd.path)
    with pytest.raises(ExportError, match="no UTF-8") as caught:
        write_otio(build.timeline(medias=(build.still("/films/caf\udce9.png"),)))
    assert caught.value.hint == "Rename the file."


def test_the_environment_cannot_ask_for_an_older_shape(build, monkeypatch: pytest.MonkeyPatch) -> None:
    timeline = build.timeline()
    before = write_otio(timeline)
    monkeypatch.setenv("OTIO_DEFAULT_TARGET_VERSION_FAMILY_LABEL", "OTIO_CORE:0.14.0")
    assert write_otio(timeline) == before
