"""What a model can do and how it is used, as data: printed by ``alice providers show``, checked by every adapter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from alice_core.providers.task import OptionValue, TaskKind


@dataclass(frozen=True, slots=True)
class OptionRule:
    """What one option of a provider may be.

    Attributes:
        kind: ``text``, ``whole`` (an integer), ``number`` (a float), ``flag``, or ``any`` JSON.
        choices: Every value it may have; empty for any of the kind.
        least: Smallest number.
        most: Largest number.
        about: One line of help.
    """

    kind: Literal["text", "whole", "number", "flag", "any"]
    choices: tuple[OptionValue, ...] = ()
    least: float | None = None
    most: float | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a model ends; 0, ``None`` or empty where it has no limit of the kind.

    Attributes:
        prompt: Longest prompt in characters.
        sizes: The only sizes, as (width, height).
        side_step: Both sides are multiples of it.
        least_side: Shortest side in pixels.
        most_side: Longest side in pixels.
        most_pixels: Largest area.
        most_ratio: Longest side over shortest side.
        count: Most pictures a request.
        references: Most references a request.
        reference_bytes: Largest reference.
        least_seconds: Shortest clip.
        most_seconds: Longest clip.
        seconds: The only lengths.
        qualities: The names of its qualities.
        resolutions: The names of its resolutions.
        formats: The files it can write, its own choice first.
        roles: The roles of references that it takes.
        ignores: Fields of the task that it takes no notice of: used, they are a warning.
    """

    prompt: int = 0
    sizes: tuple[tuple[int, int], ...] = ()
    side_step: int = 1
    least_side: int = 1
    most_side: int = 0
    most_pixels: int = 0
    most_ratio: int = 0
    count: int = 1
    references: int = 0
    reference_bytes: int = 0
    least_seconds: int = 0
    most_seconds: int = 0
    seconds: tuple[int, ...] = ()
    qualities: tuple[str, ...] = ()
    resolutions: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    ignores: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One model of a provider.

    Attributes:
        provider: Name of the provider.
        model: Stable name, as in a task and in the price book.
        tasks: What it can be asked.
        meters: What its price counts, as in the price book: ``megapixel``, ``second``, ``text-in`` ...
        title: What people call it.
        status: A retired model is refused before anything is sent.
        retired_on: ISO date, of a retired model.
        use_instead: The model that took its place.
        limits: Where it ends.
        options: Its own options by name; any other is an error, unless there is a rule for ``*``.
        delivery: ``sync`` answers with the result, ``queued`` is polled, ``local`` works in this process.
        idempotent_submit: What the provider does with a key that it has seen: nothing special, give the same
            result again, or refuse.
        lookup: Whether a job can be found again by our key or by its time.
        cancel: Which jobs can be cancelled.
        deterministic_seed: Whether the same seed gives the same bytes.
        concurrency: How many jobs at once it is asked for at most.
    """

    provider: str
    model: str
    tasks: tuple[TaskKind, ...]
    meters: tuple[str, ...]
    title: str = ""
    status: Literal["active", "preview", "retired"] = "active"
    retired_on: str = ""
    use_instead: str = ""
    limits: Limits = Limits()
    options: Mapping[str, OptionRule] = field(default_factory=dict)
    delivery: Literal["sync", "queued", "local"] = "sync"
    idempotent_submit: Literal["none", "replay", "reject"] = "none"
    lookup: bool = False
    cancel: Literal["none", "queued", "any"] = "none"
    deterministic_seed: bool = False
    concurrency: int = 4


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a task that a model will not do, found without asking it.

    Attributes:
        field: The field of the task.
        message: What is wrong with it.
        hint: What to write instead.
        warning: True where the task can be carried out all the same, without that field.
    """

    field: str
    message: str
    hint: str = ""
    warning: bool = False
