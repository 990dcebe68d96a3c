"""An item on a track, and its takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from alice_core.resolve.fake.clip import CLIP_COLOURS, MediaPoolItem
from alice_core.resolve.fake.marks import Marked
from alice_core.resolve.fake.session import Session, call


@dataclass(frozen=True, slots=True)
class Take:
    """One of the takes of an item: the clip, its first frame, and its last."""

    clip: MediaPoolItem | None
    first: int
    last: int


@dataclass(slots=True)
class Place:
    """Where an item lies.

    Attributes:
        start: First frame, counted from 00:00:00:00.
        frames: Length.
        source: First frame used of the file, from its own first, at the timeline's rate.
    """

    start: int
    frames: int
    source: int = 0

    @property
    def end(self) -> int:
        """The frame after the last."""
        return self.start + self.frames


class TimelineItem(Marked):
    """A stretch of a clip on a track; without a clip it is offline."""

    def __init__(
        self, session: Session, clip: MediaPoolItem | None, place: Place, name: str, track: tuple[str, int]
    ) -> None:
        super().__init__(session)
        self.clip = clip
        self.place = place
        self.name = name
        self.track = track
        self.colour = ""
        self.enabled = True
        self.durable = True
        self.grade = "no grade"
        self.takes: list[Take] = []
        self.whole = place.frames  # what a take may fill
        self.selected = 0

    def marked_length(self) -> int:
        """The frames of the item."""
        return self.place.frames

    @call
    def GetName(self) -> str:
        """The name as shown, at first the clip's."""
        return self.name

    @call
    def SetName(self, name: str) -> bool:
        """Give the item another name than its clip."""
        self.name = name
        return True

    @call
    def GetUniqueId(self) -> str:
        """The identifier of the item."""
        return self.unique_id

    @call
    def GetStart(self, subframe_precision: bool = False) -> float:
        """The first frame, counted from 00:00:00:00."""
        return float(self.place.start) if subframe_precision else self.place.start

    @call
    def GetEnd(self, subframe_precision: bool = False) -> float:
        """The frame after the last."""
        return float(self.place.end) if subframe_precision else self.place.end

    @call
    def GetDuration(self, subframe_precision: bool = False) -> float:
        """The length in frames."""
        return float(self.place.frames) if subframe_precision else self.place.frames

    @call
    def GetLeftOffset(self, subframe_precision: bool = False) -> float:
        """How many frames the file has before the item; exact."""
        return float(self.place.source) if subframe_precision else self.place.source

    @call
    def GetSourceStartFrame(self) -> int:
        """The same, but one off on some items, as measured."""
        return self.place.source + self.place.source % 2

    @call
    def GetMediaPoolItem(self) -> MediaPoolItem | None:
        """The clip, ``None`` where it is offline."""
        return self.clip

    @call
    def GetTrackTypeAndIndex(self) -> list[Any]:
        """On which track it lies."""
        return list(self.track)

    @call
    def GetClipColor(self) -> str:
        """The colour, empty for none."""
        return self.colour

    @call
    def SetClipColor(self, colorName: str) -> bool:
        """Colour the item; an item that shows no clip says yes and stays as it is."""
        if colorName not in CLIP_COLOURS:
            return False
        self.colour = colorName if self.clip is not None else ""
        return True

    @call
    def GetClipEnabled(self) -> bool:
        """Whether it is seen or heard."""
        return self.enabled

    @call
    def SetClipEnabled(self, Bool: bool) -> bool:
        """Let it be seen and heard, or not."""
        self.enabled = Bool
        return True

    @call
    def GetTakesCount(self) -> int:
        """How many takes it has, 0 before the first was added."""
        return len(self.takes)

    @call
    def GetSelectedTakeIndex(self) -> int:
        """The number of the take shown, 0 without takes."""
        return self.selected

    @call
    def GetTakeByIndex(self, idx: int) -> dict[str, Any] | None:
        """A take's clip and frames."""
        if not 1 <= idx <= len(self.takes):
            return None
        take = self.takes[int(idx) - 1]
        return {"startFrame": take.first, "endFrame": take.last, "mediaPoolItem": take.clip}

    @call
    def AddTake(self, mediaPoolItem: MediaPoolItem, startFrame: int | None = None, endFrame: int | None = None) -> bool:
        """Add a clip beside what is shown; that becomes the first take. What is shown does not change."""
        footage = mediaPoolItem.footage
        if footage is None:
            return False
        after = int(self.session.takes_end_after)
        first = int(startFrame or 0)
        last = footage.frames - 1 + after if endFrame is None else int(endFrame)
        if first < 0 or last < first or (not footage.still and last - after >= footage.frames):
            return False
        if not self.takes:
            self.whole = self.place.frames
            self.takes.append(Take(self.clip, self.place.source, self.place.source + self.place.frames - 1 + after))
            self.selected = 1
        self.takes.append(Take(mediaPoolItem, first, last))
        return True

    @call
    def SelectTakeByIndex(self, idx: int) -> bool:
        """Show a take in place; a shorter one leaves a gap behind it, a longer one is cut to the item."""
        if not 1 <= idx <= len(self.takes):
            return False
        take = self.takes[int(idx) - 1]
        length = take.last - take.first + (0 if self.session.takes_end_after else 1)
        if self.name == (self.clip.name if self.clip else ""):
            self.name = take.clip.name if take.clip else self.name
        self.clip, self.selected = take.clip, int(idx)
        self.place = Place(self.place.start, min(self.whole, length), take.first)
        return True

    @call
    def DeleteTakeByIndex(self, idx: int) -> bool:
        """Remove a take that is not shown."""
        if not 1 <= idx <= len(self.takes) or idx == self.selected:
            return False
        del self.takes[int(idx) - 1]
        self.selected -= int(idx < self.selected)
        return True

    @call
    def FinalizeTake(self) -> bool:
        """Keep what is shown and forget the other takes."""
        if not self.takes:
            return False
        self.takes, self.selected = [], 0
        return True
