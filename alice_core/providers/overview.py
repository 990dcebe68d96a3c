"""The providers at a glance: what each can be asked, whether its key and its package are there. Nothing is sent."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from importlib.util import find_spec
from typing import Any

from alice_core.errors import UsageError
from alice_core.providers.access import KEY_PLACES, key_origin
from alice_core.providers.card import ModelCard
from alice_core.providers.protocol import Provider
from alice_core.providers.registry import get_provider, provider_names
from alice_core.providers.task import TaskKind

_PACKAGES = {"openai": "openai", "anthropic": "anthropic", "comfy": "httpx", "fal": "httpx"}


@dataclass(frozen=True, slots=True)
class Overview:
    """One provider at a glance.

    Attributes:
        name: Its name.
        tasks: What it can be asked.
        models: Those that can be used.
        key: Where its key was found; ``None`` without one, empty where it needs none.
        missing: The extra that must be installed first; empty where nothing is missing.
    """

    name: str
    tasks: tuple[TaskKind, ...]
    models: tuple[str, ...]
    key: str | None
    missing: str

    @property
    def state(self) -> str:
        """``ready``, or what is missing."""
        if self.missing:
            return f"pip install 'alicemultiverse[{self.missing}]'"
        return "no key" if self.key is None else "ready"


def overview(name: str) -> Overview:
    """One provider at a glance.

    Raises:
        UsageError: There is none of that name.
    """
    provider = get_provider(name)
    cards = [card for card in provider.cards() if card.status != "retired"]
    kinds = tuple(dict.fromkeys(kind for card in cards for kind in card.tasks))
    package = _PACKAGES.get(name, "")
    missing = name if package and find_spec(package) is None else ""
    key = key_origin(name) if name in KEY_PLACES else ""
    return Overview(name, kinds, tuple(card.model for card in cards), key, missing)


def all_overviews() -> tuple[Overview, ...]:
    """Every provider at a glance, by name."""
    return tuple(overview(name) for name in provider_names())


def card_content(card: ModelCard) -> dict[str, Any]:
    """A card as JSON content; limits that do not limit are left out."""
    content = asdict(card)
    content["limits"] = {name: value for name, value in content["limits"].items() if value not in (0, 1, ())}
    if card.limits.count > 1 or "image" in card.tasks:
        content["limits"]["count"] = card.limits.count
    return content


def learn_model(name: str, model: str) -> ModelCard:
    """Fetch a provider's own description of a model and keep it, so that its options are known; gives its card.

    Raises:
        UsageError: The provider describes no models.
        ProviderError: There is no such model, or nobody answers.
    """
    ask = getattr(get_provider(name), "learn", None)
    if ask is None:
        raise UsageError(f"{name} describes no models of its own", hint="fal does: alice providers learn OWNER/APP")
    card: ModelCard = ask(model)
    return card


def try_key(name: str) -> str:
    """Ask a provider something that costs nothing; says in a sentence what came of it.

    Raises:
        UsageError: It has nothing to ask.
        ProviderError: Its key is not accepted, or nobody answers.
    """
    provider: Provider = get_provider(name)
    ask = getattr(provider, "test", None)
    if ask is None:
        raise UsageError(f"{name} has no test", hint="It needs no key, or its package brings none.")
    return str(ask())
