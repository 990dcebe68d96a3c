"""XMP sidecars: what people say of a file, as a packet beside it (ISO 16684-1), read and written.

Fields that other programs know are written in their places: ``dc:subject`` and
``lr:hierarchicalSubject`` (tags), ``xmp:Rating``, ``xmp:Label`` (the quick mark) and
``dc:description`` (the note, else the prompt). What only Alice knows has a namespace of its own.
A packet that another program wrote keeps everything else that is in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from alice_core.media.xmp_packet import RDF, Packet

ALICE = "urn:alicemultiverse:xmp:1/"
"""The namespace of what only Alice knows."""

_DC = "http://purl.org/dc/elements/1.1/"
_LR = "http://ns.adobe.com/lightroom/1.0/"
_XMP = "http://ns.adobe.com/xap/1.0/"
_DIGIKAM = "http://www.digikam.org/ns/1.0/"
_PREFIXES = {_DC: "dc", _LR: "lr", _XMP: "xmp", ALICE: "alice"}
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_MARKS = ("hero", "maybe", "reject")
_REJECTED = -1


@dataclass(frozen=True, slots=True)
class SidecarFacts:
    """What a sidecar says of its file.

    Attributes:
        digest: ``sha256:...`` of the file that it was written for.
        content: Its content digest.
        tags: Full names of tags, ``style/neon``.
        rating: 0 to 5.
        favourite: Whether it is one.
        mark: ``hero``, ``maybe`` or ``reject``.
        reason: Why it was marked so.
        note: Free text.
        prompt: What was asked for; told as the description where there is no note.
        collections: Names of collections.
        projects: Names of projects, each as ``name`` or ``role|name``.
        recipes: How it was derived, each a JSON object.
    """

    digest: str | None = None
    content: str | None = None
    tags: tuple[str, ...] = ()
    rating: int | None = None
    favourite: bool = False
    mark: str | None = None
    reason: str | None = None
    note: str | None = None
    prompt: str | None = None
    collections: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    recipes: tuple[str, ...] = ()


def read_sidecar_packet(data: bytes) -> SidecarFacts:
    """What a packet says, whoever wrote it.

    Raises:
        ValueError: It is no packet that can be read.
    """
    packet = Packet.parse(data)
    mark, rating = _mark(packet), _rating(packet)
    return SidecarFacts(
        digest=_first(packet, ALICE, "digest"),
        content=_first(packet, ALICE, "content"),
        tags=_tags(packet),
        rating=None if rating == _REJECTED else rating,
        favourite=_first(packet, ALICE, "favourite") == "True",
        mark="reject" if mark is None and rating == _REJECTED else mark,
        reason=_first(packet, ALICE, "reason"),
        note=_their_description(packet) or _first(packet, ALICE, "note"),
        collections=packet.values(f"{{{ALICE}}}collections"),
        projects=packet.values(f"{{{ALICE}}}projects"),
        recipes=packet.values(f"{{{ALICE}}}recipes"),
    )


def write_sidecar_packet(facts: SidecarFacts, before: bytes | None = None) -> bytes:
    """A packet that says these facts, and everything else that the packet before it said.

    Keywords that others wrote stay; those that an earlier packet of ours had and the facts have not go.

    Raises:
        ValueError: The packet before cannot be read; it must not be written over.
    """
    packet = Packet.parse(before) if before is not None else Packet.empty()
    earlier = set(packet.values(f"{{{ALICE}}}tags"))
    foreign = [tag for tag in _tags(packet) if tag not in earlier]
    tags = list(dict.fromkeys([*facts.tags, *foreign]))
    was_rated, was_marked = (bool(packet.values(f"{{{ALICE}}}{name}")) for name in ("rating", "mark"))
    _list(packet, _DC, "subject", dict.fromkeys(part for tag in tags for part in tag.split("/")))
    _list(packet, _LR, "hierarchicalSubject", (tag.replace("/", "|") for tag in tags if "/" in tag))
    if facts.rating is not None or was_rated:
        _text(packet, _XMP, "Rating", None if facts.rating is None else str(facts.rating))
    if facts.mark is not None or was_marked:
        _text(packet, _XMP, "Label", facts.mark)
    _describe(packet, facts)
    for name in ("digest", "content", "mark", "reason", "note"):
        _text(packet, ALICE, name, getattr(facts, name))
    _text(packet, ALICE, "rating", None if facts.rating is None else str(facts.rating))
    _text(packet, ALICE, "favourite", "True" if facts.favourite else None)
    _list(packet, ALICE, "tags", facts.tags)
    for name in ("collections", "projects", "recipes"):
        _list(packet, ALICE, name, getattr(facts, name))
    return packet.to_bytes(_PREFIXES)


def _describe(packet: Packet, facts: SidecarFacts) -> None:
    """The note is the description, else the prompt; what somebody else wrote there gives way to a note only."""
    theirs = _their_description(packet)
    text = facts.note or (facts.prompt if theirs is None else None)
    if theirs is None or facts.note is not None:
        packet.put(f"{{{_DC}}}description", None if text is None else _alternatives(text))
    _text(packet, ALICE, "description", text)


def _their_description(packet: Packet) -> str | None:
    """The description, unless it is still the one that we wrote."""
    description = _first(packet, _DC, "description")
    return None if description == _first(packet, ALICE, "description") else description


def _tags(packet: Packet) -> tuple[str, ...]:
    """Tags with their place in the tree, then keywords that are no part of one."""
    deep = [value.replace("|", "/") for value in packet.values(f"{{{_LR}}}hierarchicalSubject")]
    deep += packet.values(f"{{{_DIGIKAM}}}TagsList")
    parts = {part for tag in deep for part in tag.split("/")}
    flat = [value for value in packet.values(f"{{{_DC}}}subject") if value not in parts]
    return tuple(dict.fromkeys([*deep, *flat]))


def _mark(packet: Packet) -> str | None:
    label = (_first(packet, _XMP, "Label") or "").strip().lower()
    return label if label in _MARKS else None


def _rating(packet: Packet) -> int | None:
    text = _first(packet, _XMP, "Rating")
    try:
        rating = int(float(text)) if text else None
    except (ValueError, OverflowError):
        return None
    if rating == 0 and _first(packet, ALICE, "rating") != "0":
        return None  # other programs write 0 for "not rated"
    return rating if rating is not None and _REJECTED <= rating <= 5 else None  # noqa: PLR2004 - the scale of XMP


def _first(packet: Packet, space: str, name: str) -> str | None:
    return next(iter(packet.values(f"{{{space}}}{name}")), None)


def _text(packet: Packet, space: str, name: str, value: str | None) -> None:
    if value is None:
        packet.put(f"{{{space}}}{name}", None)
        return
    element = ET.Element(f"{{{space}}}{name}")
    element.text = value
    packet.put(element.tag, element)


def _list(packet: Packet, space: str, name: str, values: Iterable[str]) -> None:
    several = list(values)
    packet.put(f"{{{space}}}{name}", _bag(f"{{{space}}}{name}", several) if several else None)


def _bag(tag: str, values: Iterable[str]) -> ET.Element:
    element = ET.Element(tag)
    bag = ET.SubElement(element, f"{RDF}Bag")
    for value in values:
        ET.SubElement(bag, f"{RDF}li").text = value
    return element


def _alternatives(text: str) -> ET.Element:
    element = ET.Element(f"{{{_DC}}}description")
    one = ET.SubElement(ET.SubElement(element, f"{RDF}Alt"), f"{RDF}li", {_LANG: "x-default"})
    one.text = text
    return element
