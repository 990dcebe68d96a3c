"""One door to the readers: by the content of a file, tolerant or strict."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from alice_core.errors import MediaError, UsageError
from alice_core.timeline.cuts import Cut, Cuts, whole_frames
from alice_core.timeline.reading.edit import Edit, Item, Severity
from alice_core.timeline.reading.edl import read_edl
from alice_core.timeline.reading.fcpxml import read_fcpxml
from alice_core.timeline.reading.otio import read_otio
from alice_core.timeline.reading.xmeml import read_xmeml
from alice_core.timing import FrameRate

_BROKEN = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)
_LISTS = ("edl", "markers.edl")
_AAF_HEAD = bytes.fromhex("d0cf11e0a1b11ae1")
_HEAD = 4096


def _read_aaf(data: bytes) -> Edit:
    if not data.startswith(_AAF_HEAD):
        message = "it is no structured storage file"
        raise ValueError(message)
    from alice_core.timeline.reading.aaf import read_aaf  # noqa: PLC0415 - pyaaf2 costs 30 ms to import

    return read_aaf(data)


_ALONE: dict[str, Callable[[bytes], Edit]] = {
    "otio": read_otio,
    "fcpxml": read_fcpxml,
    "xml": read_xmeml,
    "aaf": _read_aaf,
}


def format_of(data: bytes) -> str:
    """The format of a timeline file, by its content.

    Raises:
        MediaError: It is none that can be read.
    """
    head = data[:_HEAD].removeprefix(b"\xef\xbb\xbf")
    if data.startswith(_AAF_HEAD):
        return "aaf"
    if b"<fcpxml" in head:
        return "fcpxml"
    if b"<xmeml" in head:
        return "xml"
    if head.lstrip().startswith(b"{"):
        return "otio"
    lines = [line.strip() for line in head.splitlines()]
    if any(line.startswith((b"TITLE:", b"FCM:")) or line[:3].isdigit() for line in lines if line):
        return "markers.edl" if b"|C:ResolveColor" in data else "edl"
    message = "this is no timeline that can be read"
    raise MediaError(message, hint="Give an FCPXML, Final Cut 7 XML, OTIO, AAF or EDL file.")


def read_edit(data: bytes, name: str | None = None, rate: FrameRate | None = None) -> Edit:
    """The cut of a file, with everything that is wrong with its writing.

    Args:
        data: The whole file.
        name: The format, ``otio fcpxml xml aaf edl markers.edl``; by its content if not given.
        rate: Needed for the two lists, which name no rate; their FCM line says whether it drops.

    Raises:
        UsageError: The format is unknown (``ALICE-U04``) or a list came without a rate
            (``ALICE-U01``).
        MediaError: The file is not of that format.
    """
    name = format_of(data) if name is None else name
    if name not in _ALONE and name not in _LISTS:
        message = f"unknown timeline format {name!r}"
        raise UsageError(message, hint=f"Use one of {', '.join([*_ALONE, *_LISTS])}.", code="ALICE-U04")
    if name in _LISTS and rate is None:
        message = "an edit decision list names no frame rate"
        raise UsageError(message, hint="Say at which rate it was written.", code="ALICE-U01")
    try:
        return _ALONE[name](data) if rate is None or name in _ALONE else read_edl(data, rate)
    except _BROKEN as error:
        message = f"this is no {name} timeline that can be read: {error}"
        raise MediaError(message, hint="Export the timeline again.") from error


def read_cuts(data: bytes, name: str, rate: FrameRate | None = None) -> Cuts:
    """The cuts of a file that must be faultless in its writing, with every picture on whole frames.

    Raises:
        UsageError: See :func:`read_edit`.
        MediaError: The file is not of that format, contradicts itself, or a picture lies
            between frames.
    """
    edit = read_edit(data, name, rate)
    wrong = [fault for fault in edit.faults if fault.severity is Severity.ERROR or fault.code in ("fcm", "mixed-rate")]
    if name in _LISTS and edit.format != name and (edit.items or name == "edl"):
        message = f"this is no {name} timeline that can be read: it is {edit.format}"
        raise MediaError(message, hint="Export the timeline again.")
    if name == "edl" and not edit.items:
        message = "this is no edl timeline that can be read: the list has no events"
        raise MediaError(message, hint="Export the timeline again.")
    if wrong:
        message = f"this is no {name} timeline that can be read: {wrong[0].text}"
        raise MediaError(message, hint="Export the timeline again.")
    pictures = tuple(_cut(item, whole_frames) for item in sorted(edit.pictures, key=lambda item: item.start))
    sounds = [_cut(item, round) for item in edit.sounds]
    marks = sorted({round(mark.frame) for mark in edit.marks})
    return Cuts(edit.rate, whole_frames(edit.start), pictures, sounds[0] if sounds else None, tuple(marks))


def _cut(item: Item, whole: Callable[[Fraction], int]) -> Cut:
    return Cut(item.name, whole(item.start), whole(item.end))
