"""A contact sheet: pictures in a grid, each with words under it, and a frame that says how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from alice_core.media.canvas import Canvas

if TYPE_CHECKING:
    from alice_core.media.canvas import Color
    from alice_core.media.miniature import Pixels

_CELL, _GAP, _MARGIN = 300, 14, 26
_HEAD, _FOOT = 84, 62
_PAPER, _INK, _PALE, _EMPTY = (18, 19, 22), (236, 236, 232), (150, 152, 156), (38, 40, 45)
_FRAMES: dict[str, Color] = {"chosen": (255, 200, 60), "liked": (90, 200, 120), "rejected": (210, 70, 70)}
_ODD = (235, 130, 40)
_UNLIKE = "unlike the others"
_MOST_COLUMNS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """One picture of a sheet.

    Attributes:
        title: The line under it, such as ``shot-0012 take 2``.
        words: A further line or two.
        pixels: The picture; ``None`` where there is none.
        state: ``chosen``, ``liked`` or ``rejected`` give it a frame, anything else none.
        odd: Whether it looks unlike the others.
    """

    title: str
    words: str
    pixels: Pixels | None
    state: str = ""
    odd: bool = False


def contact_sheet(title: str, words: str, cells: Sequence[Cell], columns: int = 0, ratio: float = 16 / 9) -> bytes:
    """A sheet of pictures as the bytes of a PNG.

    Args:
        title: Over the sheet.
        words: A line under the title.
        cells: The pictures, row by row.
        columns: How many stand beside each other; 0 lets the sheet choose.
        ratio: Width over height of the pictures.
    """
    columns = columns or min(max(2, round((len(cells) * 1.4) ** 0.5)), _MOST_COLUMNS)
    rows = max(1, -(-len(cells) // columns))
    high = round(_CELL / ratio)
    width = 2 * _MARGIN + columns * _CELL + (columns - 1) * _GAP
    height = _HEAD + _MARGIN + rows * (high + _FOOT + _GAP)
    canvas = Canvas(width, height, _PAPER, smooth=False)
    canvas.text((_MARGIN, 22), canvas.wrap(title or " ", 26, width - 2 * _MARGIN, 1)[0] if title else "", 26, _INK)
    canvas.text((_MARGIN, 56), "".join(canvas.wrap(words, 15, width - 2 * _MARGIN, 1)), 15, _PALE)
    for place, cell in enumerate(cells):
        row, column = divmod(place, columns)
        _draw(canvas, cell, _MARGIN + column * (_CELL + _GAP), _HEAD + row * (high + _FOOT + _GAP), high)
    return canvas.to_png()


def _draw(canvas: Canvas, cell: Cell, left: int, top: int, high: int) -> None:
    canvas.rectangle((left, top, left + _CELL, top + high), fill=_EMPTY)
    if cell.pixels is None:
        canvas.text((left + _CELL / 2, top + high / 2), "nothing yet", 15, _PALE, "mm")
    else:
        shown = _within(cell.pixels, _CELL, high)
        canvas.paste(shown, (left + (_CELL - shown.shape[1]) // 2, top + (high - shown.shape[0]) // 2))
    frame = _FRAMES.get(cell.state)
    if frame is not None:
        canvas.rectangle((left, top, left + _CELL, top + high), outline=frame, width=4)
    if cell.odd:
        canvas.rectangle(
            (left + 8, top + 8, left + 8 + canvas.text_width("unlike the others", 13) + 14, top + 30), fill=_ODD
        )
        canvas.text((left + 15, top + 12), "unlike the others", 13, _PAPER)
    mark = f"  {cell.state}" if cell.state in _FRAMES else ""
    canvas.text((left, top + high + 6), cell.title, 15, _INK)
    if mark and frame is not None:
        canvas.text((left + canvas.text_width(cell.title, 15), top + high + 6), mark, 15, frame)
    for number, line in enumerate(canvas.wrap(cell.words, 13, _CELL, 2)):
        canvas.text((left, top + high + 26 + number * 16), line, 13, _PALE)


def _within(pixels: Pixels, width: int, height: int) -> Pixels:
    """The picture as large as it fits, whole."""
    high, wide = pixels.shape[:2]
    scale = min(width / wide, height / high)
    size = max(1, round(wide * scale)), max(1, round(high * scale))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))
