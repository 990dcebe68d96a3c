"""A pipeline of providers, planned and priced: each stage is a provider with the task that it is there for.

A stage that makes something makes a picture (or a clip, where it makes no pictures); a stage that
only looks is shown what the stage before it makes. Nothing is sent, and no key is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from alice_core.errors import PriceUnknown, UsageError
from alice_core.providers.checking import demand
from alice_core.providers.overview import overview
from alice_core.providers.price_file import load_book
from alice_core.providers.prices import PriceBook
from alice_core.providers.protocol import Provider
from alice_core.providers.quote import Quote
from alice_core.providers.registry import get_provider
from alice_core.providers.task import ImageTask, Reference, Task, TaskKind, VideoTask, VisionTask
from alice_core.timing import FrameRate

PIPELINES = ("custom",)
"""The pipelines that can be planned by their stages."""

_QUESTION = "What is to be seen, and how well does it answer this brief: {brief}"
_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a plan.

    Attributes:
        provider: Its name.
        model: The model that would be asked.
        kind: What it would be asked.
        quote: What that costs; ``None`` where nobody has said.
        unknown: What is missing for a price, with the line to write.
        state: ``ready``, or what is missing before it can be run.
        warnings: What it would take no notice of.
    """

    provider: str
    model: str
    kind: TaskKind
    quote: Quote | None
    unknown: str
    state: str
    warnings: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The stage as JSON content; money as decimal text."""
        price = None
        if self.quote is not None:
            amounts = {name: f"{getattr(self.quote, name):f}" for name in ("low", "expected", "high")}
            price = amounts | {"currency": self.quote.currency, "meters": self.quote.text}
        told = {"provider": self.provider, "model": self.model, "task": self.kind, "price": price}
        return told | {"unknown": self.unknown or None, "state": self.state, "warnings": list(self.warnings)}


def plan_stages(names: Sequence[str], brief: str, today: date, *, width: int, height: int) -> tuple[Stage, ...]:
    """The stages of a pipeline, each with the task that it is there for and its price.

    Args:
        names: Providers, in order.
        brief: What is to be seen.
        today: The day whose prices hold.
        width: Of the pictures.
        height: Of the pictures.

    Raises:
        UsageError: There is no such provider, or none is named.
        ProviderInvalidTask: One of them cannot do what it would be asked.
    """
    if not names:
        raise UsageError("a pipeline needs stages", hint='Name providers: --stages "openai,anthropic"')
    book = load_book(today)
    return tuple(_stage(get_provider(name), brief, book, width, height) for name in names)


def totals(stages: Sequence[Stage]) -> dict[str, tuple[Decimal, Decimal, Decimal]]:
    """The sums of low, expected and high by currency; stages without a price are not in them."""
    sums: dict[str, tuple[Decimal, Decimal, Decimal]] = {}
    for quote in (one.quote for one in stages if one.quote is not None):
        low, expected, high = sums.get(quote.currency, (Decimal(0),) * 3)
        sums[quote.currency] = (low + quote.low, expected + quote.expected, high + quote.high)
    return sums


def _stage(provider: Provider, brief: str, book: PriceBook, width: int, height: int) -> Stage:
    task = _task(provider, brief, width, height)
    card = provider.card(task.model, task.kind)
    warnings = demand(task, card, provider.check(task))
    state = overview(provider.name).state
    try:
        quote = provider.quote(task, book)
    except PriceUnknown as error:
        missing = f"{error.message}. {error.hint or ''}".strip()
        return Stage(provider.name, card.model, task.kind, None, missing, state, warnings)
    return Stage(provider.name, card.model, task.kind, quote, "", state, (*warnings, *quote.warnings))


def _task(provider: Provider, brief: str, width: int, height: int) -> Task:
    kinds = {kind for card in provider.cards() if card.status != "retired" for kind in card.tasks}
    if "image" in kinds:
        return ImageTask(brief, width, height, 0)
    if "video" in kinds:
        return VideoTask(brief, width, height, 0, _SECONDS * 24, FrameRate.parse("24"))
    seen = Reference("", "picture", "image/png", width, height)
    return VisionTask(_QUESTION.format(brief=brief), (seen,))
