"""fal's queue over HTTP: one request a call, no retries, no redirects, and the key only to fal.

Own calls, because ``fal_client.submit`` sends a POST up to ten times and its ``result`` throws
away the header that says what was billed.
"""

from __future__ import annotations

import importlib
import json
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from alice_core.errors import (
    MissingExtra,
    ProviderAmbiguous,
    ProviderBadAnswer,
    ProviderModelRetired,
    ProviderTimeout,
    ProviderUnavailable,
)
from alice_core.providers.access import address_for, is_loopback, key_for
from alice_core.providers.fal.models import NAME

REQUEST_ID = "x-fal-request-id"
BILLABLE = "x-fal-billable-units"
_OWN = (".fal.run", ".fal.ai", ".falrun.com")
_CONNECT_SECONDS = 10.0
_DOUBT = "It may have been carried out: nothing is sent again, and the money stays reserved. See: alice cost"


@dataclass(frozen=True, slots=True)
class Told:
    """An answer of fal: status, JSON (``None`` where it is none), headers with names in lower case."""

    status: int
    body: Any
    headers: Mapping[str, str]

    @property
    def request_id(self) -> str | None:
        """The name that fal gave the request; a proxy in front of it gives none."""
        return self.headers.get(REQUEST_ID)


class Wire:
    """One client, made when it is first needed; may be used by several threads."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._client: Any = None
        self._host = ""

    def submit(self, model: str, asked: Mapping[str, Any], headers: Mapping[str, str]) -> Told:
        """Post a request into the queue, exactly once.

        Raises:
            ProviderError: No answer came; the kind says whether it may have been received.
        """
        self._connect()
        return self._send("POST", f"{self._host}/{model}", model, content=json.dumps(asked), headers=headers)

    def get(self, url: str, model: str) -> Told:
        """Ask for a status or a result, at an address that fal gave.

        Raises:
            ProviderError: No answer came, or the address is not fal's.
        """
        return self._send("GET", self._checked(url, model), model)

    def put(self, url: str, model: str) -> Told:
        """Ask for a job not to be carried out.

        Raises:
            ProviderError: As :meth:`get`.
        """
        return self._send("PUT", self._checked(url, model), model)

    def probe(self) -> Told:
        """Ask for a request that cannot exist: free, and only answered with 404 where the key is good.

        Raises:
            ProviderError: No answer came.
        """
        self._connect()
        nobody = "00000000-0000-4000-8000-000000000000"
        return self._send("GET", f"{self._host}/fal-ai/flux/requests/{nobody}/status", "")

    def schema(self, model: str) -> bytes:
        """The OpenAPI document of an endpoint, from fal's pages; no key is sent.

        Raises:
            ProviderError: No answer came, or there is no such endpoint.
        """
        httpx = library()
        site = address_for("FAL_SITE_URL", "https://fal.ai")
        with httpx.Client(timeout=self._seconds, follow_redirects=False, headers={"user-agent": "alice"}) as client:
            told = self._send(
                "GET", f"{site}/api/openapi/queue/openapi.json", model, client, params={"endpoint_id": model}
            )
        if told.status != 200 or told.body is None:  # noqa: PLR2004 - of HTTP
            message = f"fal has no document of {model}: the answer was {told.status}"
            raise ProviderModelRetired(message, hint="Look at the name on its page.", provider=NAME, model=model)
        return json.dumps(told.body, sort_keys=True).encode()

    def _checked(self, url: str, model: str) -> str:
        """An address of fal's answer, if the key may go there."""
        self._connect()
        parts, own = urlsplit(url), urlsplit(self._host)
        host = parts.hostname or ""
        same = (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
        theirs = parts.scheme == "https" and host.endswith(_OWN)
        # A stand-in on this machine may name another of its ports, or leave out its encryption.
        local = is_loopback(own.hostname or "") and is_loopback(host) and parts.scheme in ("http", "https")
        if not (same or theirs or local):
            raise ProviderBadAnswer(
                f"fal's answer leads to {host or 'nowhere'}, which is not fal",
                hint="The key is not sent there. Check the network and FAL_QUEUE_RUN_HOST.",
                provider=NAME,
                model=model,
            )
        return url

    def _connect(self) -> None:
        if self._client is not None:
            return
        httpx = library()
        run = address_for("FAL_RUN_HOST", "fal.run")
        # As fal's own client has it: the queue is a host beside the one that runs.
        self._host = address_for("FAL_QUEUE_RUN_HOST", run.replace("://", "://queue.", 1))
        headers = {"authorization": f"Key {key_for(NAME)}", "user-agent": "alice", "content-type": "application/json"}
        limits = httpx.Timeout(self._seconds, connect=min(_CONNECT_SECONDS, self._seconds))
        self._client = httpx.Client(headers=headers, timeout=limits, follow_redirects=False)
        weakref.finalize(self, self._client.close)

    def _send(self, method: str, url: str, model: str, client: Any = None, **more: Any) -> Told:  # noqa: ANN401 - httpx's
        httpx = library()
        try:
            answer = (client or self._client).request(method, url, **more)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError) as error:
            hint = f"Check the network and FAL_QUEUE_RUN_HOST; nothing was sent. ({type(error).__name__})"
            raise ProviderUnavailable(
                f"fal cannot be reached: {error}", hint=hint, provider=NAME, model=model
            ) from None
        except httpx.TimeoutException as error:
            raise ProviderTimeout("fal did not answer in time", hint=_DOUBT, provider=NAME, model=model) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            message = f"the line to fal broke before the answer came: {error}"
            raise ProviderAmbiguous(message, hint=_DOUBT, provider=NAME, model=model) from error
        headers = {name.lower(): value for name, value in answer.headers.items()}
        try:
            body = json.loads(answer.content)
        except ValueError:
            body = None
        return Told(answer.status_code, body, headers)


def library() -> Any:  # noqa: ANN401 - a foreign module
    """httpx, imported now.

    Raises:
        MissingExtra: It is not installed.
    """
    try:
        return importlib.import_module("httpx")
    except ModuleNotFoundError as error:
        raise MissingExtra("fal needs the package httpx", hint="Type: pip install 'alicemultiverse[fal]'") from error
