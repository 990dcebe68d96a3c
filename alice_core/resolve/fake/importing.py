"""Timelines from files, with what Resolve was seen to make of each format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alice_core.errors import AliceError
from alice_core.media.files import reading
from alice_core.resolve.fake.clip import MediaPoolItem
from alice_core.resolve.fake.item import Place, TimelineItem
from alice_core.timeline import read_edit
from alice_core.timeline.reading import Edit, Item
from alice_core.timeline.urls import path_of_url

if TYPE_CHECKING:
    from alice_core.resolve.fake.pool import Folder, MediaPool
    from alice_core.resolve.fake.timeline import Timeline

_KEEPS_MARKERS = frozenset({"otio", "aaf"})
_SEARCHES_A_FOLDER = frozenset({"fcpxml", "xml", "aaf"})


@dataclass(frozen=True, slots=True)
class Options:
    """How to import; the names are those of importOptions in words.

    Attributes:
        name: Of the timeline; empty for that in the file.
        clips: Whether files are imported that are not in the current folder, though they may be in another.
        search: Where a missing file is sought by its name.
        folders: Where clips are sought if none are imported; folders inside them are not.
    """

    name: str
    clips: bool
    search: Path | None
    folders: tuple[Folder, ...]

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Options:
        """The options of a call."""
        search = given.get("sourceClipsPath")
        return cls(
            str(given.get("timelineName") or ""),
            bool(given.get("importSourceClips", True)),
            Path(search) if search else None,
            tuple(given.get("sourceClipsFolders") or ()),
        )


def readable_edit(path: Path, pool: MediaPool, options: Options) -> Edit | None:
    """The cut in a file; ``None``, silently, for what Resolve makes nothing of."""
    try:
        with reading(path) as source:
            data = source.read()
        edit = read_edit(data, None, pool.project.rate)
    except AliceError:
        return None
    if edit.format == "otio" and not (_resolve_shaped(edit) and (_all_there(edit) or not options.clips)):
        return None
    return edit


def lay(edit: Edit, timeline: Timeline, pool: MediaPool, options: Options) -> None:
    """Put the items of a cut on a timeline; another rate than the timeline's is floored, item by item."""
    scale = timeline.rate.value / edit.rate.value
    for kind, items in (("video", [item for item in edit.items if not item.sound]),
                        ("audio", [item for item in edit.items if item.sound])):  # fmt: skip
        layers = sorted({item.layer for item in items}, reverse=kind == "audio" and any(i.layer < 0 for i in items))
        for item in items:
            _lay_one(item, (kind, layers.index(item.layer) + 1), scale, timeline, (pool, options, edit))
    if edit.format in _KEEPS_MARKERS:
        for mark in edit.marks:
            facts = {"color": "Blue", "duration": 1.0, "note": mark.note, "name": mark.name, "customData": ""}
            timeline.marks.setdefault(floor(mark.frame * scale), facts)


def _resolve_shaped(edit: Edit) -> bool:
    inside = all(item.source_in is None or item.source_in >= 0 for item in edit.items)
    return inside and not any(fault.code == "resolve-shape" for fault in edit.faults)


def _all_there(edit: Edit) -> bool:
    """Whether no file was moved: an OTIO then gives no timeline at all."""
    written = [path_of_url(item.source.url) for item in edit.items if item.source is not None]
    return all(Path(path).exists() for path in written if path)


def _lay_one(
    item: Item, track: tuple[str, int], scale: Fraction, timeline: Timeline, where: tuple[MediaPool, Options, Edit]
) -> None:
    pool, options, edit = where
    start, end = floor(item.start * scale), floor(item.end * scale)
    clip = _clip_of(item, pool, options, edit)
    source = 0 if item.source_in is None else floor(item.source_in * scale)
    place = Place(timeline.start + start, max(1, end - start), source)
    laid = timeline.track(*track)
    if laid.free(place.start, place.end):
        laid.put(TimelineItem(timeline.session, clip, place, clip.name if clip else item.name, track))
        laid.items[-1].enabled = item.enabled


def _clip_of(item: Item, pool: MediaPool, options: Options, edit: Edit) -> MediaPoolItem | None:
    written = path_of_url(item.source.url) if item.source is not None else ""
    if not written:
        return None
    path = Path(written)
    if not options.clips:
        if edit.format == "otio":  # measured: its timeline is right and every item offline
            return None
        return _known(path, (pool.current, *options.folders))
    if not path.exists() and options.search is not None and edit.format in _SEARCHES_A_FOLDER:
        path = options.search / path.name
    return _known(path, (pool.current,)) or pool.take_in(path)


def _known(path: Path, folders: tuple[Folder, ...]) -> MediaPoolItem | None:
    clips = [clip for folder in folders for clip in folder.clips if clip.path is not None]
    same = [clip for clip in clips if clip.path == path]
    named = [clip for clip in clips if clip.path is not None and clip.path.name == path.name]
    return next(iter([*same, *named]), None)
