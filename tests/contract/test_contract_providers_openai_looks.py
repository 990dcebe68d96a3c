"""OpenAI through its real SDK, looking at pictures: what is asked, and what is made of the answer."""

from __future__ import annotations

import base64
import json
from dataclasses import replace

import faults
import openai_server
import pytest
from drawn_media import picture
from provider_rehearsals import PATIENCE, TODAY, reference, standing_in

from alice_core.errors import (
    ProviderBadAnswer,
    ProviderInvalidTask,
)
from alice_core.providers.checking import demand
from alice_core.providers.openai.provider import OpenAI
from alice_core.providers.operation import Failed, Refused
from alice_core.providers.price_file import load_book
from alice_core.providers.quote import settled
from alice_core.providers.task import VisionTask


@pytest.fixture
def server(monkeypatch):
    with standing_in("openai", monkeypatch) as stand_in:
        yield stand_in


@pytest.fixture
def provider(server):
    return OpenAI(seconds=PATIENCE)


@pytest.fixture
def book(tmp_path):
    return load_book(TODAY, tmp_path / "none.toml")


def asked(server):
    (call,) = server.seen("submit")
    return call


def refused(provider, task, *kinds):
    card = provider.card(task.model, task.kind)
    with pytest.raises(kinds or ProviderInvalidTask) as seen:
        demand(task, card, provider.check(task))
    return seen.value


def look(tmp_path, **more):
    seen, path = reference(tmp_path, 640, 360)
    return VisionTask("What is to be seen?", (seen,), **more), {seen.digest: path}


def test_a_look_sends_the_picture_and_keeps_nothing_there(server, provider, tmp_path):
    task, inputs = look(tmp_path, options={"openai": {"effort": "low", "detail": "high"}})
    answer = provider.submit(task, "key", inputs).answer
    told = asked(server).json
    assert told["store"] is False
    assert told["model"] == "gpt-6.1-terra"
    assert told["reasoning"] == {"effort": "low"}
    image = told["input"][0]["content"][0]
    assert image["detail"] == "high"
    assert base64.b64decode(image["image_url"].split(",")[1]) == picture(640, 360, "640x360")
    assert answer.outputs[0].data == b"1 picture(s), seen."
    assert answer.outputs[0].media_type == "text/plain"


def test_a_look_with_a_schema_gives_json_and_costs_what_was_quoted(server, provider, book, tmp_path):
    schema = {"type": "object", "properties": {"mood": {"type": "string"}}, "required": ["mood"]}  # fmt: skip
    task, inputs = look(tmp_path, schema=json.dumps(schema))
    quote = provider.quote(task, book)
    answer = provider.submit(task, "key", inputs).answer
    assert json.loads(answer.outputs[0].data) == {"mood": "seen"}
    assert asked(server).json["text"]["format"]["strict"] is True
    assert settled(quote, answer.usage, answer.billable) == (server.billed, "usage")
    assert quote.low <= server.billed <= quote.high


def test_a_look_that_is_declined_is_billed(server, provider, tmp_path):
    task, inputs = look(tmp_path)
    server.fail(openai_server.declined("I cannot help with that."))
    answer = provider.submit(task, "key", inputs).answer
    assert isinstance(answer, Refused)
    assert (answer.billed, answer.where) == ("yes", "prompt")
    assert "I cannot help" in answer.reason
    assert answer.usage["text-out"] > 0


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"incomplete_details": {"reason": "content_filter"}, "output": []}, Refused),
        ({"incomplete_details": {"reason": "max_output_tokens"}, "output": []}, Failed),
        ({"output": []}, Failed),
    ],
)
def test_a_look_without_words_is_no_success(server, provider, tmp_path, change, kind):
    task, inputs = look(tmp_path)
    server.fail(faults.body("submit", lambda told: told | change))
    answer = provider.submit(task, "key", inputs).answer
    assert isinstance(answer, kind)
    assert answer.billed == "yes"


def test_a_look_without_words_and_count_is_in_doubt(server, provider, tmp_path):
    task, inputs = look(tmp_path)
    server.fail(faults.body("submit", lambda told: told | {"output": [], "usage": None}))
    with pytest.raises(ProviderBadAnswer):
        provider.submit(task, "key", inputs)


def test_a_look_that_was_cut_off_says_so(server, provider, tmp_path):
    task, inputs = look(tmp_path)
    cut = {"incomplete_details": {"reason": "max_output_tokens"}}
    server.fail(faults.body("submit", lambda told: told | cut))
    assert "cut off" in provider.submit(task, "key", inputs).answer.warnings[0]


@pytest.mark.parametrize("text", ['{"mood": "se', "words", "[1]"])
def test_json_that_was_asked_for_and_is_none_has_failed(server, provider, tmp_path, text):
    task, inputs = look(tmp_path, schema='{"type": "object", "properties": {}}')
    said = [{"type": "message", "content": [{"type": "output_text", "text": text, "annotations": []}]}]
    server.fail(faults.body("submit", lambda told: told | {"output": said}))
    answer = provider.submit(task, "key", inputs).answer
    assert isinstance(answer, Failed)
    assert answer.usage


def test_a_look_at_a_film_is_refused_here(provider, tmp_path):
    task, _ = look(tmp_path)
    task = replace(task, references=(replace(task.references[0], media_type="video/mp4"),))
    assert "still" in refused(provider, task).hint
