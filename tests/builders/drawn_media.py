"""Small pictures and clips of any size, the same for the same words."""

from __future__ import annotations

import io
import zlib
from fractions import Fraction
from functools import lru_cache

import av
import numpy as np
from PIL import Image


@lru_cache(maxsize=64)
def picture(width: int, height: int, words: str, kind: str = "png") -> bytes:
    """A picture whose colours come from the words; ``kind`` is png, jpeg or webp."""
    number = zlib.crc32(words.encode())
    colours = np.array([[number & 255, (number >> 8) & 255], [(number >> 16) & 255, number >> 24]], np.uint8)
    still = Image.fromarray(colours, "L").resize((width, height), Image.Resampling.BILINEAR).convert("RGB")
    out = io.BytesIO()
    still.save(out, kind)
    return out.getvalue()


@lru_cache(maxsize=16)
def clip(width: int, height: int, frames: int, rate: int | Fraction = 24) -> bytes:
    """An MP4 of grey frames that get brighter."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=Fraction(rate), options={"crf": "40", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(frames):
            shade = 40 + 160 * number // max(frames, 1)
            frame = av.VideoFrame.from_ndarray(np.full((height, width, 3), shade, np.uint8), "rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()
