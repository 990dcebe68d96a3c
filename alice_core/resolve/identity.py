"""The files behind the clips of a cut that came back: told by their bytes first, however they are called now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from alice_core.directing.adoption import edit_of_plan
from alice_core.errors import MediaError, UsageError
from alice_core.media.digest import digest_of_file, is_digest
from alice_core.resolve.cuts import PlanFile
from alice_core.store import Reader, Store
from alice_core.timeline.flat import nearest
from alice_core.timeline.reading import Edit, Item, Source
from alice_core.timeline.urls import path_of_url
from alice_core.workflows.conforming import CONFORM


@dataclass(frozen=True, slots=True)
class ClipHint:
    """What Resolve itself said of a clip, beside the file that it exported.

    Attributes:
        track: Such as ``V1``.
        start: First frame, from the start of the timeline.
        digest: From the metadata of its media; ``None`` where there is none.
        shot: Likewise, the shot that its media was pushed for.
    """

    track: str
    start: int
    digest: str | None
    shot: str | None


@dataclass(frozen=True, slots=True)
class Identified:
    """A cut whose files are known by digest.

    Attributes:
        edit: The cut.
        paths: Where each file is, by digest, as far as it is there.
        unknown: Names of the clips whose file is neither there nor known.
    """

    edit: Edit
    paths: Mapping[str, Path]
    unknown: tuple[str, ...]


def parse_hints(content: object) -> tuple[ClipHint, ...]:
    """What Resolve said of its clips: ``{"items": [{"track", "in", "digest", "shot"}]}``.

    Raises:
        UsageError: It is not of that shape.
    """
    items = content.get("items") if isinstance(content, Mapping) else None
    if not isinstance(items, list):
        raise UsageError("nothing is said of the clips", hint='Write {"items": [{"track", "in", "digest", "shot"}]}.')
    found = []
    for one in items:
        if not isinstance(one, Mapping) or not isinstance(one.get("in"), int):
            raise UsageError("a clip has no first frame", hint='Give each item "track" and "in", a whole frame.')
        digest, shot = one.get("digest"), one.get("shot")
        found.append(
            ClipHint(str(one.get("track", "")), one["in"], str(digest) if digest else None, str(shot) if shot else None)
        )
    return tuple(found)


def planned_edit(source: PlanFile) -> Edit:
    """A plan as a cut to compare with: every take from its first frame."""
    edit = edit_of_plan(source.plan)
    return replace(edit, items=tuple(replace(item, source_in=Fraction(0)) for item in edit.items))


def identified(
    store: Store, edit: Edit, beside: Path, source: PlanFile | None = None, hints: Sequence[ClipHint] = ()
) -> Identified:
    """The cut with the digest of each file, and each clip called after its shot where that is told.

    A file is known by the bytes that lie at its path, since metadata may be of the file that
    lay there before; where nothing lies there, by the digest in metadata, then by the path or
    name that the store and the plan know. A file that was made of a take to fit the
    timeline's rate counts as that take.

    Args:
        store: Knows files by where they were.
        edit: The cut as it was read.
        beside: The folder that relative paths are relative to.
        source: The plan that it is compared with, once that is known.
        hints: What Resolve said of the clips.

    Raises:
        MediaError: A file is there and cannot be read.
    """
    told = {(hint.track, hint.start): hint for hint in hints}
    with store.reading() as reader:
        sought = _Sought(reader, beside, source)
        items = tuple(sought.item(item, told.get((item.track, nearest(item.start)))) for item in edit.items)
    return Identified(replace(edit, items=items), sought.paths, tuple(dict.fromkeys(sought.unknown)))


class _Sought:
    """What is known of files so far, each looked at once."""

    def __init__(self, reader: Reader, beside: Path, source: PlanFile | None) -> None:
        self._reader, self._beside = reader, beside
        self.paths: dict[str, Path] = {}
        self.unknown: list[str] = []
        shots = source.plan.shots if source is not None else ()
        self._shots = {shot.id for shot in shots}
        self._bytes: dict[str, str] = {}
        self._originals: dict[str, tuple[str, int]] = {}
        takes = {shot.take for shot in shots if shot.take}
        folder = source.path.parent if source is not None else beside
        self._planned = {str((folder / take.path).resolve()): take.digest for take in takes}
        names: dict[str, set[str]] = {}
        for take in takes:
            names.setdefault(take.path.rpartition("/")[2], set()).add(take.digest)
        self._names = {name: digests.pop() for name, digests in names.items() if len(digests) == 1}

    def item(self, item: Item, hint: ClipHint | None) -> Item:
        """A clip whose source has its digest."""
        if item.source is None:
            return item
        digest = self._digest(item.source, hint)
        if not digest:
            self.unknown.append(item.name or item.source.name)
        take, first = self._original(digest)
        used = None if item.source_in is None else item.source_in + first
        shot = hint.shot if hint is not None and item.name not in self._shots and hint.shot in self._shots else None
        return replace(item, name=shot or item.name, source=replace(item.source, digest=take), source_in=used)

    def _digest(self, source: Source, hint: ClipHint | None) -> str:
        path = path_of_url(source.url)
        there = self._at(path) if path else ""
        said = [there, (hint.digest if hint is not None else None) or "", source.digest]
        known = next((digest for digest in said if is_digest(digest)), "")
        return known or self._remembered(path, source.name)

    def _at(self, path: str) -> str:
        """The digest of the file that lies at a path now; empty where none does."""
        if path not in self._bytes:
            file = Path(path) if Path(path).is_absolute() else self._beside / path
            self._bytes[path] = self._of_file(file) if file.is_file() else ""
        return self._bytes[path]

    def _of_file(self, file: Path) -> str:
        place = self._reader.places.at(file)
        try:
            digest = place.digest if place is not None and place.holds() else str(digest_of_file(file))
        except OSError as error:
            raise MediaError(f"{file} cannot be read: {error}", hint="Look at its permissions.") from error
        take, _ = self._original(digest)
        self.paths.setdefault(take, file)
        return digest

    def _remembered(self, path: str, name: str) -> str:
        place = self._reader.places.at(Path(path)) if path else None
        if place is not None:
            return place.digest
        base = path.replace("\\", "/").rpartition("/")[2] or name
        return self._planned.get(path) or self._names.get(base, "")

    def _original(self, digest: str) -> tuple[str, int]:
        """The take that a file was made of to fit a rate, and its frame that is the first of the file."""
        if not digest:
            return "", 0
        if digest not in self._originals:
            made = [one.recipe for one in self._reader.recipes.giving(digest) if one.recipe.operation == CONFORM[0]]
            found = (made[0].inputs[0].digest, int(str(made[0].parameters["first"]))) if made else (digest, 0)
            self._originals[digest] = found
        return self._originals[digest]
