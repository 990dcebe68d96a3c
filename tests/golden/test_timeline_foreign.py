"""Real files of Final Cut, Avid, Premiere and others, read by us; they are not in the tree.

``ALICE_TIMELINE_SAMPLES`` names a folder with the sample files of TheAcharya/pipeline-neo,
OpenTimelineIO/otio-aaf-adapter, otio-cmx3600-adapter and otio-fcp-adapter, in subfolders.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from alice_core.timeline import read_edit
from alice_core.timeline.check import check
from alice_core.timing import FrameRate

FOLDER = os.environ.get("ALICE_TIMELINE_SAMPLES")
ENDINGS = (".fcpxml", ".xml", ".edl", ".aaf")
FILES = sorted(path for path in Path(FOLDER).glob("*/*") if path.suffix in ENDINGS) if FOLDER else []
NO_TIMELINE = {
    "EventsWithKeywords.fcpxml",
    "StandaloneAssetClip.fcpxml",
    "premiere_example_filter.xml",
    "marker-over-audio.aaf",
    "picchu_seq0100_snippet_embedded.aaf",
}

pytestmark = pytest.mark.skipif(not FILES, reason="ALICE_TIMELINE_SAMPLES names no folder of samples")


@pytest.mark.parametrize("path", [path for path in FILES if path.name not in NO_TIMELINE], ids=lambda path: path.name)
def test_a_real_file_is_read_and_judged(path: Path) -> None:
    edit = read_edit(path.read_bytes(), None, FrameRate.parse("25" if path.name == "25fps.edl" else "24"))
    assert edit.rate.value > 0
    assert all(item.end >= item.start for item in edit.items if path.name != "timecode_mismatch.edl")
    if path.suffix == ".fcpxml":
        starts = [item for item in edit.pictures if item.track == "V1"]
        assert all(item.start.denominator == 1 for item in starts), "the spine of Final Cut lies on frames"
    check(edit)
