"""Money on its way: set aside before a request, settled or given back after it, and in doubt in between.

No reservation, no request. Each step is one transaction with its event; every one of them first
takes the ledger for itself (:meth:`alice_core.store.ledger.Ledger.hold`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from alice_core.errors import Conflict, NotFound
from alice_core.events.ledger_facts import (
    BudgetWarned,
    ChargeCorrected,
    DoubtResolved,
    JobAbandoned,
    JobEnded,
    JobMade,
    JobSubmitted,
    MoneyDoubted,
    MoneyReleased,
    MoneyReserved,
    MoneySettled,
    OutputFact,
    PriceFact,
)
from alice_core.projects.budgets import demand_room, name_of, tell_crossed
from alice_core.providers.quote import Quote
from alice_core.store import Store, UnitOfWork, operation
from alice_core.store.ledger import OPEN, JobState, ProviderJob, Scope
from alice_core.store.money import amount_of, billionths, money_text


@dataclass(frozen=True, slots=True)
class Intent:
    """What is about to be asked of a provider.

    Attributes:
        id: Name of the job, which is also the key that the provider is given.
        recipe: Key of the recipe.
        kind: Of the task.
        words: Its prompt.
        scope: The project, run and shot that pay.
    """

    id: str
    recipe: str
    kind: str
    words: str
    scope: Scope


@operation("money.reserve", emits=(MoneyReserved, BudgetWarned), permission="money.spend")
def reserve(
    work: UnitOfWork, intent: Intent, quote: Quote, *, approved: bool = False
) -> tuple[ProviderJob, tuple[str, ...]]:
    """Set the highest price of a request aside; gives the job, and the budgets that are nearly used up as sentences.

    Raises:
        BudgetExceeded: A budget does not allow it.
        Conflict: The same recipe is under way, or in doubt.
    """
    work.ledger.hold()
    before = work.ledger.of_recipe(intent.recipe)
    for one in before:
        if one.state in {*OPEN, "doubt"}:
            raise Conflict(
                f"the request {one.id} for the same thing is {one.state}", hint="Run the same command again."
            )
    held = amount_of(billionths(quote.high, up=True))
    day = work.now[:10]
    standings = demand_room(work, intent.scope, held, quote.currency, day=day, approved=approved)
    job = ProviderJob(
        id=intent.id,
        recipe=intent.recipe,
        attempt=len(before) + 1,
        scope=intent.scope,
        person=work.actor.name,
        provider=quote.provider,
        model=quote.model,
        kind=intent.kind,
        words=intent.words,
        state="submitting",
        currency=quote.currency,
        held=held,
        spent=Decimal(0),
        quote=quote.to_json(),
        day=day,
        began=work.now,
        changed=work.now,
    )
    work.ledger.add(job)
    fact = MoneyReserved(
        job=job.id,
        recipe=job.recipe,
        attempt=job.attempt,
        project=job.scope.project,
        run=job.scope.run,
        shot=job.scope.shot,
        provider=job.provider,
        model=job.model,
        task=job.kind,
        currency=job.currency,
        low=money_text(quote.low),
        expected=money_text(quote.expected),
        amount=money_text(held),
        prices=tuple(
            PriceFact(
                meter=line.meter,
                text=line.text,
                rate=money_text(line.rate),
                entry=line.entry,
                digest=line.digest,
                checked_on=line.checked_on.isoformat(),
            )
            for line in quote.lines
        ),
        approved=approved,
    )
    work.emit(fact, subject=job.id, project=name_of(work, job.scope.project))
    return job, tell_crossed(work, standings, held)


@operation("job.submitted", emits=(JobSubmitted,), permission="money.spend")
def submitted(work: UnitOfWork, name: str, operation_json: str, request: str) -> ProviderJob:
    """Note that a provider took a request, and how to ask for it again."""
    work.ledger.hold()
    job = _job(work, name, *OPEN, "doubt")
    changed = work.ledger.change(
        job, state="submitted", operation=operation_json, request=request or None, changed=work.now
    )
    _emit(work, changed, JobSubmitted(job=job.id, provider=job.provider, request=request))
    return changed


@operation("job.made", emits=(JobMade, MoneySettled), permission="money.spend")
def made(
    work: UnitOfWork,
    name: str,
    outputs: tuple[OutputFact, ...],
    *,
    amount: Decimal,
    settled_by: str,
    warnings: tuple[str, ...] = (),
) -> ProviderJob:
    """Note what a provider made, settle what it cost, and give the rest back.

    What was settled before, when it came broken, is not settled again. A doubt that somebody else had meanwhile,
    on another machine, ends with it.
    """
    work.ledger.hold()
    job = _job(work, name, *OPEN, "doubt", "failed")
    _emit(work, job, JobMade(job=job.id, provider=job.provider, outputs=outputs, warnings=warnings))
    said = json.dumps([one.model_dump(mode="json") for one in outputs])
    if job.state == "failed":
        return work.ledger.change(job, state="made", outputs=said, code=None, reason=None, changed=work.now)
    return _settle(work, job, amount, settled_by, state="made", outputs=said)


@operation("job.ended", emits=(JobEnded, MoneySettled, MoneyReleased), permission="money.spend")
def ended(
    work: UnitOfWork,
    name: str,
    state: Literal["refused", "failed", "cancelled"],
    *,
    code: str,
    reason: str,
    amount: Decimal | None = None,
    settled_by: str = "",
) -> ProviderJob:
    """Note that a request came to nothing; what it cost all the same is settled, else all is given back."""
    work.ledger.hold()
    job = _job(work, name, *OPEN, "doubt")
    billed = "no" if amount is None else "yes"
    _emit(work, job, JobEnded(job=job.id, provider=job.provider, state=state, code=code, reason=reason, billed=billed))
    if amount is not None:
        return _settle(work, job, amount, settled_by, state=state, code=code, reason=reason)
    fact = MoneyReleased(job=job.id, currency=job.currency, released=money_text(job.held), reason=reason)
    _emit(work, job, fact)
    return work.ledger.change(job, state=state, held=Decimal(0), code=code, reason=reason, changed=work.now)


@operation("money.doubt", emits=(MoneyDoubted,), permission="money.spend")
def doubt(work: UnitOfWork, name: str, *, code: str, reason: str) -> ProviderJob:
    """Note that a request may have been carried out: its money stays set aside until somebody knows."""
    work.ledger.hold()
    job = _job(work, name, *OPEN)
    fact = MoneyDoubted(job=job.id, currency=job.currency, amount=money_text(job.held), since=job.began, reason=reason)
    _emit(work, job, fact)
    return work.ledger.change(job, state="doubt", code=code, reason=reason, changed=work.now)


@operation("money.resolve", emits=(DoubtResolved,), permission="money.resolve")
def resolve(
    work: UnitOfWork, name: str, *, charged: bool, amount: Decimal | None = None, how: str = "hand"
) -> ProviderJob:
    """Close a doubt: the request was billed (at most what was set aside, unless the amount is known), or it was not.

    Raises:
        NotFound: There is no such job.
        Conflict: It is not in doubt.
    """
    work.ledger.hold()
    job = _job(work, name, "doubt")
    spent = spent_by(job, charged=charged, amount=amount)
    fact = DoubtResolved(
        job=job.id,
        currency=job.currency,
        charged=charged,
        amount=money_text(spent),
        released=money_text(max(job.held - spent, Decimal(0))),
        how=how,
    )
    _emit(work, job, fact)
    settled_by = "" if not charged else how
    return work.ledger.change(
        job, state="failed", held=Decimal(0), spent=spent, settled_by=settled_by, changed=work.now
    )


@operation("job.abandon", emits=(JobAbandoned,), permission="money.spend")
def abandon(work: UnitOfWork, name: str) -> ProviderJob:
    """Give up a request that was paid for and of which nothing usable is left, so that it may be bought anew.

    Raises:
        NotFound: There is no such job.
        Conflict: It is under way or in doubt.
    """
    work.ledger.hold()
    job = _job(work, name, "made", "refused", "failed")
    spent = money_text(job.spent)
    _emit(work, job, JobAbandoned(job=job.id, provider=job.provider, spent=spent, currency=job.currency))
    return work.ledger.change(job, state="abandoned", changed=work.now)


def spent_by(job: ProviderJob, *, charged: bool, amount: Decimal | None) -> Decimal:
    """What a request in doubt cost: all that was set aside, unless it is known better."""
    return amount_of(billionths(job.held if amount is None else amount)) if charged else Decimal(0)


def job_named(store: Store, start: str, *states: JobState) -> ProviderJob:
    """The one request in some state whose name, or the provider's name of it, begins like this.

    Raises:
        NotFound: There is none.
        Conflict: It is in another state, or there are several.
    """
    with store.reading() as reader:
        found = reader.ledger.begun_with(start) if start else ()
    fitting = [job for job in found if job.state in states]
    if len(fitting) == 1:
        return fitting[0]
    if len(fitting) > 1:
        names = ", ".join(job.id for job in fitting)
        raise Conflict(f"{len(fitting)} requests begin with {start!r}: {names}", hint="Write more of it.")
    if found:
        wanted = " or ".join(states)
        raise Conflict(f"the request {found[0].id} is {found[0].state}, not {wanted}", hint="See: alice cost --json")
    raise NotFound(f"there is no request {start!r} in the ledger", hint="See: alice cost")


@operation("money.correct", emits=(ChargeCorrected,), permission="money.resolve")
def correct(work: UnitOfWork, name: str, amount: Decimal, source: str) -> ProviderJob:
    """Write what a provider's statement says that a request cost.

    Raises:
        NotFound: There is no such job.
        Conflict: Its money is not settled yet.
    """
    work.ledger.hold()
    job = _job(work, name, "made", "refused", "failed", "cancelled", "abandoned")
    spent = amount_of(billionths(amount))
    if spent == job.spent:
        return job
    fact = ChargeCorrected(
        job=job.id, currency=job.currency, before=money_text(job.spent), after=money_text(spent), source=source
    )
    _emit(work, job, fact)
    return work.ledger.change(job, spent=spent, settled_by="statement", changed=work.now)


def _settle(
    work: UnitOfWork, job: ProviderJob, amount: Decimal, settled_by: str, state: JobState, **changes: str
) -> ProviderJob:
    spent = amount_of(billionths(amount))
    released = money_text(max(job.held - spent, Decimal(0)))
    fact = MoneySettled(
        job=job.id, currency=job.currency, amount=money_text(spent), released=released, settled_by=settled_by
    )
    _emit(work, job, fact)
    return work.ledger.change(
        job, state=state, held=Decimal(0), spent=spent, settled_by=settled_by, changed=work.now, **changes
    )


def _job(work: UnitOfWork, name: str, *states: JobState) -> ProviderJob:
    job = work.ledger.job(name)
    if job is None:
        raise NotFound(f"there is no request {name!r} in the ledger", hint="List them with: alice cost --json")
    if job.state not in states:
        raise Conflict(f"the request {name} is {job.state}", hint="See: alice cost --json")
    return job


def _emit(
    work: UnitOfWork,
    job: ProviderJob,
    fact: JobSubmitted
    | JobMade
    | JobEnded
    | JobAbandoned
    | MoneySettled
    | MoneyReleased
    | MoneyDoubted
    | DoubtResolved
    | ChargeCorrected,
) -> None:
    work.emit(fact, subject=job.id, project=name_of(work, job.scope.project))
