"""A sink that is called over HTTP: CloudEvents 1.0 in structured mode, signed as Standard Webhooks are."""

from __future__ import annotations

import importlib
import ipaddress
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from alice_core.errors import ConfigError, MissingExtra
from alice_core.events import Event
from alice_core.relay.sending import Delivery, Mark, Trouble, said
from alice_core.relay.signing import key_of, signature

_ONE = "application/cloudevents+json; charset=utf-8"
_MANY = "application/cloudevents-batch+json; charset=utf-8"
_PASSING = frozenset({408, 425, 429})
_OF_THE_ADDRESS = frozenset({401, 403, 404, 405, 407, 410})
"""Answers that say something of the address or the key, not of the event: the whole sink waits."""
_LONGEST_WAIT = 3600.0


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """Where to call, and how.

    Attributes:
        url: The address, without any secret.
        batch: So many events in one call at most; 1 sends each by itself.
        timeout: Seconds for each step of a call.
        largest: So many bytes an event may have.
        signed: Whether calls are signed; False only where the receiver is trusted otherwise.
        insecure: Whether ``http`` may leave this machine.
        versions: In which it gets types, such as ``alice.library.ingested=1``.
    """

    url: str
    batch: int = 1
    timeout: float = 10.0
    largest: int = 1 << 20
    signed: bool = True
    insecure: bool = False
    versions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check them.

        Raises:
            ConfigError: The address cannot be called, or must not be.
        """
        parts = _parts(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigError("that is no address to call", hint="Use https://HOST/PATH.")
        if parts.username is not None or parts.password is not None:
            raise ConfigError("an address must not hold a name or password", hint="Calls are signed instead.")
        if parts.scheme == "http" and not self.insecure and not is_here(parts.hostname):
            raise ConfigError(
                f"http://{parts.hostname} would send events unencrypted", hint="Use https, or say --insecure."
            )
        if self.batch < 1 or self.timeout <= 0 or self.largest < 1:
            raise ConfigError("batch, timeout and largest must be greater than nothing", hint="See: --help")

    @property
    def target(self) -> str:
        """The address."""
        return self.url


class Webhook:
    """Posts events to an address; follows no redirect, and believes only a status of success."""

    def __init__(self, settings: WebhookSettings, secret: str | None) -> None:
        """Begin; nothing is sent yet.

        Raises:
            ConfigError: There is no secret, or none that can be used.
            MissingExtra: httpx is not installed.
        """
        if settings.signed and secret is None:
            raise ConfigError("there is no secret to sign with", hint="Set it in the environment or the keyring.")
        self._key = key_of(secret) if settings.signed and secret is not None else None
        self._settings = settings
        self.batch = settings.batch
        self._http = _library()
        limits = self._http.Timeout(settings.timeout)
        self._client = self._http.Client(timeout=limits, follow_redirects=False)

    def deliver(self, events: Sequence[Event]) -> Delivery:
        """Call with all of them, or with each by itself where they are refused together."""
        bodies = [event.to_cloudevent_json().encode("utf-8", "surrogatepass") for event in events]
        if len(bodies) > 1 and max(map(len, bodies)) <= self._settings.largest:
            body = b"[" + b",".join(bodies) + b"]"
            trouble = self._post(f"{events[0].id}_{len(events)}", body, _MANY)
            if trouble is None or not trouble.refused:
                return Delivery(len(events) if trouble is None else 0, trouble)
        for taken, (event, body) in enumerate(zip(events, bodies, strict=True)):
            trouble = self._one(event, body)
            if trouble is not None:
                return Delivery(taken, trouble)
        return Delivery(len(events))

    def mark(self) -> Mark | Trouble | None:
        """Nothing is known of what the receiver has."""
        return None

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _one(self, event: Event, body: bytes) -> Trouble | None:
        if len(body) > self._settings.largest:
            reason = f"it has {len(body):,} bytes; {self._settings.largest:,} are the most for this sink"
            return Trouble(reason, refused=True, hopeless=True)
        if self.batch > 1:
            return self._post(event.id, b"[" + body + b"]", _MANY)
        return self._post(event.id, body, _ONE)

    def _post(self, message: str, body: bytes, media_type: str) -> Trouble | None:
        headers = {"content-type": media_type, "webhook-id": message, "user-agent": "alice"}
        if self._key is not None:
            stamp = int(time.time())
            signed = signature(self._key, message, stamp, body)
            headers |= {"webhook-timestamp": str(stamp), "webhook-signature": signed}
        try:
            # The answer's body is left unread: it may be of any size, and is nobody's business.
            with self._client.stream("POST", self._settings.url, content=body, headers=headers) as answer:
                return _trouble(answer.status_code, answer.headers.get("retry-after"))
        except (self._http.HTTPError, self._http.InvalidURL, OSError) as error:
            return Trouble(said(error))


def _trouble(status: int, retry_after: str | None) -> Trouble | None:
    if 200 <= status < 300:  # noqa: PLR2004 - success in HTTP
        return None
    reason = f"the answer was {status}"
    if 300 <= status < 400:  # noqa: PLR2004 - redirects
        return Trouble(f"{reason}, a redirect, which is not followed")
    refused = 400 <= status < 500 and status not in _PASSING | _OF_THE_ADDRESS  # noqa: PLR2004 - the caller's fault
    return Trouble(reason, refused=refused, wait=_wait(retry_after))


def _wait(retry_after: str | None) -> float | None:
    """Seconds that an answer asks to wait (RFC 9110, section 10.2.3)."""
    if retry_after is None:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), _LONGEST_WAIT)
    try:
        then = parsedate_to_datetime(text)
    except ValueError:
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return min(max((then - datetime.now(UTC)).total_seconds(), 0.0), _LONGEST_WAIT)


def _parts(url: str) -> Any:  # noqa: ANN401 - urllib's own type
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        # Neither the address nor the reason is repeated: a password may stand in them.
        raise ConfigError("the address of a webhook cannot be read", hint="Use https://HOST/PATH.") from None
    return parts


def is_here(host: str) -> bool:
    """Whether an address is one of this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _library() -> Any:  # noqa: ANN401 - a module
    try:
        return importlib.import_module("httpx")
    except ModuleNotFoundError as error:
        raise MissingExtra(
            "a webhook needs the package httpx", hint="Install it: pip install 'alicemultiverse[webhook]'"
        ) from error
