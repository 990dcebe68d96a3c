"""A stretch of a song analysed by itself, on the exact samples of the whole song."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from alice_core.errors import UsageError
from alice_core.media.sound import SoundReader
from alice_core.music.loudness import QUIETEST
from alice_core.music.model import Analysis, Curve, Song
from alice_core.music.traits import BandOnsets, Passage
from alice_core.music.waveform import OUTLINE_RATE, Waveform


@dataclass(frozen=True, slots=True)
class Window:
    """From one second of the song up to another; ``None`` is its start or end."""

    start: Fraction | None = None
    end: Fraction | None = None

    def samples(self, sample_rate: int) -> tuple[int, int | None]:
        """First sample, and the one after the last.

        Raises:
            UsageError: The stretch is empty.
        """
        first = round((self.start or Fraction(0)) * sample_rate)
        end = None if self.end is None else round(self.end * sample_rate)
        if first < 0 or (end is not None and end <= first):
            raise UsageError(
                f"the stretch from {float(self.start or 0):g} s to {float(self.end or 0):g} s holds nothing",
                hint="Let --to be later than --from.",
            )
        return first, end


WHOLE = Window()
"""All of a song."""


def blocks_within(reader: SoundReader, window: Window) -> Iterator[tuple[np.ndarray, int]]:
    """Each block's part inside the window, and how many samples the block has; the file is read to its end."""
    start, end = window.samples(reader.sample_rate)
    at = 0
    for block in reader.blocks():
        size = block.shape[0]
        yield block[max(0, start - at) : size if end is None else max(0, end - at)], size
        at += size


def placed(analysis: Analysis, song: Song, start: int) -> Analysis:
    """The analysis of a stretch that begins at sample ``start``, told in the samples of the whole song."""
    end = start + analysis.song.samples
    return replace(
        analysis,
        song=song,
        window=Passage(start, end),
        tempo_map=tuple(replace(point, sample=point.sample + start) for point in analysis.tempo_map),
        beats=tuple(replace(beat, sample=beat.sample + start) for beat in analysis.beats),
        sections=tuple(replace(one, start=one.start + start, end=one.end + start) for one in analysis.sections),
        silences=tuple(Passage(one.start + start, one.end + start) for one in analysis.silences),
        stretches=tuple(replace(one, start=one.start + start, end=one.end + start) for one in analysis.stretches),
        onsets=tuple(
            BandOnsets(one.band, tuple(at + start for at in one.samples), one.strengths) for one in analysis.onsets
        ),
        curves=tuple(_placed_curve(curve, song, Fraction(start, song.sample_rate)) for curve in analysis.curves),
    )


def placed_outline(waveform: Waveform, song: Song, start: int) -> Waveform:
    """The outline of a stretch with nothing before and after it, as long as the song."""
    before = round(start * OUTLINE_RATE / song.sample_rate)
    whole = max(before + waveform.low.size, -(-song.samples * OUTLINE_RATE // song.sample_rate))
    after = whole - before - waveform.low.size
    low, high, rms = (np.pad(row, (before, after)) for row in (waveform.low, waveform.high, waveform.rms))
    bands = None if waveform.bands is None else np.pad(waveform.bands, ((0, 0), (before, after)))
    return Waveform(low, high, rms, bands)


def _placed_curve(curve: Curve, song: Song, start: Fraction) -> Curve:
    count = max(1, -(-song.samples * curve.rate // song.sample_rate))
    nothing = QUIETEST if curve.name == "loudness" else 0.0
    at = np.arange(count) - float(start * curve.rate)
    values = np.interp(at, np.arange(len(curve.values)), curve.values, left=nothing, right=nothing)
    return Curve(curve.name, curve.rate, tuple(np.round(values, 4).tolist()))
