"""A real HTTP(S) server on this machine that behaves like a provider: it works, answers, charges, and fails as told.

A provider's own server says what it does for one call (:meth:`ProviderServer.work`) and which
stage of a job that call is (``submit``, ``status``, ``result``, ``cancel``, ``media``,
``models``, ``requests``). A fault of :mod:`faults` is given to a stage; each one is used once.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from faults import Answer, Fault


@dataclass(frozen=True)
class Call:
    """What was received."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    stage: str = ""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Charge:
    """One line of the bill."""

    request_id: str
    model: str
    amount: Decimal
    what: str


def as_json(value: Any, status: int = 200, **headers: str) -> Answer:
    """An answer in JSON; underscores in the names of headers become hyphens."""
    named = tuple((name.replace("_", "-"), text) for name, text in headers.items())
    return Answer(status, (("content-type", "application/json"), *named), json.dumps(value).encode())


@dataclass
class ProviderServer:
    """What every provider's server has: calls, a bill, faults in waiting, and an address."""

    tls: Path | None = None
    calls: list[Call] = field(default_factory=list)
    bill: list[Charge] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.count = 0
        self.port = 0
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    # What a provider's own server says.

    def stage_of(self, call: Call) -> str:
        raise NotImplementedError

    def work(self, call: Call) -> Answer:
        raise NotImplementedError

    # What a test asks.

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}"

    @property
    def host(self) -> str:
        return f"localhost:{self.port}" if self.tls else f"127.0.0.1:{self.port}"

    @property
    def certificate(self) -> Path:
        """The file that ``SSL_CERT_FILE`` names, for a server that speaks TLS."""
        assert self.tls is not None
        return self.tls / "authority.pem"

    @property
    def billed(self) -> Decimal:
        """Everything that was charged, in US dollars."""
        with self.lock:
            return sum((charge.amount for charge in self.charges()), Decimal(0))

    def charges(self) -> list[Charge]:
        return list(self.bill)

    def seen(self, stage: str) -> list[Call]:
        with self.lock:
            return [call for call in self.calls if call.stage == stage]

    def fail(self, *faults: Fault) -> None:
        with self.lock:
            self.faults.extend(faults)

    def charge(self, request_id: str, model: str, amount: Decimal, what: str) -> None:
        with self.lock:
            self.bill.append(Charge(request_id, model, amount, what))

    def next_id(self, prefix: str) -> str:
        with self.lock:
            self.count += 1
            return f"{prefix}{self.count:08x}"

    # The wire.

    def answer(self, call: Call) -> Answer:
        with self.lock:
            self.calls.append(call)
            fault = next((one for one in self.faults if one.at == call.stage), None)
            if fault is not None:
                self.faults.remove(fault)
        if fault is not None and fault.instead is not None:
            return fault.instead
        done = self.work(call)
        return done if fault is None else fault.changed(done)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        self._server = _Server(("127.0.0.1", self.port), _request_class(self))
        if self.tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate_in(self.tls))
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """A caller that is killed in the middle of a call is no news."""


def _request_class(server: ProviderServer) -> type[BaseHTTPRequestHandler]:
    class Request(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            target = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            call = Call(self.command, target.path, parse_qs(target.query), headers, body)
            call = Call(**{**call.__dict__, "stage": server.stage_of(call)})
            self.send(server.answer(call))

        do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = handle_any  # noqa: N815 - the names that http.server looks for

        def send(self, answer: Answer) -> None:
            time.sleep(answer.seconds)
            if answer.lost:
                # A reset, as when the line breaks: the caller must not take it for an end.
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                with contextlib.suppress(OSError):
                    self.connection.close()
                return
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            length = len(answer.body) if answer.length is None else answer.length
            self.send_header("content-length", str(length))
            self.end_headers()
            self.wfile.write(answer.body)
            if length != len(answer.body):
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    return Request


def certificate_in(folder: Path) -> tuple[Path, Path]:
    """A certificate for ``localhost`` and its key in a folder, beside the ``authority.pem`` that vouches for it."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    place, private = folder / "server.pem", folder / "server.key"
    if place.exists():
        return place, private
    folder.mkdir(parents=True, exist_ok=True)
    now = dt.datetime.now(dt.UTC)

    def written(name: str, key: Any, signer: Any, issuer: str, *, authority: bool) -> bytes:
        subject, by = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one)]) for one in (name, issuer))
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(by)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        )
        if authority:
            made = made.add_extension(x509.KeyUsage(*[False] * 5, True, True, False, False), critical=True)
        else:
            made = made.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return made.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    root, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    (folder / "authority.pem").write_bytes(written("Test authority", root, root, "Test authority", authority=True))
    place.write_bytes(written("localhost", own, root, "Test authority", authority=False))
    private.write_bytes(
        own.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return place, private


def closed_port() -> Iterator[int]:
    """A port on which nobody listens, for as long as the iterator lives."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]
