"""Events of money in words for people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from alice_core.events import Payload
from alice_core.events import ledger_facts as money


def _budget(fact: money.BudgetSet) -> str:
    of = ", ".join(part for part in (f"run {fact.run}" * bool(fact.run), f"shot {fact.shot}" * bool(fact.shot)) if part)
    where = f"budget of {of}" if of else "budget"
    if fact.after is None:
        return f"{where} taken away"
    limits = (("", fact.after.most), ("a day ", fact.after.daily), ("approval above ", fact.after.ask_above))
    said = ", ".join(f"{name}{amount} {fact.after.currency}" for name, amount in limits if amount is not None)
    return f"{where} set: {said}"


def _resolved(fact: money.DoubtResolved) -> str:
    return f"was billed after all: {fact.amount} {fact.currency}" if fact.charged else "was not billed"


SENTENCES: dict[type[Payload], Callable[[Any], str]] = {
    money.BudgetSet: _budget,
    money.BudgetWarned: lambda fact: f"{fact.percent} % of the budget are committed",
    money.MoneyReserved: lambda fact: f"{fact.amount} {fact.currency} set aside for {fact.provider} {fact.model}",
    money.MoneySettled: lambda fact: f"cost {fact.amount} {fact.currency} (by {fact.settled_by})",
    money.MoneyReleased: lambda fact: f"cost nothing; {fact.released} {fact.currency} are free again",
    money.MoneyDoubted: lambda fact: f"{fact.amount} {fact.currency} in doubt: {fact.reason}",
    money.DoubtResolved: _resolved,
    money.ChargeCorrected: lambda fact: f"cost {fact.after} {fact.currency}, not {fact.before}: {fact.source}",
    money.StatementImported: lambda fact: (
        f"statement {fact.source}: {fact.agreed} of {fact.lines} agree, {fact.corrected} corrected"
    ),
    money.JobSubmitted: lambda fact: f"taken by {fact.provider} as {fact.request or 'a request without a name'}",
    money.JobMade: lambda fact: f"made by {fact.provider}: {len(fact.outputs)} files",
    money.JobEnded: lambda fact: f"{fact.state} by {fact.provider}: {fact.reason}",
    money.JobAbandoned: lambda fact: f"given up; {fact.spent} {fact.currency} stay spent",
}
