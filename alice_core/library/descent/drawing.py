"""What all drawings of the library share: thumbnails in boxes, and lines of text that fit."""

from __future__ import annotations

from alice_core.library.looking.thumbnails import thumbnail
from alice_core.media.canvas import Canvas
from alice_core.store import Store


def draw_thumbnail(canvas: Canvas, store: Store, digest: str, box: tuple[int, int, int, int]) -> bool:
    """Draw the thumbnail of an asset in the middle of a box, whole; ``False`` where there is none."""
    pixels = thumbnail(store, digest)
    if pixels is None:
        return False
    from alice_core.media.miniature import inside  # noqa: PLC0415 - Pillow and NumPy, only when there is work

    left, top, right, bottom = box
    small = inside(pixels, right - left, bottom - top)
    high, wide = small.shape[:2]
    canvas.paste(small, (left + (right - left - wide) // 2, top + (bottom - top - high) // 2))
    return True


def shortened(canvas: Canvas, text: str, size: float, room: float) -> str:
    """A line that fits, its middle left out where it does not: names differ at both ends."""
    if canvas.text_width(text, size) <= room:
        return text
    for keep in range(len(text) - 1, 0, -1):
        front = keep // 2
        line = f"{text[:front]}…{text[len(text) - (keep - front) :]}"
        if canvas.text_width(line, size) <= room:
            return line
    return "…"


def size_said(size: int) -> str:
    """A size in bytes as people read it: ``1.4 MB``."""
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:  # noqa: PLR2004 - a kilobyte
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
