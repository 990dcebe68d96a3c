"""Opening files with FFmpeg's libraries, through PyAV, so that no file can do harm.

FFmpeg knows formats that fetch other files and addresses (playlists, concatenations) and ones
that see a movie in any text. Only containers that carry their own media are let in.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
from av.container import InputContainer

from alice_core.errors import MediaError
from alice_core.media.facts import Kind
from alice_core.media.files import reading
from alice_core.media.sniff import HEAD, Seen, seems

_CONTAINERS = (
    "aac,ac3,aiff,amr,ape,asf,au,avi,caf,dsf,dts,eac3,flac,flv,ivf,matroska,mov,mp3,mpc,mpc8,mpeg,"
    "mpegts,mxf,oga,ogg,rm,tta,voc,w64,wav,wv,xwma"
)
_OPTIONS = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"}
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
def open_container(path: Path) -> Iterator[InputContainer]:
    """A media file, open for demuxing.

    Raises:
        NotFound: There is no such file (``ALICE-N01``).
        MediaError: It is empty (``ALICE-M01``), is not media (``ALICE-M02``), may not be read
            (``ALICE-M03``) or its container is broken (``ALICE-M05``).
    """
    seen, size = first_look(path)
    if size == 0:
        raise MediaError(f"{path} is empty", hint="Copy or download the file again.", code="ALICE-M01")
    if seen.kind not in {None, Kind.OTHER}:
        raise MediaError(f"{path} is no sound or video: it seems to be {seen.name}", hint=SOUND_HINT, code="ALICE-M02")
    if _is_hollow_wave(path):
        message = f"{path} seems to be a WAV file, but it is damaged: nothing follows its first header"
        raise MediaError(message, hint="Copy or download the file again.", code="ALICE-M05")
    try:
        container = av.open(f"file:{path}", options=_OPTIONS, timeout=(_PATIENCE, None), metadata_errors="replace")
    except (av.FFmpegError, OSError) as error:
        if seen.kind is None:
            message = f"{path} seems to be {seen.name}, but it is damaged: {_reason(error)}"
            raise MediaError(message, hint="Copy or download the file again.", code="ALICE-M05") from error
        message = f"{path} is no sound or video: it seems to be {seen.name}"
        raise MediaError(message, hint=SOUND_HINT, code="ALICE-M02") from error
    with container:
        yield container


def _is_hollow_wave(path: Path) -> bool:
    """Whether no chunk begins where the first one must; FFmpeg would look for one to the end of the file."""
    with reading(path) as source:
        head = source.read(16)
    name = head[12:].decode("ascii", "replace")
    return head[:4] == b"RIFF" and head[8:12] == b"WAVE" and not (name.isascii() and name.isprintable())


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
