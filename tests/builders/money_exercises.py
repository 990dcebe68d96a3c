"""An example of every operation of money, for the test that carries out each operation there is."""

from __future__ import annotations

from decimal import Decimal

from till_provider import CARDS, till_book

from alice_core.projects import ledger, statements
from alice_core.projects.budgets import set_budget
from alice_core.providers.quote import Measure, quote_of
from alice_core.store.ledger import Budget, Scope


def _quote():
    return quote_of(CARDS[0], "image", (Measure.exactly("image", 10),), till_book())


def _reserved(store, _tmp_path):
    intent = ledger.Intent("job-1", "sha256:1", "image", "rain", Scope("", "run-1", "shot-0001"))
    ledger.reserve(store, intent, _quote())


def _budgeted(store, _tmp_path):
    set_budget(store, Budget(Scope("", "run-1", "shot-0001"), "USD", most=Decimal("0.031")))


def _doubted(store, _tmp_path):
    ledger.doubt(store, "job-1", code="ALICE-P10", reason="the line broke")


def _ended(store, _tmp_path):
    amount = Decimal("0.01")
    ledger.ended(store, "job-1", "refused", code="ALICE-P03", reason="rude", amount=amount, settled_by="usage")


def _made(store, _tmp_path):
    ledger.made(store, "job-1", (), amount=Decimal("0.02"), settled_by="usage")


def _corrected(store, _tmp_path):
    ledger.correct(store, "job-1", Decimal("0.02"), "bill.csv")


def _statement(store, tmp_path):
    (tmp_path / "bill.csv").write_text("request,amount\nreq-9,1.00\n")
    statements.import_statement(store, statements.read_statement(tmp_path / "bill.csv"), "till")


MONEY = {
    # operation: (what must be there before, the call, whether rows of the domain change)
    "budget.set": ((), _budgeted, True),
    "money.reserve": ((_budgeted,), _reserved, True),
    "job.submitted": ((_reserved,), lambda store, _: ledger.submitted(store, "job-1", "{}", "req-1"), True),
    "job.made": ((_reserved,), _made, True),
    "job.ended": ((_reserved,), _ended, True),
    "job.abandon": ((_reserved, _ended), lambda store, _: ledger.abandon(store, "job-1"), True),
    "money.doubt": ((_reserved,), _doubted, True),
    "money.resolve": ((_reserved, _doubted), lambda store, _: ledger.resolve(store, "job-1", charged=True), True),
    "money.correct": ((_reserved, _ended), _corrected, True),
    "statement.import": ((), _statement, False),
}
