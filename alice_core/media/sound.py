"""Sound of any common file as blocks of samples, and a song as a WAV file."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer

from alice_core.errors import MediaError
from alice_core.media.declared import declared_seconds
from alice_core.media.files import replacing
from alice_core.media.libav import SOUND_HINT, first_look, open_container

Samples = np.ndarray[Any, np.dtype[np.float32]]

_LONGEST = 4 * 3600  # seconds
_SHORT_RATIO, _SHORT_SECONDS = Fraction(2, 100), 1
# Seconds between frames that count as missing sound: less is rounding or a clock that runs a little off, more
# is a broken clock. After a packet that did not decode a smaller gap is believed.
_GAP, _GAP_AFTER_DAMAGE, _LONGEST_GAP = Fraction(1, 10), Fraction(15, 1000), 60
_MANY_PLANES = 8  # PyAV reads past the end of the plane table at this number of planes
_FULL_SCALE = {"u8": 128, "s16": 1 << 15, "s32": 1 << 31, "flt": 1, "dbl": 1}
_AGAIN = "Copy or download the file again."


class SoundReader:
    """The first sound stream of a file, decoded from its start as often as asked.

    Attributes:
        path: The file.
        sample_rate: Samples a second and channel, as decoded.
        channels: How many.
        layout: FFmpeg's name of their order, such as ``stereo`` or ``5.1``.
        codec: FFmpeg's name of the codec.
        declared: Seconds that the container promises; ``None`` where it promises nothing.
        damage: What was wrong with the file, as a sentence, once :meth:`blocks` has met it; else ``None``.
    """

    def __init__(self, path: Path, container: InputContainer) -> None:
        self.path = path
        self.damage: str | None = None
        stream = _sound_of(path, container)
        declared, self._exact = declared_seconds(path, container, stream)
        self.declared: Fraction | None = declared
        if declared is not None and declared > _LONGEST:
            raise _too_long(path, declared)
        first, _ = next(_decoded(container, stream, []), (None, False))
        if first is None:
            raise MediaError(f"nothing of the sound in {path} decodes", hint=_AGAIN, code="ALICE-M05")
        # The decoder knows better than the container: AAC doubles its rate only when decoded.
        self.sample_rate = int(first.sample_rate)
        self.channels = int(first.layout.nb_channels)
        self.layout = str(first.layout.name)
        self.codec = str(stream.codec_context.name)

    def blocks(self, size: int = 65536) -> Iterator[Samples]:
        """The samples as a player would play them: float32 of shape (n, channels), full scale 1.

        Encoder delay and padding are left out as far as the file declares them; a stretch that is
        missing inside a damaged file is silent, so that what follows stays in time. Memory is constant.

        Args:
            size: Samples a block; only the last is shorter.

        Raises:
            MediaError: The sound goes on for more than four hours (``ALICE-M04``).
        """
        held: list[Samples] = []
        count = total = 0
        for piece in self._pieces():
            held.append(piece)
            count += len(piece)
            total += len(piece)
            if total > _LONGEST * self.sample_rate:
                raise _too_long(self.path, Fraction(total, self.sample_rate))
            if count >= size:
                joined = np.concatenate(held)
                for at in range(0, count - size + 1, size):
                    yield joined[at : at + size]
                held = [joined[count - count % size :]]
                count %= size
        if count:
            yield np.concatenate(held)
        self._judge(total)

    def _pieces(self) -> Iterator[Samples]:
        errors: list[str] = []
        silent = Fraction(0)
        convert = _Converter(self.sample_rate, self.channels, self.layout)
        with open_container(self.path) as container:
            expected: Fraction | None = None
            for frame, damaged in _decoded(container, _sound_of(self.path, container), errors):
                at = None if frame.pts is None else frame.pts * Fraction(frame.time_base or 0)
                least = _GAP_AFTER_DAMAGE if damaged else _GAP
                if at is not None and expected is not None and least < at - expected < _LONGEST_GAP:
                    silent += at - expected
                    missing = int((at - expected) * self.sample_rate + Fraction(1, 2))
                    yield np.zeros((missing, self.channels), np.float32)
                expected = None if at is None else at + Fraction(frame.samples, frame.sample_rate)
                yield from convert(frame)
            yield from convert(None)
        if silent:
            errors.append(f"{float(silent):.2f} s are missing inside and were left silent")
        self.damage = "; ".join(errors) or None

    def _judge(self, total: int) -> None:
        seconds = Fraction(total, self.sample_rate)
        if self._exact and self.declared is not None:
            short = self.declared - seconds
            if short > _SHORT_SECONDS and short > self.declared * _SHORT_RATIO:
                found = f"it ends after {float(seconds):.1f} s of the {float(self.declared):.1f} s it declares"
                self.damage = f"{found}; {self.damage}" if self.damage else found


class _Converter:
    """Frames of any sample format as float32 (n, channels) at one rate and layout."""

    def __init__(self, sample_rate: int, channels: int, layout: str) -> None:
        self._shape = (sample_rate, channels)
        self._layout = layout
        self._form: tuple[object, ...] = ()
        self._resampler: AudioResampler | None = None

    def __call__(self, frame: AudioFrame | None) -> Iterator[Samples]:
        form = () if frame is None else (frame.format.name, frame.sample_rate, frame.layout.name)
        if form != self._form:
            # A stream may change its format midway; what the old resampler holds comes first.
            if self._resampler is not None:
                yield from (self._plain(out) for out in self._resampler.resample(None))
            self._form, self._resampler = form, None if frame is None else self._resampler_for(frame)
        if frame is None:
            return
        for out in [frame] if self._resampler is None else self._resampler.resample(frame):
            yield self._plain(out)

    def _resampler_for(self, frame: AudioFrame) -> AudioResampler | None:
        same = (frame.sample_rate, frame.layout.nb_channels) == self._shape
        readable = frame.format.packed.name in _FULL_SCALE
        if same and readable and (frame.format.is_packed or frame.layout.nb_channels < _MANY_PLANES):
            return None
        return AudioResampler(format="flt", layout=self._layout, rate=self._shape[0])

    def _plain(self, frame: AudioFrame) -> Samples:
        raw = frame.to_ndarray()
        samples = raw.T if frame.format.is_planar else raw.reshape(-1, self._shape[1])
        full = _FULL_SCALE[frame.format.packed.name]
        plain: Samples = samples.astype(np.float32)
        if full != 1:
            if raw.dtype == np.uint8:
                plain -= full
            plain /= full
        return plain


def open_sound(path: Path) -> AbstractContextManager[SoundReader]:
    """The sound of a file, open for reading.

    Takes any common container and codec, the first sound stream of a video too.

    Raises:
        NotFound: There is no such file (``ALICE-N01``).
        MediaError: It is empty (``ALICE-M01``), holds no sound (``ALICE-M02``), may not be read (``ALICE-M03``),
            is longer than four hours (``ALICE-M04``), nothing of it decodes (``ALICE-M05``), or it is a
            folder (``ALICE-M00``).
    """
    return _opened(Path(path))


@contextmanager
def _opened(path: Path) -> Iterator[SoundReader]:
    with open_container(path) as container:
        reader = SoundReader(path, container)
    yield reader


def write_wav(path: Path, samples: np.ndarray[Any, Any], sample_rate: int) -> None:
    """Write samples as a 16-bit WAV file, which appears whole or not at all.

    Args:
        path: The file to make or replace.
        samples: Floats of shape (n,) or (n, channels), full scale 1; louder ones are clipped.
        sample_rate: Samples a second.

    Raises:
        ExportError: The folder cannot be written (``ALICE-E01``) or the disk is full (``ALICE-E02``).
    """
    whole = np.rint(np.clip(samples, -1.0, 1.0) * 32767).astype("<i2")
    with replacing(path) as part, part.open("wb") as file, wave.open(file, "wb") as sound:
        sound.setnchannels(1 if whole.ndim == 1 else whole.shape[1])
        sound.setsampwidth(2)
        sound.setframerate(sample_rate)
        sound.writeframes(whole.tobytes())


def _sound_of(path: Path, container: InputContainer) -> AudioStream:
    streams = container.streams.audio
    if not streams or streams[0].codec_context is None:
        seen, _ = first_look(path)
        what = "a video without sound" if container.streams.video else seen.name
        raise MediaError(f"{path} holds no sound: it seems to be {what}", hint=SOUND_HINT, code="ALICE-M02")
    return streams[0]


def _decoded(container: InputContainer, stream: AudioStream, errors: list[str]) -> Iterator[tuple[AudioFrame, bool]]:
    """The frames of a stream, each with whether something before it did not decode; that is counted in ``errors``."""
    damaged = seen = 0
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except (av.FFmpegError, OSError) as error:
            errors.append(f"reading stopped: {error.strerror}")
            break
        if packet is None:
            break
        try:
            frames = packet.decode()
        except (av.FFmpegError, OSError):
            damaged += 1
            continue
        for frame in frames:
            if frame.samples:
                yield frame, damaged > seen
                seen = damaged
    if damaged:
        errors.append(f"{damaged} damaged packets were skipped")


def _too_long(path: Path, seconds: Fraction) -> MediaError:
    message = f"{path} is longer than four hours ({float(seconds) / 3600:.1f} h)"
    return MediaError(message, hint="Cut it into shorter files.", code="ALICE-M04")
