"""What one file is, as values: its kind, its size and what plays from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from alice_core.exact import exact_text, parse_exact


class Kind(StrEnum):
    """What a file is to a person."""

    AUDIO = "audio"
    IMAGE = "image"
    VIDEO = "video"
    ANALYSIS = "analysis"
    PLAN = "plan"
    TIMELINE = "timeline"
    DOCUMENT = "document"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SoundFacts:
    """The first sound stream of a file.

    Attributes:
        codec: FFmpeg's name, such as ``mp3float`` or ``pcm_s16le``.
        sample_rate: Samples a second and channel.
        channels: How many.
        seconds: The length that the container declares, ``None`` where it does not.
    """

    codec: str
    sample_rate: int
    channels: int
    seconds: Fraction | None


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """The picture of a file, still or moving.

    Attributes:
        codec: FFmpeg's name for a movie (``h264``), Pillow's in lower case for a still (``png``).
        width: In pixels, as stored.
        height: In pixels, as stored.
        rate: Frames a second of a movie, ``None`` for a still.
        frames: How many the container declares; 1 for a still, ``None`` where unknown.
        seconds: The length that the container declares, ``None`` for a still or where unknown.
    """

    codec: str
    width: int
    height: int
    rate: Fraction | None
    frames: int | None
    seconds: Fraction | None


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What one file is.

    Attributes:
        kind: To a person.
        mime: Media type by content.
        size: In bytes.
        sound: Its first sound stream, if it has one.
        picture: Its picture, if it has one; cover art of a song is none.
    """

    kind: Kind
    mime: str
    size: int
    sound: SoundFacts | None = None
    picture: PictureFacts | None = None

    def to_json(self) -> dict[str, Any]:
        """The facts as JSON values; exact numbers are strings, see :func:`alice_core.timing.exact_text`."""
        return {
            "kind": self.kind.value,
            "mime": self.mime,
            "size": self.size,
            "sound": None if self.sound is None else _sound_json(self.sound),
            "picture": None if self.picture is None else _picture_json(self.picture),
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> MediaFacts:
        """The facts that :meth:`to_json` wrote, exactly.

        Raises:
            KeyError: A field is missing.
            ValueError: A kind or a number is not one.
        """
        sound, picture = data["sound"], data["picture"]
        return cls(
            kind=Kind(data["kind"]),
            mime=data["mime"],
            size=data["size"],
            sound=sound and SoundFacts(**{**sound, "seconds": _exact(sound["seconds"])}),
            picture=picture
            and PictureFacts(**{**picture, "rate": _exact(picture["rate"]), "seconds": _exact(picture["seconds"])}),
        )


def _sound_json(sound: SoundFacts) -> dict[str, Any]:
    return {
        "codec": sound.codec,
        "sample_rate": sound.sample_rate,
        "channels": sound.channels,
        "seconds": _text(sound.seconds),
    }


def _picture_json(picture: PictureFacts) -> dict[str, Any]:
    return {
        "codec": picture.codec,
        "width": picture.width,
        "height": picture.height,
        "rate": _text(picture.rate),
        "frames": picture.frames,
        "seconds": _text(picture.seconds),
    }


def _text(value: Fraction | None) -> str | None:
    return None if value is None else exact_text(value)


def _exact(text: str | None) -> Fraction | None:
    return None if text is None else parse_exact(text)
