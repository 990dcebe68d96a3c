"""What the check, the comparison and the readers of foreign cuts say."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from alice_core.errors import MediaError, UsageError
from alice_core.timeline import documents, read_edit
from alice_core.timeline.check import Look, check, failed
from alice_core.timeline.diff import Kind, compare, same_media
from alice_core.timeline.flat import flattened, song_of
from alice_core.timeline.model import Marker
from alice_core.timeline.reading import Edit, Item, Source, format_of
from alice_core.timeline.urls import path_of_url, url_fault
from alice_core.timing import FrameRate

RATE = FrameRate.parse("25")
FORMATS = ("otio", "fcpxml", "xml", "aaf", "edl")


def item(name: str, start: float, end: float, track: str = "V1", url: str = "", **facts: object) -> Item:
    source = Source(name, url or f"/films/{name}.mov", **facts)  # type: ignore[arg-type]
    return Item(name, track, Fraction(start), Fraction(end), source, Fraction(0))


def edit(*items: Item, **changes: object) -> Edit:
    return replace(Edit("fcpxml", "cut", RATE, Fraction(0), items), **changes)  # type: ignore[arg-type]


def codes(cut: Edit, **given: object) -> list[str]:
    return [fault.code for fault in check(cut, **given)]  # type: ignore[arg-type]


def test_a_whole_cut_has_no_fault(build) -> None:
    timeline = build.timeline((24, 10, 30), "29.97", markers=(Marker(3, "beat", "1"),))
    for name in (*FORMATS, "markers.edl"):
        (document,) = documents(timeline, name, "cut")
        found = read_edit(document.data, None, timeline.rate)
        assert found.format == name
        assert check(found) == ()


def test_gaps_overlaps_and_cuts_between_frames_are_told_apart() -> None:
    assert codes(edit(item("a", 0, 10), item("b", 12, 20))) == ["gap"]
    assert codes(edit(item("a", 0, 10), item("b", 8, 20))) == ["overlap"]
    assert codes(edit(item("a", 0, 10), item("b", 8, 20, "V2"))) == []
    assert codes(edit(item("a", 0, 10.5), item("b", 10.5, 20))) == ["off-frame", "off-frame"]
    assert codes(edit(item("a", 0, 10), item("b", 10, 10))) == ["empty"]
    assert codes(edit(item("a", -5, 10))) == ["before-start"]
    assert codes(edit(item("a", 0, 10), start=Fraction(1, 2))) == ["off-frame"]
    assert codes(edit(item("a", 0, 10), rate=FrameRate(Fraction(87169000, 2905633)))) == ["rate"]
    assert codes(edit(item("a", 0, 10), item("s", 0, 14, "A1"))) == ["song-end"]


def test_media_are_looked_at() -> None:
    def look(path: str) -> Look | None:
        known = {"a": Look(Fraction(1), Fraction(25)), "b": Look(Fraction(9), Fraction(24))}
        return known.get(path.removeprefix("/films/").removesuffix(".mov"))

    cut = edit(item("a", 0, 30), item("b", 30, 40), item("c", 40, 50))
    assert codes(cut, look=look) == ["media-short", "media-rate", "media-missing"]
    early = edit(replace(item("a", 0, 10), source_in=Fraction(-2)))
    assert codes(early) == ["media-short"]


@pytest.mark.parametrize(
    ("url", "path", "fault"),
    [
        ("file:///films/a%20b.png", "/films/a b.png", None),
        ("file://localhost/C%3a/films/a.png", "C:/films/a.png", None),
        ("file:///D:/films/a.png", "D:/films/a.png", None),
        ("file://nas/films/a.png", "//nas/films/a.png", None),
        ("/films/a#b.png", "/films/a#b.png", None),
        ("https://example.org/a.png", "", None),
        ("file://d:\\films\\a.png", "d:/films/a.png", "it holds backslashes"),
        ("file://d:/films/a.png", "d:/films/a.png", "a drive needs three slashes before it"),
        ("file:///films/a b.png", "/films/a b.png", "it holds letters that should be percent-encoded"),
        ("file:///films/夜.png", "/films/夜.png", "it holds letters that should be percent-encoded"),
        ("file:///films/100%.png", "/films/100%.png", "a per cent sign in it is no escape"),
        ("file:films/a.png", "films/a.png", "it is relative"),
    ],
)
def test_urls_are_understood_and_judged(url: str, path: str, fault: str | None) -> None:
    assert path_of_url(url) == path
    assert url_fault(url) == fault
    assert codes(edit(item("a", 0, 10, url=url))) == (["bad-url"] if fault else [])


def test_reels_that_stand_for_two_files_collide() -> None:
    lines = (
        "TITLE: x\nFCM: NON-DROP FRAME\n"
        "001  SHOT 005 V C 00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n* FROM CLIP NAME: a.mov\n"
        "002  SHOT 005 V C 00:00:00:00 00:00:01:00 01:00:01:00 01:00:02:00\n* FROM CLIP NAME: b.mov\n"
    )
    assert codes(read_edit(lines.encode(), None, RATE)) == ["reel-name", "reel-name", "reel-collision"]


def test_foreign_lists_are_read_with_their_oddities() -> None:
    lines = (
        "TITLE: Schnitt ü\n"
        "001  AX V C 00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n* FROM CLIP NAME: A\n"
        "002  AX V C 00:00:01:00 00:00:01:00 01:00:01:00 01:00:01:00\n"
        "002  BX V D 012 00:00:00:00 00:00:01:00 01:00:01:00 01:00:02:00\n* TO CLIP NAME: B\n"
        "003  CX AA/V C 00:00:00:00 00:00:02:00 01:00:02:00 01:00:03:00\nM2   CX 050.0 00:00:00:00\n"
        "* LOC: 01:00:00:12 RED     a mark\n"
        "004  BL V C 00:00:00:00 00:00:01:00 01:00:03:00 01:00:04:00\n"
        "005  DX V C 00:00:00:00 00:00:01:00 01:00:04:00 01:00:05:00\n"
        "006  broken\n007  EX V C 00:00:00:00 00:00:61:00 01:00:05:00 01:00:06:00\n"
    )
    found = read_edit(lines.encode("latin-1"), None, RATE)
    assert [(one.name, int(one.start), int(one.end), one.track) for one in found.items] == [
        ("A", 0, 25, "V1"),
        ("B", 25, 50, "V1"),
        ("CX", 50, 75, "V1"),
        ("CX", 50, 75, "A1"),
        ("CX", 50, 75, "A2"),
        ("DX", 100, 125, "V1"),
    ]
    assert found.items[2].speed == 2
    assert [(int(mark.frame), mark.name) for mark in found.marks] == [(12, "a mark")]
    assert {"not-ascii", "fcm", "edl-line", "timecode", "gap"} <= set(codes(found))


XMEML = """<?xml version="1.0"?><!DOCTYPE xmeml><xmeml version="4"><sequence><name>n</name>
<rate><timebase>25</timebase><ntsc>FALSE</ntsc></rate>
<timecode><string>01:00:00:00</string><frame>90000</frame><displayformat>NDF</displayformat></timecode>
<media><video><track>
<clipitem id="a"><name>a</name><rate><timebase>25</timebase></rate><start>0</start><end>-1</end><in>0</in><out>60</out>
<file id="f"><name>a.mov</name><pathurl>file:///films/a.mov</pathurl><rate><timebase>25</timebase></rate>
<duration>100</duration></file></clipitem>
<transitionitem><start>40</start><end>60</end><alignment>center</alignment></transitionitem>
<clipitem id="b"><name>b</name><start>-1</start><end>100</end><in>5</in><out>65</out><file id="f"/></clipitem>
<generatoritem><name>slug</name><start>100</start><end>120</end><in>0</in><out>20</out></generatoritem>
</track></video></media></sequence></xmeml>"""


def test_transitions_of_xmeml_become_cuts() -> None:
    found = read_edit(XMEML.encode())
    spans = [(one.name, int(one.start), int(one.end), one.source_in) for one in found.items]
    assert spans == [("a", 0, 50, 0), ("b", 50, 100, 15), ("slug", 100, 120, None)]
    assert found.items[1].source is not None
    assert found.items[1].source.url == "file:///films/a.mov"
    assert found.start == 90_000
    assert codes(found) == ["no-format"]
    drop = read_edit(XMEML.replace(">NDF<", ">DF<").encode())
    assert "drop-flag" in codes(drop)


def test_otio_of_another_shape_than_resolves_is_told(build) -> None:
    document = json.loads(documents(build.timeline(), "otio", "cut")[0].data)
    track = document["tracks"]["children"][0]
    track["name"] = "V"
    reference = next(iter(track["children"][0]["media_references"].values()))
    reference["target_url"] = "file://" + reference["target_url"]
    reference["available_range"] = None
    track["children"][1]["effects"] = [{"OTIO_SCHEMA": "LinearTimeWarp.1", "time_scalar": 0.5}]
    del document["global_start_time"]
    found = read_edit(json.dumps(document).encode())
    assert {fault.code for fault in found.faults} == {"resolve-shape"}
    assert len(found.faults) == 4
    assert [one.speed for one in found.pictures] == [1, Fraction(1, 2), 1]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", '"x"', "null"])
def test_numbers_that_are_none_are_refused(build, value: str) -> None:
    data = documents(build.timeline(), "otio", "cut")[0].data
    with pytest.raises(MediaError):
        read_edit(data.replace(b'"value": 24.0', b'"value": ' + value.encode()))


def test_a_bomb_of_entities_and_a_deep_nest_are_refused() -> None:
    bomb = '<!DOCTYPE xmeml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><xmeml>&b;</xmeml>'
    with pytest.raises(MediaError, match="entity"):
        read_edit(bomb.encode())
    inner = '<video lane="1" offset="0s" duration="1s">' * 3000 + "</video>" * 3000
    deep = (
        '<fcpxml version="1.10"><resources><format id="r1" frameDuration="1/25s"/></resources><library><event><project>'
        f'<sequence format="r1"><spine>{inner}</spine></sequence></project></event></library></fcpxml>'
    )
    with pytest.raises(MediaError):
        read_edit(deep.encode())


def test_the_format_is_known_by_content_or_refused() -> None:
    with pytest.raises(MediaError, match="no timeline"):
        format_of(b"RIFF1234")
    with pytest.raises(UsageError):
        read_edit(b"TITLE: x\n001  A V C 00:00:00:00 00:00:01:00 00:00:00:00 00:00:01:00\n")


def test_the_higher_picture_is_seen_and_the_song_is_the_longest_sound() -> None:
    cut = edit(item("a", 0, 30), item("b", 10, 20, "V2"), item("s", 0, 40, "A1"), item("fx", 5, 6, "A2"))
    seen = [(span.start, span.end, span.item.name if span.item else None) for span in flattened(cut)]
    assert seen == [(0, 10, "a"), (10, 20, "b"), (20, 30, "a"), (30, 40, None)]
    assert flattened(cut)[2].source_in == 20
    assert song_of(cut) == cut.items[2]


def test_each_change_is_told_as_what_it_is() -> None:
    before = edit(*(item(name, at * 10, at * 10 + 10) for at, name in enumerate("abcdef")))
    a, b, c, d, _, _ = before.items
    after = edit(
        a,
        replace(b, source_in=Fraction(3)),
        replace(c, end=Fraction(25)),
        replace(d, start=Fraction(25), end=Fraction(40), source_in=Fraction(-5)),
        replace(item("z", 40, 50), name="e"),
        item("n", 60, 70),
    )
    kinds = [(change.kind, change.name) for change in compare(before, after).changes]
    assert kinds == [
        (Kind.KEPT, "a"),
        (Kind.SLIPPED, "b"),
        (Kind.TRIMMED, "c"),
        (Kind.TRIMMED, "d"),
        (Kind.REPLACED, "e"),
        (Kind.ADDED, "n"),
        (Kind.DELETED, "f"),
    ]
    moved = compare(before, edit(*(replace(one, start=one.start + 5, end=one.end + 5) for one in before.items)))
    assert {change.kind for change in moved.changes} == {Kind.MOVED}
    assert not moved.same
    other = compare(before, replace(before, rate=FrameRate.parse("24"), start=Fraction(24)))
    assert other.settings == ("rate 25 became 24", "start frame 0 became 24")
    assert failed(check(after, planned=before))


def test_files_are_the_same_by_digest_whatever_they_are_called() -> None:
    one, two = item("a", 0, 1, digest="sha256:1"), item("b", 0, 1, digest="sha256:1")
    assert same_media(one, two)
    assert not same_media(one, item("a", 0, 1, digest="sha256:2"))
    assert same_media(item("a", 0, 1), item("a", 0, 1, digest="sha256:2"))
    title = Item("t", "V1", Fraction(0), Fraction(1))
    assert same_media(title, title)
    assert not same_media(title, one)


def test_every_format_of_a_cut_is_the_same_cut(build) -> None:
    medias = (build.still("/f/ü 1.png"), build.movie("/f/b.mov", "59.94"))
    timeline = build.timeline((24, 10, 1, 30), "59.94", medias=medias)
    cuts = [read_edit(documents(timeline, name, "cut")[0].data, name, timeline.rate) for name in FORMATS]
    assert all(compare(first, second).same for first in cuts for second in cuts)
