"""Events that come in over HTTP: CloudEvents 1.0 in structured, batched and binary mode, taken in as an import does.

A call is answered with what became of its events. It may be repeated: what is known already is not taken twice, so
that a sender may call again whenever it got no answer. Whatever is sent, the receiver goes on.

The binding is the HTTP protocol binding of CloudEvents 1.0.2; signatures are those of :mod:`alice_core.relay.signing`.
"""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

from alice_core.errors import AliceError, ConfigError
from alice_core.events import Event
from alice_core.events.exchange import BATCH_MEDIA_TYPE, LARGEST, MEDIA_TYPE, Unreadable, read_batch, read_event
from alice_core.relay.secrets import RECEIVER_VARIABLE
from alice_core.relay.signing import key_of, verify_signature
from alice_core.relay.webhooks import is_here
from alice_core.store import Store
from alice_core.store.foreign import take_events

PATIENCE_SECONDS = 30.0
"""So long a caller may be silent in the middle of a call."""

_AT_ONCE = 4
"""So many calls are read at a time; each may hold an event of the largest size."""

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a call.

    Attributes:
        status: The status of the answer.
        taken: How many of its events are in the log now that were not.
        repeated: How many were in it already.
        refused: What was not taken: place in the call from 1, stable code, reason.
        problem: Why the call as a whole was not taken, where that is so.
    """

    status: int
    taken: int = 0
    repeated: int = 0
    refused: tuple[tuple[int, str, str], ...] = ()
    problem: str | None = None

    def to_json(self) -> dict[str, Any]:
        """The same as the body of the answer."""
        if self.problem is not None:
            return {"error": {"message": self.problem}}
        items = [{"place": place, "code": code, "reason": reason} for place, code, reason in self.refused]
        return {"taken": self.taken, "repeated": self.repeated, "refused": len(items), "items": items}


@dataclass(frozen=True, slots=True)
class Receiver:
    """Takes calls for a store.

    Attributes:
        store: Where events go.
        host: The address to listen on; one that other machines reach needs a secret.
        port: The port; 0 lets the system choose one.
        secret: What calls are signed with; ``None`` takes unsigned calls.
        tell: Told of every call.
    """

    store: Store
    host: str = "127.0.0.1"
    port: int = 8787
    secret: str | None = None
    tell: Callable[[Receipt], None] = lambda _: None

    def __post_init__(self) -> None:
        """Check them.

        Raises:
            ConfigError: The secret cannot be used, or is missing where others can call.
        """
        if self.secret is not None:
            key_of(self.secret)
        elif not is_here(self.host):
            raise ConfigError(
                f"unsigned events would be taken from anybody who reaches {self.host}",
                hint=f"Set {RECEIVER_VARIABLE}, or listen on 127.0.0.1.",
            )

    def listen(self) -> ThreadingHTTPServer:
        """A server that is bound already; ``serve_forever()`` takes calls until ``shutdown()``.

        Raises:
            ConfigError: The address cannot be had.
        """
        try:
            return _Server(self)
        except OSError as error:
            raise ConfigError(
                f"cannot listen on {self.host}:{self.port}: {error.strerror or error}", hint="Choose another --port."
            ) from error

    def take(self, headers: Mapping[str, str], body: bytes) -> Receipt:
        """What becomes of a call with these headers, names in any case, and this body."""
        if self.secret is not None and not verify_signature(self.secret, headers, body):
            return Receipt(HTTPStatus.UNAUTHORIZED, problem="the signature is missing, old or of another secret")
        lower = {name.lower(): value for name, value in headers.items()}
        found = _read(lower, body)
        if isinstance(found, Receipt):
            return found
        try:
            return self._kept(found, lower.get("host", f"{self.host}:{self.port}"))
        except AliceError as error:
            return Receipt(HTTPStatus.SERVICE_UNAVAILABLE, problem=f"{error.message} [{error.code}]")

    def _kept(self, found: list[Event | Unreadable], called: str) -> Receipt:
        taken = repeated = 0
        refused: list[tuple[int, str, str]] = []
        lines = list(enumerate(found, 1))
        for start in range(0, len(lines), _BATCH):
            part = take_events(self.store, lines[start : start + _BATCH], f"http://{called}"[:255])
            taken, repeated = taken + part.taken, repeated + part.repeated
            refused += [(one.line, one.code, one.reason) for one in part.refusals]
        status = HTTPStatus.BAD_REQUEST if refused else HTTPStatus.OK
        return Receipt(status, taken, repeated, tuple(refused))


def _read(headers: Mapping[str, str], body: bytes) -> list[Event | Unreadable] | Receipt:
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == MEDIA_TYPE:
        return [read_event(body, lift=False)]
    if media_type == BATCH_MEDIA_TYPE:
        return read_batch(body, lift=False)
    if "ce-id" in headers or "ce-specversion" in headers:
        return [_binary(headers, media_type, body)]
    return Receipt(
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        problem=f"the content type is {media_type or 'missing'}; send {MEDIA_TYPE}, {BATCH_MEDIA_TYPE} or ce- headers",
    )


def _binary(headers: Mapping[str, str], media_type: str, body: bytes) -> Event | Unreadable:
    """The event whose attributes stand in headers, values percent-encoded, and whose payload is the body."""
    if body and media_type != "application/json" and not media_type.endswith("+json"):
        return Unreadable(f"its payload is {media_type or 'of no content type'}, not JSON", "ALICE-I06", body)
    said: dict[str, object] = {name[3:]: unquote(value) for name, value in headers.items() if name.startswith("ce-")}
    version = said.get("schemaversion")
    if isinstance(version, str) and version.isascii() and version.isdigit() and len(version) < 10:  # noqa: PLR2004 - 31 bits
        said["schemaversion"] = int(version)
    text = json.dumps(said).encode()[:-1]
    return read_event(b"%b%b}" % (text, b', "data": ' + body if body.strip() else b""), lift=False)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Several may listen on one port of Windows otherwise, and each gets some of the calls.
    allow_reuse_address = os.name != "nt"
    request_queue_size = 64

    def __init__(self, receiver: Receiver) -> None:
        self.receiver = receiver
        self.room = threading.Semaphore(_AT_ONCE)
        self.address_family = socket.AF_INET6 if ":" in receiver.host else socket.AF_INET
        super().__init__((receiver.host, receiver.port), _Call)

    def handle_error(self, request: object, client_address: object) -> None:
        """A caller that goes away in the middle of a call is no news; it calls again."""


class _Call(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "alice"
    sys_version = ""
    timeout = PATIENCE_SECONDS

    server: _Server

    def do_POST(self) -> None:
        """Take a call."""
        with self.server.room:
            receipt = self._size_refused() or self._read()
        self._answered(receipt)
        self.server.receiver.tell(receipt)

    def _read(self) -> Receipt:
        size = int(self.headers["content-length"])
        body = self.rfile.read(size)
        if len(body) < size:
            self.close_connection = True
            return Receipt(HTTPStatus.BAD_REQUEST, problem=f"the call ended after {len(body):,} of {size:,} bytes")
        return self.server.receiver.take(dict(self.headers), body)

    def _size_refused(self) -> Receipt | None:
        said = self.headers.get("content-length", "")
        self.close_connection = True  # what is not read would be taken for the next call
        if not said.isascii() or not said.isdigit():
            return Receipt(HTTPStatus.LENGTH_REQUIRED, problem="the call does not say how long it is")
        if int(said[:20]) > LARGEST:
            problem = f"the call has {int(said[:20]):,} bytes; {LARGEST:,} are the most"
            return Receipt(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, problem=problem)
        self.close_connection = False
        return None

    def _answered(self, receipt: Receipt) -> None:
        body = json.dumps(receipt.to_json()).encode()
        self.send_response(receipt.status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        if receipt.status == HTTPStatus.SERVICE_UNAVAILABLE:
            self.send_header("retry-after", "5")
        if self.close_connection:
            self.send_header("connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's own name
        """The receiver tells of calls itself."""
