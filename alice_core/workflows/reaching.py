"""What a provider's model can be told, from its card."""

from __future__ import annotations

from alice_core.directing.compiling import Reach
from alice_core.providers.card import ModelCard
from alice_core.providers.registry import get_provider


def reach_of(provider: str, model: str = "", *, motion: bool = False) -> Reach:
    """What a model can be told of a shot.

    Raises:
        UsageError: There is no such provider.
        ProviderInvalidTask: It has no such model, or none for stills or clips.
    """
    return reach_of_card(get_provider(provider).card(model, "video" if motion else "image"))


def reach_of_card(card: ModelCard) -> Reach:
    """What the model of a card can be told of a shot."""
    limits = card.limits
    return Reach(
        longest=limits.prompt or Reach().longest,
        negative="negative" not in limits.ignores,
        references=limits.references,
        seeds="seed" not in limits.ignores,
    )
