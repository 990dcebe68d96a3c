"""CMX 3600 lists, as Avid, Premiere, Resolve and we write them, and Resolve's lists of markers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from fractions import Fraction

from alice_core.errors import UsageError
from alice_core.timeline.reading.edit import Edit, Fault, Item, Mark, Source, in_order
from alice_core.timing import FrameRate, frames_of

_CODE = r"(\d{1,2}[:;.,]\d{2}[:;.,]\d{2}[:;.,]\d{2,3})"
_EVENT = re.compile(
    rf"(\d+[A-Z]?)\s+(.+?)\s+(\S+)\s+(C|D|W\d+|KB?|KO)(?:\s+[\dF]+)*\s+{_CODE}\s+{_CODE}\s+{_CODE}\s+{_CODE}"
)
_NUMBERED = re.compile(r"\d{3,}\s")
_SPEED = re.compile(rf"M2\s+(.+?)\s+(-?\d+(?:\.\d+)?)\s+{_CODE}.*")
_NOTE = re.compile(r"\*?\s*(SHOT|FROM CLIP NAME|TO CLIP NAME|SOURCE FILE|FROM FILE|DIGEST):\s*(.*)", re.IGNORECASE)
_LOCATOR = re.compile(rf"\*?\s*LOC:\s*{_CODE}\s*(\S*)\s*(.*)")
_RESOLVE = re.compile(r"(.*)\|C:(ResolveColor\w*)\s*\|M:(.*?)\s*\|D:(\d+)\s*")
_BLACK = "BL"
_ESCAPE = re.compile(rb"%([0-9A-F]{2})")
_DROPPABLE = (Fraction(30000, 1001), Fraction(60000, 1001))


@dataclass(frozen=True, slots=True)
class _Event:
    """One line of an event with what the lines after it say."""

    number: str
    reel: str
    channels: str
    frames: tuple[int, int, int, int]
    effect: str
    notes: dict[str, str] = field(default_factory=dict)
    speed: Fraction = Fraction(1)
    marker: Mark | None = None


def read_edl(data: bytes, rate: FrameRate) -> Edit:
    """The events of a list; markers of a marker list instead of items.

    Every FCM line holds for the events after it; the timeline counts as the first one says.

    Raises:
        ValueError: It has neither events nor a title.
    """
    return _Reader(data, rate).edit()


class _Reader:
    """The lines of one list, gathered into events."""

    def __init__(self, data: bytes, rate: FrameRate) -> None:
        self.faults: list[Fault] = []
        self.rate = FrameRate(rate.value)
        self.counting: FrameRate | None = None
        self.title = ""
        self.codes = 0
        self.events: list[_Event] = []
        self.marks: list[tuple[int, str, str]] = []
        for line in self._lines(data):
            self._take(line.strip())

    def edit(self) -> Edit:
        if not self.events and (self.counting is None or not self.title):
            message = "the list has no events"
            raise ValueError(message)
        if self.counting is None:
            self.faults.append(Fault.warning("fcm", "the list does not say how its timecode counts (FCM)"))
        rate, day = self.counting or self.rate, _day(self.counting or self.rate)
        self._unwrap(day)
        marked = [event for event in self.events if event.marker is not None]
        if marked:
            return self._marker_list(marked, rate)
        start = min((event.frames[2] for event in self.events), default=0)
        items = [item for event in self.events for item in _items(event, start)]
        self._compare_lengths()
        marks = [Mark(Fraction(frame - start), name, note) for frame, name, note in sorted(self.marks)]
        faults = tuple(self.faults)
        return Edit("edl", self.title, rate, Fraction(start), in_order(items), tuple(marks), faults)

    def _lines(self, data: bytes) -> list[str]:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
        if "\0" in text:
            message = "it holds zero bytes"
            raise ValueError(message)
        if not text.isascii():
            self.faults.append(Fault.warning("not-ascii", "the list holds letters outside ASCII"))
        return text.splitlines()

    def _take(self, line: str) -> None:
        if line.startswith("TITLE:"):
            self.title = line.removeprefix("TITLE:").strip()
        elif line.startswith("FCM:"):
            self._count(line.removeprefix("FCM:").strip())
        elif (found := _EVENT.fullmatch(line)) is not None:
            self._add(found)
        elif _NUMBERED.match(line):
            self.faults.append(Fault.error("edl-line", f"{line!r} is no whole event of a cut"))
        elif self.events:
            self._annotate(line)

    def _count(self, words: str) -> None:
        drop = words == "DROP FRAME"
        if drop and self.rate.value not in _DROPPABLE:
            text = f"FCM says DROP FRAME at {self.rate.name} frames a second"
            self.faults.append(Fault.error("drop-flag", text))
            drop = False
        found = FrameRate(self.rate.value, drop)
        if self.counting is not None and found != self.counting:
            self.faults.append(Fault.warning("fcm", "the list changes how its timecode counts (FCM)"))
        self.counting = self.counting or found

    def _add(self, found: re.Match[str]) -> None:
        number, reel, channels, effect, *labels = found.groups()
        try:
            frames = [self._frames(label) for label in labels]
        except UsageError as error:
            self.faults.append(Fault.error("timecode", f"event {number}: {error.message}"))
            return
        if effect != "C" and self.events and self.events[-1].number == number:
            before = self.events[-1]
            if before.frames[2] == before.frames[3]:
                self.events.pop()  # the outgoing side of a dissolve; the event before it holds that picture
        place = (frames[0], frames[1], frames[2], frames[3])
        self.events.append(_Event(number, reel.strip(), channels, place, effect))

    def _frames(self, label: str) -> int:
        whole = label if len(label.split(":", maxsplit=1)[0]) > 1 else f"0{label}"
        drops = self.rate.value in _DROPPABLE and (self.counting.drop if self.counting else ";" in label)
        return frames_of(whole.replace(",", ":").replace(".", ":"), FrameRate(self.rate.value, drops))

    def _annotate(self, line: str) -> None:
        event = self.events[-1]
        if (speed := _SPEED.fullmatch(line)) is not None:
            self.events[-1] = replace(event, speed=Fraction(speed.group(2)) / self.rate.nominal)
        elif (note := _NOTE.fullmatch(line)) is not None:
            event.notes.setdefault(note.group(1).upper(), note.group(2))
        elif (mark := _RESOLVE.fullmatch(line)) is not None:
            written = Mark(Fraction(event.frames[2]), mark.group(3), mark.group(1).strip().removeprefix("- "))
            self.events[-1] = replace(event, marker=written)
        elif (located := _LOCATOR.fullmatch(line)) is not None:
            try:
                self.marks.append((self._frames(located.group(1)), located.group(3), located.group(2)))
            except UsageError as error:
                self.faults.append(Fault.warning("timecode", error.message))

    def _unwrap(self, day: int) -> None:
        """Let a list that runs over midnight go on counting."""
        starts = [event.frames[2] for event in self.events]
        over = bool(starts) and max(starts) - min(starts) > day // 2
        for index, event in enumerate(self.events):
            used, last, begin, end = event.frames
            begin += day if over and begin < day // 2 else 0
            end = begin + (end - begin) % day
            self.events[index] = replace(event, frames=(used, last, begin, end))

    def _compare_lengths(self) -> None:
        for event in self.events:
            used, last, begin, end = event.frames
            if event.speed == 1 and last - used != end - begin and event.reel != _BLACK:
                text = f"event {event.number} takes {last - used} frames and gives {end - begin}"
                self.faults.append(Fault.error("length-mismatch", text, Fraction(begin)))

    def _marker_list(self, marked: list[_Event], rate: FrameRate) -> Edit:
        if len(marked) != len(self.events) or len({event.frames[2] for event in marked}) != len(marked):
            self.faults.append(Fault.error("edl-line", "an event of the list is no marker, or two share a frame"))
        marks = sorted((event.marker for event in marked if event.marker), key=lambda mark: mark.frame)
        return Edit("markers.edl", self.title, rate, Fraction(0), (), tuple(marks), tuple(self.faults))


def _items(event: _Event, start: int) -> list[Item]:
    if event.reel == _BLACK:
        return []
    used, _, begin, end = event.frames
    notes, channels = event.notes, event.channels.upper()
    name = notes.get("SHOT") or (notes.get("TO CLIP NAME") if event.effect != "C" else None)
    name = name or notes.get("FROM CLIP NAME") or event.reel
    file = notes.get("SOURCE FILE") or notes.get("FROM FILE") or ""
    shown = notes.get("FROM CLIP NAME", "")
    source = Source(shown, _unescaped(file), notes.get("DIGEST", ""), event.reel)
    tracks = (["V1"] if "V" in channels or channels == "B" else []) + _sounds(channels)
    place = (Fraction(begin - start), Fraction(end - start))
    return [Item(name, track, *place, source, source_code=Fraction(used), speed=event.speed) for track in tracks]


def _sounds(channels: str) -> list[str]:
    if channels == "B":
        return ["A1"]
    found = re.search(r"A(A|\d*)", channels)
    if found is None:
        return []
    return ["A1", "A2"] if found.group(1) == "A" else [f"A{found.group(1) or 1}"]


def _unescaped(text: str) -> str:
    raw = _ESCAPE.sub(lambda found: bytes([int(found.group(1), 16)]), text.encode("utf-8", "surrogateescape"))
    return raw.decode("utf-8", "surrogateescape")


def _day(rate: FrameRate) -> int:
    return frames_of(f"23:59:59:{rate.nominal - 1:02}", rate) + 1
