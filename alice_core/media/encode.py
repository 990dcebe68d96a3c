"""Movies as browsers play them: H.264 and AAC in MP4, exact in time, the same bytes every time."""

from __future__ import annotations

import math
import os
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import av
from av.container import OutputContainer
from av.video.frame import PictureType
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc
from av.video.stream import VideoStream

from alice_core.errors import ExportError
from alice_core.media.encoders import SOFTWARE, encoder_options
from alice_core.media.files import replacing
from alice_core.media.planes import Planes, check_size, frame_of
from alice_core.media.soundtrack import SAMPLE_RATE, Soundtrack

_BITS_A_PIXEL = Fraction(1, 8)  # of the encoders that are steered by their bit rate


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    """How the picture is encoded.

    Attributes:
        preset: Speed of x264.
        crf: Quality, lower is better.
        keyframe_seconds: Longest stretch between frames that a player can jump to; cuts are such frames too.
        codec: FFmpeg's name of the encoder, one that :func:`~alice_core.media.encoders.encoder_options` knows.
        threads: Of x264: one a processor, up to six. Never x264's own choice, which is half as
            many again and slower on two; the bytes depend on it, so that they may differ between machines.
    """

    preset: str = "veryfast"
    crf: int = 20
    keyframe_seconds: int = 1
    codec: str = "libx264"
    threads: int = max(2, min(os.cpu_count() or 2, 6))


PREVIEW = EncoderSettings()
"""The settings of every movie that the program makes."""


class MovieWriter:
    """A movie that appears at its target when the ``with`` block ends well, and not at all otherwise.

    Args:
        target: The MP4 file.
        width: Even, 16 to 8192.
        height: Even, 16 to 8192.
        rate: Frames a second, exact; every frame lies on it.
        sound: A file whose sound is laid from the first frame; cut, or filled up with silence, to the
            length of the picture.
        settings: Of the encoder.
        timecode: Of the first frame, kept in the file; empty for none.

    Raises:
        UsageError: Unusable size (``ALICE-U02``).
        ExportError: The folder cannot be written (``ALICE-E01``) or the disk is full (``ALICE-E02``).
        NotFound: There is no such sound file (``ALICE-N01``).
        MediaError: The sound cannot be read.
    """

    def __init__(
        self,
        target: Path,
        width: int,
        height: int,
        rate: Fraction,
        *,
        sound: Path | None = None,
        settings: EncoderSettings = PREVIEW,
        timecode: str = "",
    ) -> None:
        check_size(width, height)
        self.frames = 0
        self._target, self._size, self._rate, self._sound = target, (height * 3 // 2, width), rate, sound
        self._settings, self._timecode = settings, timecode
        self._track: Soundtrack | None = None
        self._container: OutputContainer
        self._picture: VideoStream
        self._part: Path
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._part = stack.enter_context(replacing(self._target))
            # Edit lists count in the movie's own time scale: all frames and all samples lie on this one.
            scale = math.lcm(self._rate.numerator, SAMPLE_RATE)
            options = {"movflags": "+faststart", "fflags": "+bitexact", "movie_timescale": str(scale)}
            options |= {"write_tmcd": "1"} if self._timecode else {}
            self._container = av.open(f"file:{self._part}", "w", format="mp4", options=options)
            stack.push(self._close)
            self._picture = self._add_picture()
            if self._sound is not None:
                self._track = stack.enter_context(Soundtrack.opened(self._sound, self._container))
            # Here and now, not with the first packet: from here on two threads encode.
            self._container.start_encoding()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self.frames == 0:
            message = f"{self._target.name} would be a movie without frames"
            problem = ExportError(message, hint="Plan the song again.", code="ALICE-E03")
            self._stack.__exit__(type(problem), problem, None)
            raise problem
        self._stack.__exit__(kind, error, trace)

    def write(self, planes: Planes, *, cut: bool = False) -> None:
        """Add one frame.

        Args:
            planes: See :mod:`alice_core.media.planes`.
            cut: Whether a shot begins with it, so that a player should be able to jump to it.

        Raises:
            ValueError: The frame has another size than the movie.
        """
        if planes.shape != self._size:
            raise ValueError(f"a frame of shape {planes.shape} in a movie of {self._size}")
        frame = frame_of(planes)
        frame.pts, frame.time_base = self.frames, 1 / self._rate
        if cut:
            frame.pict_type = PictureType.I
        self.frames += 1
        self._container.mux(self._picture.encode(frame))
        if self._track is not None:
            self._track.write_until(self.frames / self._rate)

    def _add_picture(self) -> VideoStream:
        settings = self._settings
        stream = cast("VideoStream", self._container.add_stream(settings.codec, rate=self._rate))
        if self._timecode:
            stream.metadata["timecode"] = self._timecode
        codec = stream.codec_context
        codec.height, codec.width = self._size[0] * 2 // 3, self._size[1]
        codec.pix_fmt = "yuv420p"
        codec.time_base = stream.time_base = 1 / self._rate
        codec.gop_size = math.ceil(self._rate * settings.keyframe_seconds)
        codec.thread_count = settings.threads
        codec.colorspace, codec.color_range = Colorspace.ITU709, ColorRange.MPEG
        codec.color_primaries, codec.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
        codec.options = encoder_options(settings.codec, settings.preset, settings.crf)
        if settings.codec != SOFTWARE:
            codec.bit_rate = int(self._rate * codec.width * codec.height * _BITS_A_PIXEL)
        return stream

    def _close(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        del error, trace
        if kind is None:
            self._container.mux(self._picture.encode(None))
            self._container.close()
            return
        # What was begun is thrown away: without its file the muxer stops at once and cannot move the index.
        with suppress(OSError):
            self._part.unlink()
        with suppress(av.FFmpegError, OSError):
            self._container.close()
