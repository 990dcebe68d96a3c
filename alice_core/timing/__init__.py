"""Exact time: rational frame rates, timecode with drop frames, and quantising.

Nothing here is a float. A moment is a :class:`~fractions.Fraction` of seconds or a whole
number of frames over a :class:`FrameRate`.
"""

from alice_core.exact import exact_text, parse_exact
from alice_core.timing.rate import RATES, FrameRate
from alice_core.timing.timecode import frames_of, timecode_of

__all__ = ["RATES", "FrameRate", "exact_text", "frames_of", "parse_exact", "timecode_of"]
