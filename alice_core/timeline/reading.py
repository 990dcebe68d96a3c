"""What a written timeline says, read back without the libraries and tables that wrote it."""

from __future__ import annotations

from collections.abc import Callable

from alice_core.errors import MediaError, UsageError
from alice_core.timeline.cuts import Cuts
from alice_core.timeline.edl_cuts import edl_cuts, marker_edl_cuts
from alice_core.timeline.fcpxml_cuts import fcpxml_cuts
from alice_core.timeline.otio_cuts import otio_cuts
from alice_core.timing import FrameRate

_ALONE: dict[str, Callable[[bytes], Cuts]] = {"otio": otio_cuts, "fcpxml": fcpxml_cuts}
_WITH_RATE: dict[str, Callable[[bytes, FrameRate], Cuts]] = {"edl": edl_cuts, "markers.edl": marker_edl_cuts}


def read_cuts(data: bytes, name: str, rate: FrameRate | None = None) -> Cuts:
    """The cuts of a file in one of the formats ``otio``, ``fcpxml``, ``edl``, ``markers.edl``.

    Args:
        data: The whole file.
        name: The format.
        rate: Needed for the two lists, which name no rate; their FCM line says whether it
            drops.

    Raises:
        UsageError: The format is unknown (``ALICE-U04``) or a list came without a rate
            (``ALICE-U01``).
        MediaError: The file is not of that format, or a picture lies between frames.
    """
    try:
        if name in _ALONE:
            return _ALONE[name](data)
        if name in _WITH_RATE and rate is not None:
            return _WITH_RATE[name](data, rate)
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as error:
        message = f"this is no {name} timeline that can be read: {error}"
        raise MediaError(message, hint="Export the timeline again.") from error
    if name in _WITH_RATE:
        message = "an edit decision list names no frame rate"
        raise UsageError(message, hint="Say at which rate it was written.", code="ALICE-U01")
    message = f"unknown timeline format {name!r}"
    raise UsageError(message, hint=f"Use one of {', '.join([*_ALONE, *_WITH_RATE])}.", code="ALICE-U04")
