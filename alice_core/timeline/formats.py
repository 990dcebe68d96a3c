"""The formats that a timeline can be written in, and the files that come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from alice_core.errors import UsageError
from alice_core.timeline.edl import write_edl, write_marker_edl
from alice_core.timeline.fcpxml import write_fcpxml
from alice_core.timeline.model import Timeline
from alice_core.timeline.otio import write_otio


class Format(NamedTuple):
    """How a timeline becomes files.

    Attributes:
        suffix: Of the file, with its dot.
        write: Gives the bytes of every file, usually of one; a list with more events than
            the format holds comes in parts.
    """

    suffix: str
    write: Callable[[Timeline], tuple[bytes, ...]]


@dataclass(frozen=True, slots=True)
class Document:
    """One file to be written: its name and its bytes."""

    name: str
    data: bytes


FORMATS: dict[str, Format] = {
    "otio": Format(".otio", lambda timeline: (write_otio(timeline),)),
    "fcpxml": Format(".fcpxml", lambda timeline: (write_fcpxml(timeline),)),
    "edl": Format(".edl", write_edl),
    "markers.edl": Format(".markers.edl", write_marker_edl),
}


def documents(timeline: Timeline, name: str, stem: str) -> tuple[Document, ...]:
    """The files of a timeline in one format, named after ``stem``.

    More than one file means that the format cannot hold the cut in one: they are named
    ``stem.1of2.edl`` and so on, and the caller should say so.

    Raises:
        UsageError: No format has that name (``ALICE-U04``).
        ExportError: The timeline cannot be written; see the format's writer.
    """
    if name not in FORMATS:
        message = f"unknown timeline format {name!r}"
        raise UsageError(message, hint=f"Use one of {', '.join(FORMATS)}.", code="ALICE-U04")
    chosen = FORMATS[name]
    parts = chosen.write(timeline)
    if len(parts) == 1:
        return (Document(stem + chosen.suffix, parts[0]),)
    return tuple(
        Document(f"{stem}.{index}of{len(parts)}{chosen.suffix}", data) for index, data in enumerate(parts, start=1)
    )
