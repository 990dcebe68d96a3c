"""fal over its real HTTP: how a job is followed, and what is made of its end."""

from __future__ import annotations

import base64
from dataclasses import replace

import fal_server
import faults
import pytest
from provider_rehearsals import PATIENCE, SHORT, TODAY, standing_in

from alice_core.errors import (
    ProviderBadAnswer,
    ProviderError,
    ProviderTimeout,
)
from alice_core.providers.conformance.subject import finished
from alice_core.providers.fal.provider import Fal
from alice_core.providers.operation import Done, Failed, Operation, Queued, Refused, Running, Submission
from alice_core.providers.price_file import load_book
from alice_core.providers.quote import settled
from alice_core.providers.task import ImageTask

TASK = ImageTask("a lighthouse in the rain", 1280, 1024, 7)


@pytest.fixture
def server(monkeypatch):
    with standing_in("fal", monkeypatch) as stand_in:
        yield stand_in


@pytest.fixture
def provider(server):
    return Fal(seconds=PATIENCE)


@pytest.fixture
def book(tmp_path):
    return load_book(TODAY, tmp_path / "none.toml")


def posted(server):
    (call,) = server.seen("submit")
    return call


def made(provider, task, inputs=None):
    submission = provider.submit(task, "key", inputs or {})
    return submission.operation, finished(provider, submission)


def test_a_job_is_followed_through_the_queue(server, provider):
    submission = provider.submit(TASK, "key", {})
    assert submission.answer is None
    seen = [provider.poll(submission.operation) for _ in range(3)]
    assert seen[0] == Queued(1)
    assert seen[1] == Running()
    assert isinstance(seen[2], Done)
    assert len(server.seen("submit")) == 1


def test_another_process_a_day_later_asks_for_the_same_job(server, provider):
    text = provider.submit(TASK, "key", {}).operation.to_json()
    del provider
    operation = Operation.from_json(text)
    assert isinstance(finished(Fal(seconds=PATIENCE), Submission(operation)), Done)
    assert len(server.seen("submit")) == 1
    assert fal_server.KEY not in text


def test_the_addresses_are_those_of_the_answer(server, provider):
    """The status of an endpoint with a path lies under its owner and app alone."""
    made(provider, TASK)
    assert {call.path.split("/requests/")[0] for call in server.seen("status")} == {"/fal-ai/flux"}


def test_a_queued_job_that_is_cancelled_costs_nothing(server, provider):
    operation = provider.submit(TASK, "key", {}).operation
    assert provider.cancel(operation)
    answer = provider.poll(operation)
    assert isinstance(answer, Failed)
    assert answer.billed == "no"
    assert server.billed == 0


def test_a_job_that_was_begun_goes_on_when_it_is_cancelled(server, provider):
    operation = provider.submit(TASK, "key", {}).operation
    provider.poll(operation)
    provider.poll(operation)
    assert not provider.cancel(operation)
    assert isinstance(finished(provider, Submission(operation)), Done)
    assert not provider.cancel(operation)
    assert server.billed > 0


def test_a_policy_refusal_after_the_work_may_be_billed(server, provider, book):
    task = replace(TASK, prompt="something forbidden")
    _, answer = made(provider, task)
    assert isinstance(answer, Refused)
    assert (answer.where, answer.billed) == ("prompt", "yes")
    assert "content checker" in answer.reason
    assert settled(provider.quote(task, book), answer.usage, answer.billable)[0] == server.billed


def test_a_refusal_without_units_may_have_cost_something(server, provider):
    server.fail(faults.without_header("result", "x-fal-billable-units"))
    _, answer = made(provider, replace(TASK, prompt="something forbidden"))
    assert answer.billed == "maybe"


def test_arguments_that_the_model_does_not_take_end_the_job(server, provider):
    _, answer = made(provider, replace(TASK, count=2, options={"fal": {"num_images": 9}}))
    assert isinstance(answer, Failed)
    assert answer.code == "ALICE-P06"
    assert "num_images: Input should be" in answer.reason
    assert len(server.seen("submit")) == 1


def test_the_providers_own_failure_costs_nothing(server, provider):
    server.verdicts.append((500, "Runner crashed"))
    _, answer = made(provider, TASK)
    assert isinstance(answer, Failed)
    assert answer.billed == "no"
    assert "Runner crashed" in answer.reason
    assert server.billed == 0


@pytest.mark.parametrize("status", [404, 410])
def test_a_result_that_has_expired_was_billed(server, provider, status):
    server.fail(faults.refused("result", status, {"detail": "Request not found"}))
    _, answer = made(provider, TASK)
    assert isinstance(answer, Failed)
    assert answer.billed == "yes"


@pytest.mark.parametrize("flags", [[True], [True, False]])
def test_pictures_that_may_not_be_shown_are_not_delivered(server, provider, flags):
    server.fail(faults.body("result", lambda told: told | {"has_nsfw_concepts": flags}))
    _, answer = made(provider, replace(TASK, count=len(flags)))
    if all(flags):
        assert isinstance(answer, Refused)
        assert (answer.where, answer.billed) == ("output", "yes")
        assert answer.billable
    else:
        assert len(answer.outputs) == 1
        assert "1 of 2 may not be shown" in answer.warnings[0]


def test_fewer_pictures_than_asked_for_are_a_warning(server, provider):
    server.fail(faults.body("result", lambda told: told | {"images": told["images"][:1]}))
    _, answer = made(provider, replace(TASK, count=2))
    assert "1 came, 2 were asked for" in answer.warnings[0]


@pytest.mark.parametrize("body", [{}, {"images": []}, {"video": None}, {"images": [{"width": 3}]}])
def test_a_result_without_a_file_is_no_success(server, provider, body):
    server.fail(faults.body("result", lambda _: body))
    _, answer = made(provider, TASK)
    assert isinstance(answer, Failed)
    assert (answer.code, answer.billed) == ("ALICE-P11", "yes")
    assert answer.billable


def test_a_file_inside_the_answer_is_taken_from_there(server, provider):
    url = "data:image/png;base64," + base64.b64encode(b"picture").decode()
    server.fail(faults.body("result", lambda told: told | {"images": [{"url": url, "content_type": "image/png"}]}))
    _, answer = made(provider, TASK)
    assert (answer.outputs[0].data, answer.outputs[0].url) == (b"picture", None)


def test_a_file_inside_the_answer_that_is_no_base64_has_failed(server, provider):
    server.fail(faults.body("result", lambda told: told | {"images": [{"url": "data:image/png;base64,!"}]}))
    _, answer = made(provider, TASK)
    assert answer.code == "ALICE-P12"


def test_a_result_without_units_is_settled_by_estimate(server, provider, book):
    server.fail(faults.without_header("result", "x-fal-billable-units"))
    _, answer = made(provider, TASK)
    assert answer.billable is None
    assert settled(provider.quote(TASK, book), answer.usage, answer.billable)[1] == "estimate"


@pytest.mark.parametrize("units", ["many", "-1", "NaN"])
def test_units_that_are_no_number_are_not_believed(server, provider, units):
    server.fail(
        faults.Fault(
            "odd",
            "result",
            changed=lambda told: replace(told, headers=(*told.headers[:1], ("x-fal-billable-units", units))),
        )
    )
    _, answer = made(provider, TASK)
    assert answer.billable is None


@pytest.mark.parametrize("at", ["status", "result"])
@pytest.mark.parametrize(
    "fault",
    [
        faults.lost, faults.lost_before, faults.html, faults.cut_json, faults.wrong_length, faults.gateway,
        lambda at: faults.gateway(at, 504), lambda at: fal_server.down(at, 503), lambda at: faults.redirect(at, "/x"),
        lambda at: faults.refused(at, 429, {"detail": "slow down"}, retry_after="1"),
        lambda at: faults.refused(at, 401, {"detail": "who?"}), lambda at: faults.refused(at, 403, {"detail": "no"}),
    ],
)  # fmt: skip
def test_a_question_that_goes_wrong_harms_no_job(server, provider, at, fault):
    server.fail(fault(at))
    submission = provider.submit(TASK, "key", {})
    troubles = 0
    for _ in range(8):
        try:
            answer = provider.poll(submission.operation)
        except ProviderError:
            troubles += 1
            continue
        if not isinstance(answer, Queued | Running):
            break
    # A 503 that fal itself signs is the end of the job; everything else is asked for again.
    final = isinstance(answer, Failed) and answer.billed == "no"
    assert isinstance(answer, Done) != final
    assert troubles == (0 if final else 1)
    assert len(server.seen("submit")) == 1


def test_a_slow_question_may_be_asked_again(server):
    operation = Fal(seconds=PATIENCE).submit(TASK, "key", {}).operation
    server.fail(faults.slow("status", SHORT * 3))
    with pytest.raises(ProviderTimeout):
        Fal(seconds=SHORT).poll(operation)
    assert isinstance(finished(Fal(seconds=PATIENCE), Submission(operation)), Done)


def test_a_status_of_no_known_kind_is_no_answer(server, provider):
    operation = provider.submit(TASK, "key", {}).operation
    server.fail(faults.body("status", lambda told: told | {"status": "THINKING"}))
    with pytest.raises(ProviderBadAnswer):
        provider.poll(operation)


@pytest.mark.parametrize("missing", ["request_id", "status_url", "response_url", "cancel_url"])
def test_an_answer_without_a_name_or_address_is_in_doubt(server, provider, missing):
    server.fail(faults.body("submit", lambda told: {name: value for name, value in told.items() if name != missing}))
    with pytest.raises(ProviderBadAnswer) as seen:
        provider.submit(TASK, "key", {})
    assert seen.value.billed == "maybe"
    assert seen.value.request_id  # from the header, at least


@pytest.mark.parametrize(
    "url", ["https://fal.run.evil.example/x", "http://queue.fal.run/x", "ftp://queue.fal.run/x", "/x"]
)
def test_the_key_goes_nowhere_else(server, provider, url):
    operation = provider.submit(TASK, "key", {}).operation
    strange = replace(operation, data={**operation.data, "status_url": url, "cancel_url": url})
    before = len(server.calls)
    for ask in (provider.poll, provider.cancel):
        with pytest.raises(ProviderBadAnswer, match="not fal"):
            ask(strange)
    assert len(server.calls) == before
