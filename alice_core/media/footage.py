"""What a file is to an editor: its true frames, whether they come evenly, and its own timecode.

Headers say a mean rate and a length; only the times of the frames say whether the rate is
constant and how many frames there are. They are read from the container's index, or from
its packets where it has none; nothing is decoded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from alice_core.errors import MediaError
from alice_core.media.facts import Kind
from alice_core.media.libav import open_container
from alice_core.media.probe import is_cover, probe

_COARSE = Fraction(1, 1000)  # Matroska's clock: a frame's time is rounded to a millisecond there
_USUAL = tuple(Fraction(rate) for rate in (16, 24, 25, 30, 48, 50, 60, 100, 120)) + tuple(
    Fraction(rate * 1000, 1001) for rate in (24, 30, 48, 60, 120)
)


@dataclass(frozen=True, slots=True)
class Footage:
    """One file as an editor sees it.

    Attributes:
        still: Whether it is a picture that does not move.
        width: In pixels, as stored; 0 for sound.
        height: In pixels, as stored; 0 for sound.
        rate: Frames a second of a movie: exact where they come evenly, else the mean.
        frames: How many a movie has, as counted; 0 where they cannot be.
        steady: Whether the frames come evenly.
        seconds: Length; ``None`` for a still or where it is not known.
        timecode: The movie's own at its first frame, as it is written; empty where it has none.
        sample_rate: Of the sound, 0 where there is none.
        channels: Of the sound, 0 where there is none.
        reference: Samples since midnight at which a broadcast WAV begins; 0 where it does not say.
    """

    still: bool
    width: int = 0
    height: int = 0
    rate: Fraction | None = None
    frames: int = 0
    steady: bool = True
    seconds: Fraction | None = None
    timecode: str = ""
    sample_rate: int = 0
    channels: int = 0
    reference: int = 0


def footage_of(path: Path) -> Footage:
    """What a file is to an editor.

    Raises:
        NotFound: It is not there (``ALICE-N01``).
        MediaError: It may not be read (``ALICE-M03``), or is neither picture nor sound (``ALICE-M00``).
    """
    facts = probe(path)
    picture, sound = facts.picture, facts.sound
    if facts.kind is Kind.IMAGE and picture is not None:
        return Footage(still=True, width=picture.width, height=picture.height)
    heard = (sound.sample_rate, sound.channels) if sound is not None else (0, 0)
    if picture is None and sound is None:
        raise MediaError(f"{path} is neither picture nor sound", hint="Give a picture, a clip or a sound file.")
    with open_container(path, decodes=False) as container:
        if picture is None:
            seconds = sound.seconds if sound is not None else None
            return Footage(False, seconds=seconds, sample_rate=heard[0], channels=heard[1],
                           reference=_reference(container))  # fmt: skip
        stream = next(stream for stream in container.streams.video if not is_cover(stream))
        timecode = _timecode(container, stream)
        times, base = _times(container, stream), Fraction(stream.time_base or 1)
    rate, steady = _pace(times, base, picture.rate)
    seconds = len(times) / rate if rate and steady and times else picture.seconds
    return Footage(False, picture.width, picture.height, rate, len(times), steady, seconds, timecode, *heard)


def _times(container: InputContainer, stream: VideoStream) -> list[int]:
    """When each frame that is shown is due, rising, in the stream's own clock."""
    index = [entry for entry in stream.index_entries if not entry.is_discard]
    if stream.frames and len(stream.index_entries) == stream.frames:
        # Of decoding, not of showing; evenly spaced are both or none.
        return sorted(entry.timestamp for entry in index)
    found = []
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except (av.FFmpegError, OSError):
            break  # cut off in the middle of a packet; what came before can be shown
        if packet is None:
            break
        if packet.pts is not None and packet.size and not packet.is_discard:
            found.append(packet.pts)
    return sorted(found)


def _pace(times: Sequence[int], base: Fraction, said: Fraction | None) -> tuple[Fraction | None, bool]:
    """The rate of frames at these times, and whether they come evenly."""
    if len(times) < 2 or times[-1] <= times[0]:  # noqa: PLR2004 - one frame has no pace
        return said, True
    near = Fraction(len(times) - 1) / (base * (times[-1] - times[0]))
    gaps = {later - earlier for earlier, later in pairwise(times)}
    if len(gaps) == 1 and base < _COARSE:
        return near, True
    if max(gaps) - min(gaps) > (2 if base >= _COARSE else 1):
        return said or near, False
    # The clock does not hold the rate: each frame lies on the tick nearest to its moment.
    usual = min(_USUAL, key=lambda rate: abs(rate - near))
    wanted = (said, usual) if said in _USUAL else (usual, said)
    for rate in (*(one for one in wanted if one), near):
        if _on_grid(times, base, rate):
            return rate, True
    return said or near, False


def _on_grid(times: Sequence[int], base: Fraction, rate: Fraction) -> bool:
    """Whether every time lies within one tick of its place at a constant rate."""
    step = 1 / (rate * base)
    return all(abs(time - times[0] - place * step) <= 1 for place, time in enumerate(times))


def _timecode(container: InputContainer, stream: VideoStream) -> str:
    streams = [stream.metadata, *(one.metadata for one in container.streams.data), container.metadata]
    for metadata in streams:
        for name in ("timecode", "TIMECODE"):
            if metadata.get(name):
                return metadata[name].strip()
    return ""


def _reference(container: InputContainer) -> int:
    said = container.metadata.get("time_reference", "")
    return int(said) if said.isascii() and said.isdigit() else 0
