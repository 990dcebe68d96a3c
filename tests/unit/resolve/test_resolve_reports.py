"""What scripts report of their work, and what the status says of it."""

from __future__ import annotations

import pytest

from alice_core.errors import NotFound, UsageError
from alice_core.library.curating.sentences import sentence
from alice_core.resolve.cuts import reports
from alice_core.resolve.identity import parse_hints
from alice_core.resolve.installing import Installed
from alice_core.resolve.places import Application, Place
from alice_core.resolve.reporting import parse_report, report
from alice_core.resolve.status import Seen, _hints, standing


def test_a_report_becomes_lines_of_text():
    told = parse_report(
        {
            "did": "push", "project": "Neon", "timeline": "Film v1", "plan": None,
            "report": {"shots": 12, "dropped": ["a", {"b": None}], "saved": True, "no": None, "deep": {"x": {"y": 1}}},
        }
    )  # fmt: skip
    assert told.lines == (("shots", "12"), ("dropped.1", "a"), ("saved", "True"), ("deep.x.y", "1"))
    assert parse_report({"did": "take", "report": "done"}).lines == (("text", "done"),)
    assert parse_report({"did": "take", "report": ["x"]}).lines == (("1", "x"),)
    long = parse_report({"did": "push", "report": {str(number): "x" * 3000 for number in range(1500)}})
    assert len(long.lines) == 1000
    assert long.lines[-1] == ("more", "501 lines are left out")
    assert {len(value) for _, value in long.lines[:-1]} == {2000}


@pytest.mark.parametrize("content", [None, [], "push", {}, {"did": "dance"}, {"did": ["push"]}])
def test_what_is_no_report_is_refused(content):
    with pytest.raises(UsageError, match="no report"):
        parse_report(content)


def test_a_report_is_kept_and_told_in_words(store, events):
    name = report(store, parse_report({"did": "render", "project": "P", "timeline": "Film v1", "report": {"files": 2}}))
    event = events()[-1]
    assert event.id == name
    assert sentence(event) == "render in DaVinci Resolve, timeline 'Film v1'"
    with store.reading() as reader:
        assert [one.report[0].value for one in reports(reader)] == ["2"]


@pytest.mark.parametrize(
    "content", [None, {}, {"items": 3}, {"items": [3]}, {"items": [{"track": "V1"}]}, {"items": [{"in": 1.5}]}]
)
def test_what_says_nothing_of_clips_is_refused(content):
    with pytest.raises(UsageError):
        parse_hints(content)


def test_hints_tell_what_to_do(tmp_path):
    place = Place("user", tmp_path, used=True)
    old = Installed(tmp_path, "0.0.1", ("a.py",), ("b.py",), ("/gone/python", False))
    told = " | ".join(_hints([(place, old)], [Application(tmp_path, "21.0", store=True)], None, None))
    for words in ("not those of this version", "1 scripts", "program", "App Store", "once a script has run", "no cut"):
        assert words in told
    for seen, words in (
        (Seen("DaVinci Resolve", "21.1.0"), "lists no Python"),
        (Seen("DaVinci Resolve", "20.3"), "opens no windows"),
    ):
        assert words in " | ".join(_hints([(place, old)], [], seen, None))
    for seen in (Seen("DaVinci Resolve", "18.6"), Seen("DaVinci Resolve Studio", "21.1")):
        assert not any("DaVinci Resolve" in one for one in _hints([(place, old)], [], seen, None))


def test_the_status_of_a_new_store(store, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path / "person"))
    found = standing(store, tmp_path / "Utility")
    assert found.cut is None
    assert found.seen is None
    assert found.places[0][0].folder == tmp_path / "Utility"
    assert all(there is None for _, there in found.places)
    content = found.to_json()
    assert content["renders"].endswith("Alice renders")
    assert any("alice resolve install" in hint for hint in content["hints"])


def test_a_project_that_is_not_there_is_told(store):
    from alice_core.resolve.cuts import chosen_plan

    with pytest.raises(NotFound, match="no project named 'Neon'"):
        chosen_plan(store, project="Neon")
    with pytest.raises(NotFound, match="no cut is known"):
        chosen_plan(store)
