"""Where a provider is reached and with which key: the usual variables of its SDK, then the configuration or keyring."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from alice_core.config import load
from alice_core.errors import ConfigError, ProviderAuth
from alice_core.keychain import find_secret


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """Where the key of a provider may be.

    Attributes:
        provider: Its name; the keyring has the key under ``provider:<name>``.
        variables: Environment variables, the first that is set counts.
        page: Where people get one.
    """

    provider: str
    variables: tuple[str, ...]
    page: str

    @property
    def user(self) -> str:
        """The name under which the keyring has it."""
        return f"provider:{self.provider}"


KEY_PLACES = {
    one.provider: one
    for one in (
        KeyPlace("openai", ("OPENAI_API_KEY",), "platform.openai.com/api-keys"),
        KeyPlace("anthropic", ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN"), "console.anthropic.com/settings/keys"),
        KeyPlace("fal", ("FAL_KEY",), "fal.ai/dashboard/keys"),
    )
}
"""The providers of ours that want a key."""


def key_origin(provider: str) -> str | None:
    """Where the key of a provider was found (a variable's name, or ``keyring``); ``None`` without one."""
    found = _found(KEY_PLACES[provider])
    return None if found is None else found[1]


def key_for(provider: str) -> str:
    """The key of a provider.

    Raises:
        ProviderAuth: There is none; the hint says where to put it.
    """
    place = KEY_PLACES[provider]
    found = _found(place)
    if found is None:
        raise ProviderAuth(
            f"there is no key for {provider}: {place.variables[0]} is not set and the keyring has none",
            hint=f"Get one at {place.page}, then set {place.variables[0]} or type: alice providers keys set {provider}",
            provider=provider,
        )
    return found[0]


def address_for(variable: str, default: str) -> str:
    """The address of a provider: from the SDK's variable, else the setting of that name, else its own.

    Args:
        variable: Such as ``OPENAI_BASE_URL``; the setting is ``providers.openai_base_url``.
        default: The provider's own address.

    Raises:
        ConfigError: It is no address, or a key would travel over an open line.
    """
    said = os.environ.get(variable) or getattr(load().settings.providers, variable.lower())
    address = str(said or default)
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https"):
        raise ConfigError(
            f"{variable} is no address: {address}", hint="Write it as https://HOST or http://localhost:PORT."
        )
    if parts.scheme == "http" and not is_near(host):
        raise ConfigError(
            f"{variable} is http://{host}: the key would travel unencrypted", hint="Use https, or an address near by."
        )
    return parts.geturl().rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether a host name is this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_near(host: str) -> bool:
    """Whether a host is this machine, a private address, or a name without a domain, as containers have."""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return is_loopback(host) or "." not in host or host.endswith((".local", ".internal"))


def _found(place: KeyPlace) -> tuple[str, str] | None:
    if place.provider == "fal":
        # fal's own second way: two variables that make one key.
        name, secret = os.environ.get("FAL_KEY_ID"), os.environ.get("FAL_KEY_SECRET")
        if name and secret and not os.environ.get("FAL_KEY"):
            return f"{name}:{secret}", "FAL_KEY_ID"
    return find_secret(place.variables, place.user)
