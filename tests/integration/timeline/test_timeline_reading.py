"""The readers that check: what they find wrong, and what they refuse."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from alice_core.errors import AliceError, MediaError, UsageError
from alice_core.timeline import FORMATS, Cut, documents, read_cuts
from alice_core.timeline.edl import write_edl
from alice_core.timeline.fcpxml import write_fcpxml
from alice_core.timeline.otio import write_otio
from alice_core.timing import FrameRate

RATE = FrameRate.parse("24")

GAP_HOSTED = b"""<?xml version="1.0"?>
<fcpxml version="1.11">
  <resources>
    <format id="r1" frameDuration="1001/30000s" width="1920" height="1080"/>
    <asset id="r2" start="0s" duration="0s" hasVideo="1"/>
    <asset id="r3" start="0s" duration="10s" hasAudio="1"/>
  </resources>
  <library><event><project><sequence format="r1" tcStart="108108000/30000s" tcFormat="NDF"><spine>
    <gap name="Gap" offset="108108000/30000s" start="3600s" duration="300300/30000s">
      <asset-clip ref="r3" lane="-1" offset="3600s" name="song" duration="299/30s"/>
      <video ref="r2" lane="1" offset="108030030/30000s" name="b" start="3600s" duration="30030/30000s"/>
      <video ref="r2" lane="1" offset="3600s" name="a" start="3600s" duration="30030/30000s">
        <marker start="3601s" duration="1001/30000s" value="on a frame? nearly"/>
      </video>
      <spine lane="2" offset="108060060/30000s">
        <video ref="r2" name="c" start="3600s" duration="30030/30000s"/>
        <video ref="r2" name="d" start="3600s" duration="60060/30000s"/>
      </spine>
    </gap>
  </spine></sequence></project></event></library>
</fcpxml>"""


def test_connected_clips_on_a_gap_are_found_in_the_hosts_time() -> None:
    cuts = read_cuts(GAP_HOSTED, "fcpxml")
    assert cuts.rate == FrameRate(Fraction(30000, 1001))
    assert cuts.start == 108_000
    assert [(cut.name, cut.start, cut.end) for cut in cuts.clips] == [
        ("a", 0, 30),
        ("b", 30, 60),
        ("c", 60, 90),
        ("d", 90, 150),
    ]
    assert cuts.song == Cut("song", 0, 299)
    assert cuts.markers == (30,)
    assert cuts.faults() == ()


def test_gaps_overlaps_and_empty_clips_are_told(build) -> None:
    data = write_fcpxml(build.timeline((24, 10, 30)))
    moved = data.replace(b'offset="3601s"', b'offset="8642500/2400s"')
    assert read_cuts(moved, "fcpxml").faults() == (
        "gap of 1 frames at shot-0002 (frame 25)",
        "overlap of 1 frames at shot-0003 (frame 34)",
    )
    (listed,) = write_edl(build.timeline((24, 10, 30)))
    twice = listed.replace(b"01:00:01:10 01:00:02:16", b"01:00:01:09 01:00:02:15")
    assert read_cuts(twice, "edl", RATE).faults() == ("overlap of 1 frames at shot-0003 (frame 33)",)
    document = json.loads(write_otio(build.timeline((24, 10, 30))))
    document["tracks"]["children"][0]["children"][1]["source_range"]["duration"]["value"] = 0
    empty = read_cuts(json.dumps(document).encode(), "otio")
    assert empty.faults() == ("shot-0002 (frame 24) has no length",)


def test_a_picture_between_frames_is_refused(build) -> None:
    data = write_fcpxml(build.timeline()).replace(b'offset="3601s"', b'offset="8642450/2400s"')
    with pytest.raises(MediaError, match="between frames"):
        read_cuts(data, "fcpxml")
    document = json.loads(write_otio(build.timeline()))
    document["tracks"]["children"][0]["children"][0]["source_range"]["duration"]["value"] = 23.5
    with pytest.raises(MediaError, match="between frames"):
        read_cuts(json.dumps(document).encode(), "otio")


def test_a_gap_in_otio_takes_time_and_is_no_picture(build) -> None:
    document = json.loads(write_otio(build.timeline((24, 10, 30))))
    document["tracks"]["children"][0]["children"][1]["OTIO_SCHEMA"] = "Gap.1"
    cuts = read_cuts(json.dumps(document).encode(), "otio")
    assert cuts.faults() == ("gap of 10 frames at shot-0003 (frame 34)",)
    document["tracks"]["children"][1]["children"] = []
    assert read_cuts(json.dumps(document).encode(), "otio").song is None


def test_otio_of_two_rates_is_refused(build) -> None:
    document = json.loads(write_otio(build.timeline()))
    document["tracks"]["children"][0]["children"][0]["source_range"]["duration"]["rate"] = 48000
    with pytest.raises(MediaError, match="counts at 48000"):
        read_cuts(json.dumps(document).encode(), "otio")


def test_a_list_over_midnight_goes_on(build) -> None:
    timeline = build.timeline((24, 48, 24), "29.97", start="23:59:59;00")
    (listed,) = write_edl(timeline)
    assert b"00:00:01;12" in listed
    cuts = read_cuts(listed, "edl", timeline.rate)
    assert [(cut.start, cut.end) for cut in cuts.clips] == [(0, 24), (24, 72), (72, 96)]


@pytest.mark.parametrize(
    "entity", ['<!ENTITY a "aaaa">', '<!ENTITY a SYSTEM "file:///etc/passwd">', '<!ENTITY % a "x">']
)
def test_xml_that_declares_entities_is_refused(entity: str) -> None:
    data = f"<!DOCTYPE fcpxml [{entity}]><fcpxml version='1.10'/>".encode()
    with pytest.raises(MediaError, match="entity"):
        read_cuts(data, "fcpxml")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "data", [b"", b"\0\0\0", b"\xff\xfe", b"<fcpxml/>", b"<a", b"{}", b"[]", b"null", b"TITLE: x\n", b"001"]
)
def test_what_is_no_timeline_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(MediaError, match=f"no {name} timeline"):
        read_cuts(data, name, RATE)


@pytest.mark.parametrize("name", FORMATS)
def test_no_truncation_is_taken_for_the_whole(build, name: str) -> None:
    timeline = build.timeline((24, 10, 30))
    (document,) = documents(timeline, name, "cut")
    whole = read_cuts(document.data, name, timeline.rate)
    step = len(document.data) // 12 if name == "aaf" else 97
    tail = 4096 if name == "aaf" else 2  # the last sector may be padding alone
    for end in range(0, len(document.data) - tail, step):
        try:
            cuts = read_cuts(document.data[:end], name, timeline.rate)
        except AliceError:
            continue
        assert name.endswith("edl"), "only a list can end after any event"
        assert len(cuts.clips) <= len(whole.clips)


def test_a_list_without_events_is_no_cut() -> None:
    with pytest.raises(MediaError, match="no events"):
        read_cuts(b"TITLE: x\nFCM: NON-DROP FRAME\n", "edl", RATE)


def test_lists_that_contradict_themselves_are_refused(build) -> None:
    (listed,) = write_edl(build.timeline((24, 10, 30)))
    for old, new, words in (
        (b"00:00:01:00 01:00:00:00", b"00:00:01:01 01:00:00:00", "takes 25 frames and gives 24"),
        (b"01:00:00:00 01:00:01:00", b"01:00:00:00", "no whole event"),
        (b"V     C        00", b"V     X    024 00", "no whole event"),
        (b"FCM: NON-DROP FRAME\r\n", b"", "FCM"),
        (b"FCM: NON-DROP FRAME", b"FCM: NON-DROP FRAME\r\nFCM: DROP FRAME", "FCM"),
    ):
        with pytest.raises(MediaError, match=words):
            read_cuts(listed.replace(old, new), "edl", RATE)
    with pytest.raises(MediaError, match="it is edl"):
        read_cuts(listed, "markers.edl", RATE)
    with pytest.raises(MediaError, match="DROP FRAME at 24"):
        read_cuts(listed.replace(b"NON-DROP", b"DROP"), "edl", RATE)


def test_a_list_needs_a_rate_and_a_format_must_be_known(build) -> None:
    (listed,) = write_edl(build.timeline())
    with pytest.raises(UsageError) as caught:
        read_cuts(listed, "edl")
    assert caught.value.code == "ALICE-U01"
    with pytest.raises(UsageError) as caught:
        read_cuts(listed, "avi")
    assert caught.value.code == "ALICE-U04"
