"""CMX 3600 lists and Resolve's marker lists, line by line."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.timeline import read_cuts
from alice_core.timeline.edl import write_edl, write_marker_edl
from alice_core.timeline.model import Marker, Timeline

EVENT = re.compile(r"\d{3}  [0-9A-Z]{8} (V|A)     C        (\d\d:\d\d:\d\d[:;]\d\d ?){4}")


def lines_of(timeline: Timeline) -> list[str]:
    (part,) = write_edl(timeline)
    return part.decode("ascii").splitlines()


def test_a_small_list_whole(build) -> None:
    timeline = build.timeline((24, 10), medias=(build.still("/films/naïve #1.png"), build.movie("/films/take.mp4")))
    timeline = replace(timeline, name="Lied für dich")
    lines = lines_of(timeline)
    song, first, second = (line[5:13] for line in lines if line[0].isdigit())
    assert lines == [
        "TITLE: Lied fur dich",
        "FCM: NON-DROP FRAME",
        f"001  {song} A     C        00:00:00:00 00:00:01:10 01:00:00:00 01:00:01:10",
        "* FROM CLIP NAME: song.wav",
        "* SOURCE FILE: /songs/song.wav",
        f"002  {first} V     C        00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00",
        "* FROM CLIP NAME: naive #1.png",
        "* SOURCE FILE: /films/na%C3%AFve #1.png",
        "* SHOT: shot-0001",
        f"003  {second} V     C        00:00:00:00 00:00:00:10 01:00:01:00 01:00:01:10",
        "* FROM CLIP NAME: take.mp4",
        "* SOURCE FILE: /films/take.mp4",
        "* SHOT: shot-0002",
    ]
    assert timeline.clips[0].media.digest.startswith(f"sha256:{first.lower()}")


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_every_line_has_its_form(build, data) -> None:
    (part,) = write_edl(data.draw(build.strategy()))
    assert part.isascii()
    assert part.count(b"\n") == part.count(b"\r\n"), "lines end as CMX lists do"
    title, counting, *lines = part.decode().splitlines()
    assert title.startswith("TITLE: ")
    assert len(title) <= 77
    assert counting in ("FCM: DROP FRAME", "FCM: NON-DROP FRAME")
    for line in lines:
        assert EVENT.fullmatch(line) or line.startswith(("* FROM CLIP NAME: ", "* SOURCE FILE: ", "* SHOT: "))


@pytest.mark.parametrize(("rate", "counting", "mark"), [("29.97", "DROP", ";"), ("29.97ndf", "NON-DROP", ":")])
def test_drop_frame_is_said_and_marked(build, rate: str, counting: str, mark: str) -> None:
    lines = lines_of(build.timeline((1800, 30), rate))
    assert lines[1] == f"FCM: {counting} FRAME"
    last = next(line for line in lines if line.startswith("003"))
    assert f"01:01:00{mark}" in last


def test_a_name_without_a_letter_of_ascii_falls_back(build) -> None:
    timeline = replace(build.timeline((24,), medias=(build.still("/films/夜.png"),)), name="\n")
    lines = lines_of(timeline)
    assert lines[0] == "TITLE: timeline"
    assert "* FROM CLIP NAME: _.png" in lines


def test_999_events_stay_one_list_and_more_are_split_into_lists_that_stand_alone(build) -> None:
    assert len(write_edl(build.timeline((2,) * 998))) == 1
    timeline = build.timeline((2,) * 2000, name="A title of many words " * 6)
    parts = write_edl(timeline)
    assert len(parts) == 3
    starts = []
    for number, part in enumerate(parts, start=1):
        lines = part.decode().splitlines()
        assert lines[0].endswith(f" {number} of 3")
        assert len(lines[0]) == 77
        events = [line for line in lines if line[0].isdigit()]
        assert len(events) <= 999
        assert [int(line[:3]) for line in events] == list(range(1, len(events) + 1))
        cuts = read_cuts(part, "edl", timeline.rate)
        assert cuts.faults() == ()
        assert cuts.song is not None
        assert (cuts.song.start, cuts.song.end) == (0, cuts.clips[-1].end), "its own stretch of the song"
        starts += [cuts.start - timeline.start + cut.start for cut in cuts.clips]
    assert starts == [clip.start for clip in timeline.clips]
    second = parts[1].decode().splitlines()[2]
    assert second.split()[4] == "00:01:23:04", "the song goes on where the first list ended"


def test_a_list_after_the_end_of_the_song_has_no_song(build) -> None:
    timeline = build.timeline((2,) * 1200, song=build.song(Fraction(1)))
    first, second = write_edl(timeline)
    assert b" A     C " in first
    assert b" A     C " not in second
    assert read_cuts(second, "edl", timeline.rate).song is None


def test_a_marker_list_whole(build) -> None:
    marks = (
        Marker(0, "section", "A|B 夜"),
        Marker(5, "beat", ""),
        Marker(6, "7th", "note"),
        Marker(99, "beat", "late"),
    )
    (part,) = write_marker_edl(build.timeline(markers=marks))
    assert part.decode("ascii").splitlines() == [
        "TITLE: Song",
        "FCM: NON-DROP FRAME",
        "",
        "001  001      V     C        01:00:00:00 01:00:00:01 01:00:00:00 01:00:00:01",
        "section A/B _ |C:ResolveColorPurple |M:A/B _ |D:1",
        "",
        "002  001      V     C        01:00:00:05 01:00:00:06 01:00:00:05 01:00:00:06",
        "beat |C:ResolveColorBlue |M:beat |D:1",
        "",
        "003  001      V     C        01:00:00:06 01:00:00:07 01:00:00:06 01:00:00:07",
        "- 7th note |C:ResolveColorCream |M:note |D:1",
        "",
    ]


def test_many_markers_are_split_and_none_give_an_empty_list(build) -> None:
    timeline = build.timeline((1500,), markers=tuple(Marker(frame, "beat", "") for frame in range(1500)))
    parts = write_marker_edl(timeline)
    assert [part.count(b"|D:1") for part in parts] == [999, 501]
    (empty,) = write_marker_edl(build.timeline())
    assert empty == b"TITLE: Song\r\nFCM: NON-DROP FRAME\r\n\r\n"
    assert read_cuts(empty, "markers.edl", timeline.rate).markers == ()
