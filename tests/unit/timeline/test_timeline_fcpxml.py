"""FCPXML: structure by rules of our own, always; Apple's DTD where the machine has it."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path, PureWindowsPath
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.timeline.fcpxml import write_fcpxml
from alice_core.timeline.grid import Grid, parse_seconds, seconds_text
from alice_core.timeline.model import Marker, Timeline
from alice_core.timing import RATES, FrameRate

# What may stand in each element that we write: attributes (required ones first, then
# allowed ones) and children in their order.
RULES: dict[str, tuple[set[str], set[str], list[str]]] = {
    "fcpxml": ({"version"}, set(), ["resources", "library"]),
    "resources": (set(), set(), ["*"]),
    "format": ({"id"}, {"name", "frameDuration", "width", "height", "colorSpace"}, []),
    "asset": (
        {"id", "name", "start", "duration"},
        {"hasVideo", "format", "videoSources", "hasAudio", "audioSources", "audioChannels", "audioRate"},
        ["media-rep", "metadata"],
    ),
    "media-rep": ({"kind", "src"}, set(), []),
    "metadata": (set(), set(), ["md"]),
    "md": ({"key", "value"}, {"displayName"}, []),
    "library": (set(), set(), ["event"]),
    "event": ({"name"}, set(), ["project"]),
    "project": ({"name"}, set(), ["sequence"]),
    "sequence": (
        {"format", "duration", "tcStart", "tcFormat", "audioLayout", "audioRate"},
        set(),
        ["spine"],
    ),
    "spine": (set(), set(), ["*"]),
    "video": ({"ref", "offset", "name", "start", "duration"}, set(), ["note", "asset-clip", "markers"]),
    "asset-clip": (
        {"ref", "offset", "name", "duration", "format"},
        {"lane", "start", "tcFormat", "srcEnable", "audioRole"},
        ["note", "conform-rate", "asset-clip", "markers"],
    ),
    "conform-rate": ({"scaleEnabled", "srcFrameRate"}, set(), []),
    "note": (set(), set(), []),
    "marker": ({"start", "duration", "value", "note"}, set(), []),
    "chapter-marker": ({"start", "duration", "value", "note"}, set(), []),
}


def check_structure(element: ET.Element) -> None:
    required, allowed, order = RULES[element.tag]
    assert required <= set(element.attrib), element.tag
    assert set(element.attrib) <= required | allowed, element.tag
    kinds = ["markers" if child.tag.endswith("marker") else child.tag for child in element]
    if order != ["*"]:
        places = [order.index(kind) for kind in kinds]
        assert places == sorted(places), f"the order of {kinds} in {element.tag}"
    for child in element:
        check_structure(child)


def check_references(root: ET.Element) -> None:
    names = [element.attrib["id"] for element in root.iter() if "id" in element.attrib]
    assert len(names) == len(set(names))
    formats = {element.attrib["id"]: element for element in root.iter("format")}
    assets = {element.attrib["id"]: element for element in root.iter("asset")}
    for element in root.iter():
        assert element.get("format", next(iter(formats))) in formats
        if "ref" in element.attrib:
            asset = assets[element.attrib["ref"]]
            still = asset.get("duration") == "0s"
            assert (element.tag == "video") == still, "a still lies in <video>, all else in <asset-clip>"
    assert all(len({*map(tuple, (item.items() for item in kind.values()))}) == len(kind) for kind in (formats, assets))


def root_of(timeline: Timeline) -> ET.Element:
    return ET.fromstring(write_fcpxml(timeline))


def find(root: ET.Element, path: str) -> ET.Element:
    element = root.find(path)
    assert element is not None
    return element


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_structure_and_references(build, data) -> None:
    data_bytes = write_fcpxml(data.draw(build.strategy()))
    root = ET.fromstring(data_bytes)
    assert root.get("version") == "1.10"
    assert data_bytes.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n')
    check_structure(root)
    check_references(root)


@settings(deadline=None, max_examples=25)
@given(st.data())
def test_apples_dtd_accepts_it(build, data) -> None:
    dtd = os.environ.get("ALICE_FCPXML_DTD")
    xmllint = shutil.which("xmllint")
    if not dtd or not xmllint:
        pytest.skip("needs ALICE_FCPXML_DTD (Apple's DTD of 1.10, not ours to ship) and the program xmllint")
    document = write_fcpxml(data.draw(build.strategy()))
    command = [xmllint, "--nonet", "--noout", "--dtdvalid", str(Path(dtd)), "-"]
    found = subprocess.run(command, input=document, capture_output=True, check=False)
    assert found.returncode == 0, found.stderr.decode()


@pytest.mark.parametrize(
    ("rate", "frame", "drop"),
    [
        ("23.976", "1001/24000s", "NDF"),
        ("24", "100/2400s", "NDF"),
        ("25", "100/2500s", "NDF"),
        ("29.97", "1001/30000s", "DF"),
        ("29.97ndf", "1001/30000s", "NDF"),
        ("30", "100/3000s", "NDF"),
        ("50", "100/5000s", "NDF"),
        ("59.94", "1001/60000s", "DF"),
        ("60", "100/6000s", "NDF"),
    ],
)
def test_rate_and_timecode_of_the_sequence(build, rate: str, frame: str, drop: str) -> None:
    timeline = build.timeline(rate=rate)
    root = root_of(timeline)
    sequence = find(root, ".//sequence")
    assert find(root, "resources/format").get("frameDuration") == frame
    assert sequence.get("tcFormat") == drop
    assert parse_seconds(sequence.attrib["tcStart"]) == timeline.start * timeline.rate.frame
    assert sequence.get("duration") == Grid.of(timeline.rate).text(64)


def test_drop_frame_starts_at_one_oclock_by_its_own_count(build) -> None:
    assert find(root_of(build.timeline(rate="29.97")), ".//sequence").get("tcStart") == "107999892/30000s"
    assert find(root_of(build.timeline(rate="29.97ndf")), ".//sequence").get("tcStart") == "108108000/30000s"
    assert find(root_of(build.timeline(rate="24")), ".//sequence").get("tcStart") == "3600s"


@pytest.mark.parametrize(
    ("size", "rate", "name"),
    [
        ((1280, 720), "24", "FFVideoFormat720p24"),
        ((1920, 1080), "23.976", "FFVideoFormat1080p2398"),
        ((1920, 1080), "29.97", "FFVideoFormat1080p2997"),
        ((3840, 2160), "59.94", "FFVideoFormat3840x2160p5994"),
        ((1080, 1920), "24", None),
        ((1920, 1080), "48", None),
        ((999, 555), "25", None),
    ],
)
def test_apple_names_only_what_apple_names(build, size: tuple[int, int], rate: str, name: str | None) -> None:
    timeline = build.timeline(rate=rate, width=size[0], height=size[1])
    picture = find(root_of(timeline), "resources/format")
    assert picture.get("name") == name
    assert (picture.get("width"), picture.get("height")) == (str(size[0]), str(size[1]))


@pytest.mark.parametrize("rate", RATES)
def test_a_still_is_as_final_cut_writes_it(build, rate: str) -> None:
    root = root_of(build.timeline(rate=rate))
    asset = next(asset for asset in root.iter("asset") if asset.get("hasVideo"))
    assert (asset.get("start"), asset.get("duration"), asset.get("hasAudio")) == ("0s", "0s", None)
    form = find(root, f"resources/format[@id='{asset.get('format')}']")
    assert (form.get("name"), form.get("frameDuration")) == ("FFVideoFormatRateUndefined", None)
    own = FrameRate.parse(rate)
    frames = parse_seconds(find(root, ".//spine/video").attrib["start"]) * own.value
    assert frames.denominator == 1
    assert 0 <= 3600 - own.seconds(frames.numerator) < own.frame, "the last frame that begins within the hour"


def test_a_movie_keeps_its_length_sound_and_format(build) -> None:
    timeline = build.timeline(medias=(build.movie(frames=100, sample_rate=48000),))
    root = root_of(timeline)
    asset = next(asset for asset in root.iter("asset") if asset.get("hasVideo"))
    assert asset.get("duration") == "200000/48000s"
    assert asset.get("format") == find(root, ".//sequence").get("format"), "the same picture has one format"
    assert (asset.get("hasAudio"), asset.get("audioChannels")) == ("1", "2")
    clip = find(root, ".//spine/asset-clip")
    assert clip.get("srcEnable") == "video", "only the song is heard"
    assert clip.find("conform-rate") is None
    assert len(root.findall("resources/asset")) == 2


@pytest.mark.parametrize(("rate", "spoken"), [("23.976", "23.98"), ("25", "25"), ("59.94", "59.94"), ("12", None)])
def test_a_movie_of_another_rate_plays_at_its_own_speed(build, rate: str, spoken: str | None) -> None:
    film = build.movie(rate=rate, frames=1000, size=(640, 360))
    timeline = build.timeline(rate="30", medias=(film,))
    root = root_of(timeline)
    clip = find(root, ".//spine/asset-clip")
    conform = clip.find("conform-rate")
    assert (conform.attrib if conform is not None else None) == (
        {"scaleEnabled": "0", "srcFrameRate": spoken} if spoken else None
    )
    form = find(root, f"resources/format[@id='{clip.get('format')}']")
    assert form.get("frameDuration") == f"{Grid.of(film.rate).unit}/{Grid.of(film.rate).scale}s"
    without = replace(timeline.clips[0], media=replace(film, rate=None))
    plain = root_of(replace(timeline, clips=(without, *timeline.clips[1:])))
    assert find(plain, ".//spine/asset-clip").find("conform-rate") is None


@pytest.mark.parametrize(
    ("rate", "channels", "layout", "sequence_rate"),
    [
        (44100, 1, "stereo", "44.1k"),
        (48000, 2, "stereo", "48k"),
        (192000, 8, "surround", "192k"),
        (8000, 1, "stereo", "48k"),
    ],
)
def test_the_song_keeps_its_rate_channels_and_exact_length(
    build, rate: int, channels: int, layout: str, sequence_rate: str
) -> None:
    exact = Fraction(rate * 64 // 24 - 7, rate)
    root = root_of(build.timeline(song=build.song(exact, sample_rate=rate, channels=channels)))
    asset = next(asset for asset in root.iter("asset") if asset.get("hasVideo") is None)
    assert (asset.get("audioRate"), asset.get("audioChannels")) == (str(rate), str(channels))
    assert asset.get("duration") == f"{exact * rate}/{rate}s"
    sequence = find(root, ".//sequence")
    assert (sequence.get("audioLayout"), sequence.get("audioRate")) == (layout, sequence_rate)


def test_a_song_of_unknown_rate_is_still_a_sound(build) -> None:
    root = root_of(build.timeline(song=build.song(Fraction(2), sample_rate=0, channels=0)))
    asset = next(asset for asset in root.iter("asset") if asset.get("hasVideo") is None)
    assert (asset.get("hasAudio"), asset.get("audioRate")) == ("1", None)


def test_prompt_digest_and_markers_go_along(build) -> None:
    marks = (Marker(-1, "beat", "x"), Marker(23, "beat", ""), Marker(24, "section", "A & B"), Marker(64, "beat", "y"))
    timeline = build.timeline(markers=marks)
    root = root_of(timeline)
    first, second, third = root.iter("video")
    assert first.findtext("note") == "picture 0"
    assert [mark.get("value") for mark in first.iter("marker")] == ["beat"]
    assert [mark.get("value") for mark in second.iter("chapter-marker")] == ["A & B"]
    assert third.find("marker") is None
    digests = {element.get("value") for element in root.iter("md")}
    assert digests == {timeline.song.digest, *(clip.media.digest for clip in timeline.clips)}
    silent = replace(timeline, clips=tuple(replace(clip, note="") for clip in timeline.clips))
    assert root_of(silent).find(".//note") is None


def test_windows_paths_become_urls(build) -> None:
    medias = (build.still(PureWindowsPath(r"C:\films\a b.png")), build.still(PureWindowsPath(r"\\nas\films\c.png")))
    sources = [element.get("src") for element in root_of(build.timeline(medias=medias)).iter("media-rep")]
    assert "file:///C:/films/a%20b.png" in sources
    assert "file://nas/films/c.png" in sources


@pytest.mark.parametrize(
    ("seconds", "scale", "text"),
    [
        (Fraction(3), 48000, "3s"),
        (Fraction(1, 3), 48000, "16000/48000s"),
        (Fraction(1, 7), 48000, "1/7s"),
        (Fraction(5, 2**31), 0, "0/720000s"),
        (Fraction(10**12 + 1, 2**40), 0, "654836/720000s"),
    ],
)
def test_seconds_off_the_grid(seconds: Fraction, scale: int, text: str) -> None:
    assert seconds_text(seconds, scale) == text
    assert abs(parse_seconds(text) - seconds) < Fraction(1, 720_000)


@settings(deadline=None, max_examples=33)
@given(st.sampled_from(RATES), st.integers(0, 10**7))
def test_grid_times_are_exact_and_fit(rate: str, frames: int) -> None:
    own = FrameRate.parse(rate)
    text = Grid.of(own).text(frames)
    assert parse_seconds(text) == own.seconds(frames)
    top, _, bottom = text.removesuffix("s").partition("/")
    assert int(top) < 2**63
    assert int(bottom or 1) < 2**31


def test_what_is_no_time_is_refused() -> None:
    with pytest.raises(ValueError, match="no FCPXML time"):
        parse_seconds("1001/24000")
