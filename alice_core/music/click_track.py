"""The beats alone as a sound, to lay beside a song on a timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from alice_core.media.sound_write import writing_sound
from alice_core.music.click import click_of

_BLOCK = 1 << 18


@dataclass(frozen=True, slots=True, order=True)
class Click:
    """One click: the sample that it begins on, and whether a bar or a section begins there."""

    sample: int
    downbeat: bool = False
    section: bool = False


def write_click_track(clicks: Sequence[Click], samples: int, sample_rate: int, out: Path) -> None:
    """Write a sound of exactly ``samples`` samples, silent but for the clicks, in one channel.

    The first sample of each click is its highest, so that it can be found to the sample.

    Args:
        clicks: By rising sample; those outside the sound are left out.
        samples: Length.
        sample_rate: Samples a second.
        out: A ``.wav`` or ``.flac`` to make or replace.

    Raises:
        ExportError: It cannot be written.
    """
    shapes = {
        (down, section): click_of(sample_rate, downbeat=down, section=section)
        for down in (False, True)
        for section in (False, True)
    }
    length = shapes[False, False].size
    with writing_sound(out, sample_rate, 1, "mono") as write:
        first = 0
        for start in range(0, samples, _BLOCK):
            block = np.zeros((min(_BLOCK, samples - start), 1), np.float32)
            while first < len(clicks) and clicks[first].sample + length <= start:
                first += 1
            for click in clicks[first:]:
                if click.sample >= start + len(block):
                    break
                at = click.sample - start
                low, high = max(0, at), min(len(block), at + length)
                block[low:high, 0] += shapes[click.downbeat, click.section][low - at : high - at]
            write(block)
