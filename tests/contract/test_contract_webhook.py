"""The webhook over real HTTP: signed, patient where it should be, and closed-lipped."""

from __future__ import annotations

import json
import socket
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from sink_places import NAME, SECRET, place_of
from webhook_receiver import Answer

from alice_core import projects
from alice_core.events import Event
from alice_core.relay.relay import Relay
from alice_core.relay.replaying import replay
from alice_core.relay.settings import settings_for
from alice_core.relay.signing import verify_signature
from alice_core.relay.webhooks import Webhook

EVENT = Event("01a", "alice.test.told", 1, "x", "2026-11-24T09:00:00.000Z", "user:ada", {"text": "Zürich"}, position=1)


@pytest.fixture
def place(tmp_path):
    made = place_of("webhook", tmp_path)
    yield made
    made.close()


@pytest.fixture
def webhook(place):
    with closing(Webhook(settings_for(place.target(), {"timeout": 1.0}), SECRET)) as opened:
        yield opened


def trouble_with(place, webhook, answer):
    place.receiver.answer = lambda _: answer
    delivery = webhook.deliver([EVENT])
    assert delivery.taken == 0
    return delivery.trouble


def test_a_call_is_signed_and_says_what_it_is(place, webhook):
    assert webhook.deliver([EVENT]).taken == 1
    (call,) = place.receiver.calls
    assert verify_signature(SECRET, call.headers, call.body)
    assert not verify_signature(SECRET, call.headers, call.body + b" ")
    assert call.headers["content-type"].startswith("application/cloudevents+json")
    assert call.headers["webhook-id"] == EVENT.id
    assert json.loads(call.body)["data"] == EVENT.data


def test_a_batch_is_signed_too_and_taken_apart_when_it_is_refused(place):
    events = [replace(EVENT, id=f"{number:03}", position=number) for number in range(1, 6)]
    place.refuse(lambda body: b'"003"' in body)
    with closing(Webhook(settings_for(place.target(), {"batch": 10}), SECRET)) as webhook:
        delivery = webhook.deliver(events)
        assert (delivery.taken, delivery.trouble.refused) == (2, True)
        assert webhook.deliver(events[3:]).taken == 2
    assert all(verify_signature(SECRET, call.headers, call.body) for call in place.receiver.calls)
    assert place.receiver.calls[0].headers["content-type"].startswith("application/cloudevents-batch+json")


def test_without_a_secret_only_when_that_is_said(place):
    with closing(Webhook(settings_for(place.target(), {"signed": False}), None)) as webhook:
        assert webhook.deliver([EVENT]).taken == 1
    assert "webhook-signature" not in place.receiver.calls[0].headers


@pytest.mark.parametrize("status", [400, 406, 409, 413, 415, 422])
def test_what_is_wrong_with_the_event_refuses_it(place, webhook, status):
    trouble = trouble_with(place, webhook, Answer(status))
    assert (trouble.refused, str(status) in trouble.reason) == (True, True)


@pytest.mark.parametrize("status", [301, 307, 401, 403, 404, 405, 408, 410, 425, 429, 500, 502, 503])
def test_what_is_wrong_with_the_place_keeps_everything(place, webhook, status):
    trouble = trouble_with(place, webhook, Answer(status))
    assert (trouble.refused, str(status) in trouble.reason) == (False, True)


def test_a_redirect_is_not_followed(place, webhook):
    answer = Answer(307, (("location", "/elsewhere"),))
    assert "redirect" in trouble_with(place, webhook, answer).reason
    assert [call.path for call in place.receiver.calls] == ["/hook"]


def test_a_request_to_wait_is_heeded(place, webhook):
    assert trouble_with(place, webhook, Answer(503, (("retry-after", "7"),))).wait == 7
    assert trouble_with(place, webhook, Answer(429, (("retry-after", "999999999999"),))).wait == 3600
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    assert 20 < trouble_with(place, webhook, Answer(503, (("retry-after", soon),))).wait <= 30
    past = format_datetime(datetime.now(UTC) - timedelta(days=1))
    assert trouble_with(place, webhook, Answer(503, (("retry-after", past),))).wait == 0
    assert trouble_with(place, webhook, Answer(503, (("retry-after", "in a while"),))).wait is None


def test_who_does_not_answer_in_time_is_down(place, webhook):
    trouble = trouble_with(place, webhook, Answer(seconds=1.5))
    assert not trouble.refused
    assert "Timeout" in trouble.reason


def test_who_talks_no_http_is_down():
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        deaf.listen()
        with closing(Webhook(settings_for(url, {"timeout": 0.3}), SECRET)) as webhook:
            assert not webhook.deliver([EVENT]).trouble.refused
    with closing(Webhook(settings_for(url, {"timeout": 0.3}), SECRET)) as webhook:
        assert "Connect" in webhook.deliver([EVENT]).trouble.reason


def test_the_secret_is_nowhere_to_be_read(place, store, capfd):
    projects.create(store, "Neon")
    place.add(store)
    place.receiver.answer = lambda _: Answer(401)
    assert "401" in Relay(store).once()[NAME].reason
    with store.reading() as reader:
        said = repr(reader.sinks.all()) + repr(reader.events.following(0, limit=100))
    key = SECRET.removeprefix("whsec_")
    assert key not in said + "".join(capfd.readouterr())
    assert key.encode() not in b"".join(call.body + repr(call.headers).encode() for call in place.receiver.calls)


def test_what_was_refused_is_sent_again_once_it_is_wanted(place, store):
    projects.create(store, "Neon", "poison")
    place.add(store, pattern="projects.*")
    place.refuse(lambda body: b"poison" in body)
    Relay(store, first_pause=0.01).once()
    with store.reading() as reader:
        assert len(reader.sinks.undelivered(NAME)) == 1
    place.refuse(lambda _: False)
    assert replay(store, NAME, undelivered=True).sent == 1
    with store.reading() as reader:
        assert reader.sinks.undelivered(NAME) == ()
    assert len(place.received()) == 1
