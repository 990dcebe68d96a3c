"""A drawing as SVG 1.1, with the same verbs as the canvas that draws pixels.

Type is measured with the canvas' own font, and each text is told that width, so it takes no
more room whatever font a viewer has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from xml.sax.saxutils import escape

from alice_core.media.canvas import Box, Canvas, Color, Point


class Surface(Protocol):
    """What an analysis is drawn on: a :class:`~alice_core.media.canvas.Canvas` or a :class:`Drawing`."""

    width: int
    height: int

    def rectangle(self, box: Box, fill: Color | None = None) -> None:
        """Fill an upright rectangle."""
        ...

    def polygon(self, points: Sequence[Point], fill: Color) -> None:
        """Fill a polygon."""
        ...

    def line(self, points: Sequence[Point], fill: Color, width: float = 1) -> None:
        """Draw a line."""
        ...

    def text(self, xy: Point, text: str, size: float, fill: Color, anchor: str = "la", *, bold: bool = False) -> None:
        """Draw one line of text."""
        ...

    def text_width(self, text: str, size: float) -> float:
        """How wide a text is drawn."""
        ...

    def wrap(self, text: str, size: float, width: float, max_lines: int) -> list[str]:
        """The text in lines."""
        ...

    def flatten(self) -> None:
        """From here on edges are sharp."""
        ...


class Drawing:
    """A vector drawing of ``width`` x ``height`` units that is being made.

    Args:
        width: In pixels of the usual size.
        height: Likewise.
        background: Its ground.
    """

    def __init__(self, width: int, height: int, background: Color = (255, 255, 255)) -> None:
        self.width = width
        self.height = height
        self._ruler = Canvas(1, 1, smooth=False)
        self._parts: list[str] = []
        self.rectangle((0, 0, width, height), background)

    def rectangle(self, box: Box, fill: Color | None = None) -> None:
        """Fill an upright rectangle."""
        x0, y0, x1, y1 = box
        if fill is not None and x1 > x0 and y1 > y0:
            shape = f'x="{_short(x0)}" y="{_short(y0)}" width="{_short(x1 - x0)}" height="{_short(y1 - y0)}"'
            self._parts.append(f'<rect {shape} fill="{_ink(fill)}"/>')

    def polygon(self, points: Sequence[Point], fill: Color) -> None:
        """Fill the polygon through the points."""
        self._parts.append(f'<polygon points="{_places(points)}" fill="{_ink(fill)}"/>')

    def line(self, points: Sequence[Point], fill: Color, width: float = 1) -> None:
        """Draw a line through the points with round joints."""
        pen = f'fill="none" stroke="{_ink(fill)}" stroke-width="{_short(width)}" stroke-linejoin="round"'
        self._parts.append(f'<polyline points="{_places(points)}" {pen}/>')

    def text(self, xy: Point, text: str, size: float, fill: Color, anchor: str = "la", *, bold: bool = False) -> None:
        """Draw one line of text; see :meth:`alice_core.media.canvas.Canvas.text` for the anchor."""
        clean = "".join(sign if sign.isprintable() else " " for sign in text)
        if not clean.strip():
            return
        width = self.text_width(clean, size)
        x = xy[0] - {"l": 0.0, "m": width / 2, "r": width}[anchor[0]]
        y = xy[1] + size * {"a": 0.93, "m": 0.35, "s": 0.0, "d": -0.24}[anchor[1]]
        weight = ' font-weight="bold"' if bold else ""
        place = f'x="{_short(x)}" y="{_short(y)}" font-size="{_short(size)}" fill="{_ink(fill)}"{weight}'
        length = f'textLength="{_short(width)}" lengthAdjust="spacingAndGlyphs"'
        self._parts.append(f"<text {place} {length}>{escape(clean)}</text>")

    def text_width(self, text: str, size: float) -> float:
        """How wide a text is drawn."""
        return self._ruler.text_width(text, size)

    def wrap(self, text: str, size: float, width: float, max_lines: int) -> list[str]:
        """The text in at most so many lines no wider than ``width``."""
        return self._ruler.wrap(text, size, width, max_lines)

    def flatten(self) -> None:
        """Nothing: edges are as sharp as the viewer draws them."""

    def to_svg(self) -> bytes:
        """The drawing as a file."""
        size = f'width="{self.width}" height="{self.height}" viewBox="0 0 {self.width} {self.height}"'
        head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="Aileron, Helvetica, Arial, sans-serif">'
        return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *self._parts, "</svg>", ""]).encode()


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _places(points: Sequence[Point]) -> str:
    return " ".join(f"{_short(x)},{_short(y)}" for x, y in points)


def _ink(color: Color) -> str:
    red, green, blue = color[:3]
    return f"#{red:02x}{green:02x}{blue:02x}"
