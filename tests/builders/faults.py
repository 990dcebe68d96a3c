"""What can go wrong between us and a provider, as values that a server of :mod:`provider_server` takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What goes over the wire; ``length`` is the length that is told, ``lost`` breaks the line instead."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    length: int | None = None
    seconds: float = 0.0
    lost: bool = False


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong once, at one stage: ``instead`` of the work, or a change of its answer."""

    name: str
    at: str
    instead: Answer | None = None
    changed: Callable[[Answer], Answer] = lambda answer: answer


def refused(at: str, status: int, body: Any, **headers: str) -> Fault:
    """The call is answered with that status and JSON; nothing is done and nothing charged."""
    named = tuple((name.replace("_", "-"), text) for name, text in headers.items())
    answer = Answer(status, (("content-type", "application/json"), *named), json.dumps(body).encode())
    return Fault(f"{status}", at, answer)


def gateway(at: str, status: int = 502) -> Fault:
    """A proxy in front of the provider answers in its place: HTML, no request id."""
    page = f"<html><head><title>{status}</title></head><body><center>nginx</center></body></html>"
    return Fault(f"gateway {status}", at, Answer(status, (("content-type", "text/html"),), page.encode()))


def lost(at: str) -> Fault:
    """The work is done, the line breaks before the answer."""
    return Fault("lost answer", at, changed=lambda answer: replace(answer, lost=True))


def lost_before(at: str) -> Fault:
    """The line breaks before the work; the caller cannot tell that from :func:`lost`."""
    return Fault("line breaks", at, Answer(lost=True))


def slow(at: str, seconds: float) -> Fault:
    """The work is done, the answer comes late."""
    return Fault("slow answer", at, changed=lambda answer: replace(answer, seconds=seconds))


def html(at: str) -> Fault:
    """The work is done; the answer is a page in HTML with status 200, as from a captive portal."""
    page = b"<!doctype html><html><body>Please sign in to the network.</body></html>"
    return Fault("HTML", at, changed=lambda answer: replace(answer, status=200, headers=_typed("text/html"), body=page))


def cut_json(at: str) -> Fault:
    """The work is done; the JSON ends in the middle, the length says so."""
    return Fault("cut JSON", at, changed=lambda answer: replace(answer, body=answer.body[: len(answer.body) // 2]))


def wrong_length(at: str, more: int = 100) -> Fault:
    """More bytes are promised than come."""
    return Fault("wrong length", at, changed=lambda answer: replace(answer, length=len(answer.body) + more))


def body(at: str, change: Callable[[Any], Any], name: str = "changed") -> Fault:
    """The work is done; its JSON comes changed."""

    def changed(answer: Answer) -> Answer:
        return replace(answer, body=json.dumps(change(json.loads(answer.body))).encode())

    return Fault(name, at, changed=changed)


def without_header(at: str, header: str) -> Fault:
    """The work is done; a header of the answer is missing."""
    return Fault(
        f"no {header}",
        at,
        changed=lambda answer: replace(answer, headers=tuple(h for h in answer.headers if h[0].lower() != header)),
    )


def redirect(at: str, location: str, status: int = 302) -> Fault:
    """The call is sent elsewhere."""
    return Fault(f"redirect {status}", at, Answer(status, (("location", location),)))


def gone(at: str = "media") -> Fault:
    """The file has expired."""
    return Fault("expired", at, Answer(404, _typed("application/json"), b'{"detail":"Not Found"}'))


def media(change: Callable[[bytes], bytes], content_type: str | None = None, name: str = "media") -> Fault:
    """The file comes with other bytes, or under another type."""

    def changed(answer: Answer) -> Answer:
        headers = answer.headers if content_type is None else _typed(content_type)
        return replace(answer, body=change(answer.body), headers=headers)

    return Fault(name, "media", changed=changed)


def truncated() -> Fault:
    """The file ends early, and the length agrees."""
    return media(lambda data: data[: len(data) // 2], name="truncated media")


def corrupt() -> Fault:
    """The file begins as it should; what follows is noise."""
    return media(lambda data: data[:64] + bytes((byte * 7 + 13) % 256 for byte in data[64:]), name="corrupt media")


def empty() -> Fault:
    """The file has no bytes."""
    return media(lambda _: b"", name="empty media")


def _typed(content_type: str) -> tuple[tuple[str, str], ...]:
    return (("content-type", content_type),)
