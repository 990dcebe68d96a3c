"""Looking at pictures with Claude: a question as a request, the message as a result."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from alice_core.errors import ProviderBadAnswer
from alice_core.providers.answers import text_output
from alice_core.providers.anthropic.models import (
    MANY,
    MOST_SIDE,
    MOST_SIDE_OF_MANY,
    NAME,
    OLDER,
    REQUEST_BYTES,
    TYPES,
)
from alice_core.providers.card import ModelCard, Problem
from alice_core.providers.models import media_problems
from alice_core.providers.operation import Answer, Done, Failed, Refused
from alice_core.providers.protocol import Inputs
from alice_core.providers.quote import Measure
from alice_core.providers.sdk_calls import Told
from alice_core.providers.task import Reference, Task, VisionTask, options_for

_PATCH = 28
_MOST_TOKENS = 4784
_MOST_TOKENS_OLDER = 1600
_UNKNOWN_SIDE = 1568
_FRAME = 700
"""Tokens that the provider adds around a question, most of all for a schema."""


def picture_problems(task: Task) -> Iterator[Problem]:
    """What the card cannot say: kinds of files, sides, and the whole request."""
    yield from media_problems(task, TYPES, ("picture", "reference"))
    many = len(task.references) > MANY
    longest = MOST_SIDE_OF_MANY if many else MOST_SIDE
    for one in task.references:
        if max(one.width, one.height) > longest:
            hint = f"Make it smaller{', or send fewer than ' + str(MANY + 1) if many else ''}."
            yield Problem("references", f"{one.digest[:19]} has a side of more than {longest} pixels", hint)
    if sum(one.size for one in task.references) * 4 // 3 > REQUEST_BYTES:
        yield Problem("references", f"they are larger than {REQUEST_BYTES} bytes", "Send fewer or smaller ones.")


def measures(task: VisionTask, model: str) -> list[Measure]:
    """Tokens of the question and of the pictures by patches of 28 pixels, and of the answer."""
    most = _MOST_TOKENS_OLDER if model.startswith(OLDER) else _MOST_TOKENS
    words = len(task.question) + len(task.schema) + len(str(options_for(task, NAME).get("system") or ""))
    bytes_of_words = len((task.question + task.schema).encode("utf-8", "surrogatepass")) + words
    seen = sum((min(_patches(one), most) for one in task.references), 0)
    told = Measure(
        "text-in",
        Decimal(words // 8 + seen // 4),
        Decimal(-(-words // 4) + seen),
        Decimal(bytes_of_words + most * len(task.references) + _FRAME),
    )
    answer = Measure("text-out", Decimal(1), Decimal(-(-task.max_tokens // 3)), Decimal(task.max_tokens))
    return [told, answer]


def request(task: VisionTask, card: ModelCard, inputs: Inputs) -> dict[str, Any]:
    """The arguments of ``messages.create``."""
    options = options_for(task, NAME)
    parts: list[dict[str, Any]] = [_picture(one, inputs) for one in task.references]
    parts.append({"type": "text", "text": task.question})
    asked: dict[str, Any] = {
        "model": card.model,
        "max_tokens": task.max_tokens,
        "messages": [{"role": "user", "content": parts}],
    }
    if options.get("system"):
        asked["system"] = options["system"]
    output: dict[str, Any] = {}
    if task.schema:
        output["format"] = {"type": "json_schema", "schema": json.loads(task.schema)}
    if options.get("effort"):
        output["effort"] = options["effort"]
    if output:
        asked["output_config"] = output
    return asked


def result(told: Told, task: VisionTask, model: str) -> Answer:
    """What came of it.

    Raises:
        ProviderBadAnswer: The answer has neither words nor a count of what was used.
    """
    usage = _usage(told.body.get("usage"))
    stop = told.body.get("stop_reason")
    if stop == "refusal":
        details = told.body.get("stop_details") or {}
        words = details.get("explanation") or details.get("category") or "no reason given"
        return Refused(f"Claude declines: {words}", "prompt", "yes", usage)
    parts = [one for one in told.body.get("content") or () if isinstance(one, dict)]
    text = "".join(str(one.get("text") or "") for one in parts if one.get("type") == "text")
    if not text.strip():
        return _wordless(told, usage, model, stop)
    cut = stop in ("max_tokens", "model_context_window_exceeded")
    output = text_output(text, task, cut=cut)
    if isinstance(output, str):
        return Failed(f"anthropic: {output}", "yes", "Allow a longer answer.", "ALICE-P11", usage)
    warnings = ("max_tokens: the answer was cut off",) if cut else ()
    return Done((output,), usage, warnings=warnings, headers=told.headers)


def _wordless(told: Told, usage: dict[str, Decimal], model: str, stop: object) -> Answer:
    if not usage:
        raise ProviderBadAnswer(
            "anthropic answered without words and without a count of tokens",
            hint="Nothing is sent again: it may have been billed. See: alice cost",
            provider=NAME,
            model=model,
            request_id=told.request_id or None,
        )
    hint = "Allow a longer answer." if stop == "max_tokens" else "Ask its support."
    return Failed(f"anthropic answered without words (stop reason {stop})", "yes", hint, "ALICE-P11", usage)


def _usage(told: Any) -> dict[str, Decimal]:  # noqa: ANN401 - JSON of any kind
    if not isinstance(told, dict):
        return {}
    counts = {
        "text-in": told.get("input_tokens"),
        "text-cache-write": told.get("cache_creation_input_tokens"),
        "text-cached": told.get("cache_read_input_tokens"),
        "text-out": told.get("output_tokens"),
    }
    return {meter: Decimal(count) for meter, count in counts.items() if isinstance(count, int) and count}


def _patches(one: Reference) -> int:
    wide, high = one.width or _UNKNOWN_SIDE, one.height or _UNKNOWN_SIDE
    return math.ceil(wide / _PATCH) * math.ceil(high / _PATCH)


def _picture(one: Reference, inputs: Inputs) -> dict[str, Any]:
    data = base64.b64encode(inputs[one.digest].read_bytes()).decode("ascii")
    return {"type": "image", "source": {"type": "base64", "media_type": one.media_type or "image/png", "data": data}}
