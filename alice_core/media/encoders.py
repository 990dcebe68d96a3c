"""Which encoder of H.264 is used: the graphics chip's where one really opens, x264 everywhere else."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import cast

import av
import numpy as np
from av.codec.codec import UnknownCodecError
from av.video.codeccontext import VideoCodecContext

from alice_core.errors import UsageError

SOFTWARE = "libx264"
"""The encoder that is always there, and whose bytes are the same every time."""

HARDWARE = ("h264_videotoolbox", "h264_nvenc", "h264_qsv", "h264_amf", "h264_mf", "h264_v4l2m2m")
"""FFmpeg's encoders in graphics chips (Apple, NVIDIA, Intel, AMD, Windows, boards), in the order they are tried."""

_OPTIONS = {
    "h264_videotoolbox": {"realtime": "0", "allow_sw": "0"},
    "h264_nvenc": {"preset": "p4", "forced-idr": "1"},
    "h264_qsv": {"preset": "faster", "forced_idr": "1"},
    "h264_amf": {"quality": "speed", "forced_idr": "1"},
    "h264_mf": {"hw_encoding": "1"},
    "h264_v4l2m2m": {},
}
_TRIAL = (320, 240)


@dataclass(frozen=True, slots=True)
class Encoder:
    """The encoder that was chosen.

    Attributes:
        name: FFmpeg's name of it.
        words: A sentence that says why it is this one.
    """

    name: str
    words: str

    @property
    def hardware(self) -> bool:
        """Whether a graphics chip does the work."""
        return self.name != SOFTWARE


def choose_encoder(wish: str = "auto") -> Encoder:
    """The encoder for a wish: ``auto``, ``software``, or one of :data:`HARDWARE`.

    One that is named by FFmpeg need not be there: each is tried on a few frames, and one
    that does not give them is passed over, with its reason in the sentence.

    Raises:
        UsageError: There is no such encoder, or the one asked for does not open (``ALICE-U00``).
    """
    if wish == "software":
        return Encoder(SOFTWARE, "x264 encodes, as asked for")
    if wish in HARDWARE:
        fault = encoder_fault(wish)
        if fault:
            raise UsageError(f"the encoder {wish} does not open: {fault}", hint="Use --encoder auto or software.")
        return Encoder(wish, f"{wish} encodes, as asked for")
    if wish != "auto":
        hint = "Use auto, software, or one of " + ", ".join(HARDWARE) + "."
        raise UsageError(f"unknown encoder {wish!r}", hint=hint)
    faults = []
    for name in HARDWARE:
        fault = encoder_fault(name)
        if not fault:
            return Encoder(name, f"{name} encodes: the graphics chip does the work")
        if fault != _ABSENT:
            faults.append(f"{name} does not open ({fault})")
    why = "; ".join(faults) or "no encoder of a graphics chip is in this installation"
    return Encoder(SOFTWARE, f"x264 encodes: {why}")


def encoder_options(name: str, preset: str, crf: int) -> dict[str, str]:
    """FFmpeg's options of an encoder; preset and quality are those of x264."""
    if name == SOFTWARE:
        return {"preset": preset, "crf": str(crf), "forced-idr": "1"}
    return dict(_OPTIONS[name])


_ABSENT = "it is not in this installation"


@cache
def encoder_fault(name: str) -> str:
    """Why an encoder gives no pictures here, in words; empty if it does. Tried once a process."""
    try:
        codec = cast("VideoCodecContext", av.CodecContext.create(name, "w"))
    except UnknownCodecError:
        return _ABSENT
    codec.width, codec.height = _TRIAL
    codec.pix_fmt, codec.time_base, codec.framerate = "yuv420p", Fraction(1, 24), Fraction(24)
    codec.bit_rate = 1_000_000
    codec.options = encoder_options(name, "veryfast", 20)
    grey = np.full((_TRIAL[1] * 3 // 2, _TRIAL[0]), 128, np.uint8)
    size = 0
    try:
        for place in range(3):
            frame = av.VideoFrame.from_ndarray(grey, "yuv420p")
            frame.pts, frame.time_base = place, Fraction(1, 24)
            size += sum(packet.size for packet in codec.encode(frame))
        size += sum(packet.size for packet in codec.encode(None))
    except (av.FFmpegError, OSError, ValueError) as error:
        return getattr(error, "strerror", None) or str(error)
    return "" if size else "it gives no pictures"
