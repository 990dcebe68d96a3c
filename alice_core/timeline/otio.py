"""OpenTimelineIO, in the shape that DaVinci Resolve imports."""

from __future__ import annotations

from alice_core.timeline.model import Timeline
from alice_core.timeline.sources import require_sources


def write_otio(timeline: Timeline) -> bytes:
    """The timeline as an OTIO JSON document in UTF-8; the same timeline gives the same bytes.

    Pictures lie on "Video 1", the song on "Audio 1", every marker on the stack. Digest,
    prompt, move and shot stand under ``metadata.alice`` of each clip, the exact rate under
    that of the timeline, since OTIO itself holds rates as floats.

    Raises:
        ExportError: See :func:`~alice_core.timeline.sources.require_sources`; or a path is
            no UTF-8, which JSON cannot hold (``ALICE-E00``).
    """
    from alice_core.timeline.otio_shape import otio_timeline, serialized  # noqa: PLC0415 - OTIO costs 70 ms to import

    require_sources(timeline)
    return serialized(otio_timeline(timeline))
