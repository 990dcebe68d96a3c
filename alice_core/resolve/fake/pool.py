"""The media pool and its folders."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alice_core.resolve.fake.clip import MediaPoolItem, footage_at
from alice_core.resolve.fake.importing import Options, lay, readable_edit
from alice_core.resolve.fake.item import Place, TimelineItem
from alice_core.resolve.fake.session import Handle, Session, call
from alice_core.resolve.fake.timeline import Timeline

if TYPE_CHECKING:
    from alice_core.resolve.fake.project import Project

_MEDIA_TYPES = {1: "video", 2: "audio"}


class Folder(Handle):
    """A bin."""

    def __init__(self, session: Session, name: str) -> None:
        super().__init__(session)
        self.name = name
        self.clips: list[MediaPoolItem] = []
        self.folders: list[Folder] = []

    @call
    def GetName(self) -> str:
        """The name of the bin."""
        return self.name

    @call
    def GetUniqueId(self) -> str:
        """The identifier of the bin."""
        return self.unique_id

    @call
    def GetClipList(self) -> list[MediaPoolItem]:
        """What lies in it, timelines too."""
        return list(self.clips)

    @call
    def GetSubFolderList(self) -> list[Folder]:
        """The bins in it."""
        return list(self.folders)

    def walk(self) -> list[Folder]:
        """It and all below it."""
        return [self, *(one for folder in self.folders for one in folder.walk())]


class MediaPool(Handle):
    """The clips of a project; what is imported lands in the current folder, wherever the caller meant."""

    def __init__(self, session: Session, project: Project) -> None:
        super().__init__(session)
        self.project = project
        self.root = Folder(session, "Master")
        self.current = self.root

    @call
    def GetRootFolder(self) -> Folder:
        """The outermost bin."""
        return self.root

    @call
    def GetCurrentFolder(self) -> Folder:
        """The bin that imports land in."""
        return self.current

    @call
    def SetCurrentFolder(self, folder: Folder) -> bool:
        """Choose the bin that imports land in."""
        if folder not in self.root.walk():
            return False
        self.current = folder
        return True

    @call
    def AddSubFolder(self, folder: Folder, name: str) -> Folder:
        """A new bin, which becomes the current one; a second of the same name is no error."""
        made = Folder(self.session, name)
        folder.folders.append(made)
        self.current = made
        return made

    @call
    def ImportMedia(self, items: Sequence[str]) -> list[MediaPoolItem]:
        """Import files into the current folder; those that are not there or no media are left out silently."""
        found = [self.take_in(Path(path)) for path in items]
        return [clip for clip in found if clip is not None]

    @call
    def MoveClips(self, clips: Sequence[MediaPoolItem], targetFolder: Folder) -> bool:
        """Move clips to a bin."""
        for folder in self.root.walk():
            folder.clips = [clip for clip in folder.clips if clip not in clips]
        targetFolder.clips += list(clips)
        return True

    @call
    def DeleteClips(self, clips: Sequence[MediaPoolItem]) -> bool:
        """Remove clips from the pool; items that show them go offline."""
        for folder in self.root.walk():
            folder.clips = [clip for clip in folder.clips if clip not in clips]
        for item in (item for timeline in self.project.timelines for item in timeline.items):
            if item.clip in clips:
                item.clip = None
        return True

    @call
    def RelinkClips(self, mediaPoolItem: Sequence[MediaPoolItem], folderPath: str) -> bool:
        """Let clips be in another folder of the disk, under the names that they have."""
        there = [clip.path is not None and clip.relink(Path(folderPath) / clip.path.name) for clip in mediaPoolItem]
        return bool(there) and all(there)

    @call
    def CreateEmptyTimeline(self, name: str) -> Timeline | None:
        """A timeline, which becomes the current one; ``None`` for a known name."""
        return self._new_timeline(name)

    @call
    def ImportTimelineFromFile(self, filePath: str, importOptions: dict[str, Any] | None = None) -> Timeline | None:
        """A timeline from a file; ``None`` for a known name, a folder and whatever Resolve cannot read."""
        options = Options.read(importOptions or {})
        edit = readable_edit(Path(filePath), self, options)
        if edit is None:
            return None
        timeline = self._new_timeline(options.name or edit.name)
        if timeline is not None:
            lay(edit, timeline, self, options)
            if edit.rate.value == timeline.rate.value:
                _move(timeline, floor(edit.start))
        return timeline

    @call
    def DeleteTimelines(self, timeline: Sequence[Timeline]) -> bool:
        """Remove timelines from the project."""
        for one in timeline:
            self.project.timelines.remove(one)
            for folder in self.root.walk():
                folder.clips = [clip for clip in folder.clips if clip is not one.entry]
        if self.project.current not in self.project.timelines:
            self.project.current = next(iter(self.project.timelines), None)
        return True

    @call
    def AppendToTimeline(self, clipInfo: Sequence[dict[str, Any]]) -> list[TimelineItem]:
        """Lay clips on the current timeline; what overlaps an earlier item is dropped, silently.

        Source frames of another rate are converted by flooring. A call that answers with an
        error has laid its items nevertheless, and they are gone after the next save.
        """
        timeline = self.project.current
        if timeline is None:
            return []
        failing = self.session.append_errors > 0
        self.session.append_errors -= int(failing)
        made = [one for one in (self._append(timeline, dict(info), not failing) for info in clipInfo) if one]
        return [] if failing else made

    def take_in(self, path: Path) -> MediaPoolItem | None:
        """A new clip of a file in the current folder; ``None`` where there is none."""
        footage = footage_at(path, self.project.rate)
        if footage is None:
            return None
        clip = MediaPoolItem(self.session, path.name, footage)
        self.current.clips.append(clip)
        return clip

    def _append(self, timeline: Timeline, info: dict[str, Any], durable: bool) -> TimelineItem | None:
        clip = info["mediaPoolItem"]
        kind = _MEDIA_TYPES.get(info.get("mediaType", 1), "video")
        kind = "audio" if clip.footage.media.sample_rate and not clip.footage.media.width else kind
        first = int(info.get("startFrame", 0))
        last = int(info.get("endFrame", clip.footage.frames - 1))
        scale = timeline.rate.value / (timeline.rate.value if clip.footage.still else clip.footage.rate.value)
        frames = floor(Fraction(last - first + 1) * scale)
        place = Place(int(info.get("recordFrame", timeline.end)), frames, floor(first * scale))
        track = timeline.track(kind, int(info.get("trackIndex", 1)))
        item = TimelineItem(self.session, clip, place, clip.name, (kind, int(info.get("trackIndex", 1))))
        item.durable = durable
        if frames < 1:
            return None
        if not track.free(place.start, place.end):
            item.unique_id = ""  # what comes back looks like an item and is on no track
            return item
        track.put(item)
        return item

    def _new_timeline(self, name: str) -> Timeline | None:
        project = self.project
        if not name or any(timeline.name == name for timeline in project.timelines):
            return None
        entry = MediaPoolItem(self.session, name, None)
        timeline = Timeline(self.session, name, project.rate, project.size, entry)
        self.current.clips.append(entry)
        project.timelines.append(timeline)
        project.current = timeline
        return timeline


def _move(timeline: Timeline, start: int) -> None:
    for item in timeline.items:
        item.place.start += start - timeline.start
    timeline.playhead = timeline.start = start
