"""OTIO documents, read as plain JSON: a library that wrote a file would agree with itself."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from alice_core.timeline.reading.edit import Edit, Fault, Item, Mark, Source, in_order
from alice_core.timing import FrameRate

_NTSC = 1001
_NOISE = Fraction(1, 1_000_000)
_STILLS = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".exr", ".psd", ".bmp", ".gif", ".heic")


def read_otio(data: bytes) -> Edit:
    """The tracks of a timeline; gaps count, nested cuts are one item, transitions take no time.

    The rate is the ratio over at most 1001 that is nearest to the file's float; whether it
    drops stands in our own metadata, as OTIO has no place for it. Deviations from the shape
    that Resolve imports are warnings with the code ``resolve-shape``.

    Raises:
        ValueError, KeyError, TypeError: It is no OTIO timeline.
    """
    document = json.loads(data)
    if not str(document["OTIO_SCHEMA"]).startswith("Timeline."):
        message = f"it is a {document['OTIO_SCHEMA']}, no timeline"
        raise ValueError(message)
    return _Reader(document).edit()


@dataclass(frozen=True, slots=True)
class _Span:
    """A range in frames of the timeline's rate."""

    start: Fraction
    length: Fraction


class _Reader:
    """One document, its rate and its faults."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.tracks: Sequence[Mapping[str, Any]] = document["tracks"]["children"]
        self.faults: list[Fault] = []
        begin = document.get("global_start_time")
        self.written = begin["rate"] if begin else self._first_rate()
        value = Fraction(self.written).limit_denominator(_NTSC)
        own = document.get("metadata", {}).get("alice", {})
        self.rate = FrameRate(value, bool(own.get("drop", False)))
        self.start = Fraction(0) if begin is None else _whole(begin["value"])
        self.size = (int(own.get("width", 0)), int(own.get("height", 0)))
        self.clips = 0
        if begin is None:
            self._shape("the timeline has no global_start_time")

    def edit(self) -> Edit:
        items: list[Item] = []
        marks = list(self._marks(self.document["tracks"], _Span(Fraction(0), Fraction(0))))
        counts = {"V": 0, "A": 0}
        for track in self.tracks:
            letter = "A" if track.get("kind") == "Audio" else "V"
            counts[letter] += 1
            name = f"{'Audio' if letter == 'A' else 'Video'} {counts[letter]}"
            if track.get("name") != name:
                self._shape(f"a track is called {track.get('name')!r}, not {name!r}")
            marks += self._marks(track, _Span(Fraction(0), Fraction(0)))
            items += self._track(track, f"{letter}{counts[letter]}", marks)
        found = tuple(sorted(marks, key=lambda mark: mark.frame))
        name = str(self.document.get("name") or "")
        return Edit("otio", name, self.rate, self.start, in_order(items), found, tuple(self.faults), *self.size)

    def _first_rate(self) -> float:
        for track in self.tracks:
            for child in track["children"]:
                span = child.get("source_range") or _available(child)
                if span and track.get("kind") != "Audio":
                    rate: float = span["duration"]["rate"]
                    return rate
        message = "no clip says a rate"
        raise ValueError(message)

    def _track(self, track: Mapping[str, Any], name: str, marks: list[Mark]) -> Iterator[Item]:
        at = Fraction(0)
        for child in track["children"]:
            schema = str(child["OTIO_SCHEMA"])
            if schema.startswith("Transition."):
                continue
            span = self._span(child)
            if not schema.startswith("Gap."):
                yield self._item(child, name, at, span)
            marks += self._marks(child, _Span(span.start - at, span.length))
            at += span.length

    def _span(self, child: Mapping[str, Any]) -> _Span:
        found = child.get("source_range") or _available(child)
        if found is None:
            return _Span(Fraction(0), self._length(child))
        name = child.get("name")
        if found["duration"]["rate"] != self.written:
            text = f"{name!r} counts at {found['duration']['rate']}, the timeline at {self.written}"
            self.faults.append(Fault.warning("mixed-rate", text))
        return _Span(self._frames(found["start_time"]), self._frames(found["duration"]))

    def _length(self, child: Mapping[str, Any]) -> Fraction:
        """How long a nested cut is that has no range of its own."""
        inner = child.get("children") or []
        if str(child["OTIO_SCHEMA"]).startswith("Stack."):
            return max((self._span(one).length for one in inner), default=Fraction(0))
        return sum((self._span(one).length for one in inner), Fraction(0))

    def _frames(self, moment: Mapping[str, Any]) -> Fraction:
        value = _whole(moment["value"])
        if moment["rate"] == self.written:
            return value
        return value / Fraction(moment["rate"]).limit_denominator(_NTSC) * self.rate.value

    def _item(self, child: Mapping[str, Any], track: str, at: Fraction, span: _Span) -> Item:
        own = (child.get("metadata") or {}).get("alice") or {}
        reference = _reference(child)
        source = self._source(child, reference)
        available = (reference or {}).get("available_range")
        first = self._frames(available["start_time"]) if available else None
        return Item(
            str(child.get("name") or ""),
            track,
            at,
            at + span.length,
            source,
            span.start - first if first is not None and source is not None and not source.still else None,
            None if source is None or source.still else span.start,
            _speed(child),
            bool(child.get("enabled", True)),
            str(own.get("prompt", "")),
        )

    def _source(self, child: Mapping[str, Any], reference: Mapping[str, Any] | None) -> Source | None:
        if not str(child["OTIO_SCHEMA"]).startswith("Clip."):
            return None
        self.clips += 1
        name = child.get("name")
        if "media_references" not in child:
            self._shape(f"{name!r} is a {child['OTIO_SCHEMA']}, not a Clip.2 with media_references")
        url = str((reference or {}).get("target_url") or "")
        if reference is None or not url:
            return Source(str(name or ""), digest=_digest(child))
        available = reference.get("available_range")
        if available is None:
            self._shape(f"the media of {name!r} has no available_range")
        if url.startswith("file:"):
            self._shape(f"the media of {name!r} has a URL, not a bare path")
        rate = Fraction(available["duration"]["rate"]).limit_denominator(_NTSC) if available else None
        digest = _digest(reference, child)
        still = url.lower().endswith(_STILLS)
        start = self._frames(available["start_time"]) / self.rate.value if available else None
        length = self._frames(available["duration"]) / self.rate.value if available and not still else None
        return Source(str(reference.get("name") or ""), url, digest, "", start, length, rate, still)

    def _marks(self, owner: Mapping[str, Any], origin: _Span) -> Iterator[Mark]:
        for mark in owner.get("markers") or ():
            frame = self._frames(mark["marked_range"]["start_time"]) - origin.start
            note = (mark.get("metadata") or {}).get("Resolve_OTIO", {}).get("Note") or mark.get("comment") or ""
            yield Mark(frame, str(mark.get("name") or ""), str(note))

    def _shape(self, text: str) -> None:
        if sum(fault.code == "resolve-shape" for fault in self.faults) < _ENOUGH:
            self.faults.append(Fault.warning("resolve-shape", f"{text}; Resolve may import nothing"))


_ENOUGH = 8
"""Deviations from Resolve's shape that are told; the rest would say the same again."""


_DEEPEST = 8
"""How deep in its metadata a host may keep our digest."""


def _whole(value: float) -> Fraction:
    """The number, freed of the noise of a float."""
    exact = Fraction(value)
    return Fraction(round(exact)) if abs(exact - round(exact)) < _NOISE else exact


def _reference(child: Mapping[str, Any]) -> Mapping[str, Any] | None:
    if "media_references" in child:
        found: Mapping[str, Any] | None = child["media_references"].get(child.get("active_media_reference_key"))
    else:
        found = child.get("media_reference")
    return found if found and not str(found["OTIO_SCHEMA"]).startswith("MissingReference.") else None


def _available(child: Mapping[str, Any]) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = (_reference(child) or {}).get("available_range")
    return found


def _digest(*owners: Mapping[str, Any]) -> str:
    """The digest that our writers put beside a file, or a host kept as ``alice_digest`` somewhere in its metadata."""
    for owner in owners:
        metadata = owner.get("metadata") or {}
        own = metadata.get("alice")
        found = own.get("digest") if isinstance(own, Mapping) else None
        found = found or _sought(metadata, "alice_digest", _DEEPEST)
        if isinstance(found, str) and found:
            return found
    return ""


def _sought(value: object, key: str, depth: int) -> object:
    """The first value of a key at any depth that is not too deep."""
    inner: list[object] = []
    if isinstance(value, Mapping):
        if key in value:
            return value[key]
        inner = list(value.values())
    elif isinstance(value, list):
        inner = value
    found = (_sought(one, key, depth - 1) for one in inner) if depth else iter(())
    return next((one for one in found if one), None)


def _speed(child: Mapping[str, Any]) -> Fraction | None:
    speed = Fraction(1)
    for effect in child.get("effects") or ():
        schema = str(effect["OTIO_SCHEMA"])
        if schema.startswith("LinearTimeWarp."):
            speed *= Fraction(effect["time_scalar"])
        elif schema.startswith("FreezeFrame."):
            speed *= 0
        elif schema.startswith("TimeEffect."):
            return None
    return speed
