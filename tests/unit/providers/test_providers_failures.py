"""What an answer that is no result means: for the money first of all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alice_core import errors
from alice_core.providers.failures import Reply, failure_of, said, seconds_to_wait

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(400, "no"), errors.ProviderInvalidTask),
        (Reply(400, "blocked", code="moderation_blocked"), errors.ProviderRefused),
        (Reply(422, "flagged", code="content_policy_violation"), errors.ProviderRefused),
        (Reply(401, "who?"), errors.ProviderAuth),
        (Reply(402, "pay"), errors.ProviderNoCredit),
        (Reply(403, "no right"), errors.ProviderForbidden),
        (Reply(403, "User is locked. Reason: Exhausted balance."), errors.ProviderNoCredit),
        (Reply(403, "User is locked. Reason: Admin lock."), errors.ProviderForbidden),
        (Reply(404, "no"), errors.ProviderModelRetired),
        (Reply(408, "late"), errors.ProviderTimeout),
        (Reply(409, "busy"), errors.ProviderUnavailable),
        (Reply(413, "large"), errors.ProviderInvalidTask),
        (Reply(429, "slow"), errors.ProviderRateLimited),
        (Reply(429, "quota", code="insufficient_quota"), errors.ProviderNoCredit),
        (Reply(429, "You exceeded your current quota, please check"), errors.ProviderNoCredit),
        (Reply(500, "oops"), errors.ProviderAmbiguous),
        (Reply(502, page=True), errors.ProviderUnavailable),
        (Reply(502, page=True, request_id="req_1"), errors.ProviderAmbiguous),
        (Reply(502, "bad"), errors.ProviderAmbiguous),
        (Reply(503, "overloaded"), errors.ProviderUnavailable),
        (Reply(504, page=True), errors.ProviderAmbiguous),
        (Reply(529, "overloaded"), errors.ProviderUnavailable),
        (Reply(302, page=True), errors.ProviderUnavailable),
    ],
)
def test_each_answer_has_its_kind(reply, kind):
    error = failure_of(reply, "acme", "painter")
    assert type(error) is kind
    assert error.hint
    assert (error.provider, error.model, error.request_id) == ("acme", "painter", reply.request_id)
    assert error.billed == ("maybe" if error.lost else "no")


@settings(deadline=None, max_examples=60)
@given(st.integers(300, 599), st.booleans(), st.sampled_from([None, "req_1"]), st.text(max_size=40))
def test_nothing_is_both_lost_and_to_be_sent_again(status, page, request_id, message):
    error = failure_of(Reply(status, message, request_id=request_id, page=page), "acme", "painter")
    assert not (error.lost and error.retryable)
    # Money is in doubt wherever the provider itself failed at the work.
    if status in {500, 501, 504} and error.code != "ALICE-P07":
        assert error.lost


def test_the_field_is_named_and_the_right_to_ask_for():
    assert "(size)" in failure_of(Reply(400, "no", field="size"), "acme", "").message
    assert "Verify" in failure_of(Reply(403, "must be verified"), "acme", "").hint
    assert "this" in failure_of(Reply(404, "no"), "acme", "").message


def test_words_are_repeated_in_moderation():
    assert said(Reply(400, "one\n\n  two")) == "one two"
    assert len(said(Reply(400, "x" * 5000))) < 500
    assert said(Reply(502, "<html>", page=True)) == "a web page with status 502"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "4233600"}, 4_233_600),
        ({"retry-after": "7", "retry-after-ms": "250"}, 0.25),
        ({"retry-after": "7", "retry-after-ms": "soon"}, 7),
        ({"retry-after": "Tue, 24 Nov 2026 12:01:00 GMT"}, 60),
        ({"retry-after": "Tue, 24 Nov 2026 12:01:00"}, 60),
        ({"retry-after": "Tue, 24 Nov 2026 11:00:00 GMT"}, 0),
        ({"retry-after": "-7"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "in a while"}, None),
        ({"retry-after": ""}, None),
    ],
)
def test_how_long_to_wait(headers, seconds):
    assert seconds_to_wait(headers, NOW) == seconds
