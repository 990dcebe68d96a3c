"""What is burnt into the frames of a preview: timecode, the shot, a flash on the beat.

Letters are drawn once and laid into the brightness of each frame; a preview with them costs
hardly more than one without.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from alice_core.media.canvas import Canvas
from alice_core.media.planes import Planes, split

_BLACK, _WHITE, _GREY = 16, 235, 128  # limited range after ITU-R BT.709
_BAND = 20  # a line of text is one such part of the picture's height
_LEAST = 8
_SIGNS = "0123456789:;"


@dataclass(frozen=True, slots=True)
class Burn:
    """What is laid over one frame.

    Attributes:
        left: Text at the top left, such as the shot; empty for none.
        centre: Text in the middle of the top, such as the timecode; empty for none.
        flash: Strength of the square at the top right, from 0 (none) to 1.
    """

    left: str = ""
    centre: str = ""
    flash: float = 0.0


class Overlay:
    """Lays text and flashes over frames of one size.

    Args:
        width: Of the frames.
        height: Of the frames.
    """

    def __init__(self, width: int, height: int) -> None:
        self._width, self._height = width, height
        self._size = max(_LEAST, min(height, width) // _BAND)
        self._side = max(_LEAST, min(height, width) // 8 // 2 * 2)
        self._signs = {sign: _drawn(sign, self._size) for sign in _SIGNS}
        # Digits of one width, so that a running timecode stands still.
        broad = max(mask.shape[1] for sign, mask in self._signs.items() if sign.isdigit())
        self._signs |= {sign: _centred(mask, broad) for sign, mask in self._signs.items() if sign.isdigit()}

    @property
    def flash_box(self) -> tuple[int, int, int, int]:
        """Left, top, right and bottom of the flash, in pixels."""
        return self._width - self._side - self._size, self._size, self._width - self._size, self._size + self._side

    def laid(self, planes: Planes, burn: Burn) -> Planes:
        """A new frame with everything on it; the one that was given stays as it is."""
        if not (burn.left or burn.centre or burn.flash):
            return planes
        out: Planes = planes.copy()
        if burn.left:
            self._text(out, burn.left, centre=False)
        if burn.centre:
            self._text(out, burn.centre, centre=True)
        if burn.flash:
            left, top, edge, bottom = self.flash_box
            self._fill(out, (left, top, edge, bottom), _BLACK + (_WHITE - _BLACK) * min(1.0, burn.flash))
        return out

    def _text(self, out: Planes, text: str, *, centre: bool) -> None:
        mask = self._line(text) if centre else _drawn(text, self._size)
        room = self._width - 2 * self._size
        mask = mask[:, : max(0, room)]
        high, wide = mask.shape
        top = self._size
        if not wide or top + high > self._height:
            return  # too small a picture for letters
        left = (self._width - wide) // 2 if centre else self._size
        pad = self._size // 3
        self._fill(out, (left - pad, top - pad, left + wide + pad, top + high + pad), _BLACK)
        bright = split(out)[0][top : top + high, left : left + wide]
        np.maximum(bright, mask, out=bright)

    def _line(self, text: str) -> Planes:
        parts = [self._signs.get(sign) for sign in text]
        known = [part for part in parts if part is not None]
        return np.concatenate(known, axis=1) if len(known) == len(parts) else _drawn(text, self._size)

    def _fill(self, out: Planes, box: tuple[int, int, int, int], level: float) -> None:
        left, top, right, bottom = (max(0, side - side % 2) for side in box)
        bright, *colours = split(out)
        bright[top:bottom, left:right] = round(level)
        for colour in colours:
            colour[top // 2 : bottom // 2, left // 2 : right // 2] = _GREY


@lru_cache(maxsize=512)
def _drawn(text: str, size: int) -> Planes:
    """A line of white text on black, as brightness."""
    width = max(2, int(Canvas(1, 1).text_width(text, size)) + 2)
    canvas = Canvas(width, size * 4 // 3, (0, 0, 0), smooth=False)
    canvas.text((0, size / 6), text, size, (255, 255, 255))
    drawn = canvas.to_array()[:, :, 1].astype(np.float32)
    levels: Planes = np.rint(_BLACK + drawn * ((_WHITE - _BLACK) / 255)).astype(np.uint8)
    return levels


def _centred(mask: Planes, width: int) -> Planes:
    spare = width - mask.shape[1]
    return np.pad(mask, ((0, 0), (spare // 2, spare - spare // 2)), constant_values=_BLACK)
