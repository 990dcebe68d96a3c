"""Which files are meant by names that are to go into the trash."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alice_core.errors import MediaError, NotFound, UsageError
from alice_core.library.discarding.wastebasket import is_plain
from alice_core.library.show import resolve
from alice_core.media.digest import digest_of_file
from alice_core.media.files import path_said
from alice_core.store import Location, Reader, Store


@dataclass(frozen=True, slots=True)
class Target:
    """A file that is to go: its path, its digest where that is known, and its size."""

    path: Path
    digest: str | None
    size: int


@dataclass(frozen=True, slots=True)
class Aim:
    """The files that are to go, and places that turned out to hold nothing any more."""

    files: tuple[Target, ...]
    lost: tuple[Path, ...]


def targets(store: Store, names: Sequence[str], *, companions: bool = False) -> Aim:
    """The files that names mean: a file that file alone, a digest all known files of its asset.

    Raises:
        NotFound: Nothing is known of a name, or no file of it is there.
        UsageError: A name is a folder, or a file of the store itself.
        MediaError: A name is neither a file nor a link.
    """
    files: dict[str, Target] = {}
    lost: list[Path] = []
    for name in names:
        path = Path(os.path.abspath(Path(name).expanduser()))  # noqa: PTH100 - the link itself, not what it points to
        if os.path.lexists(path):
            found = [_single(store, path)]
        else:
            found, gone = _of_asset(store, name, companions=companions)
            lost += gone
        files |= {str(one.path): one for one in found}
    return Aim(tuple(files.values()), tuple(lost))


def _single(store: Store, path: Path) -> Target:
    if path.is_dir():
        raise UsageError(f"{path_said(path)} is a folder", hint="Name the files in it.")
    if not is_plain(path):
        raise MediaError(f"{path_said(path)} is no file", hint="Name a file.")
    _not_the_store(store, path)
    with store.reading() as reader:
        place = reader.places.at(path)
    vouched = place is not None and path.is_file() and place.vouches(path.stat())
    return Target(path, place.digest if place is not None and vouched else None, path.lstat().st_size)


def _not_the_store(store: Store, path: Path) -> None:
    home = store.folder
    if path.is_relative_to(home) and not path.is_relative_to(home / "blobs"):
        message = f"{path_said(path)} belongs to the store itself"
        raise UsageError(message, hint="Only files of yours, and copies the store keeps, can be put into the trash.")


def _of_asset(store: Store, name: str, *, companions: bool) -> tuple[list[Target], list[Path]]:
    digest = _digest(store, name)
    with store.reading() as reader:
        digests = (digest, *(reader.assets.companions((digest,)).get(digest, ()) if companions else ()))
        places = [place for some in reader.places.of_many(digests).values() for place in some]
        gone = [one.path for one in places if not os.path.lexists(one.path) and _root_is_there(reader, one.path)]
        thrown = any(item.digest == digest for item in reader.labels.trash())
    found = [
        Target(place.path, place.digest, place.path.lstat().st_size)
        for place in places
        if place.path.is_file() and _still_holds(place)
    ]
    if any(one.digest == digest for one in found):
        return found, gone
    if thrown:
        raise NotFound(f"{name!r} is in the trash already", hint="See what is: alice trash --list")
    raise NotFound(f"no file of {name!r} is there", hint="Where it was: alice show", code="ALICE-N01")


def _digest(store: Store, name: str) -> str:
    with store.reading() as reader:
        place = reader.places.at(Path(name).expanduser().absolute())
    if place is not None:
        # The path meant that one file; the other files of its asset were not named.
        message = f"{name} is not there any more"
        raise NotFound(message, hint=f"For all other files of it: alice trash {place.digest}", code="ALICE-N01")
    return resolve(store, name)


def _still_holds(place: Location) -> bool:
    return place.vouches(place.path.stat()) or digest_of_file(place.path) == place.digest


def _root_is_there(reader: Reader, path: Path) -> bool:
    root = reader.places.root_of(path)
    return root is not None and root.path.is_dir()
