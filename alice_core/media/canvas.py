"""The one place that draws: shapes with smooth edges, gradients, light and type, to an array or a PNG.

Edges are smoothed by drawing at twice the size and averaging once: Pillow draws an opaque
polygon over a whole 720p picture in under a millisecond that way, where a smoothed mask a
shape costs six. What is drawn after :meth:`Canvas.flatten` is drawn on the picture's own
pixels; type and upright rectangles are sharpest there.
"""

from __future__ import annotations

import functools
import struct
import zlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from PIL import Image, ImageChops, ImageDraw

from alice_core.errors import UsageError
from alice_core.media.lettering import face, runs

if TYPE_CHECKING:
    from numpy.typing import NDArray

Color: TypeAlias = tuple[int, int, int] | tuple[int, int, int, int]
"""Red, green, blue and perhaps opacity, each 0 to 255."""

Point: TypeAlias = tuple[float, float]
Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom; right and bottom are the first pixel outside."""

Ink: TypeAlias = tuple[int, int, int] | int

OPAQUE = 255

_LARGEST_SIDE = 16_384
_LARGEST_SMOOTH = 9_000_000
"""Pixels above which a picture is drawn at its own size: fine enough without smoothing, and a 16K one would not fit."""


class Canvas:
    """A picture of ``width`` x ``height`` pixels that is being drawn; coordinates are pixels from the top left.

    Args:
        width: In pixels, 1 to 16384.
        height: In pixels, 1 to 16384.
        background: Its first colour.
        smooth: Whether edges are smoothed until :meth:`flatten`.

    Raises:
        UsageError: The size is unusable (``ALICE-U02``).
    """

    def __init__(self, width: int, height: int, background: Color = (255, 255, 255), *, smooth: bool = True) -> None:
        if not (1 <= width <= _LARGEST_SIDE and 1 <= height <= _LARGEST_SIDE):
            raise UsageError(
                f"A picture of {width}x{height} cannot be drawn.",
                hint=f"Choose a width and a height from 1 to {_LARGEST_SIDE} pixels.",
                code="ALICE-U02",
            )
        self.width = width
        self.height = height
        self._scale = 2 if smooth and width * height <= _LARGEST_SMOOTH else 1
        self._image = Image.new("RGB", (width * self._scale, height * self._scale), background[:3])
        self._draw = ImageDraw.Draw(self._image)

    def rectangle(
        self, box: Box, fill: Color | None = None, outline: Color | None = None, width: float = 1, radius: float = 0
    ) -> None:
        """Draw an upright rectangle, with round corners if ``radius`` is not 0; an outline lies inside the box."""
        x0, y0, x1, y1 = (round(value * self._scale) for value in box)
        if x1 <= x0 or y1 <= y0:
            return
        curve, pen = radius * self._scale, self._pen(width)

        def inside(draw: ImageDraw.ImageDraw, ink: Ink, left: int, top: int) -> None:
            draw.rounded_rectangle((x0 - left, y0 - top, x1 - 1 - left, y1 - 1 - top), curve, fill=ink)

        def border(draw: ImageDraw.ImageDraw, ink: Ink, left: int, top: int) -> None:
            draw.rounded_rectangle((x0 - left, y0 - top, x1 - 1 - left, y1 - 1 - top), curve, outline=ink, width=pen)

        self._lay((x0, y0, x1, y1), fill, inside)
        self._lay((x0, y0, x1, y1), outline, border)

    def polygon(self, points: Sequence[Point], fill: Color) -> None:
        """Fill the polygon through ``points`` (at least two)."""
        scaled = [(x * self._scale, y * self._scale) for x, y in points]

        def paint(draw: ImageDraw.ImageDraw, ink: Ink, left: int, top: int) -> None:
            draw.polygon([(x - left, y - top) for x, y in scaled] if left or top else scaled, fill=ink)

        self._lay(_around(scaled), fill, paint)

    def line(self, points: Sequence[Point], fill: Color, width: float = 1) -> None:
        """Draw a line through ``points`` with round joints, ``width`` pixels wide."""
        scaled = [(x * self._scale, y * self._scale) for x, y in points]
        pen = self._pen(width)

        def paint(draw: ImageDraw.ImageDraw, ink: Ink, left: int, top: int) -> None:
            draw.line([(x - left, y - top) for x, y in scaled], fill=ink, width=pen, joint="curve")

        self._lay(_around(scaled, pen), fill, paint)

    def ellipse(self, box: Box, fill: Color | None = None, outline: Color | None = None, width: float = 1) -> None:
        """Draw the ellipse that touches the sides of ``box``; an outline lies inside it."""
        x0, y0, x1, y1 = (value * self._scale for value in box)
        if x1 - x0 < 1 or y1 - y0 < 1:
            return
        pen = self._pen(width)

        def inside(draw: ImageDraw.ImageDraw, ink: Ink, left: int, top: int) -> None:
            draw.ellipse((x0 - left, y0 - top, x1 - 1 - left, y1 - 1 - top), fill=ink)

        def border(draw: ImageDraw.ImageDraw, ink: Ink, left: int, top: int) -> None:
            draw.ellipse((x0 - left, y0 - top, x1 - 1 - left, y1 - 1 - top), outline=ink, width=pen)

        self._lay((x0, y0, x1, y1), fill, inside)
        self._lay((x0, y0, x1, y1), outline, border)

    def arc(self, box: Box, start: float, end: float, fill: Color, width: float = 1) -> None:
        """Draw the outline of an ellipse from one angle to another, in degrees clockwise from the right."""
        x0, y0, x1, y1 = (value * self._scale for value in box)
        if x1 - x0 < 1 or y1 - y0 < 1:
            return
        pen = self._pen(width)

        def paint(draw: ImageDraw.ImageDraw, ink: Ink, left: int, top: int) -> None:
            draw.arc((x0 - left, y0 - top, x1 - 1 - left, y1 - 1 - top), start, end, fill=ink, width=pen)

        self._lay((x0, y0, x1, y1), fill, paint)

    def text(self, xy: Point, text: str, size: float, fill: Color, anchor: str = "la", *, bold: bool = False) -> None:
        """Draw one line of text; any text is accepted, and characters that no font has are spelled out.

        Args:
            xy: Where the anchor lies.
            text: What it says.
            size: Of the type, in pixels.
            fill: Its colour.
            anchor: Two letters: ``l``, ``m``, ``r`` for left, middle, right, then ``a``, ``m``, ``s``, ``d`` for
                top of the line, its middle, the baseline, its bottom.
            bold: Draw it heavier.
        """
        pixels = max(1, round(size * self._scale))
        pieces = runs(text, pixels)
        ascent, descent = face(pixels).getmetrics()
        total = sum(piece.advance for piece in pieces)
        start = xy[0] * self._scale - {"l": 0.0, "m": total / 2, "r": total}[anchor[0]]
        base = xy[1] * self._scale + {"a": ascent, "m": (ascent - descent) / 2, "s": 0, "d": -descent}[anchor[1]]
        stroke = pixels / 50 if bold else 0.0

        def paint(draw: ImageDraw.ImageDraw, ink: Ink, left: int, top: int) -> None:
            at = start - left
            for piece in pieces:
                draw.text((at, base - top), piece.text, ink, piece.font, anchor="ls", stroke_width=stroke)
                at += piece.advance

        self._lay((start - pixels, base - 2 * pixels, start + total + pixels, base + pixels), fill, paint)

    def text_width(self, text: str, size: float) -> float:
        """How many pixels wide :meth:`text` draws a line at a size."""
        pixels = max(1, round(size * self._scale))
        return sum(piece.advance for piece in runs(text, pixels)) / self._scale

    def wrap(self, text: str, size: float, width: float, max_lines: int) -> list[str]:
        """The text in at most ``max_lines`` lines no wider than ``width``; what is left out becomes an ellipsis."""
        words = text.split()
        lines: list[str] = []
        while words and len(lines) < max_lines:
            line, words = self._first_line(words, size, width)
            lines.append(line)
        if words and lines:
            lines[-1] = self._shortened(lines[-1], size, width)
        return lines

    def vertical_gradient(self, stops: Sequence[tuple[float, Color]], box: Box | None = None) -> None:
        """Fill the box, or all, with colours that change from top to bottom; ``stops`` are (0..1, opaque colour)."""
        x0, y0, x1, y1 = self._pixels(box)
        if x1 <= x0 or y1 <= y0:
            return
        places = (np.arange(y1 - y0) + 0.5) / (y1 - y0)
        known = [place for place, _ in stops]
        rows = np.stack([np.interp(places, known, [color[band] for _, color in stops]) for band in range(3)], axis=1)
        column = Image.fromarray(np.rint(rows).astype(np.uint8)[:, None, :])
        self._image.paste(column.resize((x1 - x0, y1 - y0), Image.Resampling.NEAREST), (x0, y0))

    def radial_gradient(self, center: Point, radius: float, color: Color) -> None:
        """Lay a soft disc of ``color`` over the picture, full in the centre, gone at ``radius``."""
        side = round(2 * radius * self._scale)
        if side < 1:
            return
        opacity = color[3] / 255 if len(color) == 4 else 1.0  # noqa: PLR2004 - the fourth band is opacity
        mask = _soft_disc(round(opacity * 255)).resize((side, side), Image.Resampling.BILINEAR)
        corner = (round((center[0] - radius) * self._scale), round((center[1] - radius) * self._scale))
        self._image.paste(color[:3], (*corner, corner[0] + side, corner[1] + side), mask)

    def paste(self, pixels: NDArray[np.uint8], xy: tuple[int, int] = (0, 0)) -> None:
        """Lay an array of height x width x 3 (or 4, with opacity) over the picture, its top left at ``xy``."""
        piece = Image.fromarray(np.ascontiguousarray(pixels))
        if self._scale > 1:
            size = (piece.width * self._scale, piece.height * self._scale)
            piece = piece.resize(size, Image.Resampling.NEAREST)
        corner = (xy[0] * self._scale, xy[1] * self._scale)
        self._image.paste(piece.convert("RGB"), corner, piece.getchannel("A") if piece.mode == "RGBA" else None)

    def flatten(self) -> None:
        """Smooth the edges drawn so far; from here on drawing happens on the picture's own pixels."""
        if self._scale > 1:
            self._show(self._image.reduce(self._scale))
            self._scale = 1

    def light(self, pixels: NDArray[np.uint8]) -> None:
        """Light the flattened picture by a small height x width x 3 array: 128 changes nothing, 255 white, 0 black.

        The array is stretched over the whole picture (the *hard light* of image editors).
        """
        self.flatten()
        # Smooth at half the size, then doubled: the steps between neighbours are too small to be seen.
        half = (-(-self.width // 2), -(-self.height // 2))
        lamp = Image.fromarray(np.ascontiguousarray(pixels)).resize(half, Image.Resampling.BILINEAR)
        self._show(ImageChops.hard_light(self._image, lamp.resize(self._image.size, Image.Resampling.NEAREST)))

    def grain(self, seed: int = 0, strength: int = 6) -> None:
        """Give the flattened picture a paper's grain: sparse lighter and darker specks, the same for a seed."""
        self.flatten()
        specks = _specks(seed % 4, strength)
        side = specks.width
        sheet = Image.new("RGB", self._image.size)
        for y in range(0, self.height, side):
            for x in range(0, self.width, side):
                sheet.paste(specks, (x, y))
        self._show(ImageChops.add(self._image, sheet, 1, -128))

    def to_array(self) -> NDArray[np.uint8]:
        """The picture as height x width x 3, red, green, blue."""
        picture = self._image.reduce(self._scale) if self._scale > 1 else self._image
        return np.array(picture, dtype=np.uint8)

    def to_png(self) -> bytes:
        """The picture as the bytes of a PNG file, fast rather than small (see :func:`png`)."""
        return png(self.to_array())

    def _pen(self, width: float) -> int:
        return max(1, round(width * self._scale))

    def _lay(self, box: Box, color: Color | None, paint: Callable[[ImageDraw.ImageDraw, Ink, int, int], None]) -> None:
        """Paint straight onto the picture, or through a mask of ``box`` (in own pixels) if the colour is not opaque."""
        if color is None:
            return
        if len(color) == 3 or color[3] == OPAQUE:  # noqa: PLR2004 - three bands have no opacity
            paint(self._draw, color[:3], 0, 0)
            return
        left, top = max(0, int(box[0])), max(0, int(box[1]))
        right, bottom = min(self._image.width, int(box[2]) + 1), min(self._image.height, int(box[3]) + 1)
        if right > left and bottom > top:
            mask = Image.new("L", (right - left, bottom - top))
            paint(ImageDraw.Draw(mask), color[3], left, top)
            self._image.paste(color[:3], (left, top, right, bottom), mask)

    def _first_line(self, words: list[str], size: float, width: float) -> tuple[str, list[str]]:
        """As many words as fit, or as much of the first word as fits, and what is left."""
        count = 0
        while count < len(words) and self.text_width(" ".join(words[: count + 1]), size) <= width:
            count += 1
        if count:
            return " ".join(words[:count]), words[count:]
        word = words[0]
        # From the front: what is far beyond the line need not be measured, and words can be of any length.
        fits = next((end for end in range(1, len(word)) if self.text_width(word[: end + 1], size) > width), len(word))
        return word[:fits], [rest for rest in (word[fits:], *words[1:]) if rest]

    def _shortened(self, line: str, size: float, width: float) -> str:
        while line and self.text_width(line + "…", size) > width:
            line = line[:-1].rstrip()
        return line + "…"

    def _show(self, image: Image.Image) -> None:
        self._image = image
        self._draw = ImageDraw.Draw(image)

    def _pixels(self, box: Box | None) -> tuple[int, int, int, int]:
        left, top, right, bottom = box or (0, 0, self.width, self.height)
        return (
            max(0, round(left * self._scale)),
            max(0, round(top * self._scale)),
            min(self._image.width, round(right * self._scale)),
            min(self._image.height, round(bottom * self._scale)),
        )


def png(pixels: NDArray[np.uint8]) -> bytes:
    """An array of height x width x 3 as the bytes of a PNG file.

    Every row is filtered by *Sub* (the PNG specification, section 9.2) and deflated at level 1:
    on flat drawn pictures that is a third of the time of Pillow's trial of all five filters.
    """
    height, width, bands = pixels.shape
    rows = pixels.reshape(height, width * bands)
    filtered = np.empty((height, 1 + width * bands), np.uint8)
    filtered[:, 0] = 1
    filtered[:, 1 : 1 + bands] = rows[:, :bands]
    np.subtract(rows[:, bands:], rows[:, :-bands], out=filtered[:, 1 + bands :])
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    deflate = zlib.compressobj(1, zlib.DEFLATED, zlib.MAX_WBITS, 9, zlib.Z_FILTERED)
    content = deflate.compress(filtered.data) + deflate.flush()
    chunks = ((b"IHDR", header), (b"IDAT", content), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(content, zlib.crc32(kind)))


def _around(points: Sequence[Point], margin: float = 0) -> Box:
    across, down = [x for x, _ in points], [y for _, y in points]
    return min(across) - margin, min(down) - margin, max(across) + margin, max(down) + margin


@functools.lru_cache(maxsize=64)
def _soft_disc(opacity: int) -> Image.Image:
    """A disc of 128 x 128 that falls smoothly from ``opacity`` to nothing."""
    away = np.hypot(*np.meshgrid(*[(np.arange(128) - 63.5) / 63.5] * 2))
    fall = np.clip(1 - away, 0, 1) ** 2 * (3 - 2 * np.clip(1 - away, 0, 1))
    return Image.fromarray(np.rint(fall * opacity).astype(np.uint8))


@functools.lru_cache(maxsize=32)
def _specks(seed: int, strength: int) -> Image.Image:
    """A tile of 512 x 512 around 128 in which one pixel in sixteen is a speck."""
    chance = np.random.default_rng(seed).random((512, 512))
    tile = np.full((512, 512), 128, np.uint8)
    tile[chance < 0.03] = 128 + strength  # noqa: PLR2004 - the shares of lighter and darker specks
    tile[chance > 0.97] = 128 - strength  # noqa: PLR2004 - likewise
    return Image.fromarray(tile).convert("RGB")
