"""The payloads of events of money, and of the requests that it was set aside for.

Amounts are decimal text, such as ``"4.71"``. A budget is kept at every event when the sum of what was
reserved, in doubt and spent is; whoever reads the log can add it up.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from alice_core.events.registry import Payload, event_type


class LimitsFact(BaseModel):
    """The limits of a budget; ``None`` where there is none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    currency: str
    most: str | None
    daily: str | None
    ask_above: str | None
    warn: int


class PriceFact(BaseModel):
    """One meter of a quote, and the price entry it was worked out with."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    meter: str
    text: str
    rate: str
    entry: str
    digest: str
    checked_on: str


class OutputFact(BaseModel):
    """One file that a provider delivered; ``seed`` and ``revised_prompt`` where they are not the task's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    digest: str
    media_type: str
    size: int
    seed: int | None
    revised_prompt: str


@event_type("alice.projects.budget-set")
class BudgetSet(Payload):
    """A budget has other limits from now on; ``project``, ``run`` and ``shot`` are empty where it is for any."""

    project: str
    run: str
    shot: str
    before: LimitsFact | None
    after: LimitsFact | None


@event_type("alice.projects.budget-warned")
class BudgetWarned(Payload):
    """So many per cent of a budget are spent, in doubt or set aside."""

    project: str
    run: str
    shot: str
    currency: str
    committed: str
    most: str
    percent: int


@event_type("alice.projects.money-reserved")
class MoneyReserved(Payload):
    """The highest price of a request was set aside, before anything was sent; the quote is part of it."""

    job: str
    recipe: str
    attempt: int
    project: str
    run: str
    shot: str
    provider: str
    model: str
    task: str
    currency: str
    low: str
    expected: str
    amount: str
    prices: tuple[PriceFact, ...]
    approved: bool


@event_type("alice.projects.money-settled")
class MoneySettled(Payload):
    """What a request cost is known, by ``usage``, ``billable-units`` or ``estimate``; the rest was given back."""

    job: str
    currency: str
    amount: str
    released: str
    settled_by: str


@event_type("alice.projects.money-released")
class MoneyReleased(Payload):
    """A request cost nothing: what was set aside for it is free again."""

    job: str
    currency: str
    released: str
    reason: str


@event_type("alice.projects.money-doubted")
class MoneyDoubted(Payload):
    """A request may have been carried out and billed, and nobody knows: its money stays set aside."""

    job: str
    currency: str
    amount: str
    since: str
    reason: str


@event_type("alice.projects.doubt-resolved")
class DoubtResolved(Payload):
    """It is known now whether a request in doubt was billed; ``how`` is ``hand``, ``lookup`` or ``statement``."""

    job: str
    currency: str
    charged: bool
    amount: str
    released: str
    how: str


@event_type("alice.projects.charge-corrected")
class ChargeCorrected(Payload):
    """The provider's statement says that a request cost something else than was settled."""

    job: str
    currency: str
    before: str
    after: str
    source: str


@event_type("alice.projects.statement-imported")
class StatementImported(Payload):
    """A provider's statement was compared with the ledger; ``strange`` are requests that Alice never sent."""

    provider: str
    source: str
    digest: str
    lines: int
    agreed: int
    corrected: int
    resolved: int
    strange: tuple[str, ...]


@event_type("alice.providers.job-submitted")
class JobSubmitted(Payload):
    """A provider took a request; ``request`` is its own name of it, by which the job goes on after any interruption."""

    job: str
    provider: str
    request: str


@event_type("alice.providers.job-made")
class JobMade(Payload):
    """What a provider made is here, whole, under these digests; the warnings say what it took no notice of."""

    job: str
    provider: str
    outputs: tuple[OutputFact, ...]
    warnings: tuple[str, ...]


@event_type("alice.providers.job-ended")
class JobEnded(Payload):
    """A request came to nothing: ``refused``, ``failed`` or ``cancelled``."""

    job: str
    provider: str
    state: str
    code: str
    reason: str
    billed: str


@event_type("alice.providers.job-abandoned")
class JobAbandoned(Payload):
    """Somebody gave up a request that was paid for and of which nothing usable is left: it may be bought anew."""

    job: str
    provider: str
    spent: str
    currency: str
