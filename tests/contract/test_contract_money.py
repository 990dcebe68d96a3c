"""Money under processes that race and are killed, on every database: no budget is overdrawn, nothing bought twice."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from ledger_replay import replay
from till_provider import Till, till_book

from alice_core.errors import AliceError, BudgetExceeded, Conflict, UsageError
from alice_core.ids import uuid7
from alice_core.projects import budgets, ledger
from alice_core.providers.quote import Measure, quote_of
from alice_core.providers.task import ImageTask
from alice_core.store import Actor, Job, Target, derive, open_store
from alice_core.store.ledger import Budget, Scope
from alice_core.workflows.generating import Runner
from alice_core.workflows.spending import Patience, Spending
from alice_core.workflows.tasks import recipe_of

BUILDERS = Path(__file__).resolve().parents[1] / "builders"
PROCESSES = 8
MOVES = 25
PICTURES = ("rain", "sun", "fog lost", "snow", "hail cut", "wind shaky", "sea policy", "ice", "fire", "sand html")


def start(role, *words):
    environment = os.environ | {"PYTHONPATH": str(BUILDERS)}
    command = [sys.executable, __file__, role, *map(str, words)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process):
    out, error = process.communicate(timeout=240)
    assert process.returncode == 0, error[-3000:]
    return json.loads(out.splitlines()[-1])


def test_no_budget_is_overdrawn_at_any_event_under_eight_processes(database_url, tmp_path):
    with open_store(tmp_path / "home", url=database_url, actor=Actor("user:test")) as store:
        budgets.set_budget(store, Budget(Scope(), "USD", most=Decimal("1.00"), daily=Decimal("0.90")))
        budgets.set_budget(store, Budget(Scope(run="run-1"), "USD", most=Decimal("0.40")))
        budgets.set_budget(store, Budget(Scope(run="run-1", shot="shot-1"), "USD", most=Decimal("0.20")))
    told = [ended(one) for one in [start("spend", database_url, tmp_path / "home", seed) for seed in range(PROCESSES)]]
    with open_store(tmp_path / "home", url=database_url, actor=Actor("user:test")) as store:
        found = replay(store)
        with store.reading() as reader:
            sums = reader.ledger.sums(Scope(), "USD")
    assert (found.spent(), found.held()) == (sums.spent, sums.reserved + sums.in_doubt)
    assert sum(one["refused"] for one in told) > 0
    assert sum(one["reserved"] for one in told) == found.seen["money-reserved"] > PROCESSES
    assert min(found.seen[name] for name in ("money-settled", "money-released", "doubt-resolved")) > 0


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="processes are killed by signal")
@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_bought_twice_whenever_a_process_is_killed(database_url, tmp_path, seed):
    chance = random.Random(seed)
    with open_store(tmp_path / "home", url=database_url, actor=Actor("user:test")):
        pass
    kills = 0
    for _ in range(30):
        pair = [start("buy", database_url, tmp_path / "home", tmp_path, seed, one) for one in range(2)]
        time.sleep(chance.uniform(0.9, 1.8))
        killed = [one for one in pair if one.poll() is None]
        for one in killed:
            one.kill()
        for one in pair:
            one.communicate(timeout=60)
        kills += len(killed)
        if kills >= 6:
            break
    ended(start("buy", database_url, tmp_path / "home", tmp_path, seed, 0))
    till = Till(tmp_path / "till")
    bill = till.billed()
    lines = [json.loads(line) for line in (tmp_path / "till" / "bill.jsonl").read_text().splitlines()]
    with open_store(tmp_path / "home", url=database_url, actor=Actor("user:test")) as store:
        replay(store)
        with store.reading() as reader:
            sums = reader.ledger.sums(Scope(), "USD")
            jobs = {one.id: one for one in reader.ledger.jobs(Scope())}
    assert kills >= 6
    for words in PICTURES:
        of_one = [line for line in lines if line["words"] == words]
        again = [line for line in of_one if jobs[line["key"]].code == "ALICE-P12"]  # what came was no good
        assert len(of_one) - len(again) <= 1, f"{words} was bought {len(of_one)} times"
    assert set(bill) <= set(jobs)
    total = sum(bill.values(), Decimal(0))
    assert sums.spent <= total <= sums.committed
    for file in (tmp_path / "takes").glob("*.png"):
        from PIL import Image

        with Image.open(file) as picture:
            picture.load()


def spend(url, home, seed):
    """Move money at random, as many runs at once would."""
    chance = random.Random(seed)
    told = {"reserved": 0, "refused": 0}
    with open_store(Path(home), url=url, actor=Actor(f"user:{seed}")) as store:
        card = Till(Path(home) / "till").card()
        mine = []
        for _ in range(MOVES):
            cents = Decimal(chance.randint(1, 9)) / 100
            scope = Scope("", chance.choice(("", "run-1", "run-2")), chance.choice(("", "shot-1")))
            quote = quote_of(card, "image", (Measure.exactly("image", 1),), till_book(cents))
            try:
                job, _ = ledger.reserve(store, ledger.Intent(uuid7(), uuid7(), "image", "rain", scope), quote)
                mine.append(job)
                told["reserved"] += 1
            except BudgetExceeded:
                told["refused"] += 1
            if mine and chance.random() < 0.8:
                finish(store, mine.pop(chance.randrange(len(mine))), chance)
            if chance.random() < 0.1:
                with contextlib.suppress(UsageError):
                    most = Decimal(chance.randint(60, 140)) / 100
                    budgets.set_budget(store, Budget(Scope(), "USD", most=most, daily=most))
    return told


def finish(store, job, chance):
    """End a request in one of the ways it can end, most of them at no more than half its price."""
    way = chance.randrange(4)
    if way == 0:
        ledger.made(store, job.id, (), amount=job.held / 2, settled_by="usage")
    elif way == 1:
        ledger.ended(store, job.id, "failed", code="ALICE-P03", reason="no")
    else:
        ledger.submitted(store, job.id, "{}", f"req-{job.id}")
        ledger.doubt(store, job.id, code="ALICE-P10", reason="lost")
        ledger.resolve(store, job.id, charged=way == 2, amount=job.held / 3 if way == 2 else None)


def buy(url, home, folder, seed, number):
    """Buy every picture, each in whatever order and with whatever fault its words name."""
    folder = Path(folder)
    (folder / "takes").mkdir(exist_ok=True)
    pictures = list(PICTURES)
    random.Random(f"{seed} {number}").shuffle(pictures)
    patience = Patience(retry_after=0.05, tries=2, wait=5, first=0.02, most=0.05)
    told = {"made": 0, "not": {}}
    with open_store(Path(home), url=url, actor=Actor("user:test")) as store:
        till = Till(folder / "till", slow=0.03, polls=3)
        runner = Runner(store, till, Spending(till_book(), patience=patience))
        for words in pictures:
            model = "instant" if words in {"sun", "ice", "sand html"} else "queue"
            task = ImageTask(words, 8, 8, 3, model=model)
            recipe = recipe_of(task, till)
            target = Target("take", folder / "takes" / f"{words.split()[0]}.png")
            try:
                derive(store, Job(recipe, (target,), lambda paths, t=task, r=recipe: runner.make(t, r, paths)))
                told["made"] += 1
            except (AliceError, Conflict) as error:
                told["not"][words] = error.code
    return told


if __name__ == "__main__":
    role, *rest = sys.argv[1:]
    sys.stdout.write(json.dumps({"spend": spend, "buy": buy}[role](*rest)) + "\n")
