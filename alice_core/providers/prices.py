"""The price book: what each model costs, as dated entries that name their source.

The built-in entries are data (``prices.toml``); a user's own file comes before them. An entry is
never edited: a new price is a new entry, so that what was spent stays what it was.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import ROUND_CEILING, Decimal
from fnmatch import fnmatchcase
from typing import Literal

from alice_core.errors import PriceUnknown
from alice_core.providers.task import TaskKind

BUILT_IN = "built in"
"""The origin of entries that come with Alice."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A rate that holds where facts of the task are these, such as ``quality`` and ``size``."""

    when: Mapping[str, str]
    rate: Decimal

    def fits(self, facts: Mapping[str, str]) -> bool:
        """Whether all its conditions hold."""
        return all(facts.get(name) == value for name, value in self.when.items())


@dataclass(frozen=True, slots=True)
class PriceEntry:
    """What one meter of a model costs.

    Attributes:
        id: Stable name of the entry; a changed price is another entry.
        provider: Name of the provider.
        model: Name or pattern (``*``) of models.
        task: Kind of task, or ``*``.
        meter: What is counted, such as ``megapixel``, ``second``, ``image``, ``text-in``.
        unit: What people call the unit that the rate is for, such as ``MP`` or ``1M tokens``.
        unit_size: How many single things (pixels, tokens, seconds) are one unit.
        rounding: ``up`` where every picture or clip is counted in whole units.
        min_units: The least that is counted of each.
        rate: Of one unit; ``None`` where only tiers say.
        tiers: Other rates by facts of the task; the first that fits counts.
        currency: ISO 4217.
        valid_from: First day.
        valid_to: First day on which it no longer holds.
        checked_on: When somebody last read it at the source.
        source: Where.
        confidence: ``official`` (the provider's own list), ``list`` (somebody's collection), ``reported``.
        origin: ``built in``, or the user's file.
    """

    id: str
    provider: str
    model: str
    task: str
    meter: str
    unit: str
    currency: str
    valid_from: date
    checked_on: date
    source: str
    rate: Decimal | None = None
    unit_size: Decimal = Decimal(1)
    rounding: Literal["none", "up"] = "none"
    min_units: Decimal = Decimal(0)
    tiers: tuple[Tier, ...] = ()
    valid_to: date | None = None
    confidence: str = "list"
    origin: str = BUILT_IN

    @property
    def digest(self) -> str:
        """``sha256:...`` over everything but the origin."""
        facts = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in {"origin", "tiers"}}
        facts["tiers"] = [[dict(tier.when), str(tier.rate)] for tier in self.tiers]
        text = json.dumps(facts, sort_keys=True, ensure_ascii=False, default=str)
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()

    def covers(self, provider: str, model: str, task: str, meter: str, day: date) -> bool:
        """Whether it says what a meter costs on a day."""
        of_model = provider == self.provider and fnmatchcase(model, self.model)
        of_task = self.task in {"*", task} and meter == self.meter
        return of_model and of_task and self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def rate_for(self, facts: Mapping[str, str]) -> Decimal | None:
        """The rate for a task of which these facts hold."""
        return next((tier.rate for tier in self.tiers if tier.fits(facts)), self.rate)

    def units(self, each: Decimal) -> Decimal:
        """The units that are counted for one picture or clip of so many single things."""
        exact = each / self.unit_size
        counted = exact.to_integral_value(ROUND_CEILING) if self.rounding == "up" else exact
        return max(counted, self.min_units) if each else Decimal(0)


@dataclass(frozen=True, slots=True)
class Estimate:
    """How much of a meter a task is likely to use, where only the provider knows: tokens of a picture.

    Attributes:
        provider: Name of the provider.
        model: Name or pattern of models.
        meter: What is counted.
        when: Facts of the task for which it holds.
        base: For how many single things (pixels) the numbers are; 0 where they hold for any.
        low: At least.
        expected: Most likely.
        high: At most.
        checked_on: When somebody last looked.
        source: Where.
    """

    provider: str
    model: str
    meter: str
    low: Decimal
    expected: Decimal
    high: Decimal
    checked_on: date
    source: str
    when: Mapping[str, str] = field(default_factory=dict)
    base: Decimal = Decimal(0)

    def covers(self, provider: str, model: str, meter: str, facts: Mapping[str, str]) -> bool:
        """Whether it says something of a task."""
        named = provider == self.provider and fnmatchcase(model, self.model) and meter == self.meter
        return named and all(facts.get(name) == value for name, value in self.when.items())


class PriceBook:
    """The prices as they are on one day."""

    def __init__(self, entries: Iterable[PriceEntry], estimates: Iterable[Estimate], today: date) -> None:
        self.entries = tuple(entries)
        self.estimates = tuple(estimates)
        self.today = today
        self._found: dict[tuple[str, str, str, str], PriceEntry] = {}

    def find(self, provider: str, model: str, task: TaskKind, meter: str) -> PriceEntry:
        """The entry that holds today: the user's own before ours, an exact name before a pattern, the newest.

        Raises:
            PriceUnknown: There is none.
        """
        asked = (provider, model, task, meter)
        if asked not in self._found:
            fitting = [one for one in self.entries if one.covers(provider, model, task, meter, self.today)]
            if not fitting:
                raise unknown(provider, model, task, meter)
            self._found[asked] = max(fitting, key=lambda one: _rank(one, model))
        return self._found[asked]

    def estimate(self, provider: str, model: str, meter: str, facts: Mapping[str, str]) -> Estimate | None:
        """What a task is likely to use of a meter, the first that fits."""
        return next((one for one in self.estimates if one.covers(provider, model, meter, facts)), None)


def _rank(entry: PriceEntry, model: str) -> tuple[bool, bool, int, date]:
    return entry.origin != BUILT_IN, entry.model == model, len(entry.model), entry.valid_from


def unknown(provider: str, model: str, task: str, meter: str, facts: Mapping[str, str] | None = None) -> PriceUnknown:
    """The error that says which price is missing, and what to write into the price file."""
    what = f"the price of {provider} {model} by {meter} is not known"
    if facts:
        what += " for " + ", ".join(f"{name} {value}" for name, value in sorted(facts.items()))
    lines = [f'provider = "{provider}"', f'model = "{model}"', f'task = "{task}"', f'meter = "{meter}"']
    lines += ['rate = "0.00"  # look it up', 'unit = "1"', 'currency = "USD"', 'source = "where you read it"']
    hint = "Nothing was sent. Add to your price file (alice cost prices names it):\n[[price]]\n" + "\n".join(lines)
    return PriceUnknown(what, hint=hint, provider=provider, model=model)
