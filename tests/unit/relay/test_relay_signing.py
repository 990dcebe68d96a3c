"""Signatures of webhooks: those of Standard Webhooks, and nothing else is believed."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core.errors import ConfigError
from alice_core.relay.signing import key_of, signature, verify_signature

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
BODY = b'{"test": 2432232314}'


def headers(body=BODY, message="msg_p5jXN8AQM9LWM0D4loKWxJek", stamp=1614265330, secret=SECRET):
    signed = signature(key_of(secret), message, stamp, body)
    return {"Webhook-Id": message, "webhook-timestamp": str(stamp), "WEBHOOK-SIGNATURE": signed}


def test_the_example_of_the_specification():
    assert headers()["WEBHOOK-SIGNATURE"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert verify_signature(SECRET, headers(), BODY, now=1614265330)


def test_one_of_several_signatures_is_enough():
    told = headers()
    told["WEBHOOK-SIGNATURE"] = f"v1a,abc v1,AAAA {told['WEBHOOK-SIGNATURE']}"
    assert verify_signature(SECRET, told, BODY, now=1614265330)


@pytest.mark.parametrize(
    "changes",
    [
        {"Webhook-Id": "msg_other"},
        {"Webhook-Id": ""},
        {"webhook-timestamp": "1614265331"},
        {"webhook-timestamp": "soon"},
        {"webhook-timestamp": "\u0661\u0662"},
        {"webhook-timestamp": "9" * 30},
        {"WEBHOOK-SIGNATURE": "v1,AAAA"},
        {"WEBHOOK-SIGNATURE": "\udcff"},
        {"WEBHOOK-SIGNATURE": ""},
    ],
)
def test_whatever_was_changed_is_noticed(changes):
    assert not verify_signature(SECRET, headers() | changes, BODY, now=1614265330)


def test_an_old_call_and_one_from_the_future_are_refused():
    assert verify_signature(SECRET, headers(), BODY, now=1614265330 + 299)
    assert not verify_signature(SECRET, headers(), BODY, now=1614265330 + 301)
    assert not verify_signature(SECRET, headers(), BODY, now=1614265330 - 301)
    assert not verify_signature(SECRET, headers(), BODY)


@settings(deadline=None, max_examples=30)
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_only_the_very_body_is_believed(body, other):
    assert verify_signature(SECRET, headers(body), other, now=1614265330) == (body == other)


@pytest.mark.parametrize("secret", ["", "hunter2", "whsec_!!", "whsec_" + base64.b64encode(b"short").decode()])
def test_a_weak_secret_is_no_secret(secret):
    with pytest.raises(ConfigError) as caught:
        key_of(secret)
    assert not secret or secret not in str(caught.value)
