"""Who pays for what is generated, by which prices, and how long is waited for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from alice_core.config import load
from alice_core.projects.budgets import demand_room
from alice_core.providers.price_file import load_book
from alice_core.providers.prices import PriceBook
from alice_core.providers.quote import Quote
from alice_core.store import Store
from alice_core.store.ledger import Scope


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the runner waits, in seconds, and how often it tries.

    Attributes:
        retry_after: Longest wait before a request is sent again; a provider that asks for more parks the job.
        tries: How often a request is sent that provably does nothing.
        wait: How long a job is waited for before it is parked.
        first: Pause before the first question how far a job is.
        most: Longest such pause.
        downloads: How often a file is fetched.
        largest: Bytes of a file that is fetched at most.
    """

    retry_after: float = 60.0
    tries: int = 4
    wait: float = 1800.0
    first: float = 1.0
    most: float = 10.0
    downloads: int = 5
    largest: int = 2 << 30


@dataclass(frozen=True, slots=True)
class Spending:
    """Who pays, by which prices, and how patiently.

    Attributes:
        book: The prices of the day.
        scope: Whose budgets a request falls under; the shot is said with each request.
        approved: Whether a person approved what is above a budget's limit for one request.
        patience: How long to wait.
    """

    book: PriceBook
    scope: Scope = field(default_factory=Scope)
    approved: bool = False
    patience: Patience = field(default_factory=Patience)


def spending_today(scope: Scope, *, approved: bool = False) -> Spending:
    """How a scope spends today: by today's prices, and as patiently as the configuration says.

    Raises:
        ConfigError: A price file or the configuration cannot be read.
    """
    said = load().settings.providers
    patience = Patience(retry_after=said.retry_after, wait=said.wait)
    return Spending(load_book(datetime.now(UTC).date()), scope, approved, patience)


def demand_all(store: Store, spending: Spending, quotes: Sequence[Quote]) -> None:
    """Refuse a batch whose highest price is more than its budgets have left, before anything of it is sent.

    Raises:
        BudgetExceeded: It is.
    """
    totals: dict[str, Decimal] = {}
    for quote in quotes:
        totals[quote.currency] = totals.get(quote.currency, Decimal(0)) + quote.high
    day = spending.book.today.isoformat()
    with store.reading() as reader:
        for currency, total in totals.items():
            demand_room(reader, spending.scope, total, currency, day=day, approved=True)
            dearest = max(quote.high for quote in quotes if quote.currency == currency)
            demand_room(reader, spending.scope, dearest, currency, day=day, approved=spending.approved)
