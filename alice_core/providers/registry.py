"""Who can make media: the built-in providers, and those that other packages bring.

A package brings one by an entry point of the group ``alice.providers`` that names a class
without constructor arguments which has the members of :class:`~alice_core.providers.protocol.Provider`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from alice_core.errors import ConfigError, UsageError
from alice_core.providers.protocol import Provider

GROUP = "alice.providers"


def _lazily(module: str, name: str) -> Callable[[], Provider]:
    """A maker of a provider that imports its module when it is first asked for one."""
    return lambda: cast("Provider", getattr(import_module(f"alice_core.providers.{module}"), name)())


_BUILT_IN: dict[str, Callable[[], Provider]] = {
    "anthropic": _lazily("anthropic.provider", "Anthropic"),
    "comfy": _lazily("comfy.provider", "ComfyUI"),
    "fal": _lazily("fal.provider", "Fal"),
    "openai": _lazily("openai.provider", "OpenAI"),
    "storyboard": _lazily("storyboard.provider", "Storyboard"),
}
_MEMBERS = ("name", "version", "cards", "card", "check", "quote", "submit", "poll", "cancel", "lookup")


def provider_names() -> tuple[str, ...]:
    """The names that :func:`get_provider` knows, sorted."""
    return tuple(sorted({*_BUILT_IN, *(entry.name for entry in entry_points(group=GROUP))}))


def get_provider(name: str) -> Provider:
    """The provider of that name; a built-in one is never replaced by another package's.

    Raises:
        UsageError: There is none (``ALICE-U04``).
        ConfigError: A package's entry point leads to something that is no provider.
    """
    if name in _BUILT_IN:
        return _BUILT_IN[name]()
    found = next((entry for entry in entry_points(group=GROUP) if entry.name == name), None)
    if found is None:
        known = ", ".join(provider_names())
        raise UsageError(f"there is no provider {name!r}", hint=f"There is: {known}.", code="ALICE-U04")
    return _loaded(name, found)


def _loaded(name: str, found: EntryPoint) -> Provider:
    hint = f"Update or remove the package {found.dist.name if found.dist else found.value}."
    try:
        provider: Provider = found.load()()
    except (ImportError, AttributeError, TypeError) as error:
        message = f"the provider {name!r} cannot be loaded from {found.value}: {error}"
        raise ConfigError(message, hint=hint) from error
    missing = [member for member in _MEMBERS if not hasattr(provider, member)]
    if missing:
        message = f"the provider {name!r} from {found.value} has no {', '.join(missing)}"
        raise ConfigError(message, hint=hint)
    return provider
