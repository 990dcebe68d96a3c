"""What is asked of a provider, and what comes back, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Protocol, TypeAlias

from alice_core.progress import Progress
from alice_core.timing import FrameRate

OptionValue: TypeAlias = str | int | float | bool


@dataclass(frozen=True, slots=True)
class ImageTask:
    """One still picture.

    Attributes:
        prompt: What is to be seen.
        width: In pixels.
        height: In pixels.
        seed: The same task with the same seed gives the same picture, where the provider can.
        options: The provider's own options; it refuses those it does not know.
    """

    prompt: str
    width: int
    height: int
    seed: int
    options: Mapping[str, OptionValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VideoTask:
    """One clip of exactly ``frames`` frames at ``rate``; the rest as in :class:`ImageTask`."""

    prompt: str
    width: int
    height: int
    seed: int
    frames: int
    rate: FrameRate
    options: Mapping[str, OptionValue] = field(default_factory=dict)


Task: TypeAlias = ImageTask | VideoTask


@dataclass(frozen=True, slots=True)
class Price:
    """What a task costs at most, dated and with its source."""

    amount: Decimal
    currency: str
    source: str


class Provider(Protocol):
    """Somebody who makes media. It writes only the file it is given and touches nothing else."""

    name: str
    """Stable name, as in ``--provider``."""

    version: str
    """Raised when the same task gives another result."""

    def quote(self, task: Task) -> Price:
        """The price of a task, without making it."""
        ...

    def make(self, task: Task, target: Path, progress: Progress) -> None:
        """Write the result to ``target``, whose suffix says the format (``.png`` or ``.mp4``).

        Raises:
            ProviderError: The task cannot be made; nothing usable is left at ``target``.
        """
        ...
