"""SMPTE ST 12-1 timecode, with and without dropped labels, as text and as frame counts."""

from __future__ import annotations

import re

from alice_core.errors import UsageError
from alice_core.timing.rate import FrameRate

_FORM = re.compile(r"(\d{2}):(\d{2}):(\d{2})([:;.,])(\d{2,3})")
_SIXTY = 60


def timecode_of(frames: int, rate: FrameRate) -> str:
    """The label of a frame counted from 00:00:00:00, wrapped at 24 hours.

    Drop-frame labels leave out the first labels of each minute that is not a tenth one,
    two at 29.97 and four at 59.94, and are written with a semicolon.

    >>> timecode_of(1800, FrameRate.parse("29.97"))
    '00:01:00;02'
    """
    base = rate.nominal
    if rate.drop:
        dropped = base // 15
        per_minute = base * _SIXTY - dropped
        per_ten = per_minute * 10 + dropped
        tens, rest = divmod(frames, per_ten)
        frames += 9 * dropped * tens
        if rest >= base * _SIXTY:
            frames += dropped * (1 + (rest - base * _SIXTY) // per_minute)
    seconds, frame = divmod(frames, base)
    minutes, second = divmod(seconds, _SIXTY)
    hours, minute = divmod(minutes, _SIXTY)
    width = 3 if base > 100 else 2  # noqa: PLR2004 - two digits hold up to 99
    separator = ";" if rate.drop else ":"
    return f"{hours % 24:02}:{minute:02}:{second:02}{separator}{frame:0{width}}"


def frames_of(text: str, rate: FrameRate) -> int:
    """The frame count from 00:00:00:00 that a label stands for.

    Raises:
        UsageError: The text is no timecode, or a label that drop-frame counting leaves out.
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        message = f"{text!r} is no timecode"
        raise UsageError(message, hint="Write it as HH:MM:SS:FF, such as 01:00:00:00.", code="ALICE-U03")
    hours, minutes, seconds = (int(found.group(index)) for index in (1, 2, 3))
    frame, base = int(found.group(5)), rate.nominal
    if hours > 23 or minutes >= _SIXTY or seconds >= _SIXTY or frame >= base:  # noqa: PLR2004 - hours of a day
        message = f"timecode {text!r} has a field out of range at {rate.name} frames a second"
        raise UsageError(message, hint=f"The last field runs from 0 to {base - 1}.", code="ALICE-U03")
    total = ((hours * _SIXTY + minutes) * _SIXTY + seconds) * base + frame
    if rate.drop:
        dropped = base // 15
        if seconds == 0 and minutes % 10 and frame < dropped:
            message = f"timecode {text!r} is a label that drop-frame counting leaves out"
            raise UsageError(message, hint=f"The first label of that minute is ;{dropped:02}.", code="ALICE-U03")
        every = hours * _SIXTY + minutes
        total -= dropped * (every - every // 10)
    return total
