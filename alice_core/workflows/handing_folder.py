"""A folder that holds a whole cut: the files it shows, a timeline in every format, and what everything is."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from alice_core.errors import Conflict, ExportError
from alice_core.media.digest import digest_of_bytes, digest_of_file
from alice_core.media.files import is_left_part, make_folder, part_of, replacing
from alice_core.timeline.formats import documents, names
from alice_core.timeline.handover import link_or_copy, plain_name, rerooted, with_media
from alice_core.timeline.model import Media, Timeline
from alice_core.timeline.reels import reel_names
from alice_core.timing import timecode_of
from alice_core.workflows.handing_readme import readme

if TYPE_CHECKING:
    from collections.abc import Iterator

MANIFEST = "manifest.json"
SCHEMA = "alice.handover/1"
_README = "README.txt"
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Packing:
    """How a folder is to be filled.

    Attributes:
        formats: Of the timelines.
        version: Of FCPXML.
        roots: Pairs of roots, for a folder that will be seen under another path.
        copy: Copy the media, where they would be hard links.
    """

    formats: tuple[str, ...]
    version: str
    roots: tuple[tuple[str, str], ...] = ()
    copy: bool = False


@dataclass(frozen=True, slots=True)
class Collected:
    """A folder that was filled, or would be.

    Attributes:
        folder: Where it is.
        files: What it holds, relative to it.
        written: How many of them were new or other than before; 0 where nothing had to be done.
        size: Of all files in bytes; of the timelines only once they are written.
    """

    folder: Path
    files: tuple[str, ...]
    written: int
    size: int


@dataclass(frozen=True, slots=True)
class _Part:
    """One file of the folder: its place there, what it is, and its bytes or where they come from."""

    place: str
    kind: str
    digest: str
    size: int
    source: Path | None = None
    data: bytes = b""


def collect(
    timeline: Timeline, folder: Path, packing: Packing, plan: str, said: Sequence[Mapping[str, Any]] = ()
) -> Collected:
    """Fill a folder with a cut and all its media, under ASCII names.

    A new folder is built beside its place and appears whole. One that was filled before is
    brought up to date file by file, its list of digests last; what others put there stays.

    Args:
        timeline: On files that fit; see :func:`~alice_core.workflows.handing.prepare`.
        folder: To fill.
        packing: How.
        plan: Digest of the plan.
        said: What was made anew, for the list.

    Raises:
        Conflict: The folder holds other things, or a file in it was changed since.
        ExportError: It cannot be written; a new folder is then not there.
    """
    parts = _parts(timeline, folder.absolute(), packing)
    parts.append(_Part(MANIFEST, "manifest", "", 0, data=_manifest(timeline, parts, plan, said)))
    here = _listed(folder)
    if here is None:
        with _whole(folder) as place:
            for part in parts:
                _put(part, place, copy=packing.copy)
        written = len(parts)
    else:
        written = _update(folder, parts, here, copy=packing.copy)
    return Collected(folder, tuple(part.place for part in parts), written, sum(part.size for part in parts))


def foresee_collect(timeline: Timeline, folder: Path, packing: Packing) -> Collected:
    """What :func:`collect` would write; files that are still to be made count nothing.

    Raises:
        Conflict: The folder holds other things.
    """
    _listed(folder)
    places = _places(timeline)
    size = sum(media.path.stat().st_size for media in places if media.path.is_file())
    listed = [*_documents_named(timeline, packing), *places.values(), *_proxies(places).values(), _README, MANIFEST]
    return Collected(folder, tuple(listed), len(listed), size)


def _documents_named(timeline: Timeline, packing: Packing) -> list[str]:
    return [name for one in packing.formats for name in names(timeline, one, "timeline")]


def _parts(timeline: Timeline, folder: Path, packing: Packing) -> list[_Part]:
    places = _places(timeline)
    stand_ins = _proxies(places)
    moved = with_media(
        timeline,
        lambda media: replace(
            media,
            path=folder / places[media],
            proxy=folder / stand_ins[media] if media.proxy is not None else None,
        ),
    )
    moved = rerooted(moved, packing.roots)
    found = [_written(part.name, "timeline", part.data) for one in packing.formats
             for part in documents(moved, one, "timeline", fcpxml_version=packing.version)]  # fmt: skip
    sounds = set(timeline.sounds)
    for media, place in places.items():
        found.append(_linked(place, "sound" if media in sounds else "take", media.path, media.digest))
    for media, place in stand_ins.items():
        if media.proxy is not None:
            found.append(_linked(place, "proxy", media.proxy, digest_of_file(media.proxy)))
    text = readme(timeline, _documents_named(timeline, packing), proxies=bool(stand_ins), ascii_place=str(folder))
    return [*found, _written(_README, "readme", text.encode())]


def _written(place: str, kind: str, data: bytes) -> _Part:
    return _Part(place, kind, digest_of_bytes(data), len(data), data=data)


def _linked(place: str, kind: str, source: Path, digest: str) -> _Part:
    return _Part(place, kind, digest, source.stat().st_size, source)


def _places(timeline: Timeline) -> dict[Media, str]:
    """Where each file goes: under its own name where every system takes it and no other has it, else a plain one."""
    every = list(dict.fromkeys((*timeline.sounds, *(clip.media for clip in timeline.clips))))
    reels = reel_names(media.digest or str(media.path) for media in every)
    taken: set[str] = set()
    places: dict[Media, str] = {}
    for media in every:
        path = PurePath(media.path)
        name = path.name
        # The name of a still must not end in a digit: editors take numbered neighbours for one image sequence.
        if not _SAFE.fullmatch(name) or path.stem[-1:].isdigit() or path.stem.lower() in taken:
            name = plain_name(path, reels[media.digest or str(media.path)].lower())
        taken.add(PurePath(name).stem.lower())
        places[media] = f"media/{name}"
    return places


def _proxies(places: Mapping[Media, str]) -> dict[Media, str]:
    """Where stand-ins go: beside the media, each under the name of its file, which is how editors find it."""
    return {media: f"proxies/{PurePath(place).stem}.mp4" for media, place in places.items() if media.proxy is not None}


def _manifest(timeline: Timeline, parts: Sequence[_Part], plan: str, said: Sequence[Mapping[str, Any]]) -> bytes:
    rate = timeline.rate
    content = {
        "schema": SCHEMA,
        "name": timeline.name,
        "rate": rate.ratio,
        "drop": rate.drop,
        "start": timecode_of(timeline.start, rate),
        "frames": timeline.frames,
        "size": {"width": timeline.width, "height": timeline.height},
        "plan": plan,
        "files": [
            {"path": part.place, "kind": part.kind, "digest": part.digest, "size": part.size}
            for part in sorted(parts, key=lambda part: part.place)
        ],
        "conformed": [dict(one) for one in said],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _listed(folder: Path) -> dict[str, str] | None:
    """The digests of a folder that was filled before; ``None`` for one that is empty or not there.

    Raises:
        Conflict: It holds other things.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return None
    try:
        content = json.loads((folder / MANIFEST).read_bytes())
        if content["schema"] == SCHEMA:
            return {str(one["path"]): str(one["digest"]) for one in content["files"]}
    except (OSError, ValueError, LookupError, TypeError):
        pass
    raise Conflict(f"{folder} holds other things", hint="Choose a folder that is new or empty.")


@contextmanager
def _whole(folder: Path) -> Iterator[Path]:
    """A folder to fill that appears under its name when the block ends well, and is gone otherwise."""
    target = folder.absolute()
    make_folder(target.parent)
    for left in target.parent.glob(f".{_glob_safe(target.name)}.*.part"):
        if is_left_part(left):
            shutil.rmtree(left, ignore_errors=True)
    part = part_of(target)
    try:
        make_folder(part)
        yield part
        if target.is_dir():
            target.rmdir()  # an empty one
        part.rename(target)
    except OSError as error:
        message = f"{target} cannot be written: {error.strerror or error}"
        raise ExportError(message, hint="Choose a folder that you may write to.", code="ALICE-E01") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _glob_safe(name: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", name)


def _put(part: _Part, folder: Path, *, copy: bool) -> None:
    target = folder / part.place
    make_folder(target.parent)
    if part.source is not None:
        link_or_copy(part.source, target, copy=copy)
        return
    with replacing(target) as file:
        file.write_bytes(part.data)


def _update(folder: Path, parts: Sequence[_Part], before: Mapping[str, str], *, copy: bool) -> int:
    """Bring a folder up to date; says how many files were written or removed."""
    fresh = [part for part in parts if not _stands(part, folder)]
    wanted = {part.place for part in parts}
    gone = [place for place in before if place not in wanted and (folder / place).is_file()]
    for place in (*(part.place for part in fresh if part.place != MANIFEST), *gone):
        target = folder / place
        if target.is_file() and digest_of_file(target) != before.get(place):
            message = f"{target} was changed since it was handed over"
            raise Conflict(message, hint="Rename it, or choose another folder.")
    for part in fresh:
        _put(part, folder, copy=copy)
    for place in gone:
        (folder / place).unlink()
    return len(fresh) + len(gone)


def _stands(part: _Part, folder: Path) -> bool:
    """Whether a file of the folder is what it should be."""
    target = folder / part.place
    if not target.is_file() or (part.digest and target.stat().st_size != part.size):
        return False
    if part.source is None:
        return target.read_bytes() == part.data
    return target.samefile(part.source) or digest_of_file(target) == part.digest
