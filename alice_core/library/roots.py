"""The folders that paths are relative to: made, known again after a move, and asked whether they are there."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from alice_core.errors import NotFound, UsageError
from alice_core.store.catalogue import set_root
from alice_core.store.numbers import signed
from alice_core.store.places import Location, Places, Root
from alice_core.store.store import Store

_SAMPLE = 64
_SOME = 0.2
"""Part of the known files that must be there with their sizes and times; the rest may have been renamed meanwhile."""

_COARSE_NS = 2_000_000_000
"""FAT keeps times to two seconds, and some copiers whole ones."""


def adopt_root(store: Store, folder: Path, *, watched: bool | None = None) -> Path | None:
    """Make a folder a root unless one contains it; one that was moved here is known again.

    A folder that was moved within its disk is known by its device and inode. One that was copied to another
    disk is known, when it shall be watched and the old one is not there, by its files: their paths, sizes and times.

    Args:
        store: The store.
        folder: The folder.
        watched: Whether it shall be watched from now on; ``None`` leaves that as it is.

    Returns:
        Where the root was before, if it moved here.
    """
    with store.reading() as reader:
        roots = reader.places.roots()
        inside = reader.places.root_of(folder)
        before = _moved(reader.places, roots, folder, copied=bool(watched)) if inside is None else None
    if before is not None:
        _move(store, before, folder, roots, watched=watched)
        return before.path
    if inside is None or (watched and not inside.watched):
        set_root(store, folder, watched=watched)
    return None


def watch_folder(store: Store, folder: Path) -> Path | None:
    """Let a folder be watched from now on; gives where it was before, if it is a known one that moved here.

    Raises:
        NotFound: It is not there (``ALICE-N01``).
        UsageError: It is no folder, or it is the store's own.
    """
    folder = folder.absolute()
    if not folder.exists():
        raise NotFound(f"{folder} does not exist", hint="Check the spelling of the path.", code="ALICE-N01")
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder", hint="Name the folder that it lies in.")
    if folder.is_relative_to(store.folder):
        raise UsageError(f"{folder} belongs to the store itself", hint="Name a folder of your own files.")
    return adopt_root(store, folder, watched=True)


def unwatch_folder(store: Store, folder: Path, *, dry_run: bool = False) -> None:
    """Watch a folder no longer; what is known of it stays known.

    Raises:
        NotFound: It is not watched, or only as a part of another one.
    """
    folder = folder.absolute()
    with store.reading() as reader:
        roots = {root.path: root for root in reader.places.roots() if root.watched}
    root = roots.get(folder)
    if root is None:
        outer = next((one for one in folder.parents if one in roots), None)
        hint = f"It is part of {outer}: alice unwatch {outer}" if outer else "See what is: alice watch --status"
        raise NotFound(f"{folder} is not watched by itself", hint=hint)
    if not dry_run:
        set_root(store, folder, root=root, watched=False)


def _moved(places: Places, roots: Sequence[Root], folder: Path, *, copied: bool) -> Root | None:
    """The root that lay elsewhere and is this folder now."""
    missing = [root for root in roots if not root.path.exists()]
    if not missing:
        return None
    found = folder.stat()
    identity = signed(found.st_dev), signed(found.st_ino)
    same = [root for root in missing if root.inode is not None and (root.device, root.inode) == identity]
    for root in same:
        sample = places.sample(root, limit=_SAMPLE)
        # Another disk may have the same numbers, so that some of the files must be there in any case.
        if not sample or _part_there(folder, root, sample) >= _SOME:
            return root
    for root in missing if copied else ():
        if _part_there(folder, root, places.sample(root, limit=_SAMPLE)) >= _SOME:
            return root
    return None


def _part_there(folder: Path, root: Root, sample: Sequence[Location]) -> float:
    """Which part of some known files is in another folder, by their paths, sizes and times."""
    there = 0
    for place in sample:
        try:
            found = (folder / place.path.relative_to(root.path)).stat()
        except OSError:
            continue
        there += found.st_size == place.size and abs(found.st_mtime_ns - place.mtime_ns) <= _COARSE_NS
    return there / len(sample) if sample else 0.0


def _move(store: Store, root: Root, folder: Path, roots: Sequence[Root], *, watched: bool | None) -> None:
    """Move a root, and the roots inside it that moved with it."""
    set_root(store, folder, root=root, watched=watched)
    for inner in roots:
        if inner.path != root.path and inner.path.is_relative_to(root.path) and not inner.path.exists():
            place = folder / os.path.relpath(inner.path, root.path)
            if place.is_dir():
                set_root(store, place, root=inner)
