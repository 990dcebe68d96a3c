"""PNG and APNG (W3C PNG, third edition): chunks of length, name, payload and check sum.

The picture is the header, the palette, its transparency and the payloads of the image chunks one
after the other, however they are cut; of an animation its control chunks and frames too, without
their running numbers, which change when frames are cut otherwise. Text may lie on either side of
the picture; ComfyUI writes the graph of an animation into a chunk ``comf`` after it.
"""

from __future__ import annotations

import struct

from alice_core.media.carriers.content import Content
from alice_core.media.carriers.gathered import MOST_CHUNKS, Gathered
from alice_core.media.source import Source

_SIGNATURE = 8
_LONGEST = 0x7FFFFFFF
_HEAD = struct.Struct(">I4s")
_NEXT = struct.Struct(">4xI4s")  # a check sum, then the head of the next chunk
_SIZES = struct.Struct(">II5x")
_PICTURE = frozenset({b"PLTE", b"tRNS", b"IDAT", b"acTL"})
_NUMBERED = frozenset({b"fcTL", b"fdAT"})
_TEXTS = frozenset({b"tEXt", b"zTXt", b"iTXt", b"comf"})
_WHOLE = frozenset({b"eXIf", b"caBX"})
_TRANSLATED = 3  # parts of an iTXt chunk after its flags: language, translated keyword, text


def read_png(source: Source, found: Gathered) -> None:
    """Read a PNG file to the end of its last chunk."""
    source.feed(_SIGNATURE)
    length, name = _HEAD.unpack(source.take(8))
    if name != b"IHDR" or length != _SIZES.size:
        raise ValueError("its first chunk is no header")
    header = source.take(length)
    found.width, found.height = _SIZES.unpack(header)
    state = Content("png", source.size)
    state.feed(b"IHDR" + header)
    update, pictures, last = state.feed, False, b""
    for _ in range(MOST_CHUNKS):
        length, name = _NEXT.unpack(source.take(12))
        if name in _PICTURE:
            if name != last:
                update(name)
                last = name
                pictures = pictures or name == b"IDAT"
            source.feed(length, update)
        elif name == b"IEND":
            source.feed(length + 4)
            break
        else:
            last = _beside(source, found, state, last, length, name)
    else:
        raise ValueError(f"it has more than {MOST_CHUNKS} chunks")
    if not pictures:
        raise ValueError("it has no image data")
    found.content = state.hexdigest()


def _beside(source: Source, found: Gathered, state: Content, last: bytes, length: int, name: bytes) -> bytes:
    """Read a chunk that is none of the still picture; says the name of the last chunk of the picture or animation."""
    if length > _LONGEST or not name.isalpha():
        raise ValueError("something that is no chunk lies where one must begin")
    if name in _NUMBERED and length >= 4:  # noqa: PLR2004 - a running number
        source.feed(4)
        if name != last:
            state.feed(name)
        source.feed(length - 4, state.feed)
        return name
    if (name in _TEXTS or name in _WHOLE) and length <= source.left and found.wants(length):
        payload = source.take(length)
        if name in _WHOLE:
            found.keep(f"png:{name.decode()}", "", payload)
        else:
            _keep_text(found, name, payload)
    else:
        source.feed(length)
    return last


def _keep_text(found: Gathered, name: bytes, payload: bytes) -> None:
    place = f"png:{name.decode()}"
    keyword, mark, rest = payload.partition(b"\0")
    key = keyword.decode("latin-1")
    text: bytes | None = rest
    if not mark:
        found.note(f"A text without a keyword ({place}) was left out.")
        return
    if name == b"zTXt":
        text = found.inflated(place, key, rest[1:])
    elif name == b"iTXt":
        parts = rest[2:].split(b"\0", _TRANSLATED - 1)
        if len(parts) < _TRANSLATED:
            found.note(f"The text {key[:40]!r} ({place}) is damaged: its end is missing.")
            return
        text = found.inflated(place, key, parts[2]) if rest[:1] == b"\1" else parts[2]
    if text is not None:
        found.keep(place, key, text)
