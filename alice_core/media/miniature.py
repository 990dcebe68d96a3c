"""Small pictures as values: how they are kept, read back, and fitted into a box."""

from __future__ import annotations

import io
from typing import Any, TypeAlias

import numpy as np
from PIL import Image

from alice_core.errors import MediaError

LONGEST = 320
"""Pixels of the longer side of a thumbnail."""

Pixels: TypeAlias = np.ndarray[Any, np.dtype[np.uint8]]
"""Height x width x 3: red, green, blue."""


def webp(pixels: Pixels) -> bytes:
    """Pixels as the bytes of a WebP file."""
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "WEBP", quality=80, method=2)
    return out.getvalue()


def unwebp(data: bytes) -> Pixels:
    """The pixels of what :func:`webp` wrote.

    Raises:
        MediaError: It is something else (``ALICE-M05``).
    """
    try:
        with Image.open(io.BytesIO(data), formats=("WEBP",)) as picture:
            return np.asarray(picture.convert("RGB"))
    except (OSError, SyntaxError, ValueError) as error:
        message = f"a thumbnail is damaged: {error}"
        raise MediaError(message, hint="Look at the files again: alice look", code="ALICE-M05") from error


def inside(pixels: Pixels, width: int, height: int) -> Pixels:
    """The pixels at a size at which they fit into a box whole; they are not enlarged."""
    high, wide = pixels.shape[:2]
    scale = min(1.0, width / wide, height / high)
    if scale == 1:
        return pixels
    size = max(1, round(wide * scale)), max(1, round(high * scale))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


def fitted(wide: float, high: float, longest: int) -> tuple[int, int]:
    """Width and height of a picture whose longer side is no longer than that; at least a pixel each."""
    scale = min(1.0, longest / max(wide, high))
    return max(1, round(wide * scale)), max(1, round(high * scale))
