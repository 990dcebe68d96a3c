"""The slate below the picture: what the shot is, where it lies in the song, and what is to be seen."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alice_core.providers.storyboard.palette import Palette, mix

if TYPE_CHECKING:
    from alice_core.media.canvas import Canvas
    from alice_core.providers.storyboard.options import ShotOptions

_SIDE, _BELOW = 0.082, 0.08
"""Shares of the width and height that a moving camera may crop: type keeps clear of them."""

_SMALLEST = 8.5
"""Pixels below which type cannot be read."""

_FEWEST_LINES = 3.4
"""Lines of type that must fit before one of them is given to the facts."""

_SHARE = 0.222
_REFERENCE = 960
"""Square root of the pixels of a 1280x720 picture, whose type sizes are given below."""


@dataclass(frozen=True, slots=True)
class _Room:
    """The part of the slate that may hold type, in pixels."""

    left: float
    top: float
    right: float
    bottom: float
    unit: float


def picture_height(width: int, height: int) -> int:
    """How much of a frame the picture takes; the slate takes the rest."""
    del width
    return height - round(height * _SHARE)


def draw_slate(canvas: Canvas, palette: Palette) -> None:
    """Lay the slate's ground and its coloured edge."""
    top = picture_height(canvas.width, canvas.height)
    edge = max(1.0, canvas.height / 240)
    canvas.rectangle((0, top, canvas.width, canvas.height), palette.ink)
    canvas.rectangle((0, top, canvas.width, top + edge), mix(palette.ink, palette.accent, 0.75))


def write_slate(canvas: Canvas, palette: Palette, prompt: str, shot: ShotOptions) -> None:
    """Write the shot's facts and its prompt; on small frames the facts are left out first, then all."""
    unit = math.sqrt(canvas.width * canvas.height) / _REFERENCE
    top = picture_height(canvas.width, canvas.height)
    room = _Room(
        canvas.width * _SIDE,
        top + canvas.height / 240 + 9 * unit,
        canvas.width * (1 - _SIDE),
        canvas.height * (1 - _BELOW),
        unit,
    )
    left = _write_number(canvas, palette, shot, room)
    below = _write_facts(canvas, palette, shot, room, left)
    _write_prompt(canvas, palette, prompt, _Room(left, below, room.right, room.bottom, unit))


def _write_number(canvas: Canvas, palette: Palette, shot: ShotOptions, room: _Room) -> float:
    """The shot's number, large; gives where the text beside it begins."""
    high = room.bottom - room.top
    size = max(min(58 * room.unit, 0.66 * high), min(2 * _SMALLEST, 0.8 * high))
    if not shot.shot or size < 1.5 * _SMALLEST:
        return room.left
    number = f"{shot.shot}"
    canvas.text((room.left, room.top - 0.1 * size), number, size, palette.paper, bold=True)
    width = max(canvas.text_width(number, size), canvas.text_width("00", size))
    small = 15 * room.unit
    if shot.shots and small >= _SMALLEST:
        quiet = mix(palette.ink, palette.paper, 0.55)
        canvas.text((room.left + 0.04 * size, room.bottom), f"of {shot.shots}", small, quiet, anchor="ls")
    return room.left + width + max(20 * room.unit, 0.3 * size)


def _write_facts(canvas: Canvas, palette: Palette, shot: ShotOptions, room: _Room, left: float) -> float:
    """One line of facts; gives where the prompt begins below it."""
    size = max(16.5 * room.unit, _SMALLEST)
    if room.bottom - room.top < _FEWEST_LINES * size:
        return room.top
    base = room.top + size
    at = left
    if shot.section:
        at = _write_label(canvas, palette, shot.section, at, base, size) + 13 * room.unit
    quiet = mix(palette.ink, palette.paper, 0.72)
    length = f"{shot.frames} f" if shot.frames else ""
    timing = "  ·  ".join(part for part in (shot.timecode, shot.seconds, length) if part)
    if timing:
        canvas.text((room.right, base), timing, size, palette.paper, anchor="rs")
    beats = f"{shot.beats} beat{'' if shot.beats == 1 else 's'}" if shot.beats else ""
    bar = f"bar {shot.bar}" if shot.bar else ""
    facts = [part for part in (bar, beats, shot.move.replace("-", " "), shot.title) if part]
    limit = room.right - (canvas.text_width(timing, size) + 18 * room.unit if timing else 0)
    while facts and at + canvas.text_width("  ·  ".join(facts), size) > limit:
        facts.pop()
    if facts:
        canvas.text((at, base), "  ·  ".join(facts), size, quiet, anchor="ls")
    return base + 12 * room.unit


def _write_label(canvas: Canvas, palette: Palette, label: str, x: float, base: float, size: float) -> float:
    """The section in a coloured field; gives its right edge."""
    text = label.upper()
    pad = 0.42 * size
    right = x + canvas.text_width(text, 0.86 * size) + 2 * pad
    canvas.rectangle((x, base - 1.02 * size, right, base + 0.3 * size), palette.accent)
    canvas.text((x + pad, base - 0.05 * size), text, 0.86 * size, palette.ink, anchor="ls", bold=True)
    return right


def _write_prompt(canvas: Canvas, palette: Palette, prompt: str, room: _Room) -> None:
    """The prompt as large as it can be while most of it is still there."""
    space, width = room.bottom - room.top, room.right - room.left
    sizes = [size * room.unit for size in (25, 22, 19.5, 17.5)]
    usable = [size for size in sizes if size >= _SMALLEST] or ([_SMALLEST] if space >= _SMALLEST else [])
    for size in usable:
        count = int((space + 0.25 * size) / (1.25 * size))
        if count < 1:
            continue
        lines = canvas.wrap(prompt, size, width, count)
        if size == usable[-1] or not (lines and lines[-1].endswith("…")):
            for index, line in enumerate(lines):
                canvas.text((room.left, room.top + 1.25 * size * index), line, size, palette.paper)
            return
