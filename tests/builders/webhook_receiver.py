"""A real HTTP server on this machine that receives events, and answers as it is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Call:
    """What was received: the path, the headers and the body."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What is answered, after some seconds."""

    status: int = 204
    headers: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0


class WebhookReceiver:
    """Keeps every call; those that were answered with a success are ``accepted``."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.accepted: list[Call] = []
        self.answer: Callable[[Call], Answer] = lambda _: Answer()
        self._port = 0
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/hook"

    def start(self) -> None:
        receiver = self

        class Request(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                call = Call(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
                receiver.calls.append(call)
                answer = receiver.answer(call)
                time.sleep(answer.seconds)
                if 200 <= answer.status < 300:
                    receiver.accepted.append(call)
                self.send_response(answer.status)
                for name, value in answer.headers:
                    self.send_header(name, value)
                if answer.status != 204:
                    self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            allow_reuse_address = True

            def handle_error(self, *_: object) -> None:
                """A caller that is killed in the middle of a call is no news."""

        self._server = Server(("127.0.0.1", self._port), Request)
        self._port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = None
