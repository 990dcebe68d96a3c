"""What a task will cost before it is sent, and what it did cost from what was counted.

A quote keeps the price entries it was made from, so that settling it months later uses the
prices of the day it was made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from alice_core.errors import PriceUnknown
from alice_core.providers.card import ModelCard
from alice_core.providers.prices import BUILT_IN, PriceBook, PriceEntry, unknown
from alice_core.providers.task import TaskKind

STALE_DAYS = 90
"""A price that nobody has looked at for so long is shown with a warning."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How much of one meter a task uses, as its adapter works it out.

    Attributes:
        meter: As in the price book.
        low: At least, in single things (pixels, seconds, tokens) of each item.
        expected: Most likely.
        high: At most.
        items: How many pictures or clips; each is rounded by itself.
        facts: What the price may depend on: ``quality``, ``size``, ``resolution``, ``audio`` ...
    """

    meter: str
    low: Decimal
    expected: Decimal
    high: Decimal
    items: int = 1
    facts: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def exactly(meter: str, each: Decimal | int, items: int = 1, facts: Mapping[str, str] | None = None) -> Measure:
        """A measure that is known before."""
        amount = Decimal(each)
        return Measure(meter, amount, amount, amount, items, facts or {})


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One meter of a quote: what it costs, and the price it was worked out with.

    Attributes:
        meter: What is counted.
        text: As people read it: ``6 x 5 s x 0.157 USD/s``.
        low: Amount of money, at least.
        expected: Likewise, most likely.
        high: Likewise, at most.
        rate: Of one unit.
        unit_size: How many single things are a unit.
        rounding: As in the price entry.
        min_units: As in the price entry.
        items: How many pictures or clips.
        entry: Identifier of the price entry.
        digest: Of the price entry.
        checked_on: When the price was last looked at.
        source: Where it was read.
        origin: ``built in``, or the user's file.
    """

    meter: str
    text: str
    low: Decimal
    expected: Decimal
    high: Decimal
    rate: Decimal
    unit_size: Decimal
    rounding: Literal["none", "up"]
    min_units: Decimal
    items: int
    entry: str
    digest: str
    checked_on: date
    source: str
    origin: str = BUILT_IN


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of a task: at least, most likely, at most; the last is what is reserved."""

    provider: str
    model: str
    currency: str
    lines: tuple[QuoteLine, ...]
    warnings: tuple[str, ...] = ()

    @property
    def low(self) -> Decimal:
        """The least that it can cost."""
        return sum((line.low for line in self.lines), Decimal(0))

    @property
    def expected(self) -> Decimal:
        """What it will most likely cost."""
        return sum((line.expected for line in self.lines), Decimal(0))

    @property
    def high(self) -> Decimal:
        """The most that it can cost."""
        return sum((line.high for line in self.lines), Decimal(0))

    @property
    def entries(self) -> tuple[str, ...]:
        """The price entries it was worked out with."""
        return tuple(line.entry for line in self.lines)

    @property
    def text(self) -> str:
        """The meters as people read them."""
        return " + ".join(line.text for line in self.lines)

    def to_json(self) -> str:
        """The quote as JSON text, amounts as decimal text."""
        lines = [{name: _plain(getattr(line, name)) for name in line.__dataclass_fields__} for line in self.lines]
        whole = {"provider": self.provider, "model": self.model, "currency": self.currency, "lines": lines}
        return json.dumps(whole | {"warnings": list(self.warnings)}, ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> Quote:
        """The quote that :meth:`to_json` wrote."""
        whole: dict[str, Any] = json.loads(text)
        lines = tuple(_line(one) for one in whole["lines"])
        return Quote(whole["provider"], whole["model"], whole["currency"], lines, tuple(whole["warnings"]))


def quote_of(card: ModelCard, kind: TaskKind, measures: Sequence[Measure], book: PriceBook) -> Quote:
    """The quote of a task that uses these measures.

    Raises:
        PriceUnknown: The book does not say what one of them costs, or in different currencies.
    """
    lines: list[QuoteLine] = []
    currencies: dict[str, None] = {}
    for measure in measures:
        entry = book.find(card.provider, card.model, kind, measure.meter)
        lines.append(_priced(card, kind, measure, entry))
        currencies[entry.currency] = None
    if len(currencies) > 1:
        raise PriceUnknown(
            f"the meters of {card.provider} {card.model} are priced in {' and '.join(currencies)}",
            hint="Give all of them in one currency in your price file.",
        )
    return Quote(card.provider, card.model, next(iter(currencies), "USD"), tuple(lines), _stale(lines, book.today))


def settled(
    quote: Quote, usage: Mapping[str, Decimal], billable: Decimal | None
) -> tuple[Decimal, Literal["usage", "billable-units", "estimate"]]:
    """What a task cost, and by what that is known: the provider's own count, else the quote.

    Args:
        quote: The quote it was sent with.
        usage: What the provider counted, by meter, in single things.
        billable: Units that the provider says it billed.
    """
    if billable is not None and quote.lines:
        return billable * quote.lines[0].rate, "billable-units"
    rates = {line.meter: line.rate / line.unit_size for line in quote.lines}
    counted = {meter: count for meter, count in usage.items() if count}
    if usage and counted.keys() <= rates.keys():
        return sum((count * rates[meter] for meter, count in counted.items()), Decimal(0)), "usage"
    return quote.expected, "estimate"


def _priced(card: ModelCard, kind: TaskKind, measure: Measure, entry: PriceEntry) -> QuoteLine:
    rate = entry.rate_for(measure.facts)
    if rate is None:
        raise unknown(card.provider, card.model, kind, measure.meter, measure.facts)
    low, expected, high = (
        entry.units(each) * measure.items * rate for each in (measure.low, measure.expected, measure.high)
    )
    units = f"{_number(entry.units(measure.expected))} {entry.unit}"
    text = f"{measure.items} x {units} x {rate} {entry.currency}/{entry.unit}"
    return QuoteLine(
        meter=measure.meter,
        text=text,
        low=low,
        expected=expected,
        high=high,
        rate=rate,
        unit_size=entry.unit_size,
        rounding=entry.rounding,
        min_units=entry.min_units,
        items=measure.items,
        entry=entry.id,
        digest=entry.digest,
        checked_on=entry.checked_on,
        source=entry.source,
        origin=entry.origin,
    )


def _stale(lines: Sequence[QuoteLine], today: date) -> tuple[str, ...]:
    old = {line.entry: line for line in lines if (today - line.checked_on).days > STALE_DAYS}
    return tuple(
        f"the price {name} was checked {(today - line.checked_on).days} days ago ({line.checked_on}, {line.source})"
        for name, line in old.items()
    )


def _number(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _plain(value: object) -> object:
    return value if isinstance(value, int | str) else str(value)


_DECIMALS = ("low", "expected", "high", "rate", "unit_size", "min_units")


def _line(data: dict[str, Any]) -> QuoteLine:
    known = data | {name: Decimal(data[name]) for name in _DECIMALS}
    return QuoteLine(**known | {"checked_on": date.fromisoformat(data["checked_on"])})
