"""Budgets that nest, caps of a day, warnings, approvals; what was spent, added up in every way; statements."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from ledger_replay import replay
from till_provider import CARDS, till_book

from alice_core import projects
from alice_core.errors import BudgetExceeded, Conflict, NotFound, UsageError
from alice_core.projects import budgets, ledger, statements
from alice_core.projects.costs import cost_report
from alice_core.providers.quote import Measure, quote_of
from alice_core.store.ledger import Budget, Scope

DAY = "2026-11-24"


def quote_for(amount):
    return quote_of(CARDS[0], "image", (Measure.exactly("image", 1),), till_book(Decimal(amount)))


@pytest.fixture
def neon(store):
    return Scope(projects.create(store, "Neon").id)


def reserve(store, name, amount, scope=None, **more):
    intent = ledger.Intent(name, f"sha256:{name}", "image", "rain", scope or Scope())
    return ledger.reserve(store, intent, quote_for(amount), **more)


def limit(store, scope, most=None, **more):
    return budgets.set_budget(store, Budget(scope, "USD", None if most is None else Decimal(most), **more))


def test_a_request_must_fit_under_every_budget_it_falls_under(store, neon):
    limit(store, Scope(), "1.00")
    limit(store, neon, "0.50")
    limit(store, Scope(neon.project, "run"), "0.30")
    limit(store, Scope(neon.project, "run", "shot"), "0.10")
    reserve(store, "a", "0.10", Scope(neon.project, "run", "shot"))
    for name, amount, scope, said in (
        ("b", "0.01", Scope(neon.project, "run", "shot"), "shot shot"),
        ("c", "0.21", Scope(neon.project, "run", "other"), "run run"),
        ("d", "0.41", Scope(neon.project), "project Neon"),
        ("e", "0.91", Scope(), "everything"),
    ):
        with pytest.raises(BudgetExceeded, match=said) as caught:
            reserve(store, name, amount, scope)
        assert caught.value.code == "ALICE-B00"
    reserve(store, "f", "0.20", Scope(neon.project, "run", "other"))
    reserve(store, "g", "0.20", Scope(neon.project))
    reserve(store, "h", "0.50")
    assert replay(store).held() == 1
    left = [one.left for one in budgets.standings(store, Scope(neon.project, "run", "shot"), DAY)]
    assert left == [0, 0, 0, 0]


def test_a_daily_cap_counts_only_the_day(store):
    limit(store, Scope(), "1.00", daily=Decimal("0.10"))
    reserve(store, "a", "0.10")
    with pytest.raises(BudgetExceeded, match="left today") as caught:
        reserve(store, "b", "0.01")
    assert caught.value.code == "ALICE-B01"
    (standing,) = budgets.standings(store, Scope(), "2027-01-01")
    assert (standing.today.committed, standing.whole.committed, standing.left) == (0, Decimal("0.1"), Decimal("0.1"))


def test_a_budget_warns_once_when_it_crosses_its_line(store, neon, events):
    limit(store, neon, "1.00")
    assert reserve(store, "a", "0.79", neon)[1] == ()
    assert reserve(store, "b", "0.01", neon)[1] == ("80 % of the budget of project Neon (1 USD)",)
    assert reserve(store, "c", "0.01", neon)[1] == ()
    assert [one.data["percent"] for one in events() if one.type.endswith("budget-warned")] == [80]
    (standing,) = budgets.standings(store, neon, DAY)
    assert (standing.percent, standing.warned) == (81, True)
    limit(store, Scope(), "0.9", warn=100)
    assert reserve(store, "d", "0.09", neon)[1] == ("100 % of the budget of everything (0.9 USD)",)


def test_approval_above_a_limit(store):
    limit(store, Scope(), ask_above=Decimal("0.10"))
    with pytest.raises(BudgetExceeded, match="without approval") as caught:
        reserve(store, "a", "0.11")
    assert caught.value.code == "ALICE-B02"
    reserve(store, "a", "0.11", approved=True)
    reserve(store, "b", "0.10")
    (standing,) = budgets.standings(store, Scope(), DAY)
    assert (standing.left, standing.percent, standing.warned) == (None, None, False)


def test_currencies_are_kept_apart(store):
    budgets.set_budget(store, Budget(Scope(), "EUR", most=Decimal(9)))
    with pytest.raises(BudgetExceeded, match="costs USD") as caught:
        reserve(store, "a", "0.01")
    assert caught.value.code == "ALICE-B03"
    reserve(store, "free", "0")


def test_a_limit_cannot_be_below_what_is_committed_and_nothing_allows_nothing(store, neon, events):
    reserve(store, "a", "0.10", neon)
    with pytest.raises(UsageError, match=r"0\.1 USD are spent"):
        limit(store, neon, "0.09")
    with pytest.raises(UsageError, match="today"):
        limit(store, neon, daily=Decimal("0.09"))
    limit(store, neon, "0.10")
    cursor = len(events())
    limit(store, neon, "0.10")
    assert len(events()) == cursor, "the same limits again are no news"
    limit(store, neon)
    assert budgets.standings(store, neon, DAY) == ()
    assert events()[-1].data["after"] is None
    limit(store, Scope(), "0.10")
    with pytest.raises(BudgetExceeded):
        reserve(store, "b", "0.01")


def test_a_budget_of_nothing(store):
    limit(store, Scope(), "0")
    with pytest.raises(BudgetExceeded):
        reserve(store, "a", "0.000000001")
    reserve(store, "b", "0")
    assert budgets.standings(store, Scope(), DAY)[0].percent == 100


def test_limits_as_people_write_them(store, neon):
    changed = budgets.changed_budget(store, neon, {"most": "25", "daily": "5.50", "warn": 70, "currency": "eur"})
    assert changed == Budget(neon, "EUR", Decimal(25), Decimal("5.50"), None, 70)
    budgets.set_budget(store, changed)
    again = budgets.changed_budget(store, neon, {"daily": "none", "ask_above": "2"})
    assert (again.most, again.daily, again.ask_above, again.currency) == (25, None, 2, "EUR")
    assert budgets.foresee_budget(store, again).left == 25
    for wanted in ({"most": "much"}, {"most": "-1"}, {"daily": "nan"}, {"currency": "dollar"}):
        with pytest.raises(UsageError):
            budgets.changed_budget(store, neon, wanted)


def test_a_request_is_reserved_once_and_ends_once(store):
    reserve(store, "a", "0.1")
    with pytest.raises(Conflict, match="submitting"):
        ledger.reserve(store, ledger.Intent("b", "sha256:a", "image", "rain", Scope()), quote_for("0.1"))
    ledger.made(store, "a", (), amount=Decimal("0.05"), settled_by="usage")
    for call in (
        lambda: ledger.ended(store, "a", "failed", code="ALICE-P00", reason="no"),
        lambda: ledger.doubt(store, "a", code="ALICE-P10", reason="no"),
        lambda: ledger.submitted(store, "a", "{}", ""),
    ):
        with pytest.raises(Conflict, match="is made"):
            call()
    with pytest.raises(NotFound):
        ledger.doubt(store, "nobody", code="ALICE-P10", reason="no")
    assert replay(store).spent() == Decimal("0.05")


def test_more_than_was_set_aside_is_told_as_it_is(store):
    reserve(store, "a", "0.1")
    job = ledger.made(store, "a", (), amount=Decimal("0.12"), settled_by="billable-units")
    assert (job.spent, job.held) == (Decimal("0.12"), 0)


def test_a_doubt_ends_with_the_truth_of_whoever_still_waited(store):
    for name in "ab":
        reserve(store, name, "0.1")
        ledger.doubt(store, name, code="ALICE-P10", reason="somebody else thought it was lost")
    assert ledger.made(store, "a", (), amount=Decimal("0.05"), settled_by="usage").state == "made"
    assert ledger.ended(store, "b", "failed", code="ALICE-P03", reason="no").held == 0
    assert (replay(store).spent(), replay(store).held()) == (Decimal("0.05"), 0)


def test_a_request_by_the_beginning_of_its_name(store):
    for name in ("aa-1", "aa-2", "b"):
        reserve(store, name, "0.1")
        ledger.submitted(store, name, "{}", f"req-{name}")
    ledger.doubt(store, "aa-1", code="ALICE-P10", reason="lost")
    ledger.doubt(store, "aa-2", code="ALICE-P10", reason="lost")
    assert ledger.job_named(store, "aa-1", "doubt").id == "aa-1"
    assert ledger.job_named(store, "req-aa-2", "doubt").id == "aa-2"
    for start, error in (("aa", Conflict), ("b", Conflict), ("c", NotFound), ("", NotFound), ("%", NotFound)):
        with pytest.raises(error):
            ledger.job_named(store, start, "doubt")


@pytest.fixture
def bought(store, neon):
    """Three requests of two projects: one made, one in doubt, one under way."""
    reserve(store, "a", "0.10", Scope(neon.project, "run", "shot-1"))
    ledger.submitted(store, "a", "{}", "=req-a")
    ledger.made(store, "a", (), amount=Decimal("0.08"), settled_by="usage")
    reserve(store, "b", "0.20", Scope(neon.project, "run", "shot-2"))
    ledger.submitted(store, "b", "{}", "req-b")
    ledger.doubt(store, "b", code="ALICE-P10", reason="the line broke")
    reserve(store, "c", "0.30")
    ledger.submitted(store, "c", "{}", "req-c")


def test_what_was_spent(store, neon, bought):
    whole = cost_report(store, Scope()).to_json()
    assert {name: whole[name] for name in ("currency", "spent", "reserved", "in_doubt")} == {
        "currency": "USD", "spent": "0.08", "reserved": "0.3", "in_doubt": "0.2",
    }  # fmt: skip
    first = whole["items"][0]
    assert (first["id"], first["project"], first["settled_by"], first["task"]) == ("a", "Neon", "usage", "image")
    assert first["prices"][0]["entry"] == "till-0.10"
    assert first["prices"][0]["digest"].startswith("sha256:")
    mine = cost_report(store, neon)
    assert [one["id"] for one in mine.items()] == ["a", "b"]
    assert mine.per_second is None


@pytest.mark.parametrize(
    ("by", "keys"),
    [("day", 1), ("model", ["till queue"]), ("shot", ["", "shot-1", "shot-2"]), ("person", ["user:test"])],
)
def test_added_up(store, bought, by, keys):
    items = cost_report(store, Scope()).items(by)
    assert keys in (len(items), [one[by] for one in items])
    assert sum(Decimal(one["spent"]) for one in items) == Decimal("0.08")
    rows = list(csv.DictReader(io.StringIO(cost_report(store, Scope()).to_csv(by))))
    assert [row["in_doubt"] for row in rows] == [one["in_doubt"] for one in items]


def test_the_table_equals_the_log_and_holds_no_formulas(store, bought):
    rows = list(csv.DictReader(io.StringIO(cost_report(store, Scope()).to_csv())))
    told = replay(store)
    assert {row["id"]: Decimal(row["spent"]) for row in rows} == {name: job["spent"] for name, job in told.jobs.items()}
    assert rows[0]["request"] == "'=req-a"
    assert cost_report(store, Scope(run="nobody")).to_csv() == "id,spent,reserved,in_doubt\n"
    assert cost_report(store, Scope(run="nobody")).currency == "USD"


def test_a_second_currency_is_listed_beside(store, bought):
    from dataclasses import replace

    quote = replace(quote_for("5"), currency="EUR")
    ledger.reserve(store, ledger.Intent("d", "sha256:d", "image", "rain", Scope()), quote)
    whole = cost_report(store, Scope()).to_json()
    assert (whole["currency"], whole["other_currencies"][0]["currency"]) == ("USD", "EUR")
    assert whole["other_currencies"][0]["reserved"] == "5"


def test_a_statement_has_the_last_word(store, bought, tmp_path, events):
    bill = tmp_path / "bill.csv"
    bill.write_text(
        "\ufeffRequest ID,Model,Cost\n=req-a,x,0.05\n=req-a,x,0.04\nreq-b,x,$0.2\nreq-c,x,0.3\nreq-z,x,1\n,,\n"
    )
    read = statements.read_statement(bill)
    foreseen = statements.foresee_statement(store, read, "till")
    assert cost_report(store, Scope()).sums["USD"].in_doubt == Decimal("0.2")
    found = statements.import_statement(store, read, "till")
    assert found == foreseen
    assert found.corrected == (("=req-a", Decimal("0.08"), Decimal("0.09")),)
    assert (found.resolved, found.under_way, found.strange) == (("req-b",), ("req-c",), ("req-z",))
    assert statements.said(found) == (
        "0 agree, 1 corrected, 1 doubts closed, 1 under way, 1 that Alice did not send; the ledger moved by 0.01"
    )
    sums = cost_report(store, Scope()).sums["USD"]
    assert (sums.spent, sums.in_doubt) == (Decimal("0.29"), 0)
    assert replay(store).spent() == Decimal("0.29")
    again = statements.import_statement(store, read, "till")
    assert (len(again.agreed), again.corrected, again.resolved) == (2, (), ())
    assert events()[-1].data["strange"] == ["req-z"]


@pytest.mark.parametrize(
    ("text", "words"),
    [("a,b\n1,2\n", "no columns"), ("", "no columns"), ("id,cost\nx,dear\n", "line 2"), ("id,cost\nx,-1\n", "line 2")],
)
def test_no_statement(tmp_path, text, words):
    (tmp_path / "bill.csv").write_text(text)
    with pytest.raises(UsageError, match=words):
        statements.read_statement(tmp_path / "bill.csv")


def test_no_file_and_no_text(tmp_path):
    with pytest.raises(NotFound):
        statements.read_statement(tmp_path / "none.csv")
    (tmp_path / "bill.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError):
        statements.read_statement(tmp_path / "bill.csv")
