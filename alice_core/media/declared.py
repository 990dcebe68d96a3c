"""How long a container says that its sound is, and whether that is exact or an estimate."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

from av.container import InputContainer
from av.stream import Stream

_MICROSECONDS = 1_000_000
_MOST_CHUNKS = 1000  # before the sound; a file of zeros would have a billion
_EXACT = frozenset({"wav", "w64", "flac", "aiff", "caf", "mov", "matroska", "au", "tta", "wv", "ape"})
_UNKNOWN_SIZES = frozenset({0, 0xFFFFFFFF, 0x7FFFFFFF})
_VBR_MARKS = (b"Xing", b"Info", b"VBRI")


def declared_seconds(path: Path, container: InputContainer, stream: Stream) -> tuple[Fraction | None, bool]:
    """The declared length in seconds, and whether the container counts it exactly.

    An MP3 counts only where its first frame carries a Xing, Info or VBRI tag; an Ogg file declares
    nothing (its length is the position of its last page); FFmpeg shortens what a cut-off WAV file
    declares to what is there, so that is read here.
    """
    names = set(container.format.name.split(","))
    if stream.duration and stream.time_base:
        seconds: Fraction | None = stream.duration * Fraction(stream.time_base)
    elif container.duration:
        seconds = Fraction(container.duration, _MICROSECONDS)
    else:
        seconds = None
    if "wav" in names:
        with path.open("rb") as source:
            return _riff_seconds(source) or seconds, True
    if "mp3" in names:
        with path.open("rb") as source:
            return seconds, _counts_frames(source)
    return seconds, bool(names & _EXACT)


def _riff_seconds(source: BinaryIO) -> Fraction | None:
    """The length in the header of an uncompressed WAV file (RIFF, 4-byte sizes)."""
    if source.read(4) != b"RIFF":
        return None
    source.seek(12)
    rate = align = 0
    for _ in range(_MOST_CHUNKS):
        header = source.read(8)
        if len(header) < 8:  # noqa: PLR2004 - a chunk's name and size
            break
        name, size = struct.unpack("<4sI", header)
        if name == b"fmt " and size >= 16:  # noqa: PLR2004 - the PCM part of the chunk
            form = source.read(16)
            _, _, rate, _, align, bits = struct.unpack("<HHIIHH", form)
            align = align if bits >= 8 else 0  # noqa: PLR2004 - fewer bits are compressed
            size -= 16
        if name == b"data":
            return Fraction(size // align, rate) if align and rate and size not in _UNKNOWN_SIZES else None
        source.seek(size + size % 2, 1)
    return None


def _counts_frames(source: BinaryIO) -> bool:
    """Whether the first frame of an MP3 file carries a count of frames."""
    head = source.read(10)
    if head[:3] == b"ID3" and len(head) == 10:  # noqa: PLR2004 - the header of an ID3v2 tag
        size = 0
        for byte in head[6:10]:  # 28 bits, 7 a byte (ID3v2.3, section 3.1)
            size = size << 7 | byte & 0x7F
        source.seek(10 + size)
    else:
        source.seek(0)
    first = source.read(2048)
    return any(mark in first for mark in _VBR_MARKS)
