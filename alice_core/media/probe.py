"""What one file is, found by its content without decoding it."""

from __future__ import annotations

import struct
import warnings
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import BinaryIO

import av
from av.container import InputContainer
from av.video.stream import VideoStream
from PIL import Image

from alice_core.errors import MediaError
from alice_core.media.carriers.boxes import picture_size
from alice_core.media.declared import declared_seconds
from alice_core.media.facts import Kind, MediaFacts, PictureFacts, SoundFacts
from alice_core.media.files import reading
from alice_core.media.libav import first_look, open_container
from alice_core.media.sniff import UNKNOWN, Seen, may_play

_MICROSECONDS = 1_000_000
_BROKEN = (  # what Pillow's plugins report a broken header with
    OSError, ValueError, SyntaxError, LookupError, TypeError, ArithmeticError, AttributeError, RuntimeError,
    MemoryError, struct.error, Image.DecompressionBombError,
)  # fmt: skip
_HEAD = 1024
_HEIF = frozenset({"image/heic", "image/heif"})
_COVERS = frozenset({"png", "mjpeg", "bmp", "gif", "webp"})
_BY_CONTAINER = {
    "mov": ("audio/mp4", "video/mp4"),
    "matroska": ("audio/x-matroska", "video/x-matroska"),
    "ogg": ("audio/ogg", "video/ogg"),
    "mp3": ("audio/mpeg", "audio/mpeg"),
    "wav": ("audio/wav", "audio/wav"),
    "flac": ("audio/flac", "audio/flac"),
    "aiff": ("audio/aiff", "audio/aiff"),
    "aac": ("audio/aac", "audio/aac"),
    "asf": ("audio/x-ms-wma", "video/x-ms-wmv"),
}


def probe(path: Path) -> MediaFacts:
    """The facts of a file: by content, from headers only, in bounded time.

    A file that is broken or of an unknown format is :attr:`Kind.OTHER`; so is an empty one.

    Raises:
        NotFound: There is no such file (``ALICE-N01``).
        MediaError: It may not be read (``ALICE-M03``) or is no regular file (``ALICE-M00``).
    """
    seen, size = first_look(path)
    if seen.kind is Kind.IMAGE:
        with reading(path) as source:
            return still_facts(source, seen, size)
    if seen.kind is None or (seen is UNKNOWN and _may_play(path)):
        return _movie_or_sound(path, seen, size)
    return MediaFacts(seen.kind or Kind.OTHER, seen.mime, size)


def _may_play(path: Path) -> bool:
    with reading(path) as source:
        return may_play(source.read(_HEAD), path.name)


def still_facts(source: BinaryIO, seen: Seen, size: int) -> MediaFacts:
    """The facts of a picture, from its header; :attr:`Kind.OTHER` where that is broken.

    Pillow reads the headers, but of HEIC pictures, which it does not know.
    """
    if seen.mime == "image/svg+xml":
        return MediaFacts(Kind.IMAGE, seen.mime, size)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a big or odd picture is no news for someone who only asks its size
            with Image.open(source) as picture:
                codec, (width, height) = (picture.format or "").lower(), picture.size
                mime = Image.MIME.get(picture.format or "", seen.mime)
    except _BROKEN:
        found = picture_size(partial(_read_at, source), size) if seen.mime in _HEIF else None
        if found is None:
            return MediaFacts(Kind.OTHER, seen.mime, size)
        codec, mime, (width, height) = seen.mime.removeprefix("image/"), seen.mime, found
    return MediaFacts(Kind.IMAGE, mime, size, picture=PictureFacts(codec, width, height, None, 1, None))


def _read_at(source: BinaryIO, offset: int, count: int) -> bytes:
    source.seek(offset)
    return source.read(count)


def _movie_or_sound(path: Path, seen: Seen, size: int) -> MediaFacts:
    try:
        with open_container(path, decodes=False) as container:
            return container_facts(path, container, seen, size)
    except (MediaError, av.FFmpegError, OSError, ValueError):
        return MediaFacts(Kind.OTHER, seen.mime, size)


def container_facts(path: Path, container: InputContainer, seen: Seen, size: int) -> MediaFacts:
    """The facts of an open container of sound or moving pictures; :attr:`Kind.OTHER` where it holds neither.

    Raises:
        ValueError: What it declares makes no sense.
    """
    sound, picture = _sound(path, container), _moving(container)
    names = container.format.name.split(",")
    if sound is None and picture is None:
        return MediaFacts(Kind.OTHER, seen.mime if seen is not UNKNOWN else UNKNOWN.mime, size)
    kind = Kind.AUDIO if picture is None else Kind.VIDEO
    pair = next((_BY_CONTAINER[name] for name in names if name in _BY_CONTAINER), (seen.mime, seen.mime))
    mime = seen.mime if seen.mime.startswith(f"{kind.value}/") else pair[kind is Kind.VIDEO]
    return MediaFacts(kind, mime, size, sound, picture)


def _sound(path: Path, container: InputContainer) -> SoundFacts | None:
    for stream in container.streams.audio[:1]:
        codec = stream.codec_context
        if codec is not None and codec.sample_rate and codec.channels:
            seconds, _ = declared_seconds(path, container, stream)
            return SoundFacts(codec.name, int(codec.sample_rate), int(codec.channels), seconds)
    return None


def _moving(container: InputContainer) -> PictureFacts | None:
    for stream in container.streams.video:
        codec = stream.codec_context
        if codec is None or not codec.width or is_cover(stream):
            continue
        rate = stream.average_rate or stream.guessed_rate or None
        seconds = None
        if stream.duration and stream.time_base:
            seconds = stream.duration * Fraction(stream.time_base)
        elif container.duration:
            seconds = Fraction(container.duration, _MICROSECONDS)
        frames = stream.frames or (round(seconds * rate) if seconds is not None and rate else None)
        return PictureFacts(codec.name, codec.width, codec.height, Fraction(rate) if rate else None, frames, seconds)
    return None


def is_cover(stream: VideoStream) -> bool:
    """Whether a video stream is the cover art of a song."""
    if stream.disposition & stream.disposition.__class__.attached_pic:
        return True
    codec = stream.codec_context
    return codec is not None and codec.name in _COVERS and stream.frames <= 1 and not stream.average_rate
