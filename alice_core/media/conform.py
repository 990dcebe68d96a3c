"""Movies and stills made anew: at another rate, to another shape, at another size; on exact frames."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, repeat
from pathlib import Path

from PIL import Image, ImageOps

from alice_core.errors import MediaError
from alice_core.media.ahead import ahead
from alice_core.media.decode import CENTRE, open_movie
from alice_core.media.encode import EncoderSettings, MovieWriter
from alice_core.media.files import reading, replacing
from alice_core.media.planes import Planes, cover
from alice_core.progress import SILENT, Progress

_DEPTH = 8

MASTER = EncoderSettings(preset="fast", crf=14)
"""Of a movie that takes another's place in the cut: no difference to the eye."""

PROXY = EncoderSettings(preset="veryfast", crf=26)
"""Of a stand-in that is only there to be light."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The frame that a picture is cut to.

    Attributes:
        width: In pixels, even.
        height: In pixels, even.
        anchor: Where what is cut away is taken from: shares of it on the left and at the top.
    """

    width: int
    height: int
    anchor: tuple[float, float] = CENTRE


def remake_movie(
    source: Path,
    target: Path,
    shape: Shape,
    *,
    rate: Fraction,
    first: int,
    frames: int,
    settings: EncoderSettings = MASTER,
    timecode: str = "",
    progress: Progress = SILENT,
) -> None:
    """Write a silent MP4 of exactly ``frames`` frames of a movie.

    Args:
        source: The movie; it is turned as it says and cut to the shape.
        target: The file to make or replace.
        shape: Of the new picture.
        rate: Frames a second of the new movie; each of its frames is the one that a player shows at its middle.
        first: Frame of the source that becomes the first, counted at ``rate``.
        frames: How many; past the source's end its last frame is held.
        settings: Of the encoder.
        timecode: Of the first frame, kept in the file.
        progress: Told every frame.

    Raises:
        NotFound: There is no such movie (``ALICE-N01``).
        MediaError: It cannot be read.
        ExportError: The folder cannot be written (``ALICE-E01``) or the disk is full (``ALICE-E02``).
        UsageError: Unusable size (``ALICE-U02``).
    """
    with (
        open_movie(source) as movie,
        progress.stage(f"conform {source.name}", frames, "frames") as stage,
        MovieWriter(target, shape.width, shape.height, rate, settings=settings, timecode=timecode) as writer,
        ahead(held(movie.frames(shape.width, shape.height, rate, first, shape.anchor), frames), depth=_DEPTH) as ready,
    ):
        for planes in ready:
            writer.write(planes)
            stage.advance()


def reframe_still(source: Path, target: Path, shape: Shape) -> None:
    """Write a still, cut to the shape of a frame and scaled to its size, as PNG.

    Raises:
        NotFound: There is no such still (``ALICE-N01``).
        MediaError: It cannot be read as a picture (``ALICE-M00`` or ``ALICE-M05``).
        ExportError: The folder cannot be written.
    """
    with reading(source), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # odd metadata and large sizes are no news where only pixels are wanted
        try:
            with Image.open(source) as opened:
                picture = ImageOps.exif_transpose(opened)
                picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
            message = f"{source} is no picture that can be read: {error}"
            raise MediaError(message, hint="Copy or make the picture again.", code="ALICE-M05") from error
    across, down = cover(picture.width, picture.height, shape.width, shape.height)
    left, top = (picture.width - across) * shape.anchor[0], (picture.height - down) * shape.anchor[1]
    cut = picture.resize(
        (shape.width, shape.height), Image.Resampling.LANCZOS, box=(left, top, left + across, top + down)
    )
    with replacing(target) as part:
        cut.save(part, "PNG")


def held(frames: Iterator[Planes], count: int) -> Iterator[Planes]:
    """Exactly ``count`` frames: cut, or held on the last one."""
    last = next(frames)
    yield last
    for frame in islice(frames, count - 1):
        count -= 1
        last = frame
        yield frame
    yield from repeat(last, count - 1)
