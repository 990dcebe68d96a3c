"""The cuts of a CMX 3600 list and the frames of a marker list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from alice_core.timeline.cuts import Cut, Cuts
from alice_core.timing import FrameRate, frames_of

_EVENT = re.compile(r"(\d{3,})\s+(\S+)\s+(\S+)\s+C\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)")
_NUMBERED = re.compile(r"\d{3,}\s")
_NAME = re.compile(r"\*\s*(?:SHOT|FROM CLIP NAME):\s*(.*)")


@dataclass(frozen=True, slots=True)
class _Event:
    channel: str
    start: int
    frames: int
    name: str


def edl_cuts(data: bytes, rate: FrameRate) -> Cuts:
    """What lies on channels V and A of a list of cuts; the first record timecode is the start.

    Raises:
        ValueError: It is no list in ASCII with one FCM line, has no events, or one of them is
            no cut or not whole.
        UsageError: A timecode is none at this rate.
    """
    found, lines = _counted_lines(data, rate)
    events = list(_events(lines, found))
    if not events:
        message = "the list has no events"
        raise ValueError(message)
    start, day = events[0].start, _day(found)
    pictures: list[Cut] = []
    sounds: list[Cut] = []
    for event in events:
        begin = (event.start - start) % day
        cut = Cut(event.name, begin, begin + event.frames)
        (sounds if event.channel.startswith("A") else pictures).append(cut)
    pictures.sort(key=lambda cut: cut.start)
    return Cuts(found, start, tuple(pictures), sounds[0] if sounds else None, ())


def marker_edl_cuts(data: bytes, rate: FrameRate) -> Cuts:
    """The frames of a list of markers, counted from 00:00:00:00.

    Raises:
        ValueError: It is no list in ASCII with one FCM line, or an event is no marker.
        UsageError: A timecode is none at this rate.
    """
    found, lines = _counted_lines(data, rate)
    frames = sorted({event.start for event in _events(lines, found)})
    if sum("|C:ResolveColor" in line for line in lines) != len(frames):
        message = "an event of the list is no marker, or two share a frame"
        raise ValueError(message)
    return Cuts(found, 0, (), None, tuple(frames))


def _counted_lines(data: bytes, rate: FrameRate) -> tuple[FrameRate, list[str]]:
    lines = data.decode("ascii").splitlines()
    counting = [line for line in lines if line.startswith("FCM:")]
    if len(counting) != 1:
        message = "the list does not say once how its timecode counts (FCM)"
        raise ValueError(message)
    return FrameRate(rate.value, counting[0].removeprefix("FCM:").strip() == "DROP FRAME"), lines


def _events(lines: Iterable[str], rate: FrameRate) -> Iterator[_Event]:
    event: _Event | None = None
    for line in lines:
        found = _EVENT.fullmatch(line.strip())
        named = _NAME.fullmatch(line.strip())
        if found is not None:
            if event is not None:
                yield event
            event = _event(found, rate)
        elif _NUMBERED.match(line):
            message = f"{line!r} is no whole event of a cut"
            raise ValueError(message)
        elif named is not None and event is not None:
            event = replace(event, name=named.group(1))
    if event is not None:
        yield event


def _event(found: re.Match[str], rate: FrameRate) -> _Event:
    number, reel, channel, *codes = found.groups()
    source_in, source_out, record_in, record_out = (frames_of(code, rate) for code in codes)
    frames = (record_out - record_in) % _day(rate)
    if source_out - source_in != frames:
        message = f"event {number} takes {source_out - source_in} frames and gives {frames}"
        raise ValueError(message)
    return _Event(channel, record_in, frames, reel)


def _day(rate: FrameRate) -> int:
    return frames_of(f"23:59:59:{rate.nominal - 1:02}", rate) + 1
