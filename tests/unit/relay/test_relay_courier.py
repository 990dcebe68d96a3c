"""Taking the log to a sink: tries, what is set aside, agreeing on where it is; with sinks that do as they are told."""

from __future__ import annotations

import json
import threading
import time

import pytest

from alice_core import projects
from alice_core.errors import ConfigError, Conflict, ExportError, NotFound, UsageError
from alice_core.events.relay_facts import Undeliverable
from alice_core.relay import replaying
from alice_core.relay.courier import Courier, StoredBook
from alice_core.relay.lowering import Lowering
from alice_core.relay.relay import Relay, relaying
from alice_core.relay.replaying import replay
from alice_core.relay.sending import Delivery, Mark, Trouble
from alice_core.relay.settings import settings_for
from alice_core.relay.sinks import add_sink, pause_sink, remove_sink, resume_sink, set_aside
from alice_core.relay.status import is_relayed, sink_status
from alice_core.relay.subscription import Subscription, subscribe
from alice_core.store.sinks import SinkProgress, keep_progress


class Told:
    """A sink that answers what it was told to, and then takes everything."""

    batch = 3

    def __init__(self, *answers, mark=None):
        self.answers = list(answers)
        self.marked = mark
        self.taken = []
        self.closed = 0

    def deliver(self, events):
        answer = self.answers.pop(0) if self.answers else Delivery(len(events))
        if isinstance(answer, Exception):
            raise answer
        self.taken += [event.position for event in events[: answer.taken]]
        return answer

    def mark(self):
        return self.marked

    def close(self):
        self.closed += 1


@pytest.fixture
def courier(store, tmp_path):
    """Makes a courier to a told sink, of a store with seven events."""
    projects.create(store, "Neon")
    for number in range(3):
        projects.brief(store, "Neon", str(number))
    add_sink(store, "team", settings_for(str(tmp_path / "sent.jsonl"), {}))
    words = []

    def make(sink, pattern="*"):
        made = Courier(
            store, "team", pattern, lambda _: sink, StoredBook(store, "team"), tell=words.append, first_pause=0.001
        )
        made.words = words
        return made

    return make


def all_positions(events):
    return [event.position for event in events()]


def progress(store):
    with store.reading() as reader:
        return reader.sinks.named("team")[1]


def aside(store):
    with store.reading() as reader:
        return reader.sinks.undelivered("team")


def test_everything_goes_in_batches_and_in_order(courier, store, events):
    sink = Told()
    assert courier(sink).drain() is None
    assert sink.taken == all_positions(events)
    assert sink.closed == 1
    assert (progress(store).position, progress(store).sent) == (len(events()), len(events()))


def test_a_sink_that_is_down_keeps_its_place(courier, store, events):
    sink = Told(Delivery(2, Trouble("gone")), Delivery(0, Trouble("gone", wait=0.002)))
    one = courier(sink)
    assert one.drain() == Trouble("gone")
    assert progress(store).position == 2
    assert progress(store).failures == 1
    assert one.drain().reason == "gone"
    assert progress(store).failures == 2
    assert one.drain() is None
    assert sink.taken == all_positions(events)
    assert [word.kind for word in one.words] == ["down", "down", "up"]
    assert (progress(store).failures, progress(store).error) == (0, None)


def test_a_refused_event_is_tried_five_times_and_then_set_aside(courier, store, events):
    sink = Told(Delivery(1, Trouble("no", refused=True)), *[Delivery(0, Trouble("no", refused=True))] * 4)
    one = courier(sink)
    assert one.drain() is None
    (what,) = aside(store)
    assert (what.position, what.tries, what.reason) == (2, 5, "no")
    told = [event for event in events() if event.type == Undeliverable.type_name]
    assert [event.causation for event in told] == [what.event]
    # The sink is not told of its own refusal.
    assert sink.taken == [place for place in all_positions(events) if place not in (2, told[0].position)]
    assert sink_status(store)[0].undelivered == 1


def test_what_cannot_ever_be_taken_is_set_aside_at_once(courier, store):
    courier(Told(Delivery(0, Trouble("too large", refused=True, hopeless=True)))).drain()
    assert [one.tries for one in aside(store)] == [1]


def test_two_sinks_that_refuse_everything_come_to_an_end(courier, store, events, tmp_path):
    """What tells of a refusal may itself be refused, but nobody is told of that by way of a sink."""
    add_sink(store, "other", settings_for(str(tmp_path / "other.jsonl"), {}))

    class Refusing(Told):
        batch = 1

        def deliver(self, _events):
            return Delivery(0, Trouble("no", refused=True, hopeless=True))

    begun = len(events())
    for _ in range(6):
        for name in ("team", "other"):
            Courier(
                store, name, "*", lambda _: Refusing(), StoredBook(store, name), tell=lambda _: None, first_pause=0.001
            ).drain()
    assert len(events()) == 5 * begun
    count = len(events())
    courier(Refusing()).drain()
    assert len(events()) == count


def test_a_place_that_knows_more_than_we_wrote_down_is_believed(courier, store, events):
    known = events()[3]
    sink = Told(mark=Mark(known.position, known.id))
    assert courier(sink).drain() is None
    assert sink.taken == all_positions(events)[4:]


def test_a_place_that_has_another_log_gets_nothing(courier, store):
    sink = Told(mark=Mark(3, "somebody else's"))
    assert "not in this log" in courier(sink).drain().reason
    sink = Told(mark=Mark(300, "later"))
    assert "not in this log" in courier(sink).drain().reason
    assert courier(Told(mark=Trouble("cannot say"))).drain() == Trouble("cannot say")
    assert sink.taken == []


def test_a_place_that_lost_something_gets_it_again(courier, store, events):
    sink = Told(Delivery(3), Delivery(0, Trouble("lost", wait=0.0, resume=1)))
    assert courier(sink).drain() is None
    assert sink.taken == [1, 2, 3, *all_positions(events)[1:]]


def test_a_sink_that_cannot_be_opened_is_down(courier, store):
    def opening(_):
        raise ConfigError("no secret")

    one = courier(Told())
    one._opening = opening
    assert one.drain() == Trouble("no secret")
    assert progress(store).error == "no secret"


def test_a_fault_in_one_sink_ends_nothing(courier, store, events):
    sink = Told(RuntimeError("a fault"), RuntimeError("again"))
    one = courier(sink)
    thread = threading.Thread(target=one.run)
    thread.start()
    wait_for(lambda: sink.taken == all_positions(events))
    one.stop()
    thread.join()
    assert [word.kind for word in one.words] == ["fault", "fault"]
    assert sink.closed == 1


def wait_for(true, seconds=10.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.005)


def test_the_relay_follows_sinks_that_come_and_go(store, events, tmp_path):
    projects.create(store, "Neon")
    path = tmp_path / "sent.jsonl"
    chores = []
    with relaying(store, chore=lambda: chores.append(1)) as relay:
        add_sink(store, "team", settings_for(str(path), {}), pattern="projects.*")
        relay._next_sinks = 0.0
        relay.wake()
        wait_for(path.exists)
        assert is_relayed(store)
        pause_sink(store, "team")
        remove_sink(store, "team")
        relay._next_sinks = 0.0
        wait_for(lambda: not relay._couriers)
    assert len(path.read_bytes().splitlines()) == 1
    assert chores == [1]


def test_a_relay_survives_a_store_that_cannot_be_read(store, monkeypatch, tmp_path):
    words = []
    add_sink(store, "team", settings_for(str(tmp_path / "sent.jsonl"), {}))
    monkeypatch.setattr(store, "seal", lambda: (_ for _ in ()).throw(ConfigError("away")))
    with relaying(store, tell=words.append):
        wait_for(lambda: words)
        monkeypatch.undo()
    assert (words[0].kind, words[0].text) == ("fault", "ConfigError: away")


def test_a_second_relay_stands_by(store, tmp_path):
    projects.create(store, "Neon")
    path = tmp_path / "sent.jsonl"
    add_sink(store, "team", settings_for(str(path), {}))
    with relaying(store):
        wait_for(path.exists)
        with relaying(store):
            pass
        with pytest.raises(Conflict):
            Relay(store).once()


def test_sinks_are_added_paused_resumed_and_removed_once(store, tmp_path):
    settings = settings_for(str(tmp_path / "a.jsonl"), {})
    assert add_sink(store, "a", settings, pattern="library.*", position=3).state == "on"
    with pytest.raises(Conflict):
        add_sink(store, "a", settings)
    for name in ("", "A", "a b", "-a", "a" * 65):
        with pytest.raises(UsageError):
            add_sink(store, name, settings)
    for pattern in ("", "a b", "a,,b", "a;b"):
        with pytest.raises(UsageError):
            add_sink(store, "b", settings, pattern=pattern)
    assert (pause_sink(store, "a"), pause_sink(store, "a")) == (True, False)
    assert (resume_sink(store, "a"), resume_sink(store, "a")) == (True, False)
    keep_progress(store, SinkProgress("a", 7, sent=4))
    assert remove_sink(store, "a").position == 7
    for change in (remove_sink, pause_sink, resume_sink):
        with pytest.raises(NotFound):
            change(store, "a")


def test_nothing_is_set_aside_for_a_sink_that_is_gone(store, events):
    projects.create(store, "Neon")
    count = len(events())
    set_aside(store, "gone", events()[0], "no", 5)
    assert len(events()) == count


def test_a_subscriber_gets_what_comes_from_now_on(store):
    projects.create(store, "Neon")
    found = []
    with subscribe(store, "projects.*", found.append) as subscription:
        projects.brief(store, "Neon", "rain")
        wait_for(lambda: found)
        wait_for(lambda: subscription.position == found[0].position)
    projects.brief(store, "Neon", "sun")
    assert [event.data["after"] for event in found] == ["rain"]


def test_a_subscriber_may_be_called_by_hand_and_may_end_itself(store, events):
    projects.create(store, "Neon")
    found = []
    one = Subscription(store, "*", found.append, after=0)
    assert one.turn()
    assert not one.turn()
    assert [event.position for event in found] == all_positions(events)
    closing = Subscription(store, "*", lambda _: closing.close(), after=0).start()
    wait_for(closing._stop.is_set)


def test_replay_sends_a_span_again_and_moves_nothing(store, tmp_path, events):
    projects.create(store, "Neon")
    path = tmp_path / "sent.jsonl"
    add_sink(store, "team", settings_for(str(path), {}), pattern="projects.*,relay.*")
    wanted = [event.position for event in events() if not event.type.startswith("alice.store")]
    assert replay(store, "team", dry_run=True).sent == len(wanted)
    assert not path.exists()
    done = replay(store, "team", start=wanted[0], end=wanted[0])
    assert (done.sent, done.first, done.last) == (1, wanted[0], wanted[0])
    assert replay(store, "team").sent == len(wanted)
    assert progress(store).position == 0
    with pytest.raises(NotFound):
        replay(store, "gone")


def test_what_was_refused_is_sent_again_when_asked(courier, store, tmp_path, events):
    courier(Told(Delivery(1, Trouble("no", refused=True, hopeless=True)))).drain()
    assert len(aside(store)) == 1
    assert replay(store, "team", undelivered=True).sent == 1
    assert aside(store) == ()
    assert events()[-1].type == "alice.relay.redelivered"
    assert events()[-1].data["positions"] == [2]


def test_a_replay_gives_up_on_a_sink_that_is_down_and_says_where_to_go_on(courier, store, monkeypatch):
    monkeypatch.setattr(replaying, "pause", lambda *_, **__: 0.0)
    sink = Told(Delivery(1), Delivery(0, Trouble("no", refused=True)), *[Delivery(0, Trouble("gone", wait=0.0))] * 9)
    monkeypatch.setattr(replaying, "open_sink", lambda *_, **__: sink)
    with pytest.raises(ExportError, match="does not take event 2: gone") as caught:
        replay(store, "team")
    assert "--from 2 --to team" in caught.value.hint
    assert sink.closed == 1
    sink.answers = [Delivery(1, Trouble("no", refused=True))] + [Delivery(0, Trouble("no", refused=True))] * 4
    done = replay(store, "team")
    assert done.refused == (2,)
    assert 2 not in sink.taken[1:]


def test_a_sink_may_want_a_type_in_an_old_version(store, tmp_path):
    from alice_core.library import ingest_paths

    (tmp_path / "a.txt").write_text("rain")
    ingest_paths(store, [tmp_path / "a.txt"])
    path = tmp_path / "sent.jsonl"
    settings = settings_for(str(path), {}, versions=["alice.library.ingested=1"])
    add_sink(store, "old", settings, pattern="library.ingested")
    assert Relay(store).once() == {"old": None}
    (line,) = map(json.loads, path.read_bytes().splitlines())
    assert line["schemaversion"] == 1
    assert "content" not in line["data"]
    with pytest.raises(ConfigError, match="no version that can be written"):
        settings_for(str(path), {}, versions=["alice.library.ingested=9"])


def test_what_cannot_be_written_in_an_old_version_is_refused(store, events):
    projects.create(store, "Neon")
    inner = Told()
    sink = Lowering(inner, {"alice.projects.created": 0})
    delivery = sink.deliver(events())
    assert (delivery.taken, delivery.trouble.hopeless, sink.mark()) == (1, True, None)
    assert sink.deliver(events()[1:]).taken == 0
    sink.close()
    assert inner.closed == 1
