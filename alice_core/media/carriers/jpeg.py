"""JPEG (ITU-T T.81, annex B): segments that begin with a marker, and scans of coded data between them.

The picture is everything from the start to the end of the image but the application and comment
segments; Adobe's (APP14) belongs to the picture, because it says how colours are coded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from alice_core.media.carriers.content import Content
from alice_core.media.carriers.gathered import MOST_BYTES, MOST_CHUNKS, Gathered
from alice_core.media.source import Source

_SOI, _EOI, _SOS, _COM, _TEM = 0xD8, 0xD9, 0xDA, 0xFE, 0x01
_FILL = 0xFF
_RESTARTS = range(0xD0, 0xD8)
_APP1, _APP2, _APP11, _APP13, _APP14 = 0xE1, 0xE2, 0xEB, 0xED, 0xEE
_APPLICATION = range(0xE0, 0xF0)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_KEPT = frozenset({_APP1, _APP2, _APP11, _APP13, _COM})
_HOPS = 2048
_FILLED = re.compile(rb"\xff+")
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # in coded data a zero byte or a restart follows any other 0xFF

_EXIF = b"Exif\0"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"
_EXTENDED_HEAD = 40  # after the signature: 32 hex digits, the whole size, the offset
_PHOTOSHOP = b"Photoshop 3.0\0"
_SEVERAL = b"MPF\0"
_JUMBF = b"JP"
_JUMBF_HEAD = 8  # of a segment: ``JP``, the box's number, the segment's number


@dataclass(slots=True)
class _Pieces:
    """Metadata that lies in several segments."""

    extended: dict[str, tuple[int, dict[int, bytes]]] = field(default_factory=dict)
    photoshop: list[bytes] = field(default_factory=list)
    jumbf: dict[bytes, dict[int, bytes]] = field(default_factory=dict)


def read_jpeg(source: Source, found: Gathered) -> bool:
    """Read a JPEG file to the end of its image; whether it says that more images follow (MPF)."""
    state = Content("jpeg", source.size)
    pieces, several, scanned = _Pieces(), False, False
    source.feed(2)
    try:
        for _ in range(MOST_CHUNKS):
            code = _marker(source)
            if code == _EOI:
                break
            if code in _RESTARTS or code == _TEM:
                continue
            several = _segment(source, found, pieces, state, code) or several
            if code == _SOS:
                _scan(source, state)
                scanned = True
        else:
            raise ValueError(f"it has more than {MOST_CHUNKS} segments")
    finally:
        _join(found, pieces)
    if not scanned or not found.width:
        raise ValueError("it has no image data")
    found.content = state.hexdigest()
    return several


def _marker(source: Source) -> int:
    """The code of the next marker; bytes that fill the space before it are passed over."""
    while True:
        buffer, start, end = source.at_hand(2)
        if end - start < 2:  # noqa: PLR2004 - a marker's length
            raise EOFError
        filled = _FILLED.match(buffer, start, end)
        at = filled.end() if filled else start
        if at == end:
            source.feed(at - start - 1)
            continue
        code = buffer[at]
        if at == start or not code:
            raise ValueError("something that is no marker lies where one must begin")
        source.feed(at - start + 1)
        return code


def _segment(source: Source, found: Gathered, pieces: _Pieces, state: Content, code: int) -> bool:
    """Read a segment; whether it says that more images follow."""
    head = source.take(2)
    length = int.from_bytes(head, "big") - 2
    if length < 0:
        raise ValueError("a segment is shorter than its own length")
    if code in _KEPT:
        payload = source.take(length)
        _keep(found, pieces, code, payload)
        return code == _APP2 and payload.startswith(_SEVERAL)
    if code in _APPLICATION and code != _APP14:
        source.feed(length)
        return False
    state.feed(bytes((_FILL, code)) + head)
    if code in _FRAMES and not found.width and length > 5:  # noqa: PLR2004 - precision, height, width
        payload = source.take(length)
        found.height, found.width = int.from_bytes(payload[1:3], "big"), int.from_bytes(payload[3:5], "big")
        state.feed(payload)
    else:
        source.feed(length, state.feed)
    return False


def _scan(source: Source, state: Content) -> None:
    """Pass over coded data to the next marker."""
    while True:
        buffer, start, end = source.at_hand(2)
        if end - start < 2:  # noqa: PLR2004 - a marker's length
            raise EOFError
        at = _next_marker(buffer, start, end)
        passed = end - (buffer[end - 1] == _FILL) if at < 0 else at
        source.feed(passed - start, state.feed)
        if at >= 0:
            return


def _next_marker(buffer: bytearray, start: int, end: int) -> int:
    """Where the next marker begins in coded data; -1 if it does not."""
    at = start
    for _ in range(_HOPS):  # faster than the pattern, where there are as few as usual
        at = buffer.find(_FILL, at, end - 1)
        if at < 0:
            return -1
        code = buffer[at + 1]
        if code and code not in _RESTARTS and code != _FILL:
            return at
        at += 1 if code == _FILL else 2
    found = _MARKER.search(buffer, at, end)
    return found.start() if found else -1


def _keep(found: Gathered, pieces: _Pieces, code: int, payload: bytes) -> None:
    if code == _COM:
        found.keep("jpeg:comment", "", payload)
    elif code == _APP1:
        _keep_app1(found, pieces, payload)
    elif code == _APP13 and payload.startswith(_PHOTOSHOP) and found.reserve(len(payload)):
        pieces.photoshop.append(payload[len(_PHOTOSHOP) :])
    elif code == _APP11 and payload.startswith(_JUMBF) and len(payload) > _JUMBF_HEAD and found.reserve(len(payload)):
        box = pieces.jumbf.setdefault(payload[2:4], {})
        box.setdefault(int.from_bytes(payload[4:8], "big"), payload[_JUMBF_HEAD:])


def _keep_app1(found: Gathered, pieces: _Pieces, payload: bytes) -> None:
    if payload.startswith(_EXIF):
        found.keep("jpeg:exif", "", payload[len(_EXIF) + 1 :])
    elif payload.startswith(_XMP):
        found.keep("jpeg:xmp", "", payload[len(_XMP) :])
    elif payload.startswith(_EXTENDED) and len(payload) > len(_EXTENDED) + _EXTENDED_HEAD:
        body = payload[len(_EXTENDED) :]
        name = body[:32].decode("latin-1")
        whole, offset = int.from_bytes(body[32:36], "big"), int.from_bytes(body[36:40], "big")
        if whole <= MOST_BYTES and found.reserve(len(body)):
            pieces.extended.setdefault(name, (whole, {}))[1].setdefault(offset, body[_EXTENDED_HEAD:])


def _join(found: Gathered, pieces: _Pieces) -> None:
    """Keep what lay in several segments (XMP 3, section 1.1.3.1; ISO 19566-5, annex D)."""
    for name, (whole, parts) in pieces.extended.items():
        text = b"".join(parts[offset] for offset in sorted(parts))
        if len(text) == whole:
            found.add("jpeg:xmp", name, text)
        else:
            found.note("A long XMP text is not whole; it was left out.")
    if pieces.photoshop:
        found.add("jpeg:iptc", "", b"".join(pieces.photoshop))
    for parts in pieces.jumbf.values():
        first, *others = (parts[number] for number in sorted(parts))
        again = 16 if first[:4] == b"\0\0\0\1" else 8  # each part repeats the box's header
        found.add("jpeg:c2pa", "", first + b"".join(part[again:] for part in others))
