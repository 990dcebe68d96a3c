"""TIFF 6.0: the texts in the first directory of a file."""

from __future__ import annotations

import struct

from alice_core.media.carriers.gathered import Gathered
from alice_core.media.source import Source

_TEXTS = {
    270: "ImageDescription", 271: "Make", 272: "Model", 285: "PageName", 305: "Software", 306: "DateTime",
    315: "Artist", 316: "HostComputer", 33432: "Copyright",
}  # fmt: skip
_BLOCKS = {700: "tiff:xmp", 33723: "tiff:iptc"}
_SIZES = {1: 1, 2: 1, 4: 4, 7: 1}  # bytes, text, long numbers (as which IPTC is often stored), anything
_MOST_ENTRIES = 4096


def keep_tags(source: Source, found: Gathered) -> None:
    """Keep the texts, XMP and IPTC of a TIFF file; of ``tiff:tag`` the key is the tag's name."""
    head = source.at(0, 8)
    order = "<" if head[:2] == b"II" else ">"
    try:
        (start,) = struct.unpack_from(order + "4xI", head)
        (count,) = struct.unpack(order + "H", source.at(start, 2))
        directory = source.at(start + 2, 12 * min(count, _MOST_ENTRIES))
        for at in range(0, len(directory) - 11, 12):
            tag, kind, number = struct.unpack_from(order + "HHI", directory, at)
            size = _SIZES.get(kind, 0) * number
            if (tag not in _TEXTS and tag not in _BLOCKS) or not size or not found.wants(size):
                continue
            value = directory[at + 8 : at + 8 + size]
            if size > 4:  # noqa: PLR2004 - what fits into the entry lies in it
                value = source.at(struct.unpack_from(order + "I", directory, at + 8)[0], size)
            if tag in _TEXTS:
                found.keep("tiff:tag", _TEXTS[tag], value.rstrip(b"\0"))
            else:
                found.keep(_BLOCKS[tag], "", value)
    except struct.error:
        found.note("Its first directory is cut off.")
