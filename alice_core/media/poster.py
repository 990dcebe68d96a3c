"""The frame that stands for a movie: the first of ten, a tenth of its length apart, that shows something."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace, Interpolation
from av.video.stream import VideoStream

from alice_core.errors import MediaError
from alice_core.media.libav import open_container
from alice_core.media.miniature import Pixels, fitted
from alice_core.media.probe import is_cover
from alice_core.media.thumbnail import MOST_PIXELS, Clock

_TRIES = 10
_MOST_DECODED = 240
"""Frames that are decoded at most to come from a keyframe to the place that is wanted."""

_DARK, _PLAIN = 20, 6
"""Mean brightness at or below which, and spread at or below which, a frame shows nothing."""

_QUARTER = 90
_HIGH_DEFINITION = 720
_HINT = "Open it in a player; make it again if it is damaged there too."


def first_good_frame(path: Path, longest: int, clock: Clock) -> Pixels:
    """The first frame that is neither black nor empty; the one with most to see where all are.

    Args:
        path: The movie.
        longest: The longer side in pixels, unless the movie is smaller.
        clock: Says how long it may take.

    Raises:
        NotFound: There is no such file (``ALICE-N01``).
        MediaError: It is no movie or too large (``ALICE-M00``, ``ALICE-M02``), or nothing of it decodes
            (``ALICE-M05``).
    """
    best: tuple[float, Pixels] | None = None
    with open_container(path) as container:
        stream = next((one for one in container.streams.video if one.codec_context and not is_cover(one)), None)
        if stream is None:
            raise MediaError(f"{path} holds no moving picture", hint=_HINT)
        if stream.codec_context.width * stream.codec_context.height > MOST_PIXELS:
            raise MediaError(f"{path} has frames of more than 100 megapixels", hint=_HINT)
        stream.codec_context.thread_count = 1
        for frame in _samples(container, stream, clock):
            pixels = _pixels(frame, stream, longest)
            spread = float(pixels.std())
            if pixels.mean() > _DARK and spread > _PLAIN:
                return pixels
            if best is None or spread > best[0]:
                best = spread, pixels
    if best is None:
        raise MediaError(f"no picture in {path} decodes", hint=_HINT, code="ALICE-M05")
    return best[1]


def _samples(container: InputContainer, stream: VideoStream, clock: Clock) -> Iterator[VideoFrame]:
    """Frames at every tenth of the length, as near as can be come by with bounded work."""
    base = Fraction(stream.time_base or 1)
    zero = stream.start_time or 0
    length = stream.duration or (int(Fraction(container.duration, 1_000_000) / base) if container.duration else 0)
    last = -1
    for number in range(_TRIES):
        wanted = zero + length * number // _TRIES
        if number:
            try:
                container.seek(wanted, stream=stream)
            except (av.FFmpegError, OSError):
                return
        found = _frame_at(container, stream, wanted, clock)
        if found is None or (found.pts or 0) <= last:
            if not length:
                return
            continue
        last = found.pts or 0
        yield found


def _frame_at(container: InputContainer, stream: VideoStream, wanted: int, clock: Clock) -> VideoFrame | None:
    """The frame at a time, or the last one that a bounded number of frames leads to."""
    found: VideoFrame | None = None
    try:
        for count, frame in enumerate(container.decode(stream)):
            clock.check()
            found = frame
            if (frame.pts or 0) >= wanted or count >= _MOST_DECODED:
                break
    except (av.FFmpegError, OSError):
        return found
    return found


def _pixels(frame: VideoFrame, stream: VideoStream, longest: int) -> Pixels:
    aspect = float(stream.sample_aspect_ratio or 1)
    width, height = fitted(frame.width * aspect, frame.height, longest)
    usual = Colorspace.ITU709 if frame.height >= _HIGH_DEFINITION else Colorspace.ITU601
    small = frame.reformat(
        width, height, "rgb24", src_colorspace=usual, interpolation=Interpolation.AREA | Interpolation.ACCURATE_RND
    )
    turned = np.rot90(small.to_ndarray(), round(frame.rotation / _QUARTER) % 4)
    return np.ascontiguousarray(turned, np.uint8)
