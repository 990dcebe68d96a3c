"""What the main job is asked to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from alice_core.directing.model import CutStyle
from alice_core.errors import UsageError
from alice_core.timing import FrameRate, frames_of

SMALLEST, LARGEST = 64, 8192
"""Sides of a picture in pixels: below, nothing can be drawn; above, H.264 ends."""


@dataclass(frozen=True, slots=True)
class MakeRequest:
    """A song, and the music video that is wanted of it.

    Attributes:
        song: Any file with sound.
        out: Folder of the results; by default ``<song>-alice`` in the working folder.
        project: Name of the project; by default the song's name.
        brief: What is wanted, in words; ``None`` keeps the project's brief.
        rate: Of the picture.
        width: Of the picture.
        height: Of the picture.
        cut: How often to cut.
        provider: Who makes the shots.
        seed: From which every shot's seed comes.
        start: Timecode of the first frame.
        motion: Make clips with the camera move applied instead of stills.
        budget: What the shots may cost in all; ``None`` leaves it to the project's budget.
        approve: Allow what is above a budget's limit for one request.
        footage: Of the library's own pictures and clips only those that this query finds, for the provider ``library``.
    """

    song: Path
    rate: FrameRate
    width: int
    height: int
    cut: CutStyle = CutStyle.AUTO
    provider: str = "storyboard"
    seed: int = 1
    start: str = "01:00:00:00"
    motion: bool = False
    out: Path | None = None
    project: str | None = None
    brief: str | None = None
    budget: Decimal | None = None
    approve: bool = False
    footage: str = ""

    def __post_init__(self) -> None:
        """Refuse what no picture or clock can be made of, before any work."""
        check_size(self.width, self.height)
        frames_of(self.start, self.rate)

    @property
    def title(self) -> str:
        """The song's name without its suffix, as the timeline and the project are called."""
        return self.song.stem.strip() or "song"

    @property
    def folder(self) -> Path:
        """The folder of the results, absolute."""
        if self.out is not None:
            return self.out.expanduser().absolute()
        ending = "-alice"
        stem = self.song.stem.encode()[: 255 - len(ending)].decode("utf-8", "ignore")
        return Path.cwd() / (stem + ending)


def parse_size(text: str) -> tuple[int, int]:
    """Width and height from text such as ``1280x720``.

    Raises:
        UsageError: The text is no size, or no picture of that size can be made (``ALICE-U02``).
    """
    found = re.fullmatch(r"\s*(\d{1,6})\s*[x×X*]\s*(\d{1,6})\s*", text)
    if found is None:
        raise UsageError(f"{text!r} is no picture size", hint="Write it as WIDTHxHEIGHT: 1280x720", code="ALICE-U02")
    width, height = int(found.group(1)), int(found.group(2))
    check_size(width, height)
    return width, height


def check_size(width: int, height: int) -> None:
    """Refuse sizes that H.264 with 4:2:0 colour cannot carry.

    Raises:
        UsageError: A side is odd, too small or too large (``ALICE-U02``); the hint names the nearest that works.
    """
    if all(SMALLEST <= side <= LARGEST and side % 2 == 0 for side in (width, height)):
        return
    near = [min(max(side + side % 2, SMALLEST), LARGEST) for side in (width, height)]
    raise UsageError(
        f"a picture of {width}x{height} cannot be made: both sides must be even and from {SMALLEST} to {LARGEST}",
        hint=f"The nearest that works: {near[0]}x{near[1]}",
        code="ALICE-U02",
    )
