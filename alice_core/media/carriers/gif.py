"""GIF (89a specification): a screen, then blocks in sub-blocks of at most 255 bytes.

The picture is everything but comments and application extensions; the one that says how often an
animation is played belongs to it.
"""

from __future__ import annotations

from collections.abc import Callable

from alice_core.media.carriers.content import Content
from alice_core.media.carriers.gathered import MOST_CHUNKS, Gathered
from alice_core.media.source import Source

_EXTENSION, _IMAGE, _TRAILER = 0x21, 0x2C, 0x3B
_COMMENT, _APPLICATION = 0xFE, 0xFF
_LOOPS = frozenset({b"NETSCAPE2.0", b"ANIMEXTS1.0"})
_XMP, _C2PA = b"XMP DataXMP", b"C2PA_GIF\1\0\0"
_XMP_TAIL = 257  # bytes that bring a reader of sub-blocks to the end of a text that has none (XMP 3, 1.1.2)
_APPLICATION_NAME = 11

_Sink = Callable[[bytes | memoryview], object]


def read_gif(source: Source, found: Gathered) -> None:
    """Read a GIF file to its trailer."""
    state = Content("gif", source.size)
    update: _Sink = state.feed
    source.feed(6)
    screen = source.take(7)
    found.width, found.height = int.from_bytes(screen[:2], "little"), int.from_bytes(screen[2:4], "little")
    state.feed(screen)
    _palette(source, screen[4], update)
    images = 0
    for _ in range(MOST_CHUNKS):
        mark = source.take(1)[0]
        if mark == _TRAILER:
            break
        if mark == _IMAGE:
            image = source.take(9)
            state.feed(b"\x2c" + image)
            _palette(source, image[8], update)
            source.feed(1, update)  # the code size
            _sub_blocks(source, update)
            images += 1
        elif mark == _EXTENSION:
            _extension(source, found, update)
        else:
            raise ValueError("something that is no block lies where one must begin")
    else:
        raise ValueError(f"it has more than {MOST_CHUNKS} blocks")
    if not images:
        raise ValueError("it has no image")
    found.content = state.hexdigest()


def _palette(source: Source, flags: int, sink: _Sink) -> None:
    if flags & 0x80:
        source.feed(3 << (flags & 7) + 1, sink)


def _extension(source: Source, found: Gathered, update: _Sink) -> None:
    label = source.take(1)[0]
    if label == _COMMENT:
        _keep(source, found, "gif:comment")
        return
    if label != _APPLICATION:
        update(bytes((_EXTENSION, label)))
        _sub_blocks(source, update)
        return
    name = source.peek(1 + _APPLICATION_NAME)[1:]
    if name in _LOOPS:
        update(bytes((_EXTENSION, label)))
        _sub_blocks(source, update)
    elif name in {_XMP, _C2PA}:
        source.feed(1 + _APPLICATION_NAME)
        _keep(source, found, "gif:xmp" if name == _XMP else "gif:c2pa")
    else:
        _sub_blocks(source, None)


def _keep(source: Source, found: Gathered, place: str) -> None:
    """Keep what sub-blocks hold, if there is room for it."""
    parts: list[bytes] = []
    size = 0

    def collect(part: bytes | memoryview) -> None:
        nonlocal size
        size += len(part)
        if found.wants(size):
            parts.append(bytes(part))

    _sub_blocks(source, collect)
    raw = b"".join(parts)
    if len(raw) == size:
        found.keep(place, "", raw[: -1 - _XMP_TAIL] if place == "gif:xmp" else _joined(raw))


def _joined(raw: bytes) -> bytes:
    """What sub-blocks hold, without their lengths."""
    parts = []
    at = 0
    while at < len(raw):
        parts.append(raw[at + 1 : at + 1 + raw[at]])
        at += 1 + raw[at]
    return b"".join(parts)


def _sub_blocks(source: Source, sink: _Sink | None) -> None:
    """Pass over sub-blocks to the empty one that ends them, and hand them on with their lengths."""
    while True:
        buffer, start, end = source.at_hand()
        if start == end:
            raise EOFError
        at = start
        while at < end:
            step = buffer[at]
            at += step + 1
            if not step:
                source.feed(at - start, sink)
                return
        source.feed(at - start, sink)
