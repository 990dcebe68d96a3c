"""What must hold of a provider without a network and for nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from alice_core.errors import AliceError, PriceUnknown, ProviderError
from alice_core.providers.card import ModelCard
from alice_core.providers.checking import demand
from alice_core.providers.conformance.subject import Case, Subject, must
from alice_core.providers.operation import Operation
from alice_core.providers.prices import PriceBook

_DELIVERIES = ("sync", "queued", "local")


def _has_name_and_version(subject: Subject) -> None:
    provider = subject.provider()
    must(provider.name and provider.name == provider.name.lower().strip(), "the name is a word in small letters")
    must(isinstance(provider.version, str) and provider.version, "the version is a text")


def _has_cards(subject: Subject) -> None:
    cards = subject.provider().cards()
    must(cards, "there is at least one card")
    names = [card.model for card in cards]
    must(len(set(names)) == len(names), f"each model has one card: {names}")
    for card in cards:
        _check_card(card, subject.provider().name)


def _check_card(card: ModelCard, name: str) -> None:
    must(card.provider == name, f"the card of {card.model} names its provider")
    must(card.tasks, f"{card.model} can be asked something")
    must(card.meters, f"{card.model} says what its price counts")
    must(card.delivery in _DELIVERIES, f"{card.model} says how it delivers")
    must(card.concurrency >= 1, f"{card.model} may be asked once at a time")
    if card.status == "retired":
        must(card.retired_on and card.use_instead, f"{card.model} says when it was retired and what to use instead")


def _finds_its_cards(subject: Subject) -> None:
    provider = subject.provider()
    for card in provider.cards():
        must(provider.card(card.model) == card, f"{card.model} is found by its name")
    own = provider.card("", subject.task.kind)
    must(own.status != "retired" and subject.task.kind in own.tasks, "its own choice can do the task")


def _refuses_strange_models(subject: Subject) -> None:
    try:
        subject.provider().card("no such model")
    except ProviderError as error:
        must(error.hint, "the refusal of a strange model says what there is")
        return
    raise AssertionError("a strange model is refused")


def _takes_its_task(subject: Subject) -> None:
    wrong = [one for one in subject.provider().check(subject.task) if not one.warning]
    must(not wrong, f"the task can be carried out: {wrong}")


def _refuses_strange_options(subject: Subject) -> None:
    provider = subject.provider()
    card = provider.card(subject.task.model, subject.task.kind)
    if "*" in card.options:
        return
    changed = _changed(subject, options={provider.name: {"no_such_option": 1}})
    must(any(not one.warning for one in provider.check(changed)), "an unknown option of its own is an error")
    foreign = _changed(subject, options={**subject.task.options, "somebody-else": {"no_such_option": 1}})
    must(provider.check(foreign) == provider.check(subject.task), "options of others are none of its business")


def _refuses_retired_models(subject: Subject) -> None:
    provider = subject.provider()
    for card in provider.cards():
        if card.status != "retired" or subject.task.kind not in card.tasks:
            continue
        task = _changed(subject, model=card.model)
        try:
            demand(task, card, provider.check(task))
        except ProviderError as error:
            must(card.retired_on in error.message, f"the refusal of {card.model} says since when")
            must(card.use_instead in (error.hint or ""), f"the refusal of {card.model} says what to use instead")
            continue
        raise AssertionError(f"{card.model} is refused")


def _refuses_long_prompts(subject: Subject) -> None:
    provider = subject.provider()
    longest = provider.card(subject.task.model, subject.task.kind).limits.prompt
    field = {"vision": "question", "audio": "text"}.get(subject.task.kind, "prompt")
    if longest:
        task = _changed(subject, **{field: "x" * (longest + 1)})
        must(any(not one.warning for one in provider.check(task)), "a prompt that is too long is an error")


def _quotes(subject: Subject) -> None:
    quote = subject.provider().quote(subject.task, subject.book)
    must(quote.lines, "a quote shows its meters")
    must(isinstance(quote.high, Decimal), "money is Decimal")
    must(Decimal(0) <= quote.low <= quote.expected <= quote.high, "low, expected and high are in order")
    must(all(line.entry for line in quote.lines), "every line of a quote names its price entry")
    must(quote == subject.provider().quote(subject.task, subject.book), "the same task has the same quote")


def _never_costs_nothing(subject: Subject) -> None:
    empty = PriceBook((), subject.book.estimates, subject.book.today)
    try:
        subject.provider().quote(subject.task, empty)
    except PriceUnknown as error:
        must("[[price]]" in (error.hint or ""), "an unknown price says what to write into the price file")
        return
    raise AssertionError("a price that nobody knows is refused, never nothing")


def _operations_are_json(subject: Subject) -> None:
    provider = subject.provider()
    card = provider.card(subject.task.model, subject.task.kind)
    operation = Operation(provider.name, card.model, subject.task.kind, "key", "id", {"a": "b"})
    must(Operation.from_json(operation.to_json()) == operation, "an operation survives as text")


def _needs_a_key(subject: Subject) -> None:
    subject.rehearsal.forget_key()
    try:
        subject.provider().submit(subject.task, "key", subject.inputs)
    except AliceError as error:
        must(error.hint, "the error of a missing key says where to put it")
        must(subject.rehearsal.sent() == 0, "nothing is sent without a key")
        return
    raise AssertionError("without a key nothing is done")


def _changed(subject: Subject, **changes: Any) -> Any:  # noqa: ANN401 - a task of the same kind
    return replace(subject.task, **changes)


OFFLINE: tuple[Case, ...] = (
    Case("has-a-name-and-a-version", _has_name_and_version),
    Case("has-cards", _has_cards),
    Case("finds-its-cards", _finds_its_cards),
    Case("refuses-strange-models", _refuses_strange_models),
    Case("takes-its-task", _takes_its_task),
    Case("refuses-strange-options", _refuses_strange_options),
    Case("refuses-retired-models", _refuses_retired_models),
    Case("refuses-long-prompts", _refuses_long_prompts),
    Case("quotes-low-expected-high", _quotes),
    Case("never-costs-nothing-by-mistake", _never_costs_nothing),
    Case("operations-are-json", _operations_are_json),
    Case("needs-a-key", _needs_a_key, frozenset({"key"})),
)
"""Cases that need no service."""
