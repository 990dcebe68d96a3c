"""A timeline: tracks of items, markers, and its exports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from alice_core.errors import UsageError
from alice_core.resolve.fake.clip import MediaPoolItem
from alice_core.resolve.fake.exporting import EXPORTS, export
from alice_core.resolve.fake.item import TimelineItem
from alice_core.resolve.fake.marks import Marked
from alice_core.resolve.fake.session import Session, call, studio_call
from alice_core.timing import FrameRate, frames_of, timecode_of

_HOUR = 3600


@dataclass(slots=True)
class Track:
    """One track: its name and its items by rising start."""

    name: str
    items: list[TimelineItem] = field(default_factory=list)

    def free(self, start: int, end: int) -> bool:
        """Whether nothing lies between two frames."""
        return all(item.place.end <= start or item.place.start >= end for item in self.items)

    def put(self, item: TimelineItem) -> None:
        """Lay an item down; the track stays in order."""
        self.items.append(item)
        self.items.sort(key=lambda one: one.place.start)


class Timeline(Marked):
    """A cut in the project; its frames count from 00:00:00:00, its markers from its start."""

    def __init__(
        self, session: Session, name: str, rate: FrameRate, size: tuple[int, int], entry: MediaPoolItem
    ) -> None:
        super().__init__(session)
        self.name = name
        self.rate = rate
        self.size = size
        self.entry = entry
        self.start = _HOUR * rate.nominal
        self.playhead = self.start
        self.tracks: dict[str, list[Track]] = {"video": [Track("Video 1")], "audio": [Track("Audio 1")], "subtitle": []}

    @property
    def items(self) -> list[TimelineItem]:
        """Everything on it, track by track."""
        return [item for tracks in self.tracks.values() for track in tracks for item in track.items]

    @property
    def end(self) -> int:
        """The frame after the last item."""
        return max((item.place.end for item in self.items), default=self.start)

    def marked_length(self) -> int:
        """The frames of the timeline; the last of them can be marked."""
        return self.end - self.start

    def track(self, kind: str, index: int) -> Track:
        """A track, with those before it made where they are missing."""
        tracks = self.tracks[kind]
        while len(tracks) < index:
            tracks.append(Track(f"{kind.capitalize()} {len(tracks) + 1}"))
        return tracks[index - 1]

    @call
    def GetName(self) -> str:
        """The name of the timeline."""
        return self.name

    @call
    def SetName(self, timelineName: str) -> bool:
        """Give it another name."""
        self.name = self.entry.name = timelineName
        return True

    @call
    def GetUniqueId(self) -> str:
        """The identifier of the timeline."""
        return self.unique_id

    @call
    def GetMediaPoolItem(self) -> MediaPoolItem:
        """Its entry in the media pool."""
        return self.entry

    @call
    def GetStartFrame(self) -> int:
        """The first frame, counted from 00:00:00:00."""
        return self.start

    @call
    def GetEndFrame(self) -> int:
        """The frame after the last."""
        return self.end

    @call
    def GetStartTimecode(self) -> str:
        """The timecode of the first frame."""
        return timecode_of(self.start, self.rate)

    @call
    def SetStartTimecode(self, timecode: str) -> bool:
        """Let the timeline start elsewhere; everything on it moves along."""
        try:
            start = frames_of(timecode, self.rate)
        except UsageError:
            return False
        for item in self.items:
            item.place.start += start - self.start
        self.playhead += start - self.start
        self.start = start
        return True

    @call
    def GetTrackCount(self, trackType: str) -> int:
        """How many tracks of a kind there are."""
        return len(self.tracks.get(trackType, ()))

    @call
    def AddTrack(self, trackType: str, subTrackType: object = None) -> bool:  # noqa: ARG002 - Resolve's parameter
        """One more track of a kind."""
        if trackType not in self.tracks:
            return False
        self.track(trackType, len(self.tracks[trackType]) + 1)
        return True

    @call
    def GetTrackName(self, trackType: str, trackIndex: int) -> str:
        """The name of a track."""
        tracks = self.tracks.get(trackType, [])
        return tracks[int(trackIndex) - 1].name if 1 <= trackIndex <= len(tracks) else ""

    @call
    def GetItemListInTrack(self, trackType: str, index: int) -> list[TimelineItem] | None:
        """The items of a track by rising start."""
        tracks = self.tracks.get(trackType, [])
        return list(tracks[int(index) - 1].items) if 1 <= index <= len(tracks) else None

    @call
    def GetCurrentVideoItem(self) -> TimelineItem | None:
        """What is seen at the playhead; the highest track wins."""
        for track in reversed(self.tracks["video"]):
            for item in track.items:
                if item.place.start <= self.playhead < item.place.end:
                    return item
        return None

    @call
    def GetCurrentTimecode(self) -> str:
        """Where the playhead is."""
        return timecode_of(self.playhead, self.rate)

    @call
    def SetCurrentTimecode(self, timecode: str) -> bool:
        """Move the playhead."""
        try:
            self.playhead = frames_of(timecode, self.rate)
        except UsageError:
            return False
        return True

    @call
    def DeleteClips(self, timelineItems: Sequence[TimelineItem], Bool: bool = False) -> bool:
        """Remove items, closing the gaps where asked to; only while the Edit page is open."""
        if self.session.page != "edit":
            return False
        for item in timelineItems:
            track = self.track(*item.track)
            if item not in track.items:
                return False
            track.items.remove(item)
            for later in track.items if Bool else ():
                if later.place.start >= item.place.end:
                    later.place.start -= item.place.frames
        return True

    @call
    def GetSetting(self, settingName: str = "") -> str:
        """A setting of the timeline; an unknown name gives an empty text."""
        drop = " DF" if self.rate.drop else ""
        known = {
            "timelineFrameRate": f"{self.rate.name}{drop}",
            "timelineResolutionWidth": str(self.size[0]),
            "timelineResolutionHeight": str(self.size[1]),
        }
        return known.get(settingName, "")

    @call
    def Export(self, fileName: str, exportType: object, exportSubtype: object) -> bool:  # noqa: ARG002 - see EXPORTS
        """Write the timeline; a type given as text is refused, and FCPXML becomes a folder."""
        kind = EXPORTS.get(exportType) if isinstance(exportType, int) else None
        return kind is not None and export(self, Path(fileName), kind)

    @studio_call
    def CreateSubtitlesFromAudio(self, autoCaptionSettings: object = None) -> bool:  # noqa: ARG002 - Resolve's parameter
        """Something that only Studio does."""
        return True
