"""What a card already says against a task, so that no adapter has to say it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from alice_core.errors import ProviderInvalidTask, ProviderModelRetired
from alice_core.providers.card import Limits, ModelCard, OptionRule, Problem
from alice_core.providers.task import AudioTask, ImageTask, OptionValue, Task, VideoTask, options_for

_DEFAULTS: dict[str, object] = {
    "negative": "",
    "seed": 0,
    "quality": "",
    "background": "",
    "voice": "",
    "resolution": "",
    "audio": False,
    "references": (),
}


def problems_of(task: Task, card: ModelCard) -> tuple[Problem, ...]:
    """Everything that a card says against a task; adapters add what only they know."""
    if card.status == "retired":
        hint = f"Use {card.use_instead}." if card.use_instead else ""
        return (Problem("model", f"{card.model} was retired on {card.retired_on}", hint),)
    return tuple(_found(task, card))


def demand(task: Task, card: ModelCard, problems: Sequence[Problem]) -> tuple[str, ...]:
    """Refuse a task that has problems; gives the warnings as sentences where it has none.

    Raises:
        ProviderModelRetired: The model is gone.
        ProviderInvalidTask: Anything else.
    """
    wrong = [one for one in problems if not one.warning]
    if not wrong:
        return tuple(f"{one.field}: {one.message}" for one in problems)
    text = "; ".join(f"{one.field}: {one.message}" for one in wrong)
    hint = " ".join(one.hint for one in wrong if one.hint) or f"See: alice providers show {card.provider}"
    kind = ProviderModelRetired if card.status == "retired" else ProviderInvalidTask
    raise kind(f"{card.provider} {card.model} cannot do this {task.kind}: {text}", hint=hint, provider=card.provider)


def _found(task: Task, card: ModelCard) -> Iterator[Problem]:
    limits = card.limits
    if task.kind not in card.tasks:
        yield Problem("model", f"{card.model} makes no {task.kind}", f"It makes: {', '.join(card.tasks)}.")
    if limits.prompt and len(task.prompt) > limits.prompt:
        yield Problem("prompt", f"{len(task.prompt)} characters, at most {limits.prompt} are taken", "Shorten it.")
    if limits.formats and task.format not in limits.formats:
        yield Problem("format", f"{task.format!r} is not written", f"It writes: {', '.join(limits.formats)}.")
    if isinstance(task, ImageTask | VideoTask):
        yield from _sizes(task, limits)
        yield from _choice("quality", task.quality, limits.qualities)
    if isinstance(task, ImageTask) and not 1 <= task.count <= limits.count:
        yield Problem("count", f"{task.count} pictures", f"Ask for 1 to {limits.count} at once.")
    if isinstance(task, VideoTask):
        yield from _choice("resolution", task.resolution, limits.resolutions)
    if isinstance(task, VideoTask | AudioTask):
        yield from _length(task, limits)
    yield from _references(task, limits)
    yield from _options(task, card)
    for name in limits.ignores:
        if getattr(task, name, None) not in (None, _DEFAULTS.get(name)):
            yield Problem(name, f"{card.model} takes no notice of it", warning=True)


def _sizes(task: ImageTask | VideoTask, limits: Limits) -> Iterator[Problem]:
    width, height = task.width, task.height
    said = f"{width}x{height}"
    if limits.sizes and (width, height) not in limits.sizes:
        yield Problem("size", f"{said} is not made", "It makes: " + ", ".join(f"{w}x{h}" for w, h in limits.sizes))
    if width % limits.side_step or height % limits.side_step:
        yield Problem("size", f"{said}: both sides must be multiples of {limits.side_step}", "Choose such a size.")
    if min(width, height) < limits.least_side:
        yield Problem("size", f"{said}: a side is shorter than {limits.least_side} pixels", "Choose a larger size.")
    if limits.most_side and max(width, height) > limits.most_side:
        yield Problem("size", f"{said}: a side is longer than {limits.most_side} pixels", "Choose a smaller size.")
    if limits.most_pixels and width * height > limits.most_pixels:
        yield Problem("size", f"{said} has more than {limits.most_pixels} pixels", "Choose a smaller size.")
    if limits.most_ratio and max(width, height) > limits.most_ratio * min(width, height):
        yield Problem("size", f"{said} is longer than {limits.most_ratio}:1", "Choose a squarer size.")


def _choice(name: str, value: str, choices: Sequence[str]) -> Iterator[Problem]:
    if value and choices and value not in choices:
        yield Problem(name, f"{value!r} is unknown", f"There is: {', '.join(choices)}.")


def _length(task: VideoTask | AudioTask, limits: Limits) -> Iterator[Problem]:
    if task.seconds is None:
        return
    longest = max(limits.seconds, default=limits.most_seconds)
    if longest and task.seconds > longest:
        yield Problem("seconds", f"longer than {longest} s", "Cut the shot in two, or choose another model.")


def _references(task: Task, limits: Limits) -> Iterator[Problem]:
    if len(task.references) > limits.references and "references" not in limits.ignores:
        yield Problem("references", f"{len(task.references)} given, at most {limits.references} are taken")
    for one in task.references:
        if limits.roles and one.role not in limits.roles:
            yield Problem("references", f"none is taken as {one.role!r}", f"It takes: {', '.join(limits.roles)}.")
        if limits.reference_bytes and one.size > limits.reference_bytes:
            yield Problem("references", f"{one.digest[:19]} is larger than {limits.reference_bytes} bytes")


def _options(task: Task, card: ModelCard) -> Iterator[Problem]:
    for name, value in options_for(task, card.provider).items():
        rule = card.options.get(name, card.options.get("*"))
        where = f"options.{card.provider}.{name}"
        if rule is None:
            known = ", ".join(sorted(card.options)) or "none"
            yield Problem(where, f"{card.model} has no such option", f"It has: {known}.")
            continue
        wanted = _unfit(value, rule)
        if wanted:
            yield Problem(where, f"cannot be {value!r}", f"Give it {wanted}, or leave it out.")


def _unfit(value: OptionValue, rule: OptionRule) -> str:
    """What an option should be, where it is something else; empty where it is right."""
    if rule.choices:
        return "" if value in rule.choices else f"one of {', '.join(map(str, rule.choices))}"
    if rule.kind == "any":
        return ""
    kind = {"text": str, "whole": int, "number": (int, float), "flag": bool}[rule.kind]
    said = {"text": "a text", "whole": "a whole number", "number": "a number", "flag": "true or false"}[rule.kind]
    if not isinstance(value, kind) or (isinstance(value, bool) and rule.kind != "flag"):  # type: ignore[arg-type]
        return said
    low, high = rule.least, rule.most
    if isinstance(value, int | float) and not ((low is None or value >= low) and (high is None or value <= high)):
        return f"{said} from {low} to {high}" if None not in (low, high) else f"{said}, {low} or more"
    return ""
