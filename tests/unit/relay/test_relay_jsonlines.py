"""The file sink: repaired after a crash, never at the cost of somebody else's file, rotated without a loss."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest

from alice_core.events import Event
from alice_core.relay.jsonlines import JsonLines, JsonLinesSettings
from alice_core.relay.sending import Mark, Trouble

ONE = Event("00", "alice.test.told", 1, "x", "2026-11-24T09:00:00.000Z", "user:ada", {"text": "Zürich"}, position=1)


def event(position):
    return replace(ONE, id=f"{position:02}", position=position)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "events.jsonl"


@pytest.fixture
def sink(path):
    return JsonLines(JsonLinesSettings(str(path)))


def positions(path):
    return [int(json.loads(line)["sequence"]) for line in path.read_bytes().splitlines()]


def test_events_are_appended_and_the_last_is_known(sink, path):
    assert sink.mark() is None
    assert sink.deliver([event(1), event(2)]).taken == 2
    assert sink.deliver([event(3)]).taken == 1
    assert positions(path) == [1, 2, 3]
    assert sink.mark() == Mark(3, "03")
    sink.close()


def test_half_a_line_is_cut_off_wherever_it_ends(sink, path):
    sink.deliver([event(1), event(2)])
    whole = path.read_bytes()
    start = whole.index(b"\n") + 1
    for end in range(start, len(whole) + 1, 7):
        path.write_bytes(whole[:end])
        mark = sink.mark()
        assert mark == (Mark(2, "02") if end == len(whole) else Mark(1, "01"))
        path.write_bytes(whole[:end])
        sink.deliver([event(3)])
        assert positions(path)[-1] == 3
    path.write_bytes(whole[: start - 5])
    assert sink.mark() is None
    assert path.read_bytes() == b""


def test_a_long_half_line_is_cut_off(sink, path):
    sink.deliver([event(1)])
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:20] + b"x" * 300_000)
    assert sink.deliver([event(2)]).taken == 1
    assert positions(path) == [1, 2]


@pytest.mark.parametrize("text", [b"notes without an end", b'first line\n{"other": 1', b"x"])
def test_a_file_of_somebody_else_is_left_alone(sink, path, text):
    path.write_bytes(text)
    assert isinstance(sink.mark(), Trouble)
    delivery = sink.deliver([event(1)])
    assert (delivery.taken, path.read_bytes()) == (0, text)
    assert "choose another file" in delivery.trouble.reason


def test_a_whole_file_of_somebody_else_is_not_gone_on_with(sink, path):
    path.write_bytes(b"a diary\n")
    assert "choose another file" in sink.mark().reason


def test_a_folder_that_is_not_there_is_trouble_that_may_pass(sink, path):
    lost = JsonLines(JsonLinesSettings(str(path.parent / "away" / "events.jsonl")))
    assert lost.mark() is None
    trouble = lost.deliver([event(1)]).trouble
    assert not trouble.refused
    assert "No such file" in trouble.reason
    path.mkdir()
    assert isinstance(sink.mark(), Trouble)


def test_a_write_that_fails_half_way_leaves_no_half_line(sink, path, monkeypatch):
    sink.deliver([event(1)])

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "No space left" in sink.deliver([event(2)]).trouble.reason
    assert positions(path) == [1]


def test_a_full_file_is_put_aside_under_its_last_position(path):
    sink = JsonLines(JsonLinesSettings(str(path), rotate=600))
    for position in range(1, 9):
        assert sink.deliver([event(position)]).taken == 1
    files = sorted(path.parent.iterdir())
    assert len(files) > 2
    assert [one for file in files if file != path for one in positions(file)] + positions(path) == list(range(1, 9))
    assert all(file == path or int(file.name.split(".")[1]) == positions(file)[-1] for file in files)
    # A new program knows the last position from the file itself.
    for position in range(9, 12):
        JsonLines(JsonLinesSettings(str(path), rotate=1)).deliver([event(position)])
    assert positions(path.with_name("events.000000000010.jsonl")) == [10]
