"""Plans, shots and takes as values; the document of a plan is ``alice.plan/1``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from alice_core.timing import FrameRate


class Move(StrEnum):
    """What the camera does during a shot."""

    HOLD = "hold"
    PUSH_IN = "push-in"
    PULL_OUT = "pull-out"
    PAN_LEFT = "pan-left"
    PAN_RIGHT = "pan-right"
    TILT_UP = "tilt-up"
    TILT_DOWN = "tilt-down"


class CutStyle(StrEnum):
    """How often a plan cuts."""

    AUTO = "auto"
    BEAT = "beat"
    BAR = "bar"
    TWO_BARS = "2bar"
    FOUR_BARS = "4bar"
    SECTION = "section"


@dataclass(frozen=True, slots=True)
class Mood:
    """How a stretch of the song feels, each from 0 to 1; valence is an estimate."""

    energy: float
    brightness: float
    valence: float


@dataclass(frozen=True, slots=True)
class Take:
    """The asset that stands for a shot; the path is relative to the plan's folder where it can be."""

    digest: str
    path: str


@dataclass(frozen=True, slots=True)
class Shot:
    """One shot on exact frames.

    Attributes:
        id: Stable name within the plan, such as ``shot-0007``.
        start: First frame, counted from the start of the song.
        end: Frame after the last.
        beat: The exact second of the beat that the shot starts on (0 for the first shot).
        bar: Bar number at the start.
        beats: Beats that begin inside the shot.
        section: Label of the section, such as ``chorus``.
        prompt: What is to be seen.
        seed: For the generator.
        move: What the camera does.
        mood: Of this stretch of the song.
        take: The chosen take, if there is one.
    """

    id: str
    start: int
    end: int
    beat: Fraction
    bar: int
    beats: int
    section: str
    prompt: str
    seed: int
    move: Move
    mood: Mood
    take: Take | None = None

    @property
    def frames(self) -> int:
        """The length in frames."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class PlanMarker:
    """A point of the song that editors want to see: kind ``beat``, ``downbeat`` or ``section``."""

    frame: int
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class SongReference:
    """The song that a plan is cut to, by its bytes."""

    digest: str
    sample_rate: int
    samples: int

    @property
    def seconds(self) -> Fraction:
        """The exact length in seconds."""
        return Fraction(self.samples, self.sample_rate)


@dataclass(frozen=True, slots=True)
class Plan:
    """Shots that tile a song without gap or overlap.

    Attributes:
        rate: Of the picture.
        start: Timecode label of the first frame.
        width: Of the picture, in pixels.
        height: Of the picture, in pixels.
        song: What it is cut to.
        brief: What the maker wants, in words; may be empty.
        cut: How often it cuts.
        seed: From which every shot's seed comes.
        shots: By rising frame; the first starts at 0, the last ends at the end of the song.
        markers: By rising frame.
        notices: Sentences that the user should read, such as a fallback to even lengths.
    """

    rate: FrameRate
    start: str
    width: int
    height: int
    song: SongReference
    brief: str
    cut: CutStyle
    seed: int
    shots: tuple[Shot, ...]
    markers: tuple[PlanMarker, ...]
    notices: tuple[str, ...] = ()

    @property
    def frames(self) -> int:
        """The length of the picture in frames."""
        return self.shots[-1].end if self.shots else 0
