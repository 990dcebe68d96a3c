"""AAF files of Avid, Premiere and ours; importing this module loads pyaaf2."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from io import BufferedReader, BytesIO
from typing import Any

from aaf2.cfb import CompoundFileBinary
from aaf2.exceptions import AAFError
from aaf2.file import AAFFactory, AAFFile, AAFObjectManager
from aaf2.metadict import MetaDictionary

from alice_core.timeline.reading.edit import Edit, Fault, Item, Mark, Source, in_order
from alice_core.timing import FrameRate

_DROPPABLE = (Fraction(30000, 1001), Fraction(60000, 1001))
_DEEPEST = 40
_FREE = 0xFFFFFFFF
_SPEEDY = ("motion control", "speed", "timewarp", "time warp")
_BROKEN = (
    AAFError,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    struct.error,
    RuntimeError,
)


def read_aaf(data: bytes) -> Edit:
    """The top composition of a file: every picture and sound slot, transitions as cuts at their cut point.

    Raises:
        ValueError: It is no AAF file that can be read, or has no composition.
    """
    try:
        return _Reader(_InMemory(data)).edit()
    except _BROKEN as error:
        message = f"pyaaf2 cannot read it ({error})"
        raise ValueError(message) from error


class _InMemory(AAFFile):  # type: ignore[misc]
    """A file that is read from bytes; pyaaf2 itself opens only paths, and leaves a broken one open."""

    def __init__(self, data: bytes) -> None:
        self.mode = "rb"
        self.f = BufferedReader(BytesIO(data))  # pyaaf2 takes a bare BytesIO for a new file
        self.cfb = CompoundFileBinary(self.f, self.mode)
        used = next(index for index in range(len(self.cfb.fat), 0, -1) if self.cfb.fat[index - 1] != _FREE)
        if len(data) <= used * self.cfb.sector_size:  # the last sector may be short: pyaaf2 writes such
            message = "the file is cut off"
            raise ValueError(message)
        self.weakref_table: list[list[int]] = []
        self.manager = AAFObjectManager(self)
        self.create = AAFFactory(self)
        self.is_open = True
        self.read_reference_properties()
        self.metadict = MetaDictionary(self)
        self.metadict.dir = self.cfb.find("/MetaDictionary-1")
        self.manager["/MetaDictionary-1"] = self.metadict
        self.root = self.manager.read_object("/")
        self.metadict.read_properties()


class _Reader:
    """One composition."""

    def __init__(self, file: Any) -> None:  # noqa: ANN401 - pyaaf2 has no types
        mobs = list(file.content.toplevel()) or list(file.content.compositionmobs())
        if not mobs:
            message = "it has no composition"
            raise ValueError(message)
        self.mob = mobs[0]
        self.faults: list[Fault] = []
        if len(mobs) > 1:
            text = f"it holds {len(mobs)} compositions; the first, {self.mob.name!r}, is read"
            self.faults.append(Fault.warning("compositions", text))
        self.slots = [slot for slot in self.mob.slots if hasattr(slot, "edit_rate")]
        self.rate, self.start = self._timecode()

    def edit(self) -> Edit:
        items: list[Item] = []
        counts = {"V": 0, "A": 0}
        for slot in self.slots:
            kind = str(slot.media_kind).lower()
            letter = "V" if "picture" in kind else "A" if "sound" in kind and "master" not in kind else ""
            scope = type(slot.segment).__name__ == "NestedScope"
            for segment in (list(slot.segment.slots) if scope else [slot.segment]) if letter else ():
                counts[letter] += 1
                items += self._slot(slot, segment, f"{letter}{counts[letter]}")
        marks = sorted(self._marks(), key=lambda mark: mark.frame)
        name = self.mob.name or ""
        return Edit("aaf", name, self.rate, self.start, in_order(items), tuple(marks), tuple(self.faults))

    def _timecode(self) -> tuple[FrameRate, Fraction]:
        pictures = [slot for slot in self.slots if "picture" in str(slot.media_kind).lower()]
        codes = [slot for slot in self.slots if "timecode" in str(slot.media_kind).lower()]
        codes.sort(key=lambda slot: slot.get("PhysicalTrackNumber") is None or slot["PhysicalTrackNumber"].value != 1)
        ruling = (pictures or codes or self.slots)[0]
        value = Fraction(ruling.edit_rate)
        code = next((found for slot in codes if (found := _code_of(slot.segment)) is not None), None)
        if code is None:
            self.faults.append(Fault.warning("no-timecode", "the composition has no timecode slot"))
            return FrameRate(value), Fraction(0)
        drop, nominal = bool(code.drop), -(-value.numerator // value.denominator)
        if drop and value not in _DROPPABLE:
            self.faults.append(Fault.error("drop-flag", f"the timecode drops at {float(value):g} frames a second"))
        if code.fps != nominal:
            text = f"the timecode counts {code.fps} frames a second, the picture {float(value):g}"
            self.faults.append(Fault.error("timecode-rate", text))
        return FrameRate(value, drop and value in _DROPPABLE), Fraction(code.start)

    def _slot(self, slot: Any, segment: Any, track: str) -> Iterator[Item]:  # noqa: ANN401 - pyaaf2 has no types
        scale = self.rate.value / Fraction(slot.edit_rate)
        for item in _walk(segment, 0, track, 0):
            used = None if item.source_in is None else item.source_in * scale
            yield replace(item, start=item.start * scale, end=item.end * scale, source_in=used)

    def _marks(self) -> Iterator[Mark]:
        for slot in self.mob.slots:
            segment = slot.segment
            if "descriptive" not in str(getattr(segment, "media_kind", "")).lower():
                continue
            rate = Fraction(slot.edit_rate) if hasattr(slot, "edit_rate") else self.rate.value
            for event in getattr(segment, "components", ()):
                position = event.get("Position")
                if position is not None:
                    comment = event.get("Comment")
                    text = str(comment.value or "") if comment is not None else ""
                    name, _, note = text.partition(": ")
                    yield Mark(Fraction(position.value) * self.rate.value / rate, name, note)


def _walk(segment: Any, at: int, track: str, depth: int) -> Iterator[Item]:  # noqa: ANN401 - pyaaf2 has no types
    if depth > _DEEPEST:
        message = "its cuts are nested too deep"
        raise ValueError(message)
    kind = type(segment).__name__
    if kind == "Sequence":
        yield from _sequence(segment, at, track, depth)
    elif kind == "SourceClip":
        yield _item(segment, at, track)
    elif kind in ("OperationGroup", "Selector", "EssenceGroup", "NestedScope"):
        yield from _inside(segment, at, track, depth)


def _sequence(segment: Any, at: int, track: str, depth: int) -> Iterator[Item]:  # noqa: ANN401
    held: list[Item] = []
    late = 0
    for component in segment.components:
        if type(component).__name__ == "Transition":
            cut = component.get("CutPoint")
            point = int(cut.value) if cut is not None else component.length // 2
            held = [replace(item, end=item.end - (component.length - point)) for item in held]
            at, late = at - component.length, point
            continue
        yield from held
        held = [_later(item, late) for item in _walk(component, at, track, depth + 1)]
        late = 0
        at += component.length
    yield from held


def _later(item: Item, frames: int) -> Item:
    used = None if item.source_in is None else item.source_in + frames
    return replace(item, start=item.start + frames, source_in=used)


def _inside(segment: Any, at: int, track: str, depth: int) -> Iterator[Item]:  # noqa: ANN401 - pyaaf2 has no types
    """The first picture inside an effect or a choice, as long as that is."""
    length = Fraction(segment.length)
    inputs = _inputs(segment)
    found: list[Item] = []
    for inner in inputs:
        found = found or list(_walk(inner, at, track, depth + 1))
    if not inputs:
        yield Item(str(segment.operation.name or "effect"), track, Fraction(at), at + length)
    elif found and type(segment).__name__ == "OperationGroup" and _warps(segment):
        yield replace(found[0], start=Fraction(at), end=at + length, speed=None)
    else:
        for item in found:
            if item.start < at + length:
                yield replace(item, end=min(item.end, at + length))


def _inputs(segment: Any) -> list[Any]:  # noqa: ANN401 - pyaaf2 has no types
    kind = type(segment).__name__
    if kind == "OperationGroup":
        return list(segment.segments)
    if kind == "Selector":
        return [segment["Selected"].value]
    if kind == "EssenceGroup":
        return list(segment["Choices"].value)
    return list(segment.slots)[::-1]  # the top of the scope is seen


def _warps(segment: Any) -> bool:  # noqa: ANN401 - pyaaf2 has no types
    return any(word in str(segment.operation.name).lower() for word in _SPEEDY)


def _item(clip: Any, at: int, track: str) -> Item:  # noqa: ANN401 - pyaaf2 has no types
    mob = clip.mob
    name = (mob.name if mob is not None else None) or ""
    source = _source(clip, name)
    start = Fraction(at)
    used = None if source is None else Fraction(clip.start)
    return Item(name, track, start, start + clip.length, source, used)


def _source(clip: Any, name: str) -> Source | None:  # noqa: ANN401 - pyaaf2 has no types
    if clip.mob is None:
        return Source(name) if int(clip.mob_id.int) else None
    digest, url, length, rate = "", "", None, None
    start: Fraction | None = None
    at, depth = clip, 0
    while at is not None and at.mob is not None and depth < _DEEPEST:
        mob = at.mob
        digest = digest or _digest_of(mob)
        descriptor = mob.get("EssenceDescription")
        if descriptor is not None and not url:
            url = _locator_of(descriptor.value)
        slot = at.slot
        code = next((c for one in mob.slots if (c := _code_of(one.segment)) is not None), None)
        if code is not None and start is None and slot is not None:
            start = Fraction(code.start) / Fraction(slot.edit_rate)
        if slot is not None and url and length is None:
            rate = Fraction(slot.edit_rate)
            length = Fraction(slot.segment.length) / rate
        at, depth = _next(slot), depth + 1
    return Source(name, url, digest, start=start, duration=length, rate=rate)


def _next(slot: Any) -> Any:  # noqa: ANN401 - pyaaf2 has no types
    segment: Any = None if slot is None else slot.segment
    if type(segment).__name__ == "Sequence":
        segment = next((part for part in segment.components if type(part).__name__ == "SourceClip"), None)
    return segment if type(segment).__name__ == "SourceClip" else None


def _code_of(segment: Any) -> Any:  # noqa: ANN401 - pyaaf2 has no types
    if type(segment).__name__ == "Sequence":
        segment = next(iter(segment.components), None)
    return segment if type(segment).__name__ == "Timecode" else None


def _digest_of(mob: Any) -> str:  # noqa: ANN401 - pyaaf2 has no types
    return next((str(tag.value) for tag in mob.comments if tag.name == "Alice digest"), "")


def _locator_of(descriptor: Any) -> str:  # noqa: ANN401 - pyaaf2 has no types
    locators = descriptor.get("Locator")
    for locator in locators.value if locators is not None else ():
        url = locator.get("URLString")
        if url is not None and url.value:
            return str(url.value)
    return ""
