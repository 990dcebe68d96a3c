"""Looking at pictures with OpenAI: a question as a request, the words of the answer as a result."""

from __future__ import annotations

import base64
import json
import math
from decimal import Decimal
from typing import Any

from alice_core.errors import ProviderBadAnswer
from alice_core.providers.answers import text_output
from alice_core.providers.card import ModelCard
from alice_core.providers.openai.images import words_measure
from alice_core.providers.openai.models import NAME
from alice_core.providers.operation import Answer, Done, Failed, Refused
from alice_core.providers.protocol import Inputs
from alice_core.providers.quote import Measure
from alice_core.providers.sdk_calls import Told
from alice_core.providers.task import Reference, VisionTask, options_for

_PATCH = 32
_MOST_PATCHES = 10_000
_UNKNOWN_SIDE = 1024


def measures(task: VisionTask) -> list[Measure]:
    """Tokens of the question, of the pictures by patches of 32 pixels, and of the answer."""
    words = words_measure(task.question + task.schema, more=64)
    seen = sum((_patches(one) for one in task.references), Decimal(0))
    most = sum((min(_patches(one) * 3, Decimal(_MOST_PATCHES)) for one in task.references), Decimal(0))
    told = Measure("text-in", words.low, words.expected + seen, words.high + most + 70 * len(task.references))
    answer = Measure("text-out", Decimal(1), Decimal(-(-task.max_tokens // 3)), Decimal(task.max_tokens))
    return [told, answer]


def request(task: VisionTask, card: ModelCard, inputs: Inputs) -> dict[str, Any]:
    """The arguments of ``responses.create``; nothing is kept at the provider's (``store``)."""
    options = dict(options_for(task, NAME))
    detail = str(options.get("detail") or "auto")
    parts: list[dict[str, Any]] = [
        {"type": "input_image", "detail": detail, "image_url": _data_url(one, inputs)} for one in task.references
    ]
    parts.append({"type": "input_text", "text": task.question})
    asked: dict[str, Any] = {
        "model": card.model,
        "input": [{"role": "user", "content": parts}],
        "max_output_tokens": task.max_tokens,
        "store": False,
    }
    if options.get("effort"):
        asked["reasoning"] = {"effort": options["effort"]}
    if task.schema:
        form = {"type": "json_schema", "name": "answer", "strict": True, "schema": json.loads(task.schema)}
        asked["text"] = {"format": form}
    return asked


def result(told: Told, task: VisionTask, model: str) -> Answer:
    """What came of it.

    Raises:
        ProviderBadAnswer: The answer has neither words nor a count of what was used.
    """
    usage = _usage(told.body.get("usage"))
    parts = [part for item in told.body.get("output") or () for part in item.get("content") or ()]
    refusal = next((part.get("refusal") for part in parts if part.get("type") == "refusal"), None)
    if refusal is not None:
        return Refused(f"openai declines: {refusal}", "prompt", "yes", usage)
    why = (told.body.get("incomplete_details") or {}).get("reason")
    if why == "content_filter":
        return Refused("openai stopped the answer: content filter", "output", "yes", usage)
    text = "".join(str(part.get("text") or "") for part in parts if part.get("type") == "output_text")
    if not text.strip():
        if not usage:
            raise ProviderBadAnswer(
                "openai answered without words and without a count of tokens",
                hint="Nothing is sent again: it may have been billed. See: alice cost",
                provider=NAME,
                model=model,
                request_id=told.request_id or None,
            )
        hint = "Allow a longer answer." if why else "Ask its support."
        return Failed(f"openai answered without words ({why or 'no reason given'})", "yes", hint, "ALICE-P11", usage)
    output = text_output(text, task, cut=why == "max_output_tokens")
    if isinstance(output, str):
        return Failed(f"openai: {output}", "yes", "Allow a longer answer.", "ALICE-P11", usage)
    warnings = ("max_tokens: the answer was cut off",) if why == "max_output_tokens" else ()
    return Done((output,), usage, warnings=warnings, headers=told.headers)


def _usage(told: Any) -> dict[str, Decimal]:  # noqa: ANN401 - JSON of any kind
    if not isinstance(told, dict):
        return {}
    counts = {"text-in": told.get("input_tokens", 0), "text-out": told.get("output_tokens", 0)}
    return {meter: Decimal(count) for meter, count in counts.items() if isinstance(count, int)}


def _patches(one: Reference) -> Decimal:
    wide, high = one.width or _UNKNOWN_SIDE, one.height or _UNKNOWN_SIDE
    return Decimal(math.ceil(wide / _PATCH) * math.ceil(high / _PATCH))


def _data_url(one: Reference, inputs: Inputs) -> str:
    data = base64.b64encode(inputs[one.digest].read_bytes()).decode("ascii")
    return f"data:{one.media_type or 'image/png'};base64,{data}"
