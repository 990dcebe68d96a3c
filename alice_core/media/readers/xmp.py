"""XMP: a packet of RDF, read with bounds (ISO 16684-1).

A document type or an entity has no business in a packet; a packet that has one is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from xml.etree import ElementTree as ET

from alice_core.media.generation import Block
from alice_core.media.readers.base import Given

VERSION = 1
"""Raised whenever :func:`source_type` or the packets say something else of the same blocks."""

LONGEST = 4 * 1024 * 1024
"""The longest packet that is read, in bytes."""

_MOST_BLOCKS = 16
_REMEMBERED = 262144
_PNG_KEY = "XML:com.adobe.xmp"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_FIELDS = {
    "creator_tool": ("{http://ns.adobe.com/xap/1.0/}CreatorTool",),
    "source_type": (
        "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType",
        "{http://iptc.org/std/Iptc4xmpExt/2008-02-19/}DigitalSourceType",
        "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourcefileType",
    ),
    "user_comment": ("{http://ns.adobe.com/exif/1.0/}UserComment",),
    "description": (f"{_DC}description",),
    "title": (f"{_DC}title",),
    "creator": (f"{_DC}creator",),
}
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\0<", "utf-16-be"),
    (b"<\0", "utf-16-le"),
)
_MOST_TRIES = 64  # an element is looked for in so many places, however deep they lie in each other
_FORBIDDEN = re.compile(r"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_DECLARED = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")


@dataclass(frozen=True, slots=True)
class Xmp:
    """What is read of a packet; of a property with several values or languages the first.

    Attributes:
        creator_tool: ``xmp:CreatorTool``.
        source_type: ``Iptc4xmpExt:DigitalSourceType``, a URI.
        user_comment: ``exif:UserComment``.
        description: ``dc:description``.
        title: ``dc:title``.
        creator: ``dc:creator``.
    """

    creator_tool: str | None = None
    source_type: str | None = None
    user_comment: str | None = None
    description: str | None = None
    title: str | None = None
    creator: str | None = None


def xmp_blocks(given: Given) -> Iterator[Block]:
    """The blocks of a file that hold a packet; of a great many only the first."""
    found = (one for one in given.blocks if one.key == _PNG_KEY or one.place.casefold().endswith("xmp"))
    return islice(found, _MOST_BLOCKS)


def read_xmp(data: bytes) -> Xmp | None:
    """What a packet says; ``None`` where it is too long, no XML, or has a document type or an entity.

    Small packets are remembered for the next reader that asks.
    """
    if len(data) > LONGEST:
        return None
    return _remembered(data) if len(data) <= _REMEMBERED else _parsed(data)


def xmp_of(given: Given) -> Xmp:
    """What the packets of a file say; the first that says something of a field wins."""
    found: dict[str, str] = {}
    for block in xmp_blocks(given):
        packet = read_xmp(block.data)
        for field in _FIELDS if packet else ():
            value = getattr(packet, field)
            if value:
                found.setdefault(field, value)
    return Xmp(**found)


def source_type(uri: str | None) -> str | None:
    """The last word of a digital source type, such as ``trainedAlgorithmicMedia``."""
    if not uri:
        return None
    word = re.split(r"[/#:]", uri.strip().rstrip("/"))[-1]
    return word or None


def _parsed(data: bytes) -> Xmp | None:
    text = _text(data)
    if _FORBIDDEN.search(text):
        return None
    try:
        root = ET.fromstring(_DECLARED.sub("", text))  # noqa: S314 - entities and document types are refused above
    except (ET.ParseError, ValueError):
        return None
    values: dict[str, str] = {}
    for field, names in _FIELDS.items():
        value = _property(root, names)
        if value:
            values[field] = value
    return Xmp(**values)


@lru_cache(maxsize=4)
def _remembered(data: bytes) -> Xmp | None:
    return _parsed(data)


def _text(data: bytes) -> str:
    codec = next((codec for mark, codec in _BOMS if data.startswith(mark)), "utf-8")
    text = data.decode(codec, "replace").strip("\0\ufeff \t\r\n")
    end = text.rfind(">")
    return text[: end + 1]


def _property(root: ET.Element, names: tuple[str, ...]) -> str | None:
    """The value of a property, written as an attribute of a description or as an element."""
    for one in names:
        for description in islice(root.iter(f"{_RDF}Description"), _MOST_TRIES):
            value = (description.get(one) or "").strip()
            if value:
                return value
        for element in islice(root.iter(one), _MOST_TRIES):
            value = _value(element)
            if value:
                return value
    return None


def _value(element: ET.Element) -> str:
    resource = element.get(f"{_RDF}resource")
    if resource:
        return resource.strip()
    item = next(element.iter(f"{_RDF}li"), element)
    return (item.text or "").strip()
