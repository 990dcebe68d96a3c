"""What fal answers, as what we call it: how far a job is, its files, its refusals."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from alice_core.errors import ProviderBadAnswer, ProviderUnavailable
from alice_core.providers.failures import Reply, failure_of
from alice_core.providers.fal.models import NAME
from alice_core.providers.fal.wire import BILLABLE, REQUEST_ID, Told
from alice_core.providers.operation import Answer, Billed, Done, Failed, Output, Refused

_POLICY = frozenset({"content_policy_violation", "nsfw_content_detected", "no_media_generated"})
_KINDS = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mov": "video/quicktime",
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
}
_DEEPEST = 6


def reply_of(told: Told) -> Reply:
    """The two ways of fal to write an error, as one: a text, or a list of what is wrong with which field."""
    detail = told.body.get("detail") if isinstance(told.body, dict) else None
    kind = str(told.headers.get("x-fal-error-type") or "")
    if isinstance(detail, list) and detail and isinstance(detail[0], dict):
        first = detail[0]
        where = ".".join(str(part) for part in first.get("loc") or () if part != "body")
        text = "; ".join(str(one.get("msg") or "") for one in detail if isinstance(one, dict))
        kinds = [str(one.get("type") or "") for one in detail if isinstance(one, dict)]
        code = next((one for one in kinds if one in _POLICY), kinds[0])
        return Reply(told.status, text, kind, code, where, told.request_id, told.headers)
    text = detail if isinstance(detail, str) else ""
    return Reply(told.status, text, kind, "", "", told.request_id, told.headers, page=told.body is None)


def refusal_of(told: Told, model: str) -> Answer:
    """A job that ended with an error, for good; anything else that is no result is raised.

    Raises:
        ProviderError: The job itself is unharmed: it may be asked for again.
    """
    reply = reply_of(told)
    billable = billable_of(told)
    if told.status == 422:  # noqa: PLR2004 - of HTTP
        # fal charges the time that a machine spent before it found out.
        cost: Billed = "maybe" if billable is None else ("yes" if billable else "no")
        if reply.code in _POLICY:
            where = "image" if "image" in reply.field else "prompt"
            return Refused(f"fal will not make this: {reply.message}", where, cost, billable=billable)  # type: ignore[arg-type]
        about = f"{reply.field}: " if reply.field else ""
        hint = f"Change the task. See: alice providers show {NAME}"
        return Failed(
            f"fal does not take this task: {about}{reply.message}", cost, hint, "ALICE-P06", billable=billable
        )
    if told.status in (404, 410) and told.body is not None:
        hint = "Look at the requests on fal's pages; fal keeps results for a while only."
        return Failed(f"fal does not have the result any more: {reply.message}", "yes", hint, billable=billable)
    if told.status >= 500 and told.request_id is not None:  # noqa: PLR2004 - of HTTP
        return Failed(f"fal failed: {reply.message or told.status}", "no", "Nothing was billed; generate it again.")
    error = failure_of(reply, NAME, model)
    if error.lost:
        # A question may be asked again as often as one likes.
        raise ProviderUnavailable(error.message, hint=error.hint, provider=NAME, model=model)
    raise error


def outcome(told: Told, model: str, wanted: int = 1) -> Answer:
    """The result of a finished job.

    Args:
        told: fal's answer at the result's address.
        model: The model that was asked.
        wanted: How many files were asked for.

    Raises:
        ProviderBadAnswer: It is no JSON object; the job itself is unharmed.
    """
    if not isinstance(told.body, dict):
        raise ProviderBadAnswer(
            f"fal answered with {told.status}, but no result", hint="It is asked for again.", provider=NAME, model=model
        )
    billable = billable_of(told)
    flags = told.body.get("has_nsfw_concepts") or []
    seed = told.body.get("seed")
    files = list(_files(told.body))
    try:
        outputs = [_output(one, seed) for one in files]
    except (binascii.Error, ValueError):
        return Failed("fal delivered a file that is not base64", "yes", "", "ALICE-P12", billable=billable)
    if not outputs:
        hint = "Ask fal's support, with the request id."
        return Failed("fal answered without a file", "yes", hint, "ALICE-P11", billable=billable)
    # A flagged picture is delivered black.
    shown = [one for number, one in enumerate(outputs) if not (number < len(flags) and flags[number] is True)]
    if not shown:
        return Refused("fal made it and then found that it may not be shown", "output", "yes", billable=billable)
    warnings: list[str] = []
    if len(shown) < len(outputs):
        warnings.append(f"count: {len(outputs) - len(shown)} of {len(outputs)} may not be shown")
    if len(outputs) < wanted:
        warnings.append(f"count: {len(outputs)} came, {wanted} were asked for")
    kept = {name: value for name, value in told.headers.items() if name in (REQUEST_ID, BILLABLE)}
    return Done(tuple(shown), billable=billable, warnings=tuple(warnings), headers=kept)


def billable_of(told: Told) -> Decimal | None:
    """The units that fal says it billed; ``None`` where it does not say."""
    try:
        units = Decimal(told.headers.get(BILLABLE, ""))
    except InvalidOperation:
        return None
    return units if units.is_finite() and units >= 0 else None


def _files(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - JSON of any kind
    """Every file in an answer, in order: an object with an address. Any model's answer is read like this."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        if isinstance(value.get("url"), str):
            yield value
            return
        for inner in value.values():
            yield from _files(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _files(inner, depth + 1)


def _output(one: Mapping[str, Any], seed: object) -> Output:
    url = str(one["url"])
    named = url.split("?", maxsplit=1)[0].rsplit(".", 1)[-1].lower()
    kind = str(one.get("content_type") or _KINDS.get(named) or "application/octet-stream").split(";")[0].strip()
    facts: dict[str, Any] = {
        "width": _whole(one.get("width")),
        "height": _whole(one.get("height")),
        "seed": seed if isinstance(seed, int) else None,
    }
    length = one.get("duration")
    if isinstance(length, int | float):
        facts["seconds"] = Fraction(str(length))
    if url.startswith("data:"):
        head, _, text = url.partition(",")
        return Output(head[5:].split(";")[0] or kind, data=base64.b64decode(text, validate=True), **facts)
    return Output(kind, url=url, **facts)


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
