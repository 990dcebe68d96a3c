"""The cuts of an FCPXML document, from the times of its elements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from xml.etree import ElementTree as ET
from xml.parsers import expat

from alice_core.timeline.cuts import Cut, Cuts, whole_frames
from alice_core.timeline.grid import parse_seconds
from alice_core.timing import FrameRate

_PICTURES = frozenset({"video", "asset-clip", "clip", "ref-clip", "sync-clip", "mc-clip", "title"})
_MARKERS = frozenset({"marker", "chapter-marker"})


@dataclass(frozen=True, slots=True)
class _Placed:
    """An element and the second of the sequence, without its start timecode, where it begins."""

    element: ET.Element
    at: Fraction


def fcpxml_cuts(data: bytes) -> Cuts:
    """What lies on the first sequence of a document, connected clips included.

    A connected clip's offset counts in its host's own time, whether the host is a clip or a
    gap. An ``<asset-clip>`` of an asset without video is the song. Sounds and markers may
    lie between frames (Final Cut writes such) and are taken to the nearest.

    Raises:
        ValueError, KeyError: It is no FCPXML document with a project, or declares entities.
        MediaError: A picture lies between frames.
    """
    root = parsed_xml(data)
    sequence = root.find(".//project/sequence")
    spine = sequence.find("spine") if sequence is not None else None
    if sequence is None or spine is None:
        message = "it has no project with a sequence"
        raise ValueError(message)
    formats = {element.attrib["id"]: element for element in root.iter("format")}
    frame = parse_seconds(formats[sequence.attrib["format"]].attrib["frameDuration"])
    rate = FrameRate(1 / frame, sequence.get("tcFormat") == "DF")
    start = parse_seconds(sequence.get("tcStart", "0s"))
    silent = {element.attrib["id"] for element in root.iter("asset") if element.get("hasVideo") != "1"}
    pictures: list[Cut] = []
    sounds: list[Cut] = []
    markers: set[int] = set()
    for placed in _placed(spine, start):
        element, at = placed.element, placed.at * rate.value
        name, length = element.get("name", ""), _seconds(element, "duration") * rate.value
        if element.tag in _MARKERS:
            markers.add(round(at))
        elif element.get("ref") in silent:
            sounds.append(Cut(name, round(at), round(at + length)))
        elif element.tag in _PICTURES:
            pictures.append(Cut(name, whole_frames(at), whole_frames(at + length)))
    pictures.sort(key=lambda cut: cut.start)
    begin = whole_frames(start * rate.value)
    return Cuts(rate, begin, tuple(pictures), sounds[0] if sounds else None, tuple(sorted(markers)))


def parsed_xml(data: bytes) -> ET.Element:
    """The root element of a document that declares no entity.

    Entities are refused at their declaration, before any is expanded.

    Raises:
        ValueError: The document is no XML or declares an entity.
    """
    builder = ET.TreeBuilder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = _refuse_entity
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        message = f"it is no XML ({error})"
        raise ValueError(message) from error
    return builder.close()


def _refuse_entity(*_: object) -> None:
    message = "it declares an entity"
    raise ValueError(message)


def _placed(spine: ET.Element, start: Fraction) -> Iterator[_Placed]:
    """Every element of a spine and all that is connected to it, with its place."""
    at = Fraction(0)
    for element in spine:
        if "offset" in element.attrib:
            at = _seconds(element, "offset") - start
        yield from _with_connected(element, at)
        at += _seconds(element, "duration")


def _with_connected(element: ET.Element, at: Fraction) -> Iterator[_Placed]:
    yield _Placed(element, at)
    local = _seconds(element, "start")
    for child in element:
        if child.tag in _MARKERS:
            yield _Placed(child, at + _seconds(child, "start") - local)
        elif "lane" in child.attrib:
            place = at + _seconds(child, "offset") - local
            if child.tag == "spine":
                yield from (_Placed(inner.element, inner.at + place) for inner in _placed(child, Fraction(0)))
            else:
                yield from _with_connected(child, place)


def _seconds(element: ET.Element, name: str) -> Fraction:
    return parse_seconds(element.get(name, "0s"))
