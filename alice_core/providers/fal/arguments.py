"""A task as the arguments of a fal endpoint."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from alice_core.errors import PriceUnknown
from alice_core.providers.card import Limits, Problem
from alice_core.providers.fal.models import NAME, TYPES, Shape
from alice_core.providers.models import media_problems
from alice_core.providers.prices import PriceBook
from alice_core.providers.protocol import Inputs
from alice_core.providers.quote import Measure
from alice_core.providers.task import ImageTask, Reference, Task, VideoTask, options_for

NOT_SENT = frozenset({"expires_in"})
"""Options that are said in a header, not in the arguments."""
_METERS = ("megapixel", "image", "second", "request")
_RATIO_SLACK = Fraction(1, 30)
_FULL_HD = 720


def task_problems(task: Task, shape: Shape) -> Iterator[Problem]:
    """What the card cannot say."""
    yield from media_problems(task, TYPES, ("reference", "first-frame", "last-frame"))
    if shape.needs_picture and shape.first and not _pictures(task):
        yield Problem("references", f"{shape.card.model} needs a picture to begin with", "Give it one.")
    if shape.needs_picture and shape.many and not task.references:
        yield Problem("references", f"{shape.card.model} needs pictures to go by", "Give it one or more.")
    if shape.aspects and isinstance(task, ImageTask | VideoTask):
        aspect = nearest_aspect(task.width, task.height, shape.aspects)
        wide, high = (int(part) for part in aspect.split(":"))
        off = abs(Fraction(wide, high) / Fraction(task.width, task.height) - 1)
        if off > _RATIO_SLACK:
            message = f"{task.width}x{task.height} is not made: it will be {aspect}"
            yield Problem("size", message, f"It makes: {', '.join(shape.aspects)}.", warning=True)


def measures(task: Task, shape: Shape, book: PriceBook) -> list[Measure]:
    """What a task will use, by the one meter of its model.

    Raises:
        PriceUnknown: It is a model that is known by its schema alone, and the book has no price for it.
    """
    facts = {"resolution": resolution_of(task, shape.card.limits)} if isinstance(task, VideoTask) else {}
    if isinstance(task, VideoTask):
        facts["audio"] = "on" if task.audio else "off"
    meter = shape.card.meters[0]
    if shape.priced_by_book:
        meter = _priced_meter(task, shape, book)
    count = task.count if isinstance(task, ImageTask) else 1
    if meter == "megapixel" and isinstance(task, ImageTask):
        return [Measure.exactly(meter, task.width * task.height, count, facts)]
    if meter == "second" and isinstance(task, VideoTask):
        return [Measure.exactly(meter, Decimal(whole_seconds(task, shape.card.limits)), 1, facts)]
    return [Measure.exactly(meter, 1, count, facts)]


def arguments(task: Task, shape: Shape, inputs: Inputs) -> dict[str, Any]:
    """What is posted."""
    asked: dict[str, Any] = {"prompt": task.prompt}
    if isinstance(task, ImageTask):
        asked |= _of_image(task, shape)
    elif isinstance(task, VideoTask):
        asked |= _of_video(task, shape)
    if shape.seed and task.seed:
        asked["seed"] = task.seed
    asked |= _references(task, shape, inputs)
    if shape.fields:
        asked = {name: value for name, value in asked.items() if name in shape.fields}
    asked |= {name: value for name, value in options_for(task, NAME).items() if name not in NOT_SENT}
    return asked


def whole_seconds(task: VideoTask, limits: Limits) -> int:
    """The length that is asked for: the next longer one that the model makes."""
    needed = max(math.ceil(task.seconds), limits.least_seconds, 1)
    return next((one for one in sorted(limits.seconds) if one >= needed), needed)


def resolution_of(task: VideoTask, limits: Limits) -> str:
    """The resolution that is asked for, by the shorter side where the task does not say; empty where there is none."""
    if task.resolution or not limits.resolutions:
        return task.resolution
    return "720p" if min(task.width, task.height) <= _FULL_HD else "1080p"


def nearest_aspect(width: int, height: int, aspects: tuple[str, ...]) -> str:
    """The ratio that is nearest to a size, as ``16:9``."""

    def off(aspect: str) -> Fraction:
        wide, high = (int(part) for part in aspect.split(":"))
        ratio = Fraction(wide * height, high * width)
        return max(ratio, 1 / ratio)

    return min(aspects, key=off)


def _of_image(task: ImageTask, shape: Shape) -> dict[str, Any]:
    if "*" in shape.card.options:
        return {}
    asked: dict[str, Any] = {"num_images": task.count, "output_format": task.format}
    if shape.size == "pixels":
        asked["image_size"] = {"width": task.width, "height": task.height}
    if shape.size == "aspect":
        asked["aspect_ratio"] = nearest_aspect(task.width, task.height, shape.aspects)
    return asked


def _of_video(task: VideoTask, shape: Shape) -> dict[str, Any]:
    if "*" in shape.card.options:
        return {}
    length = whole_seconds(task, shape.card.limits)
    asked: dict[str, Any] = {"duration": length if shape.whole else str(length)}
    if shape.aspects:
        asked["aspect_ratio"] = nearest_aspect(task.width, task.height, shape.aspects)
    resolution = resolution_of(task, shape.card.limits)
    if resolution:
        asked["resolution"] = resolution
    if shape.audio:
        asked[shape.audio] = task.audio
    if shape.negative and task.negative:
        asked["negative_prompt"] = task.negative
    return asked


def _references(task: Task, shape: Shape, inputs: Inputs) -> dict[str, Any]:
    asked: dict[str, Any] = {}
    pictures = _pictures(task)
    ends = [one for one in task.references if one.role == "last-frame"]
    if shape.first and pictures:
        asked[shape.first] = _data_url(pictures[0], inputs)
    if shape.last and ends:
        asked[shape.last] = _data_url(ends[0], inputs)
    if shape.many and task.references:
        asked[shape.many] = [_data_url(one, inputs) for one in task.references]
    return asked


def _pictures(task: Task) -> list[Reference]:
    """The pictures to begin with: the first frame, else what there is to go by."""
    first = [one for one in task.references if one.role == "first-frame"]
    return first or [one for one in task.references if one.role == "reference"]


def _data_url(one: Reference, inputs: Inputs) -> str:
    # What is uploaded to fal lies there in the open; what stands in the request does not.
    data = base64.b64encode(inputs[one.digest].read_bytes()).decode("ascii")
    return f"data:{one.media_type or 'image/png'};base64,{data}"


def _priced_meter(task: Task, shape: Shape, book: PriceBook) -> str:
    for meter in _METERS:
        try:
            book.find(NAME, shape.card.model, task.kind, meter)
        except PriceUnknown:
            continue
        return meter
    return shape.card.meters[0]
