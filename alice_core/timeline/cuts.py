"""A timeline as read back from a file: what lies where, and whether it is whole."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from alice_core.errors import MediaError
from alice_core.timing import FrameRate


@dataclass(frozen=True, slots=True)
class Cut:
    """One clip as read: its name, and its frames counted from the start of the timeline, ``end`` exclusive."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Cuts:
    """A timeline as read.

    Attributes:
        rate: As the file has it.
        start: Frame count of the start timecode; 0 where the format has none (marker lists).
        clips: The pictures by rising frame.
        song: The sound, to its nearest frame, if there is one.
        markers: Frames of the markers, from ``start``, rising, each once.
    """

    rate: FrameRate
    start: int
    clips: tuple[Cut, ...]
    song: Cut | None
    markers: tuple[int, ...]

    def faults(self) -> tuple[str, ...]:
        """Every gap and overlap between neighbouring pictures, in words; nothing if there is none."""
        found = []
        at = 0
        for clip in self.clips:
            if clip.start != at:
                what = "gap" if clip.start > at else "overlap"
                found.append(f"{what} of {abs(clip.start - at)} frames at {clip.name} (frame {clip.start})")
            if clip.end <= clip.start:
                found.append(f"{clip.name} (frame {clip.start}) has no length")
            at = max(at, clip.end)
        return tuple(found)


def whole_frames(frames: Fraction) -> int:
    """The frame count, which must be whole.

    Raises:
        MediaError: It lies between two frames.
    """
    if frames.denominator != 1:
        message = f"a cut lies between frames, at {float(frames):.3f}"
        raise MediaError(message, hint="Export the timeline again.")
    return frames.numerator
