"""What the main job accepts, refused before any work."""

from __future__ import annotations

from pathlib import Path

import pytest

from alice_core.errors import UsageError
from alice_core.timing import FrameRate
from alice_core.workflows import MakeRequest
from alice_core.workflows.request import parse_size

RATE = FrameRate.parse("24")


@pytest.mark.parametrize(
    ("text", "size"), [("1280x720", (1280, 720)), (" 64 X 64 ", (64, 64)), ("720×1280", (720, 1280))]
)
def test_sizes(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize(
    ("text", "near"),
    [("1x1", "64x64"), ("641x361", "642x362"), ("0x0", "64x64"), ("9000x720", "8192x720"), ("999999x2", "8192x64")],
)
def test_sizes_that_cannot_be_name_the_nearest_that_can(text, near):
    with pytest.raises(UsageError) as caught:
        parse_size(text)
    assert caught.value.code == "ALICE-U02"
    assert near in (caught.value.hint or "")


@pytest.mark.parametrize("text", ["", "big", "1280", "1280x", "-2x4", "1280x720x3", "1e3x720"])
def test_what_is_no_size(text):
    with pytest.raises(UsageError) as caught:
        parse_size(text)
    assert caught.value.code == "ALICE-U02"


def test_a_request_is_checked_when_it_is_made():
    with pytest.raises(UsageError, match="even"):
        MakeRequest(Path("a.wav"), RATE, 641, 360)
    with pytest.raises(UsageError, match="timecode"):
        MakeRequest(Path("a.wav"), RATE, 640, 360, start="1:2")


def test_names_come_from_the_song(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    plain = MakeRequest(Path("some/My Song.wav"), RATE, 640, 360)
    assert (plain.title, plain.folder) == ("My Song", tmp_path / "My Song-alice")
    long = MakeRequest(Path("ü" * 200 + ".wav"), RATE, 640, 360)
    assert len(long.folder.name.encode()) <= 255
    assert long.folder.name.endswith("ü-alice")
    assert MakeRequest(Path(" .wav"), RATE, 640, 360).title
    assert MakeRequest(Path("a.wav"), RATE, 640, 360, out=Path("x")).folder == tmp_path / "x"
