"""The two formats whose structure nobody else here looks at: xmeml and AAF."""

from __future__ import annotations

import os
import subprocess
import sys
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree as ET

import aaf2
import pytest

from alice_core.errors import ExportError, UsageError
from alice_core.timeline import documents
from alice_core.timeline.aaf import write_aaf
from alice_core.timeline.fcpxml import VERSIONS, write_fcpxml
from alice_core.timeline.model import Marker
from alice_core.timeline.xmeml import write_xmeml
from alice_core.timing import FrameRate


def drop_timeline(build):
    rate = FrameRate.parse("29.97")
    movie = build.movie("/films/b.mov", "29.97", 90, (640, 360))
    medias = (build.still("/films/a b.png", 1024, 768), movie)
    song = build.song(rate.seconds(64), sample_rate=44_100, channels=2)
    return build.timeline((24, 10, 30), "29.97", "01:00:00;00", medias, (Marker(5, "beat", "1"),), song=song)


def test_xmeml_says_size_drop_frames_stills_and_both_channels(build) -> None:
    root = ET.fromstring(write_xmeml(drop_timeline(build)))
    sequence = root.find("sequence")
    assert sequence.findtext("timecode/string") == "01:00:00;00"
    assert sequence.findtext("timecode/frame") == "107892"
    assert sequence.findtext("timecode/displayformat") == "DF"
    assert sequence.findtext("media/video/format/samplecharacteristics/width") == "1280"
    still, movie, again = sequence.findall("media/video/track/clipitem")
    assert [item.findtext("stillframe") for item in (still, movie, again)] == ["TRUE", None, "TRUE"]
    assert movie.findtext("file/media/video/samplecharacteristics/width") == "640"
    assert still.findtext("file/pathurl") == "file:///films/a%20b.png"
    assert len(again.find("file")) == 0
    assert again.find("file").get("id") == still.find("file").get("id")
    songs = sequence.findall("media/audio/track/clipitem")
    assert [song.findtext("sourcetrack/trackindex") for song in songs] == ["1", "2"]
    assert [(mark.findtext("in"), mark.findtext("name")) for mark in sequence.findall("marker")] == [("5", "1")]


def test_aaf_has_one_primary_timecode_and_the_real_facts_of_media(build, tmp_path: Path) -> None:
    path = tmp_path / "cut.aaf"
    path.write_bytes(write_aaf(drop_timeline(build)))
    with aaf2.open(str(path), "r") as file:
        (edit,) = file.content.toplevel()
        kinds = [(str(slot.media_kind), slot.segment) for slot in edit.slots]
        (code,) = [segment for kind, segment in kinds if kind == "Timecode"]
        assert (code.start, code.fps, code.drop) == (107_892, 30, True)
        assert next(slot for slot in edit.slots if slot.segment is code)["PhysicalTrackNumber"].value == 1
        picture = next(slot for slot in edit.slots if str(slot.media_kind) == "Picture")
        assert Fraction(picture.edit_rate) == Fraction(30_000, 1001)
        assert [clip.length for clip in picture.segment.components] == [24, 10, 30]
        sound = next(slot for slot in edit.slots if str(slot.media_kind) == "Sound")
        assert sound.edit_rate == 44_100
        descriptors = {mob.name: mob.descriptor for mob in file.content.sourcemobs()}
        assert descriptors["song.wav"]["Channels"].value == 2
        assert descriptors["b.mov"]["StoredWidth"].value == 640
        (locator,) = descriptors["a b.png"]["Locator"].value
        assert locator["URLString"].value == "file:///films/a%20b.png"


def test_aaf_bytes_depend_on_the_timeline_alone(build) -> None:
    first = sha256(write_aaf(drop_timeline(build))).hexdigest()
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); sys.path.insert(0, sys.argv[2])\n"
        "from hashlib import sha256; import timeline_builder as b\n"
        "from test_timeline_xmeml_aaf import drop_timeline\n"
        "from alice_core.timeline.aaf import write_aaf\n"
        "print(sha256(write_aaf(drop_timeline(b))).hexdigest())"
    )
    here = Path(__file__).parent
    builders = here.parents[1] / "builders"
    command = [sys.executable, "-c", code, str(builders), str(here)]
    seeded = os.environ | {"PYTHONHASHSEED": "7"}
    found = subprocess.run(command, capture_output=True, text=True, check=True, env=seeded)
    assert found.stdout.strip() == first


def test_movies_of_another_rate_are_refused_where_frames_are_counted(build) -> None:
    timeline = build.timeline((24,), medias=(build.movie("/films/b.mov", "25", 90),))
    for name in ("xml", "aaf"):
        with pytest.raises(ExportError, match="1 files have another rate"):
            documents(timeline, name, "cut")


def test_fcpxml_comes_in_the_version_asked_for(build) -> None:
    for version in VERSIONS:
        root = ET.fromstring(write_fcpxml(build.timeline(), version))
        assert root.get("version") == version
        assert (root.find("resources/asset/media-rep") is None) == (version == "1.8")
    with pytest.raises(UsageError):
        write_fcpxml(build.timeline(), "1.5")


def test_a_file_with_timecode_of_its_own_is_counted_in_it(build) -> None:
    from dataclasses import replace

    movie = replace(build.movie("/films/b.mov", "24", 100), start=Fraction(3600))
    timeline = build.timeline((24, 10), medias=(movie,))
    fcpxml = documents(timeline, "fcpxml", "cut")[0].data.decode()
    assert 'start="3600s"' in fcpxml
    assert "01:00:00:00 01:00:01:00" in documents(timeline, "edl", "cut")[0].data.decode()
    assert '"value": 86400.0' in documents(timeline, "otio", "cut")[0].data.decode()
    assert "<frame>86400</frame>" in documents(timeline, "xml", "cut")[0].data.decode()
