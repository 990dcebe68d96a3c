"""Whether a file was written to its end, told from its head, its tail and the sizes that it declares."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeAlias

from alice_core.errors import MediaError
from alice_core.media.carriers.boxes import MOST_BOXES, boxes
from alice_core.media.files import reading
from alice_core.media.sniff import HEAD, seems

_TAIL = 1 << 16
_BLOCK = 1 << 20
_MOST_PARTS = 100_000
_UNKNOWN_SIZES = frozenset({0, 0xFFFFFFFF})
_MATROSKA_SEGMENT = 0x18538067
_MATROSKA_HEAD = 24  # the longest numbers of two elements
_OGG_PAGE = struct.Struct("<4sBB20xB")
_OGG_LAST = 4
_SIGNATURE = 64
_PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
_CLOSERS = {b"{": b"}", b"[": b"]"}
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers that no length follows

_Answer: TypeAlias = bool | None


def is_whole(path: Path) -> _Answer:
    """Whether a container is finished: every part that it announces is there.

    Cheap enough to be asked again and again of a file that somebody is writing. Whether the parts are
    sound inside is not looked at, and bytes after the end do not matter.

    Returns:
        ``None`` where the format does not say (MP3, FLAC, plain text, live streams, unknown formats).

    Raises:
        NotFound: There is no such file (``ALICE-N01``).
        MediaError: It may not be read (``ALICE-M03``), is no regular file, or its disk fails (``ALICE-M00``).
    """
    with reading(path) as file:
        try:
            size = os.fstat(file.fileno()).st_size
            start = file.read(_SIGNATURE)
            for offset, signature, ask in _FORMS:
                if start.startswith(signature, offset):
                    return ask(file, size)
            head = start + file.read(HEAD - len(start))
            return _json(file, size) if seems(head, whole=size <= len(head)).mime.endswith("json") else None
        except OSError as error:
            raise MediaError(f"{path} cannot be read: {error.strerror}", hint="Check the disk it is on.") from error


def _at(file: BinaryIO, offset: int, count: int) -> bytes:
    if offset >= os.fstat(file.fileno()).st_size:  # a damaged size may name an offset that no file can have
        return b""
    file.seek(offset)
    return file.read(count)


def _tail(file: BinaryIO, size: int) -> bytes:
    return _at(file, max(size - _TAIL, 0), _TAIL)


def _png(file: BinaryIO, size: int) -> _Answer:
    if _at(file, max(size - len(_PNG_END), 0), len(_PNG_END)) == _PNG_END:
        return True
    at = 8
    for _ in range(_MOST_PARTS):
        head = _at(file, at, 8)
        if len(head) < 8:  # noqa: PLR2004 - a chunk's length and name
            return False
        at += 12 + int.from_bytes(head[:4], "big")
        if head[4:] == b"IEND" or at > size:
            return at <= size
    return None


def _jpeg(file: BinaryIO, size: int) -> _Answer:
    at = 2
    for _ in range(_MOST_PARTS):
        head = _at(file, at, 4)
        if len(head) < 4 or head[0] != 0xFF or head[1] == 0xD9:  # noqa: PLR2004 - a marker; the end of the image
            return at + 2 <= size and head[:2] == b"\xff\xd9"
        if head[1] == 0xDA:  # noqa: PLR2004 - coded data begins
            return b"\xff\xd9" in _tail(file, size)[at - size :] or _holds(file, at, b"\xff\xd9")
        bare = head[1] in _JPEG_BARE
        at += 1 if head[1] == 0xFF else 2 if bare else 2 + int.from_bytes(head[2:], "big")  # noqa: PLR2004 - filling
    return None


def _holds(file: BinaryIO, start: int, mark: bytes) -> bool:
    """Whether two bytes lie anywhere behind an offset; for a picture with much behind its end."""
    file.seek(start)
    last = b""
    while block := file.read(_BLOCK):
        if mark in last + block[:1] or mark in block:
            return True
        last = block[-1:]
    return False


def _gif(file: BinaryIO, size: int) -> _Answer:
    return _tail(file, size).rstrip(b"\0").endswith(b"\x3b")


def _webp(file: BinaryIO, size: int) -> _Answer:
    return size >= 8 + int.from_bytes(_at(file, 4, 4), "little")


def _riff(file: BinaryIO, size: int) -> _Answer:
    declared = int.from_bytes(_at(file, 4, 4), "little")
    return None if declared in _UNKNOWN_SIZES else size + 1 >= 8 + declared  # many leave out the last pad byte


def _iff(file: BinaryIO, size: int) -> _Answer:
    return size + 1 >= 8 + int.from_bytes(_at(file, 4, 4), "big")


def _boxed(file: BinaryIO, size: int) -> _Answer:
    names: list[bytes] = []
    end, open_end = 0, False
    for box in boxes(lambda offset, count: _at(file, offset, count), 0, size):
        names.append(box.name)
        open_end = box.end == size and _at(file, end, 4) == bytes(4)
        end = box.end
    if len(names) == MOST_BOXES:
        return None
    if end > size or not {b"moov", b"meta"} & {*names}:
        return False
    return None if open_end or (b"moof" in names and b"mfra" not in names) else True


def _matroska(file: BinaryIO, size: int) -> _Answer:
    at = 0
    for _ in range(_MOST_PARTS):
        head = _at(file, at, _MATROSKA_HEAD)
        name, name_length = _number(head, keep_mark=True)
        length, length_length = _number(head[name_length:], keep_mark=False)
        if not name_length or not length_length:
            return False
        at += name_length + length_length
        if name == _MATROSKA_SEGMENT:
            return None if length == (1 << 7 * length_length) - 1 else at + length <= size
        at += length
    return None


def _number(data: bytes, *, keep_mark: bool) -> tuple[int, int]:
    """A number of variable length (RFC 8794, section 4) and its bytes; zero bytes where there is none."""
    length = 9 - data[0].bit_length() if data else 0
    if not 0 < length <= min(len(data), 8):
        return 0, 0
    value = int.from_bytes(data[:length], "big")
    return (value if keep_mark else value & (1 << 7 * length) - 1), length


def _ogg(file: BinaryIO, size: int) -> _Answer:
    tail = _tail(file, size)
    at = tail.rfind(b"OggS")
    if at < 0 or at + _OGG_PAGE.size > len(tail):
        return False
    _, _, flags, segments = _OGG_PAGE.unpack_from(tail, at)
    sizes = tail[at + _OGG_PAGE.size : at + _OGG_PAGE.size + segments]
    if len(sizes) < segments or at + _OGG_PAGE.size + segments + sum(sizes) > len(tail):
        return False
    return True if flags & _OGG_LAST else None  # another may follow


def _json(file: BinaryIO, size: int) -> _Answer:
    opener = _at(file, 0, HEAD).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return _CLOSERS.get(opener, b"") == _tail(file, size).rstrip()[-1:]


_FORMS: tuple[tuple[int, bytes, Callable[[BinaryIO, int], _Answer]], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", _png),
    (0, b"\xff\xd8\xff", _jpeg),
    (0, b"GIF8", _gif),
    (8, b"WEBP", _webp),
    (0, b"RIFF", _riff),
    (0, b"FORM", _iff),
    (4, b"ftyp", _boxed),
    (4, b"moov", _boxed),
    (4, b"mdat", _boxed),
    (4, b"wide", _boxed),
    (0, b"\x1a\x45\xdf\xa3", _matroska),
    (0, b"OggS", _ogg),
)
