"""Pictures of OpenAI: a task as a request, the answer as a result."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from pathlib import Path
from typing import Any

from alice_core.errors import ProviderBadAnswer
from alice_core.providers.card import ModelCard, Problem
from alice_core.providers.models import media_problems
from alice_core.providers.openai.models import EDIT_TYPES, MASK_BYTES, NAME
from alice_core.providers.operation import Answer, Done, Failed, Output
from alice_core.providers.prices import PriceBook, unknown
from alice_core.providers.protocol import Inputs
from alice_core.providers.quote import Measure
from alice_core.providers.sdk_calls import Told
from alice_core.providers.task import ImageTask, Reference, options_for

OWN_QUALITY = "medium"
"""What is asked for where the task says nothing: the provider's ``auto`` would make the price a guess."""
_REFERENCE_TOKENS = (Decimal(50), Decimal(1600), Decimal(9000))
"""Tokens of one reference, at least, most likely, at most: they depend on its size and on the model's fidelity."""


def quality_of(task: ImageTask) -> str:
    """The quality that is asked for."""
    return task.quality or OWN_QUALITY


def picture_problems(task: ImageTask) -> Iterator[Problem]:
    """What the card cannot say."""
    yield from media_problems(task, EDIT_TYPES, ("reference",))
    yield from media_problems(task, ("image/png",), ("mask",))
    masks = [one for one in task.references if one.role == "mask"]
    others = [one for one in task.references if one.role != "mask"]
    if len(masks) > 1 or (masks and not others):
        yield Problem("references", "a mask goes with the picture that it is for", "Give one picture and one mask.")
    if masks and masks[0].size > MASK_BYTES:
        yield Problem("references", f"the mask is larger than {MASK_BYTES} bytes", "Save it with fewer colours.")
    if masks and others and masks[0].width and others[0].width and not _same_size(masks[0], others[0]):
        yield Problem("references", "the mask and its picture differ in size", "Make the mask as large as the picture.")
    if task.background == "transparent" and task.format == "jpeg":
        yield Problem("format", "JPEG cannot be transparent", "Choose png or webp.")


def measures(task: ImageTask, card: ModelCard, book: PriceBook) -> list[Measure]:
    """What a task will use, by the book's estimate of a picture of that quality.

    Raises:
        PriceUnknown: The book has no estimate for it.
    """
    quality, pixels = quality_of(task), task.width * task.height
    facts = {"quality": quality, "size": f"{task.width}x{task.height}"}
    guess = book.estimate(NAME, card.model, "image-out", facts)
    if guess is None:
        raise unknown(NAME, card.model, "image", "image-out", facts)
    share = Decimal(pixels) / guess.base if guess.base else Decimal(1)
    # Nobody publishes how tokens grow with the size: less than its area below the base, and not more above it.
    grown = max(share, Decimal(1))
    least, likely, most = guess.low * min(share, Decimal(1)), guess.expected * grown, guess.high * grown
    drawn = (least.to_integral_value(ROUND_FLOOR), likely.to_integral_value(), most.to_integral_value(ROUND_CEILING))
    found = [words_measure(task.prompt), Measure("image-out", *drawn, items=task.count, facts=facts)]
    if task.references:
        found.insert(1, Measure("image-in", *_REFERENCE_TOKENS, items=len(task.references), facts=facts))
    return found


def words_measure(text: str, more: int = 0) -> Measure:
    """Tokens of a text: a quarter of its letters, and never more than its bytes."""
    low, expected, most = len(text) // 8, -(-len(text) // 4) + more, len(text.encode("utf-8", "surrogatepass"))
    return Measure("text-in", Decimal(low), Decimal(expected), Decimal(most + more + 64))


def request(task: ImageTask, card: ModelCard, inputs: Inputs) -> dict[str, Any]:
    """The arguments of ``images.generate``, or of ``images.edit`` where there are references."""
    asked: dict[str, Any] = {
        "model": card.model,
        "prompt": task.prompt,
        "n": task.count,
        "size": f"{task.width}x{task.height}",
        "quality": quality_of(task),
        "output_format": task.format,
        **options_for(task, NAME),
    }
    if task.background:
        asked["background"] = task.background
    pictures = [_file(one, inputs) for one in task.references if one.role != "mask"]
    masks = [_file(one, inputs) for one in task.references if one.role == "mask"]
    if pictures:
        asked["image"] = pictures
        # The one option that only the other call knows.
        asked.pop("moderation", None)
    if masks:
        asked["mask"] = masks[0]
    return asked


def result(told: Told, task: ImageTask, model: str) -> Answer:
    """What came of it.

    Raises:
        ProviderBadAnswer: The answer has neither pictures nor a count of what was used.
    """
    usage = _usage(told.body.get("usage"))
    pictures = [one for one in told.body.get("data") or () if isinstance(one, dict) and one.get("b64_json")]
    if not pictures:
        if not usage:
            raise ProviderBadAnswer(
                "openai answered without a picture and without a count of tokens",
                hint="Nothing is sent again: it may have been billed. See: alice cost",
                provider=NAME,
                model=model,
                request_id=told.request_id or None,
            )
        return Failed("openai answered without a picture", "yes", "Ask its support.", "ALICE-P11", usage)
    kind = str(told.body.get("output_format") or task.format)
    width, height = _size(told.body.get("size"))
    try:
        outputs = tuple(_output(one, kind, width, height) for one in pictures)
    except (binascii.Error, ValueError):
        return Failed("openai delivered a picture that is not base64", "yes", "Ask its support.", "ALICE-P12", usage)
    missing = task.count - len(outputs)
    warnings = (f"count: {len(outputs)} pictures came, {task.count} were asked for",) if missing else ()
    return Done(outputs, usage, warnings=warnings, headers=told.headers)


def _output(one: dict[str, Any], kind: str, width: int, height: int) -> Output:
    data = base64.b64decode(one["b64_json"], validate=True)
    revised = str(one.get("revised_prompt") or "")
    return Output(f"image/{kind}", data=data, width=width, height=height, revised_prompt=revised)


def _usage(told: Any) -> dict[str, Decimal]:  # noqa: ANN401 - JSON of any kind
    if not isinstance(told, dict):
        return {}
    inside = told.get("input_tokens_details") or {}
    counts = {
        "text-in": inside.get("text_tokens", told.get("input_tokens", 0)),
        "image-in": inside.get("image_tokens", 0),
        "image-out": told.get("output_tokens", 0),
    }
    return {meter: Decimal(count) for meter, count in counts.items() if isinstance(count, int)}


def _size(text: object) -> tuple[int, int]:
    width, _, height = str(text or "").partition("x")
    return (int(width), int(height)) if width.isdigit() and height.isdigit() else (0, 0)


def _file(one: Reference, inputs: Inputs) -> tuple[str, bytes, str]:
    path: Path = inputs[one.digest]
    kind = one.media_type or "image/png"
    # The name of the user's file is nobody's business.
    return f"{one.role}.{kind.split('/')[1]}", path.read_bytes(), kind


def _same_size(one: Reference, other: Reference) -> bool:
    return (one.width, one.height) == (other.width, other.height)
