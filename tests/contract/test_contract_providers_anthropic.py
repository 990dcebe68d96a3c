"""Anthropic through its real SDK: what is asked, and what is made of the answer."""

from __future__ import annotations

import base64
import json
import random
from dataclasses import replace

import anthropic_server
import faults
import pytest
from drawn_media import picture
from provider_rehearsals import PATIENCE, TODAY, reference, standing_in

from alice_core.errors import (
    ProviderAmbiguous,
    ProviderAuth,
    ProviderBadAnswer,
    ProviderInvalidTask,
    ProviderModelRetired,
    ProviderNoCredit,
    ProviderRateLimited,
    ProviderUnavailable,
)
from alice_core.providers.anthropic.provider import Anthropic
from alice_core.providers.checking import demand
from alice_core.providers.operation import Done, Failed, Operation, Refused
from alice_core.providers.price_file import load_book
from alice_core.providers.quote import settled
from alice_core.providers.task import ImageTask, VisionTask

SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {"score": {"type": "integer", "enum": [1, 2, 3]}, "why": {"type": "string"}},
        "required": ["score", "why"],
        "additionalProperties": False,
    }
)


@pytest.fixture
def server(monkeypatch):
    with standing_in("anthropic", monkeypatch) as stand_in:
        yield stand_in


@pytest.fixture
def provider(server):
    return Anthropic(seconds=PATIENCE)


@pytest.fixture
def book(tmp_path):
    return load_book(TODAY, tmp_path / "none.toml")


@pytest.fixture
def look(tmp_path):
    def make(width=640, height=360, **more):
        seen, path = reference(tmp_path, width, height)
        return VisionTask("What is to be seen?", (seen,), **more), {seen.digest: path}

    return make


def refused(provider, task, kind=ProviderInvalidTask):
    with pytest.raises(kind) as seen:
        demand(task, provider.card(task.model, task.kind), provider.check(task))
    return seen.value


def test_a_look_sends_the_picture_and_then_the_question(server, provider, look):
    task, inputs = look(options={"anthropic": {"system": "You judge film.", "effort": "low"}})
    answer = provider.submit(task, "key", inputs).answer
    (call,) = server.seen("submit")
    told = call.json
    assert call.path == "/v1/messages"
    assert told["model"] == "claude-sonnet-5-5"
    assert told["max_tokens"] == 1024
    assert told["system"] == "You judge film."
    assert told["output_config"] == {"effort": "low"}
    image, words = told["messages"][0]["content"]
    assert base64.b64decode(image["source"]["data"]) == picture(640, 360, "640x360")
    assert words == {"type": "text", "text": "What is to be seen?"}
    assert answer.outputs[0].data == b"1 picture(s), seen."
    assert answer.outputs[0].media_type == "text/plain"


def test_a_schema_gives_json(server, provider, look):
    task, inputs = look(schema=SCHEMA)
    answer = provider.submit(task, "key", inputs).answer
    assert json.loads(answer.outputs[0].data) == {"score": 1, "why": "seen"}
    (call,) = server.seen("submit")
    assert call.json["output_config"]["format"] == {"type": "json_schema", "schema": json.loads(SCHEMA)}


def test_the_tokens_that_were_counted_are_what_was_billed(server, provider, book, look):
    task, inputs = look()
    quote = provider.quote(task, book)
    submission = provider.submit(task, "key", inputs)
    assert settled(quote, submission.answer.usage, submission.answer.billable) == (server.billed, "usage")
    assert quote.low <= server.billed <= quote.high
    assert submission.operation.request_id == submission.answer.headers["request-id"]


def test_looks_of_every_size_cost_what_was_quoted(server, book, look):
    provider, chance = Anthropic(seconds=10), random.Random(8)
    for _ in range(25):
        words = " ".join(chance.choices(["rain", "灯台", "a lighthouse"], k=chance.randint(1, 80)))
        task, inputs = look(chance.randint(1, 2600), chance.randint(1, 1600), max_tokens=chance.choice([10, 300, 2000]))
        task = replace(task, question=words, model=chance.choice(["claude-haiku-5-5", "claude-opus-5-5"]))
        quote, before = provider.quote(task, book), server.billed
        assert isinstance(provider.submit(task, "key", inputs).answer, Done)
        assert quote.low <= server.billed - before <= quote.high, task


def test_several_pictures_go_in_their_order(server, provider, tmp_path):
    pairs = [reference(tmp_path, 64 + number, 48) for number in range(3)]
    task = VisionTask("Which is best?", tuple(one for one, _ in pairs))
    provider.submit(task, "key", {one.digest: path for one, path in pairs})
    (call,) = server.seen("submit")
    sizes = [anthropic_server._size(part)[0] for part in call.json["messages"][0]["content"][:-1]]
    assert sizes == [64, 65, 66]


def test_a_refusal_is_no_error_and_is_billed(server, provider, book, look):
    task, inputs = look()
    server.fail(anthropic_server.declined())
    submission = provider.submit(task, "key", inputs)
    answer = submission.answer
    assert isinstance(answer, Refused)
    assert answer.billed == "yes"
    assert "This might be harmful." in answer.reason
    assert settled(provider.quote(task, book), answer.usage, answer.billable)[0] == server.billed
    assert submission.operation.request_id


def test_a_refusal_without_a_reason_is_one_too(server, provider, look):
    task, inputs = look()
    server.fail(faults.body("submit", lambda told: told | {"stop_reason": "refusal", "stop_details": None}))
    assert "no reason given" in provider.submit(task, "key", inputs).answer.reason


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"content": []}, "without words"),
        ({"content": [{"type": "text", "text": "  "}], "stop_reason": "max_tokens"}, "max_tokens"),
        ({"content": [{"type": "tool_use", "id": "a", "name": "b", "input": {}}]}, "without words"),
    ],
)
def test_an_answer_without_words_has_failed_and_is_billed(server, provider, look, change, told):
    task, inputs = look()
    server.fail(faults.body("submit", lambda answer: answer | change))
    answer = provider.submit(task, "key", inputs).answer
    assert isinstance(answer, Failed)
    assert (answer.billed, answer.code) == ("yes", "ALICE-P11")
    assert told in answer.reason
    assert answer.usage


def test_an_answer_without_words_and_count_is_in_doubt(server, provider, look):
    task, inputs = look()
    server.fail(faults.body("submit", lambda told: told | {"content": [], "usage": None}))
    with pytest.raises(ProviderBadAnswer) as seen:
        provider.submit(task, "key", inputs)
    assert seen.value.billed == "maybe"


@pytest.mark.parametrize("stop", ["max_tokens", "model_context_window_exceeded"])
def test_words_that_were_cut_off_are_a_warning_and_json_a_failure(server, provider, look, stop):
    task, inputs = look()
    cut = faults.body("submit", lambda told: told | {"stop_reason": stop})
    server.fail(cut)
    assert "cut off" in provider.submit(task, "key", inputs).answer.warnings[0]
    short, _ = look(schema=SCHEMA, max_tokens=2)
    answer = provider.submit(short, "key", inputs).answer
    assert isinstance(answer, Failed)
    assert "cut off" in answer.reason
    assert "longer answer" in answer.hint


@pytest.mark.parametrize("text", ["words", "[1, 2]", "7"])
def test_json_that_was_asked_for_and_is_none_has_failed(server, provider, look, text):
    task, inputs = look(schema=SCHEMA)
    server.fail(faults.body("submit", lambda told: told | {"content": [{"type": "text", "text": text}]}))
    answer = provider.submit(task, "key", inputs).answer
    assert isinstance(answer, Failed)
    assert answer.usage


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"options": {"anthropic": {"temperature": 2}}}, "temperature"),
        ({"options": {"anthropic": {"effort": "enormous"}}}, "effort"),
        ({"question": "x" * 400_001}, "prompt"),
    ],
)
def test_what_the_model_does_not_do_is_refused_here(server, provider, look, change, field):
    task, _ = look()
    assert field in refused(provider, replace(task, **change)).message
    assert not server.calls


@pytest.mark.parametrize(
    ("count", "change", "told"),
    [
        (1, {"width": 8001}, "8000"),
        (21, {"width": 2001}, "2000"),
        (101, {}, "at most 100"),
        (1, {"media_type": "image/tiff"}, "image/tiff"),
        (1, {"role": "mask"}, "mask"),
        (5, {"size": 9_000_000}, "larger than"),
    ],
)
def test_pictures_that_are_not_taken_are_refused_here(server, provider, look, count, change, told):
    task, _ = look()
    task = replace(task, references=(replace(task.references[0], **change),) * count)
    assert told in refused(provider, task).message
    assert not server.calls


def test_the_server_refuses_a_picture_that_is_too_large(server, look, monkeypatch):
    monkeypatch.setattr(anthropic_server, "MOST_PIXELS", 300)
    task, inputs = look()
    with pytest.raises(ProviderInvalidTask, match="dimensions too large"):
        Anthropic().submit(task, "key", inputs)
    assert server.billed == 0


def test_a_retired_model_is_refused_with_its_day(server, provider, look):
    task, _ = look(model="claude-3-opus-20240229")
    error = refused(provider, task, ProviderModelRetired)
    assert "2026-01-05" in error.message
    assert "claude-opus-5-5" in error.hint
    assert not server.calls


def test_a_model_that_the_account_does_not_have_is_told_so(server, provider, look):
    task, inputs = look(model="claude-opus-4-7")
    with pytest.raises(ProviderModelRetired):
        provider.submit(task, "key", inputs)


@pytest.mark.parametrize("fault", [anthropic_server.no_credit, anthropic_server.low_credit])
def test_an_empty_account_is_known_by_status_and_by_words(server, provider, look, fault):
    task, inputs = look()
    server.fail(fault())
    with pytest.raises(ProviderNoCredit, match="credit balance is too low"):
        provider.submit(task, "key", inputs)
    assert len(server.seen("submit")) == 1


def test_it_sleeps_for_nobody(server, provider, look):
    """The SDK itself would sleep for 49 days."""
    task, inputs = look()
    server.fail(anthropic_server.rate_limited("4233600"))
    with pytest.raises(ProviderRateLimited) as seen:
        provider.submit(task, "key", inputs)
    assert seen.value.after == 4_233_600
    assert len(server.seen("submit")) == 1


def test_an_overloaded_service_did_nothing(server, provider, look):
    task, inputs = look()
    server.fail(anthropic_server.overloaded())
    with pytest.raises(ProviderUnavailable) as seen:
        provider.submit(task, "key", inputs)
    assert seen.value.retryable


def test_a_lost_answer_was_billed_once(server, provider, look):
    task, inputs = look()
    server.fail(faults.lost("submit"))
    with pytest.raises(ProviderAmbiguous):
        provider.submit(task, "key", inputs)
    assert len(server.bill) == 1


def test_a_wrong_key_is_not_repeated(server, look, monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-wrong-0123456789")
    task, inputs = look()
    with pytest.raises(ProviderAuth) as seen:
        Anthropic().submit(task, "key", inputs)
    assert "sk-ant-wrong" not in f"{seen.value!r}{seen.value.hint}"


def test_a_token_will_do_for_a_key(server, look, monkeypatch):
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", anthropic_server.KEY)
    task, inputs = look()
    assert isinstance(Anthropic().submit(task, "key", inputs).answer, Done)


def test_pictures_are_not_made(provider, book):
    task = ImageTask("rain", 64, 64, 0)
    for ask in (lambda: provider.quote(task, book), lambda: provider.submit(task, "key", {})):
        with pytest.raises(ProviderInvalidTask, match="looks at pictures"):
            ask()


def test_a_job_that_answered_cannot_be_asked_for_again(server, provider):
    operation = Operation("anthropic", "claude-sonnet-5-5", "vision", "key")
    answer = provider.poll(operation)
    assert isinstance(answer, Failed)
    assert answer.billed == "maybe"
    assert not provider.cancel(operation)
    assert provider.lookup("key", "2026-11-24T00:00:00Z") is None
    assert not server.calls


def test_the_key_can_be_tried_for_nothing(server, provider):
    assert "claude-opus-5-5" in provider.test()
    assert server.billed == 0


def test_it_speaks_encrypted_where_it_should(tmp_path, monkeypatch, look):
    task, inputs = look()
    with standing_in("anthropic", monkeypatch, tls=tmp_path / "tls"):
        assert isinstance(Anthropic().submit(task, "key", inputs).answer, Done)


def test_what_was_kept_in_a_cache_is_counted_as_such(server, provider, book, look):
    task, inputs = look()
    cached = {"input_tokens": 10, "output_tokens": 10, "cache_read_input_tokens": 500, "cache_creation_input_tokens": 0}
    server.fail(faults.body("submit", lambda told: told | {"usage": cached}))
    usage = provider.submit(task, "key", inputs).answer.usage
    assert usage == {"text-in": 10, "text-cached": 500, "text-out": 10}
