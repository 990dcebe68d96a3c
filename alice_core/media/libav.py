"""Opening files with FFmpeg's libraries, through PyAV, so that no file can do harm.

FFmpeg knows formats that fetch other files and addresses (playlists, concatenations) and ones
that see a movie in any text. Only containers that carry their own media are let in.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer

from alice_core.errors import MediaError
from alice_core.media.carriers.boxes import FIRST
from alice_core.media.carriers.samples import declared_samples
from alice_core.media.facts import Kind
from alice_core.media.files import reading
from alice_core.media.served import Served
from alice_core.media.sniff import HEAD, Seen, seems

_CONTAINERS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dsf,dts,eac3,flac,flv,ivf,matroska,mov,mp3,mpc,mpc8,mpeg,"
    "mpegts,mxf,oga,ogg,rm,tta,voc,w64,wav,wv,xwma"
)
_OPTIONS = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"}
_UNDECODED = {"skip_frame": "all", "threads": "1"}  # else FFmpeg decodes some frames to see what they are
_HEADER_ONLY = {"analyzeduration": "1"}
_INDEXED = frozenset({"audio/mp4", "video/mp4", "video/quicktime"})
_BUFFER = 1 << 17  # of a file that is handed out; a read is no longer
_PATIENCE = 8.0  # seconds for opening; a sane file takes milliseconds

SOUND_HINT = "Use a sound file such as WAV, FLAC, MP3, OGG, Opus, M4A or AIFF, or a video with sound."


def first_look(path: Path) -> tuple[Seen, int]:
    """What a file seems to be by its first bytes, and its size in bytes.

    Raises:
        NotFound: There is no such file (``ALICE-N01``).
        MediaError: It may not be read (``ALICE-M03``) or is no regular file (``ALICE-M00``).
    """
    with reading(path) as source:
        size = os.fstat(source.fileno()).st_size
        head = source.read(HEAD)
    return seems(head, whole=size <= len(head)), size


@contextmanager
def open_container(path: Path, *, decodes: bool = True) -> Iterator[InputContainer]:
    """A media file, open for demuxing.

    Args:
        path: The file.
        decodes: Whether its frames will be decoded; without, it opens faster.

    Raises:
        NotFound: There is no such file (``ALICE-N01``).
        MediaError: It is empty (``ALICE-M01``), is not media (``ALICE-M02``), may not be read
            (``ALICE-M03``) or its container is broken (``ALICE-M05``).
    """
    with reading(path) as source:
        size = os.fstat(source.fileno()).st_size
        head = source.read(HEAD)
    if size == 0:
        raise MediaError(f"{path} is empty", hint="Copy or download the file again.", code="ALICE-M01")
    seen = seems(head, whole=size <= len(head))
    options = _OPTIONS if decodes else _OPTIONS | _UNDECODED
    with _opened(path, f"file:{path}", head, seen, options, "replace") as container:
        yield container


@contextmanager
def open_served(served: Served, path: Path, head: bytes, seen: Seen) -> Iterator[InputContainer]:
    """A media file whose bytes another reader hands out, open for demuxing; its frames cannot be decoded.

    Bytes of tags that are no UTF-8 come as lone surrogates (``surrogateescape``).

    Args:
        served: Hands out the bytes.
        path: Where they lie, for messages.
        head: The first of them.
        seen: What the file seems to be.

    Raises:
        MediaError: It is not media (``ALICE-M02``), or its container is broken (``ALICE-M05``).
    """
    with _opened(path, served, head, seen, _OPTIONS | _UNDECODED, "surrogateescape") as container:
        yield container


@contextmanager
def _opened(
    path: Path, target: str | Served, head: bytes, seen: Seen, options: dict[str, str], errors: str
) -> Iterator[InputContainer]:
    if seen.kind not in {None, Kind.OTHER}:
        raise MediaError(f"{path} is no sound or video: it seems to be {seen.name}", hint=SOUND_HINT, code="ALICE-M02")
    if _is_hollow_wave(head):
        message = f"{path} seems to be a WAV file, but it is damaged: nothing follows its first header"
        raise MediaError(message, hint="Copy or download the file again.", code="ALICE-M05")
    if head[4:8] in FIRST and not _has_sane_tables(path, target):
        message = f"{path} seems to be {seen.name}, but it is damaged: it declares more samples than it has bytes"
        raise MediaError(message, hint="Copy or download the file again.", code="ALICE-M05")
    try:
        container = _quickly_opened(target, options, errors) if seen.mime in _INDEXED else None
        container = container or _av_open(target, options, errors)
    except (av.FFmpegError, OSError) as error:
        if seen.kind is None:
            message = f"{path} seems to be {seen.name}, but it is damaged: {_reason(error)}"
            raise MediaError(message, hint="Copy or download the file again.", code="ALICE-M05") from error
        message = f"{path} is no sound or video: it seems to be {seen.name}"
        raise MediaError(message, hint=SOUND_HINT, code="ALICE-M02") from error
    with container:
        yield container


def _quickly_opened(target: str | Served, options: dict[str, str], errors: str) -> InputContainer | None:
    """A container whose header says everything; ``None`` for one that must be read into (a fragmented one)."""
    if options.keys().isdisjoint(_UNDECODED):
        return None
    container = _av_open(target, options | _HEADER_ONLY, errors)
    if all(stream.average_rate for stream in container.streams.video):
        return container
    container.close()
    if isinstance(target, Served):
        target.seek(0)
    return None


def _av_open(target: str | Served, options: dict[str, str], errors: str) -> InputContainer:
    # PyAV 19, which Python 3.12 and later get, knows no such argument any more.
    said: dict[str, Any] = {}
    if int(av.__version__.partition(".")[0]) < 19:  # noqa: PLR2004 - see above
        said["metadata_errors"] = errors
    container: InputContainer = av.open(
        target, "r", options=options, buffer_size=_BUFFER, timeout=(_PATIENCE, None), **said
    )
    return container


def _has_sane_tables(path: Path, target: str | Served) -> bool:
    if isinstance(target, Served):
        size = target.seek(0, os.SEEK_END)
        target.seek(0)
        return declared_samples(target.at, size) <= size
    with reading(path) as source:

        def read(offset: int, count: int) -> bytes:
            source.seek(offset)
            return source.read(count)

        size = os.fstat(source.fileno()).st_size
        return declared_samples(read, size) <= size


def _is_hollow_wave(head: bytes) -> bool:
    """Whether no chunk begins where the first one must; FFmpeg would look for one to the end of the file."""
    name = head[12:16].decode("ascii", "replace")
    return head[:4] == b"RIFF" and head[8:12] == b"WAVE" and not (name.isascii() and name.isprintable())


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
