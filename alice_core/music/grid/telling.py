"""Corrections in words for people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from alice_core.music.grid.decisions import Correction, Lock, Replace, Tap, Unlock
from alice_core.music.grid.edits import BarOne, Delete, Insert, Meter, Scale, Shift


def tell(one: Correction, sample_rate: int) -> str:
    """What a correction does: ``all beats 12.0 ms later``."""

    def at(sample: int) -> str:
        return f"{sample / sample_rate:.3f} s"

    def stretch(start: int | None, end: int | None, everything: str) -> str:
        if start is None and end is None:
            return everything
        return f"beats from {at(start or 0)} to {'the end' if end is None else at(end)}"

    def shift(one: Shift) -> str:
        milliseconds = abs(one.samples) * 1000 / sample_rate
        side = "later" if one.samples >= 0 else "earlier"
        return f"{stretch(one.start, one.end, 'all beats')} {milliseconds:.1f} ms {side}"

    def lock(one: Lock) -> str:
        if len(one.beats) == 1:
            return f"beat at {at(one.beats[0].sample)} locked"
        return f"{len(one.beats)} beats from {at(one.beats[0].sample)} to {at(one.beats[-1].sample)} locked"

    def taken(one: Replace) -> str:
        parts = ((one.beats, "beats"), (one.sections, "sections"), (one.lyrics, "lines of lyrics"))
        return f"{', '.join(f'{len(part)} {name}' for part, name in parts if part)} from {one.source}"

    words: dict[type[Any], Callable[[Any], str]] = {
        Shift: shift,
        Scale: lambda one: f"{stretch(one.start, one.end, 'all')} at {one.factor} times the tempo",
        BarOne: lambda one: f"bar 1 begins at {at(one.sample)}",
        Meter: lambda one: f"{one.beats} beats a bar from {at(one.sample)}" + (f" to {at(one.end)}" if one.end else ""),
        Insert: lambda one: f"a {'downbeat' if one.downbeat else 'beat'} more at {at(one.sample)}",
        Delete: lambda one: f"no beat at {at(one.sample)}",
        Tap: lambda one: f"{len(one.taps)} taps from {at(one.taps[0])} to {at(one.taps[-1])}",
        Lock: lock,
        Unlock: lambda one: f"{stretch(one.start, one.end, 'all beats')} unlocked",
        Replace: taken,
    }
    return words[type(one)](one)
