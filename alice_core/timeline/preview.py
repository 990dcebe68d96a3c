"""The cut as a movie to watch: every clip drawn, the song as its sound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path

from alice_core.media.ahead import ahead
from alice_core.media.conform import held
from alice_core.media.decode import open_movie
from alice_core.media.encode import PREVIEW, EncoderSettings, MovieWriter
from alice_core.media.moves import MovingStill
from alice_core.media.overlay import Burn, Overlay
from alice_core.media.planes import Planes
from alice_core.progress import SILENT, Progress
from alice_core.timeline.model import Clip, MediaKind, Timeline
from alice_core.timing import timecode_of

_SOFT, _AFTER = 0.75, 0.5
_DEPTH = 8  # frames made ahead of the encoder: more only cost memory


@dataclass(frozen=True, slots=True)
class BurnIn:
    """What is burnt into the picture of a preview.

    Attributes:
        timecode: The record timecode, in the middle of the top.
        shots: The name of the shot, at the top left.
        flash: A square at the top right that lights up on every beat's frame, brighter on
            downbeats, and fades within an eighth of a second.
    """

    timecode: bool = False
    shots: bool = False
    flash: bool = False

    @property
    def nothing(self) -> bool:
        """Whether the picture stays as it is."""
        return not (self.timecode or self.shots or self.flash)


PLAIN = BurnIn()


def render_preview(
    timeline: Timeline,
    target: Path,
    progress: Progress = SILENT,
    *,
    burn: BurnIn = PLAIN,
    settings: EncoderSettings = PREVIEW,
) -> None:
    """Write the timeline as an MP4 of exactly ``timeline.frames`` frames, with the song as its sound.

    Stills move as their clips say; a movie that ends before its clip stays on its last frame.
    The file appears whole or not at all.

    Args:
        timeline: The cut.
        target: The file to make or replace.
        progress: Told every frame.
        burn: What is burnt into the picture.
        settings: Of the encoder.

    Raises:
        ExportError: The cut is not whole (``ALICE-E03``), the folder cannot be written
            (``ALICE-E01``) or the disk is full (``ALICE-E02``).
        UsageError: Unusable picture size (``ALICE-U02``) or unknown camera move.
        NotFound: The file of a clip or the song is not there (``ALICE-N01``).
        MediaError: One of them cannot be read.
    """
    timeline.check()
    song = timeline.song.path
    with (
        progress.stage("render preview", timeline.frames, "frames") as stage,
        MovieWriter(
            target, timeline.width, timeline.height, timeline.rate.value, sound=song, settings=settings
        ) as movie,
        ahead(preview_frames(timeline, burn), depth=_DEPTH) as ready,
    ):
        for planes, cut in ready:
            movie.write(planes, cut=cut)
            stage.advance()


def preview_frames(timeline: Timeline, burn: BurnIn = PLAIN) -> Iterator[tuple[Planes, bool]]:
    """All frames of a preview with what is burnt in, each with whether a clip begins with it; do not write to them."""
    if burn.nothing:
        yield from _frames(timeline)
        return
    overlay = Overlay(timeline.width, timeline.height)
    names = (clip.name for clip in timeline.clips)
    name = ""
    flashes = flash_levels(timeline) if burn.flash else {}
    for at, (planes, cut) in enumerate(_frames(timeline)):
        name = next(names) if cut else name
        code = timecode_of(timeline.start + at, timeline.rate) if burn.timecode else ""
        yield overlay.laid(planes, Burn(name if burn.shots else "", code, flashes.get(at, 0.0))), cut


def flash_levels(timeline: Timeline) -> dict[int, float]:
    """How bright the flash is on each frame that has one; only the frames of beats are as bright as they get.

    1 on a downbeat or section, 3/4 on another beat, then falling to nothing in an eighth of a second.
    """
    fall = max(2, timeline.rate.nominal // 8)
    levels: dict[int, float] = {}
    for mark in sorted(timeline.markers, key=lambda mark: (mark.frame, mark.kind == "beat")):
        full = _SOFT if mark.kind == "beat" else 1.0
        if 0 <= mark.frame < timeline.frames and levels.get(mark.frame, 0.0) < full:
            for age in range(fall):
                # A later beat always wins: it is a flash of its own, not the end of the one before.
                levels[mark.frame + age] = full * (1 - age / fall) * (_AFTER if age else 1.0)
    return levels


def _frames(timeline: Timeline) -> Iterator[tuple[Planes, bool]]:
    """All frames, each with whether a clip begins with it."""
    for clip in timeline.clips:
        yield from zip(_clip_frames(clip, timeline), chain([True], repeat(False)), strict=False)


def _clip_frames(clip: Clip, timeline: Timeline) -> Iterator[Planes]:
    width, height = timeline.width, timeline.height
    if clip.media.kind is MediaKind.STILL:
        yield from MovingStill(clip.media.path, width, height, clip.move).frames(clip.frames)
        return
    with open_movie(clip.media.path) as movie:
        yield from held(movie.frames(width, height, timeline.rate.value, clip.source_start), clip.frames)
