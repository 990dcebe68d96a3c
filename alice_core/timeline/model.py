"""The cut as values: clips on whole frames over one song, with markers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from alice_core.errors import ExportError
from alice_core.timing import FrameRate


class MediaKind(StrEnum):
    """What a piece of media is to an editor."""

    STILL = "still"
    MOVIE = "movie"
    SOUND = "sound"


@dataclass(frozen=True, slots=True)
class Media:
    """One file that clips refer to.

    Attributes:
        path: Absolute path of the file.
        digest: ``sha256:...`` of its bytes.
        kind: Still, movie or sound.
        width: Of the picture in pixels, 0 for sound.
        height: Of the picture in pixels, 0 for sound.
        rate: Frame rate of a movie, else ``None``.
        duration: Exact seconds of a movie or a sound, ``None`` for a still.
        sample_rate: Of the sound, 0 where there is none.
        channels: Of the sound, 0 where there is none.
        start: The file's own timecode at its first frame, in exact seconds; 0 where it has none.
        steady: Whether a movie's frames come evenly; no editor's source frames fit one whose do not.
        proxy: A smaller stand-in of the same frames, where there is one.
    """

    path: Path
    digest: str
    kind: MediaKind
    width: int = 0
    height: int = 0
    rate: FrameRate | None = None
    duration: Fraction | None = None
    sample_rate: int = 0
    channels: int = 0
    start: Fraction = Fraction(0)
    steady: bool = True
    proxy: Path | None = None


@dataclass(frozen=True, slots=True)
class Clip:
    """One shot's take on the timeline.

    Attributes:
        name: As the editor shows it, the shot's id.
        start: First frame, counted from the start of the timeline.
        frames: Length.
        media: The file.
        source_start: First frame used of a movie, counted from the file's first frame at the timeline's
            rate; 0 for a still.
        move: Camera move on a still (the value of ``directing.Move``).
        note: The prompt.
    """

    name: str
    start: int
    frames: int
    media: Media
    source_start: int = 0
    move: str = "hold"
    note: str = ""

    @property
    def end(self) -> int:
        """The frame after the last."""
        return self.start + self.frames


@dataclass(frozen=True, slots=True)
class Marker:
    """A point on the timeline: kind ``beat``, ``downbeat`` or ``section``."""

    frame: int
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Clips over a song.

    Attributes:
        name: As the editor shows it.
        rate: Frames a second and how timecode counts them.
        start: Frame count of the start timecode from 00:00:00:00.
        width: Of the picture.
        height: Of the picture.
        clips: By rising frame.
        song: The sound, laid from frame 0.
        markers: By rising frame.
        click: A second sound as long as the song, laid from frame 0: the beats, to hear them.
    """

    name: str
    rate: FrameRate
    start: int
    width: int
    height: int
    clips: tuple[Clip, ...]
    song: Media
    markers: tuple[Marker, ...] = ()
    click: Media | None = None

    @property
    def sounds(self) -> tuple[Media, ...]:
        """The song, and the click where there is one."""
        return (self.song,) if self.click is None else (self.song, self.click)

    @property
    def frames(self) -> int:
        """The length in frames."""
        return self.clips[-1].end if self.clips else 0

    def check(self) -> None:
        """Refuse a cut that is not whole.

        Raises:
            ExportError: A gap, an overlap, an empty clip or no clip at all (``ALICE-E03``).
        """
        if not self.clips:
            message = f"timeline {self.name!r} has no clips"
            raise ExportError(message, hint="Plan the song again.", code="ALICE-E03")
        at = 0
        for clip in self.clips:
            if clip.start != at or clip.frames < 1:
                what = "a gap before" if clip.start > at else "an overlap at" if clip.start < at else "an empty clip:"
                message = f"timeline {self.name!r} has {what} {clip.name} (frame {clip.start}, expected {at})"
                raise ExportError(message, hint="Plan the song again.", code="ALICE-E03")
            at = clip.end
