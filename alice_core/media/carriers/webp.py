"""WebP (RFC 9649): a RIFF file of chunks.

The picture is its coded data and its transparency; of an animation the canvas, the background and
the frames. The chunk of flags (VP8X) comes and goes with metadata and belongs to no still picture.
"""

from __future__ import annotations

import struct

from alice_core.media.carriers.content import Content
from alice_core.media.carriers.gathered import MOST_CHUNKS, Gathered
from alice_core.media.source import Source

_HEAD = struct.Struct("<4sI")
_PICTURE = frozenset({b"VP8 ", b"VP8L", b"ALPH"})
_MOVING = frozenset({b"ANIM", b"ANMF"})
_KEPT = {b"EXIF": "webp:exif", b"XMP ": "webp:xmp", b"C2PA": "webp:C2PA"}
_CANVAS = 10
_START = b"\x9d\x01\x2a"


def read_webp(source: Source, found: Gathered) -> None:
    """Read a WebP file to the end that its header declares."""
    state = Content("webp", source.size)
    end = 8 + int.from_bytes(source.take(12)[4:8], "little")
    canvas, pictures = b"", False
    for _ in range(MOST_CHUNKS):
        if source.position + _HEAD.size > end:
            break
        name, length = _HEAD.unpack(source.take(_HEAD.size))
        if name in _PICTURE or name in _MOVING:
            if canvas and name in _MOVING:
                state.feed(b"canvas" + canvas)
                canvas = b""
            _measure(source, found, name)
            state.feed(name)
            source.feed(length, state.feed)
            pictures = pictures or name != b"ALPH"
        elif name == b"VP8X" and length == _CANVAS:
            canvas = source.take(length)[4:]
            found.width, found.height = (int.from_bytes(canvas[at : at + 3], "little") + 1 for at in (0, 3))
        elif name in _KEPT and length <= source.left and found.wants(length):
            found.keep(_KEPT[name], "", source.take(length))
        else:
            source.feed(length)
        source.feed(min(length % 2, source.left))
    else:
        raise ValueError(f"it has more than {MOST_CHUNKS} chunks")
    if not pictures:
        raise ValueError("it has no image data")
    found.content = state.hexdigest()


def _measure(source: Source, found: Gathered, name: bytes) -> None:
    """Take the size from coded data, where no canvas says it."""
    if found.width or name not in {b"VP8 ", b"VP8L"}:
        return
    head = source.peek(10)
    if name == b"VP8 " and head[3:6] == _START:
        found.width, found.height = (int.from_bytes(head[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    elif name == b"VP8L" and head[:1] == b"\x2f":
        bits = int.from_bytes(head[1:5], "little")
        found.width, found.height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
