"""Who can make media: the built-in providers, and those that other packages bring.

A package brings one by an entry point of the group ``alice.providers`` that names a class
without constructor arguments which has the members of :class:`~alice_core.providers.task.Provider`.
"""

from __future__ import annotations

from importlib.metadata import entry_points

from alice_core.errors import ConfigError, UsageError
from alice_core.providers.storyboard.provider import Storyboard
from alice_core.providers.task import Provider

GROUP = "alice.providers"

_BUILT_IN: dict[str, type[Provider]] = {Storyboard.name: Storyboard}
_MEMBERS = ("name", "version", "quote", "make")


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
    try:
        provider: Provider = found.load()()
    except (ImportError, AttributeError, TypeError) as error:
        raise ConfigError(
            f"the provider {name!r} cannot be loaded from {found.value}: {error}",
            hint=f"Update or remove the package {found.dist.name if found.dist else found.value}.",
        ) from error
    missing = [member for member in _MEMBERS if not hasattr(provider, member)]
    if missing:
        raise ConfigError(
            f"the provider {name!r} from {found.value} has no {', '.join(missing)}",
            hint=f"Update or remove the package {found.dist.name if found.dist else found.value}.",
        )
    return provider
