"""The models of Anthropic that we know, as data.

Sources: the types of the SDK anthropic 2.13 and the provider's pages, read 2026-11-24.
"""

from __future__ import annotations

from alice_core.providers.card import Limits, ModelCard, OptionRule

NAME = "anthropic"
TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")
MOST_SIDE = 8000
MOST_SIDE_OF_MANY = 2000
"""The longest side where there are more than :data:`MANY` pictures."""
MANY = 20
REQUEST_BYTES = 32_000_000
"""The largest request; pictures grow by a third on the way."""

OLDER = ("claude-haiku-4-5", "claude-sonnet-4-5", "claude-opus-4-5", "claude-opus-4-6", "claude-sonnet-4-6")
"""Models that see at most about 1,600 tokens of a picture."""

_OPTIONS = {
    "effort": OptionRule("text", ("low", "medium", "high", "xhigh", "max"), about="How hard the model tries."),
    "system": OptionRule("text", about="Instructions that stand before the question."),
}
_LIMITS = Limits(prompt=400_000, references=100, reference_bytes=10_000_000, roles=("picture", "reference"))
_SYSTEM_ONLY = {"system": _OPTIONS["system"]}


def _card(model: str, title: str, options: dict[str, OptionRule] = _OPTIONS) -> ModelCard:
    meters = ("text-in", "text-out")
    return ModelCard(NAME, model, ("vision",), meters, title, limits=_LIMITS, options=options, concurrency=4)


def _retired(model: str, day: str, instead: str) -> ModelCard:
    meters = ("text-in", "text-out")
    return ModelCard(NAME, model, ("vision",), meters, model, "retired", retired_on=day, use_instead=instead)


CARDS: tuple[ModelCard, ...] = (
    _card("claude-sonnet-5-5", "Claude Sonnet 5.5"),
    _card("claude-haiku-5-5", "Claude Haiku 5.5"),
    _card("claude-opus-5-5", "Claude Opus 5.5"),
    _card("claude-sonnet-5", "Claude Sonnet 5"),
    _card("claude-opus-5", "Claude Opus 5"),
    _card("claude-opus-4-8", "Claude Opus 4.8"),
    _card("claude-opus-4-7", "Claude Opus 4.7"),
    _card("claude-opus-4-6", "Claude Opus 4.6"),
    _card("claude-sonnet-4-6", "Claude Sonnet 4.6"),
    _card("claude-haiku-4-5", "Claude Haiku 4.5", _SYSTEM_ONLY),
    _retired("claude-3-7-sonnet-20250219", "2026-02-19", "claude-sonnet-5-5"),
    _retired("claude-3-5-haiku-20241022", "2026-02-19", "claude-haiku-5-5"),
    _retired("claude-3-opus-20240229", "2026-01-05", "claude-opus-5-5"),
    _retired("claude-3-5-sonnet-20241022", "2025-10-28", "claude-sonnet-5-5"),
)
"""Its own choice first, retired ones last."""
