"""A song with its beats as clicks, so that a grid can be judged by ear.

A click is a short tone that starts at its full height exactly on the sample of the beat: high on
downbeats, with a third tone above where a section begins. The song is turned down before the
clicks are laid on, and all of it once more where it would clip.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from alice_core.media.sound import Samples, SoundReader, open_sound
from alice_core.media.sound_write import writing_sound
from alice_core.music.model import Analysis
from alice_core.progress import SILENT, Progress

SONG_GAIN = 0.6
"""What the song is multiplied by beneath the clicks."""

_BEAT, _DOWNBEAT, _SECTION = 1000.0, 1600.0, 2400.0  # hertz
_LEVEL, _SECONDS, _FALL = 0.35, 0.03, 140.0
_CEILING = 0.98


def click_of(sample_rate: int, *, downbeat: bool = False, section: bool = False) -> Samples:
    """One click, mono: its first sample is its highest."""
    time = np.arange(max(1, round(_SECONDS * sample_rate))) / sample_rate
    tone = np.cos(2 * np.pi * (_DOWNBEAT if downbeat else _BEAT) * time)
    if section:
        tone = 0.5 * (tone + np.cos(2 * np.pi * _SECTION * time))
    fall = np.exp(-_FALL * time)
    fade = np.minimum(1.0, (time.size - np.arange(time.size)) / (0.2 * time.size))
    level = _LEVEL * (1.25 if downbeat or section else 1.0)
    click: Samples = (level * tone * fall * fade).astype(np.float32)
    return click


def write_clicks(song: Path, analysis: Analysis, out: Path, progress: Progress = SILENT) -> None:
    """Write a song with a click on each beat, at its own rate and with its own channels.

    Args:
        song: Any file with sound.
        analysis: Of that song.
        out: A ``.wav`` or ``.flac`` to make or replace.
        progress: Told how far it is.

    Raises:
        NotFound, MediaError: The song cannot be read.
        UsageError: The ending is another one.
        ExportError: The file cannot be written.
    """
    with open_sound(song) as reader:
        total = 2 * float(analysis.song.seconds)
        with progress.stage("Laying the clicks", total, "s") as stage:
            peak = 0.0
            for block in _mixed(reader, analysis):
                peak = max(peak, float(np.abs(block).max(initial=0.0)))
                stage.advance(len(block) / reader.sample_rate)
            gain = np.float32(min(1.0, _CEILING / peak) if peak > 0 else 1.0)
            with writing_sound(out, reader.sample_rate, reader.channels, reader.layout) as write:
                for block in _mixed(reader, analysis):
                    write(block * gain)
                    stage.advance(len(block) / reader.sample_rate)


def _mixed(reader: SoundReader, analysis: Analysis) -> Iterator[Samples]:
    """The song turned down, clicks on it, block by block."""
    rate = reader.sample_rate
    # The analysis may be of the same music at another rate; on its own song the samples are the same.
    places = [beat.sample * rate // analysis.song.sample_rate for beat in analysis.beats]
    begins = _sections(analysis)
    clicks = {
        (down, section): click_of(rate, downbeat=down, section=section)
        for down in (False, True)
        for section in (False, True)
    }
    length = clicks[False, False].size
    start = 0
    for block in reader.blocks():
        mixed = block * np.float32(SONG_GAIN)
        end = start + len(block)
        for index in range(bisect_left(places, start - length + 1), bisect_left(places, end)):
            click = clicks[analysis.beats[index].position == 1, index in begins]
            first = places[index] - start
            low, high = max(0, first), min(len(block), first + click.size)
            mixed[low:high] += click[low - first : high - first, None]
        start = end
        yield mixed


def _sections(analysis: Analysis) -> frozenset[int]:
    """Indices of the beats nearest to where sections begin."""
    samples = [beat.sample for beat in analysis.beats]
    found = set()
    for section in analysis.sections if samples else ():
        after = bisect_left(samples, section.start)
        near = [index for index in (after - 1, after) if 0 <= index < len(samples)]
        found.add(min(near, key=lambda index: abs(samples[index] - section.start)))
    return frozenset(found)
