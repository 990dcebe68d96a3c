"""Final Cut Pro 7 XML: whole frames, files by id, transitions that take the ends of their neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import Element

from alice_core.errors import UsageError
from alice_core.timeline.reading.edit import Edit, Fault, Item, Mark, Source, in_order
from alice_core.timeline.reading.xml import child_text, parsed_xml
from alice_core.timing import FrameRate, frames_of

_DROPPABLE = (30, 60)
_DIGEST = "sha256:"


def read_xmeml(data: bytes) -> Edit:
    """The first sequence of a document.

    Where a transition stands, its neighbours have -1 for an edge; the cut is put where the
    transition's alignment says.

    Raises:
        ValueError: It is no xmeml document with a sequence, or declares entities.
    """
    root = parsed_xml(data)
    sequence = root.find(".//sequence")
    if root.tag != "xmeml" or sequence is None:
        message = "it has no sequence"
        raise ValueError(message)
    return _Reader(root, sequence).edit()


@dataclass(frozen=True, slots=True)
class _Transition:
    start: Fraction
    end: Fraction
    cut: Fraction


class _Reader:
    """The files of one document, and its faults."""

    def __init__(self, root: Element, sequence: Element) -> None:
        self.sequence = sequence
        self.files = {file.get("id", ""): file for file in root.iter("file") if len(file)}
        self.faults: list[Fault] = []
        self.rate = self._counted(_rate_of(sequence.find("rate")))

    def edit(self) -> Edit:
        items: list[Item] = []
        for kind, letter in (("video", "V"), ("audio", "A")):
            for number, track in enumerate(self.sequence.findall(f"media/{kind}/track"), start=1):
                items += self._track(track, f"{letter}{number}")
        marks = [
            Mark(_frames(mark, "in"), child_text(mark, "name"), child_text(mark, "comment"))
            for mark in self.sequence.findall("marker")
        ]
        shape = self.sequence.find("media/video/format/samplecharacteristics")
        if self.sequence.find("media/video") is not None and shape is None:
            text = "the sequence has no picture format; Resolve makes no timeline of it"
            self.faults.append(Fault.warning("no-format", text))
        return Edit(
            "xml",
            child_text(self.sequence, "name"),
            self.rate,
            self._start(),
            in_order(items),
            tuple(sorted(marks, key=lambda mark: mark.frame)),
            tuple(self.faults),
            int(child_text(shape, "width", "0")),
            int(child_text(shape, "height", "0")),
        )

    def _counted(self, value: Fraction) -> FrameRate:
        drop = child_text(self.sequence, "timecode/displayformat") == "DF"
        droppable = value.denominator != 1 and round(value) in _DROPPABLE
        if drop and not droppable:
            self.faults.append(Fault.error("drop-flag", f"displayformat is DF at {float(value):g} frames a second"))
        return FrameRate(value, drop and droppable)

    def _start(self) -> Fraction:
        code = self.sequence.find("timecode")
        frame, label = child_text(code, "frame"), child_text(code, "string")
        counted: int | None = None
        try:
            counted = frames_of(label, self.rate) if label else None
        except UsageError as error:
            self.faults.append(Fault.warning("timecode", error.message))
        if frame and counted is not None and int(frame) != counted:
            text = f"the start says {label} and frame {frame}, which is not the same ({counted})"
            self.faults.append(Fault.error("drop-flag", text))
        return Fraction(int(frame) if frame else counted or 0)

    def _track(self, track: Element, name: str) -> Iterator[Item]:
        rows = list(track)
        for index, row in enumerate(rows):
            if row.tag in ("clipitem", "generatoritem"):
                before = _transition(rows[index - 1]) if index else None
                after = _transition(rows[index + 1]) if index + 1 < len(rows) else None
                yield self._item(row, name, before, after)

    def _item(self, row: Element, track: str, before: _Transition | None, after: _Transition | None) -> Item:
        start, end = _frames(row, "start"), _frames(row, "end")
        own = _rate_of(row.find("rate")) if row.find("rate/timebase") is not None else self.rate.value
        scale = self.rate.value / own
        used, last = _frames(row, "in") * scale, _frames(row, "out") * scale
        if start == -1:
            at = before or _Transition(Fraction(0), Fraction(0), Fraction(0))
            start, used = at.cut, used + at.cut - at.start
        if end == -1:
            end = after.cut if after else start + last - used
            last -= (after.end - after.cut) if after else 0
        name, speed = child_text(row, "name"), _speed(row)
        if (
            speed == 1
            and row.tag == "clipitem"
            and abs((last - used) - (end - start)) >= 1
            and not before
            and not after
        ):
            text = f"{name!r} takes {float(last - used):g} frames and gives {float(end - start):g}"
            self.faults.append(Fault.warning("length-mismatch", text, start))
        source = self._source(row)
        return Item(
            name,
            track,
            start,
            end,
            source,
            None if source is None or source.still else used,
            speed=speed,
            enabled=child_text(row, "enabled", "TRUE").upper() != "FALSE",
            note=child_text(row, "comments/mastercomment1"),
        )

    def _source(self, row: Element) -> Source | None:
        named = row.find("file")
        if named is None:
            return None
        file = self.files.get(named.get("id", ""), named)
        rate = _rate_of(file.find("rate")) if file.find("rate/timebase") is not None else self.rate.value
        still = child_text(row, "stillframe").upper() == "TRUE"
        length = child_text(file, "duration")
        digest = child_text(row, "comments/mastercomment2")
        frame = child_text(file, "timecode/frame")
        return Source(
            child_text(file, "name"),
            child_text(file, "pathurl"),
            digest if digest.startswith(_DIGEST) else "",
            child_text(file, "timecode/reel/name"),
            Fraction(int(frame)) / rate if frame else None,
            Fraction(length) / rate if length and not still else None,
            rate,
            still,
        )


def _rate_of(element: Element | None) -> Fraction:
    base = Fraction(child_text(element, "timebase", "0"))
    if base <= 0:
        message = "it has no frame rate"
        raise ValueError(message)
    return base * 1000 / 1001 if child_text(element, "ntsc").upper() == "TRUE" else base


def _frames(element: Element, tag: str) -> Fraction:
    return Fraction(child_text(element, tag, "0"))


def _transition(row: Element) -> _Transition | None:
    if row.tag != "transitionitem":
        return None
    start, end = _frames(row, "start"), _frames(row, "end")
    alignment = child_text(row, "alignment", "center")
    middle = Fraction((start + end) // 2)
    return _Transition(
        start, end, start if alignment.startswith("start") else end if alignment[:3] == "end" else middle
    )


def _speed(row: Element) -> Fraction | None:
    for effect in row.iter("effect"):
        if child_text(effect, "effectid") == "timeremap":
            for parameter in effect.iter("parameter"):
                if child_text(parameter, "parameterid") == "speed":
                    return Fraction(child_text(parameter, "value", "100")) / 100
            return None
    return Fraction(1)
