"""A timeline for another machine: paths under other roots, and names in ASCII."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import cast

from alice_core.errors import UsageError
from alice_core.media.files import make_folder, replacing
from alice_core.timeline.model import Media, Timeline
from alice_core.timeline.reels import reel_names
from alice_core.timeline.text import ascii_line

_LONGEST = 60


def parse_root(text: str) -> tuple[str, str]:
    """The two roots of ``A=B``.

    Raises:
        UsageError: One of them is missing or relative.
    """
    here, sign, there = text.partition("=")
    if not sign or not here.strip() or not _pure(there.strip()).is_absolute() or not _pure(here.strip()).is_absolute():
        message = f"{text!r} is no pair of roots"
        raise UsageError(message, hint="Write both folders whole: --media-root /Volumes/films=D:/films")
    return here.strip(), there.strip()


def rerooted(timeline: Timeline, roots: Sequence[tuple[str, str]]) -> Timeline:
    r"""The timeline as another machine sees it: paths under the first of each pair lie under the second there.

    The deepest root that fits is taken; a path under none of them stays. Roots may be of
    Windows (``D:\films``, ``\\nas\films``), macOS or Linux, whatever runs here.
    """
    pairs = sorted(((_pure(here), _pure(there)) for here, there in roots), key=lambda pair: -len(pair[0].parts))

    def elsewhere(known: Path) -> Path:
        path = _pure(str(known))
        for here, there in pairs:
            if type(here) is type(path) and path.is_relative_to(here):
                return cast("Path", there.joinpath(*path.relative_to(here).parts))
        return known

    def moved(media: Media) -> Media:
        proxy = None if media.proxy is None else elsewhere(media.proxy)
        return replace(media, path=elsewhere(media.path), proxy=proxy)

    return with_media(timeline, moved)


def ascii_linked(timeline: Timeline, folder: Path) -> tuple[Timeline, tuple[str, ...]]:
    """The timeline on files whose whole paths are ASCII: hard links, or copies where links cannot be made.

    Editors that do not decode non-ASCII URLs find these. Only files whose path holds other
    letters get one; its name is the old one in ASCII with the start of its digest.

    Returns:
        The timeline, and the names of the links made or found.

    Raises:
        UsageError: The path of the folder itself is not ASCII.
        ExportError: The folder cannot be written.
    """
    if not str(folder).isascii():
        message = f"the folder {str(folder)!r} has other letters than ASCII in its path"
        raise UsageError(message, hint="Choose a folder whose whole path is ASCII.")
    odd = {media.path: media for media in _all_media(timeline) if not str(media.path).isascii()}
    if not odd:
        return timeline, ()
    make_folder(folder)
    reels = reel_names(media.digest or str(media.path) for media in odd.values())
    links: dict[PurePath, Path] = {}
    for path, media in odd.items():
        target = folder / plain_name(path, reels[media.digest or str(path)].lower())
        link_or_copy(Path(path), target)
        links[path] = target
    moved = with_media(timeline, lambda media: replace(media, path=links.get(media.path, media.path)))
    return moved, tuple(sorted(link.name for link in links.values()))


def with_media(timeline: Timeline, change: Callable[[Media], Media]) -> Timeline:
    """The timeline with every file changed, each once."""
    known: dict[Media, Media] = {}
    for media in _all_media(timeline):
        known.setdefault(media, change(media))
    clips = tuple(replace(clip, media=known[clip.media]) for clip in timeline.clips)
    click = None if timeline.click is None else known[timeline.click]
    return replace(timeline, clips=clips, song=known[timeline.song], click=click)


def foreign_names(timeline: Timeline) -> tuple[str, ...]:
    """The files whose path is not ASCII, which some versions of Resolve leave offline; each once."""
    return tuple(dict.fromkeys(str(media.path) for media in _all_media(timeline) if not str(media.path).isascii()))


def _all_media(timeline: Timeline) -> list[Media]:
    return [*timeline.sounds, *(clip.media for clip in timeline.clips)]


def plain_name(path: PurePath, mark: str) -> str:
    """A file name that every system and editor takes: ASCII letters, digits, dots and dashes, with a mark of its own.

    The mark ends in a letter or stands before one, for editors take numbered neighbours for
    an image sequence.

    >>> plain_name(PurePosixPath("/films/Café #1: 100%?.png"), "0a1b2c3d")
    'Cafe_1_100-0a1b2c3d-x.png'
    """
    stem = re.sub(r"[^A-Za-z0-9.-]+", "_", ascii_line(path.stem)).strip("._-")[:_LONGEST].rstrip("._-") or "file"
    suffix = re.sub(r"[^A-Za-z0-9.]+", "", ascii_line(path.suffix))
    return f"{stem}-{mark}{'-x' if mark[-1:].isdigit() else ''}{suffix}"


def link_or_copy(source: Path, target: Path, *, copy: bool = False) -> None:
    """Let a file be at a second place too: a hard link, or a copy where none can be made or one is asked for."""
    if target.exists() and target.samefile(source) and not copy:
        return
    with replacing(target) as part:
        if copy:
            shutil.copyfile(source, part)
            return
        try:
            os.link(source, part)
        except OSError:  # another file system, or one without hard links
            shutil.copyfile(source, part)


def _pure(text: str) -> PurePath:
    windows = PureWindowsPath(text)
    return windows if windows.drive else PurePosixPath(text)
