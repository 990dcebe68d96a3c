"""A part of a sound, cut to the sample, with its ends faded."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from alice_core.errors import MediaError
from alice_core.media.sound import Samples, open_sound
from alice_core.media.sound_write import writing_sound

_WHOLE = np.float32(32768 / 32767)  # samples are read over 32768 and written over 32767: 16 bits stay what they were


def write_excerpt(source: Path, out: Path, first: int, end: int, sample_rate: int, fades: tuple[int, int]) -> None:
    """Write the samples from ``first`` up to ``end`` of a sound, with 16 bits.

    Args:
        source: Any file with sound.
        out: A ``.wav`` or ``.flac`` to make or replace.
        first: First sample.
        end: Sample after the last; past the sound's own end there is silence.
        sample_rate: In which they are counted; the sound must have it.
        fades: Samples over which the sound rises at its start and falls at its end, as straight lines.

    Raises:
        NotFound: There is no such sound.
        MediaError: It cannot be read, or has another sample rate.
        ExportError: The excerpt cannot be written.
    """
    with open_sound(source) as reader:
        if reader.sample_rate != sample_rate:
            message = f"{source} has {reader.sample_rate} samples a second, the plan counts {sample_rate}"
            raise MediaError(message, hint="Give the song that the plan was made of.")
        with writing_sound(out, sample_rate, reader.channels, reader.layout) as write:
            at = done = 0
            for block in reader.blocks():
                part = block[max(0, first - at) : max(0, end - at)]
                at += len(block)
                if len(part):
                    write(part * _gain(done, len(part), end - first, fades) * _WHOLE)
                    done += len(part)
                if at >= end:
                    break
            if done < end - first:
                write(np.zeros((end - first - done, reader.channels), np.float32))


def _gain(at: int, count: int, length: int, fades: tuple[int, int]) -> Samples:
    """How much of each sample stays, as a column."""
    place = np.arange(at, at + count, dtype=np.float64)
    rise, fall = fades
    gain = np.ones(count)
    if rise:
        gain = np.minimum(gain, (place + 1) / rise)
    if fall:
        gain = np.minimum(gain, (length - 1 - place) / fall)
    column: Samples = np.clip(gain, 0, 1).astype(np.float32)[:, None]
    return column
