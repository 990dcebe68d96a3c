"""Whether a file that somebody delivered is a whole picture, clip, sound or text of the kind that it should be."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from PIL import Image

from alice_core.errors import MediaError
from alice_core.media.facts import Kind, MediaFacts
from alice_core.media.libav import first_look, open_container
from alice_core.media.probe import probe
from alice_core.media.whole import is_whole

_HINT = "It was not kept."
_SAME = {"image/jpg": "image/jpeg", "audio/mpeg3": "audio/mpeg", "audio/mp3": "audio/mpeg", "audio/x-wav": "audio/wav"}
_SAME |= {"audio/wave": "audio/wav", "audio/vnd.wave": "audio/wav", "audio/x-flac": "audio/flac"}
_UNSAID = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_EMPTY, _DAMAGED = "ALICE-M01", "ALICE-M05"


def check_delivery(path: Path, kind: Kind, media_type: str) -> MediaFacts:
    """The facts of a delivered file; every frame and sample of it was decoded once.

    Args:
        path: The file.
        kind: What it should be: a picture, a clip, a sound or a document.
        media_type: What the sender called it; empty where it said nothing.

    Raises:
        MediaError: It is empty (``ALICE-M01``), something else (``ALICE-M00``), or truncated or damaged
            (``ALICE-M05``).
    """
    seen, size = first_look(path)
    if not size:
        raise MediaError("nothing was delivered: the file has no bytes", hint=_HINT, code=_EMPTY)
    facts = probe(path)
    said = _plain(media_type)
    if facts.kind is Kind.OTHER and said == _SAME.get(seen.mime, seen.mime):
        raise MediaError(f"{seen.name} was delivered that cannot be read", hint=_HINT, code=_DAMAGED)
    if facts.kind is not kind or (said not in _UNSAID and not _agree(said, facts.mime, kind)):
        what = f"{media_type or 'a ' + kind.value} was promised and {seen.name} was delivered"
        raise MediaError(what, hint=_HINT)
    if is_whole(path) is False:
        raise MediaError(f"{seen.name} was delivered that ends before its end", hint=_HINT, code=_DAMAGED)
    if kind is Kind.IMAGE:
        _decode_picture(path)
    elif kind is Kind.DOCUMENT:
        _decode_text(path, said)
    else:
        _decode_streams(path)
    return facts


def _plain(media_type: str) -> str:
    bare = media_type.partition(";")[0].strip().lower()
    return _SAME.get(bare, bare)


def _agree(said: str, found: str, kind: Kind) -> bool:
    """Pictures are told apart exactly; clips, sounds and texts by what they are, as their types have many names."""
    found = _SAME.get(found, found)
    if kind is Kind.IMAGE:
        return said == found
    return said.split("/", maxsplit=1)[0] == found.split("/")[0] or kind is Kind.DOCUMENT


def _decode_picture(path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(path) as picture:
                for frame in range(getattr(picture, "n_frames", 1)):
                    picture.seek(frame)
                    picture.load()
        except (
            OSError,
            SyntaxError,
            ValueError,
            EOFError,
            Image.DecompressionBombError,
            Image.DecompressionBombWarning,
        ) as error:
            raise MediaError(f"a damaged picture was delivered: {error}", hint=_HINT, code=_DAMAGED) from error


def _decode_text(path: Path, said: str) -> None:
    try:
        text = path.read_text(encoding="utf-8")
        if said == "application/json":
            json.loads(text)
    except (UnicodeDecodeError, ValueError) as error:
        raise MediaError(f"a damaged document was delivered: {error}", hint=_HINT, code=_DAMAGED) from error


def _decode_streams(path: Path) -> None:
    """Decode everything that is seen or heard; FFmpeg hides most damage, so that its marks are looked at too."""
    frames = 0
    try:
        with open_container(path) as container:
            for packet in container.demux(*container.streams.video, *container.streams.audio):
                for frame in packet.decode():
                    if not isinstance(frame, VideoFrame | AudioFrame) or packet.is_corrupt or frame.is_corrupt:
                        raise MediaError("a damaged clip or sound was delivered", hint=_HINT, code=_DAMAGED)
                    frames += 1
    except (av.FFmpegError, OSError) as error:
        raise MediaError(f"a damaged clip or sound was delivered: {error}", hint=_HINT, code=_DAMAGED) from error
    if not frames:
        raise MediaError("a clip or sound was delivered of which nothing decodes", hint=_HINT, code=_DAMAGED)
