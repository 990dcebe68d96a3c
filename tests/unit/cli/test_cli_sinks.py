"""``alice events sinks``, ``relay`` and ``replay`` as people and programs call them."""

from __future__ import annotations

import json
import os
import signal
import threading

import pytest

from alice_core import projects
from alice_core.cli.entry import run
from alice_core.cli.signals import end_on_signals
from alice_core.events.relay_facts import Undeliverable
from alice_core.relay.courier import Word
from alice_core.relay.relay import Relay


@pytest.fixture
def alice(store, capfd, monkeypatch):
    """Calls the command on the test's store; gives status, output and messages."""
    projects.create(store, "Neon")
    monkeypatch.setenv("ALICE_AUDIT_KEY", "00" * 32)

    def call(*words):
        status = run(["--home", str(store.folder), *words])
        said = capfd.readouterr()
        return status, said.out, said.err

    return call


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sent.jsonl"


def test_a_file_gets_events_and_the_list_says_so(alice, path, events):
    assert alice("events", "sinks", "list") == (0, "", "no sinks; add one: alice events sinks add NAME TARGET\n")
    status, _, said = alice("events", "sinks", "add", "log", str(path), "--rotate", "100000")
    assert (status, said) == (0, f"log: added (jsonlines, {path})\n")
    status, out, said = alice("events", "sinks", "list")
    assert f"jsonlines {path}" in out
    assert "nothing is sent now" in said
    assert alice("events", "relay", "--once") == (0, "log  up to date\n", "")
    assert len(path.read_bytes().splitlines()) == len(events())
    status, out, _ = alice("events", "sinks", "list", "--json")
    (item,) = json.loads(out)["items"]
    assert (item["name"], item["lag"], item["sent"], item["failures"]) == ("log", 0, len(events()), 0)


def test_only_what_is_new_of_some_types(alice, path, store):
    status, out, _ = alice(
        "events", "sinks", "add", "log", str(path), "--new", "--type", "project.*", "--type", "library.*", "--json"
    )
    assert status == 0
    assert json.loads(out)["pattern"] == "projects.*,library.*"
    projects.brief(store, "Neon", "rain")
    assert json.loads(alice("events", "relay", "--once", "--json")[1]) == {"items": [{"sink": "log", "trouble": None}]}
    (line,) = path.read_bytes().splitlines()
    assert json.loads(line)["data"]["after"] == "rain"


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (("sinks", "add", "log", "ftp://example.com"), 2, "no sink is reached by ftp://"),
        (("sinks", "add", "log", "x.jsonl", "--new", "--from", "3"), 2, "exclude each other"),
        (("sinks", "add", "log", "x.jsonl", "--batch", "3"), 2, "has no batch"),
        (("sinks", "add", "Log", "x.jsonl"), 2, "no name for a sink"),
        (("sinks", "add", "log", "redis://:hunter2@localhost"), 5, "must not hold a password"),
        (("sinks", "remove", "log"), 3, "no sink named"),
        (("sinks", "pause", "log", "--dry-run"), 3, "no sink named"),
        (("replay", "--from", "1", "--to", "log"), 3, "no sink named"),
        (("replay", "--to", "log"), 2, "--from N or --undelivered"),
        (("consume", "--from", "log"), 3, "no sink named"),
    ],
)
def test_what_cannot_be_is_said_plainly(alice, words, status, message, events):
    count = len(events())
    got, _, said = alice("events", *words)
    assert got == status
    assert message in said
    assert "hunter2" not in said
    assert len(events()) == count


def test_sinks_are_paused_resumed_and_removed_and_a_dry_run_does_nothing(alice, path, events):
    alice("events", "sinks", "add", "log", str(path))
    count = len(events())
    for verb, done in (("pause", "paused"), ("resume", "resumed"), ("remove", "removed")):
        assert alice("events", "sinks", verb, "log", "--dry-run") == (0, "", f"log: would be {done}\n")
        assert len(events()) == count
        status, out, _ = alice("events", "sinks", verb, "log", "--json")
        assert (status, json.loads(out)) == (0, {"name": "log", "done": done, "dry_run": False})
        count += 1
    assert alice("events", "sinks", "add", "log", str(path), "--dry-run")[2].startswith("log: would be added")
    assert alice("events", "sinks", "list", "--json")[1] == '{"relayed": false, "items": []}\n'


def test_a_sink_that_is_down_is_told_with_a_status(alice, path):
    path.mkdir()
    alice("events", "sinks", "add", "log", str(path))
    status, out, said = alice("events", "relay", "--once")
    assert status == 10
    assert "down" in out
    assert "1 sink did not take everything" in said
    assert "ALICE-E10" in said
    status, out, _ = alice("events", "sinks", "list")
    assert "(1)" in out


def test_events_are_sent_again(alice, path, events):
    alice("events", "sinks", "add", "log", str(path))
    count = len(events())
    assert alice("events", "replay", "--from", "2", "--to", "log", "--dry-run") == (
        0, "", f"{count - 1} events would be sent to log (2 to {count})\n",
    )  # fmt: skip
    status, out, _ = alice("events", "replay", "--from", "2", "--to-position", "2", "--to", "log", "--json")
    values = {"sink": "log", "sent": 1, "first": 2, "last": 2, "refused": [], "dry_run": False}
    assert (status, json.loads(out)) == (0, values)
    assert len(path.read_bytes().splitlines()) == 1
    assert alice("events", "consume", "--from", "log")[0] == 2


def test_the_relay_tells_what_happens_and_ends_in_good_order(alice, path, monkeypatch):
    alice("events", "sinks", "add", "log", str(path))

    def run_relay(relay):
        for kind in ("down", "set-aside"):
            relay._tell(Word("log", kind, "said so"))

    monkeypatch.setattr(Relay, "run", run_relay)
    status, out, said = alice("events", "relay")
    assert (status, out) == (0, "")
    assert said.splitlines() == [
        "sending events; end with Ctrl-C", "log: down: said so", "log: set-aside: said so",
    ]  # fmt: skip
    status, out, _ = alice("events", "relay", "--json")
    assert [json.loads(line)["event"] for line in out.splitlines()] == ["sink-down", "sink-set-aside"]
    assert alice("-q", "events", "relay")[2] == "log: set-aside: said so\n"
    assert Undeliverable.schema_version == 1


def test_the_first_signal_ends_in_good_order():
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    stopped = threading.Event()
    try:
        end_on_signals(stopped.set)
        os.kill(os.getpid(), signal.SIGTERM)
        assert stopped.wait(5)
        assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
