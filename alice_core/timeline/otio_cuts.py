"""The cuts of an OTIO document, read as plain JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from alice_core.timeline.cuts import Cut, Cuts, whole_frames
from alice_core.timing import FrameRate

_NTSC = 1001


def otio_cuts(data: bytes) -> Cuts:
    """What lies on the tracks of an OTIO timeline; gaps count, transitions are not read.

    The rate is the ratio over at most 1001 that is nearest to the file's float; whether it
    drops stands in our own metadata, as OTIO has no place for it.

    Raises:
        ValueError, KeyError, TypeError: It is no OTIO timeline of one rate.
        MediaError: A clip lies between frames.
    """
    document = json.loads(data)
    begin = document["global_start_time"]
    drop = bool(document["metadata"].get("alice", {}).get("drop", False))
    found = FrameRate(Fraction(begin["rate"]).limit_denominator(_NTSC), drop)
    stack = document["tracks"]
    pictures: list[Cut] = []
    sounds: list[Cut] = []
    for track in stack["children"]:
        (pictures if track["kind"] == "Video" else sounds).extend(_otio_track(track, begin["rate"]))
    marks = {whole_frames(Fraction(mark["marked_range"]["start_time"]["value"])) for mark in stack["markers"]}
    return Cuts(
        found,
        whole_frames(Fraction(begin["value"])),
        tuple(sorted(pictures, key=lambda cut: cut.start)),
        sounds[0] if sounds else None,
        tuple(sorted(marks)),
    )


def _otio_track(track: dict[str, Any], rate: float) -> Iterator[Cut]:
    at = 0
    for item in track["children"]:
        duration = item["source_range"]["duration"]
        if duration["rate"] != rate:
            message = f"{item['name']!r} counts at {duration['rate']}, the timeline at {rate}"
            raise ValueError(message)
        frames = whole_frames(Fraction(duration["value"]))
        if item["OTIO_SCHEMA"].startswith("Clip."):
            yield Cut(item["name"], at, at + frames)
        at += frames
