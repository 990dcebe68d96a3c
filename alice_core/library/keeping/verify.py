"""Reading every known file again, and telling what is no longer as it was recorded.

A file's bytes are compared by their digest, so that one flipped bit is found. What the file system
says of the file tells whether somebody wrote to it (then it may be an edit) or nobody did (then the
disk lost it).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from alice_core.errors import AliceError, NotFound
from alice_core.events.library_facts import DamageFact, Verified
from alice_core.library.curating.chosen import chosen_places
from alice_core.library.keeping.damage import Damage, explain
from alice_core.library.keeping.reading import read_each
from alice_core.library.scan import is_away
from alice_core.media.digest import digest_of_bytes, digest_of_file, is_digest
from alice_core.media.files import is_part, path_said
from alice_core.progress import SILENT, Progress
from alice_core.store import Location, Reader, Store, UnitOfWork, operation
from alice_core.store.numbers import signed
from alice_core.store.places import Root

_PAGE = 500
_FIRST = 100
_HEX = 64


@dataclass(frozen=True, slots=True)
class Verification:
    """What verifying said.

    Attributes:
        files: How many files were looked at.
        size: How many bytes were read.
        blocks: How many blocks of raw metadata were compared.
        damages: What is not as it was recorded, in order of places.
        away: Roots that are not there, such as a disk that is not mounted; nothing in them was looked at.
        skipped: How many known files lie in them.
    """

    files: int
    size: int
    blocks: int
    damages: tuple[Damage, ...]
    away: tuple[Path, ...]
    skipped: int


def verify(
    store: Store,
    words: Sequence[str] = (),
    *,
    quick: bool = False,
    dry_run: bool = False,
    progress: Progress = SILENT,
) -> Verification:
    """Compare known files with what was recorded of them.

    Without words every known file is read, the store's own copies and the trash too, and every
    block of raw metadata. One event tells of the run.

    Args:
        store: The store.
        words: Files and folders, or a query; nothing means everything.
        quick: Only read files whose size, times or inode are not as recorded.
        dry_run: Publish no event.
        progress: Who wants to know.

    Raises:
        NotFound, UsageError: The words mean nothing.
    """
    run = _Run(store, quick=quick)
    if words:
        known = chosen_places(store, words)
        places: Iterable[Location] = run.reachable(known)
        total = sum(one.size for one in known)
    else:
        places = run.everything()
        with store.reading() as reader:
            total = reader.places.weight()[1]
    with progress.stage("reading files again", None if quick else total, "bytes") as stage:
        for place, read in read_each(places, run.read, stage):
            run.take(place, read)
    blocks = run.blocks(progress) if not words and not quick else 0
    damages = explain(store, run.damages)
    named = frozenset(Path(word).expanduser().absolute() for word in words)
    damages = tuple(replace(one, named=one.path in named) for one in damages)
    found = Verification(run.files, run.size, blocks, damages, tuple(run.away), run.skipped)
    if not dry_run:
        _publish(store, found, quick=quick)
    return found


@operation("library.verify", emits=(Verified,), permission="asset.read")
def _publish(work: UnitOfWork, found: Verification, *, quick: bool) -> None:
    """Tell that files were verified, and with what result."""
    first = tuple(
        DamageFact(path=path_said(one.path), digest=one.digest, what=one.what, cause=one.cause)
        for one in found.damages[:_FIRST]
    )
    fact = Verified(
        files=found.files,
        size=found.size,
        blocks=found.blocks,
        quick=quick,
        damaged=len(found.damages),
        away=tuple(path_said(path) for path in found.away),
        first=first,
    )
    work.emit(fact, subject="library")


@dataclass(frozen=True, slots=True)
class _Read:
    """What reading one file gave: whether it was read, and what is wrong with it."""

    size: int
    what: str = ""
    cause: str = ""
    reason: str = ""


@dataclass(slots=True)
class _Run:
    """One verification: where it goes, and what it met."""

    store: Store
    quick: bool
    files: int = 0
    size: int = 0
    damages: list[Damage] = field(default_factory=list)
    away: list[Path] = field(default_factory=list)
    skipped: int = 0
    _roots: dict[Path, bool] = field(default_factory=dict)

    def everything(self) -> Iterator[Location]:
        """Every known place, then what the store keeps and is known nowhere else."""
        cursor = (0, "")
        while True:
            with self.store.reading() as reader:
                page, cursor = reader.places.walk(cursor, limit=_PAGE)
            if not page:
                break
            yield from self.reachable(page)
        yield from self._own()
        yield from self._trash()

    def reachable(self, places: Sequence[Location]) -> Iterator[Location]:
        """The places whose root is there; the others are counted."""
        with self.store.reading() as reader:
            roots = {one.path: reader.places.root_of(one.path) for one in places}
            for root in {one.id: one for one in roots.values() if one is not None}.values():
                if root.path not in self._roots:
                    self._roots[root.path] = self._is_away(reader, root)
        for one in places:
            home = roots[one.path]
            if home is not None and self._roots[home.path]:
                self.skipped += 1
            else:
                yield one

    def _is_away(self, reader: Reader, root: Root) -> bool:
        if root.path.is_relative_to(self.store.folder):
            return False  # what the store keeps itself lies on no other disk
        away = is_away(root, reader.places.stats_below(root.path) if _is_another(root.path, root.inode) else {})
        if away:
            self.away.append(root.path)
        return away

    def read(self, place: Location, on_bytes: Callable[[int], None]) -> _Read:
        """Read a file again; called in threads."""
        path = place.path
        try:
            before = path.stat()
            if self.quick and place.vouches(before):
                return _Read(0)
            digest = _digest(path, on_bytes)
        except (FileNotFoundError, NotADirectoryError, NotFound):
            return _Read(0, "missing", "written", "it is not there any more")
        except OSError as error:
            return _Read(0, "unreadable", "silent", f"it cannot be read: {error.strerror}")
        except AliceError as error:
            cause = "written" if error.code == "ALICE-I02" else "silent"
            return _Read(0, "changed" if cause == "written" else "unreadable", cause, error.message)
        if digest == place.digest:
            return _Read(before.st_size)
        return _Read(before.st_size, _what(before.st_size - place.size), _cause(place, before))

    def take(self, place: Location, read: _Read) -> None:
        """Count a file, and keep what is wrong with it unless somebody recorded it anew meanwhile."""
        self.files += 1
        self.size += read.size
        if not read.what:
            return
        with self.store.reading() as reader:
            now = reader.places.at(place.path)
        if now is not None and now.digest != place.digest:
            return
        if now is None and place.seen:
            return  # its place was recorded as lost meanwhile
        self.damages.append(Damage(place.path, place.digest, read.what, read.cause, read.reason))

    def blocks(self, progress: Progress) -> int:
        """Compare every block of raw metadata with its digest; says how many there are."""
        count, last = 0, ""
        with progress.stage("checking raw metadata") as stage:
            while True:
                with self.store.reading() as reader:
                    page = reader.metadata.walk_blocks(last, limit=_PAGE)
                if not page:
                    return count
                for digest, data in page:
                    if data is None or digest_of_bytes(data) != digest:
                        path = self.store.folder / "alice.db"
                        self.damages.append(Damage(path, digest, "block", "silent", "raw metadata is not as it was"))
                count, last = count + len(page), page[-1][0]
                stage.advance(len(page))

    def _own(self) -> Iterator[Location]:
        """Files among the store's own copies that no place is recorded of; their name says their digest."""
        own = self.store.folder / "blobs"
        with self.store.reading() as reader:
            known = reader.places.stats_below(own)
        for path in sorted(own.glob("??/*")):
            digest = f"sha256:{path.name[:_HEX]}"
            if str(path) not in known and is_digest(digest) and not is_part(path) and path.suffix != ".xmp":
                yield _unrecorded(path, digest)

    def _trash(self) -> Iterator[Location]:
        with self.store.reading() as reader:
            items = reader.labels.trash()
        for item in items:
            yield _unrecorded(self.store.folder / item.kept, item.digest)


def _unrecorded(path: Path, digest: str) -> Location:
    """A file that the store keeps without a place of its own; its stat is whatever it is now."""
    try:
        now = path.stat()
    except OSError:
        return Location(path, digest, 0, 0, "")
    return Location(path, digest, now.st_size, now.st_mtime_ns, "", now.st_ctime_ns, signed(now.st_ino))


def _digest(path: Path, on_bytes: Callable[[int], None]) -> str:
    try:
        return digest_of_file(path, on_bytes=on_bytes)
    except AliceError as error:
        if error.code != "ALICE-I02":
            raise
    return digest_of_file(path)  # once more: whoever wrote to it may be done


def _what(longer: int) -> str:
    return "changed" if longer == 0 else "truncated" if longer < 0 else "grown"


def _cause(place: Location, now: os.stat_result) -> str:
    """``silent``: nobody wrote to it. ``disguised``: its size and time were put back. ``written``: somebody did."""
    if (now.st_size, now.st_mtime_ns) != (place.size, place.mtime_ns):
        return "written"
    if place.ctime_ns and (now.st_ctime_ns, signed(now.st_ino)) != (place.ctime_ns, place.inode):
        return "disguised"
    return "silent"


def _is_another(path: Path, inode: int | None) -> bool:
    try:
        return inode is not None and signed(path.stat().st_ino) != inode
    except OSError:
        return False
