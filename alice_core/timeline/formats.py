"""The formats that a timeline can be written in, and the files that come of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from alice_core.errors import UsageError
from alice_core.timeline.aaf import write_aaf
from alice_core.timeline.edl import edl_count, marker_edl_count, write_edl, write_marker_edl
from alice_core.timeline.fcpxml import DEFAULT_VERSION, write_fcpxml
from alice_core.timeline.model import Timeline
from alice_core.timeline.otio import write_otio
from alice_core.timeline.xmeml import write_xmeml


class Format(NamedTuple):
    """How a timeline becomes files.

    Attributes:
        suffix: Of the file, with its dot.
        write: Gives the bytes of every file, usually of one; a list with more events than
            the format holds comes in parts.
        count: Says how many files that will be, without writing them.
    """

    suffix: str
    write: Callable[[Timeline], tuple[bytes, ...]]
    count: Callable[[Timeline], int]


@dataclass(frozen=True, slots=True)
class Document:
    """One file to be written: its name and its bytes."""

    name: str
    data: bytes


FORMATS: dict[str, Format] = {
    "otio": Format(".otio", lambda timeline: (write_otio(timeline),), lambda _: 1),
    "fcpxml": Format(".fcpxml", lambda timeline: (write_fcpxml(timeline),), lambda _: 1),
    "xml": Format(".xml", lambda timeline: (write_xmeml(timeline),), lambda _: 1),
    "aaf": Format(".aaf", lambda timeline: (write_aaf(timeline),), lambda _: 1),
    "edl": Format(".edl", write_edl, edl_count),
    "markers.edl": Format(".markers.edl", write_marker_edl, marker_edl_count),
}


def names(timeline: Timeline, name: str, stem: str) -> tuple[str, ...]:
    """The names of the files that :func:`documents` will give, without writing them.

    More than one name means that the format cannot hold the cut in one file: they are
    ``stem.1of2.edl`` and so on, and the caller should say so.

    Raises:
        UsageError: No format has that name (``ALICE-U04``).
    """
    chosen = _format(name)
    count = chosen.count(timeline)
    if count == 1:
        return (stem + chosen.suffix,)
    return tuple(f"{stem}.{index}of{count}{chosen.suffix}" for index in range(1, count + 1))


def documents(
    timeline: Timeline, name: str, stem: str, *, fcpxml_version: str = DEFAULT_VERSION
) -> tuple[Document, ...]:
    """The files of a timeline in one format, named as :func:`names` says.

    Raises:
        UsageError: No format has that name, or FCPXML no such version (``ALICE-U04``).
        ExportError: The timeline cannot be written; see the format's writer.
    """
    write = _format(name).write
    parts = (write_fcpxml(timeline, fcpxml_version),) if name == "fcpxml" else write(timeline)
    return tuple(Document(*pair) for pair in zip(names(timeline, name, stem), parts, strict=True))


def _format(name: str) -> Format:
    if name not in FORMATS:
        message = f"unknown timeline format {name!r}"
        raise UsageError(message, hint=f"Use one of {', '.join(FORMATS)}.", code="ALICE-U04")
    return FORMATS[name]
