"""FCPXML's rational seconds on the frame grid."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from alice_core.timing import FrameRate

_WIDEST = 2**31
_FINAL_CUT_SCALE = 720_000


@dataclass(frozen=True, slots=True)
class Grid:
    """A frame as ``unit/scale`` seconds, the way Final Cut writes it: 1001/24000, 100/2500.

    Attributes:
        unit: Numerator of one frame.
        scale: Denominator of every time on the grid.
    """

    unit: int
    scale: int

    @classmethod
    def of(cls, rate: FrameRate) -> Grid:
        """The grid of a rate."""
        top, bottom = rate.value.numerator, rate.value.denominator
        return cls(bottom, top) if bottom > 1 else cls(100, top * 100)

    def text(self, frames: int) -> str:
        """The moment of a frame boundary, exact: ``48048/24000s``, or ``2s`` where it is whole."""
        top = frames * self.unit
        whole, rest = divmod(top, self.scale)
        return f"{top}/{self.scale}s" if rest else f"{whole}s"


def seconds_text(seconds: Fraction, scale: int = 0) -> str:
    """Exact seconds off the grid, over ``scale`` (a sample rate) where that holds them.

    A length whose denominator would not fit into FCPXML's 32 bits is cut down to the
    720000th of a second, as Final Cut does itself.
    """
    if seconds.denominator == 1:
        return f"{seconds.numerator}s"
    if scale and scale % seconds.denominator == 0:
        return f"{seconds * scale}/{scale}s"
    if seconds.denominator >= _WIDEST:
        return f"{seconds * _FINAL_CUT_SCALE // 1}/{_FINAL_CUT_SCALE}s"
    return f"{seconds}s"


def parse_seconds(text: str) -> Fraction:
    """The number behind ``1001/24000s``.

    Raises:
        ValueError: The text is no FCPXML time.
    """
    if not text.endswith("s"):
        message = f"{text!r} is no FCPXML time"
        raise ValueError(message)
    return Fraction(text[:-1])
