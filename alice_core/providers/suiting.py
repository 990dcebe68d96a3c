"""Which of a provider's models is asked when nobody named one: its own choice, unless that one cannot read the task."""

from __future__ import annotations

from collections.abc import Collection

from alice_core.providers.protocol import Provider
from alice_core.providers.task import TaskKind


def suiting_model(provider: Provider, kind: TaskKind, roles: Collection[str], model: str = "") -> str:
    """The model for a task that reads references with these roles; empty where the provider's own choice does.

    Args:
        provider: Who is asked.
        kind: Of the task.
        roles: Of what the task reads, such as ``first-frame``.
        model: The one that somebody named, which is left as it is.

    Raises:
        ProviderInvalidTask: The provider makes nothing of the kind.
    """
    if model or not roles or set(roles) <= set(provider.card("", kind).limits.roles):
        return model
    for card in provider.cards():
        if kind in card.tasks and card.status == "active" and set(roles) <= set(card.limits.roles):
            return card.model
    return model
