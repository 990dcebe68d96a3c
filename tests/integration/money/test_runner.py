"""The runner: every way that a request can end, in the ledger, on the disk and in the provider's bill."""

from __future__ import annotations

import threading
from dataclasses import replace
from decimal import Decimal

import pytest
from till_provider import RATE, Till, png, till_book
from till_shop import FAST, Notes, agrees, jobs, make, sums, task_of

from alice_core.errors import (
    BudgetExceeded,
    Conflict,
    PriceUnknown,
    ProviderAmbiguous,
    ProviderAuth,
    ProviderBadAnswer,
    ProviderError,
    ProviderInvalidTask,
    ProviderNoCredit,
    ProviderPaid,
    ProviderParked,
    ProviderRateLimited,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
)
from alice_core.projects import budgets, ledger
from alice_core.providers.prices import PriceBook
from alice_core.store import Job, Target, derive
from alice_core.store.ledger import Budget, Scope
from alice_core.workflows import deliveries
from alice_core.workflows.generating import Runner
from alice_core.workflows.spending import Spending, demand_all, spending_today
from alice_core.workflows.tasks import recipe_of


@pytest.mark.parametrize("model", ["queue", "instant", "findable"])
def test_a_picture_is_bought_once_and_settled_by_usage(store, till, runner, tmp_path, events, model):
    assert make(runner, tmp_path, model=model).read_bytes() == png(3)
    (job,) = jobs(store)
    assert (job.state, job.held, job.spent, job.settled_by) == ("made", 0, RATE, "usage")
    assert sums(store).spent == RATE == sum(till.billed().values())
    make(runner, tmp_path, model=model)
    assert till.posts == 1
    types = [one.type.removeprefix("alice.") for one in events() if "migrated" not in one.type]
    queued = [] if model == "instant" else ["providers.job-submitted"]
    assert types == ["projects.money-reserved", *queued, "providers.job-made", "projects.money-settled"]
    made = next(one for one in events() if one.type.endswith("job-made"))
    assert made.data["outputs"][0]["seed"] == 4
    assert made.data["outputs"][0]["revised_prompt"] == "rain, in the rain"


def test_the_recipe_is_looked_up_before_anything_is_bought(store, till, runner, tmp_path):
    task = task_of("rain")
    recipe = recipe_of(task, till)
    job = Job(recipe, (Target("take", tmp_path / "take.png"),), lambda paths: runner.make(task, recipe, paths))
    assert derive(store, job).reused is False
    assert derive(store, job).reused is True
    assert till.posts == 1
    deliveries.sweep(store)
    assert list((store.folder / "deliveries").iterdir()) == []
    # A second process that waited meanwhile finds the asset itself.
    runner.make(task, recipe, (tmp_path / "again.png",))
    assert (tmp_path / "again.png").read_bytes() == png(3)
    assert till.posts == 1


@pytest.mark.parametrize(
    ("words", "error"), [("lost", ProviderAmbiguous), ("late", ProviderTimeout), ("html", ProviderBadAnswer)]
)
def test_a_lost_answer_is_in_doubt_and_never_sent_again(store, till, runner, tmp_path, words, error):
    for _ in range(2):
        with pytest.raises((error, ProviderAmbiguous)) as caught:
            make(runner, tmp_path, words)
        assert "alice cost resolve" in caught.value.hint
    (job,) = jobs(store)
    assert (till.posts, job.state, job.held) == (1, "doubt", 2 * RATE)
    assert sums(store).in_doubt == 2 * RATE
    agrees(store, till)
    ledger.resolve(store, job.id, charged=True, amount=RATE)
    assert (sums(store).spent, sums(store).committed) == (RATE, RATE)
    till.failing = False
    with pytest.raises(ProviderPaid, match="nothing usable") as caught:
        make(runner, tmp_path, words)
    assert job.id in caught.value.hint
    ledger.abandon(store, job.id)
    make(runner, tmp_path, words)
    assert till.posts == 2
    agrees(store, till)


def test_a_doubt_that_was_not_charged_frees_its_money(store, till, runner, tmp_path):
    with pytest.raises(ProviderAmbiguous):
        make(runner, tmp_path, "never-began")
    ledger.resolve(store, jobs(store)[0].id, charged=False)
    assert sums(store).committed == 0
    with pytest.raises(Conflict):
        ledger.resolve(store, jobs(store)[0].id, charged=False)
    agrees(store, till)


def test_a_lookup_closes_a_doubt_by_itself(store, till, runner, tmp_path):
    with pytest.raises(ProviderAmbiguous):
        make(runner, tmp_path, "lost", model="findable")
    till.failing = False
    make(runner, tmp_path, "lost", model="findable")  # found there: polled, not sent
    assert (till.posts, sums(store).spent) == (1, RATE)
    till.failing = True
    with pytest.raises(ProviderAmbiguous):
        make(runner, tmp_path, "never-began", model="findable")
    till.failing = False
    make(runner, tmp_path, "never-began", model="findable")  # provably not there: sent once more
    assert till.posts == 3
    assert sums(store).spent == 2 * RATE == sum(till.billed().values())


def test_a_fault_of_an_adapter_leaves_the_money_in_doubt(store, till, runner, tmp_path):
    with pytest.raises(RuntimeError):
        make(runner, tmp_path, "crash")
    assert jobs(store)[0].state == "doubt"
    agrees(store, till)


@pytest.mark.parametrize(
    ("words", "error", "state"),
    [
        ("unknown-key", ProviderAuth, "failed"),
        ("poor", ProviderNoCredit, "failed"),
        ("policy", ProviderRefused, "refused"),
    ],
)
def test_what_is_refused_is_sent_once_and_costs_nothing(store, till, runner, tmp_path, words, error, state):
    with pytest.raises(error):
        make(runner, tmp_path, words)
    assert (till.posts, jobs(store)[0].state, sums(store).committed) == (1, state, 0)


def test_a_refusal_that_is_billed_is_settled(store, till, runner, tmp_path):
    with pytest.raises(ProviderRefused) as caught:
        make(runner, tmp_path, "billed-refusal")
    assert caught.value.billed == "yes"
    assert (jobs(store)[0].state, sums(store).spent) == ("refused", RATE)
    agrees(store, till)


def test_only_what_did_not_reach_the_provider_is_sent_again(store, till, runner, tmp_path):
    with pytest.raises(ProviderUnavailable) as caught:
        make(runner, tmp_path, "unreachable")
    assert till.posts == 3
    assert "run the same command again" in caught.value.hint
    assert {one.state for one in jobs(store)} == {"cancelled"}
    assert sums(store).committed == 0


@pytest.mark.parametrize(("after", "posts"), [("0.01", 3), ("200", 1)])
def test_a_wait_is_kept_up_to_a_cap_and_parked_above_it(store, till, runner, tmp_path, after, posts):
    with pytest.raises(ProviderRateLimited):
        make(runner, tmp_path, f"busy {after}")
    assert till.posts == posts
    till.failing = False
    make(runner, tmp_path, f"busy {after}")
    assert till.posts == posts + 1
    agrees(store, till)


def test_a_program_that_ended_while_sending_leaves_a_doubt(store, till, runner, tmp_path):
    task = task_of("rain")
    intent = ledger.Intent("job-1", recipe_of(task, till).key, "image", "rain", Scope())
    ledger.reserve(store, intent, runner.price(task))
    with pytest.raises(ProviderAmbiguous, match="may have been carried out"):
        make(runner, tmp_path)
    assert (till.posts, jobs(store)[0].state) == (0, "doubt")


def test_nothing_without_an_error_is_no_success(store, till, runner, tmp_path):
    with pytest.raises(ProviderError, match="gives nothing"):
        make(runner, tmp_path, "empty")
    assert jobs(store)[0].state == "doubt"
    agrees(store, till)


@pytest.mark.parametrize(("words", "state"), [("failed-free", "failed"), ("failed-maybe", "doubt")])
def test_a_failure_says_whether_it_costs(store, till, runner, tmp_path, words, state):
    with pytest.raises(ProviderError, match="made no image"):
        make(runner, tmp_path, words)
    assert jobs(store)[0].state == state


def test_what_nobody_counted_is_settled_by_estimate(store, till, runner, tmp_path):
    make(runner, tmp_path, "uncounted")
    assert (jobs(store)[0].settled_by, sums(store).spent) == ("estimate", RATE)


def test_a_shaky_line_is_asked_again_and_a_lost_key_is_told(store, till, runner, tmp_path):
    make(runner, tmp_path, "shaky")
    with pytest.raises(ProviderAuth):
        make(runner, tmp_path, "poll-forbidden")
    till.failing = False
    make(runner, tmp_path, "poll-forbidden")
    assert till.posts == 2


def test_a_slow_job_is_parked_and_goes_on_with_the_same_request(store, till, runner, tmp_path):
    with pytest.raises(ProviderParked, match="at work"):
        make(runner, tmp_path, "endless")
    assert (jobs(store)[0].state, sums(store).reserved) == ("submitted", 2 * RATE)
    till.failing = False
    make(runner, tmp_path, "endless")
    assert (till.posts, sums(store).spent) == (1, RATE)


def test_stopping_parks_at_once(store, till, tmp_path):
    patient = Runner(store, till, Spending(till_book(), patience=replace(FAST, wait=60, first=30, most=30)))
    threading.Timer(0.1, patient.stop).start()
    with pytest.raises(ProviderParked):
        make(patient, tmp_path, "endless")
    assert jobs(store)[0].state == "submitted"


def test_no_money_no_request(store, till, runner, tmp_path):
    budgets.set_budget(store, Budget(Scope(), "USD", most=Decimal("0.005")))
    with pytest.raises(BudgetExceeded) as caught:
        make(runner, tmp_path)
    assert (till.posts, caught.value.code, jobs(store)) == (0, "ALICE-B00", ())
    budgets.set_budget(store, Budget(Scope(), "USD", most=Decimal("0.006")))
    make(runner, tmp_path)
    assert any("50 %" in note or "100 %" in note for note in runner.progress.notes)
    with pytest.raises(BudgetExceeded):
        make(runner, tmp_path, "more")
    assert till.posts == 1


def test_an_unknown_price_or_option_is_refused_before_anything_is_sent(store, till, tmp_path):
    runner = Runner(store, till, Spending(PriceBook((), (), till_book().today), patience=FAST))
    with pytest.raises(PriceUnknown) as caught:
        make(runner, tmp_path)
    assert 'provider = "till"' in caught.value.hint
    priced = Runner(store, till, Spending(till_book(), patience=FAST))
    with pytest.raises(ProviderInvalidTask, match="speed"):
        make(priced, tmp_path, options={"till": {"speed": 1}})
    assert (till.posts, jobs(store)) == (0, ())


def test_what_a_provider_takes_no_notice_of_is_said(store, till, runner, tmp_path):
    make(runner, tmp_path, "ignored", negative="fog")
    assert any(note.startswith("negative") for note in runner.progress.notes)
    assert runner.progress.notes.count("negative: not used") == 1


def test_a_batch_is_refused_as_a_whole(store, till, runner):
    budgets.set_budget(store, Budget(Scope(), "USD", most=Decimal("0.05")))
    quote = runner.price(task_of("rain"))
    demand_all(store, runner.spending, [quote] * 8)
    with pytest.raises(BudgetExceeded):
        demand_all(store, runner.spending, [quote] * 9)
    demand_all(store, runner.spending, [])
    budgets.set_budget(store, Budget(Scope(), "USD", ask_above=Decimal("0.005")))
    with pytest.raises(BudgetExceeded, match="approval"):
        demand_all(store, runner.spending, [quote])
    demand_all(store, replace(runner.spending, approved=True), [quote])
    assert spending_today(Scope()).patience.retry_after == 60


def test_two_at_once_buy_one(store, till, tmp_path):
    slow = Till(tmp_path / "slow", slow=0.15)
    runner = Runner(store, slow, Spending(till_book(), patience=FAST), Notes())
    task = task_of("rain", "instant")
    recipe = recipe_of(task, slow)
    work = [
        threading.Thread(target=runner.make, args=(task, recipe, (tmp_path / f"{number}.png",))) for number in range(3)
    ]
    for one in work:
        one.start()
    for one in work:
        one.join()
    assert slow.posts == 1
    assert {(tmp_path / f"{number}.png").read_bytes() for number in range(3)} == {png(3)}
