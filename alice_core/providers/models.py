"""Finding one model among the cards of a provider."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from alice_core.errors import ProviderInvalidTask
from alice_core.providers.card import ModelCard, Problem
from alice_core.providers.task import Task


def choose(cards: Sequence[ModelCard], model: str, kind: str = "") -> ModelCard:
    """The card of a model, or the first active one for a kind of task.

    Raises:
        ProviderInvalidTask: There is none; the hint lists what there is.
    """
    provider = cards[0].provider
    if model:
        found = next((card for card in cards if card.model == model), None)
    else:
        found = next((card for card in cards if card.status == "active" and (not kind or kind in card.tasks)), None)
    if found is None:
        what = f"no model {model!r}" if model else f"no model for {kind}"
        known = ", ".join(card.model for card in cards if card.status != "retired" and (not kind or kind in card.tasks))
        hint = f"There is: {known or 'none of that kind'}. See: alice providers show {provider}"
        raise ProviderInvalidTask(f"{provider} has {what}", hint=hint, provider=provider, model=model)
    return found


def media_problems(task: Task, types: Sequence[str], roles: Sequence[str]) -> Iterator[Problem]:
    """References of a role that are of a kind of file that is not taken; those of unknown kind pass."""
    for one in task.references:
        if one.role in roles and one.media_type and one.media_type not in types:
            hint = f"It takes: {', '.join(types)}. Make a still of it first."
            yield Problem("references", f"{one.digest[:19]} is {one.media_type}", hint)
