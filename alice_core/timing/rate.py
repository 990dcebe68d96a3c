"""Frame rates as exact ratios, and the frame that is nearest to a moment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from alice_core.errors import UsageError

_NTSC = {
    "23.976": (24000, 1001),
    "23.98": (24000, 1001),
    "29.97": (30000, 1001),
    "47.952": (48000, 1001),
    "59.94": (60000, 1001),
    "119.88": (120000, 1001),
}
_LOWEST, _HIGHEST = 1, 240
_PLAIN = re.compile(r"[0-9]{1,9}([./][0-9]{1,9})?")  # no exponent: Fraction("1e999999999") would count for hours


@dataclass(frozen=True, slots=True)
class FrameRate:
    """Frames a second as an exact ratio, with the way its timecode is counted.

    Attributes:
        value: Frames a second; 23.976 is exactly 24000/1001.
        drop: Whether timecode drops labels (SMPTE ST 12-1); only for 29.97 and 59.94.
    """

    value: Fraction
    drop: bool = False

    def __post_init__(self) -> None:
        """Refuse drop-frame counting where the standard has none."""
        if self.drop and self.value not in (Fraction(30000, 1001), Fraction(60000, 1001)):
            message = f"drop-frame timecode exists only at 29.97 and 59.94, not at {self.name}"
            raise UsageError(message, hint="Leave out the drop flag.", code="ALICE-U01")

    @classmethod
    def parse(cls, text: str, *, drop: bool | None = None) -> FrameRate:
        """The rate that a person writes: ``24``, ``23.976``, ``30000/1001``, ``29.97ndf``.

        29.97 and 59.94 count drop-frame unless the text ends in ``ndf`` or ``drop`` is
        false, as the field expects.

        Raises:
            UsageError: The text is no rate, or lies outside 1 to 240 frames a second.
        """
        plain = text.strip().lower().removesuffix("fps").strip()
        for ending, flag in (("ndf", False), ("df", True)):
            if plain.endswith(ending):
                plain, drop = plain[: -len(ending)].rstrip(" -_"), flag
                break
        try:
            value = Fraction(*_NTSC[plain]) if plain in _NTSC else Fraction(plain if _PLAIN.fullmatch(plain) else 0)
        except ZeroDivisionError:
            value = Fraction(0)
        if value not in _KNOWN and not (value.denominator == 1 and _LOWEST <= value <= _HIGHEST):
            message = f"unknown frame rate {text!r}"
            hint = "Use one of " + ", ".join(RATES) + ", any whole rate to 240, or an NTSC ratio such as 24000/1001."
            raise UsageError(message, hint=hint, code="ALICE-U01")
        droppable = value in (Fraction(30000, 1001), Fraction(60000, 1001))
        return cls(value, droppable if drop is None else drop)

    @property
    def nominal(self) -> int:
        """The whole number of frames that timecode counts in a second (30 for 29.97)."""
        return -(-self.value.numerator // self.value.denominator)

    @property
    def ntsc(self) -> bool:
        """Whether the rate is one of the 1000/1001 family."""
        return self.value.denominator == 1001  # noqa: PLR2004 - the NTSC denominator

    @property
    def frame(self) -> Fraction:
        """The length of one frame in seconds."""
        return 1 / self.value

    @property
    def ratio(self) -> str:
        """The rate as exact text, ``24000/1001`` or ``25``."""
        return str(self.value)

    @property
    def name(self) -> str:
        """The rate as people say it: ``23.976``, ``29.97``, ``25``."""
        for spoken, (top, bottom) in _NTSC.items():
            if self.value == Fraction(top, bottom):
                return spoken
        return str(self.value)

    def nearest_frame(self, seconds: Fraction) -> int:
        """The frame boundary nearest to a moment; of two equally near ones, the later.

        >>> FrameRate.parse("24").nearest_frame(Fraction(1, 48))
        1
        """
        return floor(seconds * self.value + Fraction(1, 2))

    def seconds(self, frames: int) -> Fraction:
        """The exact moment of a frame boundary."""
        return frames / self.value


RATES: tuple[str, ...] = ("23.976", "24", "25", "29.97", "29.97ndf", "30", "50", "59.94", "59.94ndf", "60")
"""The rates that a music video is usually cut at, as :meth:`FrameRate.parse` reads them."""

_KNOWN = frozenset(Fraction(*ratio) for ratio in _NTSC.values())
