"""The files behind a cut as they really are; this is where the room touches the disk and the codecs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path, PureWindowsPath
from typing import cast

from alice_core.errors import AliceError, ExportError, NotFound, UsageError
from alice_core.timeline.check import Look
from alice_core.timeline.flat import Span, flattened, nearest, song_of
from alice_core.timeline.model import Clip, Marker, Media, MediaKind, Timeline
from alice_core.timeline.reading.edit import Edit, Source
from alice_core.timeline.urls import path_of_url
from alice_core.timing import FrameRate, frames_of


def look_at(path: str, beside: Path | None = None) -> Look | None:
    """What a file is, from its headers; ``None`` if it is not there. A relative path is sought beside the cut."""
    file = Path(path) if Path(path).is_absolute() or beside is None else beside / path
    if not file.is_file():
        return None
    from alice_core.media.probe import probe  # noqa: PLC0415 - codecs, only when a file is looked at

    facts = probe(file)
    picture, sound = facts.picture, facts.sound
    if picture is not None:
        return Look(picture.seconds, picture.rate if picture.seconds is not None else None)
    return Look(sound.seconds if sound is not None else None)


def timeline_of_edit(
    edit: Edit, song: Media, files: Mapping[str, Media] | None = None
) -> tuple[Timeline, tuple[str, ...]]:
    """A foreign cut as a timeline of ours: what is seen, laid end to end over the song.

    Cuts between frames go to the nearest; black stretches are refused, since we have no
    picture for them. Facts of media come from ``files`` by path, else from the format.

    Returns:
        The timeline, and a sentence for everything that was repaired.

    Raises:
        ExportError: A stretch is black or shows no file, or a clip is retimed (``ALICE-E03``).
    """
    notices: list[str] = []
    off = [item for item in edit.pictures if item.start.denominator != 1 or item.end.denominator != 1]
    if off:
        notices.append(f"{len(off)} clips lay between frames; their cuts went to the nearest frame")
    clips = tuple(_clip(index, span, edit, files or {}) for index, span in enumerate(flattened(edit, whole=False), 1))
    size = next(((clip.media.width, clip.media.height) for clip in clips if clip.media.width), (1920, 1080))
    markers = tuple(Marker(nearest(mark.frame), _kind(mark.note), mark.name) for mark in edit.marks)
    width, height = (edit.width, edit.height) if edit.width and edit.height else size
    timeline = Timeline(edit.name or "cut", edit.rate, nearest(edit.start), width, height, clips, song, markers)
    timeline.check()
    return timeline, tuple(notices)


def song_of_edit(edit: Edit, files: Mapping[str, Media] | None = None) -> Media:
    """The longest sound of a cut as media.

    Raises:
        NotFound: The cut has no sound that names a file.
    """
    item = song_of(edit)
    path = path_of_url(item.source.url) if item is not None and item.source is not None else ""
    if item is None or item.source is None or not path:
        raise NotFound("the cut has no song that names a file", hint="Say which song it is cut to.")
    if item.start != 0:
        message = f"the song begins at frame {float(item.start):g} and not with the picture"
        raise ExportError(message, hint="Lay the song from the first frame.", code="ALICE-E03")
    known = (files or {}).get(path)
    length = item.source.duration or (item.end - item.start) / edit.rate.value
    return known or Media(_path(path), item.source.digest, MediaKind.SOUND, duration=length)


def media_at(path: Path, digest: str = "") -> Media:
    """A file as media of a timeline: its true length, rate, size, channels and own start timecode.

    Raises:
        NotFound: It is not there (``ALICE-N01``).
        MediaError: It is neither picture nor sound.
    """
    from alice_core.media.footage import footage_of  # noqa: PLC0415 - codecs, only when a file is looked at

    found = footage_of(path)
    if found.still:
        return Media(path, digest, MediaKind.STILL, found.width, found.height)
    heard = (found.sample_rate, found.channels)
    if found.rate is None or not found.width:
        start = Fraction(found.reference, found.sample_rate or 1)
        return Media(path, digest, MediaKind.SOUND, 0, 0, None, found.seconds, *heard, start)
    rate, start = _own_time(found.timecode, found.rate)
    return Media(
        path, digest, MediaKind.MOVIE, found.width, found.height, rate, found.seconds, *heard, start, found.steady
    )


def media_of_edit(edit: Edit, beside: Path | None = None) -> dict[str, Media]:
    """The files that a cut names and that are there, by the path as written, with the digests it names."""
    found: dict[str, Media] = {}
    for item in edit.items:
        path = path_of_url(item.source.url) if item.source is not None else ""
        file = Path(path) if not beside or Path(path).is_absolute() else beside / path
        if path and path not in found and file.is_file():
            try:
                found[path] = media_at(file.absolute(), item.source.digest if item.source is not None else "")
            except AliceError:
                continue  # it is there and no media: the check says so, the cut can still be read
    return found


def _own_time(timecode: str, rate: Fraction) -> tuple[FrameRate, Fraction]:
    """A movie's rate, counted as its timecode is, and the moment of that timecode; 0 where it has none that fits."""
    drops = ";" in timecode and rate in _DROPPABLE
    own = FrameRate(rate, drops)
    try:
        return own, own.seconds(frames_of(timecode, own)) if timecode else Fraction(0)
    except UsageError:
        return own, Fraction(0)


_DROPPABLE = (Fraction(30000, 1001), Fraction(60000, 1001))


def _clip(index: int, span: Span, edit: Edit, files: Mapping[str, Media]) -> Clip:
    item = span.item
    source = item.source if item is not None else None
    path = path_of_url(source.url) if source is not None else ""
    if item is None or source is None or not path:
        what = "is black" if item is None else f"shows {item.name!r}, which names no file"
        message = f"the cut {what} from frame {span.start} to {span.end}"
        raise ExportError(message, hint="Put a picture there, or cut it out.", code="ALICE-E03")
    if item.speed != 1:
        message = f"{item.name!r} (frame {span.start}) is retimed"
        raise ExportError(message, hint="Render the retimed clip to a file of its own first.", code="ALICE-E03")
    media = files.get(path) or _media(path, source, edit)
    used = 0 if media.kind is MediaKind.STILL else max(0, nearest(span.source_in or _from_code(span)))
    return Clip(item.name or f"clip-{index:04}", span.start, span.frames, media, used, note=item.note)


def _from_code(span: Span) -> Fraction:
    """The first frame used where a list knows only the file's own timecode: taken to begin at 0."""
    item = span.item
    if item is None or item.source_code is None:
        return Fraction(0)
    return item.source_code + span.start - nearest(item.start)


def _media(path: str, source: Source, edit: Edit) -> Media:
    kind = MediaKind.STILL if source.still else MediaKind.MOVIE
    rate = None if source.still else FrameRate(source.rate or edit.rate.value)
    length = None if source.still else source.duration
    media = Media(_path(path), source.digest, kind, edit.width, edit.height, rate, length)
    return replace(media, start=source.start or Fraction(0)) if kind is MediaKind.MOVIE else media


def _path(text: str) -> Path:
    windows = PureWindowsPath(text)
    return cast("Path", windows) if windows.drive and os.name != "nt" else Path(text)


def _kind(note: str) -> str:
    word = note.split(" ", 1)[0]
    return word if word in ("beat", "downbeat", "section") else "marker"
