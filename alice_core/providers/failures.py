"""What a provider's refusal over HTTP means: one reading of statuses for every adapter.

The rule is about money: an error is retryable only where the request provably was not carried
out. A status that a proxy or a crashed worker may have sent after the work leaves it in doubt.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from alice_core.errors import (
    ProviderAmbiguous,
    ProviderAuth,
    ProviderError,
    ProviderForbidden,
    ProviderInvalidTask,
    ProviderModelRetired,
    ProviderNoCredit,
    ProviderRateLimited,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnavailable,
)

_LONGEST = 400
"""So many characters of a provider's own words are repeated."""
_NO_CREDIT = ("insufficient_quota", "billing_error", "billing_hard_limit_reached", "exhausted balance")
_NO_CREDIT_WORDS = ("credit balance is too low", "exhausted balance", "top_up", "exceeded your current quota")
_POLICY = frozenset(
    {
        "moderation_blocked",
        "content_policy_violation",
        "content_filter",
        "image_content_policy_violation",
        "bio_policy",
        "invalid_prompt",
    }
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a provider answered instead of a result.

    Attributes:
        status: Of HTTP.
        message: In its own words.
        kind: Its own name of the kind of error (``type``).
        code: Its own, more exact code.
        field: The field of the request that it is about.
        request_id: Its name of the request; ``None`` where the answer has none, as a proxy's.
        headers: Of the answer, names in lower case.
        page: Whether the body is no JSON, as a proxy's page.
    """

    status: int
    message: str = ""
    kind: str = ""
    code: str = ""
    field: str = ""
    request_id: str | None = None
    headers: Mapping[str, str] | None = None
    page: bool = False


def failure_of(reply: Reply, provider: str, model: str) -> ProviderError:
    """The error that an answer means."""
    kind, happened, hint = _meaning(reply, provider, model)
    waits = issubclass(kind, ProviderRateLimited | ProviderUnavailable)
    return kind(
        f"{provider} {happened}: {said(reply)}",
        hint=hint,
        provider=provider,
        model=model,
        request_id=reply.request_id,
        after=seconds_to_wait(reply.headers or {}) if waits else None,
    )


def _meaning(reply: Reply, provider: str, model: str) -> tuple[type[ProviderError], str, str]:
    """The kind of error, what happened, and what to do."""
    if _is_no_credit(reply):
        hint = f"Add credit to your account at {provider}; then the same command goes on."
        return ProviderNoCredit, "says that the account has no money left", hint
    if reply.code in _POLICY or reply.kind in _POLICY:
        return ProviderRefused, "will not make this", "Change the prompt or the pictures; asking again will not help."
    return _by_status(reply, provider, model)


def _by_status(reply: Reply, provider: str, model: str) -> tuple[type[ProviderError], str, str]:
    status = reply.status
    kind: type[ProviderError] = ProviderInvalidTask
    happened, hint = "does not take this task", f"See: alice providers show {provider}"
    if status in _TABLE:
        kind, happened, hint = _TABLE[status]
    elif status == _FORBIDDEN:
        hint = _rights(reply.message)
        kind, happened = ProviderForbidden, "does not allow this key to use {model}"
    elif status == _BAD_GATEWAY and reply.page and reply.request_id is None:
        kind, happened, hint = ProviderUnavailable, "was not reached", _WAIT
    elif status >= _SERVER:
        kind, happened, hint = ProviderAmbiguous, f"failed with {status}", _DOUBT
    elif status < _CLIENT:
        kind, happened, hint = ProviderUnavailable, f"was not reached, the answer was {status}", _ELSEWHERE
    elif reply.field:
        happened += f" ({reply.field})"
    return kind, happened.replace("{model}", model or "this"), hint.replace("{provider}", provider)


_ELSEWHERE = "Something between you and the provider redirects: check the network and the provider's address."
_DOUBT = "It may have been carried out: nothing is sent again, and the money stays reserved. See: alice cost"
_WAIT = "Nothing was billed; the same command tries again."
_CLIENT, _PAY, _FORBIDDEN, _SERVER, _BAD_GATEWAY = 400, 402, 403, 500, 502

_TABLE: dict[int, tuple[type[ProviderError], str, str]] = {
    401: (ProviderAuth, "does not accept the key", "Check it: alice providers test {provider}"),
    404: (
        ProviderModelRetired,
        "has no model {model}",
        "It may be retired, or not open to your account. See: alice providers show {provider}",
    ),
    408: (ProviderTimeout, "gave up waiting", _DOUBT),
    409: (ProviderUnavailable, "cannot take it now", _WAIT),
    429: (ProviderRateLimited, "asks to wait", _WAIT),
    503: (ProviderUnavailable, "cannot take it now", _WAIT),
    529: (ProviderUnavailable, "cannot take it now", _WAIT),
}


def said(reply: Reply) -> str:
    """The provider's own words, at most a few lines of them; of a page only that it is one."""
    if reply.page:
        return f"a web page with status {reply.status}"
    words = " ".join(reply.message.split())
    return words if len(words) <= _LONGEST else words[:_LONGEST] + " ..."


def seconds_to_wait(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds that an answer asks to wait (RFC 9110, section 10.2.3), ``None`` where it does not say.

    Args:
        headers: Of the answer, names in lower case; ``retry-after-ms`` comes before ``retry-after``.
        now: What time it is, for an answer that names one.
    """
    exact = _number(headers.get("retry-after-ms"))
    if exact is not None:
        return exact / 1000
    text = headers.get("retry-after")
    plain = _number(text)
    if plain is not None or text is None:
        return plain
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - (now or datetime.now(UTC))).total_seconds())


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def _is_no_credit(reply: Reply) -> bool:
    named = {reply.code, reply.kind} & set(_NO_CREDIT)
    words = reply.message.lower()
    return reply.status == _PAY or bool(named) or any(part in words for part in _NO_CREDIT_WORDS)


def _rights(words: str) -> str:
    if "verified" in words.lower() or "verify" in words.lower():
        return "Verify your organisation in the provider's settings; it can take a quarter of an hour."
    return "Look at the rights of the key and of the account in the provider's settings."
