"""A film whose shots are bought from a queue, killed twice on the way: the ledger is the provider's bill."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from decimal import Decimal

import pytest
from provider_rehearsals import standing_in

PLAN = ("--cut", "bar", "--size", "640x384", "--provider", "fal", "--budget", "1.00")


@pytest.fixture
def server(monkeypatch):
    with standing_in("fal", monkeypatch) as stand_in:
        stand_in.polls = 1
        yield stand_in


def finished(alice, song):
    """The command run to its end; whatever is in doubt is said to be billed, and bought anew."""
    again = 0
    while True:
        command = alice.argv("make", song, *PLAN, "--json")
        done = subprocess.run(command, cwd=alice.folder, capture_output=True, text=True, timeout=200, check=False)
        if done.returncode == 0:
            return json.loads(done.stdout), again
        told = json.loads(done.stdout)["error"]
        assert told["code"] == "ALICE-P10", done.stderr
        name = told["hint"].partition("resolve ")[2].split()[0]
        alice("cost", "resolve", name, "--charged")
        alice("cost", "again", name)
        again += 1


def test_a_film_is_bought_once_however_often_it_is_killed(alice, song, server):
    foreseen = alice.json("make", song, *PLAN, "--dry-run")
    count = len(foreseen["shots"])
    assert Decimal(foreseen["cost"]["price"]) == Decimal("0.025") * count
    assert (server.calls, foreseen["cost"]["spent"]) == ([], "0")
    for posts in (1, 3):
        process = alice.start("make", song, *PLAN, "--json")
        deadline = time.monotonic() + 120
        while len(server.seen("submit")) < posts and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.4)
        process.kill()
        process.communicate(timeout=60)
    made, doubts = finished(alice, song)
    costs = alice.json("cost", "--project", "song")
    assert Decimal(costs["spent"]) == server.billed == Decimal(made["cost"]["spent"])
    assert (costs["reserved"], costs["in_doubt"]) == ("0", "0")
    assert len(server.charges()) == count + doubts
    assert {one["state"] for one in costs["items"]} - {"abandoned"} == {"made"}
    assert Decimal(costs["per_finished_second"]) > 0
    again = alice.json("make", song, *PLAN)
    assert (again["ran"], len(server.seen("submit"))) == ([], count + doubts)


def test_a_film_that_is_dearer_than_its_budget_is_not_begun(alice, song, server):
    words = [*PLAN[:-1], "0.03", "--json"]
    refused = json.loads(alice("make", song, *words, status=8).stdout)
    assert refused["error"]["code"] == "ALICE-B00"
    foreseen = alice.json("make", song, *words[:-1], "--dry-run")
    assert any("more than the budget of 0.03" in one for one in foreseen["notices"])
    assert server.seen("submit") == []


def test_ctrl_c_parks_what_is_under_way(alice, song, server):
    server.polls = 1000
    process = alice.start("make", song, *PLAN, "--json")
    deadline = time.monotonic() + 120
    while len(server.seen("submit")) < 2 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1.0)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert (process.returncode, "goes on from here" in error) == (130, True), error
    states = {one["state"] for one in alice.json("cost")["items"]}
    assert states == {"submitted"}
    server.polls = 1
    made, doubts = finished(alice, song)
    assert (doubts, len(server.seen("submit"))) == (0, len(made["shots"]))
    assert Decimal(made["cost"]["spent"]) == server.billed
