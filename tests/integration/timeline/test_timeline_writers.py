"""One timeline through every writer: the same frames in each, whoever reads them."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import warnings
from fractions import Fraction
from xml.etree import ElementTree as ET

import opentimelineio as otio
import pycmx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.timeline import FORMATS, documents, read_cuts
from alice_core.timeline.edl import write_edl, write_marker_edl
from alice_core.timeline.fcpxml import VERSIONS, write_fcpxml
from alice_core.timeline.model import Marker, Timeline
from alice_core.timeline.otio import write_otio
from alice_core.timing import RATES, FrameRate


def within(inner: otio.opentime.TimeRange, outer: otio.opentime.TimeRange) -> bool:
    return (
        outer.start_time <= inner.start_time and inner.end_time_exclusive() <= outer.end_time_exclusive()
    )  # its own contains() is strict


thorough = settings(deadline=None, max_examples=25)


def cut_frames(timeline: Timeline) -> list[tuple[int, int]]:
    return [(clip.start, clip.end) for clip in timeline.clips]


def marked_frames(timeline: Timeline) -> tuple[int, ...]:
    return tuple(sorted({marker.frame for marker in timeline.markers if 0 <= marker.frame < timeline.frames}))


@thorough
@given(st.data())
def test_every_format_gives_back_the_frames_of_the_timeline(build, data) -> None:
    timeline = data.draw(build.strategy())
    for name in FORMATS:
        (document,) = documents(timeline, name, "cut")
        cuts = read_cuts(document.data, name, timeline.rate)
        assert cuts.rate == timeline.rate
        if name == "markers.edl":
            assert cuts.markers == tuple(timeline.start + frame for frame in marked_frames(timeline))
            continue
        assert cuts.start == timeline.start
        assert [(cut.start, cut.end) for cut in cuts.clips] == cut_frames(timeline)
        assert cuts.faults() == ()
        assert cuts.song is not None
        assert cuts.song.start == 0
        assert 2 * abs(timeline.rate.seconds(cuts.song.end) - timeline.song.duration) <= timeline.rate.frame or (
            cuts.song.end == 1
        )
        if name != "edl":
            assert cuts.markers == marked_frames(timeline)


@thorough
@given(st.data())
def test_the_same_timeline_gives_the_same_bytes(build, data) -> None:
    timeline = data.draw(build.strategy())
    for name in FORMATS:
        assert documents(timeline, name, "cut") == documents(timeline, name, "cut")


@thorough
@given(st.data())
def test_opentimelineio_reads_the_otio(build, data) -> None:
    timeline = data.draw(build.strategy())
    document = otio.adapters.read_from_string(write_otio(timeline).decode(), "otio_json")
    rate = float(timeline.rate.value)
    assert document.global_start_time == otio.opentime.RationalTime(timeline.start, rate)
    pictures, sound = document.tracks
    spans = [clip.range_in_parent() for clip in pictures]
    assert [(span.start_time.value, span.end_time_exclusive().value) for span in spans] == cut_frames(timeline)
    assert all(span.duration.rate == rate for span in spans)
    for clip, ours in zip(pictures, timeline.clips, strict=True):
        assert clip.source_range.start_time.value == ours.source_start
        assert within(clip.source_range, clip.available_range())
        assert clip.metadata["alice"]["digest"] == ours.media.digest
    assert sound[0].range_in_parent().start_time.value == 0
    assert within(sound[0].source_range, sound[0].available_range())
    assert otio.adapters.write_to_string(document, "otio_json") + "\n" == write_otio(timeline).decode()


@thorough
@given(st.data())
def test_pycmx_and_opentimelineio_read_the_list(build, data) -> None:
    timeline = data.draw(build.strategy())
    (part,) = write_edl(timeline)
    listed = pycmx.parse_cmx3600(io.StringIO(part.decode("ascii")))
    assert list(listed.unrecognized_statements) == []
    edits = [edit for event in listed.events for edit in event.edits]
    assert len(edits) == len(timeline.clips) + 1
    song, *shots = edits
    assert song.channels.a1
    assert not song.channels.video

    def frames(code: str) -> int:
        rate = float(timeline.rate.value)
        return round(otio.opentime.from_timecode(code, rate).value)

    assert frames(song.record_in) == timeline.start
    spans = [(frames(edit.record_in) - timeline.start, frames(edit.record_out) - timeline.start) for edit in shots]
    assert spans == cut_frames(timeline)
    for edit, clip in zip(shots, timeline.clips, strict=True):
        assert edit.channels.video
        assert not edit.channels.audio
        assert (frames(edit.source_in), frames(edit.source_out)) == (
            clip.source_start,
            clip.source_start + clip.frames,
        )
    reels = {edit.source for edit in edits}
    assert len(reels) == len({timeline.song.digest, *(clip.media.digest for clip in timeline.clips)})


@thorough
@given(st.data())
def test_fcpxml_in_exact_fractions_has_no_gap_and_no_overlap(build, data) -> None:
    timeline = data.draw(build.strategy())
    root = ET.fromstring(write_fcpxml(timeline))
    sequence = root.find("library/event/project/sequence")
    assert sequence is not None

    def seconds(element: ET.Element, name: str) -> Fraction:
        return Fraction(element.attrib[name].removesuffix("s"))

    frame = timeline.rate.frame
    at = seconds(sequence, "tcStart")
    assert at == timeline.start * frame
    markers = set()
    for element, clip in zip(sequence.find("spine"), timeline.clips, strict=True):
        assert seconds(element, "offset") == at
        assert seconds(element, "duration") == clip.frames * frame
        assert (seconds(element, "start") / frame).denominator == 1
        at += seconds(element, "duration")
        for marker in [*element.iter("marker"), *element.iter("chapter-marker")]:
            inside = seconds(marker, "start") - seconds(element, "start")
            assert 0 <= inside < seconds(element, "duration"), "a marker lies within its clip"
            markers.add(clip.start + inside / frame)
    assert at - seconds(sequence, "tcStart") == seconds(sequence, "duration") == timeline.frames * frame
    assert tuple(sorted(markers)) == marked_frames(timeline)
    first = sequence.find("spine")[0]
    songs = [child for child in first if child.get("lane") == "-1"]
    assert len(songs) == len(root.findall(".//*[@lane]")) == 1
    assert seconds(songs[0], "offset") == seconds(first, "start"), "it begins with the first shot, in that one's time"
    assert seconds(songs[0], "duration") == min(timeline.song.duration, timeline.frames * frame)


@pytest.mark.parametrize("rate", RATES)
def test_over_an_hour_of_music_no_cut_drifts(build, rate: str) -> None:
    own = FrameRate.parse(rate)
    beat = Fraction(60, 127)
    beats = [index * 4 * beat for index in range(3700 * 127 // 240)]
    edges = [own.nearest_frame(moment) for moment in beats]
    end = own.nearest_frame(beats[-1] + 4 * beat)
    lengths = tuple(after - before for before, after in zip(edges, [*edges[1:], end], strict=True))
    timeline = build.timeline(lengths, rate, song=build.song(beats[-1] + 4 * beat))
    assert timeline.frames > 3600 * own.value
    for name in ("fcpxml", "edl"):
        starts: list[int] = []
        for part in documents(timeline, name, "cut"):
            cuts = read_cuts(part.data, name, own)
            assert cuts.faults() == ()
            starts += [cuts.start - timeline.start + cut.start for cut in cuts.clips]
        assert starts == edges
        worst = max(abs(own.seconds(start) - moment) for start, moment in zip(starts, beats, strict=True))
        assert worst <= own.frame / 2


@pytest.mark.parametrize("rate", ["24", "29.97", "59.94", "16", "119.88"])
@pytest.mark.parametrize("name", ["xml", "aaf", "edl"])
def test_the_published_adapters_read_the_same_cuts(build, tmp_path, name: str, rate: str) -> None:
    if name == "edl" and rate in ("16", "119.88"):
        pytest.skip("the cmx_3600 adapter knows no such rate")
    own = FrameRate.parse(rate)
    medias = (build.still("/films/naïve 1.png"), build.movie("/films/b.mov", rate, 4000))
    lengths = tuple(1 + index * 7 % 31 for index in range(60))
    timeline = build.timeline(lengths, rate, medias=medias, markers=(Marker(3, "beat", "1"),))
    path = tmp_path / f"cut.{name}"
    path.write_bytes(documents(timeline, name, "cut")[0].data)
    given = {"rate": float(own.value), "ignore_timecode_mismatch": True} if name == "edl" else {}
    adapter = {"xml": "fcp_xml", "aaf": "AAF", "edl": "cmx_3600"}[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the adapters' own use of what Python has deprecated
        found = otio.adapters.read_from_file(str(path), adapter_name=adapter, **given)
    track = found.video_tracks()[0]
    spans = [clip.range_in_parent() for clip in track.find_clips()]
    frames = [(round(span.start_time.value), round(span.end_time_exclusive().value)) for span in spans]
    assert frames == cut_frames(timeline)
    if name != "edl":
        assert round(found.global_start_time.value) == timeline.start


DTDS = os.environ.get("ALICE_FCPXML_DTDS")


@pytest.mark.skipif(not DTDS or shutil.which("xmllint") is None, reason="ALICE_FCPXML_DTDS names no folder of DTDs")
@pytest.mark.parametrize("rate", ["24", "29.97", "59.94", "47.952", "120"])
@pytest.mark.parametrize("version", VERSIONS)
def test_apples_dtd_accepts_each_version(build, tmp_path, version: str, rate: str) -> None:
    medias = (build.still("/films/é #1.png"), build.movie("/films/b.mov", rate, 900, sample_rate=48000))
    timeline = build.timeline((24, 10, 1, 30), rate, medias=medias, markers=(Marker(3, "section", "verse"),))
    path = tmp_path / "cut.fcpxml"
    path.write_bytes(write_fcpxml(timeline, version))
    dtd = f"{DTDS}/Final_Cut_Pro_XML_DTD_version_{version}.dtd"
    command = ["xmllint", "--nonet", "--noout", "--dtdvalid", dtd, str(path)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr


def test_importing_the_room_loads_no_timeline_library() -> None:
    heavy = "{'opentimelineio', 'aaf2', 'defusedxml', 'numpy', 'av', 'PIL'}"
    code = f"import sys, alice_core.timeline; print(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert found.stdout.strip() == "[]"


def test_markers_on_one_frame_are_one_where_the_host_holds_one(build) -> None:
    marks = (Marker(3, "beat", "2"), Marker(3, "section", "chorus"), Marker(3, "downbeat", "bar 2"))
    timeline = build.timeline(markers=marks)
    (element,) = ET.fromstring(write_fcpxml(timeline)).iter("chapter-marker")
    assert (element.get("value"), element.get("note")) == ("chorus", "section chorus; downbeat bar 2; beat 2")
    (listed,) = write_marker_edl(timeline)
    assert listed.count(b"|C:ResolveColorPurple |M:chorus |D:1") == 1
    stack = otio.adapters.read_from_string(write_otio(timeline).decode(), "otio_json").tracks
    assert [(mark.name, mark.color) for mark in stack.markers] == [
        ("chorus", "PURPLE"),
        ("bar 2", "GREEN"),
        ("2", "BLUE"),
    ]
    assert stack.markers[0].metadata["Resolve_OTIO"]["Note"] == "section"
