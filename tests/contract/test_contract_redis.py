"""The Redis stream end to end: once each whatever is killed, trimmed behind the slowest, and full of garbage."""

from __future__ import annotations

import itertools
import json
import random
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest

from alice_core import projects
from alice_core.cli.entry import run
from alice_core.errors import ExportError
from alice_core.events import Event
from alice_core.relay.consuming import RecentlySeen, StreamConsumer
from alice_core.relay.redis_server import RedisSettings
from alice_core.relay.relay import Relay, relaying
from alice_core.relay.replaying import replay
from alice_core.relay.settings import open_sink, settings_for
from alice_core.relay.sinks import add_sink
from alice_core.store.sinks import SinkProgress, keep_progress

CONSUMER = """
import sqlite3, sys, threading
from contextlib import contextmanager
from alice_core.relay.consuming import StreamConsumer
from alice_core.relay.redis_server import RedisSettings

connection = sqlite3.connect(sys.argv[2], isolation_level=None, timeout=30)

class Seen:
    @contextmanager
    def once(self, identifier):
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute("INSERT INTO handled VALUES (?)", (identifier,))
            new = connection.execute("SELECT 1 FROM seen WHERE id = ?", (identifier,)).fetchone() is None
            yield new
            connection.execute("INSERT OR IGNORE INTO seen VALUES (?)", (identifier,))
            connection.execute("COMMIT")
        except BaseException:
            connection.execute("ROLLBACK")
            raise

def effect(event):
    connection.execute("INSERT INTO effects VALUES (?)", (event.id,))

consumer = StreamConsumer(RedisSettings(sys.argv[1], timeout=2), "workers", idle=0.3, most_tries=1000, seen=Seen())
print("ready", flush=True)
consumer.run(effect, stop=threading.Event())
"""


@pytest.fixture
def settings(redis_service):
    return RedisSettings(redis_service.url, timeout=2)


@pytest.fixture
def client(redis_service):
    with redis_service.client() as opened:
        yield opened


def make_consumer(settings, group="group", **options):
    return StreamConsumer(settings, group, **{"idle": 0.0, **options})


@pytest.fixture
def consumer(settings):
    complaints = []
    made = make_consumer(settings, tell=complaints.append)
    made.complaints = complaints
    yield made
    made.close()


def write(store, count):
    for number in range(count):
        projects.brief(store, "Neon", str(number))


def all_ids(store):
    with store.reading() as reader:
        return [event.id for event in reader.events.following(0, limit=100_000)]


def read_all(consumer):
    found = []
    while consumer.turn(found.append, wait=0.01):
        pass
    return [event.id for event in found]


def fill(store, redis_service, count=20, **options):
    projects.create(store, "Neon")
    write(store, count)
    add_sink(store, "team", settings_for(redis_service.url, options))
    assert Relay(store).once() == {"team": None}


def test_each_group_gets_every_event_once(store, redis_service, settings, consumer):
    fill(store, redis_service)
    other = make_consumer(settings, "other")
    with closing(other):
        assert read_all(consumer) == read_all(other) == all_ids(store)
        assert read_all(consumer) == []


def test_what_is_sent_again_after_a_lost_answer_is_not_added_again(store, redis_service, client):
    fill(store, redis_service)
    count = client.xlen("alice:events")
    keep_progress(store, SinkProgress("team", 3))
    write(store, 2)
    assert Relay(store).once() == {"team": None}
    assert client.xlen("alice:events") == count + 2
    # The same without the mark, as it is when an answer is lost in the middle of the work.
    with store.reading() as reader:
        events = reader.events.following(0, limit=1000)
    with closing(open_sink("team", settings_for(redis_service.url, {}), events[0].id)) as sink:
        assert sink.deliver(events).taken == len(events)
    assert client.xlen("alice:events") == count + 2


def test_two_stores_share_a_stream(store, redis_service, client, consumer, tmp_path):
    from alice_core.store import Actor, open_store

    fill(store, redis_service)
    with open_store(tmp_path / "other", actor=Actor("user:other")) as other:
        fill(other, redis_service)
        assert sorted(read_all(consumer)) == sorted(all_ids(store) + all_ids(other))


def test_a_server_that_came_back_older_gets_what_it_lost(store, redis_service, client):
    fill(store, redis_service)
    entries = client.xrange("alice:events")
    words = []
    with relaying(store, tell=words.append):
        write(store, 1)
        wait_for(lambda: client.xlen("alice:events") == len(entries) + 1)
        # As if the last ten events had never reached the disk.
        client.xtrim("alice:events", maxlen=0, approximate=False)
        for entry, fields in entries[:-10]:
            client.xadd("alice:events", {**fields, "old": entry})
        mark = json.loads(entries[-11][1][b"event"])
        client.hset("{alice:events}:sent", all_ids(store)[0], f"{mark['sequence']} {mark['id']}")
        write(store, 1)
        wait_for(lambda: client.xlen("alice:events") == len(entries) + 2)
    assert [fields[b"id"].decode() for _, fields in client.xrange("alice:events")] == all_ids(store)
    assert any("lost" in word.text for word in words)


def test_a_store_that_is_an_older_copy_says_so_and_skips_nothing(store, redis_service, client):
    fill(store, redis_service)
    client.hset("{alice:events}:sent", all_ids(store)[0], "5 another-event")
    keep_progress(store, SinkProgress("team", 2))
    assert "not in this log" in Relay(store).once()["team"].reason


def wait_for(true, seconds=20.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.01)


def test_the_stream_is_trimmed_behind_the_slowest_group_only(store, redis_service, settings, client):
    fill(store, redis_service, count=50, keep=10)
    total = len(all_ids(store))
    assert client.xlen("alice:events") == total, "nobody has read anything yet"
    with closing(make_consumer(settings, "quick")) as quick, closing(make_consumer(settings, "slow")) as slow:
        slow.turn(lambda _: None, wait=0.01)
        read_all(quick)
        client.xgroup_setid("alice:events", "slow", client.xrange("alice:events", count=20)[-1][0])
        write(store, 1)
        Relay(store).once()
        assert client.xlen("alice:events") == total + 1 - 20
        read_all(slow)
        write(store, 1)
        Relay(store).once()
        assert client.xlen("alice:events") == 10, "ten are kept, whether somebody has read them or not"
        # What somebody took and has not finished is not trimmed either.
        slow.turn(_fail, wait=0.01)
        read_all(quick)
        pending = client.xpending("alice:events", "slow")["min"]
        write(store, 40)
        Relay(store).once()
        assert client.xrange("alice:events", count=1)[0][0] == pending


def _fail(_event):
    raise RuntimeError("not now")


def test_garbage_is_reported_and_never_stops_a_consumer(store, redis_service, client, consumer):
    fill(store, redis_service, count=3)
    base = json.loads(client.xrange("alice:events", count=1)[0][1][b"event"])

    def other(**changes):
        return json.dumps({**base, "id": f"foreign-{next(numbers)}", "source": "/else", **changes}).encode()

    numbers = itertools.count()
    garbage = [
        {"field": "nothing of ours"},
        {"event": b"\xff\xfe\x00"},
        {"event": b"{"},
        {"event": b"[" * 100_000},
        {"event": b'{"specversion":"0.3"}'},
        {"event": b"x" * 10_000_000, "id": b"\xff"},
        {"event": b'{"specversion":"1.0","id":"' + b"y" * 17_000_000},
        {f"field {number}": number for number in range(5000)},
        {"reason": "mine", "entry": "too"},
    ]
    known = [other(schemaversion=99), other(type="alice.future.invented"), other(type="org.example.thing"), other()]
    known.append(other(type="org.example.large", data={"text": "z" * 10_000_000}))
    for one in garbage:
        client.xadd("alice:events", one)
    for one in [*known, known[0]]:
        client.xadd("alice:events", {"event": one})
    write(store, 2)
    Relay(store).once()
    found = []
    while consumer.turn(found.append, wait=0.01):
        pass
    assert [event.id for event in found if not event.id.startswith("foreign")] == all_ids(store)
    assert [event.id for event in found if event.id.startswith("foreign")] == [
        *(f"foreign-{number}" for number in range(5)),
        "foreign-0",
    ]
    assert next(event.schema for event in found if event.id == "foreign-0") == 99
    assert [one.dead for one in consumer.complaints] == [True] * len(garbage)
    dead = client.xrange("alice:events:dead")
    assert len(dead) == len(garbage)
    assert all(fields[b"reason"] and fields[b"group"] == b"group" for _, fields in dead)
    assert dead[1][1][b"event"] == b"\xff\xfe\x00"
    assert dead[-1][1][b"their-reason"] == b"mine"
    assert client.xpending("alice:events", "group")["pending"] == 0


def test_what_fails_five_times_goes_to_the_dead_letters_and_the_rest_is_handled(store, redis_service, client, consumer):
    fill(store, redis_service, count=5)
    bad, tries, handled = all_ids(store)[2], [], []

    def handle(event: Event) -> None:
        if event.id == bad:
            tries.append(event.id)
            raise ValueError("cannot be handled")
        handled.append(event.id)

    wait_for(lambda: consumer.turn(handle, wait=0.01) == 0 and client.xlen("alice:events:dead") == 1)
    assert len(tries) == 5
    assert handled == [one for one in all_ids(store) if one != bad]
    ((_, fields),) = client.xrange("alice:events:dead")
    assert (fields[b"id"].decode(), fields[b"tries"]) == (bad, b"5")
    assert b"cannot be handled" in fields[b"reason"]
    assert client.xpending("alice:events", "group")["pending"] == 0
    assert [one.dead for one in consumer.complaints] == [False] * 5 + [True]


def test_a_consumer_that_is_gone_is_relieved(store, redis_service, settings, client):
    fill(store, redis_service, count=5)
    client.xgroup_create("alice:events", "group", id="0")
    client.xreadgroup("group", "gone", {"alice:events": ">"}, count=4)
    with closing(make_consumer(settings)) as consumer:
        assert sorted(read_all(consumer)) == sorted(all_ids(store))


def test_repeats_are_dropped_by_who_remembers(store, redis_service, settings):
    fill(store, redis_service, count=5)
    assert replay(store, "team", start=3).sent == len(all_ids(store)) - 2
    with closing(make_consumer(settings, seen=RecentlySeen())) as consumer:
        assert read_all(consumer) == all_ids(store)
    with closing(make_consumer(settings, "forgetful")) as consumer:
        assert read_all(consumer) == all_ids(store) + all_ids(store)[2:]


def test_a_consumer_waits_for_a_server_that_is_down(store, redis_service, settings):
    fill(store, redis_service, count=5)
    with closing(make_consumer(settings)) as consumer:
        redis_service.kill()
        with pytest.raises(ExportError) as caught:
            consumer.turn(_fail)
        assert caught.value.code == "ALICE-E10"
        redis_service.start()
        assert read_all(consumer) == all_ids(store)


def test_a_password_comes_from_the_environment_and_is_told_nobody(store, monkeypatch, capfd):
    from redis_service import RedisService

    service = RedisService("--requirepass", "hunter2hunter2")
    service.start()
    try:
        projects.create(store, "Neon")
        add_sink(store, "team", settings_for(service.url, {}))
        trouble = Relay(store).once()["team"]
        assert "Authentication" in trouble.reason
        monkeypatch.setenv("ALICE_SINK_TEAM_SECRET", "hunter3hunter3")
        trouble = Relay(store).once()["team"]
        assert "hunter" not in trouble.reason
        monkeypatch.setenv("ALICE_SINK_TEAM_SECRET", "hunter2hunter2")
        assert Relay(store).once() == {"team": None}
    finally:
        service.close()
    with store.reading() as reader:
        said = repr(reader.sinks.all()) + repr(reader.events.following(0, limit=100))
    assert "hunter" not in said + "".join(capfd.readouterr())


def test_killed_consumers_and_a_killed_server_leave_each_effect_exactly_once(store, redis_service, tmp_path):
    rng = random.Random(7)
    database = tmp_path / "effects.db"
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(
            "PRAGMA journal_mode=WAL; CREATE TABLE handled (id); CREATE TABLE seen (id PRIMARY KEY);"
            "CREATE TABLE effects (id);"
        )
    projects.create(store, "Neon")
    add_sink(store, "team", settings_for(redis_service.url, {"timeout": 2.0}))
    words = [sys.executable, "-c", CONSUMER, redis_service.url, str(database)]
    with relaying(store):
        for kill in range(20):
            with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
                assert process.stdout.readline() == b"ready\n"
                write(store, rng.randrange(5, 25))
                time.sleep(rng.uniform(0.0, 0.08))
                process.kill()
            if kill == 10:
                redis_service.kill()
                write(store, 10)
                redis_service.start()
        with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
            try:
                wait_for(lambda: _ids(database, "seen") == sorted(all_ids(store)), 40)
            finally:
                process.kill()
    assert set(_ids(database, "handled")) == set(all_ids(store))
    assert _ids(database, "effects") == sorted(all_ids(store))


def _ids(database, table):
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        return sorted(row[0] for row in connection.execute(f"SELECT id FROM {table}"))


def test_a_running_consumer_survives_a_restart_of_the_server(store, redis_service, settings):
    fill(store, redis_service, count=3)
    found, complaints, stop = [], [], threading.Event()
    with closing(make_consumer(settings, tell=complaints.append)) as consumer:
        thread = threading.Thread(target=lambda: consumer.run(lambda event: found.append(event.id), stop=stop))
        thread.start()
        try:
            wait_for(lambda: found == all_ids(store))
            redis_service.kill()
            wait_for(lambda: complaints)
            redis_service.start()
            write(store, 2)
            assert Relay(store).once() == {"team": None}
            wait_for(lambda: found == all_ids(store))
        finally:
            stop.set()
            thread.join()
    assert "cannot be read" in complaints[0].reason


def test_the_command_consumes_and_tells_of_garbage(store, redis_service, client, capfd):
    fill(store, redis_service, count=3)
    client.xadd("alice:events", {"event": b"\xff"})
    words = ["--home", str(store.folder), "events", "consume", "--from", "team", "--group", "shell"]
    assert run(words) == 0
    said = capfd.readouterr()
    assert [json.loads(line)["id"] for line in said.out.splitlines()] == all_ids(store)
    assert "put into the dead letters" in said.err
    assert run(words) == 0
    assert capfd.readouterr().out == ""
