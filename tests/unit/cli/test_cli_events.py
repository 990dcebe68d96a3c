"""``alice events`` as people and programs call it: chosen, followed, explained, counted, taken in."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from alice_core import projects
from alice_core.cli import event_tail
from alice_core.cli.entry import run
from alice_core.cli.event_choice import moment_of
from alice_core.cli.event_lines import Lines
from alice_core.cli.event_stats import _spark
from alice_core.errors import UsageError
from alice_core.library import ingest_paths
from alice_core.library.curating import curation, membership
from alice_core.library.curating.undo import undo
from alice_core.store import Actor, open_store

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture
def home(store, tmp_path):
    """A library in which some things happened, each by a command of its own."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a", "b"):
        (folder / f"{name}.txt").write_text(f"rain {name}")
    film = projects.create(store, "Neon", "rain")
    ingest_paths(store, [folder], project=film)
    with store.reading() as reader:
        digest = reader.places.at(folder / "a.txt").digest
    for actor, call in (
        ("user:test", lambda: membership.tag(store, (digest,), ("style/neon",))),
        ("user:ada", lambda: curation.rate(store, (digest,), 5)),
        ("user:ada", lambda: undo(store)),
    ):
        store.actor = Actor(actor)
        call()
    return store.folder


@pytest.fixture
def call(home, capsys):
    """Carries a command out and gives its status and what it printed."""

    def carry_out(*words, status=0):
        capsys.readouterr()
        assert run(["--home", str(home), "events", *map(str, words)]) == status
        return capsys.readouterr()

    return carry_out


def types(printed):
    return [json.loads(line)["type"].removeprefix("alice.") for line in printed.splitlines()]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--type", "alice.library.rated"), ["library.rated"] * 2),
        (("--type", "asset.tag*"), ["library.tagged"]),
        (("--type", "project.created"), ["projects.created"]),
        (("--actor", "ada"), ["library.rated", "library.rated", "library.undone"]),
        (("--actor", "user:ada", "-n", "1"), ["library.undone"]),
        (("--project", "Neon", "--type", "library.*"), ["library.ingested"] * 2),
        (("--source", "/alice", "-n", "1"), ["library.undone"]),
        (("--source", "/elsewhere"), []),
        (("--since", "10m", "--type", "projects.created"), ["projects.created"]),
        (("--since", "2020-01-01", "-n", "2"), ["library.rated", "library.undone"]),
        (("--since", "tomorrow-ish"), None),
        (("--from", "8"), None),
        (("-n", "0"), []),
    ],
)  # fmt: skip
def test_events_are_chosen(call, options, expected):
    if options[0] == "--since" and expected is None:
        assert "no time" in call("tail", *options, status=2).err
        return
    found = types(call("tail", "--jsonl", *options).out)
    if expected is None:
        everything = types(call("tail", "--jsonl", "-n", "99").out)
        expected = everything[8:]
        assert expected
    assert found == expected


def test_events_of_one_file_are_chosen_by_its_path_or_its_digest(call, home, tmp_path):
    by_path = call("tail", "--jsonl", "--subject", tmp_path / "in" / "a.txt").out
    digest = json.loads(by_path.splitlines()[0])["subject"]
    assert set(types(by_path)) == {"library.ingested", "projects.asset-added", "library.tagged", "library.rated"}
    assert call("tail", "--jsonl", "--subject", digest[7:17]).out == by_path
    assert types(call("tail", "--jsonl", "--subject", "store").out) == ["store.migrated"]


def test_a_pattern_that_fits_no_type_is_told(call):
    seen = call("tail", "--type", "music.*-nothing")
    assert seen.out == ""
    assert "no type" in seen.err


def test_lines_for_people_say_what_happened(call):
    out = call("tail", "--utc").out
    assert "rated 5" in out
    assert "tagged style/neon" in out
    assert "project Neon begun [Neon]" in out
    assert "\x1b" not in out
    numbers = [int(line.split()[0]) for line in out.splitlines()]
    assert numbers == list(range(1, len(numbers) + 1))


def test_json_is_one_object_and_jsonl_one_a_line(call):
    (whole,) = call("tail", "--json", "-n", "3").out.splitlines()
    items = json.loads(whole)["items"]
    assert [json.loads(line) for line in call("tail", "--jsonl", "-n", "3").out.splitlines()] == items
    assert all(one["specversion"] == "1.0" for one in items)


def test_following_shows_new_events_until_it_is_stopped(home, capsys, monkeypatch):
    pauses = iter(("New", None))

    def pause(_seconds):
        name = next(pauses)
        if name is None:
            raise KeyboardInterrupt
        with open_store(home) as store:
            projects.create(store, name)

    monkeypatch.setattr(event_tail.time, "sleep", pause)
    capsys.readouterr()
    words = ["events", "tail", "--follow", "--jsonl", "-n", "1", "--type", "projects.created"]
    assert run(["--home", str(home), *words]) == 130
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["project"] for line in lines] == ["Neon", "New"]


def test_an_event_is_explained_by_its_number_its_id_or_its_start(call):
    rated = json.loads(call("tail", "--jsonl", "--type", "library.rated").out.splitlines()[0])
    text = call("tail", "--explain", rated["sequence"]).out
    assert call("tail", "--explain", rated["id"]).out == text
    assert "├─ library.rated" in text
    assert "└─ library.undone" in text
    content = json.loads(call("tail", "--explain", rated["id"][:-1], "--json").out)
    assert content["event"]["id"] == rated["id"]
    assert content["causes"] == []
    assert [one["event"]["type"] for one in content["effects"]] == ["alice.library.rated", "alice.library.undone"]
    assert all(one["event"]["causationid"] == rated["id"] for one in content["effects"])
    answer = content["effects"][0]["event"]
    back = json.loads(call("tail", "--explain", answer["id"], "--json").out)
    assert [one["id"] for one in back["causes"]] == [rated["id"]]
    assert [one["type"] for one in back["command"]["items"]] == ["alice.library.undone"]


def test_a_file_in_a_project_is_explained_by_its_being_taken_in(call):
    joined = json.loads(call("tail", "--jsonl", "--type", "projects.asset-added").out.splitlines()[0])
    text = call("tail", "--explain", joined["sequence"]).out.splitlines()
    assert "library.ingested" in text[1]
    assert ">" in text[2]
    assert "└─ projects.asset-added" in text[2]
    assert any("published" in line for line in text)


def test_what_cannot_be_explained_is_an_error(call):
    assert "there is no event" in call("tail", "--explain", "4711", status=3).err
    assert "there is no event" in call("tail", "--explain", "zz", status=3).err
    assert "start of several" in call("tail", "--explain", "0", status=2).err
    assert "one event" in call("tail", "--explain", "1", "--follow", status=2).err
    assert "one event" in call("tail", "--explain", "1", "--actor", "ada", status=2).err
    alone = call("tail", "--explain", "1").out
    assert "user:test did it" in alone


def test_the_log_is_counted(call):
    content = json.loads(call("stats", "--json").out)
    counts = {one["type"]: one["count"] for one in content["items"]}
    assert counts["alice.library.rated"] == 2
    assert content["log"]["events"] == sum(counts.values()) == sum(content["hours"])
    # The store is a copy of one that was made when this test run began, maybe long ago: its first event is as old.
    assert content["log"]["events"] - content["per_minute_now"] in {0, 1}
    assert content["log"]["position"] == content["log"]["events"]
    assert content["log"]["unsealed"] == 0
    assert content["sinks"] == []
    text = call("stats", "--since", "2h").out
    assert "since 2h" in text
    assert "library.rated" in text
    assert "█" in text


def test_events_of_another_log_are_taken_in_and_told(call, home, tmp_path):
    one = json.loads(call("tail", "--jsonl", "--type", "library.rated", "-n", "1").out)
    foreign = {
        **one,
        "id": "from-elsewhere",
        "source": "/elsewhere",
        "data": {"digest": "x", "rating": 1, "before": None},
    }
    foreign.pop("sequence")
    path = tmp_path / "events.jsonl"
    path.write_text(f"{json.dumps(foreign)}\n{json.dumps(foreign)}\nnot an event\n")
    seen = call("import", path, "--dry-run")
    assert "would take 1 events" in seen.out
    assert "line 3" in seen.err
    assert json.loads(call("import", path, "--json").out)["taken"] == 1
    assert json.loads(call("import", path, "--json").out)["repeated"] == 2
    assert "(from /elsewhere)" in call("tail", "--source", "/elsewhere").out
    with open_store(home, actor=Actor(one["actor"])) as store:
        assert undo(store) == ()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("90s", "2026-11-24T08:28:30.000Z"),
        ("10m", "2026-11-24T08:20:00.000Z"),
        ("10min", "2026-11-24T08:20:00.000Z"),
        ("2h", "2026-11-24T06:30:00.000Z"),
        ("3d", "2026-11-21T08:30:00.000Z"),
        ("1W", "2026-11-17T08:30:00.000Z"),
        ("2026-11-20", "2026-11-19T23:00:00.000Z"),
        ("2026-11-20T10:30", "2026-11-20T09:30:00.000Z"),
        ("2026-11-20T10:30:00Z", "2026-11-20T10:30:00.000Z"),
        ("yesterday", "2026-11-22T23:00:00.000Z"),
        ("999999999w", "1970-01-01T00:00:00.000Z"),
    ],
)
def test_times_as_people_write_them(text, moment):
    assert moment_of(text, NOW) == moment


@pytest.mark.parametrize("text", ["", "soon", "10", "10 parsecs", "2026-13-01"])
def test_what_is_no_time_is_said(text):
    with pytest.raises(UsageError, match="no time"):
        moment_of(text, NOW)


def test_times_are_local_unless_utc_is_wanted(monkeypatch):
    import time

    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert Lines().moment("2026-11-24T20:00:00.000Z") == "2026-11-25 05:00:00"
        assert Lines(utc=True).moment("2026-11-24T20:00:00.000Z") == "2026-11-24 20:00:00"
        assert Lines(utc=True).moment("2026-11-24T20:00:00") == "2026-11-24 20:00:00"
        assert Lines().moment("some day") == "some day"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_bars_are_as_high_as_the_numbers():
    assert _spark((0, 1, 4, 8)) == " ▁▄█"
    assert _spark((0, 0)) == "  "
    assert _spark(()) == ""


def test_the_now_of_times_is_this_moment():
    assert abs(datetime.fromisoformat(moment_of("1s")) - datetime.now(UTC)) < timedelta(minutes=5)


def test_an_asset_is_shown_as_it_was(home, capsys, tmp_path, store):
    name = str(tmp_path / "in" / "a.txt")
    with store.reading() as reader:
        digest = reader.places.at(tmp_path / "in" / "a.txt").digest
        rated = next(one for one in reader.events.following(0) if one.type == "alice.library.rated")
    for call in (
        lambda: curation.rate(store, (digest,), 3),
        lambda: curation.mark(store, (digest,), "hero", "the light"),
        lambda: curation.note(store, (digest,), "ask Ada"),
        lambda: curation.favour(store, (digest,)),
        lambda: membership.collect(store, (digest,), "best"),
    ):
        call()

    def shown(*words):
        capsys.readouterr()
        assert run(["--home", str(home), "history", name, *words]) == 0
        return capsys.readouterr().out

    text = shown("--at", "2999")
    for part in ("3", "hero: the light", "ask Ada", "style/neon", "best", "Neon (file)", name, "yes"):
        assert part in text
    assert "nothing was known" in shown("--at", "2020-01-01")
    then = json.loads(shown("--at", rated.time, "--json"))
    assert (then["said"]["tags"], then["said"]["mark"], then["unread"]) == (["style/neon"], None, 0)
    assert then["at"] == rated.time


def test_sinks_are_told_with_how_far_they_are(call, home):
    call("sinks", "add", "log", home / "out.jsonl")
    (sink,) = json.loads(call("stats", "--json").out)["sinks"]
    assert (sink["kind"], sink["undelivered"], sink["error"]) == ("jsonlines", 0, None)
    assert sink["name"] in call("stats").out


def test_an_unread_event_of_the_past_is_told(home, capsys, tmp_path, store):
    name = str(tmp_path / "in" / "a.txt")
    with store.reading() as reader:
        tagged = next(one for one in reader.events.following(0) if one.type == "alice.library.tagged")
    capsys.readouterr()
    assert run(["--home", str(home), "audit", "erase", tagged.id, "--why", "Ada asked"]) == 0
    assert run(["--home", str(home), "history", name, "--at", "2999"]) == 0
    seen = capsys.readouterr()
    assert "1 events about it cannot be read" in seen.err
    assert run(["--home", str(home), "events", "tail"]) == 0
    assert "its payload was erased" in capsys.readouterr().out
