"""A clip of the media pool: a file with what is noted of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from alice_core.errors import AliceError
from alice_core.resolve.fake.marks import Marked
from alice_core.resolve.fake.session import Session, call, studio_call
from alice_core.timeline.looking import media_at
from alice_core.timeline.model import Media, MediaKind
from alice_core.timing import FrameRate, timecode_of

CLIP_COLOURS = frozenset(
    [
        "Orange",
        "Apricot",
        "Yellow",
        "Lime",
        "Olive",
        "Green",
        "Teal",
        "Navy",
        "Blue",
        "Purple",
        "Violet",
        "Pink",
        "Tan",
        "Beige",
        "Brown",
        "Chocolate",
    ]
)
"""The names that SetClipColor takes, found by trying them all on 19.1.3.7."""

_TYPES = {MediaKind.STILL: "Still", MediaKind.MOVIE: "Video", MediaKind.SOUND: "Audio"}


@dataclass(frozen=True, slots=True)
class Footage:
    """A file as it was when it was imported.

    Attributes:
        media: What the file is.
        rate: Its own for a movie; a still and a sound take the project's at their import and keep it.
    """

    media: Media
    rate: FrameRate

    @property
    def frames(self) -> int:
        """Length at that rate; a still has one frame and lasts as long as it is needed."""
        return 1 if self.media.duration is None else max(1, self.rate.nearest_frame(self.media.duration))

    @property
    def still(self) -> bool:
        """Whether it lasts as long as it is needed."""
        return self.media.kind is MediaKind.STILL

    @property
    def first_frame(self) -> int:
        """The file's own timecode at its first frame, at that rate."""
        return 0 if self.still else self.rate.nearest_frame(self.media.start)


def footage_at(path: Path, project_rate: FrameRate) -> Footage | None:
    """What lies at a path; ``None`` where nothing is that Resolve could import."""
    try:
        media = media_at(path, "")
    except AliceError:
        return None
    return Footage(media, media.rate or project_rate)


class MediaPoolItem(Marked):
    """A clip, or the entry of a timeline, which has no file."""

    def __init__(self, session: Session, name: str, footage: Footage | None) -> None:
        super().__init__(session)
        self.name = name
        self.footage = footage
        self.metadata: dict[str, str] = {}
        self.third_party: dict[str, str] = {}
        self.colour = ""

    @property
    def path(self) -> Path | None:
        """Where the file should be."""
        return None if self.footage is None else self.footage.media.path

    def marked_length(self) -> int:
        """The frames of the file."""
        return 0 if self.footage is None else self.footage.frames

    @call
    def GetName(self) -> str:
        """The name as shown, at first the file's."""
        return self.name

    @call
    def SetName(self, name: str) -> bool:
        """Give it another name."""
        self.name = name
        return True

    @call
    def GetUniqueId(self) -> str:
        """The identifier of the clip."""
        return self.unique_id

    @call
    def GetMediaId(self) -> str:
        """The identifier of the file behind the clip."""
        return f"{self.unique_id}-media"

    @call
    def GetMetadata(self, metadataType: str | None = None) -> str | dict[str, str]:
        """One value of the metadata, or all."""
        return dict(self.metadata) if metadataType is None else self.metadata.get(metadataType, "")

    @call
    def SetMetadata(self, metadata: str | dict[str, str], value: str = "") -> bool:
        """Set one value or several; keys of other programs are refused here."""
        new = {metadata: value} if isinstance(metadata, str) else dict(metadata)
        if any(key.startswith("alice") for key in new):
            return False
        self.metadata |= new
        return True

    @call
    def GetThirdPartyMetadata(self, metadataType: str | None = None) -> str | dict[str, str]:
        """One value of other programs' metadata, or all."""
        return dict(self.third_party) if metadataType is None else self.third_party.get(metadataType, "")

    @call
    def SetThirdPartyMetadata(self, metadata: str | dict[str, str], value: str = "") -> bool:
        """Set one value or several; every value is a text."""
        new = {metadata: value} if isinstance(metadata, str) else dict(metadata)
        if not all(isinstance(one, str) for one in new.values()):
            return False
        self.third_party |= new
        return True

    @call
    def GetClipColor(self) -> str:
        """The colour, empty for none."""
        return self.colour

    @call
    def SetClipColor(self, colorName: str) -> bool:
        """Colour the clip; markers' names are refused without a word."""
        if colorName not in CLIP_COLOURS:
            return False
        self.colour = colorName
        return True

    @call
    def GetClipProperty(self, propertyName: str | None = None) -> Any:
        """One property of the file, or all; an unknown name gives an empty text."""
        properties = self._properties()
        return properties if propertyName is None else properties.get(propertyName, "")

    @call
    def ReplaceClip(self, filePath: str) -> bool:
        """Put another file behind the clip; what was noted of the old one is gone with it."""
        return self._replace(filePath)

    @call
    def ReplaceClipPreserveSubClip(self, filePath: str) -> bool:
        """The same for a movie or a sound, with the extents of a sub-clip kept."""
        if self.footage is None or self.footage.still:
            return False
        return self._replace(filePath)

    @studio_call
    def TranscribeAudio(self, useSpeakerDetection: bool | None = None) -> bool:  # noqa: ARG002 - Resolve's parameter
        """Something that only Studio does."""
        return True

    def relink(self, path: Path) -> bool:
        """Let the same clip be at another place."""
        found = None if self.footage is None else footage_at(path, self.footage.rate)
        if found is None:
            return False
        self.footage = found
        return True

    def _replace(self, path: str) -> bool:
        if not self.relink(Path(path)):
            return False
        self.name, self.metadata, self.third_party = Path(path).name, {}, {}
        return True

    def _properties(self) -> dict[str, Any]:
        footage = self.footage
        if footage is None:
            return {"Type": "Timeline", "Clip Name": self.name, "File Path": "", "File Name": ""}
        media, rate = footage.media, footage.rate
        return {
            "Type": _TYPES[media.kind],
            "Clip Name": self.name,
            "File Name": media.path.name,
            "File Path": str(media.path),
            "FPS": float(Fraction(rate.name)),
            "Frames": str(footage.frames),
            "Resolution": f"{media.width}x{media.height}" if media.width else "",
            "Start TC": timecode_of(footage.first_frame, rate),
            "Online Status": "Online" if media.path.exists() else "Offline",
        }
