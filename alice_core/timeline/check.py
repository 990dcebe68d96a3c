"""What is wrong with a cut: between its clips, with its media, and against what was planned."""

from __future__ import annotations

import ntpath
import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from alice_core.timeline.diff import Difference, Kind, compare
from alice_core.timeline.flat import flattened, song_of
from alice_core.timeline.reading.edit import Edit, Fault, Item, Severity
from alice_core.timeline.urls import path_of_url, url_fault

_USUAL = frozenset(
    {Fraction(rate) for rate in (24, 25, 30, 48, 50, 60, 100, 120)}
    | {Fraction(rate * 1000, 1001) for rate in (24, 30, 48, 60, 120)}
)


@dataclass(frozen=True, slots=True)
class Look:
    """What a media file really is.

    Attributes:
        duration: Seconds; ``None`` for a still or where it is not known.
        rate: Frames a second of a movie.
    """

    duration: Fraction | None = None
    rate: Fraction | None = None


def check(
    edit: Edit, look: Callable[[str], Look | None] | None = None, planned: Edit | None = None
) -> tuple[Fault, ...]:
    """Everything that is wrong with a cut, by place; errors make a wrong cut, warnings are to be judged.

    The codes are stable: ``rate gap overlap empty off-frame before-start media-missing
    media-short media-rate bad-url relative-path reel-collision reel-name song-end
    plan-settings plan-trimmed plan-slipped plan-moved plan-replaced
    plan-deleted plan-added plan-markers`` and those of reading (``fcm drop-flag timecode edl-line
    length-mismatch mixed-rate resolve-shape no-format no-timecode compositions``).

    Args:
        edit: The cut.
        look: Says what a path holds, ``None`` where there is no such file; without it no
            file is looked at.
        planned: What it should be.
    """
    found = [*edit.faults, *_rate(edit), *_cuts(edit), *_sound(edit), *_addresses(edit), *_reels(edit)]
    if look is not None:
        found += _media(edit, look)
    if planned is not None:
        found += _marks(edit, planned) if edit.format == "markers.edl" else _against(compare(planned, edit))
    return tuple(sorted(found, key=lambda fault: (fault.frame is not None, fault.frame or 0)))


def failed(faults: tuple[Fault, ...]) -> bool:
    """Whether one of them is an error."""
    return any(fault.severity is Severity.ERROR for fault in faults)


def _rate(edit: Edit) -> Iterator[Fault]:
    if edit.rate.value not in _USUAL:
        yield Fault.warning("rate", f"{edit.rate.ratio} frames a second is an unusual rate")
    if edit.start.denominator != 1:
        yield Fault.error("off-frame", f"the start timecode lies between frames, at {float(edit.start):.3f}")


def _cuts(edit: Edit) -> Iterator[Fault]:
    for item in edit.pictures:
        for what, at in (("begins", item.start), ("ends", item.end)):
            if at.denominator != 1:
                text = f"{item.name!r} {what} between frames, at {float(at):.3f}"
                yield Fault.error("off-frame", text, item.start)
        if item.end <= item.start:
            yield Fault.error("empty", f"{item.name!r} has no length", item.start)
        if item.start < 0:
            yield Fault.error("before-start", f"{item.name!r} begins before the timeline", item.start)
        if item.source_in is not None and item.source_in < 0:
            text = f"{item.name!r} begins {float(-item.source_in):g} frames before its file"
            yield Fault.error("media-short", text, item.start)
    for span in flattened(edit, whole=False):
        if span.item is None:
            text = f"a gap of {span.frames} frames, from {span.start} to {span.end}"
            yield Fault.error("gap", text, Fraction(span.start))
    yield from _overlaps(edit)


def _overlaps(edit: Edit) -> Iterator[Fault]:
    last: dict[str, Item] = {}
    for item in edit.pictures:
        before = last.get(item.track)
        if before is not None and item.start < before.end:
            text = f"{item.name!r} overlaps {before.name!r} by {float(before.end - item.start):g} frames"
            yield Fault.error("overlap", text, item.start)
        if before is None or item.end > before.end:
            last[item.track] = item


def _sound(edit: Edit) -> Iterator[Fault]:
    song = song_of(edit)
    if song is None or not edit.pictures:
        return
    end = max(item.end for item in edit.pictures)
    if abs(song.end - end) > Fraction(1, 2):
        text = f"the sound {song.name!r} ends at frame {float(song.end):g}, the picture at {float(end):g}"
        yield Fault.warning("song-end", text, min(song.end, end))


def _addresses(edit: Edit) -> Iterator[Fault]:
    told: set[str] = set()
    for item in edit.items:
        url = item.source.url if item.source is not None else ""
        if not url or url in told:
            continue
        told.add(url)
        wrong = url_fault(url)
        path = path_of_url(url)
        if wrong is not None:
            yield Fault.error("bad-url", f"the URL {url!r} of {item.name!r}: {wrong}", item.start)
        elif path and not (posixpath.isabs(path) or ntpath.isabs(path)):
            yield Fault.warning("relative-path", f"the path {path!r} of {item.name!r} is relative", item.start)


def _reels(edit: Edit) -> Iterator[Fault]:
    """Reels stand for files in a list: two files of one reel are taken for each other."""
    if edit.format != "edl":
        return
    files: dict[str, str] = {}
    for item in edit.items:
        source = item.source
        if source is None or not source.reel:
            continue
        if len(source.reel) > _REEL or not source.reel.isascii() or " " in source.reel:
            text = f"the reel {source.reel!r} is not eight letters of ASCII without blanks"
            yield Fault.warning("reel-name", text, item.start)
        file = source.url or source.name
        if file and files.setdefault(source.reel, file) != file:
            text = f"the reel {source.reel!r} stands for {files[source.reel]!r} and for {file!r}"
            yield Fault.error("reel-collision", text, item.start)


_REEL = 8


def _media(edit: Edit, look: Callable[[str], Look | None]) -> Iterator[Fault]:
    seen: dict[str, Look | None] = {}
    for item in edit.items:
        path = path_of_url(item.source.url) if item.source is not None else ""
        if not path:
            continue
        if path not in seen:
            seen[path] = look(path)
            if seen[path] is None:
                yield Fault.error("media-missing", f"{path!r} of {item.name!r} is not there", item.start)
        found = seen[path]
        if found is not None:
            yield from _fits(item, found, edit)


def _fits(item: Item, found: Look, edit: Edit) -> Iterator[Fault]:
    if found.rate is not None and not item.sound and found.rate != edit.rate.value:
        text = f"{item.name!r} has {float(found.rate):g} frames a second, the timeline {float(edit.rate.value):g}"
        yield Fault.warning("media-rate", text, item.start)
    if found.duration is None or item.source_in is None or item.speed is None:
        return
    needed = (item.source_in + (item.end - item.start) * abs(item.speed)) / edit.rate.value
    if needed > found.duration + edit.rate.frame / 2:
        text = f"{item.name!r} needs {float(needed):.3f} s of its file, which has {float(found.duration):.3f} s"
        yield Fault.error("media-short", text, item.start)


def _marks(edit: Edit, planned: Edit) -> Iterator[Fault]:
    """A list of markers against the planned ones; it counts from 00:00:00:00, one a frame."""
    wanted = {planned.start + mark.frame for mark in planned.marks}
    listed = {mark.frame for mark in edit.marks}
    for frames, words in ((wanted - listed, "lacks"), (listed - wanted, "has besides the planned")):
        if frames:
            text = f"the list {words} {len(frames)} markers, the first at frame {float(min(frames)):g}"
            yield Fault.error("plan-markers", text, min(frames))


def _against(difference: Difference) -> Iterator[Fault]:
    for sentence in difference.settings:
        yield Fault.error("plan-settings", f"against the plan: {sentence}")
    for change in difference.changes:
        if change.kind is not Kind.KEPT:
            at = (change.after or change.before or (0, 0))[0]
            text = f"against the plan: {change.name!r} is {change.kind.value} {_places(change.before, change.after)}"
            yield Fault.error(f"plan-{change.kind.value}", text, Fraction(at))


def _places(before: tuple[int, int] | None, after: tuple[int, int] | None) -> str:
    said = [f"{place[0]}-{place[1]}" for place in (before, after) if place is not None]
    return "(" + " to ".join(said) + ")"
