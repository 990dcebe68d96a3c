"""What is asked of a provider, as values.

A task names what it reads by digest, never by path, so that the same task means the same
everywhere. It names one model; options are kept apart by provider, and a provider refuses
those of its own that it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import ClassVar, Literal, TypeAlias

from alice_core.timing import FrameRate

OptionValue: TypeAlias = (
    "str | int | float | bool | Sequence[OptionValue] | Mapping[str, OptionValue] | None"  # as in JSON
)
Options: TypeAlias = Mapping[str, Mapping[str, OptionValue]]
"""Options by provider: ``{"fal": {"guidance_scale": 3.5}}``."""

TaskKind: TypeAlias = Literal["image", "video", "audio", "vision"]


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that a task reads.

    Attributes:
        digest: Of the asset; with the role, all that identifies it.
        role: ``reference``, ``mask``, ``first-frame``, ``last-frame``, ``picture``.
        media_type: Such as ``image/png``; this and the rest are what the library knows of the asset.
        width: In pixels, 0 for sound.
        height: In pixels, 0 for sound.
        seconds: Length, 0 for a still.
        size: In bytes.
    """

    digest: str
    role: str = "reference"
    media_type: str = ""
    width: int = 0
    height: int = 0
    seconds: Fraction = Fraction(0)
    size: int = 0


@dataclass(frozen=True, slots=True)
class ImageTask:
    """One or several still pictures.

    Attributes:
        prompt: What is to be seen.
        width: In pixels.
        height: In pixels.
        seed: The same task with the same seed gives the same picture, where the provider can.
        options: The providers' own options.
        model: Which model; empty for the provider's own choice.
        negative: What is not to be seen.
        count: How many pictures.
        quality: As the model names it; empty for its own choice.
        format: Of the file: ``png``, ``jpeg``, ``webp``.
        background: ``transparent``, ``opaque`` or empty.
        references: Pictures to go by, and the mask.
    """

    kind: ClassVar[TaskKind] = "image"
    prompt: str
    width: int
    height: int
    seed: int
    options: Options = field(default_factory=dict)
    model: str = ""
    negative: str = ""
    count: int = 1
    quality: str = ""
    format: str = "png"
    background: str = ""
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class VideoTask:
    """One clip of ``frames`` frames at ``rate``; a provider that only makes other lengths gives the next longer one.

    Attributes:
        prompt: What is to be seen.
        width: In pixels.
        height: In pixels.
        seed: As in :class:`ImageTask`.
        frames: How many are needed.
        rate: Of the timeline.
        options: The providers' own options.
        model: Which model; empty for the provider's own choice.
        negative: What is not to be seen.
        quality: As the model names it (``std``, ``pro``); empty for its own choice.
        resolution: As the model names it (``720p``); empty for the nearest to width and height.
        format: Of the file.
        audio: Whether the clip has sound of its own.
        references: ``first-frame``, ``last-frame`` and other pictures or clips to go by.
    """

    kind: ClassVar[TaskKind] = "video"
    prompt: str
    width: int
    height: int
    seed: int
    frames: int
    rate: FrameRate
    options: Options = field(default_factory=dict)
    model: str = ""
    negative: str = ""
    quality: str = ""
    resolution: str = ""
    format: str = "mp4"
    audio: bool = False
    references: tuple[Reference, ...] = ()

    @property
    def seconds(self) -> Fraction:
        """The exact length that is needed."""
        return self.frames / self.rate.value


@dataclass(frozen=True, slots=True)
class AudioTask:
    """Speech, music or an effect.

    Attributes:
        sound: ``speech``, ``music`` or ``effect``.
        text: What is said, or what it sounds like.
        seconds: How long; ``None`` for as long as it takes.
        seed: As in :class:`ImageTask`.
        options: The providers' own options.
        model: Which model; empty for the provider's own choice.
        voice: As the model names it.
        format: Of the file: ``wav``, ``mp3``, ``flac``.
        references: Sounds or clips to go by.
    """

    kind: ClassVar[TaskKind] = "audio"
    sound: Literal["speech", "music", "effect"]
    text: str
    seconds: Fraction | None = None
    seed: int = 0
    options: Options = field(default_factory=dict)
    model: str = ""
    voice: str = ""
    format: str = "wav"
    references: tuple[Reference, ...] = ()

    @property
    def prompt(self) -> str:
        """The words of the task."""
        return self.text


@dataclass(frozen=True, slots=True)
class VisionTask:
    """A question about pictures, answered in words or in JSON.

    Attributes:
        question: What is asked.
        references: The pictures, in order.
        options: The providers' own options.
        model: Which model; empty for the provider's own choice.
        schema: JSON Schema of the answer as text; empty for an answer in plain words.
        max_tokens: The longest answer.
    """

    kind: ClassVar[TaskKind] = "vision"
    question: str
    references: tuple[Reference, ...] = ()
    options: Options = field(default_factory=dict)
    model: str = ""
    schema: str = ""
    max_tokens: int = 1024

    @property
    def prompt(self) -> str:
        """The words of the task."""
        return self.question

    @property
    def format(self) -> str:
        """Of the answer's file."""
        return "json" if self.schema else "txt"

    @property
    def seed(self) -> int:
        """A question has none."""
        return 0


Task: TypeAlias = ImageTask | VideoTask | AudioTask | VisionTask


def options_for(task: Task, provider: str) -> Mapping[str, OptionValue]:
    """The options that a task has for one provider."""
    return task.options.get(provider, {})
