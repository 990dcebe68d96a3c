"""What lies in a folder, against what is known of it: the first stages of every ingest and of the daemon.

A file is unchanged only if its size, modification time, change time and inode all are: a rewrite
with the old size and the old time put back still has another change time.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from alice_core.store.catalogue import Move
from alice_core.store.numbers import signed
from alice_core.store.places import Finding, Location, Places, Root, Stat
from alice_core.store.store import Store

_SIDECAR = ".xmp"
_SAMPLE = 64
_MOSTLY = 0.5
"""Of a folder that is another one than was seen last: which part of what is known must be there for it to count."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A file that was met on a walk: its whole path and its stat then."""

    path: str
    stat: os.stat_result

    @property
    def stamp(self) -> Stat:
        """What vouches for it, as the store keeps it."""
        return stamp_of(self.stat)


def stamp_of(found: os.stat_result) -> Stat:
    """Size, modification time, change time and inode, as the store keeps them."""
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, signed(found.st_ino)


@dataclass(slots=True)
class Walk:
    """A walk through a folder, with what it cannot say file by file.

    Attributes:
        skip: A folder that is passed over, such as the store's own.
        mounts: Folders on another device than the one above them, met on the way.
        unread: Folders that may not be read, met on the way; what was known in them is not lost.
    """

    skip: str
    mounts: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def files(self, folder: str) -> Iterator[tuple[str, os.stat_result]]:
        """Every file below a folder that is not hidden and no sidecar; links to folders are not followed."""
        try:
            device = os.stat(folder).st_dev  # noqa: PTH116 - pathlib costs more than the call itself here
        except OSError as error:
            self._note(folder, error)
            return
        waiting = [(folder, device)]
        while waiting:
            above, device = waiting.pop()
            for entry in self._listed(above):
                try:
                    if not entry.is_dir(follow_symlinks=False):
                        if entry.is_file():
                            yield entry.path, entry.stat()
                    elif entry.path != self.skip:
                        waiting.append((entry.path, self._device(entry, device)))
                except OSError:
                    continue  # it went away meanwhile, or is a link to nothing

    def _device(self, folder: os.DirEntry[str], above: int) -> int:
        inner = folder.stat(follow_symlinks=False).st_dev
        if inner != above:
            self.mounts.append(folder.path)
        return inner

    def _listed(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as listing:
                entries = [entry for entry in listing if not entry.name.startswith(".")]
        except OSError as error:
            self._note(folder, error)
            return []
        if any(entry.name.endswith(_SIDECAR) for entry in entries):
            names = {entry.name for entry in entries}
            return [entry for entry in entries if not _is_sidecar(entry.name, names)]
        return entries

    def _note(self, folder: str, error: OSError) -> None:
        if not isinstance(error, FileNotFoundError | NotADirectoryError):
            self.unread.append(folder)


def _is_sidecar(name: str, names: set[str]) -> bool:
    return name.endswith(_SIDECAR) and name.removesuffix(_SIDECAR) in names


def is_passed_over(path: str, root: str, skip: str) -> bool:
    """Whether a walk through a root would not meet a file: it or a folder above it is hidden, or it is a sidecar."""
    inside = path[len(root.rstrip(os.sep)) :]
    if os.sep + "." in inside or path == skip or path.startswith(skip + os.sep):
        return True
    return path.endswith(_SIDECAR) and os.path.lexists(path.removesuffix(_SIDECAR))


@dataclass(frozen=True, slots=True)
class Sifted:
    """What a walk found, against what is known.

    Attributes:
        unchanged: How many files are as they were.
        moves: Files that were renamed and not written since.
        changed: Files to read: new ones and ones that may hold other bytes.
        gone: Paths that hold nothing any more.
        cleared: Paths of findings whose file is gone.
        mounts: Folders that are the root of another device.
        away: Roots that are not there, or with something else in their place; nothing in them is gone.
    """

    unchanged: int
    moves: tuple[Move, ...]
    changed: tuple[Entry, ...]
    gone: tuple[Path, ...]
    cleared: tuple[Path, ...]
    mounts: tuple[Path, ...] = ()
    away: tuple[Path, ...] = ()


def sift(store: Store, folders: Sequence[Path], files: Sequence[Path] = (), *, again: bool = False) -> Sifted:
    """Walk folders and look at single files, and tell what is new, renamed, changed and gone.

    Args:
        store: What is known.
        folders: Walked through; whatever was known in them and is not there is gone.
        files: Looked at one by one; one that is not there is gone.
        again: Whether files that could not be taken in and were not written since are read once more.
    """
    folders = outermost(folders)
    with store.reading() as reader:
        known: dict[str, Stat] = {}
        for folder in folders:
            known |= reader.places.stats_below(folder)
        for place in reader.places.at_many(files).values():
            known[str(place.path)] = (place.size, place.mtime_ns, place.ctime_ns, place.inode)
        findings = {str(one.path): one for one in reader.places.findings()}
        roots = reader.places.roots()
        away = away_roots(reader.places, [*folders, *files])
    sieve = _Sieve(known, findings, again=again)
    walk = Walk(skip=str(store.folder))
    for folder in folders:
        for path, found in walk.files(str(folder)):
            sieve.meet(path, found)
    for file in files:
        sieve.look(str(file))
    names = _names_of(store, sieve)
    _look_at_other_names(sieve, names, folders, files)
    covered = _covered(walk.mounts, roots, sieve)
    hidden = [*away, *walk.unread, *covered]
    gone = sieve.rest(tuple(folder.rstrip(os.sep) + os.sep for folder in hidden))
    moves = _moves(sieve, names)
    moved_to = {str(move.found.path) for move in moves}
    moved_from = {str(move.before) for move in moves}
    return Sifted(
        unchanged=sieve.unchanged,
        moves=moves,
        changed=tuple(entry for path, entry in sieve.changed.items() if path not in moved_to),
        gone=tuple(Path(path) for path in gone if path not in moved_from),
        cleared=tuple(sieve.cleared([*folders, *files], hidden)),
        mounts=tuple(Path(path) for path in walk.mounts if path not in covered),
        away=tuple(Path(path) for path in away),
    )


def still_gone(store: Store, paths: Sequence[Path]) -> list[Path]:
    """Those of the paths that hold no file now either, and whose disk is there."""
    missing = [path for path in paths if not _is_file(str(path))]
    if not missing:
        return []
    with store.reading() as reader:
        away = away_roots(reader.places, missing)
    return [path for path in missing if not any(path.is_relative_to(root) for root in away)]


def outermost(folders: Iterable[Path]) -> list[Path]:
    """Folders without those that lie in another one of them."""
    kept: dict[str, Path] = {}
    for folder in sorted(set(folders), key=lambda one: (len(one.parts), str(one))):
        if not any(str(above) in kept for above in (folder, *folder.parents)):
            kept[str(folder)] = folder
    return list(kept.values())


class _Sieve:
    """Parts what is as it was from what is not, file by file; ``known`` shrinks to what was not met."""

    def __init__(self, known: dict[str, Stat], findings: Mapping[str, Finding], *, again: bool) -> None:
        self.known = known
        self.unchanged = 0
        self.changed: dict[str, Entry] = {}
        self.rewritten: set[str] = set()
        self._findings = findings
        self._there: set[str] = set()
        self._again = again

    def meet(self, path: str, found: os.stat_result) -> None:
        """A file is there."""
        before = self.known.pop(path, None)
        if before is not None:
            if before == stamp_of(found):
                self.unchanged += 1
                return
            self.rewritten.add(path)
        finding = self._findings.get(path)
        if finding is not None:
            self._there.add(path)
            stamp = (finding.size, finding.mtime_ns, finding.ctime_ns, finding.inode)
            if not self._again and finding.state != "growing" and stamp == stamp_of(found):
                return
        self.changed[path] = Entry(path, found)

    def look(self, path: str) -> None:
        """Look whether a file is there."""
        try:
            found = os.stat(path)  # noqa: PTH116 - many files
        except OSError:
            return
        if not stat.S_ISDIR(found.st_mode):
            self.meet(path, found)

    def rest(self, hidden: tuple[str, ...]) -> list[str]:
        """The known paths that were not met and hold nothing any more; a file that walks pass over is looked at."""
        gone: list[str] = []
        for path in [one for one in self.known if not one.startswith(hidden)] if hidden else list(self.known):
            try:
                mode = os.lstat(path).st_mode
            except (FileNotFoundError, NotADirectoryError):
                gone.append(path)
                continue
            except OSError:
                continue
            if stat.S_ISREG(mode):
                self.look(path)
            elif not stat.S_ISLNK(mode):  # a link to nothing may point to a disk that is away
                gone.append(path)
        return gone

    def cleared(self, looked: Sequence[Path], hidden: Sequence[str]) -> Iterator[Path]:
        """Paths of findings in what was looked at whose file is gone."""
        starts = tuple(str(one).rstrip(os.sep) + os.sep for one in looked)
        covered = tuple(folder.rstrip(os.sep) + os.sep for folder in hidden)
        exact = {str(one) for one in looked}
        for path in self._findings:
            inside = path in exact or path.startswith(starts)
            if inside and path not in self._there and not path.startswith(covered) and not _is_file(path):
                yield Path(path)


def _is_file(path: str) -> bool:
    """Whether something that can be read is there, or might be if a disk were."""
    try:
        return not stat.S_ISDIR(os.lstat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True


def is_away(root: Root, known: Mapping[str, Stat]) -> bool:
    """Whether a root is not there, or an empty mount point or another disk lies in its place.

    Args:
        root: The root.
        known: What is known by path, at least of the root; only asked when another folder is in its place.
    """
    start = str(root.path).rstrip(os.sep) + os.sep
    return _is_away(root, lambda: [path for path in known if path.startswith(start)])


def _is_away(root: Root, known: Callable[[], Sequence[str]]) -> bool:
    try:
        found = root.path.stat()
    except OSError:
        return True
    if not stat.S_ISDIR(found.st_mode):
        return True
    if root.inode is not None and (signed(found.st_dev), signed(found.st_ino)) != (root.device, root.inode):
        return not _there(known(), _MOSTLY)
    # Disks that are mounted by turns may have the same numbers.
    return root.path.is_mount() and not _there(known(), 0)


def _there(paths: Sequence[str], least: float) -> bool:
    """Whether at least one, and this part, of some known files is there; where none is known none is missed."""
    some = paths[:: max(1, len(paths) // _SAMPLE)]
    there = sum(os.path.lexists(path) for path in some)
    return not some or (there >= least * len(some) and there > 0)


def away_roots(places: Places, looked: Sequence[Path]) -> list[str]:
    """The roots that are not there as they were, among those that are looked at."""
    roots = places.roots()
    concerned = (
        root for root in roots if any(root.path.is_relative_to(one) or one.is_relative_to(root.path) for one in looked)
    )
    return [
        str(root.path)
        for root in concerned
        if _is_away(root, partial(_sampled, places, root)) and not _is_deleted(root, roots)
    ]


def _sampled(places: Places, root: Root) -> list[str]:
    return [str(one.path) for one in places.sample(root, limit=_SAMPLE)]


def _is_deleted(root: Root, roots: Sequence[Root]) -> bool:
    """Whether a root inside another one was deleted or moved like any folder: no disk lay there that could be away."""
    if os.path.lexists(root.path):
        return False
    outer = next((one for above in root.path.parents for one in roots if one.path == above), None)
    if outer is None:
        return False
    above = next((one for one in root.path.parents if one.is_dir()), None)
    try:
        return above is not None and above.is_relative_to(outer.path) and signed(above.stat().st_dev) == root.device
    except OSError:
        return False


def _covered(mounts: Sequence[str], roots: Sequence[Root], sieve: _Sieve) -> list[str]:
    """Mount points that are no roots yet, and hide what is known below them."""
    own = {str(root.path) for root in roots}
    covered: list[str] = []
    for mount in mounts:
        start = mount.rstrip(os.sep) + os.sep
        missing = [path for path in sieve.known if path.startswith(start)]
        if mount not in own and missing and not _there(missing, _MOSTLY):
            covered.append(mount)
    return covered


def _names_of(store: Store, sieve: _Sieve) -> tuple[Location, ...]:
    """The known places of the inodes of what changed: where it was before, and under which other names it is."""
    inodes = {entry.stat.st_ino for entry in sieve.changed.values()}
    if not inodes:
        return ()
    with store.reading() as reader:
        return reader.places.with_inodes(inodes)


def _look_at_other_names(
    sieve: _Sieve, names: Sequence[Location], folders: Sequence[Path], files: Sequence[Path]
) -> None:
    """A file with several names (hard links, links) changes under all of them, and only one is told of."""
    walked = tuple(str(folder).rstrip(os.sep) + os.sep for folder in folders)
    looked = {str(file) for file in files}
    for place in names:
        path = str(place.path)
        if path not in looked and not path.startswith(walked):
            sieve.known[path] = (place.size, place.mtime_ns, place.ctime_ns, place.inode)
            sieve.look(path)


def _moves(sieve: _Sieve, names: Sequence[Location]) -> tuple[Move, ...]:
    """New paths whose inode and whole stat are those of a known place that is no longer there."""
    fresh = {entry.stat.st_ino: entry for path, entry in sieve.changed.items() if path not in sieve.rewritten}
    moves: list[Move] = []
    used: set[str] = set()
    for place in names:
        entry = fresh.get(place.inode % (1 << 64))
        if entry is None or entry.path in used:
            continue
        if place.vouches(entry.stat) and not os.path.lexists(place.path):
            used.add(entry.path)
            found = Location(
                Path(entry.path), place.digest, place.size, place.mtime_ns, place.seen, place.ctime_ns, place.inode
            )
            moves.append(Move(place.path, found))
    return tuple(moves)
