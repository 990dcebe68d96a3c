"""Advanced Authoring Format, for Avid and others; the container is pyaaf2's."""

from __future__ import annotations

from alice_core.timeline.model import Timeline
from alice_core.timeline.sources import require_conformed, require_sources


def write_aaf(timeline: Timeline) -> bytes:
    """The timeline as an AAF file; the same timeline gives the same bytes.

    One composition: a primary timecode slot with the right drop flag, one picture slot at
    the timeline's rate, one sound slot at the song's sample rate with all its channels, and
    markers. Each file is a master mob and a file mob with its locator, its real size and
    its own start timecode.

    Raises:
        ExportError: See :func:`~alice_core.timeline.sources.require_sources` and
            :func:`~alice_core.timeline.sources.require_conformed`.
    """
    from alice_core.timeline.aaf_shape import aaf_bytes  # noqa: PLC0415 - pyaaf2 costs 30 ms to import

    require_sources(timeline)
    require_conformed(timeline, "AAF")
    return aaf_bytes(timeline)
