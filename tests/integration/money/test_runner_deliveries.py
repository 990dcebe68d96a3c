"""What was delivered: kept before it is looked at, fetched again for nothing, never an asset unless it is whole."""

from __future__ import annotations

from decimal import Decimal

import pytest
from till_provider import RATE, png
from till_shop import agrees, jobs, make, sums, task_of

from alice_core.errors import (
    ProviderBadAnswer,
    ProviderBadMedia,
    ProviderPaid,
    ProviderParked,
)
from alice_core.projects import ledger
from alice_core.providers.operation import Done, Output
from alice_core.providers.task import VisionTask
from alice_core.store.ledger import Scope
from alice_core.workflows import deliveries
from alice_core.workflows.tasks import recipe_of


def test_a_delivery_that_was_lost_is_fetched_again_for_nothing(store, till, runner, tmp_path):
    make(runner, tmp_path)
    deliveries.discard(store, jobs(store)[0].id)
    make(runner, tmp_path)
    assert (till.posts, sums(store).spent) == (1, RATE)
    make(runner, tmp_path, model="instant")
    deliveries.discard(store, jobs(store)[-1].id)
    with pytest.raises(ProviderPaid, match="files are gone"):  # it could be had only by paying again
        make(runner, tmp_path, model="instant")
    ledger.abandon(store, jobs(store)[-1].id)
    make(runner, tmp_path, model="instant")
    assert till.posts == 3
    agrees(store, till)


@pytest.mark.parametrize("words", ["cut", "garbage", "zero-bytes", "mislabelled"])
@pytest.mark.parametrize("model", ["queue", "instant"])
def test_bad_media_is_paid_for_and_never_kept(store, till, runner, tmp_path, words, model):
    with pytest.raises(ProviderBadMedia, match="delivered"):
        make(runner, tmp_path, words, model=model)
    (job,) = jobs(store)
    assert (job.state, job.code, sums(store).spent) == ("failed", "ALICE-P12", RATE)
    assert not (tmp_path / "out.png").exists()
    assert not deliveries.folder_of(store, job.id).exists()
    with pytest.raises(ProviderBadMedia if model == "queue" else ProviderPaid):
        make(runner, tmp_path, words, model=model)
    assert (till.posts, len(jobs(store)), sums(store).spent) == (1, 1, RATE)  # asked for again, not bought again
    agrees(store, till)


def test_what_came_broken_over_the_line_is_fetched_again_for_nothing(store, till, runner, tmp_path, served):
    served.answers = [png(3)[:-9], png(3)]
    till.url = served.url
    make(runner, tmp_path, "by-url")
    assert (till.posts, served.asked, sums(store).spent) == (1, 2, RATE)
    agrees(store, till)


def test_what_stays_broken_is_settled_and_fetched_once_more_on_request(store, till, runner, tmp_path, served):
    served.answers = [b"<html>"] * 2
    till.url = served.url
    with pytest.raises(ProviderBadMedia):
        make(runner, tmp_path, "by-url")
    assert (jobs(store)[0].state, sums(store).spent) == ("failed", RATE)
    served.answers = [png(3)]
    make(runner, tmp_path, "by-url")
    assert (till.posts, jobs(store)[0].state, sums(store).spent) == (1, "made", RATE)


def test_what_cannot_be_fetched_now_is_parked(store, till, runner, tmp_path, served):
    till.url = served.url
    served.close()
    with pytest.raises(ProviderParked, match="cannot be fetched"):
        make(runner, tmp_path, "by-url")
    assert jobs(store)[0].state == "submitted"


def test_bytes_that_were_received_before_a_crash_are_not_lost(store, till, runner, tmp_path):
    task = task_of("rain", "instant")
    intent = ledger.Intent("job-1", recipe_of(task, till).key, "image", "rain", Scope())
    ledger.reserve(store, intent, runner.price(task))
    done = Done((Output("image/png", data=png(9)),), usage={"image": Decimal(1)})
    deliveries.keep(deliveries.folder_of(store, "job-1"), done, lambda output, path: None)
    assert make(runner, tmp_path, model="instant").read_bytes() == png(9)
    assert (till.posts, jobs(store)[0].state, sums(store).spent) == (0, "made", RATE)
    intent = ledger.Intent("job-2", recipe_of(task_of("sun", "instant"), till).key, "image", "sun", Scope())
    ledger.reserve(store, intent, runner.price(task))
    broken = Done((Output("image/png", data=png(9)[:-9]),), billable=Decimal(2))
    deliveries.keep(deliveries.folder_of(store, "job-2"), broken, lambda output, path: None)
    with pytest.raises(ProviderBadMedia):
        make(runner, tmp_path, "sun", model="instant")
    assert (jobs(store)[1].state, jobs(store)[1].spent) == ("failed", 2 * RATE)
    assert jobs(store)[1].settled_by == "billable-units"


def test_an_answer_in_words_is_kept_too(store, till, runner, tmp_path):
    task = VisionTask("what is seen?", model="instant", schema="{}")
    runner.make(task, recipe_of(task, till), (tmp_path / "answer.json",))
    assert (tmp_path / "answer.json").read_bytes() == b'{"sees": "rain"}'


def test_fewer_files_than_asked_for(store, till, runner, tmp_path):
    task = task_of("rain", count=2)
    with pytest.raises(ProviderBadAnswer, match="1 of 2"):
        runner.make(task, recipe_of(task, till), (tmp_path / "a.png", tmp_path / "b.png"))
    agrees(store, till)
