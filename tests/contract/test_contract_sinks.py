"""One suite over every kind of sink: in order, at least once, whatever goes down or is killed in between."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from cloudevents.core.formats.json import JSONFormat
from sink_places import KINDS, NAME, place_of
from webhook_receiver import Answer

from alice_core import projects
from alice_core.errors import Conflict
from alice_core.events.exchange import read_event
from alice_core.relay.relay import Relay, relaying
from alice_core.relay.settings import settings_for
from alice_core.relay.sinks import add_sink, pause_sink, resume_sink
from alice_core.relay.status import is_relayed, sink_status
from alice_core.store import Actor, open_store

RELAYED = tuple(kind for kind in KINDS if kind != "subscriber")


@pytest.fixture(params=KINDS)
def place(request, tmp_path):
    with opened(request.param, tmp_path) as made:
        yield made


@pytest.fixture(params=RELAYED)
def relayed(request, tmp_path):
    with opened(request.param, tmp_path) as made:
        yield made


@contextmanager
def opened(kind, tmp_path):
    made = place_of(kind, tmp_path)
    try:
        yield made
    finally:
        made.close()


def until(true, seconds=20.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.01)


def write(store, count, text=""):
    for number in range(count):
        projects.brief(store, "Neon", f"{number} {text}")


def last(store):
    store.seal()
    with store.reading() as reader:
        return reader.events.position()


def published(store, pattern=""):
    with store.reading() as reader:
        events = reader.events.following(0, limit=100_000)
    return [event.position for event in events if event.type.startswith(pattern)]


def test_all_events_arrive_in_order_as_cloudevents(place, store):
    projects.create(store, "Neon", "Regen über Zürich \N{FILM FRAMES} \x00 end")
    place.add(store)
    with place.serving(store):
        until(lambda: len(place.received()) == last(store))
        write(store, 30)
        until(lambda: len(place.received()) == last(store))
    assert place.positions() == published(store)
    for raw in place.received():
        attributes = json.loads(raw)
        official = JSONFormat().read(None, raw)
        assert official.get_id() == attributes["id"]
        assert official.get_data() == attributes["data"]
        assert read_event(raw).id == attributes["id"]
    assert (
        "Zürich \N{FILM FRAMES} \x00"
        in json.loads(place.received()[published(store, "alice.projects")[0] - 1])["data"]["brief"]
    )


def test_only_the_types_that_are_wanted_arrive(place, store):
    projects.create(store, "Neon")
    place.add(store, pattern="projects.briefed,alice.library.*")
    with place.serving(store):
        write(store, 3)
        until(lambda: len(place.received()) == 3)
    assert place.positions() == published(store, "alice.projects.briefed")


def test_a_sink_that_is_down_stops_nobody_and_catches_up(relayed, store):
    projects.create(store, "Neon")
    relayed.add(store)
    with relayed.serving(store):
        until(lambda: len(relayed.received()) == last(store))
        relayed.down()
        write(store, 20)
        until(lambda: sink_status(store)[0].failures > 0)
        (status,) = sink_status(store)
        assert (status.state, status.undelivered) == ("on", 0)
        assert status.lag >= 20
        assert status.behind >= 0
        assert status.error
        relayed.up()
        until(lambda: sink_status(store)[0].lag == 0)
        assert sink_status(store)[0].failures == 0
        assert is_relayed(store)
    assert relayed.positions() == published(store)
    assert not is_relayed(store)


def test_a_sink_that_is_down_from_the_start_does_no_harm(relayed, store):
    projects.create(store, "Neon")
    relayed.add(store)
    relayed.down()
    outcome = Relay(store).once()
    assert outcome[NAME].reason
    relayed.up()
    assert Relay(store).once() == {NAME: None}
    assert relayed.positions() == published(store)
    assert Relay(store).once() == {NAME: None}
    assert relayed.positions() == published(store)


@pytest.mark.parametrize("kind", ["subscriber", "webhook", "webhook-batch"])
def test_an_event_that_is_refused_is_set_aside_and_the_rest_goes_on(kind, tmp_path, store):
    with opened(kind, tmp_path) as place:
        projects.create(store, "Neon")
        place.add(store, pattern="projects.*")
        place.refuse(lambda raw: b'"after":"poison"' in raw)
        write(store, 3)
        projects.brief(store, "Neon", "poison")
        write(store, 3)
        words = []
        with place.serving(store, words.append):
            until(lambda: len(place.received()) == 7)
        assert [json.loads(one)["data"].get("after") for one in place.received()].count("poison") == 0
        assert [word.kind for word in words if word.kind in {"refused", "set-aside"}] == ["refused"] * 4 + ["set-aside"]
        if kind == "subscriber":
            (one,) = place.subscription.undelivered
        else:
            with store.reading() as reader:
                (one,) = reader.sinks.undelivered(NAME)
            assert published(store, "alice.relay.undeliverable")
        assert one.tries == 5
        assert one.position not in place.positions()


@pytest.mark.parametrize("kind", ["redis", "webhook", "webhook-batch"])
def test_an_event_that_is_too_large_is_set_aside_at_once(kind, tmp_path, store):
    with opened(kind, tmp_path) as place:
        projects.create(store, "Neon")
        place.add(store, pattern="projects.*", largest=50_000)
        write(store, 2)
        projects.create(store, "Large", "x" * 60_000)
        write(store, 2)
        assert Relay(store).once() == {NAME: None}
        assert len(place.received()) == 5
        with store.reading() as reader:
            (one,) = reader.sinks.undelivered(NAME)
        assert "50,000" in one.reason


def test_a_paused_sink_waits_and_a_slow_one_holds_no_other(tmp_path, store):
    with opened("webhook", tmp_path) as slow, opened("jsonlines", tmp_path) as quick:
        slow.receiver.answer = lambda _: Answer(seconds=0.3)
        projects.create(store, "Neon")
        slow.add(store)
        add_sink(store, "quick", settings_for(quick.target(), {}))
        write(store, 50)
        with relaying(store):
            until(lambda: len(quick.received()) == last(store))
            assert len(slow.received()) < 20
            pause_sink(store, "quick")
            time.sleep(1.5)
            before = len(quick.received())
            write(store, 5)
            time.sleep(0.3)
            assert len(quick.received()) == before
            resume_sink(store, "quick")
            until(lambda: len(quick.received()) == last(store))


def test_two_relays_of_one_store_do_not_both_send(store):
    with relaying(store):
        until(lambda: is_relayed(store))
        with pytest.raises(Conflict, match="another process sends"):
            Relay(store).run()
        with pytest.raises(Conflict) as caught:
            Relay(store).once()
        assert "alice watch" in caught.value.hint


def relay_process(home):
    words = [sys.executable, "-m", "alice_core.cli", "--home", str(home), "events", "relay", "--json"]
    return subprocess.Popen(
        words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, "ALICE_AUDIT_KEY": "00" * 32}
    )


def test_a_relay_that_is_killed_again_and_again_loses_nothing(relayed, store):
    rng = random.Random(5)
    projects.create(store, "Neon")
    relayed.add(store)
    for _ in range(4):
        process = relay_process(store.folder)
        begun, before = time.monotonic(), len(relayed.received())
        while len(relayed.received()) == before and time.monotonic() < begun + 20:
            write(store, 1)
            time.sleep(0.02)
        for _ in range(rng.randrange(1, 12)):
            write(store, rng.randrange(1, 6))
        process.kill()
        process.wait()
        process.stderr.close()
    assert Relay(store).once() == {NAME: None}
    found = relayed.positions()
    first = list(dict.fromkeys(found))
    assert first == published(store)
    if relayed.exactly_once:
        assert found == first


def test_every_database_feeds_a_sink(database_url, tmp_path):
    opening = open_store(tmp_path / "home", url=database_url, actor=Actor("user:test"))
    with opening as store, opened("jsonlines", tmp_path) as place:
        projects.create(store, "Neon")
        place.add(store)
        with place.serving(store):
            write(store, 20)
            until(lambda: len(place.received()) == last(store))
            until(lambda: sink_status(store)[0].lag == 0)
        assert place.positions() == published(store)
        (status,) = sink_status(store, now=datetime.now(UTC))
        assert (status.failures, status.sent) == (0, last(store))
        assert status.rate > 0
