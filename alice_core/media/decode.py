"""The frames of a movie, as they are seen at the frame rate of a timeline."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from fractions import Fraction
from itertools import chain, count
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace
from av.video.stream import VideoStream

from alice_core.errors import MediaError
from alice_core.media.libav import first_look, open_container
from alice_core.media.planes import Planes, check_size, cover, frame_planes, split

CENTRE = (0.5, 0.5)
"""Where a picture is cut to another shape: shares of what goes, on the left and at the top."""

_HINT = "Use an MP4, MOV, WebM or MKV movie."
_HIGH_DEFINITION = 720  # rows from which a movie that says nothing is BT.709, not BT.601
_MATRICES = {1: Colorspace.ITU709, 5: Colorspace.ITU601, 6: Colorspace.ITU601, 7: Colorspace.SMPTE240M}
_MATRICES |= {9: Colorspace.BT2020, 10: Colorspace.BT2020}  # numbers of ITU-T H.273, table 4
_QUARTER = 90


class MovieReader:
    """The first moving picture of a file.

    Attributes:
        path: The file.
    """

    def __init__(self, path: Path, container: InputContainer) -> None:
        self.path = path
        self._container = container
        streams = container.streams.video
        if not streams or streams[0].codec_context is None:
            message = f"{path} holds no moving picture: it seems to be {first_look(path)[0].name}"
            raise MediaError(message, hint=_HINT)
        self._stream: VideoStream = streams[0]
        self._stream.codec_context.thread_count = 1
        self._zero = self._stream.start_time or 0

    def frames(
        self, width: int, height: int, rate: Fraction, start: int = 0, anchor: tuple[float, float] = CENTRE
    ) -> Iterator[Planes]:
        """The movie from frame ``start`` on, at a frame rate and size of ours.

        Each frame is the one that a player shows in the middle of ours: at the movie's own rate every
        one once, at others some twice or never. The picture is turned as the file says and cut at
        ``anchor``, by default its centre, to the shape of the frame. Frames that are the same are one and
        the same array.

        Raises:
            UsageError: Unusable size (``ALICE-U02``).
            MediaError: No frame decodes (``ALICE-M05``).
        """
        check_size(width, height)
        shown: Planes | None = None
        wanted, index = (start + Fraction(1, 2)) / rate, start
        current: VideoFrame | None = None
        end = Fraction(0)
        for time, frame in self._decoded(wanted):
            while current is not None and time > wanted:
                shown = shown if shown is not None else _fitted(current, width, height, anchor)
                yield shown
                index += 1
                wanted = (index + Fraction(1, 2)) / rate
            current, shown, end = frame, None, time + self._length(frame)
        if current is None:
            raise MediaError(f"no picture in {self.path} decodes", hint="Make the clip again.", code="ALICE-M05")
        shown = shown if shown is not None else _fitted(current, width, height, anchor)
        yield shown
        for later in count(index + 1):
            if (later + Fraction(1, 2)) / rate >= end:
                return
            yield shown

    def _length(self, frame: VideoFrame) -> Fraction:
        """Seconds for which a frame is shown."""
        if frame.duration and frame.time_base:
            return frame.duration * Fraction(frame.time_base)
        return 1 / Fraction(self._stream.average_rate or 1)

    def _decoded(self, wanted: Fraction) -> Iterator[tuple[Fraction, VideoFrame]]:
        """Frames with their seconds, from the last keyframe before a moment if the file can be entered there."""
        base = Fraction(self._stream.time_base or 1)
        self._container.seek(self._zero + int(wanted / base), stream=self._stream)
        frames = self._timed(base)
        first = next(frames, None)
        if first is None or first[0] > wanted:
            self._container.seek(self._zero, stream=self._stream)
            frames, first = self._timed(base), None
        return frames if first is None else chain([first], frames)

    def _timed(self, base: Fraction) -> Iterator[tuple[Fraction, VideoFrame]]:
        last = Fraction(-1)
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
                frames = [] if packet is None else packet.decode()
            except (av.FFmpegError, OSError):
                continue  # a damaged packet; what follows may be whole
            if packet is None:
                return
            for frame in frames:
                if isinstance(frame, VideoFrame) and frame.pts is not None:
                    time = (frame.pts - self._zero) * base
                    if time > last:
                        last = time
                        yield time, frame


def open_movie(path: Path) -> AbstractContextManager[MovieReader]:
    """The moving picture of a file, open for reading.

    Raises:
        NotFound: There is no such file (``ALICE-N01``).
        MediaError: It is empty (``ALICE-M01``), no movie (``ALICE-M02`` or ``ALICE-M00``), may not be read
            (``ALICE-M03``) or is damaged (``ALICE-M05``).
    """
    return _opened(Path(path))


@contextmanager
def _opened(path: Path) -> Iterator[MovieReader]:
    with open_container(path) as container:
        yield MovieReader(path, container)


def _fitted(frame: VideoFrame, width: int, height: int, anchor: tuple[float, float]) -> Planes:
    usual = Colorspace.ITU709 if frame.height >= _HIGH_DEFINITION else Colorspace.ITU601
    matrix = _MATRICES.get(frame.colorspace, usual)
    turns = round(frame.rotation / _QUARTER) % 4
    wide, high = frame.width, frame.height
    if (wide, high, turns) == (width, height, 0):
        return frame_planes(frame, width, height, source=matrix)
    lying = turns % 2 == 1
    across, down = cover(wide, high, height, width) if lying else cover(wide, high, width, height)
    scale = (height if lying else width) / across, (width if lying else height) / down
    planes = frame_planes(frame, _overlap(wide * scale[0]), _overlap(high * scale[1]), source=matrix)
    return _cut(planes, turns, (width, height), anchor)


def _cut(planes: Planes, turns: int, size: tuple[int, int], anchor: tuple[float, float]) -> Planes:
    width, height = size
    out = np.empty((height * 3 // 2, width), np.uint8)
    for source, target in zip(split(planes), split(out), strict=True):
        turned = np.rot90(source, turns)
        rows, columns = target.shape
        top, left = int((turned.shape[0] - rows) * anchor[1]), int((turned.shape[1] - columns) * anchor[0])
        target[:] = turned[top : top + rows, left : left + columns]
    return out


def _overlap(length: float) -> int:
    """The even number at or above a length, but for rounding."""
    return 2 * -int(-(length - 1e-6) // 2)
