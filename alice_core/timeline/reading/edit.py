"""A cut as a file says it, whoever wrote it: items on tracks, in exact frames that need not be whole."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from alice_core.timing import FrameRate


class Severity(StrEnum):
    """How bad a fault is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a file.

    Attributes:
        code: Stable, such as ``gap`` or ``media-missing``.
        severity: An error makes a wrong cut; a warning is for the user to judge.
        text: A sentence.
        frame: Where, from the start of the timeline, if it is somewhere.
    """

    code: str
    severity: Severity
    text: str
    frame: Fraction | None = None

    @classmethod
    def error(cls, code: str, text: str, frame: Fraction | None = None) -> Fault:
        """A fault that makes a wrong cut."""
        return cls(code, Severity.ERROR, text, frame)

    @classmethod
    def warning(cls, code: str, text: str, frame: Fraction | None = None) -> Fault:
        """A fault for the user to judge."""
        return cls(code, Severity.WARNING, text, frame)


@dataclass(frozen=True, slots=True)
class Source:
    """The file behind an item, as far as the format names it.

    Attributes:
        name: As shown.
        url: As written: a URL or a path; empty where there is none.
        digest: ``sha256:...`` where our own writers put it.
        reel: Of an edit decision list.
        start: Own timecode of the first frame in seconds, where it is said.
        duration: Seconds, where they are said; a still has none.
        rate: Frames a second of a movie, where they are said.
        still: Whether the format says that it is a still.
    """

    name: str = ""
    url: str = ""
    digest: str = ""
    reel: str = ""
    start: Fraction | None = None
    duration: Fraction | None = None
    rate: Fraction | None = None
    still: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One clip.

    Attributes:
        name: As shown.
        track: ``V1``, ``V2``, ``A1`` and so on; ``V0`` and below lie under the first.
        start: First frame, counted from the start of the timeline.
        end: The frame after the last.
        source: The file; ``None`` for titles, generators and nested cuts.
        source_in: First frame used, from the file's first, at the timeline's rate, where it is known.
        source_code: The same in the file's own timecode, where only that is known.
        speed: 1 for normal; ``None`` where the time is warped in some other way.
        enabled: Whether it is seen or heard.
        note: What our own writers noted: the prompt.
    """

    name: str
    track: str
    start: Fraction
    end: Fraction
    source: Source | None = None
    source_in: Fraction | None = None
    source_code: Fraction | None = None
    speed: Fraction | None = Fraction(1)
    enabled: bool = True
    note: str = ""

    @property
    def sound(self) -> bool:
        """Whether it is heard and not seen."""
        return self.track.startswith("A")

    @property
    def layer(self) -> int:
        """Its height among the pictures; of two, the higher is seen."""
        return int(self.track[1:])


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker as read."""

    frame: Fraction
    name: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """A whole cut as read.

    Attributes:
        format: ``fcpxml xml otio aaf edl markers.edl``.
        name: Of the timeline.
        rate: Of the timeline, with its drop flag.
        start: Frame count of the start timecode from 00:00:00:00.
        items: By rising start, then by track.
        marks: By rising frame.
        faults: What was wrong with the writing; what is wrong with the cut is for the check to say.
        width: Of the picture, 0 where it is not said.
        height: Of the picture, 0 where it is not said.
    """

    format: str
    name: str
    rate: FrameRate
    start: Fraction
    items: tuple[Item, ...]
    marks: tuple[Mark, ...] = ()
    faults: tuple[Fault, ...] = ()
    width: int = 0
    height: int = 0

    @property
    def pictures(self) -> tuple[Item, ...]:
        """What is seen, the disabled left out."""
        return tuple(item for item in self.items if item.enabled and not item.sound)

    @property
    def sounds(self) -> tuple[Item, ...]:
        """What is heard, the disabled left out."""
        return tuple(item for item in self.items if item.enabled and item.sound)


def in_order(items: list[Item]) -> tuple[Item, ...]:
    """Items as an edit holds them: by start, then by track."""
    return tuple(sorted(items, key=lambda item: (item.start, item.track[:1] == "A", item.layer)))
