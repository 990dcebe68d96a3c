"""A plan of a few short shots, in a file, without having to listen to anything."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from alice_core.directing import document
from alice_core.directing.model import CutStyle, Mood, Move, Plan, Shot, SongReference
from alice_core.timing import FrameRate

SECTIONS = ("verse", "verse", "chorus", "chorus")


def small_plan(count: int = 4, frames: int = 12) -> Plan:
    """Shots of half a second each at 24 frames a second, 192 x 108."""
    shots = tuple(
        Shot(
            f"shot-{number + 1:04}", number * frames, (number + 1) * frames, Fraction(number, 2), number + 1, 1,
            SECTIONS[number % 4], f"Wide shot: a fox, number {number}. Clear bright light; indigo and amber.",
            100 + number, Move.HOLD, Mood(0.5, 0.5, 0.5),
        )
        for number in range(count)
    )  # fmt: skip
    song = SongReference(f"sha256:{'5' * 64}", 44100, 44100 * count * frames // 24)
    return Plan(FrameRate(Fraction(24)), "01:00:00:00", 192, 108, song, "a fox", CutStyle.BAR, 7, shots, ())


def write_plan(folder: Path, **more: int) -> Path:
    """The file of such a plan."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "plan.json"
    path.write_bytes(document.to_document(small_plan(**more)))
    return path
