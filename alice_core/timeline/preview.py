"""The cut as a movie to watch: every clip drawn, the song as its sound."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, islice, repeat
from pathlib import Path

from alice_core.media.ahead import ahead
from alice_core.media.decode import open_movie
from alice_core.media.encode import MovieWriter
from alice_core.media.moves import MovingStill
from alice_core.media.planes import Planes
from alice_core.progress import SILENT, Progress
from alice_core.timeline.model import Clip, MediaKind, Timeline

_DEPTH = 8  # frames made ahead of the encoder: more only cost memory


def render_preview(timeline: Timeline, target: Path, progress: Progress = SILENT) -> None:
    """Write the timeline as an MP4 of exactly ``timeline.frames`` frames, with the song as its sound.

    Stills move as their clips say; a movie that ends before its clip stays on its last frame.
    The file appears whole or not at all.

    Args:
        timeline: The cut.
        target: The file to make or replace.
        progress: Told every frame.

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
        MovieWriter(target, timeline.width, timeline.height, timeline.rate.value, sound=song) as movie,
        ahead(_frames(timeline), depth=_DEPTH) as ready,
    ):
        for planes, cut in ready:
            movie.write(planes, cut=cut)
            stage.advance()


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
        yield from _held(movie.frames(width, height, timeline.rate.value, clip.source_start), clip.frames)


def _held(frames: Iterator[Planes], count: int) -> Iterator[Planes]:
    """Exactly ``count`` frames: cut, or held on the last one."""
    last = next(frames)
    yield last
    for frame in islice(frames, count - 1):
        count -= 1
        last = frame
        yield frame
    yield from repeat(last, count - 1)
