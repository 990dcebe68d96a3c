"""Fetching what a provider made: carefully, because an address in an answer is a stranger's word.

Only https, or this machine itself; no way to a private network, by name, by redirect or by what a
name resolves to; no more bytes than are allowed, and exactly as many as were promised; and the
first bytes must be of the kind that was named. Whether it decodes is the runner's question.
"""

from __future__ import annotations

import importlib
import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

from alice_core.errors import MissingExtra, ProviderBadMedia, ProviderError, ProviderUnavailable
from alice_core.media.files import replacing
from alice_core.media.sniff import HEAD, UNKNOWN, seems
from alice_core.providers.access import is_loopback
from alice_core.providers.operation import Output

MOST_BYTES = 2 * 2**30
"""The largest file that is fetched when nothing else is said."""

_SECONDS = 60.0
_HOPS = 5
_PIECE = 1 << 16
_EXPIRED = frozenset({403, 404, 410})
_PLAIN = frozenset({"", "application/octet-stream", "binary/octet-stream", "application/x-binary"})
_PLAYED = frozenset({"video", "audio"})
_SAME = {"image/jpg": "image/jpeg", "video/mpeg4": "video/mp4", "audio/x-wav": "audio/wav", "audio/mp3": "audio/mpeg"}
_AGAIN = "It is fetched again; what was made is kept at the provider's for a while."
_LOST = "What was made was billed and cannot be used. Ask the provider, with the request id; or generate it again."


def fetch(output: Output, target: Path, *, limit: int = MOST_BYTES, seconds: float = _SECONDS) -> None:
    """Write what lies at an output's address to ``target``, whole or not at all.

    Args:
        output: Has an address.
        target: Where to write; it appears by renaming.
        limit: The most bytes that are taken.
        seconds: How long each step may take.

    Raises:
        ProviderBadMedia: It is not there any more, leads elsewhere, is too large, incomplete or of another kind.
        ProviderUnavailable: Nobody answers, or the line broke: it may be tried again.
        MissingExtra: httpx is not installed.
    """
    httpx = _library()
    limits = httpx.Timeout(seconds, connect=min(10.0, seconds))
    with httpx.Client(
        timeout=limits, follow_redirects=False, headers={"user-agent": "alice", "accept-encoding": "identity"}
    ) as client:
        try:
            _follow(client, output, target, limit)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # The address may hold a signature: it is not repeated.
            message = f"the file cannot be fetched: {type(error).__name__}: {error}"
            raise ProviderUnavailable(message, hint=_AGAIN) from None


def check_address(url: str, *, near: bool) -> bool:
    """Refuse an address that a stranger may not send us to; says whether a proxy finds its host.

    Args:
        url: The address.
        near: Whether this machine itself is allowed, as for a server that stands in.

    Raises:
        ProviderBadMedia: It is neither https nor this machine, or leads into a private network.
        ProviderUnavailable: Its host is not known.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host):
        if near and parts.scheme in ("http", "https"):
            return False
        raise _refused(f"it leads to {host}, which is this machine")
    if parts.scheme != "https" or not host:
        raise _refused(f"{parts.scheme or 'nothing'}://{host or '?'} is not https")
    if getproxies().get("https") and not proxy_bypass(host):
        return True
    for address in _addresses(host, parts.port or 443):
        if not address.is_global:
            raise _refused(f"{host} leads into a private network")
    return False


def _follow(client: Any, output: Output, target: Path, limit: int) -> None:  # noqa: ANN401 - httpx's client
    url = first = str(output.url)
    near = is_loopback(urlsplit(first).hostname or "")
    headers = dict(output.headers)
    for _ in range(_HOPS):
        proxied = check_address(url, near=near)
        with client.stream("GET", url, headers=headers) as answer:
            if not (near or proxied):
                _check_peer(answer)
            if not answer.is_redirect:
                _take(answer, output, target, limit)
                return
            onward = urljoin(url, answer.headers.get("location", ""))
        if urlsplit(onward)[:2] != urlsplit(url)[:2]:
            headers = {}
        url = onward
    raise _refused(f"it is redirected more than {_HOPS} times")


def _take(answer: Any, output: Output, target: Path, limit: int) -> None:  # noqa: ANN401 - httpx's response
    status = answer.status_code
    if status in _EXPIRED:
        raise ProviderBadMedia(f"the file is gone: the answer was {status}", hint=_LOST, billed="yes")
    if status != 200:  # noqa: PLR2004 - the one status with a whole file
        raise ProviderUnavailable(f"the file cannot be fetched: the answer was {status}", hint=_AGAIN)
    _check_type(answer.headers.get("content-type", ""), output.media_type)
    told = answer.headers.get("content-length", "")
    if told.isdigit() and int(told) > limit:
        raise _refused(f"it has {int(told):,} bytes; {limit:,} are the most that are taken")
    with replacing(target) as part, part.open("wb") as out:
        count = 0
        for piece in _first_checked(answer.iter_bytes(_PIECE), output.media_type):
            count += len(piece)
            if count > limit:
                raise _refused(f"it has more than the {limit:,} bytes that are taken")
            out.write(piece)
        if not count:
            raise ProviderBadMedia("the file is empty", hint=_LOST, billed="yes")


def _first_checked(pieces: Iterator[bytes], wanted: str) -> Iterator[bytes]:
    """The pieces, the first so long that its kind can be told, and told to be right."""
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= HEAD:
            break
    if head:
        check_kind(head, wanted)
        yield head
    yield from pieces


def check_kind(head: bytes, wanted: str) -> None:
    """Refuse bytes that are not of the media type that a provider names.

    Args:
        head: The first bytes, at most :data:`alice_core.media.sniff.HEAD` of them are looked at.
        wanted: The media type; one that says nothing is taken for right.

    Raises:
        ProviderBadMedia: They begin like something else.
    """
    wanted = _SAME.get(wanted, wanted)
    seen = seems(head[:HEAD], whole=len(head) < HEAD)
    if wanted in _PLAIN or seen.mime == wanted:
        return
    # Sound and moving pictures share their containers, and some of them have no signature: the decoder looks closer.
    if wanted.split("/")[0] in _PLAYED and (seen.mime.split("/")[0] in _PLAYED or seen == UNKNOWN):
        return
    raise ProviderBadMedia(f"it should be {wanted} and begins like {seen.name}", hint=_LOST, billed="yes")


def _check_type(told: str, wanted: str) -> None:
    told = told.split(";", maxsplit=1)[0].strip().lower()
    family = told.split("/")[0]
    if told not in _PLAIN and family != wanted.split("/", maxsplit=1)[0] and wanted not in _PLAIN:
        raise ProviderBadMedia(f"it should be {wanted} and comes as {told}", hint=_LOST, billed="yes")


def _addresses(host: str, port: int) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ProviderUnavailable(f"the host {host} is not known: {error}", hint=_AGAIN) from error
    addresses = [ipaddress.ip_address(str(entry[4][0]).split("%")[0]) for entry in found]
    return [getattr(one, "ipv4_mapped", None) or one for one in addresses]


def _check_peer(answer: Any) -> None:  # noqa: ANN401 - httpx's response
    """Look at who did answer: a name may have led elsewhere when it was looked up a second time."""
    stream = answer.extensions.get("network_stream")
    peer = stream.get_extra_info("server_addr") if stream is not None else None
    if peer and not ipaddress.ip_address(str(peer[0]).split("%")[0]).is_global:
        raise _refused("its host leads into a private network")


def _refused(why: str) -> ProviderError:
    return ProviderBadMedia(f"the file is not fetched: {why}", hint=_LOST, billed="yes")


def _library() -> Any:  # noqa: ANN401 - a foreign module
    try:
        return importlib.import_module("httpx")
    except ModuleNotFoundError as error:
        raise MissingExtra(
            "fetching what was made needs the package httpx", hint="Type: pip install 'alicemultiverse[fal]'"
        ) from error
