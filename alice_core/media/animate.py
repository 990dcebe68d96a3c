"""A still as a clip, with its camera move applied."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from alice_core.media.ahead import ahead
from alice_core.media.encode import MovieWriter
from alice_core.media.moves import MovingStill
from alice_core.progress import SILENT, Progress

_DEPTH = 8


def animate_still(
    still: Path,
    target: Path,
    *,
    move: str,
    width: int,
    height: int,
    frames: int,
    rate: Fraction,
    progress: Progress = SILENT,
) -> None:
    """Write a silent MP4 of ``frames`` frames in which the camera moves over a still.

    Args:
        still: The picture; it is cut at its centre to the shape of the frame.
        target: The file to make or replace.
        move: One of :data:`alice_core.media.moves.MOVES`.
        width: Even.
        height: Even.
        frames: At least 1.
        rate: Frames a second, exact.
        progress: Told every frame.

    Raises:
        UsageError: Unknown move or unusable size (``ALICE-U02``).
        NotFound: There is no such still (``ALICE-N01``).
        MediaError: The still cannot be read as a picture.
        ExportError: The folder cannot be written (``ALICE-E01``), the disk is full (``ALICE-E02``), or
            there are no frames (``ALICE-E03``).
    """
    source = MovingStill(still, width, height, move).frames(frames)
    with (
        progress.stage(f"animate {still.name}", frames, "frames") as stage,
        MovieWriter(target, width, height, rate) as movie,
        ahead(source, depth=_DEPTH) as ready,
    ):
        for planes in ready:
            movie.write(planes)
            stage.advance()
