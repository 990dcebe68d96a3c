"""The table of formats and the files it gives."""

from __future__ import annotations

import pytest

from alice_core.errors import UsageError
from alice_core.timeline import FORMATS, documents, names
from alice_core.timeline.model import Marker


def test_one_file_is_named_after_the_stem(build) -> None:
    timeline = build.timeline()
    files = [document.name for name in FORMATS for document in documents(timeline, name, "Song 1")]
    assert files == ["Song 1" + ending for ending in (".otio", ".fcpxml", ".xml", ".aaf", ".edl", ".markers.edl")]


def test_a_list_that_is_too_long_comes_in_named_parts(build) -> None:
    parts = documents(build.timeline((2,) * 999), "edl", "cut")
    assert [part.name for part in parts] == ["cut.1of2.edl", "cut.2of2.edl"]


@pytest.mark.parametrize(
    ("name", "shots"),
    [
        ("otio", 3),
        ("fcpxml", 3),
        ("edl", 1),
        ("edl", 998),
        ("edl", 999),
        ("edl", 1997),
        ("markers.edl", 1),
        ("markers.edl", 999),
        ("markers.edl", 1000),
    ],
)
def test_the_names_are_known_before_the_files(build, name: str, shots: int) -> None:
    timeline = build.timeline((1,) * shots, markers=tuple(Marker(frame, "beat", "") for frame in range(shots)))
    assert names(timeline, name, "cut") == tuple(document.name for document in documents(timeline, name, "cut"))


def test_an_unknown_format_is_refused_with_the_list(build) -> None:
    with pytest.raises(UsageError) as caught:
        documents(build.timeline(), "avi", "cut")
    with pytest.raises(UsageError, match="'avi'"):
        names(build.timeline(), "avi", "cut")
    assert caught.value.code == "ALICE-U04"
    assert "markers.edl" in (caught.value.hint or "")
