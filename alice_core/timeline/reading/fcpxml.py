"""FCPXML of any version: spines, connected clips in their host's time, compound and multicam clips as wholes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import Element

from alice_core.timeline.grid import parse_seconds
from alice_core.timeline.reading.edit import Edit, Fault, Item, Mark, Source, in_order
from alice_core.timeline.reading.xml import child_text, parsed_xml
from alice_core.timing import FrameRate

_CLIPS = frozenset(
    {"video", "audio", "asset-clip", "clip", "ref-clip", "sync-clip", "mc-clip", "title", "live-drawing"}
)
_MARKERS = frozenset({"marker", "chapter-marker"})
_DIGEST = "alicemultiverse.digest"
_STEPS = 2
_STATES = frozenset({Fraction(30000, 1001), Fraction(60000, 1001)})


@dataclass(frozen=True, slots=True)
class _Placed:
    """An element and where it begins, in seconds from the start of the sequence; ``lane`` from the spine."""

    element: Element
    at: Fraction
    lane: int


def read_fcpxml(data: bytes) -> Edit:
    """The first sequence of a document.

    A connected clip's offset counts in its host's own time, whether the host is a clip or a
    gap. A clip of an asset without video, or with ``srcEnable="audio"``, is sound. Sounds
    and markers of Final Cut may lie between frames, and stay there.

    Raises:
        ValueError, KeyError: It is no FCPXML document with a sequence, or declares entities.
    """
    root = parsed_xml(data)
    sequence = root.find(".//project/sequence")
    sequence = root.find(".//sequence") if sequence is None else sequence
    spine = sequence.find("spine") if sequence is not None else None
    if root.tag != "fcpxml" or sequence is None or spine is None:
        message = "it has no project with a sequence"
        raise ValueError(message)
    return _Reader(root, sequence).edit(spine)


class _Reader:
    """The resources of one document, and its faults."""

    def __init__(self, root: Element, sequence: Element) -> None:
        self.sequence = sequence
        self.formats = {element.attrib["id"]: element for element in root.iter("format")}
        self.assets = {element.attrib["id"]: element for element in root.iter("asset")}
        self.name = next((project.get("name", "") for project in root.iter("project")), "")
        self.faults: list[Fault] = []
        frame = parse_seconds(self.formats[sequence.attrib["format"]].attrib["frameDuration"])
        self.rate = self._counted(1 / frame)

    def edit(self, spine: Element) -> Edit:
        start = parse_seconds(self.sequence.get("tcStart", "0s"))
        items: list[Item] = []
        marks: list[Mark] = []
        for placed in _placed(spine, start, 0):
            if placed.element.tag in _MARKERS:
                element = placed.element
                name, note = element.get("value", ""), element.get("note", "")
                marks.append(Mark(placed.at * self.rate.value, name, note))
            elif placed.element.tag in _CLIPS:
                items.append(self._item(placed))
        size = self.formats[self.sequence.attrib["format"]]
        return Edit(
            "fcpxml",
            self.name,
            self.rate,
            start * self.rate.value,
            in_order(items),
            tuple(sorted(marks, key=lambda mark: mark.frame)),
            tuple(self.faults),
            int(size.get("width", "0")),
            int(size.get("height", "0")),
        )

    def _counted(self, value: Fraction) -> FrameRate:
        drop = self.sequence.get("tcFormat") == "DF"
        if drop and value not in _STATES:
            self.faults.append(Fault.error("drop-flag", f"tcFormat is DF at {float(value):g} frames a second"))
        return FrameRate(value, drop and value in _STATES)

    def _item(self, placed: _Placed) -> Item:
        element, rate = placed.element, self.rate.value
        asset = self._asset(element)
        source = self._source(asset) if asset is not None else None
        start = placed.at * rate
        length = self._length(element, asset) * rate
        heard = element.tag == "audio" or element.get("srcEnable") == "audio"
        heard = heard or (asset is not None and asset.get("hasVideo") != "1")
        source_in: Fraction | None = None
        if source is not None and not source.still:
            first = source.start or Fraction(0)
            source_in = (parse_seconds(element.get("start", f"{first}s")) - first) * rate
        lane = placed.lane
        track = f"A{max(1, -lane) if lane else 1}" if heard else f"V{lane + 1}"
        return Item(
            element.get("name", ""),
            track,
            start,
            start + length,
            source,
            source_in,
            speed=_speed(element),
            enabled=element.get("enabled") != "0",
            note=child_text(element, "note"),
        )

    def _length(self, element: Element, asset: Element | None) -> Fraction:
        if "duration" in element.attrib or asset is None:
            return parse_seconds(element.get("duration", "0s"))
        return parse_seconds(asset.get("duration", "0s"))

    def _asset(self, element: Element) -> Element | None:
        inner = element if "ref" in element.attrib else element.find("video[@ref]")
        inner = element.find("audio[@ref]") if inner is None else inner
        if inner is None or element.tag in ("ref-clip", "mc-clip", "sync-clip", "title"):
            return None
        return self.assets.get(inner.attrib["ref"])

    def _source(self, asset: Element) -> Source:
        rep = asset.find("media-rep")
        url = rep.get("src", "") if rep is not None else asset.get("src", "")
        form = self.formats.get(asset.get("format", ""))
        frame = form.get("frameDuration") if form is not None else None
        length = parse_seconds(asset.get("duration", "0s"))
        still = asset.get("hasVideo") == "1" and length == 0
        digest = next((md.get("value", "") for md in asset.iter("md") if md.get("key") == _DIGEST), "")
        return Source(
            asset.get("name", ""),
            url,
            digest,
            start=parse_seconds(asset.get("start", "0s")),
            duration=None if still else length,
            rate=1 / parse_seconds(frame) if frame else None,
            still=still,
        )


def _placed(spine: Element, start: Fraction, lane: int) -> Iterator[_Placed]:
    """Every element of a spine and all that is connected to it, with its place."""
    at = Fraction(0)
    for outer in spine:
        element = next(iter(outer), outer) if outer.tag == "audition" else outer
        if "offset" in element.attrib or "offset" in outer.attrib:
            at = parse_seconds(element.get("offset") or outer.attrib["offset"]) - start
        yield from _with_connected(element, at, lane)
        if element.tag != "transition":
            at += parse_seconds(element.get("duration", "0s"))


def _with_connected(element: Element, at: Fraction, lane: int) -> Iterator[_Placed]:
    yield _Placed(element, at, lane)
    local = parse_seconds(element.get("start", "0s"))
    for outer in element:
        child = next(iter(outer), outer) if outer.tag == "audition" else outer
        if child.tag in _MARKERS:
            yield _Placed(child, at + parse_seconds(child.get("start", "0s")) - local, lane)
        elif "lane" in child.attrib or "lane" in outer.attrib:
            place = at + parse_seconds(child.get("offset") or outer.get("offset") or "0s") - local
            own = int(child.get("lane") or outer.attrib["lane"])
            if child.tag == "spine":
                for inner in _placed(child, Fraction(0), own):
                    yield _Placed(inner.element, inner.at + place, inner.lane)
            else:
                yield from _with_connected(child, place, own)


def _speed(element: Element) -> Fraction | None:
    """The constant speed of a clip: 1 without a time map, ``None`` where it changes."""
    points = element.findall("timeMap/timept")
    if not points:
        return Fraction(1)
    times = [(parse_seconds(point.get("time", "0s")), parse_seconds(point.get("value", "0s"))) for point in points]
    (time, value), (until, last) = times[0], times[-1]
    if len(times) != _STEPS or until == time:
        return None
    return (last - value) / (until - time)
