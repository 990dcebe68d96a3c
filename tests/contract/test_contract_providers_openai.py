"""OpenAI through its real SDK, making pictures: what is asked, and what is made of the answer."""

from __future__ import annotations

import io
import random
from dataclasses import replace
from decimal import Decimal

import faults
import openai_server
import pytest
from openai_server import KEY
from PIL import Image
from provider_rehearsals import PATIENCE, TODAY, reference, standing_in

from alice_core.errors import (
    ConfigError,
    ProviderAmbiguous,
    ProviderAuth,
    ProviderBadAnswer,
    ProviderForbidden,
    ProviderInvalidTask,
    ProviderModelRetired,
    ProviderRateLimited,
    ProviderRefused,
)
from alice_core.providers.checking import demand
from alice_core.providers.openai.provider import OpenAI
from alice_core.providers.operation import Done, Failed, Operation
from alice_core.providers.price_file import load_book
from alice_core.providers.quote import settled
from alice_core.providers.task import AudioTask, ImageTask

TASK = ImageTask("a lighthouse in the rain", 1280, 720, 0)


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


def test_a_picture_is_asked_for_as_the_task_says(server, provider):
    task = replace(TASK, count=3, quality="low", format="webp", background="opaque",
                   options={"openai": {"moderation": "low", "output_compression": 80}})  # fmt: skip
    answer = provider.submit(task, "0193-key", {}).answer
    told = asked(server)
    assert told.path == "/v1/images/generations"
    assert told.json == {
        "model": "gpt-image-2", "prompt": TASK.prompt, "n": 3, "size": "1280x720", "quality": "low",
        "output_format": "webp", "background": "opaque", "moderation": "low", "output_compression": 80,
    }  # fmt: skip
    assert told.headers["x-client-request-id"] == "0193-key"
    assert [one.media_type for one in answer.outputs] == ["image/webp"] * 3
    for output in answer.outputs:
        assert Image.open(io.BytesIO(output.data)).size == (output.width, output.height) == (1280, 720)


def test_the_tokens_that_were_counted_are_what_was_billed(server, provider, book):
    quote = provider.quote(TASK, book)
    submission = provider.submit(TASK, "key", {})
    cost, by = settled(quote, submission.answer.usage, submission.answer.billable)
    assert by == "usage"
    assert cost == server.billed
    assert submission.operation.request_id.startswith("req_")
    assert submission.answer.headers["x-request-id"] == submission.operation.request_id


def test_two_hundred_tasks_cost_what_was_quoted(server, provider, book):
    chance = random.Random(8)
    sizes = {"gpt-image-1-mini": [(1024, 1024), (1536, 1024), (1024, 1536)]}
    free = [(1024, 1024), (1280, 720), (512, 512), (1920, 1088), (3840, 2160), (720, 1280)]
    for number in range(200):
        model = chance.choice(["gpt-image-2", "gpt-image-2.5-flare", "gpt-image-2.5-sunburst", "gpt-image-1-mini"])
        qualities = [one for one in provider.card(model).limits.qualities if one != "auto"]
        width, height = chance.choice(sizes.get(model, free))
        words = " ".join(chance.choices(["rain", "neon", "灯台", "a lighthouse", "Ærø"], k=chance.randint(1, 60)))
        task = ImageTask(words, width, height, 0, model=model, quality=chance.choice(qualities))
        quote, before = provider.quote(task, book), server.billed
        # The picture itself is of no interest here, and large ones take long to draw.
        usage = openai_server._usage({"prompt": words}, model, task.quality, width * height, 1)
        server.charge(f"req_{number}", model, openai_server._priced(usage, model), "counted")
        assert quote.low <= server.billed - before <= quote.high, task


def test_an_edit_sends_references_and_the_mask_as_files(server, provider, tmp_path):
    one, first = reference(tmp_path, 640, 360, "reference")
    two, second = reference(tmp_path, 320, 240, "reference")
    hole = Image.new("RGBA", (640, 360), (0, 0, 0, 0))
    hole.save(tmp_path / "hole.png")
    mask = replace(one, digest="sha256:" + "e" * 64, role="mask")
    inputs = {one.digest: first, two.digest: second, mask.digest: tmp_path / "hole.png"}
    task = replace(TASK, references=(one, two, mask), options={"openai": {"moderation": "low"}})
    answer = provider.submit(task, "key", inputs).answer
    told = asked(server)
    fields = openai_server._form(told)
    assert told.path == "/v1/images/edits"
    assert [Image.open(io.BytesIO(data)).size for data in fields["image"]] == [(640, 360), (320, 240)]
    assert Image.open(io.BytesIO(fields["mask"][0])).mode == "RGBA"
    assert "moderation" not in fields
    assert first.name.encode() not in told.body  # the names of the user's files stay here
    assert answer.usage["image-in"] > 0


def test_an_edit_costs_what_was_quoted(server, provider, book, tmp_path):
    one, first = reference(tmp_path, 640, 360, "reference")
    task = replace(TASK, references=(one,))
    quote = provider.quote(task, book)
    provider.submit(task, "key", {one.digest: first})
    assert quote.low <= server.billed <= quote.high


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"width": 1281}, "size"),
        ({"width": 4096, "height": 2160}, "size"),
        ({"width": 3200, "height": 160}, "size"),
        ({"count": 11}, "count"),
        ({"quality": "hd"}, "quality"),
        ({"quality": "xhigh"}, "quality"),
        ({"format": "tiff"}, "format"),
        ({"prompt": "x" * 32_001}, "prompt"),
        ({"background": "transparent", "format": "jpeg"}, "format"),
        ({"options": {"openai": {"style": "vivid"}}}, "style"),
        ({"options": {"openai": {"output_compression": 101}}}, "output_compression"),
        ({"model": "gpt-image-1.5", "width": 1280}, "size"),
    ],
)
def test_what_the_model_does_not_do_is_refused_here(server, provider, change, field):
    error = refused(provider, replace(TASK, **change))
    assert field in error.message
    assert error.hint
    assert not server.calls


@pytest.mark.parametrize("role", ["mask", "reference"])
def test_references_that_do_not_fit_are_refused_here(server, provider, tmp_path, role):
    one, _ = reference(tmp_path, 640, 360, "reference")
    mask = replace(one, role="mask", width=10)
    given = {"mask": (one, mask), "reference": (replace(one, media_type="video/mp4"),)}[role]
    assert "references" in refused(provider, replace(TASK, references=given)).message
    assert "references" in refused(provider, replace(TASK, references=(mask,))).message
    assert "mask" in refused(provider, replace(TASK, references=(one, replace(one, role="mask", size=10**7)))).message


@pytest.mark.parametrize(
    ("model", "day"), [("dall-e-3", "2026-05-12"), ("dall-e-2", "2026-05-12"), ("gpt-image-1", "2026-10-23")]
)
def test_a_retired_model_is_refused_with_its_day_and_what_replaces_it(server, provider, model, day):
    error = refused(provider, replace(TASK, model=model), ProviderModelRetired)
    assert day in error.message
    assert "gpt-image-2" in error.hint
    assert not server.calls


def test_what_it_takes_no_notice_of_is_a_warning(provider):
    task = replace(TASK, seed=7, negative="fog")
    warnings = demand(task, provider.card(), provider.check(task))
    assert [one.split(":")[0] for one in warnings] == ["seed", "negative"]


def test_the_quality_is_always_said_so_that_the_price_is_known(server, provider):
    provider.submit(TASK, "key", {})
    assert asked(server).json["quality"] == "medium"


def test_fewer_pictures_than_asked_for_are_a_warning(server, provider):
    server.fail(faults.body("submit", lambda told: {**told, "data": told["data"][:1]}))
    answer = provider.submit(replace(TASK, count=2), "key", {}).answer
    assert isinstance(answer, Done)
    assert "1 pictures came, 2 were asked for" in answer.warnings[0]


def test_no_picture_and_no_count_is_in_doubt(server, provider):
    server.fail(faults.body("submit", lambda _: {"created": 1, "data": []}))
    with pytest.raises(ProviderBadAnswer) as seen:
        provider.submit(TASK, "key", {})
    assert seen.value.billed == "maybe"
    assert seen.value.request_id


def test_no_picture_with_a_count_has_failed_and_is_billed(server, provider, book):
    server.fail(openai_server.no_pictures())
    answer = provider.submit(TASK, "key", {}).answer
    assert isinstance(answer, Failed)
    assert answer.billed == "yes"
    assert settled(provider.quote(TASK, book), answer.usage, None)[0] == server.billed


def test_a_picture_that_is_no_base64_has_failed(server, provider):
    server.fail(faults.body("submit", lambda told: {**told, "data": [{"b64_json": "!!! not base64"}]}))
    answer = provider.submit(TASK, "key", {}).answer
    assert isinstance(answer, Failed)
    assert answer.code == "ALICE-P12"


@pytest.mark.parametrize("answer", ["[]", '"words"', "null", "7"])
def test_json_that_is_no_object_is_no_answer(server, provider, answer):
    server.fail(faults.Fault("odd", "submit", changed=lambda told: replace(told, body=answer.encode())))
    with pytest.raises(ProviderBadAnswer):
        provider.submit(TASK, "key", {})


def test_a_missing_usage_is_settled_by_estimate(server, provider, book):
    server.fail(faults.body("submit", lambda told: {**told, "usage": None}))
    answer = provider.submit(TASK, "key", {}).answer
    assert isinstance(answer, Done)
    assert settled(provider.quote(TASK, book), answer.usage, answer.billable)[1] == "estimate"


def test_a_policy_refusal_repeats_the_provider_and_names_the_request(server, provider):
    server.fail(openai_server.moderated())
    with pytest.raises(ProviderRefused, match="safety system") as seen:
        provider.submit(TASK, "key", {})
    assert seen.value.request_id == "req_policy"
    assert seen.value.billed == "no"


def test_an_organisation_that_is_not_verified_is_told_what_to_do(server, provider):
    server.fail(openai_server.unverified())
    with pytest.raises(ProviderForbidden) as seen:
        provider.submit(TASK, "key", {})
    assert "Verify your organisation" in seen.value.hint


def test_a_wrong_key_is_refused_by_the_server(server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-wrong-key-0123456789")
    with pytest.raises(ProviderAuth) as seen:
        OpenAI().submit(TASK, "key", {})
    assert "sk-wrong" not in f"{seen.value!r}{seen.value.hint}"
    assert server.billed == 0


def test_the_server_refuses_what_the_card_did_not_know(server, provider):
    told = {"message": "Unknown parameter: 'x'.", "param": "x"}
    server.fail(faults.refused("submit", 400, {"error": told}))
    with pytest.raises(ProviderInvalidTask, match=r"\(x\).*Unknown parameter"):
        provider.submit(TASK, "key", {})


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7), ("86400", 86400), ("Wed, 21 Oct 2065 07:28:00 GMT", None), ("soon", None)]
)
def test_what_a_429_asks_for_is_handed_on_and_not_slept(server, provider, header, seconds):
    server.fail(openai_server.rate_limited(header))
    with pytest.raises(ProviderRateLimited) as seen:
        provider.submit(TASK, "key", {})
    if seconds is not None:
        assert seen.value.after == seconds
    elif header == "soon":
        assert seen.value.after is None
    else:
        assert seen.value.after > 86400


def test_milliseconds_are_read_too(server, provider):
    server.fail(faults.refused("submit", 429, {"error": {"message": "slow"}}, retry_after_ms="1500", retry_after="9"))
    with pytest.raises(ProviderRateLimited) as seen:
        provider.submit(TASK, "key", {})
    assert seen.value.after == 1.5


def test_a_lost_answer_was_billed_once_and_is_not_asked_again(server, provider):
    server.fail(faults.lost("submit"))
    with pytest.raises(ProviderAmbiguous):
        provider.submit(TASK, "key", {})
    assert len(server.bill) == 1


def test_a_job_that_answered_cannot_be_asked_for_again(server, provider):
    operation = Operation("openai", "gpt-image-2", "image", "key")
    answer = provider.poll(operation)
    assert isinstance(answer, Failed)
    assert answer.billed == "maybe"
    assert not provider.cancel(operation)
    assert provider.lookup("key", "2026-11-24T00:00:00Z") is None
    assert not server.calls


def test_sound_is_not_made(provider, book):
    task = AudioTask("speech", "hello")
    for ask in (lambda: provider.card("", "audio"), lambda: provider.quote(task, book), lambda: provider.check(task)):
        with pytest.raises(ProviderInvalidTask):
            ask()


def test_the_key_can_be_tried_for_nothing(server, provider):
    assert "gpt-image-2" in provider.test()
    assert server.billed == 0
    assert [call.stage for call in server.calls] == ["models"]


def test_it_speaks_encrypted_where_it_should(tmp_path, monkeypatch):
    with standing_in("openai", monkeypatch, tls=tmp_path / "tls") as server:
        assert isinstance(OpenAI().submit(TASK, "key", {}).answer, Done)
        assert server.url.startswith("https://")


@pytest.mark.parametrize("address", ["http://example.com/v1", "ftp://localhost/v1", "https://", "http://[::1"])
def test_the_key_travels_no_open_line(monkeypatch, address):
    monkeypatch.setenv("OPENAI_BASE_URL", address)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with pytest.raises(ConfigError):
        OpenAI().submit(TASK, "key", {})


def test_money_is_decimal_to_the_last_token(server, provider):
    answer = provider.submit(TASK, "key", {}).answer
    assert all(isinstance(count, Decimal) for count in answer.usage.values())
    assert server.billed == sum(charge.amount for charge in server.bill)
