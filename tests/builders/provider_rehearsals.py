"""The stand-ins of the three paid providers as the shipped suite wants them, each with its own ways to fail."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

import anthropic_server
import fal_server
import faults
import openai_server
import pytest
from drawn_media import picture
from faults import Fault
from provider_server import ProviderServer

from alice_core.providers.anthropic.provider import Anthropic
from alice_core.providers.conformance import Subject
from alice_core.providers.fal.provider import Fal
from alice_core.providers.openai.provider import OpenAI
from alice_core.providers.price_file import load_book
from alice_core.providers.task import ImageTask, Reference, Task, VisionTask

TODAY = date(2026, 11, 24)
PATIENCE = 30.0
SHORT = 0.5
SECRETS = {"openai": openai_server.KEY, "anthropic": anthropic_server.KEY, "fal": fal_server.KEY}
VARIABLES = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY", "fal": "FAL_KEY"}
ADDRESSES = {"openai": "OPENAI_BASE_URL", "anthropic": "ANTHROPIC_BASE_URL", "fal": "FAL_QUEUE_RUN_HOST"}
MAKERS = {"openai": OpenAI, "anthropic": Anthropic, "fal": Fal}
_OTHERS = (
    "OPENAI_ORG_ID",
    "OPENAI_PROJECT_ID",
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_PROFILE",
    "FAL_KEY_ID",
    "FAL_RUN_HOST",
)

Errors = Callable[..., Fault]


def _openai(status: int, **headers: str) -> Fault:
    told = {"message": "no", "type": "invalid_request_error", "param": None, "code": None}
    if status == 404:
        told["code"] = "model_not_found"
    return faults.refused("submit", status, {"error": told}, x_request_id="req_fault", **headers)


def _anthropic(status: int, **headers: str) -> Fault:
    kinds = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}
    kind = kinds.get(status, "api_error" if status >= 500 else "invalid_request_error")
    return anthropic_server.fault(status, kind, "no", **headers)


def _fal(status: int, **headers: str) -> Fault:
    return faults.refused("submit", status, {"detail": "no"}, x_fal_request_id="5d3f-fault", **headers)


ERRORS: dict[str, Errors] = {"openai": _openai, "anthropic": _anthropic, "fal": _fal}
OWN: dict[str, dict[str, Callable[[], Fault]]] = {
    "openai": {
        "no-credit": openai_server.no_credit,
        "policy": openai_server.moderated,
        "empty": openai_server.no_pictures,
        "403": openai_server.unverified,
    },
    "anthropic": {
        "no-credit": anthropic_server.low_credit,
        "402": anthropic_server.no_credit,
        "policy": anthropic_server.declined,
        "empty": anthropic_server.no_words,
    },
    "fal": {
        "no-credit": fal_server.locked,
        "403": fal_server.no_right,
        "policy": fal_server.refused_at_once,
        "empty": lambda: faults.body("result", lambda told: {**told, "images": []}, "no files"),
    },
}
LINE: dict[str, Callable[[], Fault]] = {
    "answer-lost": lambda: faults.lost("submit"),
    "line-breaks": lambda: faults.lost_before("submit"),
    "slow": lambda: faults.slow("submit", SHORT * 3),
    "html": lambda: faults.html("submit"),
    "cut-json": lambda: faults.cut_json("submit"),
    "wrong-length": lambda: faults.wrong_length("submit"),
    "gateway-502": lambda: faults.gateway("submit"),
    "redirect": lambda: faults.redirect("submit", "http://127.0.0.1:9/elsewhere", 307),
}
STATUSES = {
    "400": 400, "401": 401, "402": 402, "403": 403, "404": 404, "408": 408, "409": 409, "422": 422, "500": 500,
    "502-with-id": 502, "503": 503, "504": 504,
}  # fmt: skip


class ProviderRehearsal:
    """One provider's stand-in, driven by the names of faults."""

    def __init__(self, name: str, server: ProviderServer, patch: pytest.MonkeyPatch) -> None:
        self.name, self.server, self._patch = name, server, patch
        self.secret = SECRETS[name]
        self.patience = PATIENCE
        self.faults = (*LINE, *STATUSES, "429", "429-long", *OWN[name], "key", "hide")

    def fail(self, fault: str) -> None:
        self.patience = SHORT if fault == "slow" else PATIENCE
        error, own = ERRORS[self.name], OWN[self.name]
        if fault in own:
            self.server.fail(own[fault]())
        elif fault in LINE:
            self.server.fail(LINE[fault]())
        elif fault.startswith("429"):
            self.server.fail(error(429, retry_after="86400" if fault == "429-long" else "2"))
        else:
            self.server.fail(error(STATUSES[fault]))

    def sent(self) -> int:
        return len(self.server.seen("submit"))

    def billed(self) -> Decimal:
        return self.server.billed

    def hide(self) -> None:
        self.server.stop()

    def forget_key(self) -> None:
        self._patch.delenv(VARIABLES[self.name])


SERVERS: dict[str, type[ProviderServer]] = {
    "openai": openai_server.OpenAIServer,
    "anthropic": anthropic_server.AnthropicServer,
    "fal": fal_server.FalServer,
}


@contextmanager
def standing_in(name: str, patch: pytest.MonkeyPatch, tls: Path | None = None) -> Iterator[ProviderServer]:
    """A provider's server, with the environment that leads to it."""
    for variable in (*VARIABLES.values(), *ADDRESSES.values(), *_OTHERS):
        patch.delenv(variable, raising=False)
    with SERVERS[name](tls=tls) as server:
        patch.setenv(VARIABLES[name], SECRETS[name])
        if name == "fal":
            patch.setenv(ADDRESSES[name], server.host if tls else server.url)
        else:
            patch.setenv(ADDRESSES[name], server.base_url)
        if tls is not None:
            patch.setenv("SSL_CERT_FILE", str(server.certificate))
        yield server


def reference(
    folder: Path, width: int = 96, height: int = 64, role: str = "picture", **more: object
) -> tuple[Reference, Path]:
    """A picture in a file, and what a task says of it."""
    data = picture(width, height, f"{width}x{height}")
    digest = "sha256:" + hashlib.sha256(data).hexdigest()
    path = folder / f"{digest[7:19]}.png"
    path.write_bytes(data)
    return Reference(digest, role, "image/png", width, height, size=len(data), **more), path


def task_for(name: str, folder: Path) -> tuple[Task, dict[str, Path]]:
    """Something that a provider can do, and the files that it reads."""
    if name == "anthropic":
        seen, path = reference(folder)
        return VisionTask("What is to be seen?", (seen,), max_tokens=200), {seen.digest: path}
    if name == "openai":
        return ImageTask("a lighthouse in the rain", 1024, 1024, 0, count=2, quality="low"), {}
    return ImageTask("a lighthouse in the rain", 1280, 1024, 7, count=2), {}


def subject_for(name: str, server: ProviderServer, folder: Path, patch: pytest.MonkeyPatch) -> Subject:
    """What the shipped suite is run on."""
    task, inputs = task_for(name, folder)
    book = load_book(TODAY, folder / "none.toml")
    rehearsal = ProviderRehearsal(name, server, patch)
    return Subject(lambda: MAKERS[name](seconds=rehearsal.patience), task, inputs, book, rehearsal)
