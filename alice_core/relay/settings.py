"""The settings of sinks: read from the store's JSON, written to it, and turned into something that takes events."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import TypeAlias

from alice_core.errors import ConfigError, UsageError
from alice_core.relay.jsonlines import JsonLines, JsonLinesSettings
from alice_core.relay.lowering import Lowering, targets_of
from alice_core.relay.redis_server import RedisSettings
from alice_core.relay.secrets import secret_of, variable_of
from alice_core.relay.sending import Sink
from alice_core.relay.streams import RedisStream
from alice_core.relay.webhooks import Webhook, WebhookSettings

SinkSettings: TypeAlias = JsonLinesSettings | RedisSettings | WebhookSettings

KINDS: dict[str, type[JsonLinesSettings | RedisSettings | WebhookSettings]] = {
    "jsonlines": JsonLinesSettings,
    "redis": RedisSettings,
    "webhook": WebhookSettings,
}
"""Every kind of sink with its settings."""

_SCHEMES = {"redis": "redis", "rediss": "redis", "unix": "redis", "http": "webhook", "https": "webhook"}
_PLACES = {"jsonlines": "path", "redis": "url", "webhook": "url"}


def settings_for(target: str, options: Mapping[str, object], *, versions: Sequence[str] = ()) -> SinkSettings:
    """The settings of a sink at a target: ``redis://...``, ``https://...`` or the path of a file.

    Args:
        target: Where events go.
        options: Further settings by name; those that are ``None`` are left as they are by default.
        versions: Those that it gets types in, where not the newest: ``TYPE=N``.

    Raises:
        ConfigError: The target or a setting has a value that it cannot have.
        UsageError: That kind of sink has no such setting.
    """
    scheme = target.partition("://")[0].lower() if "://" in target else ""
    if "://" in target and scheme not in _SCHEMES:
        raise UsageError(
            f"no sink is reached by {scheme}://", hint="Use redis://HOST/0, https://HOST/PATH or the path of a file."
        )
    kind = _SCHEMES.get(scheme, "jsonlines")
    place = target if scheme else str(Path(target).expanduser().absolute())
    targets_of(versions)
    given = {name: value for name, value in options.items() if value is not None}
    unknown = sorted(set(given) - {one.name for one in fields(KINDS[kind])})
    if unknown:
        raise UsageError(
            f"a sink of kind {kind} has no {', '.join(unknown)}", hint="See: alice events sinks add --help"
        )
    return read_settings(kind, json.dumps({_PLACES[kind]: place, "versions": list(versions), **given}))


def kind_of(settings: SinkSettings) -> str:
    """The kind of sink that settings are for."""
    return next(kind for kind, shape in KINDS.items() if isinstance(settings, shape))


def written(settings: SinkSettings) -> str:
    """The settings as JSON; they hold no secret."""
    return json.dumps(asdict(settings), sort_keys=True)


def read_settings(kind: str, text: str) -> SinkSettings:
    """The settings that :func:`written` wrote.

    Raises:
        ConfigError: A newer version wrote them.
    """
    try:
        values = json.loads(text)
        return KINDS[kind](**{**values, "versions": tuple(values.get("versions", ()))})
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ConfigError(
            f"a sink of kind {kind!r} with such settings is not known here", hint="Was it added by a newer version?"
        ) from error


def open_sink(name: str, settings: SinkSettings, store: str, *, again: bool = False) -> Sink:
    """Something that takes events.

    Args:
        name: Of the sink, by which its secret is found.
        settings: Where it is.
        store: Whose events they are: the identifier of the log's first event.
        again: Whether it is to take events once more that it has already.

    Raises:
        ConfigError: There is no secret where one is needed.
        MissingExtra: A package is needed that is not installed.
    """
    sink = _opened(name, settings, store, again=again)
    return Lowering(sink, targets_of(settings.versions)) if settings.versions else sink


def _opened(name: str, settings: SinkSettings, store: str, *, again: bool) -> Sink:
    if isinstance(settings, JsonLinesSettings):
        return JsonLines(settings)
    secret = secret_of(name)
    if isinstance(settings, RedisSettings):
        return RedisStream(settings, secret, store, again=again)
    if settings.signed and secret is None:
        raise ConfigError(
            f"there is no secret to sign what is sent to {name}",
            hint=f"Set {variable_of(name)} in the environment, or sink:{name} of alicemultiverse in the keyring.",
        )
    return Webhook(settings, secret)
